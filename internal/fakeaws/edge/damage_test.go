package edge

import (
	"crypto"
	"crypto/elliptic"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

// A damage makes of a good signature one that must be refused with a code.
type damage struct {
	name   string
	change func(*signers, *presented)
	code   string
}

const (
	wantDenied    = "AccessDenied"
	wantMissing   = "MissingKey"
	wantInvalid   = "InvalidKey"
	wantSignature = "MalformedSignature"
	wantPolicy    = "MalformedPolicy"
)

func put(name, value string) func(*signers, *presented) {
	return func(_ *signers, p *presented) { p.members[name] = value }
}

func edit(name string, change func(string) string) func(*signers, *presented) {
	return func(_ *signers, p *presented) { p.members[name] = change(p.members[name]) }
}

func drop(name string) func(*signers, *presented) {
	return func(_ *signers, p *presented) { delete(p.members, name) }
}

// twice sends a member once more as it is.
func twice(name string) func(*signers, *presented) {
	return func(_ *signers, p *presented) { p.more = append(p.more, name+"="+p.members[name]) }
}

func more(pair string) func(*signers, *presented) {
	return func(_ *signers, p *presented) { p.more = append(p.more, pair) }
}

// bytesOf changes the signature below its encoding.
func bytesOf(change func([]byte) []byte) func(*signers, *presented) {
	return func(s *signers, p *presented) {
		p.members[memberSignature] = encode(change([]byte(decode(s.t, p.members[memberSignature]))))
	}
}

// signedAgain signs what a change makes of the text, with the right key.
func signedAgain(change func(string) string) func(*signers, *presented) {
	return func(s *signers, p *presented) {
		hash, _ := p.hash()
		p.members[memberSignature] = signature(s.t, s.keyOf(p), hash, change(p.text(s.world)))
	}
}

func retarget(from, to string) func(*signers, *presented) {
	return func(_ *signers, p *presented) { p.target = strings.Replace(p.target, from, to, 1) }
}

func rewrite(from, to string) func(*signers, *presented) {
	return func(_ *signers, p *presented) {
		p.rewrite = func(line string) string { return strings.ReplaceAll(line, from, to) }
	}
}

func decode(t testing.TB, text string) string {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "=", "~", "/").Replace(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// damages are for canned and custom policies, in URLs and cookies, by any
// signer, for the target and the times of [goodOrder].
func damages(t testing.TB) []damage {
	other := ecdsaKey(t, elliptic.P256())
	return []damage{
		{"no key id", drop(memberKeyPairID), wantMissing},
		{"empty key id", put(memberKeyPairID, ""), wantMissing},
		{"unknown key id", put(memberKeyPairID, "K2JCJMDEHXQW5F"), wantInvalid},
		{"id of an old account key", put(memberKeyPairID, "APKAEIBAERJR2EXAMPLE"), wantInvalid},
		{"key id in lower case", edit(memberKeyPairID, strings.ToLower), wantInvalid},
		{"key id cut", edit(memberKeyPairID, func(s string) string { return s[:len(s)-1] }), wantInvalid},
		{"key id with a blank", edit(memberKeyPairID, func(s string) string { return s + "%20" }), wantInvalid},
		{"key id twice", twice(memberKeyPairID), wantInvalid},
		{"key group id for key id", func(s *signers, p *presented) { p.members[memberKeyPairID] = s.group.ID }, wantInvalid},
		{"key outside the group", func(s *signers, p *presented) { p.members[memberKeyPairID] = s.stranger }, wantInvalid},
		{"other key of the group", func(s *signers, p *presented) {
			for _, id := range s.ids {
				if id != p.members[memberKeyPairID] {
					p.members[memberKeyPairID] = id
					return
				}
			}
		}, wantDenied},

		{"no signature", drop(memberSignature), wantSignature},
		{"empty signature", put(memberSignature, ""), wantSignature},
		{"signature twice", twice(memberSignature), wantSignature},
		{"signature cut to bad padding", edit(memberSignature, func(s string) string { return s[:len(s)-1] }), wantSignature},
		{"signature percent-encoded", edit(memberSignature, func(s string) string { return "%41" + s[3:] }), wantSignature},
		{"signature unpadded", put(memberSignature, "AA"), wantSignature},
		{"signature in standard base64", edit(memberSignature, func(s string) string { return "+/" + s[2:] }), wantSignature},
		{"signature with standard padding", edit(memberSignature, func(s string) string { return s[:40] + "AA==" }), wantSignature},
		{"signature in hexadecimal with colon", put(memberSignature, "30:45"), wantSignature},
		{"signature padded twice", edit(memberSignature, func(s string) string { return s + "____" }), wantSignature},
		{"signature with a blank", edit(memberSignature, func(s string) string { return s[:4] + "%20" + s[4:] }), wantSignature},
		{"signature shifted by three bytes", edit(memberSignature, func(s string) string { return "AAAA" + s }), wantDenied},
		{"signature truncated", edit(memberSignature, func(s string) string { return s[:40] }), wantDenied},
		{"signature of nothing", put(memberSignature, "AAAA"), wantDenied},
		{"signature with parts swapped", edit(memberSignature, func(s string) string { return s[4:40] + s[:4] + s[40:] }), wantDenied},
		{"first bit of the signature", bytesOf(func(b []byte) []byte { b[0] ^= 0x80; return b }), wantDenied},
		{"middle bit of the signature", bytesOf(func(b []byte) []byte { b[len(b)/2] ^= 0x10; return b }), wantDenied},
		{"last bit of the signature", bytesOf(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }), wantDenied},
		{"signature one byte short", bytesOf(func(b []byte) []byte { return b[:len(b)-1] }), wantDenied},
		{"signature one byte long", bytesOf(func(b []byte) []byte { return append(b, 0) }), wantDenied},
		{"raw r and s", bytesOf(rawECDSA), wantDenied},
		{"signature by another key", func(s *signers, p *presented) {
			hash, _ := p.hash()
			p.members[memberSignature] = signature(s.t, other, hash, p.text(s.world))
		}, wantDenied},
		{"signature of another text", signedAgain(func(string) string { return `{"Statement":[]}` }), wantDenied},
		{"signature of the encoded text", signedAgain(func(text string) string { return encode([]byte(text)) }), wantDenied},
		{"signature of the text and a line end", signedAgain(func(text string) string { return text + "\n" }), wantDenied},
		{"signature by the hash not declared", func(s *signers, p *presented) {
			hash, _ := p.otherHash()
			p.members[memberSignature] = signature(s.t, s.keyOf(p), hash, p.text(s.world))
		}, wantDenied},

		{"the other hash declared", func(_ *signers, p *presented) { _, p.members[memberHash] = p.otherHash() }, wantDenied},
		{"MD5 declared", put(memberHash, "MD5"), wantDenied},
		{"SHA512 declared", put(memberHash, "SHA512"), wantDenied},
		{"SHA-1 with hyphen", put(memberHash, "SHA-1"), wantDenied},
		{"SHA-256 with hyphen", put(memberHash, "SHA-256"), wantDenied},
		{"hash in lower case", func(_ *signers, p *presented) {
			_, name := p.hash()
			p.members[memberHash] = strings.ToLower(name)
		}, wantDenied},
		{"empty hash", put(memberHash, ""), wantDenied},
		{"hash twice", func(s *signers, p *presented) {
			_, p.members[memberHash] = p.hash()
			twice(memberHash)(s, p)
		}, wantDenied},

		{"another file", retarget("/a.ts", "/b.ts"), wantDenied},
		{"another folder", retarget("/asset/", "/other/"), wantDenied},
		{"folder above", retarget("/asset/", "/"), wantDenied},
		{"path in upper case", retarget("/a.ts", "/A.ts"), wantDenied},
		{"path re-encoded", retarget("/asset", "/%61sset"), wantDenied},
		{"path with a dot segment", retarget("/asset", "/asset/../asset"), wantDenied},
		{"path with two slashes", retarget("/asset/", "/asset//"), wantDenied},
		{"path with a slash at its end", retarget("/a.ts", "/a.ts/"), wantDenied},
		{"query added", retarget("y=2", "y=2&z=3"), wantDenied},
		{"query removed", retarget("?x=1&y=2", ""), wantDenied},
		{"query shortened", retarget("&y=2", ""), wantDenied},
		{"query reordered", retarget("x=1&y=2", "y=2&x=1"), wantDenied},
		{"query changed", retarget("y=2", "y=3"), wantDenied},
		{"query re-encoded", retarget("y=2", "y=%32"), wantDenied},
		{"host in upper case", func(s *signers, p *presented) { p.host = strings.ToUpper(s.dist.DomainName) }, wantDenied},
		{"host with a port", func(s *signers, p *presented) { p.host = s.dist.DomainName + ":443" }, wantDenied},

		{"at its last second", func(_ *signers, p *presented) { p.after = time.Hour }, wantDenied},
		{"a day late", func(_ *signers, p *presented) { p.after = 25 * time.Hour }, wantDenied},
	}
}

// keyOf is the key that the presented id names.
func (s *signers) keyOf(p *presented) crypto.Signer {
	for name, id := range s.ids {
		if id == p.members[memberKeyPairID] {
			return s.keys[name]
		}
	}
	s.t.Fatalf("no key has the id %q", p.members[memberKeyPairID])
	return nil
}

// rawECDSA is the form of JWTs: r and s, 32 bytes each. An RSA signature is
// only cut.
func rawECDSA(der []byte) []byte {
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &sig); err != nil {
		return der[:64]
	}
	raw := make([]byte, 64)
	sig.R.FillBytes(raw[:32])
	sig.S.FillBytes(raw[32:])
	return raw
}

// cannedDamages are for what has Expires.
func cannedDamages() []damage {
	expires := func(change func(string) string) func(*signers, *presented) { return edit(memberExpires, change) }
	return []damage{
		{"no Expires", drop(memberExpires), wantPolicy},
		{"empty Expires", put(memberExpires, ""), wantPolicy},
		{"Expires twice", twice(memberExpires), wantPolicy},
		{"Expires beside a policy", func(s *signers, p *presented) {
			p.members[memberPolicy] = encode([]byte(p.text(s.world)))
		}, wantPolicy},
		{"Expires in milliseconds", expires(func(s string) string { return s + "000" }), wantPolicy},
		{"Expires with a sign", expires(func(s string) string { return "+" + s }), wantPolicy},
		{"Expires negative", expires(func(s string) string { return "-" + s }), wantPolicy},
		{"Expires with a zero before", expires(func(s string) string { return "0" + s }), wantPolicy},
		{"Expires as a fraction", expires(func(s string) string { return s + ".0" }), wantPolicy},
		{"Expires in hexadecimal", put(memberExpires, "0x6b36b53a"), wantPolicy},
		{"Expires with a blank", expires(func(s string) string { return s + "%20" }), wantPolicy},
		{"Expires as a date", put(memberExpires, "2027-01-02T04:04:05Z"), wantPolicy},
		{"Expires beyond 64 bits", put(memberExpires, "9223372036854775808"), wantPolicy},
		{"a second more", func(s *signers, p *presented) {
			p.members[memberExpires] = fmt.Sprint(start.Add(time.Hour + time.Second).Unix())
		}, wantDenied},
		{"a second less", func(s *signers, p *presented) {
			p.members[memberExpires] = fmt.Sprint(start.Add(time.Hour - time.Second).Unix())
		}, wantDenied},
	}
}

// customDamages are for what has a Policy of goodOrder.
func customDamages() []damage {
	resent := func(from, to string) func(*signers, *presented) {
		return func(s *signers, p *presented) {
			p.members[memberPolicy] = encode([]byte(strings.Replace(p.text(s.world), from, to, 1)))
		}
	}
	return []damage{
		{"no policy", drop(memberPolicy), wantPolicy},
		{"empty policy", put(memberPolicy, ""), wantPolicy},
		{"policy twice", twice(memberPolicy), wantPolicy},
		{"policy beside Expires", more("Expires=4102444800"), wantPolicy},
		{"policy as plain JSON", put(memberPolicy, "{}"), wantPolicy},
		{"policy in standard base64", func(s *signers, p *presented) {
			p.members[memberPolicy] = base64.StdEncoding.EncodeToString([]byte(p.text(s.world) + " "))[:40] + "AA=="
		}, wantPolicy},
		{"policy cut", edit(memberPolicy, func(s string) string { return s[:40] }), wantPolicy},
		{"policy percent-encoded", edit(memberPolicy, func(s string) string { return "%65" + s[1:] }), wantPolicy},
		{"policy with white space", resent(`":`, `": `), wantPolicy},
		{"resource opened, not signed again", resent("/asset/a.ts", "/*"), wantDenied},
		{"date moved, not signed again", resent(`"DateLessThan":{"AWS:EpochTime":1`, `"DateLessThan":{"AWS:EpochTime":2`), wantDenied},
		{"members reordered, not signed again", func(s *signers, p *presented) {
			text := p.text(s.world)
			at := strings.Index(text, `,"Condition"`)
			resource, condition := text[len(`{"Statement":[{`):at], text[at+1:len(text)-len(`}]}`)]
			p.members[memberPolicy] = encode([]byte(`{"Statement":[{` + condition + "," + resource + `}]}`))
		}, wantDenied},
	}
}

// windowDamages are for a policy with the window and the address of goodOrder.
func windowDamages() []damage {
	return []damage{
		{"before its time", func(_ *signers, p *presented) { p.after = -2 * time.Minute }, wantDenied},
		{"in the second of its start", func(_ *signers, p *presented) { p.after = -time.Minute }, wantDenied},
		{"from another address", func(_ *signers, p *presented) { p.address = "198.51.100.7:1" }, wantDenied},
		{"from an address of version 6", func(_ *signers, p *presented) { p.address = "[2001:db8::1]:1" }, wantDenied},
	}
}

// carrierDamages are for URLs, and for cookies.
func carrierDamages(cookies bool) []damage {
	stray := func(pair string) func(*signers, *presented) {
		return func(_ *signers, p *presented) { p.target = join(p.target, pair) }
	}
	if cookies {
		return []damage{
			{"no cookies", func(_ *signers, p *presented) { clear(p.members) }, wantMissing},
			{"cookie names in lower case", rewrite("CloudFront-", "cloudfront-"), wantMissing},
			{"cookie names without prefix", rewrite("CloudFront-", ""), wantMissing},
			{"cookies in one", rewrite("; ", ", "), wantMissing},
			{"signature in quotes", edit(memberSignature, func(s string) string { return `"` + s + `"` }), wantSignature},
			{"a stray Expires in the URL", stray("Expires=1"), wantMissing},
			{"a stray Policy in the URL", stray("Policy=x"), wantMissing},
			{"a stray Signature in the URL", stray("Signature=x"), wantMissing},
			{"a stray Hash-Algorithm in the URL", stray("Hash-Algorithm=SHA1"), wantMissing},
			{"a stray Key-Pair-Id in the URL", func(s *signers, p *presented) {
				p.target = join(p.target, "Key-Pair-Id="+p.members[memberKeyPairID])
			}, wantSignature},
		}
	}
	return []damage{
		{"no parameters", func(_ *signers, p *presented) { clear(p.members) }, wantMissing},
		{"key id's name in lower case", rewrite("Key-Pair-Id=", "key-pair-id="), wantMissing},
		{"key id's name percent-encoded", rewrite("Key-Pair-Id=", "%4Bey-Pair-Id="), wantMissing},
		{"parameters under the names of cookies", rewrite("Key-Pair-Id=", "CloudFront-Key-Pair-Id="), wantMissing},
		{"ampersands percent-encoded", rewrite("&", "%26"), wantMissing},
		{"ampersands from HTML", rewrite("&", "&amp;"), wantMissing},
	}
}

// badTexts are custom policies that must be refused although they are signed
// well.
func badTexts(w *world) []struct{ name, text, code string } {
	good := w.policy(w.url("/*"))
	swap := func(from, to string) string { return strings.ReplaceAll(good, from, to) }
	raw := func(condition string) string {
		return `{"Statement":[{"Resource":"` + w.url("/*") + `","Condition":` + condition + `}]}`
	}
	extra := func(condition string) string { return w.policy(w.url("/*"), condition) }
	return []struct{ name, text, code string }{
		{"policy is a list", "[]", wantPolicy},
		{"policy is null", "null", wantPolicy},
		{"policy with a byte order mark", "\ufeff" + good, wantPolicy},
		{"policy with a final line end", good + "\n", wantPolicy},
		{"policy with white space", swap(`":`, `": `), wantPolicy},
		{"policy with trailing text", good + "x", wantPolicy},
		{"member in lower case", swap("Statement", "statement"), wantPolicy},
		{"member abbreviated", swap("DateLessThan", "DLT"), wantPolicy},
		{"member unknown", swap("DateLessThan", "DateLessThanEquals"), wantPolicy},
		{"no statement", `{"Statement":[]}`, wantPolicy},
		{"two statements", badPolicies["two statements"], wantPolicy},
		{"no condition", `{"Statement":[{"Resource":"` + w.url("/*") + `"}]}`, wantPolicy},
		{"no end date", raw(`{"DateGreaterThan":{"AWS:EpochTime":1}}`), wantPolicy},
		{"date in quotes", raw(`{"DateLessThan":{"AWS:EpochTime":"4102444800"}}`), wantPolicy},
		{"date as a fraction", raw(`{"DateLessThan":{"AWS:EpochTime":4102444800.0}}`), wantPolicy},
		{"date in exponents", raw(`{"DateLessThan":{"AWS:EpochTime":4e9}}`), wantPolicy},
		{"date in milliseconds", raw(`{"DateLessThan":{"AWS:EpochTime":4102444800000}}`), wantPolicy},
		{"date negative", raw(`{"DateLessThan":{"AWS:EpochTime":-1}}`), wantPolicy},
		{"address with host bits", extra(source("192.0.2.1/24")), wantPolicy},
		{"address without mask", extra(source("192.0.2.1")), wantPolicy},
		{"address of version 6", extra(source("::/0")), wantPolicy},
		{"addresses in a list", extra(`"IpAddress":{"AWS:SourceIp":["192.0.2.0/24"]}`), wantPolicy},
		{"another address", extra(source("192.0.2.2/32")), wantDenied},
		{"date passed", raw(`{"DateLessThan":{"AWS:EpochTime":1}}`), wantDenied},
		{"not before tomorrow", w.policy(w.url("/*"), w.from(24*time.Hour)), wantDenied},
		{"resource at another path", swap("/*", "/other/*"), wantDenied},
		{"resource over http", swap("https://", "http://"), wantDenied},
		{"resource at another host", swap("cloudfront.net", "cloudfront.example"), wantDenied},
		{"resource at the bucket", w.policy("https://" + bucketHost + "/*"), wantDenied},
		{"resource in upper case", w.policy(strings.ToUpper(w.url("/")) + "*"), wantDenied},
		{"resource without scheme", swap("https://", ""), wantDenied},
	}
}
