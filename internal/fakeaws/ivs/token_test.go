package ivs

import (
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
	return signByHand(t, f.key, header, payload)
}

func (f *fixture) goodPayload(t *testing.T) string {
	t.Helper()
	return marshal(t, f.claims(nil))
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
	header, payload := segment([]byte(goodHeader)), f.goodPayload(t)
	for ; ; payload += " " {
		switch n := len(header) + 1 + base64.RawURLEncoding.EncodedLen(len(payload)) + 1 + 128; {
		case n == size:
			return f.rawToken(t, goodHeader, payload)
		case n > size:
			t.Fatalf("no token has %d bytes", size)
		}
	}
}

// Here is what one encoder alone can make; TestTokenDamage has the rest.
func TestTokenBad(t *testing.T) {
	f := newFixture(t)
	good := f.token(t, nil)
	parts := strings.Split(good, ".")
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
	// The last character of one byte over a multiple of three stands for two bits
	// of it, here 00, and four stray ones, of which "B" sets one.
	strayBits := strings.TrimSuffix(segment([]byte(payload+strings.Repeat(" ", 3-len(payload)%3)+" ")), "A") + "B"
	member := func(more string) string { return strings.TrimSuffix(payload, "}") + "," + more + "}" }

	for about, token := range map[string]string{
		"four bytes too long":         f.paddedToken(t, maxTokenSize+4),
		"signature in DER":            parts[0] + "." + parts[1] + "." + segment(der),
		"payload of another":          parts[0] + "." + strings.Split(f.token(t, map[string]any{"exp": f.in(time.Hour)}), ".")[1] + "." + parts[2],
		"ES256":                       signToken(t, jwt.SigningMethodES256, generateKey(t, elliptic.P256()), f.claims(nil)),
		"HS256 with the public PEM":   signToken(t, jwt.SigningMethodHS256, []byte(publicPEM(t, &f.key.PublicKey)), f.claims(nil)),
		"HS384 with the SPKI":         signToken(t, jwt.SigningMethodHS384, spki, f.claims(nil)),
		"alg none":                    signToken(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, f.claims(nil)),
		"alg twice":                   f.rawToken(t, `{"alg":"ES384","alg":"ES384","typ":"JWT"}`, payload),
		"header an array":             f.rawToken(t, `["alg","ES384"]`, payload),
		"header null":                 f.rawToken(t, `null`, payload),
		"header and more":             f.rawToken(t, goodHeader+goodHeader, payload),
		"header not closed":           f.rawToken(t, `{"alg":"ES384","typ":"JWT"`, payload),
		"payload an array":            f.rawToken(t, goodHeader, "["+payload+"]"),
		"payload null":                f.rawToken(t, goodHeader, "null"),
		"payload not JSON":            f.rawToken(t, goodHeader, "payload"),
		"payload and more":            f.rawToken(t, goodHeader, payload+"{}"),
		"payload with a comma":        f.rawToken(t, goodHeader, strings.TrimSuffix(payload, "}")+",}"),
		"stray bits, signed":          signSegments(t, f.key, parts[0]+"."+strayBits),
		"payload not UTF-8":           f.rawToken(t, goodHeader, member("\"aws:viewer-id\":\"\xff\"")),
		"payload with exp twice":      f.rawToken(t, goodHeader, member(`"exp":9999999999`)),
		"payload with exp in escapes": f.rawToken(t, goodHeader, member(`"\u0065xp":9999999999`)),
	} {
		t.Run(about, func(t *testing.T) {
			wantRefusal(t, f.play(token), 403, codeToken)
		})
	}
}

// One signature in 128 has a zero in front of r or s, which some encoders drop.
// These two have one, and are made once since that takes many attempts.
func TestTokenLeadingZero(t *testing.T) {
	const material = `-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEtRK+qYvSLtVJjW0ebOEHy3vC4eGVdvVp
SCdg3PVK5/ER0NxIBGJn/2kO/TUos3FtU9lEJlXSD1UAD3YI07fKQQmN+lLENv1f
W+np+Bh5DZLHoWhl0MH68RZ5E8eAh+s/
-----END PUBLIC KEY-----`
	_, public, ok := parsePublicKey(material)
	if !ok {
		t.Fatal("the public key is refused")
	}
	signed := segment([]byte(goodHeader)) + "." + segment([]byte(`{"aws:channel-arn":"a","exp":1}`))
	for _, c := range []struct {
		zero      int // index of the byte that is zero
		signature string
	}{
		{0, "ALWnfhw2XIrz5cCAwfG5Fu9CsBAjbE5E2DoC_6Y_5odCVz6KOy-DepqS4MaNNNU3iyJ5PYwqtZts3-SFdbzzGBIg1C9X9MW7jug5uIELJXkMeagsHbL22RPnpyBC97XD"},
		{48, "cbezfrKr6gtl_yOcrmOwInQfb_Rr6YIQGKZ1n1MsTkP7aN02vSNH5389ANVi3fSGAKPNBIk_C6veoykaWiOxfY4U3393umAMPkW2eDcqi-BUYZ72WFSFU-Hl2flRtZ1u"},
	} {
		parsed, refused := parseToken(signed + "." + c.signature)
		if refused != nil || !parsed.verify(public) {
			t.Errorf("zero at %d: token is refused (%v)", c.zero, refused)
			continue
		}
		if parsed.signature[c.zero] != 0 {
			t.Errorf("zero at %d: byte is %#x", c.zero, parsed.signature[c.zero])
		}
		// Without the zero r and s are the same numbers, but not 48 bytes each.
		dropped := slices.Delete(slices.Clone(parsed.signature), c.zero, c.zero+1)
		if _, refused := parseToken(signed + "." + segment(dropped)); refused == nil {
			t.Errorf("zero at %d: token without it is accepted", c.zero)
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
