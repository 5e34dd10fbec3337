// Package journaltest holds the tests of a service to the journal's promise:
// every answer has a rule that decided it, every refusal its cause, and no
// secret is in either.
package journaltest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws/journal"
)

// Serve has h answer a request under a journal, checks the entry and returns
// it.
func Serve(t testing.TB, service string, h http.Handler, rec *httptest.ResponseRecorder, r *http.Request) journal.Entry {
	t.Helper()
	j := journal.New(1, nil)
	j.ServeHTTP(rec, r, service, h)
	e := j.Entries(0)[0]
	if len(e.Rules) == 0 {
		t.Errorf("%s %s = %d without a rule", e.Method, e.URL, e.Status)
	}
	if e.Status >= 400 && !isCause(cause(e.Rules), rec) {
		t.Errorf("%s %s = %d %s without its cause; the rules are %q", e.Method, e.URL, e.Status, e.Code, e.Rules)
	}
	shown := fmt.Sprint(e)
	for _, secret := range secrets(r) {
		if strings.Contains(shown, secret) {
			t.Errorf("%s %s: the entry shows %q", e.Method, e.URL, secret)
		}
	}
	return e
}

// cause is the rule that must have refused: the last, or the last before a custom
// error response was looked for.
func cause(rules []string) string {
	end := slices.IndexFunc(rules, func(rule string) bool { return strings.HasPrefix(rule, "custom error response ") })
	if end < 0 {
		end = len(rules)
	}
	if end == 0 {
		return ""
	}
	return rules[end-1]
}

// isCause tells of a rule that refuses. Where access is decided it must say more
// than the answer does; a malformed request is told what is wrong with it.
func isCause(rule string, rec *httptest.ResponseRecorder) bool {
	_, cause, refused := strings.Cut(rule, "refused: ")
	if !refused {
		return strings.HasPrefix(rule, "cached error of the origin: ")
	}
	switch rec.Code {
	case http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return len(cause) >= 15 && !strings.Contains(rec.Body.String(), cause)
	}
	return len(cause) >= 15
}

// secrets are the values of the request that let somebody in.
func secrets(r *http.Request) []string {
	var list []string
	add := func(name, value string) {
		switch strings.TrimPrefix(name, "CloudFront-") {
		case "Signature", "Policy", "token", "dna", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token":
			if len(value) >= 16 {
				list = append(list, value)
			}
		}
	}
	query, _ := url.ParseQuery(r.URL.RawQuery) // what is well-formed of it
	for name, values := range query {
		for _, value := range values {
			add(name, value)
		}
	}
	for _, cookie := range r.Cookies() {
		add(cookie.Name, cookie.Value)
	}
	for _, prefix := range []string{"/v1/playlist/", "/v1/segment/"} {
		if opaque, ok := strings.CutPrefix(r.URL.Path, prefix); ok && len(opaque) >= 16 {
			list = append(list, opaque)
		}
	}
	if value := r.Header.Get("Authorization"); len(value) >= 16 {
		list = append(list, value)
	}
	return list
}
