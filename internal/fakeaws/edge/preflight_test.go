package edge

import (
	"strings"
	"testing"
	"time"
)

// The points of "OPTIONS preflight under trusted key groups".
func TestPreflightOfTheReference(t *testing.T) {
	w := newWorld(t)
	getOnly := newWorld(t, func(_ *world, c *DistributionConfig) { c.DefaultBehavior.AllowedMethods = getHead })
	cookies := w.cookies(w.policy(w.url("/*")))
	asked := []string{"Origin: " + appA, "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: range"}
	for _, row := range []struct {
		name    string
		w       *world
		method  string
		target  string
		headers []string
		want    string
	}{
		{"without a signature, as browsers send it beside cookies", w, "OPTIONS", path, asked, "403 MissingKey"},
		{"signed in its URL", w, "OPTIONS", w.canned(path, time.Hour), asked, "200"},
		{"signed by a policy in its URL", w, "OPTIONS", w.custom(path, w.policy(w.url("/*"))), asked, "200"},
		{"not needed for a range beside cookies", w, "GET", path, []string{"Origin: " + appA, cookies, "Range: bytes=0-3"}, "206"},
		{"not allowed, unsigned", getOnly, "OPTIONS", path, asked, "403"},
		{"not allowed, signed", getOnly, "OPTIONS", getOnly.canned(path, time.Hour), asked, "403"},
	} {
		rec := row.w.do(row.w.request(row.method, row.target, row.headers...))
		if got := verdict(rec); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
		if page := strings.Contains(rec.Body.String(), "not configured to allow the HTTP request method"); page != (row.w == getOnly) {
			t.Errorf("%s: got %q", row.name, rec.Body)
		}
	}
}
