package edge

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitQuery(t *testing.T) {
	for query, want := range map[string]string{
		"":                                  "",
		"a=1&b=2":                           "a=1&b=2",
		"Expires=1&Signature=s":             "",
		"a=1&Expires=1&b=2&Key-Pair-Id=k":   "a=1&b=2",
		"&Expires=1":                        "",
		"a&Policy&Hash-Algorithm=SHA256&a=": "a&a=",
		"expires=1&%45xpires=2":             "expires=1&%45xpires=2",
		"a=1;Expires=1":                     "a=1;Expires=1",
	} {
		if _, own := splitQuery(query); own != want {
			t.Errorf("splitQuery(%q) keeps %q, want %q", query, own, want)
		}
	}
	got, _ := splitQuery("Expires=1&x=y&Expires=&Policy")
	if diff := cmp.Diff(members{"Expires": {"1", ""}, "Policy": {""}}, got); diff != "" {
		t.Errorf("signature (-want +got):\n%s", diff)
	}
}

func TestSplitCookies(t *testing.T) {
	h := http.Header{"Cookie": {"a=1; CloudFront-Policy=p=; b; CloudFront-Other=x", "CloudFront-Expires=1;c=3;CloudFront-Policy=q"}}
	signature, own := splitCookies(h)
	if diff := cmp.Diff(members{"Policy": {"p=", "q"}, "Expires": {"1"}}, signature); diff != "" {
		t.Errorf("signature (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a=1", "b", "CloudFront-Other=x", "c=3"}, own); diff != "" {
		t.Errorf("own cookies (-want +got):\n%s", diff)
	}
}

func TestDecodeBase64(t *testing.T) {
	for text, want := range map[string]string{"YQ__": "a", "fn5-": "~~~", "Pz8~": "???", "YWI_": "ab"} {
		if got, err := decodeBase64(text); err != nil || string(got) != want {
			t.Errorf("decodeBase64(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "YQ==", "YQ", "Y", "Pz8/", "fn5+", "YQ__\n", "YW\nI_", "Y Q_", "YR__", "YQ__YQ__", "é"} {
		if got, err := decodeBase64(text); err == nil {
			t.Errorf("decodeBase64(%q) = %q, want an error", text, got)
		}
	}
}
