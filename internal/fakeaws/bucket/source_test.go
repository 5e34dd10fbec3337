package bucket

import (
	"crypto/tls"
	"net/http/httptest"
	"testing"
)

// A service is judged by the resource that it sends for; nobody else has one.
func TestSource(t *testing.T) {
	s := newMedia(t)
	const own, other = "arn:aws:cloudfront::123456789012:distribution/E1", "arn:aws:cloudfront::123456789012:distribution/E2"
	fetchFor := func(principal, source string) int {
		r := httptest.NewRequest("GET", "https://"+host+"/a/b.m3u8", nil)
		r.TLS = &tls.ConnectionState{}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r.WithContext(WithSource(WithPrincipal(r.Context(), principal), source)))
		return w.Code
	}
	for condition, want := range map[string][3]int{
		`{"StringEquals":{"AWS:SourceArn":"` + own + `"}}`:                                {200, 403, 403},
		`{"ArnLike":{"aws:SourceArn":"arn:aws:cloudfront::123456789012:distribution/*"}}`: {200, 200, 403},
		`{"StringEquals":{"aws:SourceAccount":"123456789012"}}`:                           {200, 200, 403},
		`{"StringEquals":{"aws:SourceAccount":"210987654321"}}`:                           {403, 403, 403},
		`{"StringNotEquals":{"aws:SourceArn":"` + own + `"}}`:                             {403, 200, 200},
	} {
		setPolicy(t, s, policyOf(statementOf("Allow", `{"Service":"cloudfront.amazonaws.com"}`, getObject, objects, `,"Condition":`+condition)))
		for i, source := range []string{own, other, ""} {
			if got := fetchFor("cloudfront.amazonaws.com", source); got != want[i] {
				t.Errorf("GET for %q under %s = %d, want %d", source, condition, got, want[i])
			}
		}
		if got := fetchFor(oaiARN, own); got != 403 {
			t.Errorf("GET by an identity with a source under %s = %d, want 403", condition, got)
		}
	}
}
