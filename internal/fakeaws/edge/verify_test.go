package edge

import (
	"crypto"
	"crypto/elliptic"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const path = "/asset/a.ts"

// Every case is a request to a private behavior, good to begin with.
func TestSignedRequestsPass(t *testing.T) {
	w := newWorld(t)
	for name, r := range map[string]*http.Request{
		"canned URL":                  w.request("GET", w.canned(path, time.Hour)),
		"canned URL with own query":   w.request("GET", w.canned(path+"?a=1&b=2", time.Hour)),
		"canned URL, odd characters":  w.request("GET", w.canned("/a%20b/(c)%2F~d", time.Hour)),
		"canned URL, last second":     w.request("GET", w.canned(path, time.Second)),
		"signature before own query":  w.request("GET", moveToEnd(w.canned(path+"?a=1", time.Hour), "a=1")),
		"HEAD":                        w.request("HEAD", w.canned(path, time.Hour)),
		"OPTIONS":                     w.request("OPTIONS", w.canned(path, time.Hour)),
		"custom URL":                  w.request("GET", w.custom(path, w.policy(w.url(path)))),
		"custom URL, wildcard":        w.request("GET", w.custom(path+"?x=1", w.policy(w.url("/asset/*")))),
		"custom URL, no resource":     w.request("GET", w.custom(path, strings.Replace(w.policy("x"), `"Resource":"x",`, "", 1))),
		"custom URL, in the window":   w.request("GET", w.custom(path, w.policy("*", w.from(-time.Second)))),
		"custom URL, in the range":    w.request("GET", w.custom(path, w.policy("*", source("192.0.2.0/24")))),
		"custom URL, address":         w.request("GET", w.custom(path, w.policy("*", source("192.0.2.1/32")))),
		"custom URL, mapped address":  fromAddress(w.request("GET", w.custom(path, w.policy("*", source("192.0.2.1/32")))), "[::ffff:192.0.2.1]:1"),
		"cookies":                     w.request("GET", path, w.cookies(w.policy(w.url("/asset/*")))),
		"cookies with own query":      w.request("GET", path+"?x=1", w.cookies(w.policy(w.url("/asset/*")))),
		"cookies in several lines":    w.request("GET", path, strings.Split(strings.ReplaceAll(w.cookies(w.policy(w.url("/*"))), "; ", "\nCookie: "), "\n")...),
		"canned cookies":              w.request("GET", path+"?x=1", cannedCookies(w, path+"?x=1")),
		"bad cookies beside good URL": w.request("GET", w.canned(path, time.Hour), "Cookie: CloudFront-Key-Pair-Id=K0; CloudFront-Policy=x"),
		"SHA1 declared":               w.request("GET", w.canned(path, time.Hour)+"&Hash-Algorithm=SHA1"),
		"SHA256 declared":             w.request("GET", sha256URL(w)),
		"SHA256 cookies":              w.request("GET", path, sha256Cookies(w)),
	} {
		if got := verdict(w.do(r)); got != "200" {
			t.Errorf("%s: got %s, want 200", name, got)
		}
	}
}

func TestSignedRequestsRefused(t *testing.T) {
	w := newWorld(t)
	stranger := w.addKey("stranger", ecdsaKey(t, elliptic.P256()))
	good := w.canned(path, time.Hour)
	cookies := w.cookies(w.policy(w.url("/asset/*")))
	expires := fmt.Sprint(w.now.Add(time.Hour).Unix())
	for _, test := range []struct {
		name string
		r    *http.Request
		want string
	}{
		{"nothing", w.request("GET", path), "MissingKey"},
		{"nothing, HEAD", w.request("HEAD", path), "MissingKey"},
		{"nothing, OPTIONS", w.request("OPTIONS", path), "MissingKey"},
		{"nothing but own query", w.request("GET", path+"?expires=1"), "MissingKey"},
		{"no key id", w.request("GET", without(good, "Key-Pair-Id")), "MissingKey"},
		{"empty key id", w.request("GET", without(good, "Key-Pair-Id")+"&Key-Pair-Id="), "MissingKey"},
		{"stray Expires beside good cookies", w.request("GET", path+"?Expires=1", cookies), "MissingKey"},
		{"stray Policy beside good cookies", w.request("GET", path+"?Policy", cookies), "MissingKey"},
		{"stray Signature beside good cookies", w.request("GET", path+"?Signature=x", cookies), "MissingKey"},
		{"stray Hash-Algorithm beside good cookies", w.request("GET", path+"?Hash-Algorithm=SHA1", cookies), "MissingKey"},
		{"stray Key-Pair-Id beside good cookies", w.request("GET", path+"?Key-Pair-Id="+w.keyID, cookies), "MalformedSignature"},
		{"lower-case cookie names", w.request("GET", path, strings.ReplaceAll(cookies, "CloudFront-", "cloudfront-")), "MissingKey"},
		{"unknown key", w.request("GET", strings.Replace(good, w.keyID, "K0000000000000", 1)), "InvalidKey"},
		{"key outside the group", w.request("GET", strings.Replace(good, w.keyID, stranger, 1)), "InvalidKey"},
		{"key id in lower case", w.request("GET", strings.Replace(good, w.keyID, strings.ToLower(w.keyID), 1)), "InvalidKey"},
		{"key id twice", w.request("GET", good+"&Key-Pair-Id="+w.keyID), "InvalidKey"},
		{"no signature", w.request("GET", without(good, "Signature")), "MalformedSignature"},
		{"empty signature", w.request("GET", without(good, "Signature")+"&Signature="), "MalformedSignature"},
		{"signature twice", w.request("GET", good+"&Signature=AAAA"), "MalformedSignature"},
		{"signature in standard base64", w.request("GET", without(good, "Signature")+"&Signature=A+A="), "MalformedSignature"},
		{"signature percent-encoded", w.request("GET", without(good, "Signature")+"&Signature=AA%5F%5F"), "MalformedSignature"},
		{"signature not padded", w.request("GET", without(good, "Signature")+"&Signature=AAAAA"), "MalformedSignature"},
		{"signature with stray bits", w.request("GET", without(good, "Signature")+"&Signature=AB__"), "MalformedSignature"},
		{"neither Expires nor Policy", w.request("GET", without(good, "Expires")), "MalformedPolicy"},
		{"Expires and Policy", w.request("GET", w.custom(path, w.policy("*"))+"&Expires="+expires), "MalformedPolicy"},
		{"Expires twice", w.request("GET", good+"&Expires="+expires), "MalformedPolicy"},
		{"Expires in milliseconds", w.request("GET", strings.Replace(good, expires, expires+"000", 1)), "MalformedPolicy"},
		{"Expires with sign", w.request("GET", strings.Replace(good, expires, "+"+expires, 1)), "MalformedPolicy"},
		{"Expires with zero", w.request("GET", strings.Replace(good, expires, "0"+expires, 1)), "MalformedPolicy"},
		{"Expires empty", w.request("GET", strings.Replace(good, expires, "", 1)), "MalformedPolicy"},
		{"policy not base64", w.request("GET", without(w.custom(path, w.policy("*")), "Policy")+"&Policy=%7B"), "MalformedPolicy"},
		{"policy without date", w.request("GET", w.custom(path, `{"Statement":[{"Resource":"*"}]}`)), "MalformedPolicy"},
		{"policy with two statements", w.request("GET", w.custom(path, badPolicies["two statements"])), "MalformedPolicy"},
		{"policy with white space", w.request("GET", w.custom(path, w.policy("*")+"\n")), "MalformedPolicy"},
		{"policy with IPv6", w.request("GET", w.custom(path, w.policy("*", source("2001:db8::/32")))), "MalformedPolicy"},
		{"wrong signature", w.request("GET", without(good, "Signature")+"&Signature="+signature(t, w.signer, crypto.SHA1, "x")), "AccessDenied"},
		{"signature of another key", w.request("GET", without(good, "Signature")+"&Signature="+signature(t, rsaKey(), crypto.SHA1, "x")), "AccessDenied"},
		{"changed Expires", w.request("GET", strings.Replace(good, expires, fmt.Sprint(w.now.Add(2*time.Hour).Unix()), 1)), "AccessDenied"},
		{"signature for another path", w.request("GET", strings.Replace(good, path, "/asset/b.ts", 1)), "AccessDenied"},
		{"query added", w.request("GET", good+"&x=1"), "AccessDenied"},
		{"query removed", w.request("GET", without(w.canned(path+"?x=1", time.Hour), "x")), "AccessDenied"},
		{"query reordered", w.request("GET", moveToEnd(w.canned(path+"?a=1&b=2", time.Hour), "a=1")), "AccessDenied"},
		{"path re-encoded", w.request("GET", strings.Replace(good, "/asset", "/%61sset", 1)), "AccessDenied"},
		{"host in upper case", upperHost(w.request("GET", good)), "AccessDenied"},
		{"expired", w.request("GET", w.canned(path, -time.Second)), "AccessDenied"},
		{"expiring now", w.request("GET", w.canned(path, 0)), "AccessDenied"},
		{"custom expired", w.request("GET", w.custom(path, strings.Replace(w.policy("*"), expires, fmt.Sprint(w.now.Unix()), 1))), "AccessDenied"},
		{"not yet valid", w.request("GET", w.custom(path, w.policy("*", w.from(time.Hour)))), "AccessDenied"},
		{"valid only after this second", w.request("GET", w.custom(path, w.policy("*", w.from(0)))), "AccessDenied"},
		{"wrong address", w.request("GET", w.custom(path, w.policy("*", source("198.51.100.0/24")))), "AccessDenied"},
		{"IPv6 viewer", fromAddress(w.request("GET", w.custom(path, w.policy("*", source("0.0.0.0/0")))), "[2001:db8::1]:1"), "AccessDenied"},
		{"no viewer address", fromAddress(w.request("GET", w.custom(path, w.policy("*", source("0.0.0.0/0")))), ""), "AccessDenied"},
		{"resource of another path", w.request("GET", w.custom(path, w.policy(w.url("/other/*")))), "AccessDenied"},
		{"resource of another host", w.request("GET", w.custom(path, w.policy("https://d0.cloudfront.net/*"))), "AccessDenied"},
		{"resource of another protocol", w.request("GET", w.custom(path, w.policy("http://"+w.dist.DomainName+"/*"))), "AccessDenied"},
		{"cookies with any URL", w.request("GET", path, w.cookies(w.policy("*"))), "AccessDenied"},
		{"cookies for another path", w.request("GET", path, w.cookies(w.policy(w.url("/other/*")))), "AccessDenied"},
		{"policy cookie twice", w.request("GET", path, cookies, "Cookie: CloudFront-Policy=e30_"), "MalformedPolicy"},
		{"SHA256 not declared", w.request("GET", without(sha256URL(w), "Hash-Algorithm")), "AccessDenied"},
		{"SHA256 declared, SHA1 signed", w.request("GET", good+"&Hash-Algorithm=SHA256"), "AccessDenied"},
		{"unknown hash", w.request("GET", good+"&Hash-Algorithm=MD5"), "AccessDenied"},
		{"hash in lower case", w.request("GET", good+"&Hash-Algorithm=sha1"), "AccessDenied"},
		{"empty hash", w.request("GET", good+"&Hash-Algorithm="), "AccessDenied"},
		{"hash twice", w.request("GET", good+"&Hash-Algorithm=SHA1&Hash-Algorithm=SHA1"), "AccessDenied"},
	} {
		if got, want := verdict(w.do(test.r)), "403 "+test.want; got != want {
			t.Errorf("%s: got %s, want %s", test.name, got, want)
		}
	}
	if len(w.fetched) > 0 {
		t.Errorf("the origin was asked %d times on refused requests", len(w.fetched))
	}
}

func TestRSASignatures(t *testing.T) {
	w := newWorld(t)
	w.keyID = w.addKey("rsa", rsaKey())
	w.signer = rsaKey()
	if got := verdict(w.get(w.canned(path, time.Hour))); got != "403 InvalidKey" {
		t.Errorf("key not yet in the group: got %s, want 403 InvalidKey", got)
	}
	g, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{w.keyID}})
	if err != nil {
		t.Fatal(err)
	}
	w.group = g
	for name, target := range map[string]string{
		"SHA-1":   w.canned(path, time.Hour),
		"SHA-256": sha256URL(w),
		"custom":  w.custom(path, w.policy("*")),
	} {
		if got := verdict(w.get(target)); got != "200" {
			t.Errorf("%s: got %s, want 200", name, got)
		}
	}
	if got := verdict(w.get(without(sha256URL(w), "Hash-Algorithm"))); got != "403 AccessDenied" {
		t.Errorf("SHA-256 not declared: got %s, want 403 AccessDenied", got)
	}
}

// Only the key groups of the behavior that matches count.
func TestKeyGroupOfTheMatchedBehavior(t *testing.T) {
	w := newWorld(t)
	other := ecdsaKey(t, elliptic.P256())
	otherID := w.addKey("other", other)
	g, err := w.CreateKeyGroup(KeyGroupConfig{Name: "others", Items: []string{otherID}})
	if err != nil {
		t.Fatal(err)
	}
	w.update(func(c *DistributionConfig) {
		addBehavior(c, "/other/*")
		c.Behaviors[0].TrustedKeyGroups = []string{g.ID}
	})
	if got := verdict(w.get(w.canned("/other/a", time.Hour))); got != "403 InvalidKey" {
		t.Errorf("key of the default behavior: got %s, want 403 InvalidKey", got)
	}
	w.keyID, w.signer = otherID, other
	if got := verdict(w.get(w.canned("/other/a", time.Hour))); got != "200" {
		t.Errorf("key of the behavior: got %s, want 200", got)
	}
	if got := verdict(w.get(w.canned("/a", time.Hour))); got != "403 InvalidKey" {
		t.Errorf("key of another behavior: got %s, want 403 InvalidKey", got)
	}
}

// A cached object is not a way around the signature, nor is it after the key
// has left its group.
func TestSignatureBeforeCache(t *testing.T) {
	w := newWorld(t)
	signed := w.canned(path, time.Hour)
	if got := verdict(w.get(signed)); got != "200" {
		t.Fatalf("signed: got %s, want 200", got)
	}
	if got := verdict(w.get(path)); got != "403 MissingKey" {
		t.Errorf("unsigned: got %s, want 403 MissingKey", got)
	}
	w.now = w.now.Add(time.Hour)
	if got := verdict(w.get(signed)); got != "403 AccessDenied" {
		t.Errorf("expired: got %s, want 403 AccessDenied", got)
	}
	w.now = start
	spare := w.addKey("spare", ecdsaKey(t, elliptic.P256()))
	if _, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{spare}}); err != nil {
		t.Fatal(err)
	}
	if got := verdict(w.get(signed)); got != "403 InvalidKey" {
		t.Errorf("key taken out: got %s, want 403 InvalidKey", got)
	}
}

func (w *world) from(d time.Duration) string {
	return fmt.Sprintf(`"DateGreaterThan":{"AWS:EpochTime":%d}`, w.now.Add(d).Unix())
}

func source(cidr string) string { return `"IpAddress":{"AWS:SourceIp":"` + cidr + `"}` }

func fromAddress(r *http.Request, addr string) *http.Request {
	r.RemoteAddr = addr
	return r
}

func upperHost(r *http.Request) *http.Request {
	r.Host = strings.ToUpper(r.Host)
	return r
}

// without takes a parameter out of a target.
func without(target, name string) string {
	base, query, _ := strings.Cut(target, "?")
	var kept []string
	for _, part := range strings.Split(query, "&") {
		if !strings.HasPrefix(part, name+"=") {
			kept = append(kept, part)
		}
	}
	return base + "?" + strings.Join(kept, "&")
}

func moveToEnd(target, part string) string {
	return strings.Replace(target, part+"&", "", 1) + "&" + part
}

func sha256URL(w *world) string {
	expires := w.now.Add(time.Hour).Unix()
	text := fmt.Sprintf(`{"Statement":[{"Resource":"%s","Condition":{"DateLessThan":{"AWS:EpochTime":%d}}}]}`, w.url(path), expires)
	return fmt.Sprintf("%s?Expires=%d&Signature=%s&Key-Pair-Id=%s&Hash-Algorithm=SHA256",
		path, expires, signature(w.t, w.signer, crypto.SHA256, text), w.keyID)
}

func sha256Cookies(w *world) string {
	policy := w.policy(w.url("/*"))
	return "Cookie: CloudFront-Policy=" + encode([]byte(policy)) +
		"; CloudFront-Signature=" + signature(w.t, w.signer, crypto.SHA256, policy) +
		"; CloudFront-Key-Pair-Id=" + w.keyID + "; CloudFront-Hash-Algorithm=SHA256"
}

func cannedCookies(w *world, target string) string {
	_, query, _ := strings.Cut(w.canned(target, time.Hour), "&Expires=")
	query = "Expires=" + query
	return "Cookie: CloudFront-" + strings.ReplaceAll(query, "&", "; CloudFront-")
}
