package edge

import "testing"

func TestStoreForgetsTheOldest(t *testing.T) {
	c := newStore(10, 25)
	for _, key := range []string{"a", "b"} {
		c.put(key, &object{body: repeatBytes(10)})
	}
	c.get("a")
	c.put("c", &object{body: repeatBytes(10)})
	for key, want := range map[string]bool{"a": true, "b": false, "c": true} {
		if got := c.get(key) != nil; got != want {
			t.Errorf("%s is stored: %v, want %v", key, got, want)
		}
	}
	c.put("a", &object{body: repeatBytes(1)})
	c.drop("c")
	c.drop("c")
	if c.total != 1 {
		t.Errorf("total = %d bytes, want 1", c.total)
	}
}
