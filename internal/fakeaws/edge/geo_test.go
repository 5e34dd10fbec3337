package edge

import (
	"strings"
	"testing"
	"time"
)

func TestGeoRestriction(t *testing.T) {
	white, black := GeoRestriction{"whitelist", []string{"JP", "FI"}}, GeoRestriction{"blacklist", []string{"JP", "FI"}}
	for _, test := range []struct {
		restriction GeoRestriction
		country     string
		want        int
	}{
		{white, "JP", 200}, {white, "FI", 200}, {white, "SE", 403}, {white, "", 200},
		{black, "JP", 403}, {black, "FI", 403}, {black, "SE", 200}, {black, "", 200},
		{GeoRestriction{Type: "none"}, "JP", 200},
	} {
		w := newWorld(t, func(_ *world, c *DistributionConfig) { c.GeoRestriction = test.restriction })
		w.country = test.country
		rec := w.get(w.canned("/a.ts", time.Hour))
		if rec.Code != test.want {
			t.Errorf("%v, viewer in %q: got %d, want %d", test.restriction, test.country, rec.Code, test.want)
		}
		if test.want == 403 && !strings.Contains(rec.Body.String(), "block access from your country") {
			t.Errorf("%v, viewer in %q: got %q", test.restriction, test.country, rec.Body)
		}
	}
}

// A viewer shut out gets neither a redirect nor a signature error, and what is
// cached does not open the way.
func TestGeoRestrictionComesFirst(t *testing.T) {
	w := newWorld(t, func(_ *world, c *DistributionConfig) { c.GeoRestriction = GeoRestriction{"whitelist", []string{"JP"}} })
	w.country = "JP"
	signed := w.canned("/a.ts", time.Hour)
	w.get(signed)
	w.country = "SE"
	for name, got := range map[string]string{
		"cached":   verdict(w.get(signed)),
		"unsigned": verdict(w.get("/a.ts")),
		"http":     verdict(w.do(plain(w.request("GET", "/a.ts")))),
	} {
		if got != "403" {
			t.Errorf("%s: got %s, want 403", name, got)
		}
	}
}

func TestCountryUnknownWithoutOption(t *testing.T) {
	if got := New(Options{}).country(nil); got != "" {
		t.Errorf("country = %q, want none", got)
	}
}

// A cache policy may put the edge's idea of the country into the key, whatever
// the viewer claims.
func TestCountryInTheKey(t *testing.T) {
	w := newWorld(t, public)
	c := goodCachePolicy()
	c.Headers = []string{"CloudFront-Viewer-Country"}
	p, err := w.CreateCachePolicy(c)
	if err != nil {
		t.Fatal(err)
	}
	w.update(func(d *DistributionConfig) { d.DefaultBehavior.CachePolicyID = p.ID })
	for _, test := range []struct{ country, claim, want string }{
		{"JP", "FI", xMiss}, {"JP", "SE", xHit}, {"FI", "JP", xMiss}, {"", "JP", xMiss},
	} {
		w.country = test.country
		if got := w.get("/a.ts", "CloudFront-Viewer-Country: "+test.claim).Header().Get("X-Cache"); got != test.want {
			t.Errorf("viewer in %q who claims %s: X-Cache = %q, want %q", test.country, test.claim, got, test.want)
		}
	}
	if got := w.fetched[0].Header.Get("CloudFront-Viewer-Country"); got != "JP" {
		t.Errorf("the origin got country %q, want JP", got)
	}
}
