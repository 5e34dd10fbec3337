package signer_test

import (
	"context"
	"crypto"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"privateplayback/signer"
)

func playbackPublic() []crypto.PublicKey { return []crypto.PublicKey{p384().Public()} }

func TestParseToken(t *testing.T) {
	now := expires.Add(-time.Minute)
	for _, want := range []signer.PlaybackToken{goodToken(), fullToken()} {
		token := must(must(signer.NewIVS(p384())).Token(t.Context(), want))
		keys := []crypto.PublicKey{nil, rsa2048().Public(), must(signer.GeneratePlaybackKey()).Public(), p384().Public()}
		got, err := signer.ParseToken(token, keys, now)
		if err != nil {
			t.Errorf("ParseToken: %v", err)
		}
		want.Expires = want.Expires.Truncate(time.Second)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseToken (-want +got):\n%s", diff)
		}
	}
}

// forge signs any claims with golang-jwt.
func forge(claims string) string {
	c := jwt.MapClaims{}
	if err := json.Unmarshal([]byte(claims), &c); err != nil {
		panic(err)
	}
	return must(jwt.NewWithClaims(jwt.SigningMethodES384, c).SignedString(p384()))
}

// wrongTokens are tokens with what is wrong with them.
func wrongTokens() map[string][]string {
	const arn = `"aws:channel-arn":"` + channelARN + `"`
	good := must(must(signer.NewIVS(p384())).Token(context.Background(), goodToken()))
	head, signature := good[:strings.LastIndexByte(good, '.')], good[strings.LastIndexByte(good, '.')+1:]
	digest := sha512.Sum384([]byte(head))
	der := base64.RawURLEncoding.EncodeToString(must(p384().Sign(nil, digest[:], crypto.SHA384)))
	segment := base64.RawURLEncoding.EncodeToString
	return map[string][]string{
		"":                         {"1 parts, want 3"},
		"a.b":                      {"2 parts, want 3"},
		"a.b.c.d":                  {"4 parts, want 3"},
		"a.b.c":                    {"base64url"},
		"Bearer " + good:           {"base64url"},
		good + "=":                 {"base64url"},
		strings.ToLower(good):      {"base64url"},
		head + "." + der:           {"want r and s of 48"},
		head + ".":                 {"signature of 0 bytes"},
		head + "." + signature[4:]: {"signature of 93 bytes"},
		segment([]byte(`{"alg":"none"}`)) + strings.TrimPrefix(head, strings.Split(head, ".")[0]) + ".": {`algorithm "none", want ES384`},
		segment([]byte(`{"alg":"X"}`)) + strings.TrimPrefix(head, strings.Split(head, ".")[0]) + ".":    {`algorithm "X"`},
		segment([]byte(`{}`)) + strings.TrimPrefix(head, strings.Split(head, ".")[0]) + ".":             {`algorithm ""`},
		forge(`{}`): {"ChannelARN", "missing Expires"},
		forge(`{` + arn + `,"exp":"1767290400"}`):                                            {`claim "exp" is a string, want a number`},
		forge(`{` + arn + `,"exp":1767290400000}`):                                           {"milliseconds"},
		forge(`{` + arn + `,"exp":1.5}`):                                                     {`claim "exp" is not an integer`},
		forge(`{` + arn + `,"exp":99999999999999999999}`):                                    {`claim "exp" is not an integer`},
		forge(`{` + arn + `,"exp":1767286800}`):                                              {"it expired at 2026-01-01T17:00:00Z"},
		forge(`{` + arn + `,"exp":1767390400,"aws:viewer-id":"v"}`):                          {"ten minutes"},
		forge(`{"channel-arn":"a","exp":1767290400}`):                                        {`claim "channel-arn" lacks its prefix, write "aws:channel-arn"`},
		forge(`{` + arn + `,"exp":1767290400,"aws:viewerid":"v"}`):                           {`claim "aws:viewerid" is not one of IVS`},
		forge(`{` + arn + `,"exp":1767290400,"aws:viewer-id":7}`):                            {`"aws:viewer-id" is a number, want a string`},
		forge(`{` + arn + `,"exp":1767290400,"aws:strict-origin-enforcement":"true"}`):       {`is a string, want true or false`},
		forge(`{` + arn + `,"exp":1767290400,"aws:viewer-session-version":"1"}`):             {`is a string, want a number`},
		forge(`{` + arn + `,"exp":1767290400,"aws:access-control-allow-origin":["a"]}`):      {`is an array, want a string`},
		forge(`{` + arn + `,"exp":1767290400,"aws:access-control-allow-origin":"a.com, b"}`): {`origin "a.com"`, `origin " b"`},
		forge(`{` + arn + `,"exp":1767290400,"aws:ads-opt-out":null}`):                       {`is null, want true or false`},
		forge(`{` + arn + `,"exp":1767290400,"aws:ads-player-params":{"a":1}}`):              {`is an object, want an object of strings`},
		forge(`{` + arn + `,"exp":1767290400,"aws:ads-player-params":true}`):                 {`is a boolean, want an object of strings`},
		forge(`{` + arn + `,"exp":1767290400,"pad":"` + strings.Repeat("a", 2000) + `"}`):    {"IVS takes 2048"},
	}
}

func TestParseTokenReports(t *testing.T) {
	for token, want := range wrongTokens() {
		_, err := signer.ParseToken(token, playbackPublic(), notBefore)
		checkRefusal(t, err, signer.ErrInvalidToken, want...)
		if i := strings.LastIndexByte(token, '.'); i >= 0 && len(token)-i > 8 && strings.Contains(err.Error(), token[i+1:]) {
			t.Errorf("error %q holds the signature", err)
		}
		var all *signer.TokenError
		if !errors.As(err, &all) || len(all.Problems) == 0 {
			t.Errorf("error %v is no TokenError", err)
		}
	}
	// Claims of others are no problem.
	if _, err := signer.ParseToken(forge(`{"aws:channel-arn":"`+channelARN+`","exp":1767290400,"iat":1}`), playbackPublic(), notBefore); err != nil {
		t.Errorf("with iat: %v", err)
	}
}

// TestParseTokenSignature: what a token says is returned though its signature
// does not hold.
func TestParseTokenSignature(t *testing.T) {
	token := must(must(signer.NewIVS(p384())).Token(t.Context(), goodToken()))
	stranger := must(signer.GeneratePlaybackKey())
	for want, keys := range map[string][]crypto.PublicKey{
		"no public key given":                           nil,
		"signature verifies with none of 1 public keys": {stranger.Public()},
		"signature verifies with none of 2 public keys": {p256().Public(), rsa2048().Public()},
	} {
		got, err := signer.ParseToken(token, keys, notBefore)
		checkRefusal(t, err, signer.ErrInvalidToken, want)
		if got.ChannelARN != channelARN {
			t.Errorf("ParseToken = %+v, want what the token says", got)
		}
	}
}

func FuzzParseToken(f *testing.F) {
	for token := range wrongTokens() {
		f.Add(token)
	}
	f.Add(must(must(signer.NewIVS(p384())).Token(f.Context(), fullToken())))
	s := must(signer.NewIVS(p384()))
	f.Fuzz(func(t *testing.T, token string) {
		got, err := signer.ParseToken(token, playbackPublic(), notBefore)
		if err != nil {
			if !errors.Is(err, signer.ErrInvalidToken) {
				t.Errorf("ParseToken: error %v has no class", err)
			}
			return
		}
		// What is accepted can be signed again and says the same.
		again, err := signer.ParseToken(must(s.TokenAt(t.Context(), notBefore, got)), playbackPublic(), notBefore)
		if diff := cmp.Diff(got, again); err != nil || diff != "" {
			t.Errorf("signed again: %v (-first +again):\n%s", err, diff)
		}
	})
}

// TestParseTokenBounds: what is too long is not read, and nothing long is quoted.
func TestParseTokenBounds(t *testing.T) {
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"` + strings.Repeat("x", 1000) + `"}`))
	for name, token := range map[string]string{"long": strings.Repeat("a", 3<<20), "long algorithm": header + ".e30." + strings.Repeat("A", 128)} {
		if _, err := signer.ParseToken(token, nil, notBefore); !errors.Is(err, signer.ErrInvalidToken) || len(err.Error()) > 500 {
			t.Errorf("%s: ParseToken gives an error of %d bytes, want a short ErrInvalidToken", name, len(err.Error()))
		}
	}
}
