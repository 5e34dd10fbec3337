package edge

import (
	"fmt"
	"testing"
	"time"
)

func slowly(w *world, c *DistributionConfig) {
	w.propagation = time.Minute
	c.DefaultBehavior.TrustedKeyGroups = nil
}

func (w *world) status() string {
	w.t.Helper()
	d, err := w.Distribution(w.dist.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return d.Status
}

// answers lists the statuses of the next requests.
func (w *world) answers(n int) string {
	list := []int{}
	for range n {
		list = append(list, w.get("/a.ts").Code)
	}
	return fmt.Sprint(list)
}

func TestPropagation(t *testing.T) {
	w := newWorld(t, slowly)
	if w.dist.Status != "InProgress" || w.status() != "InProgress" {
		t.Errorf("after the creation: %s, %s, want InProgress", w.dist.Status, w.status())
	}
	if got, want := w.answers(4), "[403 200 403 200]"; got != want {
		t.Errorf("after the creation: got %s, want %s", got, want)
	}
	w.now = w.now.Add(time.Minute - 1)
	if got := w.status(); got != "InProgress" {
		t.Errorf("just before the time is over: %s, want InProgress", got)
	}
	w.now = start.Add(time.Minute)
	if got, want := w.answers(3)+w.status(), "[200 200 200]Deployed"; got != want {
		t.Errorf("after the time: got %s, want %s", got, want)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.TrustedKeyGroups = []string{w.group.ID} })
	if got, want := w.answers(4)+w.status(), "[200 403 200 403]InProgress"; got != want {
		t.Errorf("after an update: got %s, want %s", got, want)
	}
	w.now = w.now.Add(time.Minute)
	if got, want := w.answers(2)+w.status(), "[403 403]Deployed"; got != want {
		t.Errorf("after an update and the time: got %s, want %s", got, want)
	}
}

func TestPropagationOption(t *testing.T) {
	w := newWorld(t, public)
	c := w.config()
	c.Origins[0].OriginAccessIdentity = ""
	public(w, &c)
	for d, want := range map[time.Duration]string{time.Minute: "InProgress", 0: "Deployed", -time.Minute: "Deployed"} {
		s := New(Options{Now: func() time.Time { return start }, Propagation: d})
		got, err := s.CreateDistribution(c)
		if err != nil || got.Status != want {
			t.Errorf("Propagation %v: status %q, %v, want %s", d, got.Status, err, want)
		}
	}
}

// An update during a rollout replaces the newer of the two configurations as
// the previous one.
// Without propagation a clock that is set back changes nothing.
func TestAtOnceWhateverTheClock(t *testing.T) {
	w := newWorld(t)
	w.update(func(c *DistributionConfig) { c.Comment = "changed" })
	w.now = w.now.Add(-time.Hour)
	for range 3 {
		if rec := w.get(w.canned("/a.ts", 2*time.Hour)); rec.Code != 200 {
			t.Errorf("an hour before the deployment: %s, want 200", verdict(rec))
		}
	}
}

func TestPropagationOfTwoUpdates(t *testing.T) {
	w := newWorld(t, slowly)
	w.now = w.now.Add(time.Minute)
	w.update(func(c *DistributionConfig) { c.Enabled = false })
	w.update(func(c *DistributionConfig) {
		c.Enabled, c.GeoRestriction = true, GeoRestriction{"whitelist", []string{"JP"}}
	})
	w.country = "JP"
	if got, want := w.answers(4), "[403 200 403 200]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What a behavior refers to spreads as the distribution does, and may be gone
// from the control plane while an edge still has it.
func TestPropagationOfParts(t *testing.T) {
	w := newWorld(t, slowly)
	p, err := w.CreateResponseHeadersPolicy(goodResponsePolicy())
	if err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.ResponseHeadersPolicyID = p.ID })
	w.now = w.now.Add(time.Minute)
	own := func() string {
		return w.get("/a.ts").Header().Get("X-Own") + w.get("/a.ts").Header().Get("X-Own")
	}
	c := goodResponsePolicy()
	c.Custom[0].Value = "2"
	if p, err = w.UpdateResponseHeadersPolicy(p.ID, p.ETag, c); err != nil {
		t.Fatal(err)
	}
	if got := own() + w.status(); got != "12InProgress" {
		t.Errorf("changed policy: got %s, want 12InProgress", got)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.ResponseHeadersPolicyID = "" })
	if err := w.DeleteResponseHeadersPolicy(p.ID, p.ETag); err != nil {
		t.Fatal(err)
	}
	if got := own(); got != "2" {
		t.Errorf("deleted policy: got %s, want 2 from the previous configuration", got)
	}
}

func TestPropagationOfKeyGroups(t *testing.T) {
	w := newWorld(t, slowly)
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.TrustedKeyGroups = []string{w.group.ID} })
	w.now = w.now.Add(time.Minute)
	signed := w.canned("/a.ts", time.Hour)
	spare := w.addKey("spare", rsaKey())
	if _, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{spare}}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"200", "403 InvalidKey", "200", "403 InvalidKey"} {
		if got := verdict(w.get(signed)); got != want {
			t.Errorf("request %d: got %s, want %s", i, got, want)
		}
	}
}

func TestDeleteWaitsForPropagation(t *testing.T) {
	w := newWorld(t, slowly)
	w.update(func(c *DistributionConfig) { c.Enabled = false })
	wantCode(t, "delete while the disabling spreads", w.DeleteDistribution(w.dist.ID, w.dist.ETag), 409, "DistributionNotDisabled")
	w.now = w.now.Add(time.Minute)
	if err := w.DeleteDistribution(w.dist.ID, w.dist.ETag); err != nil {
		t.Error(err)
	}
	if w.Serves(w.dist.DomainName) {
		t.Error("a deleted distribution is still served")
	}
}

// An alias that moves on answers by turns while the change spreads.
func TestPropagationOfAliases(t *testing.T) {
	w := newWorld(t, slowly, aliased("a.example.com"))
	w.now = w.now.Add(time.Minute)
	w.update(func(c *DistributionConfig) { c.Aliases = []string{"b.example.com"} })
	for i, want := range []int{200, 403, 200} { // one turn for all hosts
		if got := w.do(atHost(w.request("GET", "/a.ts"), "a.example.com")).Code; got != want {
			t.Errorf("old alias, request %d: got %d, want %d", i, got, want)
		}
	}
	for i, want := range []int{200, 403, 200} {
		if got := w.do(atHost(w.request("GET", "/a.ts"), "b.example.com")).Code; got != want {
			t.Errorf("new alias, request %d: got %d, want %d", i, got, want)
		}
	}
}
