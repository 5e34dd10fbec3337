package ivs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"privateplayback/internal/fakeaws/tooltest"
)

// tokenOrder is what an encoder is asked to sign.
type tokenOrder struct {
	Key    string         `json:"key"` // "ours" or "stranger"
	Header map[string]any `json:"header"`
	Claims map[string]any `json:"claims"`
}

// encoder makes tokens with keys on P-384.
type encoder struct {
	name string
	can  func(header map[string]any) bool
	sign func(t *testing.T, keys map[string]*ecdsa.PrivateKey, orders []tokenOrder) []string
}

func anyHeader(map[string]any) bool { return true }

// encoders are golang-jwt, one by hand, and jose of npm. The first two share no
// code beyond crypto/ecdsa, and sign on P-384 whatever the header says; jose
// wants a header that it understands.
var encoders = []encoder{
	{"golang-jwt", anyHeader, oneByOne(func(t *testing.T, key *ecdsa.PrivateKey, o tokenOrder) string {
		t.Helper()
		text, err := (&jwt.Token{Header: o.Header, Claims: jwt.MapClaims(o.Claims), Method: jwt.SigningMethodES384}).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	})},
	{"by hand", anyHeader, oneByOne(func(t *testing.T, key *ecdsa.PrivateKey, o tokenOrder) string {
		t.Helper()
		return signByHand(t, key, marshal(t, o.Header), marshal(t, o.Claims))
	})},
	{"jose", func(header map[string]any) bool { return header["alg"] == "ES384" && header["crit"] == nil }, signWithJose},
}

func oneByOne(sign func(*testing.T, *ecdsa.PrivateKey, tokenOrder) string) func(*testing.T, map[string]*ecdsa.PrivateKey, []tokenOrder) []string {
	return func(t *testing.T, keys map[string]*ecdsa.PrivateKey, orders []tokenOrder) []string {
		t.Helper()
		var tokens []string
		for _, o := range orders {
			tokens = append(tokens, sign(t, keys[o.Key], o))
		}
		return tokens
	}
}

func signWithJose(t *testing.T, keys map[string]*ecdsa.PrivateKey, orders []tokenOrder) (tokens []string) {
	t.Helper()
	job := struct {
		Keys   map[string]string `json:"keys"`
		Orders []tokenOrder      `json:"orders"`
	}{map[string]string{}, orders}
	for name, key := range keys {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		job.Keys[name] = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	tooltest.Node(t, "token.mjs", job, &tokens)
	return tokens
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// signByHand writes the compact form (RFC 7515, section 7.1) with an ES384
// signature (RFC 7518, section 3.4) of header and payload as they are.
func signByHand(t *testing.T, key *ecdsa.PrivateKey, header, payload string) string {
	t.Helper()
	return signSegments(t, key, segment([]byte(header))+"."+segment([]byte(payload)))
}

// signSegments adds the signature to header and payload as they are encoded.
func signSegments(t *testing.T, key *ecdsa.PrivateKey, signed string) string {
	t.Helper()
	digest := sha512.Sum384([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	sig := make([]byte, 96)
	r.FillBytes(sig[:48])
	s.FillBytes(sig[48:])
	return signed + "." + segment(sig)
}

func segment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// Texts of refusals.
const (
	textSegments  = "token contains an invalid number of segments"
	textMalformed = "token has a malformed segment"
	textSignature = "token signature is invalid"
	textMethod    = "token signing method is not ES384"
	textType      = "token type is not JWT"
	textUnknown   = "token has an unknown claim"
)

// textDamage is done to a good token after it was signed.
var textDamage = []struct {
	about, want string
	damage      func(tokenParts) string
}{
	{"nothing left", textSegments, func(tokenParts) string { return "" }},
	{"undefined", textSegments, func(tokenParts) string { return "undefined" }},
	{"signature missing", textSegments, func(p tokenParts) string { return p.header + "." + p.payload }},
	{"signature empty", textMalformed, func(p tokenParts) string { return p.header + "." + p.payload + "." }},
	{"four parts", textSegments, func(p tokenParts) string { return p.text() + "." + p.signature }},
	{"dots alone", textMalformed, func(tokenParts) string { return ".." }},
	{"token within a token", textSegments, func(p tokenParts) string { return p.text() + "?token=" + p.text() }},
	{"encoded twice", textSegments, func(p tokenParts) string { return strings.ReplaceAll(p.text(), ".", "%2E") }},
	{"Bearer before it", textMalformed, func(p tokenParts) string { return "Bearer " + p.text() }},
	{"quoted", textMalformed, func(p tokenParts) string { return `"` + p.text() + `"` }},
	{"space before", textMalformed, func(p tokenParts) string { return " " + p.text() }},
	{"newline after", textMalformed, func(p tokenParts) string { return p.text() + "\n" }},
	{"newline within", textMalformed, func(p tokenParts) string {
		return p.header + "." + p.payload + "." + p.signature[:64] + "\n" + p.signature[64:]
	}},
	{"padding", textMalformed, func(p tokenParts) string { return p.header + "=." + p.payload + "." + p.signature }},
	{"standard base64", textMalformed, func(p tokenParts) string {
		return p.header + "." + p.payload + "." + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xfb}, 96))
	}},
	{"hexadecimal signature", textSignature, func(p tokenParts) string { return p.header + "." + p.payload + "." + strings.Repeat("0f", 96) }},
	{"cut in the signature", textSignature, func(p tokenParts) string { return p.text()[:len(p.text())-4] }},
	{"cut in the payload", textSegments, func(p tokenParts) string { return p.header + "." + p.payload[:8] }},
	{"header of another algorithm", textMethod, func(p tokenParts) string {
		return segment([]byte(`{"alg":"NONE","typ":"JWT"}`)) + "." + p.payload + "." + p.signature
	}},
	{"header and payload swapped", textMethod, func(p tokenParts) string { return p.payload + "." + p.header + "." + p.signature }},
	{"header of the same meaning", textSignature, func(p tokenParts) string {
		return segment([]byte(`{ "alg":"ES384","typ":"JWT"}`)) + "." + p.payload + "." + p.signature
	}},
	{"payload of the same meaning", textSignature, func(p tokenParts) string {
		b, _ := base64.RawURLEncoding.DecodeString(p.payload)
		return p.header + "." + segment(append([]byte(" "), b...)) + "." + p.signature
	}},
	{"longer than 2 KB", "token is longer than 2048 bytes", func(p tokenParts) string {
		return p.text() + strings.Repeat("A", maxTokenSize)
	}},
	{"bit of r flipped", textSignature, func(p tokenParts) string {
		return p.signed(func(sig []byte) []byte { sig[10] ^= 1; return sig })
	}},
	{"bit of s flipped", textSignature, func(p tokenParts) string {
		return p.signed(func(sig []byte) []byte { sig[95] ^= 0x80; return sig })
	}},
	{"s and r", textSignature, func(p tokenParts) string {
		return p.signed(func(sig []byte) []byte { return slices.Concat(sig[48:], sig[:48]) })
	}},
	{"signature one byte short", textSignature, func(p tokenParts) string {
		return p.signed(func(sig []byte) []byte { return sig[:95] })
	}},
	{"signature one byte long", textSignature, func(p tokenParts) string {
		return p.signed(func(sig []byte) []byte { return append(sig, 0) })
	}},
	{"zero before s", textSignature, func(p tokenParts) string {
		return p.signed(func(sig []byte) []byte { return slices.Concat(sig[:48], []byte{0}, sig[48:]) })
	}},
	{"signature of zeros", textSignature, func(p tokenParts) string {
		return p.signed(func([]byte) []byte { return make([]byte, 96) })
	}},
	{"signature of ones", textSignature, func(p tokenParts) string {
		return p.signed(func([]byte) []byte { return bytes.Repeat([]byte{0xff}, 96) })
	}},
}

// tokenParts are the parts of a good token.
type tokenParts struct{ header, payload, signature string }

func (p tokenParts) text() string { return p.header + "." + p.payload + "." + p.signature }

// signed returns the token with its signature changed.
func (p tokenParts) signed(change func(sig []byte) []byte) string {
	b, _ := base64.RawURLEncoding.DecodeString(p.signature)
	return p.header + "." + p.payload + "." + segment(change(b))
}

// headerDamage is in tokens that are signed well.
var headerDamage = []struct {
	about, want string
	header      map[string]any
}{
	{"no header", textMethod, map[string]any{}},
	{"alg none", textMethod, map[string]any{"alg": "none", "typ": "JWT"}},
	{"alg HS256", textMethod, map[string]any{"alg": "HS256", "typ": "JWT"}},
	{"alg ES256", textMethod, map[string]any{"alg": "ES256", "typ": "JWT"}},
	{"alg ES512", textMethod, map[string]any{"alg": "ES512", "typ": "JWT"}},
	{"alg in small letters", textMethod, map[string]any{"alg": "es384", "typ": "JWT"}},
	{"Alg", textMethod, map[string]any{"Alg": "ES384", "typ": "JWT"}},
	{"no alg", textMethod, map[string]any{"typ": "JWT"}},
	{"alg null", textMethod, map[string]any{"alg": nil, "typ": "JWT"}},
	{"alg a list", textMethod, map[string]any{"alg": []string{"ES384"}, "typ": "JWT"}},
	{"no typ", textType, map[string]any{"alg": "ES384"}},
	{"typ at+jwt", textType, map[string]any{"alg": "ES384", "typ": "at+jwt"}},
	{"typ in small letters", textType, map[string]any{"alg": "ES384", "typ": "jwt"}},
	{"kid", "token header has an unknown member", map[string]any{"alg": "ES384", "typ": "JWT", "kid": "1"}},
	{"crit", "token header has an unknown member", map[string]any{"alg": "ES384", "typ": "JWT", "crit": []string{"b64"}}},
}

// claimDamage is in tokens that are signed well; TestClaimsBad has the rest.
var claimDamage = []struct {
	about, want string
	changed     func(f *fixture) map[string]any
}{
	{"no exp", "token lacks the claim exp", func(*fixture) map[string]any { return map[string]any{"exp": nil} }},
	{"no channel", "token lacks the claim aws:channel-arn", func(*fixture) map[string]any { return map[string]any{"aws:channel-arn": nil} }},
	{"expired", "token is expired", func(f *fixture) map[string]any { return map[string]any{"exp": f.in(-time.Second)} }},
	{"exp in milliseconds", "token has an invalid claim exp", func(f *fixture) map[string]any {
		return map[string]any{"exp": f.now.Add(time.Minute).UnixMilli()}
	}},
	{"another channel", "token is for another channel", func(f *fixture) map[string]any {
		return map[string]any{"aws:channel-arn": f.channel.ARN + "A"}
	}},
	{"viewer too far ahead", "token expires more than 10 minutes ahead", func(f *fixture) map[string]any {
		return map[string]any{"aws:viewer-id": "v", "exp": f.in(11 * time.Minute)}
	}},
	{"claim without its prefix", textUnknown, func(*fixture) map[string]any { return map[string]any{"viewer-id": "v"} }},
	{"version without viewer", "token has a viewer session version without a viewer id", func(*fixture) map[string]any {
		return map[string]any{"aws:viewer-session-version": 1}
	}},
}

// Tokens by each encoder are accepted as they are, and refused with the right
// text after each kind of damage.
func TestTokenDamage(t *testing.T) {
	for _, e := range encoders {
		t.Run(e.name, func(t *testing.T) {
			f := newFixture(t)
			orders, abouts, wants := f.damagedOrders(e)
			good := tokenOrder{"ours", goodHeaderMembers(), f.claims(nil)}
			keys := map[string]*ecdsa.PrivateKey{"ours": f.key, "stranger": generateKey(t, elliptic.P384())}
			tokens := e.sign(t, keys, append(orders, good))
			last := len(orders)
			if got := f.play(tokens[last]); got.status != 200 {
				t.Errorf("the good token has status %d, want 200: %s", got.status, got.body)
			}
			for i, about := range abouts {
				f.refused(t, about, tokens[i], wants[i])
			}
			parts := strings.Split(tokens[last], ".")
			for _, c := range textDamage {
				f.refused(t, c.about, c.damage(tokenParts{parts[0], parts[1], parts[2]}), c.want)
			}
			if kinds := len(orders) + len(textDamage); kinds < 40 {
				t.Errorf("%d kinds of damage, want at least 40", kinds)
			}
		})
	}
}

func goodHeaderMembers() map[string]any { return map[string]any{"alg": "ES384", "typ": "JWT"} }

// damagedOrders are for tokens that are signed well and must be refused, as far
// as e makes them.
func (f *fixture) damagedOrders(e encoder) (orders []tokenOrder, abouts, wants []string) {
	add := func(about, want, key string, header map[string]any, claims jwt.MapClaims) {
		if e.can(header) {
			orders = append(orders, tokenOrder{key, header, claims})
			abouts, wants = append(abouts, about), append(wants, want)
		}
	}
	for _, c := range headerDamage {
		add(c.about, c.want, "ours", maps.Clone(c.header), f.claims(nil))
	}
	for _, c := range claimDamage {
		add(c.about, c.want, "ours", goodHeaderMembers(), f.claims(c.changed(f)))
	}
	add("unknown key", textSignature, "stranger", goodHeaderMembers(), f.claims(nil))
	return orders, abouts, wants
}

func (f *fixture) refused(t *testing.T, about, token, want string) {
	t.Run(about, func(t *testing.T) {
		a := f.play(token)
		wantRefusal(t, a, 403, codeToken)
		if !strings.Contains(a.body, `"error":"`+want+`"`) {
			t.Errorf("refusal %s, want the text %q", a.body, want)
		}
		if len(token) > 20 && strings.Contains(a.body, token[:20]) {
			t.Errorf("refusal shows the token: %s", a.body)
		}
	})
}
