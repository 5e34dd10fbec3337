package inspect_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/asn1"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"testing"
	"time"

	"privateplayback/signer/inspect"
)

// badCase is a grant with one thing wrong, and the reason that must come
// first.
type badCase struct {
	name string
	text string
	want inspect.Code
	code string // in the body of the refusal
	with func(*inspect.Request)
}

// without takes a part out of a signed URL, or out of cookies.
func without(text, name string) string {
	start := strings.Index(text, name+"=")
	end := strings.IndexAny(text[start:], "&;")
	if end < 0 {
		return text[:start-1]
	}
	return text[:start] + strings.TrimLeft(text[start+end:], "&; ")
}

// members cuts a signed URL before its signature.
func cutSigned(signedURL string) (base, members string) {
	i := strings.Index(signedURL, "Expires=")
	if j := strings.Index(signedURL, "Policy="); i < 0 || j >= 0 && j < i {
		i = j
	}
	return signedURL[:i-1], signedURL[i:]
}

// resigned is a signed URL with another signature.
func resigned(signedURL string, signature []byte) string {
	before, rest, _ := strings.Cut(signedURL, "Signature=")
	_, after, _ := strings.Cut(rest, "&")
	return before + "Signature=" + encode(signature) + "&" + after
}

// rawSignature turns DER into r‖s.
func rawSignature(t testing.TB, der []byte) []byte {
	t.Helper()
	var rs struct{ R, S *big.Int }
	_, err := asn1.Unmarshal(der, &rs)
	check(t, err)
	raw := make([]byte, 64)
	rs.R.FillBytes(raw[:32])
	rs.S.FillBytes(raw[32:])
	return raw
}

// badURLs are signed URLs with one thing wrong.
func (w *world) badURLs() []badCase {
	t := w.t
	asset := w.url(assetPath)
	good := w.canned(asset)
	own := w.canned(asset + "?a=1&b=2")
	wild := w.custom(asset, w.policy(w.url("/asset/*")))
	base, members := cutSigned(good)
	until := fmt.Sprint(w.in(time.Hour))
	text := cannedText(asset, until)
	policy := w.policy(w.url("/asset/*"))
	digest := sha1.Sum([]byte(text))
	pss, err := rsa.SignPSS(rand.Reader, w.retiring, crypto.SHA1, digest[:], nil)
	check(t, err)
	byRSA := strings.Replace(resigned(good, sign(t, w.retiring, crypto.SHA1, text)), w.id(), w.retiringID(), 1)
	// CloudFront's base64 of a P-256 signature may lack what a mangler mangles.
	both := good
	for !strings.Contains(both, "~") || !strings.Contains(both, "_&") || !strings.Contains(both, "-") {
		both = resigned(good, sign(t, w.current, crypto.SHA1, text))
	}
	standard := func(s string) string {
		at := strings.Index(s, "Signature=")
		end := strings.Index(s[at:], "&") + at
		return s[:at] + strings.NewReplacer("-", "+", "_", "=", "~", "/").Replace(s[at:end]) + s[end:]
	}
	urlBase64 := func(s string) string {
		at := strings.Index(s, "Signature=")
		end := strings.Index(s[at:], "&") + at
		return s[:at] + strings.NewReplacer("_", "", "~", "_").Replace(s[at:end]) + s[end:]
	}
	list := []badCase{
		{"nothing signed", asset, inspect.Unsigned, "MissingKey", nil},
		{"for HTML", strings.ReplaceAll(good, "&", "&amp;"), inspect.HTMLEscaped, "MissingKey", nil},
		{"for XML", strings.ReplaceAll(wild, "&", "&#38;"), inspect.HTMLEscaped, "MissingKey", nil},
		{"encoded ?", strings.Replace(good, "?", "%3F", 1), inspect.QueryEncoded, "MissingKey", nil},
		{"all separators encoded", strings.NewReplacer("?", "%3f", "&", "%26", "=", "%3d").Replace(good), inspect.QueryEncoded, "MissingKey", nil},
		{"encoded twice", strings.NewReplacer("?", "%253F", "&", "%2526", "=", "%253D").Replace(good), inspect.QueryEncoded, "MissingKey", nil},
		{"encoded equals", strings.Replace(good, "Id=", "Id%3D", 1), inspect.QueryEncoded, "MissingKey", nil},
		{"doubled ?", asset + "?a=1&b=2?" + own[len(asset+"?a=1&b=2&"):], inspect.QueryDoubled, "MalformedPolicy", nil},
		{"no ?", base + "&" + members, inspect.QueryMissing, "MissingKey", nil},
		{"in the fragment", base + "#?" + members, inspect.InFragment, "MissingKey", nil},
		{"after a fragment", base + "#t=10?" + members, inspect.InFragment, "MissingKey", nil},
		{"names in small letters", strings.Replace(good, "Key-Pair-Id", "key-pair-id", 1), inspect.ParameterCase, "MissingKey", nil},
		{"names with underscores", strings.Replace(good, "Key-Pair-Id", "Key_Pair_Id", 1), inspect.ParameterCase, "MissingKey", nil},
		{"values percent-encoded", strings.NewReplacer("~", "%7E", "_&", "%5F&").Replace(both), inspect.ValuePercentEncoded, "MalformedSignature", nil},
		{"values encoded twice", strings.NewReplacer("~", "%257E", "_&", "%255F&").Replace(both), inspect.ValuePercentEncoded, "MalformedSignature", nil},
		{"expiry in quotes", strings.Replace(good, until, `"`+until+`"`, 1), inspect.ValueQuoted, "MalformedPolicy", nil},
		{"standard base64", standard(both), inspect.ValueBase64Standard, "MalformedSignature", nil},
		{"+ became a space", strings.Replace(standard(both), "+", " ", -1), inspect.ValueBase64Standard, "MalformedSignature", nil},
		{"standard base64, encoded", strings.NewReplacer("+", "%2B", "=&", "%3D&").Replace(standard(both)), inspect.ValuePercentEncoded, "MalformedSignature", nil},
		{"base64url", urlBase64(both), inspect.ValueBase64URL, "MalformedSignature", nil},

		{"no URL", "//" + w.host + assetPath, inspect.URLUnreadable, "", nil},
		{"too long", good + "&x=" + strings.Repeat("x", 8192), inspect.URLTooLong, "", nil},
		{"too long once redirected", strings.Replace(good+"&x=", "https", "http", 1) + strings.Repeat("x", 8192-len(good)-2), inspect.URLTooLong, "", nil},
		{"the bucket", strings.Replace(good, w.host, w.stack.BucketRegionalDomainName, 1), inspect.HostIsBucket, "", nil},
		{"another host", strings.Replace(good, w.host, "d0.cloudfront.net", 1), inspect.HostUnknown, "", nil},

		{"no key id", without(good, "Key-Pair-Id"), inspect.KeyIDMissing, "MissingKey", nil},
		{"key group id", strings.Replace(good, w.id(), w.stack.KeyGroupID, 1), inspect.KeyIDIsGroup, "InvalidKey", nil},
		{"another key group's id", strings.Replace(good, w.id(), "f3a2c1d0-0b5e-4c0f-9d5c-0f6b1f1f8a11", 1), inspect.KeyIDIsGroup, "InvalidKey", nil},
		{"unknown id, known key", strings.Replace(good, w.id(), "K0000000000000", 1), inspect.KeyOfOtherID, "InvalidKey", nil},
		{"known id, another known key", strings.Replace(good, w.id(), w.retiringID(), 1), inspect.KeyOfOtherID, "AccessDenied", nil},
		{"id in small letters", strings.Replace(good, w.id(), strings.ToLower(w.id()), 1), inspect.KeyIDMangled, "InvalidKey", nil},
		{"id twice", good + "&Key-Pair-Id=" + w.id(), inspect.KeyIDTwice, "InvalidKey", nil},
		{"account key", strings.Replace(resigned(good, sign(t, w.stranger, crypto.SHA1, text)), w.id(), "APKAIOSFODNN7EXAMPLE", 1), inspect.KeyIDLegacy, "InvalidKey", nil},
		{"no id at all", strings.Replace(good, w.id(), "signing.pem", 1), inspect.KeyIDMalformed, "InvalidKey", nil},
		{"key outside the group", strings.Replace(resigned(good, sign(t, w.stranger, crypto.SHA1, text)), w.id(), w.strangerID, 1), inspect.KeyIDUnknown, "InvalidKey", nil},

		{"no signature", without(good, "Signature"), inspect.SignatureMissing, "MalformedSignature", nil},
		{"signature twice", good + "&Signature=AAAA", inspect.SignatureTwice, "MalformedSignature", nil},
		{"signature cut", strings.Replace(good, "&Key-Pair-Id", "!&Key-Pair-Id", 1), inspect.SignatureCut, "MalformedSignature", nil},
		{"signature in another alphabet", without(good, "Signature") + "&Signature=(((!", inspect.SignatureEncoding, "MalformedSignature", nil},

		{"milliseconds", w.signed(asset, "Expires="+until+"000", cannedText(asset, until+"000")), inspect.EpochMilliseconds, "MalformedPolicy", nil},
		{"Expires as text", w.signed(asset, "Expires=tomorrow", cannedText(asset, "tomorrow")), inspect.EpochForm, "MalformedPolicy", nil},
		{"neither Policy nor Expires", without(good, "Expires"), inspect.PolicyMissing, "MalformedPolicy", nil},
		{"Policy and Expires", wild + "&Expires=" + until, inspect.PolicyAndExpires, "MalformedPolicy", nil},
		{"Expires twice", good + "&Expires=" + until, inspect.PolicyTwice, "MalformedPolicy", nil},
		{"policy not in base64", without(wild, "Policy") + "&Policy=(((!", inspect.PolicyEncoding, "MalformedPolicy", nil},

		{"SHA-256 undeclared", resigned(good, sign(t, w.current, crypto.SHA256, text)), inspect.HashUndeclared, "AccessDenied", nil},
		{"SHA-256 declared, SHA-1 signed", good + "&Hash-Algorithm=SHA256", inspect.HashOther, "AccessDenied", nil},
		{"MD5", good + "&Hash-Algorithm=MD5", inspect.HashUnknown, "AccessDenied", nil},
		{"hash twice", good + "&Hash-Algorithm=SHA1&Hash-Algorithm=SHA1", inspect.HashUnknown, "AccessDenied", nil},
		{"r and s in a row", resigned(good, rawSignature(t, sign(t, w.current, crypto.SHA1, text))), inspect.SignatureRaw, "AccessDenied", nil},
		{"PSS", strings.Replace(resigned(good, pss), w.id(), w.retiringID(), 1), inspect.SignaturePSS, "AccessDenied", nil},
		{"canned policy for /*", w.cannedFor(w.url("/*"), asset), inspect.CannedWildcard, "AccessDenied", nil},
		{"canned policy for a directory", w.cannedFor(w.url("/asset/*"), asset), inspect.CannedWildcard, "AccessDenied", nil},
		{"canned, query added", w.cannedFor(asset, asset+"?a=1"), inspect.CannedQuery, "AccessDenied", nil},
		{"canned, parameter added", w.canned(asset+"?a=1") + "&_HLS_msn=7", inspect.CannedQuery, "AccessDenied", nil},
		{"canned, query sorted", w.cannedFor(asset+"?b=1&a=2&c=3", asset+"?a=2&b=1&c=3") + "", inspect.SignatureMismatch, "AccessDenied", nil},
		{"canned for the alphabet's order", w.cannedFor(asset+"?a=2&b=1&c=3", asset+"?b=1&a=2&c=3"), inspect.CannedQuery, "AccessDenied", nil},
		{"canned with an empty query", w.cannedFor(asset+"?", asset), inspect.CannedQuery, "AccessDenied", nil},
		{"canned for http", w.cannedFor("http://"+w.host+assetPath, asset), inspect.CannedScheme, "AccessDenied", nil},
		{"canned for http, redirected", w.canned("http://" + w.host + assetPath), inspect.CannedScheme, "AccessDenied", nil},
		{"canned for http without the query", w.cannedFor("http://"+w.host+assetPath, asset+"?a=1"), inspect.CannedQuery, "AccessDenied", nil},
		{"canned for the bucket", w.cannedFor("https://"+w.stack.BucketRegionalDomainName+assetPath, asset), inspect.CannedHost, "AccessDenied", nil},
		{"canned for the host in capitals", w.cannedFor("https://"+strings.ToUpper(w.host)+assetPath, asset), inspect.CannedHostCase, "AccessDenied", nil},
		{"host in capitals", strings.Replace(good, w.host, strings.ToUpper(w.host), 1), inspect.CannedHostCase, "AccessDenied", nil},
		{"canned for a final slash", w.cannedFor(asset+"/", asset), inspect.CannedSlash, "AccessDenied", nil},
		{"canned without the final slash", w.cannedFor(asset, asset+"/"), inspect.CannedSlash, "AccessDenied", nil},
		{"canned for the decoded path", w.cannedFor(w.url("/asset/a b.ts"), w.url("/asset/a%20b.ts")), inspect.CannedEncoding, "AccessDenied", nil},
		{"canned for the encoded path", w.cannedFor(w.url("/asset/a%20b.ts"), w.url("/asset/a b.ts")), inspect.CannedEncoding, "AccessDenied", nil},
		{"+ for a space in the path", w.cannedFor(w.url("/asset/a+b.ts"), w.url("/asset/a%20b.ts")), inspect.CannedEncoding, "AccessDenied", nil},
		{"%2B in the path", w.cannedFor(w.url("/asset/a%2Bb.ts"), w.url("/asset/a+b.ts")), inspect.CannedEncoding, "AccessDenied", nil},
		{"small hexadecimal digits", w.cannedFor(w.url("/asset/%c3%a9.ts"), w.url("/asset/%C3%A9.ts")), inspect.CannedEncoding, "AccessDenied", nil},
		{"canned for the path alone", w.cannedFor(assetPath, asset), inspect.CannedPath, "AccessDenied", nil},
		{"signed expiry in quotes", w.signed(asset, "Expires="+until, cannedText(asset, `"`+until+`"`)), inspect.CannedExpires, "AccessDenied", nil},
		{"signed expiry in milliseconds", w.signed(asset, "Expires="+until, cannedText(asset, until+"000")), inspect.CannedExpires, "AccessDenied", nil},
		{"JSON with spaces", w.signed(asset, "Expires="+until, strings.NewReplacer(`":`, `": `, `,"`, `, "`).Replace(text)), inspect.CannedJSON, "AccessDenied", nil},
		{"JSON with escaped slashes", w.signed(asset, "Expires="+until, cannedText(strings.ReplaceAll(asset, "/", `\/`), until)), inspect.CannedJSON, "AccessDenied", nil},
		{`JSON with \u0026`, w.cannedFor(asset+`?a=1\u0026b=2`, asset+"?a=1&b=2"), inspect.CannedJSON, "AccessDenied", nil},
		{"policy signed with a line end", w.signed(asset, "Policy="+encode([]byte(policy)), policy+"\n"), inspect.PolicyOtherText, "AccessDenied", nil},
		{"policy signed in base64", w.signed(asset, "Policy="+encode([]byte(policy)), encode([]byte(policy))), inspect.PolicyOtherText, "AccessDenied", nil},
		{"policy for a canned signature", w.signed(asset, "Policy="+encode([]byte(policy)), text), inspect.PolicyOtherText, "AccessDenied", nil},
		{"ECDSA for the RSA key", strings.Replace(resigned(good, sign(t, w.stranger, crypto.SHA1, text)), w.id(), w.retiringID(), 1), inspect.SignatureKind, "AccessDenied", nil},
		{"expired", good, inspect.Expired, "AccessDenied", func(r *inspect.Request) { r.At = r.At.Add(26 * time.Hour) }},
		{"expiring now", good, inspect.Expired, "AccessDenied", func(r *inspect.Request) { r.At = r.At.Add(time.Hour) }},
		{"another file", strings.Replace(byRSA, "a.ts", "b.ts", 1), inspect.SignatureMismatch, "AccessDenied", nil},
	}
	for _, c := range w.badPolicies() {
		list = append(list, badCase{c.name, w.custom(asset, c.text), c.want, c.code, c.with})
	}
	return list
}

// badPolicies are custom policies with one thing wrong, for assetPath.
func (w *world) badPolicies() []badCase {
	good := w.policy(w.url("/asset/*"))
	condition := fmt.Sprintf(`"Condition":{"DateLessThan":{"AWS:EpochTime":%d}}`, w.in(time.Hour))
	until := func(epoch string) string {
		return `{"Statement":[{"Resource":"` + w.url("/asset/*") + `","Condition":{"DateLessThan":{"AWS:EpochTime":` + epoch + `}}}]}`
	}
	from := func(at time.Duration) string {
		return w.policy(w.url("/*"), fmt.Sprintf(`"DateGreaterThan":{"AWS:EpochTime":%d}`, w.in(at)))
	}
	source := func(value string) string { return w.policy(w.url("/*"), `"IpAddress":{"AWS:SourceIp":`+value+`}`) }
	return []badCase{
		{"policy in milliseconds", until("1830000000000"), inspect.EpochMilliseconds, "MalformedPolicy", nil},
		{"policy with a string", until(`"1830000000"`), inspect.EpochString, "MalformedPolicy", nil},
		{"policy with a fraction", until("1830000000.5"), inspect.EpochForm, "MalformedPolicy", nil},
		{"policy with null", until("null"), inspect.EpochForm, "MalformedPolicy", nil},
		{"policy with white space", strings.ReplaceAll(good, ":{", ": {"), inspect.PolicyWhiteSpace, "MalformedPolicy", nil},
		{"policy with a line end", good + "\n", inspect.PolicyWhiteSpace, "MalformedPolicy", nil},
		{"policy cut", good[:40], inspect.PolicyJSON, "MalformedPolicy", nil},
		{"policy a list", "[]", inspect.PolicyJSON, "MalformedPolicy", nil},
		{"two statements", `{"Statement":[{` + condition + `},{` + condition + `}]}`, inspect.PolicyStatements, "MalformedPolicy", nil},
		{"no statement", `{"Statement":[]}`, inspect.PolicyStatements, "MalformedPolicy", nil},
		{"IAM policy", `{"Version":"2012-10-17",` + good[1:], inspect.PolicyMember, "MalformedPolicy", nil},
		{"resource twice", strings.Replace(good, `"Condition"`, `"Resource":"*","Condition"`, 1), inspect.PolicyMember, "MalformedPolicy", nil},
		{"no expiry", `{"Statement":[{"Resource":"*"}]}`, inspect.PolicyNoExpiry, "MalformedPolicy", nil},
		{"small letters", strings.Replace(good, "DateLessThan", "dateLessThan", 1), inspect.PolicyNoExpiry, "MalformedPolicy", nil},
		{"empty resource", `{"Statement":[{"Resource":"",` + condition + `}]}`, inspect.PolicyResourceForm, "MalformedPolicy", nil},
		{"several resources", `{"Statement":[{"Resource":["*"],` + condition + `}]}`, inspect.PolicyResourceForm, "MalformedPolicy", nil},
		{"address without mask", source(`"192.0.2.1"`), inspect.PolicyAddressForm, "MalformedPolicy", nil},
		{"address with host bits", source(`"192.0.2.1/24"`), inspect.PolicyAddressForm, "MalformedPolicy", nil},
		{"IPv6", source(`"2001:db8::/32"`), inspect.PolicyAddressForm, "MalformedPolicy", nil},
		{"several addresses", source(`["192.0.2.0/24"]`), inspect.PolicyAddressForm, "MalformedPolicy", nil},
		{"not an address", source(`"home"`), inspect.PolicyAddressForm, "MalformedPolicy", nil},

		{"not yet valid", from(2 * time.Minute), inspect.NotYetValid, "AccessDenied", nil},
		{"valid after this second", from(0), inspect.NotYetValid, "AccessDenied", nil},
		{"ends before it begins", from(2 * time.Hour), inspect.WindowEmpty, "AccessDenied", nil},
		{"another host", w.policy("https://media.example.com/*"), inspect.ResourceHost, "AccessDenied", nil},
		{"plain http", w.policy("http://" + w.host + "/*"), inspect.ResourceScheme, "AccessDenied", nil},
		{"no protocol", w.policy(w.host + "/*"), inspect.ResourceScheme, "AccessDenied", nil},
		{"another path", w.policy(w.url("/other/*")), inspect.ResourcePath, "AccessDenied", nil},
		{"other letters", w.policy(w.url("/Asset/a.ts")), inspect.ResourcePath, "AccessDenied", nil},
		{"encoded path", w.policy(w.url("/asset/%61.ts")), inspect.ResourcePath, "AccessDenied", nil},
		{"final slash", w.policy(w.url(assetPath + "/")), inspect.ResourcePath, "AccessDenied", nil},
		{"a query that is not asked for", w.policy(w.url(assetPath + "?x=*")), inspect.ResourceQuery, "AccessDenied", nil},
		{"other viewers", source(`"198.51.100.0/24"`), inspect.AddressOutside, "AccessDenied", nil},
		{"a viewer by IPv6", source(`"0.0.0.0/0"`), inspect.AddressOutside, "AccessDenied", func(r *inspect.Request) { r.Address = netip.MustParseAddr("2001:db8::1") }},
	}
}

// badCookies are cookies with one thing wrong.
func (w *world) badCookies() []badCase {
	asset := w.url(assetPath)
	good := cookies(w.custom(asset, w.policy(w.url("/asset/*"))))
	other := cookies(w.custom(asset, w.policy(w.url("/other/*"))))
	canned := cookies(w.canned(asset))
	lines := func(attributes string) string {
		return "Set-Cookie: " + strings.ReplaceAll(good, "; ", attributes+"\r\nSet-Cookie: ") + attributes + "\r\n"
	}
	to := func(rawURL string) func(*inspect.Request) {
		return func(r *inspect.Request) { r.URL = rawURL }
	}
	return []badCase{
		{"no cookies of CloudFront", "session=1", inspect.Unsigned, "MissingKey", nil},
		{"too long", good + "; CloudFront-x=" + strings.Repeat("x", 40000), inspect.CookiesTooLong, "", nil},
		{"stray Expires", good, inspect.StrayParameter, "MissingKey", to(asset + "?Expires=1")},
		{"stray key id", good, inspect.StrayParameter, "MalformedSignature", to(asset + "?x=1&Key-Pair-Id=" + w.id())},
		{"small letters", strings.ReplaceAll(good, "CloudFront-", "cloudfront-"), inspect.CookieCase, "MissingKey", nil},
		{"quotes", strings.Replace(good, "Signature=", `Signature="`, 1), inspect.ValueQuoted, "MalformedSignature", nil},
		{"no key id", without(good, "CloudFront-Key-Pair-Id"), inspect.KeyIDMissing, "MissingKey", nil},
		{"no signature", without(good, "CloudFront-Signature"), inspect.SignatureMissing, "MalformedSignature", nil},
		{"no policy", without("x=1; "+good, "CloudFront-Policy"), inspect.PolicyMissing, "MalformedPolicy", nil},
		{"canned beside custom", good + "; " + strings.SplitN(canned, "; ", 2)[0], inspect.PolicyAndExpires, "MalformedPolicy", nil},
		{"two sets", good + "; " + other, inspect.KeyIDTwice, "InvalidKey", nil},
		{"policy of another set", strings.SplitN(other, "; ", 2)[0] + "; " + strings.SplitN(good, "; ", 2)[1], inspect.ResourcePath, "AccessDenied", nil},
		{"two policies", good + "; " + strings.SplitN(other, "; ", 2)[0], inspect.PolicyTwice, "MalformedPolicy", nil},
		{"any URL", cookies(w.custom(asset, w.policy("*"))), inspect.ResourceCookies, "AccessDenied", nil},
		{"canned for another file", canned, inspect.SignatureMismatch, "AccessDenied", to(w.url("/asset/b.ts"))},
		{"Domain of another host", lines("; Domain=example.com; Path=/; Secure; HttpOnly"), inspect.CookieNotSent, "MissingKey", nil},
		{"Domain of all distributions", lines("; Domain=.cloudfront.net; Path=/; Secure"), inspect.CookieNotSent, "MissingKey", nil},
		{"Path of another asset", lines("; Path=/ass; Secure"), inspect.CookieNotSent, "MissingKey", nil},
		{"SameSite=None without Secure", lines("; Path=/; SameSite=None"), inspect.CookieNotSent, "MissingKey", nil},
	}
}

// badTokens are tokens, or playback URLs with one, with one thing wrong.
func (w *world) badTokens() []badCase {
	good := w.token(nil)
	header := func(h string) string {
		return w.playURL(token(w.t, w.playback, crypto.SHA384, h, marshal(w.t, w.claims(nil))))
	}
	payload := func(p string) string { return w.playURL(token(w.t, w.playback, crypto.SHA384, es384, p)) }
	claim := func(name string, value any) string { return w.playURL(w.token(map[string]any{name: value})) }
	strict := func(origins any) string {
		return w.playURL(w.token(map[string]any{"aws:strict-origin-enforcement": true, "aws:access-control-allow-origin": origins}))
	}
	from := func(o string) func(*inspect.Request) { return func(r *inspect.Request) { r.Origin = o } }
	text := marshal(w.t, w.claims(nil))
	byP256 := token(w.t, w.current, crypto.SHA256, `{"alg":"ES256","typ":"JWT"}`, text)
	exact := w.stack.Channels[0].ARN
	list := []badCase{
		{"no channel's URL", strings.Replace(w.playURL(good), ".m3u8", ".m3u", 1), inspect.PlaybackURLUnknown, "", nil},
		{"plain http", strings.Replace(w.playURL(good), "https", "http", 1), inspect.PlainHTTP, "", nil},
		{"malformed query", w.playURL(good) + "&x=%zz", inspect.QueryMalformed, "", nil},
		{"no token", w.stack.Channels[0].PlaybackURL, inspect.TokenMissing, "", nil},
		{"empty token", w.playURL(""), inspect.TokenMissing, "", nil},
		{"two tokens", w.playURL(good) + "&token=" + good, inspect.TokenDoubled, "", nil},
		{"token twice with ?", w.playURL(good) + "?token=" + good, inspect.TokenDoubled, "", nil},
		{"as AWS's sample has it", w.stack.Channels[0].PlaybackURL + "?token.m3u8?token=" + good, inspect.TokenMissing, "", nil},
		{"? encoded", strings.Replace(w.playURL(good), "?", "%3F", 1), inspect.QueryEncoded, "", nil},
		{"for HTML", strings.Replace(w.playURL(good), "?", "?a=1&amp;", 1), inspect.HTMLEscaped, "", nil},
		{"undefined", w.playURL("undefined"), inspect.TokenParts, "", nil},
		{"two parts", w.playURL(good[:strings.LastIndexByte(good, '.')]), inspect.TokenParts, "", nil},
		{"encoded twice", w.playURL(strings.ReplaceAll(good, ".", "%252E")), inspect.TokenEncoding, "", nil},
		{"padding", w.playURL(good + "="), inspect.TokenEncoding, "", nil},
		{"too long", claim("aws:access-control-allow-origin", strings.Repeat("https://a.example.com,", 80)+origin), inspect.TokenTooLong, "", nil},
		{"header no JSON", header("x"), inspect.TokenHeader, "", nil},
		{"ES256", w.playURL(byP256), inspect.TokenAlgorithm, "", nil},
		{"no algorithm", header(`{"typ":"JWT"}`), inspect.TokenAlgorithm, "", nil},
		{"HS256", header(`{"alg":"HS256","typ":"JWT"}`), inspect.TokenAlgorithm, "", nil},
		{"type", header(`{"alg":"ES384","typ":"at+jwt"}`), inspect.TokenType, "", nil},
		{"key id", header(`{"alg":"ES384","typ":"JWT","kid":"1"}`), inspect.TokenHeaderMember, "", nil},
		{"DER", w.playURL(inDER(w.t, good)), inspect.TokenSignatureDER, "", nil},
		{"half a signature", w.playURL(good[:len(good)-64]), inspect.TokenSignatureSize, "", nil},
		{"payload no JSON", payload("exp=1"), inspect.TokenPayload, "", nil},
		{"payload with a name twice", payload(text[:len(text)-1] + `,"exp":1}`), inspect.TokenPayload, "", nil},
		{"no channel", claim("aws:channel-arn", nil), inspect.ClaimMissing, "", nil},
		{"no expiry", claim("exp", nil), inspect.ClaimMissing, "", nil},
		{"without prefix", payload(strings.Replace(text, "aws:channel-arn", "channel-arn", 1)), inspect.ClaimPrefix, "", nil},
		{"exp with prefix", payload(strings.Replace(text, `"exp"`, `"aws:exp"`, 1)), inspect.ClaimPrefix, "", nil},
		{"expiry as a string", claim("exp", fmt.Sprint(w.in(time.Minute))), inspect.ClaimString, "", nil},
		{"version as a string", w.playURL(w.token(map[string]any{"aws:viewer-id": "v", "aws:viewer-session-version": "1"})), inspect.ClaimString, "", nil},
		{"strict as a string", claim("aws:strict-origin-enforcement", "true"), inspect.ClaimString, "", nil},
		{"expiry a boolean", claim("exp", true), inspect.ClaimType, "", nil},
		{"several channels", claim("aws:channel-arn", []string{exact}), inspect.ClaimType, "", nil},
		{"expiry in milliseconds", claim("exp", w.in(time.Minute)*1000), inspect.EpochMilliseconds, "", nil},
		{"unknown claim", claim("sub", "me"), inspect.ClaimUnknown, "", nil},
		{"resolution", claim("aws:maximum-resolution", "1080p"), inspect.ClaimResolution, "", nil},
		{"no UUID", claim("aws:single-use-uuid", "once"), inspect.ClaimUUID, "", nil},
		{"ad configuration", claim("aws:ads-playback-config-name", "ads"), inspect.ClaimAds, "", nil},
		{"ad mode", claim("aws:ads-reporting-mode", "client"), inspect.ClaimAds, "", nil},
		{"ad parameters", claim("aws:ads-player-params", []string{"a"}), inspect.ClaimAds, "", nil},
		{"long viewer id", claim("aws:viewer-id", strings.Repeat("x", 41)), inspect.ViewerIDLength, "", nil},
		{"version without viewer", claim("aws:viewer-session-version", 1), inspect.SessionVersionAlone, "", nil},
		{"an hour for a viewer", w.playURL(w.token(map[string]any{"aws:viewer-id": "v", "exp": w.in(time.Hour)})), inspect.TenMinutes, "", nil},
		{"an hour for one use", w.playURL(w.token(map[string]any{"aws:single-use-uuid": "0b5e4c0f-9d5c-4f6b-8f1f-8a11f3a2c1d0", "exp": w.in(time.Hour)})), inspect.TenMinutes, "", nil},
		{"six origins", strict(strings.Repeat(origin+",", 5) + origin), inspect.OriginsTooMany, "", nil},
		{"no Origin header", strict(origin), inspect.OriginMissing, "", from("")},
		{"another origin", claim("aws:access-control-allow-origin", origin), inspect.OriginOther, "", from("https://b.example.com")},
		{"another port", claim("aws:access-control-allow-origin", origin), inspect.OriginOther, "", from(origin + ":8443")},
		{"the domain itself", claim("aws:access-control-allow-origin", "https://*.app.example.com"), inspect.OriginOther, "", nil},
		{"two labels", claim("aws:access-control-allow-origin", "https://*.example.com"), inspect.OriginOther, "", from("https://a.b.example.com")},
		{"null origin", strict(origin), inspect.OriginOther, "", from("null")},
		{"no channel ARN", claim("aws:channel-arn", w.stack.Channels[0].PlaybackURL), inspect.ChannelForm, "", nil},
		{"another region", claim("aws:channel-arn", strings.Replace(exact, "eu-central-1", "us-west-2", 1)), inspect.ChannelRegion, "", nil},
		{"another channel", claim("aws:channel-arn", w.stack.Channels[1].ARN), inspect.ChannelOther, "", nil},
		{"expired", w.playURL(good), inspect.Expired, "", func(r *inspect.Request) { r.At = r.At.Add(time.Hour) }},
		{"not yet valid", claim("nbf", w.in(time.Minute)), inspect.NotYetValid, "", nil},
		{"unknown key", w.playURL(token(w.t, w.foreign, crypto.SHA384, es384, text)), inspect.TokenKeyUnknown, "", nil},
		{"changed", w.playURL(w.token(map[string]any{"exp": w.in(time.Minute)})[:strings.LastIndexByte(good, '.')] + good[strings.LastIndexByte(good, '.'):]), inspect.TokenKeyUnknown, "", nil},
	}
	for name, value := range map[string]any{
		"no scheme": "app.example.com", "final slash": origin + "/", "path": origin + "/player", "space": origin + ", https://b.example.com",
		"capital letters": "https://APP.example.com", "wildcard within": "https://a.*.com", "a list": []string{origin}, "empty": "", "port": origin + ":https",
		"other scheme": "ws://app.example.com", "no host": "https://",
	} {
		list = append(list, badCase{"origin with " + name, claim("aws:access-control-allow-origin", value), inspect.OriginForm, "", nil})
	}
	for i := range list {
		if list[i].want != inspect.PlaybackURLUnknown && list[i].want != inspect.QueryEncoded && list[i].want != inspect.PlainHTTP {
			list[i].code = "invalid_playback_auth_token"
		}
	}
	return list
}

// retiringToken is a good token by the retiring key.
func retiringToken(w *world) string {
	return token(w.t, w.spare, crypto.SHA384, es384, marshal(w.t, w.claims(nil)))
}
