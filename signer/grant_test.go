package signer_test

import (
	"crypto"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"privateplayback/signer"
)

func TestPolicyText(t *testing.T) {
	const end = `"DateLessThan":{"AWS:EpochTime":1767290400}}}]}`
	for _, tt := range []struct {
		name   string
		policy signer.Policy
		want   string
	}{
		{"expiry alone",
			signer.Policy{Resource: host + "/a/*", Expires: expires.Add(999 * time.Millisecond)},
			`{"Statement":[{"Resource":"` + host + `/a/*","Condition":{` + end},
		{"ampersand stays",
			signer.Policy{Resource: host + "/a?b=c&d=e", Expires: expires},
			`{"Statement":[{"Resource":"` + host + `/a?b=c&d=e","Condition":{` + end},
		{"everything",
			signer.Policy{Resource: "*", Expires: expires, NotBefore: notBefore, SourceIP: netip.MustParsePrefix("192.0.2.0/24")},
			`{"Statement":[{"Resource":"*","Condition":{"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},"DateGreaterThan":{"AWS:EpochTime":1767286800},` + end},
		{"host bits are cleared",
			signer.Policy{Resource: "*", Expires: expires, SourceIP: netip.MustParsePrefix("192.0.2.77/24")},
			`{"Statement":[{"Resource":"*","Condition":{"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},` + end},
		{"single address",
			signer.Policy{Resource: "*", Expires: expires, SourceIP: netip.PrefixFrom(netip.MustParseAddr("192.0.2.77"), 32)},
			`{"Statement":[{"Resource":"*","Condition":{"IpAddress":{"AWS:SourceIp":"192.0.2.77/32"},` + end},
		{"every address",
			signer.Policy{Resource: "*", Expires: expires, SourceIP: netip.MustParsePrefix("0.0.0.0/0")},
			`{"Statement":[{"Resource":"*","Condition":{"IpAddress":{"AWS:SourceIp":"0.0.0.0/0"},` + end},
	} {
		for _, key := range []crypto.Signer{rsa2048(), opaque{p256()}} {
			for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
				t.Run(fmt.Sprintf("%s %T %v", tt.name, key, hash), func(t *testing.T) {
					g, err := newCloudFront(t, key, signer.WithHash(hash)).Grant(t.Context(), tt.policy)
					if err != nil {
						t.Fatal(err)
					}
					values := map[string]string{}
					for _, k := range g.Cookies(signer.CookieAttributes{}) {
						values[k.Name] = k.Value
					}
					if diff := cmp.Diff(tt.want, string(decode(t, values["CloudFront-Policy"]))); diff != "" {
						t.Errorf("policy (-want +got):\n%s", diff)
					}
					verify(t, key.Public(), hash, tt.want, values["CloudFront-Signature"])
				})
			}
		}
	}
}

func TestGrantRefuses(t *testing.T) {
	good := signer.Policy{Resource: host + "/*", Expires: expires}
	with := func(change func(*signer.Policy)) signer.Policy {
		p := good
		change(&p)
		return p
	}
	prefix := func(s string) signer.Policy {
		return with(func(p *signer.Policy) { p.SourceIP = netip.MustParsePrefix(s) })
	}
	for _, tt := range []struct {
		policy signer.Policy
		want   string
	}{
		{with(func(p *signer.Policy) { p.Expires = time.Time{} }), "missing Expires"},
		{with(func(p *signer.Policy) { p.Expires = time.UnixMilli(-1) }), "Expires"},
		{with(func(p *signer.Policy) { p.Expires = time.Unix(expires.UnixMilli(), 0) }), "milliseconds"},
		{with(func(p *signer.Policy) { p.NotBefore = time.Unix(-5, 0) }), "NotBefore"},
		{with(func(p *signer.Policy) { p.NotBefore = expires }), "not before Expires"},
		{with(func(p *signer.Policy) { p.NotBefore = expires.Add(time.Hour) }), "not before Expires"},
		{prefix("2001:db8::/32"), "IPv6"},
		{prefix("::ffff:192.0.2.1/128"), "IPv6"},
		{with(func(p *signer.Policy) { p.SourceIP = netip.PrefixFrom(netip.MustParseAddr("192.0.2.1"), 33) }), "/32"},
		{with(func(p *signer.Policy) { p.Resource = "" }), "missing Resource"},
	} {
		_, err := newCloudFront(t, p256()).Grant(t.Context(), tt.policy)
		checkRefusal(t, err, signer.ErrInvalidPolicy, tt.want)
	}
}

// TestGrantURL: bytes kept, parameters after the URL's own, one signature for
// all URLs.
func TestGrantURL(t *testing.T) {
	counted := &counter{Signer: p256()}
	g, err := newCloudFront(t, counted, signer.WithHash(crypto.SHA256)).Grant(t.Context(), signer.Policy{Resource: "*", Expires: expires})
	if err != nil {
		t.Fatal(err)
	}
	tails := map[string]bool{}
	for _, u := range append(goodURLs(), host+"/a*b.ts") {
		got, err := g.URL(u)
		if err != nil {
			t.Errorf("URL(%q): %v", u, err)
			continue
		}
		separator := "?"
		if strings.Contains(u, "?") {
			separator = "&"
		}
		tail, ok := strings.CutPrefix(got, u+separator+"Policy=")
		if !ok || !strings.HasSuffix(tail, "&Key-Pair-Id="+string(keyID)+"&Hash-Algorithm=SHA256") {
			t.Errorf("URL(%q) = %q, want the URL, then Policy, Signature, Key-Pair-Id, Hash-Algorithm", u, got)
		}
		tails[tail] = true
	}
	if n := counted.n.Load(); n != 1 || len(tails) != 1 {
		t.Errorf("%d signatures, %d different grants in the URLs, want 1 and 1", n, len(tails))
	}
}

type counter struct {
	crypto.Signer
	n atomic.Int32
}

func (c *counter) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	c.n.Add(1)
	return c.Signer.Sign(r, digest, opts)
}

func TestGrantURLRefuses(t *testing.T) {
	g := must(newCloudFront(t, p256()).Grant(t.Context(), signer.Policy{Resource: "*", Expires: expires}))
	for u, class := range badURLs() {
		got, err := g.URL(u)
		checkRefusal(t, err, class)
		if got != "" {
			t.Errorf("URL(%q) = %q beside an error", u, got)
		}
	}
	g = must(newCloudFront(t, p256()).Grant(t.Context(), signer.Policy{Resource: host + "/a/*", Expires: expires}))
	_, err := g.URL(host + "/b/x?session=hunter2")
	checkRefusal(t, err, signer.ErrNotCovered, host+"/b/x", host+"/a/*")
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %q holds the query", err)
	}
}

func TestGrantPrintsNoSecret(t *testing.T) {
	policy := signer.Policy{Resource: host + "/a/*", Expires: expires}
	g := must(newCloudFront(t, p256()).Grant(t.Context(), policy))
	if diff := cmp.Diff(policy, g.Policy(), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("Policy (-want +got):\n%s", diff)
	}
	signature := g.Cookies(signer.CookieAttributes{})[1].Value
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(format, g); strings.Contains(got, signature) || !strings.Contains(got, string(keyID)) {
			t.Errorf("Sprintf(%q) = %q, want the key id and no signature", format, got)
		}
	}
}

// TestGrantQuery: what is appended by hand is what URL appends.
func TestGrantQuery(t *testing.T) {
	g := must(newCloudFront(t, p256()).Grant(t.Context(), signer.Policy{Resource: host + "/a/*", Expires: expires}))
	if got := must(g.URL(host + "/a/b")); got != host+"/a/b?"+g.Query() {
		t.Errorf("URL = %q, want the URL and %q", got, g.Query())
	}
	if err := g.Check(host + "/a/b?c"); err != nil {
		t.Error(err)
	}
	checkRefusal(t, g.Check(host+"/b"), signer.ErrNotCovered)
	checkRefusal(t, g.Check(host+"/a/b?Policy"), signer.ErrReservedParameter)
}
