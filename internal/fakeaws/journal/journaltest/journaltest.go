// Package journaltest holds the tests of a service to the journal's promise:
// every answer has a rule that decided it, every refusal its cause, and no
// secret is in either.
package journaltest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws/journal"
)

// Serve has h answer a request under a journal, checks the entry and returns
// it.
func Serve(t testing.TB, service string, h http.Handler, w http.ResponseWriter, r *http.Request) journal.Entry {
	t.Helper()
	j := journal.New(1, nil)
	j.ServeHTTP(w, r, service, h)
	e := j.Entries(0)[0]
	if len(e.Rules) == 0 {
		t.Errorf("%s %s = %d without a rule", e.Method, e.URL, e.Status)
	}
	if e.Status >= 400 && !slices.ContainsFunc(e.Rules, isCause) {
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

// vague are what the services say of a refusal to the world.
var vague = []string{
	"Access denied", "Access Denied", "Unknown Key", "Malformed Policy", "Could not unencode Signature", "Bad request.",
	"The specified method is not allowed against this resource.", "A header you provided implies functionality that is not implemented.",
	"Please reduce your request rate.", "no such playback url", "playback session is unknown or over", "token signature is invalid",
	"transcode does not exist", "The authorization mechanism",
}

// isCause tells of a rule that refuses, and says more than the answer does.
func isCause(rule string) bool {
	_, cause, refused := strings.Cut(rule, "refused: ")
	if !refused {
		return strings.HasPrefix(rule, "cached error of the origin: ")
	}
	return len(cause) >= 15 && strings.Contains(cause, " ") && !slices.Contains(vague, cause)
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
