package edge

import (
	"crypto"
	"crypto/elliptic"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A damage turns a good signature's members into something that must be
// refused. Each goes through a URL and through cookies.
type damage struct {
	name   string
	change func(w *world, m map[string]string)
	code   string
}

func putPolicy(text func(w *world) string) func(*world, map[string]string) {
	return func(w *world, m map[string]string) {
		m[memberPolicy] = encode([]byte(text(w)))
		m[memberSignature] = signature(w.t, w.signer, crypto.SHA1, text(w))
	}
}

func put(name, value string) func(*world, map[string]string) {
	return func(_ *world, m map[string]string) { m[name] = value }
}

func edit(name string, change func(string) string) func(*world, map[string]string) {
	return func(_ *world, m map[string]string) { m[name] = change(m[name]) }
}

func drop(name string) func(*world, map[string]string) {
	return func(_ *world, m map[string]string) { delete(m, name) }
}

func raw(condition string) func(w *world) string {
	return func(w *world) string {
		return `{"Statement":[{"Resource":"` + w.url("/*") + `","Condition":` + condition + `}]}`
	}
}

func damages(t testing.TB) []damage {
	stranger := ecdsaKey(t, elliptic.P256())
	swap := func(from, to string) func(w *world) string {
		return func(w *world) string { return strings.ReplaceAll(w.policy(w.url("/*")), from, to) }
	}
	extra := func(condition string) func(w *world) string {
		return func(w *world) string { return w.policy(w.url("/*"), condition) }
	}
	const bad, gone, unknown, unreadable = "AccessDenied", "MissingKey", "InvalidKey", "MalformedSignature"
	const policy = "MalformedPolicy"
	return []damage{
		{"no key id", drop(memberKeyPairID), gone},
		{"empty key id", put(memberKeyPairID, ""), gone},
		{"unknown key id", put(memberKeyPairID, "K2JCJMDEHXQW5F"), unknown},
		{"key id in lower case", edit(memberKeyPairID, strings.ToLower), unknown},
		{"key id cut", edit(memberKeyPairID, func(s string) string { return s[:len(s)-1] }), unknown},
		{"key id with a blank", edit(memberKeyPairID, func(s string) string { return s + "%20" }), unknown},
		{"key group id for key id", func(w *world, m map[string]string) { m[memberKeyPairID] = w.group.ID }, unknown},
		{"no signature", drop(memberSignature), unreadable},
		{"empty signature", put(memberSignature, ""), unreadable},
		{"signature cut to bad padding", edit(memberSignature, func(s string) string { return s[:len(s)-1] }), unreadable},
		{"signature percent-encoded", edit(memberSignature, func(s string) string { return "%41" + s[3:] }), unreadable},
		{"signature in base64url", put(memberSignature, "AA"), unreadable},
		{"signature in standard base64", edit(memberSignature, func(s string) string { return "+/" + s[2:] }), unreadable},
		{"signature in hexadecimal with colon", put(memberSignature, "30:45"), unreadable},
		{"signature padded twice", edit(memberSignature, func(s string) string { return s + "____" }), unreadable},
		{"signature shifted by one byte", edit(memberSignature, func(s string) string { return "AAAA" + s }), bad},
		{"signature truncated", edit(memberSignature, func(s string) string { return s[:40] }), bad},
		{"signature of nothing", put(memberSignature, "AAAA"), bad},
		{"signature reversed", edit(memberSignature, func(s string) string { return s[4:40] + s[:4] }), bad},
		{"signature by another key", func(w *world, m map[string]string) {
			m[memberSignature] = signature(w.t, stranger, crypto.SHA1, w.policy(w.url("/*")))
		}, bad},
		{"signature by an RSA key", func(w *world, m map[string]string) {
			m[memberSignature] = signature(w.t, rsaKey(), crypto.SHA1, w.policy(w.url("/*")))
		}, bad},
		{"signature of another policy", func(w *world, m map[string]string) {
			m[memberSignature] = signature(w.t, w.signer, crypto.SHA1, w.policy("*"))
		}, bad},
		{"signature of the encoded policy", func(w *world, m map[string]string) {
			m[memberSignature] = signature(w.t, w.signer, crypto.SHA1, m[memberPolicy])
		}, bad},
		{"signature by SHA-256", func(w *world, m map[string]string) {
			m[memberSignature] = signature(w.t, w.signer, crypto.SHA256, w.policy(w.url("/*")))
		}, bad},
		{"raw r and s", func(_ *world, m map[string]string) { m[memberSignature] = encode(repeatBytes(64)) }, bad},
		{"SHA256 declared", put(memberHash, "SHA256"), bad},
		{"MD5 declared", put(memberHash, "MD5"), bad},
		{"SHA512 declared", put(memberHash, "SHA512"), bad},
		{"hash with hyphen", put(memberHash, "SHA-1"), bad},
		{"empty hash", put(memberHash, ""), bad},
		{"policy changed, not signed again", func(w *world, m map[string]string) {
			m[memberPolicy] = encode([]byte(strings.Replace(w.policy(w.url("/*")), "/*", "/**", 1)))
		}, bad},
		{"no policy", drop(memberPolicy), policy},
		{"empty policy", put(memberPolicy, ""), policy},
		{"policy as plain JSON", put(memberPolicy, "{}"), policy},
		{"policy in standard base64", func(w *world, m map[string]string) {
			m[memberPolicy] = base64.StdEncoding.EncodeToString([]byte(w.policy(w.url("/*")) + " "))
		}, policy},
		{"policy cut", edit(memberPolicy, func(s string) string { return s[:40] }), policy},
		{"policy beside Expires", put(memberExpires, "4102444800"), policy},
		{"policy is a list", putPolicy(func(*world) string { return "[]" }), policy},
		{"policy is null", putPolicy(func(*world) string { return "null" }), policy},
		{"policy with a byte order mark", putPolicy(func(w *world) string { return "\ufeff" + w.policy(w.url("/*")) }), policy},
		{"policy with a final line end", putPolicy(func(w *world) string { return w.policy(w.url("/*")) + "\n" }), policy},
		{"policy with white space", putPolicy(swap(`":`, `": `)), policy},
		{"policy not UTF-8", putPolicy(swap("/*", "/\xff*")), policy},
		{"policy with trailing text", putPolicy(func(w *world) string { return w.policy(w.url("/*")) + "x" }), policy},
		{"member in lower case", putPolicy(swap("Statement", "statement")), policy},
		{"member abbreviated", putPolicy(swap("DateLessThan", "DLT")), policy},
		{"member unknown", putPolicy(swap("DateLessThan", "DateLessThanEquals")), policy},
		{"no statement", putPolicy(func(*world) string { return `{"Statement":[]}` }), policy},
		{"two statements", putPolicy(func(*world) string { return badPolicies["two statements"] }), policy},
		{"no condition", putPolicy(func(w *world) string { return `{"Statement":[{"Resource":"` + w.url("/*") + `"}]}` }), policy},
		{"no end date", putPolicy(raw(`{"DateGreaterThan":{"AWS:EpochTime":1}}`)), policy},
		{"date in quotes", putPolicy(raw(`{"DateLessThan":{"AWS:EpochTime":"4102444800"}}`)), policy},
		{"date as a fraction", putPolicy(raw(`{"DateLessThan":{"AWS:EpochTime":4102444800.0}}`)), policy},
		{"date in exponents", putPolicy(raw(`{"DateLessThan":{"AWS:EpochTime":4e9}}`)), policy},
		{"date in milliseconds", putPolicy(raw(`{"DateLessThan":{"AWS:EpochTime":4102444800000}}`)), policy},
		{"date negative", putPolicy(raw(`{"DateLessThan":{"AWS:EpochTime":-1}}`)), policy},
		{"address with host bits", putPolicy(extra(source("192.0.2.1/24"))), policy},
		{"address without mask", putPolicy(extra(source("192.0.2.1"))), policy},
		{"address of version 6", putPolicy(extra(source("::/0"))), policy},
		{"addresses in a list", putPolicy(extra(`"IpAddress":{"AWS:SourceIp":["192.0.2.0/24"]}`)), policy},
		{"another address", putPolicy(extra(source("192.0.2.2/32"))), bad},
		{"date passed", putPolicy(raw(`{"DateLessThan":{"AWS:EpochTime":1}}`)), bad},
		{"not before tomorrow", putPolicy(func(w *world) string { return w.policy(w.url("/*"), w.from(24*time.Hour)) }), bad},
		{"resource at another path", putPolicy(swap("/*", "/other/*")), bad},
		{"resource over http", putPolicy(swap("https://", "http://")), bad},
		{"resource at another host", putPolicy(swap("cloudfront.net", "cloudfront.example")), bad},
		{"resource at the bucket", putPolicy(func(w *world) string { return w.policy("https://" + bucketHost + "/*") }), bad},
		{"resource in upper case", putPolicy(func(w *world) string { return w.policy(strings.ToUpper(w.url("/")) + "*") }), bad},
		{"resource without scheme", putPolicy(swap("https://", "")), bad},
	}
}

func TestDamagedSignatures(t *testing.T) {
	w := newWorld(t)
	list := damages(t)
	if len(list) < 40 {
		t.Fatalf("%d kinds of damage, want 40", len(list))
	}
	good := func() map[string]string {
		policy := w.policy(w.url("/*"))
		return map[string]string{memberPolicy: encode([]byte(policy)), memberKeyPairID: w.keyID,
			memberSignature: signature(t, w.signer, crypto.SHA1, policy)}
	}
	carriers := map[string]func(map[string]string) *http.Request{
		"URL": func(m map[string]string) *http.Request {
			var query []string
			for name, value := range m {
				query = append(query, name+"="+value)
			}
			return w.request("GET", path+"?"+strings.Join(query, "&"))
		},
		"cookies": func(m map[string]string) *http.Request {
			var pairs []string
			for name, value := range m {
				pairs = append(pairs, cookiePrefix+name+"="+value)
			}
			return w.request("GET", path, "Cookie: "+strings.Join(pairs, "; "))
		},
	}
	for carrier, request := range carriers {
		if got := verdict(w.do(request(good()))); got != "200" {
			t.Fatalf("%s, not damaged: got %s, want 200", carrier, got)
		}
		for _, d := range list {
			m := good()
			d.change(w, m)
			if got, want := verdict(w.do(request(m))), fmt.Sprint("403 ", d.code); got != want {
				t.Errorf("%s, %s: got %s, want %s", carrier, d.name, got, want)
			}
		}
	}
}
