package check

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// withParam returns u with one parameter of its query changed by edit; every
// other byte stays. An absent parameter is appended.
func withParam(u *url.URL, name string, edit func(string) string) *url.URL {
	parts := []string{}
	if u.RawQuery != "" {
		parts = strings.Split(u.RawQuery, "&")
	}
	found := false
	for i, part := range parts {
		if n, v, _ := strings.Cut(part, "="); n == name {
			parts[i], found = n+"="+edit(v), true
		}
	}
	if !found {
		parts = append(parts, name+"="+edit(""))
	}
	changed := *u
	changed.RawQuery = strings.Join(parts, "&")
	return &changed
}

// withoutParam returns u without one parameter of its query.
func withoutParam(u *url.URL, name string) *url.URL {
	kept := []string{}
	for _, part := range strings.Split(u.RawQuery, "&") {
		if n, _, _ := strings.Cut(part, "="); n != name {
			kept = append(kept, part)
		}
	}
	changed := *u
	changed.RawQuery = strings.Join(kept, "&")
	return &changed
}

// set is an edit that ignores what was there.
func set(value string) func(string) string {
	return func(string) string { return value }
}

// flip changes one character in the first half of an encoded signature, away
// from padding and from the lengths of a DER sequence: it still decodes.
func flip(text string) string {
	const at = 16
	if len(text) <= at {
		return text + "A"
	}
	other := byte('A')
	if text[at] == other {
		other = 'B'
	}
	return text[:at] + string(other) + text[at+1:]
}

// later moves an expiry in seconds since 1970 by an hour.
func later(seconds string) string {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return seconds + "0"
	}
	return strconv.FormatInt(n+3600, 10)
}

// altered opens u with a canned signature and then changes the signed URL.
func altered(change func(*url.URL) *url.URL) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		req, err := s.canned(ctx, u)
		if err != nil {
			return nil, err
		}
		return plain(ctx, change(req.URL))
	}
}

// unlistedKeyID has the shape of a key id and belongs to none of the stack's
// keys.
func unlistedKeyID(keys []outputs.SigningKey) signer.KeyPairID {
	taken := map[string]bool{}
	for _, k := range keys {
		taken[k.ID] = true
	}
	for n := 0; ; n++ {
		if id := fmt.Sprintf("KSMOKETEST%04d", n); !taken[id] {
			return signer.KeyPairID(id)
		}
	}
}

// strangerKey is a fresh key of the same kind as key, so that a refusal comes
// from the signature and not from its form.
func strangerKey(key crypto.Signer) (crypto.Signer, error) {
	if _, ok := key.Public().(*rsa.PublicKey); ok {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	if pub, ok := key.Public().(*ecdsa.PublicKey); ok {
		return ecdsa.GenerateKey(pub.Curve, rand.Reader)
	}
	return nil, fmt.Errorf("no fresh key for one of type %T", key.Public())
}

// otherChannelARN has the shape of arn and names another channel.
func otherChannelARN(arn string) string {
	i := strings.LastIndexByte(arn, '/') + 1
	other := []rune(arn[i:])
	for j, r := range other {
		switch {
		case r == 'z' || r == 'Z' || r == '9':
			other[j] = map[rune]rune{'z': 'a', 'Z': 'A', '9': '0'}[r]
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			other[j] = r + 1
		}
	}
	return arn[:i] + string(other)
}

// unsignedToken repeats the claims of a good token under "alg":"none".
// https://www.rfc-editor.org/rfc/rfc8725#section-2.1
func unsignedToken(token string) string {
	return segment64(`{"alg":"none","typ":"JWT"}`) + "." + claimsOf(token) + "."
}

// publicKeyToken repeats the claims of a good token under HS256, with the text
// of the public key as the shared secret: the confusion of a verifier that lets
// the token choose its algorithm. https://www.rfc-editor.org/rfc/rfc8725#section-2.1
func publicKeyToken(token, publicPEM string) string {
	signed := segment64(`{"alg":"HS256","typ":"JWT"}`) + "." + claimsOf(token)
	mac := hmac.New(sha256.New, []byte(publicPEM))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// extendedToken moves the expiry of a good token by a second and keeps its
// signature.
func extendedToken(token string) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", fmt.Errorf("a token of %d parts, want 3", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", err
	}
	claims := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(string(payload)))
	decoder.UseNumber()
	if err := decoder.Decode(&claims); err != nil {
		return "", err
	}
	number, ok := claims["exp"].(json.Number)
	if !ok {
		return "", fmt.Errorf("the token's exp is a %T, want a number", claims["exp"])
	}
	seconds, err := number.Int64()
	if err != nil {
		return "", err
	}
	claims["exp"] = seconds + 1
	changed, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	return parts[0] + "." + segment64(string(changed)) + "." + parts[2], nil
}

func claimsOf(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

func segment64(text string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}
