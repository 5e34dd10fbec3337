package signer_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"

	"privateplayback/signer"
)

// verdict is what one of the two signers makes of an input.
type verdict string

const (
	same    verdict = "same bytes"
	weAlone verdict = "signed by this package alone"
	theSDK  verdict = "signed by the SDK alone"
	neither verdict = "refused by both"
	differs verdict = "other bytes"
)

// pieces are the parts that the corpus is made of, with a reason where the two
// signers treat them differently. A URL of the corpus differs if one of its
// pieces does.
type piece struct{ text, reason string }

func hosts() []piece {
	return []piece{
		{"https://d111111abcdef8.cloudfront.net", ""},
		{"http://media.example.com", ""},
		{"https://media.example.com:8443", ""},
		{"https://xn--bcher-kva.example", ""},
		{"https://Media.example.com", "browsers request the host in lower case"},
		{"https://media.example.com:443", "browsers leave out the scheme's own port"},
		{"HTTPS://media.example.com", "browsers write the scheme in lower case"},
		{"https://user:pw@media.example.com", "browsers load nothing with credentials in its URL"},
	}
}

func paths() []piece {
	return []piece{
		{"/", ""}, {"/a.ts", ""}, {"/a/b-c_d~e.m3u8", ""}, {"/%20%C3%a9%2f", ""}, {"/a+b=c&d,e;f:g@h$i!j'k(l)", ""}, {"/a//b", ""},
		{"/[a]|b", ""},
		{"", "browsers request the path /"},
		{"/a b", "browsers percent-encode the space"},
		{"/<a>", "browsers percent-encode <>"},
		{"/{a}", "browsers percent-encode braces"},
		{"/a^`", "browsers percent-encode them in a path"},
		{`/a\b`, "browsers turn the backslash into a slash"},
		{`/a"b`, "browsers percent-encode the quote; the SDK escapes it in the policy as JSON does, not as the URL has it"},
		{"/a/../b", "browsers resolve dot segments"},
		{"/%2e/b", "browsers resolve encoded dot segments"},
		{"/a*", "a canned policy takes no wildcard"},
	}
}

func queries() []piece {
	return []piece{
		{"", ""}, {"?a=b", ""}, {"?a=b&c=%26d", ""}, {"?a=/?:@", ""}, {"?expires=1&policy=", ""}, {"?a={|}^`", ""}, {"?a=b+c", ""},
		{"?", "the documentation wants no trailing ?"},
		{"?a&", "an empty parameter would be doubled"},
		{"?a='b'", "browsers percent-encode the apostrophe"},
		{"?a=b c", "browsers percent-encode the space"},
		{`?a=\`, "how CloudFront writes a backslash into a canned policy is not documented"},
		{"?a=%zz", "% begins no escape"},
		{"?Hash-Algorithm=SHA1", "CloudFront reserves the name"},
		{"#f", "the SDK appends the signature to the fragment, which is never sent"},
	}
}

// bothRefuse are pieces that the SDK refuses too, for the reason after it.
func bothRefuse() []piece {
	return []piece{
		{"/a%zz", "% begins no escape"},
		{"/é", "not ASCII"},
		{"/a?Expires=1", "reserved"},
		{"/a?Policy=1", "reserved"},
		{"/a?b=c&Signature=1", "reserved"},
		{"/a?Key-Pair-Id=1", "reserved"},
		{"/a\nb", "control character"},
	}
}

func judge(sdk string, sdkErr error, ours string, err error) verdict {
	switch {
	case sdkErr != nil && err != nil:
		return neither
	case sdkErr != nil:
		return weAlone
	case err != nil:
		return theSDK
	case sdk != ours:
		return differs
	default:
		return same
	}
}

// TestConformanceCanned compares RSA SHA-1 canned URLs with those of
// feature/cloudfront/sign, over every combination of the pieces.
func TestConformanceCanned(t *testing.T) {
	sdk := sign.NewURLSigner(string(keyID), rsa2048())
	c := newCloudFront(t, rsa2048())
	compare := func(u string, at time.Time, want verdict, reasons ...string) {
		theirs, sdkErr := sdk.Sign(u, at)
		ours, err := c.SignURL(t.Context(), u, at)
		if got := judge(theirs, sdkErr, ours, err); got != want {
			t.Errorf("%q: %s, want %s %q\nSDK:  %v\nours: %v", u, got, want, reasons, sdkErr, err)
		}
	}
	for i, h := range hosts() {
		for j, p := range paths() {
			for k, q := range queries() {
				want := same
				if h.reason+p.reason+q.reason != "" {
					want = theSDK
				}
				compare(h.text+p.text+q.text, time.Unix(int64(1+i*1e8+j*1e6+k), 999), want, h.reason, p.reason, q.reason)
			}
		}
	}
	for _, p := range bothRefuse() {
		compare(host+p.text, expires, neither, p.reason)
	}
	for _, u := range []string{"", "/a", "ftp//h/a", host[:6]} {
		compare(u, expires, neither, "no scheme and host")
	}
	compare("rtmp://h/a", expires, theSDK, "RTMP distributions are gone")
	compare("http*://h/a", expires, theSDK, "a canned policy takes no wildcard")
	compare(host+"/"+strings.Repeat("a", 8000), expires, theSDK, "over 8,192 bytes")
	compare(host+"/a", time.UnixMilli(expires.UnixMilli()*1000), theSDK, "milliseconds taken for seconds")
	compare(host+"/a", time.Time{}, theSDK, "no expiry")
}

// TestConformanceCustom does the same for custom policies: every combination of
// the members.
func TestConformanceCustom(t *testing.T) {
	const u = "https://d111111abcdef8.cloudfront.net/a/b.ts?x=1&y=2"
	sdk := sign.NewURLSigner(string(keyID), rsa2048())
	c := newCloudFront(t, rsa2048())
	resources := []piece{
		{"https://d111111abcdef8.cloudfront.net/a/*", ""},
		{"https://d111111abcdef8.cloudfront.net/*.ts?x=?&*", ""},
		{"http*://d111111abcdef8.cloudfront.net/*", "the documentation knows *:// and not http*://"},
		{"https://*.cloudfront.net/*", ""},
		{"https://*", ""}, {"*", ""}, {"*://*", ""}, {u, ""},
		{"https://d111111abcdef8.cloudfront.net/b/*", "the policy does not cover the URL"},
		{"https://D111111ABCDEF8.cloudfront.net/a/*", "upper case is never requested"},
		{"https://d111111abcdef8.cloudfront.net/a b*", "a space is never requested"},
	}
	addresses := []piece{
		{"", ""}, {"192.0.2.0/24", ""}, {"192.0.2.7/32", ""}, {"0.0.0.0/0", ""},
		{"2001:db8::/32", "CloudFront takes IPv4 alone"},
	}
	starts := []struct {
		at     time.Time
		reason string
	}{
		{time.Time{}, ""}, {notBefore, ""}, {expires, "nobody could ever play"},
	}
	for _, r := range resources {
		for _, a := range addresses {
			for _, s := range starts {
				condition := sign.Condition{DateLessThan: sign.NewAWSEpochTime(expires)}
				policy := signer.Policy{Resource: r.text, Expires: expires, NotBefore: s.at}
				if a.text != "" {
					condition.IPAddress = &sign.IPAddress{SourceIP: a.text}
					policy.SourceIP = netip.MustParsePrefix(a.text)
				}
				if !s.at.IsZero() {
					condition.DateGreaterThan = sign.NewAWSEpochTime(s.at)
				}
				theirs, sdkErr := sdk.SignWithPolicy(u, &sign.Policy{Statements: []sign.Statement{{Resource: r.text, Condition: condition}}})
				want := same
				if r.reason+a.reason+s.reason != "" {
					want = theSDK
				}
				var ours string
				grant, err := c.Grant(t.Context(), policy)
				if err == nil {
					ours, err = grant.URL(u)
				}
				if got := judge(theirs, sdkErr, ours, err); got != want {
					t.Errorf("Resource %q, SourceIP %q, NotBefore %v: %s, want %s\nSDK:  %v\nours: %v", r.text, a.text, s.at, got, want, sdkErr, err)
				}
			}
		}
	}
}
