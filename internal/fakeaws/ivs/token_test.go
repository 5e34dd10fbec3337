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
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const goodHeader = `{"alg":"ES384","typ":"JWT"}`

// rawToken signs header and payload as they are.
func (f *fixture) rawToken(t *testing.T, header, payload string) string {
	t.Helper()
	signed := segment([]byte(header)) + "." + segment([]byte(payload))
	digest := sha512.Sum384([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, f.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	sig := make([]byte, 96)
	r.FillBytes(sig[:48])
	s.FillBytes(sig[48:])
	return signed + "." + segment(sig)
}

func segment(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (f *fixture) goodPayload(t *testing.T) string {
	t.Helper()
	b, err := json.Marshal(f.claims(nil))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTokenGood(t *testing.T) {
	f := newFixture(t)
	second := generateKey(t, elliptic.P384())
	if _, err := f.ImportPlaybackKeyPair("second", publicPEM(t, &second.PublicKey)); err != nil {
		t.Fatal(err)
	}
	for about, token := range map[string]string{
		"golang-jwt":                 f.token(t, nil),
		"by hand":                    f.rawToken(t, goodHeader, f.goodPayload(t)),
		"header in the other order":  f.rawToken(t, `{"typ":"JWT","alg":"ES384"}`, f.goodPayload(t)),
		"white space":                f.rawToken(t, "{ \"alg\": \"ES384\",\n\"typ\": \"JWT\" }\n", " "+f.goodPayload(t)+"\n"),
		"second key of the account":  signToken(t, jwt.SigningMethodES384, second, f.claims(nil)),
		"member names with escapes":  f.rawToken(t, `{"\u0061lg":"ES384","typ":"JWT"}`, f.goodPayload(t)),
		"as long as it may at most ": f.paddedToken(t, maxTokenSize),
	} {
		if got := f.play(token); got.status != 200 {
			t.Errorf("%s: status %d, want 200: %s", about, got.status, got.body)
		}
	}
}

// paddedToken returns a good token of the given size, which must be one that
// base64 can reach.
func (f *fixture) paddedToken(t *testing.T, size int) string {
	t.Helper()
	for pad := range size {
		if text := f.rawToken(t, goodHeader, f.goodPayload(t)+strings.Repeat(" ", pad)); len(text) >= size {
			if len(text) > size {
				t.Fatalf("no token has %d bytes", size)
			}
			return text
		}
	}
	t.Fatalf("no token has %d bytes", size)
	return ""
}

func TestTokenBad(t *testing.T) {
	f := newFixture(t)
	good := f.token(t, nil)
	parts := strings.Split(good, ".")
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	payload := f.goodPayload(t)
	digest := sha512.Sum384([]byte(parts[0] + "." + parts[1]))
	der, err := ecdsa.SignASN1(rand.Reader, f.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(&f.key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	flipped := slices.Clone(sig)
	flipped[10] ^= 1
	swapped := slices.Concat(sig[48:], sig[:48])
	withSig := func(s []byte) string { return parts[0] + "." + parts[1] + "." + segment(s) }

	for about, token := range map[string]string{
		"empty":                          "",
		"garbage":                        "garbage",
		"undefined":                      "undefined",
		"two parts":                      parts[0] + "." + parts[1],
		"four parts":                     good + "." + parts[2],
		"three empty parts":              "..",
		"token within a token":           good + "?token=" + good,
		"encoded twice":                  strings.ReplaceAll(good, ".", "%2E"),
		"space before":                   " " + good,
		"newline after":                  good + "\n",
		"newline within":                 parts[0] + "." + parts[1] + "." + parts[2][:64] + "\n" + parts[2][64:],
		"padding":                        parts[0] + "=." + parts[1] + "." + parts[2],
		"standard base64":                parts[0] + "." + parts[1] + "." + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xfb}, 96)),
		"too long":                       f.paddedToken(t, maxTokenSize+4),
		"no signature":                   parts[0] + "." + parts[1] + ".",
		"signature flipped":              withSig(flipped),
		"r and s swapped":                withSig(swapped),
		"signature cut":                  withSig(sig[:95]),
		"signature longer":               withSig(append(slices.Clone(sig), 0)),
		"signature with a zero before s": withSig(slices.Concat(sig[:48], []byte{0}, sig[48:])),
		"signature of zeros":             withSig(make([]byte, 96)),
		"signature of ones":              withSig(bytes.Repeat([]byte{0xff}, 96)),
		"signature in DER":               withSig(der),
		"payload of another":             parts[0] + "." + strings.Split(f.token(t, map[string]any{"exp": f.in(time.Hour)}), ".")[1] + "." + parts[2],
		"unknown key":                    signToken(t, jwt.SigningMethodES384, generateKey(t, elliptic.P384()), f.claims(nil)),
		"ES256":                          signToken(t, jwt.SigningMethodES256, generateKey(t, elliptic.P256()), f.claims(nil)),
		"HS256 with the public PEM":      signToken(t, jwt.SigningMethodHS256, []byte(publicPEM(t, &f.key.PublicKey)), f.claims(nil)),
		"HS384 with the SPKI":            signToken(t, jwt.SigningMethodHS384, spki, f.claims(nil)),
		"alg none":                       signToken(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, f.claims(nil)),
		"alg none, signed":               f.rawToken(t, `{"alg":"none","typ":"JWT"}`, payload),
		"alg HS256, signed":              f.rawToken(t, `{"alg":"HS256","typ":"JWT"}`, payload),
		"alg ES256, signed":              f.rawToken(t, `{"alg":"ES256","typ":"JWT"}`, payload),
		"alg in small letters":           f.rawToken(t, `{"alg":"es384","typ":"JWT"}`, payload),
		"Alg":                            f.rawToken(t, `{"Alg":"ES384","typ":"JWT"}`, payload),
		"no alg":                         f.rawToken(t, `{"typ":"JWT"}`, payload),
		"alg null":                       f.rawToken(t, `{"alg":null,"typ":"JWT"}`, payload),
		"alg twice":                      f.rawToken(t, `{"alg":"ES384","alg":"ES384","typ":"JWT"}`, payload),
		"no typ":                         f.rawToken(t, `{"alg":"ES384"}`, payload),
		"another typ":                    f.rawToken(t, `{"alg":"ES384","typ":"at+jwt"}`, payload),
		"kid":                            f.rawToken(t, `{"alg":"ES384","typ":"JWT","kid":"1"}`, payload),
		"crit":                           f.rawToken(t, `{"alg":"ES384","typ":"JWT","crit":["b64"],"b64":false}`, payload),
		"header an array":                f.rawToken(t, `["alg","ES384"]`, payload),
		"header null":                    f.rawToken(t, `null`, payload),
		"header and more":                f.rawToken(t, goodHeader+goodHeader, payload),
		"header not closed":              f.rawToken(t, `{"alg":"ES384","typ":"JWT"`, payload),
		"payload an array":               f.rawToken(t, goodHeader, "["+payload+"]"),
		"payload null":                   f.rawToken(t, goodHeader, "null"),
		"payload not JSON":               f.rawToken(t, goodHeader, "payload"),
		"payload and more":               f.rawToken(t, goodHeader, payload+"{}"),
		"payload with a comma":           f.rawToken(t, goodHeader, strings.TrimSuffix(payload, "}")+",}"),
		"payload not UTF-8":              f.rawToken(t, goodHeader, strings.TrimSuffix(payload, "}")+",\"aws:viewer-id\":\"\xff\"}"),
		"payload with exp twice":         f.rawToken(t, goodHeader, strings.TrimSuffix(payload, "}")+`,"exp":9999999999}`),
		"payload with exp in escapes":    f.rawToken(t, goodHeader, strings.TrimSuffix(payload, "}")+`,"\u0065xp":9999999999}`),
	} {
		t.Run(about, func(t *testing.T) {
			a := f.play(token)
			wantRefusal(t, a, 403, codeToken)
			if len(token) > 20 && strings.Contains(a.body, token[:20]) {
				t.Errorf("refusal shows the token: %s", a.body)
			}
		})
	}
	if got := f.play(good); got.status != 200 {
		t.Errorf("the good token: status %d, want 200", got.status)
	}
}

// A signature that golang-jwt makes has leading zeros in r or s now and then.
func TestTokenManySignatures(t *testing.T) {
	f := newFixture(t)
	for range 50 {
		text := f.token(t, nil)
		parsed, refused := parseToken(text)
		if refused != nil || !parsed.verify(&f.key.PublicKey) {
			t.Fatalf("token of golang-jwt is refused (%v)", refused)
		}
	}
}

func FuzzToken(f *testing.F) {
	f.Add("")
	f.Add("..")
	f.Add("garbage")
	header, sig := segment([]byte(goodHeader)), segment(make([]byte, 96))
	for _, payload := range slices.Concat(slices.Collect(maps.Keys(badPayloads)), []string{
		`{"aws:channel-arn":"arn:aws:ivs:us-west-2:1:channel/a","exp":1}`,
		`{"aws:channel-arn":"a","exp":1,"aws:ads-player-params":{"a":"b"},"aws:access-control-allow-origin":"https://*.a.example:1"}`,
		"{", "[]", `{"exp":`, `{"exp":1}{}`,
	}) {
		f.Add(header + "." + segment([]byte(payload)) + "." + sig)
	}
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, refused := parseToken(text)
		if refused != nil {
			if refused.status != 403 || refused.code != codeToken {
				t.Errorf("refused with %d %s", refused.status, refused.code)
			}
			return
		}
		if parsed.verify(&key.PublicKey) {
			t.Error("a key that signed nothing verifies the token")
		}
		c, refused := parseClaims(parsed.payload)
		if refused != nil {
			return
		}
		// What is accepted is a JSON object for the standard library too.
		var members map[string]any
		if err := json.Unmarshal(parsed.payload, &members); err != nil {
			t.Errorf("payload is accepted, but %v", err)
		}
		if c.expires > maxExpires || c.channelARN != members["aws:channel-arn"] {
			t.Errorf("claims %+v differ from the payload", c)
		}
		c.check("arn:aws:ivs:us-west-2:1:channel/a", time.Unix(0, 0))
	})
}
