package edge

import (
	"net/http"
	"testing"
	"time"
)

func TestLifetime(t *testing.T) {
	wide := CachePolicyConfig{MinTTL: 0, DefaultTTL: 60, MaxTTL: 3600}
	floor := CachePolicyConfig{MinTTL: 10, DefaultTTL: 60, MaxTTL: 3600}
	later := start.Add(90 * time.Second).Format(http.TimeFormat)
	for _, test := range []struct {
		name    string
		policy  CachePolicyConfig
		status  int
		control string
		expires string
		want    int // seconds
		store   bool
	}{
		{"nothing said", wide, 200, "", "", 60, true},
		{"max-age", wide, 200, "max-age=100", "", 100, true},
		{"max-age above max", wide, 200, "public, max-age=99999", "", 3600, true},
		{"max-age below min", floor, 200, "max-age=1", "", 10, true},
		{"s-maxage first", wide, 200, "s-maxage=7, max-age=100", "", 7, true},
		{"s-maxage last", wide, 200, "max-age=100, S-MaxAge=7", "", 7, true},
		{"max-age 0", wide, 200, "max-age=0", "", 0, true},
		{"max-age and Expires", wide, 200, "max-age=5", later, 5, true},
		{"Expires", wide, 200, "", later, 90, true},
		{"Expires in the past", floor, 200, "", start.Add(-time.Hour).Format(http.TimeFormat), 10, true},
		{"Expires not a date", wide, 200, "", "0", 0, true},
		{"broken max-age", wide, 200, "max-age=x", "", 60, true},
		{"huge max-age", wide, 200, "max-age=9223372036854775807", "", 3600, true},
		{"no-cache", wide, 200, "no-cache", "", 0, true},
		{"no-cache, floor", floor, 200, "no-cache, max-age=100", "", 10, true},
		{"no-store", wide, 200, "no-store", "", 0, false},
		{"no-store, floor", floor, 200, "no-store", "", 10, true},
		{"private", wide, 200, "private, max-age=100", "", 0, false},
		{"private, floor", floor, 200, "private", "", 10, true},
		{"caching disabled", CachePolicyConfig{}, 200, "max-age=100", "", 0, false},
		{"redirect", wide, 307, "", "", 60, true},
		{"partial", wide, 206, "", "", 0, false},
		{"not found", wide, 404, "", "", 10, true},
		{"forbidden", wide, 403, "", "", 0, false},
		{"forbidden, s-maxage", wide, 403, "s-maxage=20", "", 20, true},
	} {
		h := http.Header{}
		if test.control != "" {
			h.Set("Cache-Control", test.control)
		}
		if test.expires != "" {
			h.Set("Expires", test.expires)
		}
		ttl, store := test.policy.lifetime(test.status, h, start)
		if ttl != time.Duration(test.want)*time.Second || store != test.store {
			t.Errorf("%s: got %v, %v, want %d s, %v", test.name, ttl, store, test.want, test.store)
		}
	}
}
