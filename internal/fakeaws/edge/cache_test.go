package edge

import "testing"

func TestStoreForgetsTheOldest(t *testing.T) {
	ten, one := &object{body: repeatBytes(10)}, &object{body: repeatBytes(1)}
	c := newStore(10, 2*size("a", ten)+5)
	for _, key := range []string{"a", "b"} {
		c.put(key, ten)
	}
	c.get("a")
	c.put("c", ten)
	for key, want := range map[string]bool{"a": true, "b": false, "c": true} {
		if got := c.get(key) != nil; got != want {
			t.Errorf("%s is stored: %v, want %v", key, got, want)
		}
	}
	c.put("a", one)
	c.drop("c")
	c.drop("c")
	if want := size("a", one); c.total != want {
		t.Errorf("total = %d bytes, want %d", c.total, want)
	}
}
