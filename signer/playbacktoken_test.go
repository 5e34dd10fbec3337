package signer_test

import (
	"crypto"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"privateplayback/signer"
)

const channelARN = "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh"

func goodToken() signer.PlaybackToken {
	return signer.PlaybackToken{ChannelARN: channelARN, Expires: expires}
}

func fullToken() signer.PlaybackToken {
	return signer.PlaybackToken{
		ChannelARN:           channelARN,
		Expires:              expires.Add(time.Second / 2),
		AllowOrigins:         []string{"https://app.example.com", "https://*.example.org", "http://localhost:3000"},
		StrictOrigin:         true,
		SingleUseID:          "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
		ViewerID:             strings.Repeat("é", 40),
		ViewerSessionVersion: 1767290400,
		MaxResolution:        signer.FullHD,
		AdsOptOut:            true,
		AdsPlayerParams:      map[string]string{"genre": "news & more", "b": "é"},
		AdsPlaybackConfig:    "midroll",
		AdsReporting:         signer.ClientReporting,
	}
}

func TestTokenClaims(t *testing.T) {
	for _, tt := range []struct {
		name  string
		token signer.PlaybackToken
		want  map[string]any
	}{
		{"least", goodToken(), map[string]any{
			"aws:channel-arn": channelARN,
			"exp":             json.Number("1767290400"),
		}},
		{"all", fullToken(), map[string]any{
			"aws:channel-arn":                 channelARN,
			"exp":                             json.Number("1767290400"),
			"aws:access-control-allow-origin": "https://app.example.com,https://*.example.org,http://localhost:3000",
			"aws:strict-origin-enforcement":   true,
			"aws:single-use-uuid":             "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
			"aws:viewer-id":                   strings.Repeat("é", 40),
			"aws:viewer-session-version":      json.Number("1767290400"),
			"aws:maximum-resolution":          "FULL_HD",
			"aws:ads-opt-out":                 true,
			"aws:ads-player-params":           map[string]any{"genre": "news & more", "b": "é"},
			"aws:ads-playback-config-name":    "midroll",
			"aws:ads-reporting-mode":          "CLIENT",
		}},
	} {
		for _, key := range []crypto.Signer{p384(), opaque{p384()}, whole{p384()}} {
			t.Run(fmt.Sprintf("%s %T", tt.name, key), func(t *testing.T) {
				got, err := must(signer.NewIVS(key)).Token(t.Context(), tt.token)
				if err != nil {
					t.Fatal(err)
				}
				claims := verifyToken(t, got, key.Public())
				if diff := cmp.Diff(tt.want, map[string]any(claims)); diff != "" {
					t.Errorf("claims (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// verifyToken checks a token with golang-jwt's own verifier, and its header.
func verifyToken(t *testing.T, token string, public crypto.PublicKey) jwt.MapClaims {
	t.Helper()
	claims := jwt.MapClaims{}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"ES384"}), jwt.WithJSONNumber(),
		jwt.WithTimeFunc(func() time.Time { return expires.Add(-time.Minute) }))
	parsed, err := parser.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return public, nil })
	if err != nil {
		t.Fatalf("golang-jwt refuses the token: %v", err)
	}
	if diff := cmp.Diff(map[string]any{"alg": "ES384", "typ": "JWT"}, parsed.Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if len(parsed.Signature) != 96 {
		t.Errorf("signature of %d bytes, want 96", len(parsed.Signature))
	}
	return claims
}

// TestTokenSignatureWidth: one signature in 128 has a short r or s, and the
// halves must keep their width all the same.
func TestTokenSignatureWidth(t *testing.T) {
	der := must(asn1.Marshal(struct{ R, S *big.Int }{big.NewInt(1), big.NewInt(0x203)}))
	token := must(must(signer.NewIVS(broken{key: p384(), signature: der})).Token(t.Context(), goodToken()))
	got := must(base64.RawURLEncoding.DecodeString(token[strings.LastIndexByte(token, '.')+1:]))
	want := make([]byte, 96)
	want[47], want[94], want[95] = 1, 2, 3
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("signature (-want +got):\n%s", diff)
	}
}

func TestTokenRefusesBrokenSignatures(t *testing.T) {
	number := func(r, s *big.Int) []byte { return must(asn1.Marshal(struct{ R, S *big.Int }{r, s})) }
	for name, signature := range map[string][]byte{
		"empty":    {},
		"not DER":  make([]byte, 96),
		"trailing": append(number(big.NewInt(1), big.NewInt(1)), 0),
		"zero":     number(big.NewInt(0), big.NewInt(1)),
		"negative": number(big.NewInt(1), big.NewInt(-1)),
		"too wide": number(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), 384)),
	} {
		got, err := must(signer.NewIVS(broken{key: p384(), signature: signature})).Token(t.Context(), goodToken())
		if err == nil || !strings.Contains(err.Error(), "private key") || got != "" {
			t.Errorf("%s: Token = %q, %v, want an error about the key", name, got, err)
		}
	}
}

func TestTokenRefuses(t *testing.T) {
	with := func(change func(*signer.PlaybackToken)) signer.PlaybackToken {
		tok := goodToken()
		change(&tok)
		return tok
	}
	for _, tt := range []struct {
		token signer.PlaybackToken
		want  string
	}{
		{with(func(p *signer.PlaybackToken) { p.Expires = time.Time{} }), "missing Expires"},
		{with(func(p *signer.PlaybackToken) { p.Expires = time.Unix(expires.UnixMilli(), 0) }), "milliseconds"},
		{with(func(p *signer.PlaybackToken) { p.StrictOrigin = true }), "AllowOrigins"},
		{with(func(p *signer.PlaybackToken) {
			p.StrictOrigin = true
			p.AllowOrigins = []string{"https://a.b", "https://c.d", "https://e.f", "https://g.h", "https://i.j", "https://k.l"}
		}), "at most 5"},
		{with(func(p *signer.PlaybackToken) { p.SingleUseID = "1" }), "UUID"},
		{with(func(p *signer.PlaybackToken) { p.SingleUseID = "g81d4fae-7dec-11d0-a765-00a0c91e6bf6" }), "UUID"},
		{with(func(p *signer.PlaybackToken) { p.ViewerID = strings.Repeat("a", 41) }), "41"},
		{with(func(p *signer.PlaybackToken) { p.ViewerID = "\xff" }), "UTF-8"},
		{with(func(p *signer.PlaybackToken) { p.ViewerSessionVersion = 1 }), "without ViewerID"},
		{with(func(p *signer.PlaybackToken) { p.ViewerID, p.ViewerSessionVersion = "a", -1 }), "negative"},
		{with(func(p *signer.PlaybackToken) { p.MaxResolution = "4K" }), "FULL_HD"},
		{with(func(p *signer.PlaybackToken) { p.AdsReporting = "BOTH" }), "CLIENT or SERVER"},
		{with(func(p *signer.PlaybackToken) { p.AdsPlayerParams = map[string]string{"a": strings.Repeat("b", 1000)} }), "1001"},
		{with(func(p *signer.PlaybackToken) { p.AdsPlayerParams = map[string]string{"a": "\xff"} }), "UTF-8"},
		{with(func(p *signer.PlaybackToken) { p.AdsPlaybackConfig = "\xff" }), "UTF-8"},
		{signer.PlaybackToken{SingleUseID: "1", MaxResolution: "4K"}, `ChannelARN "", want arn:aws:ivs:REGION:ACCOUNT:channel/ID; missing Expires; SingleUseID is not a UUID; MaxResolution "4K"`},
	} {
		_, err := must(signer.NewIVS(p384())).Token(t.Context(), tt.token)
		checkRefusal(t, err, signer.ErrInvalidToken, tt.want)
	}
}

func TestTokenRefusesARN(t *testing.T) {
	for _, arn := range []string{
		"", "abcdABCDefgh", "https://x.playback.live-video.net/a.m3u8",
		"arn:aws:ivs:us-west-2:123456789012:playback-key/abc",
		"arn:aws:ivs:us-west-2:123456789012:channel/",
		"arn:aws:ivs:us-west-2:123456789012:channel/*",
		"arn:aws:ivs::123456789012:channel/a",
		"arn:aws:ivs:us-west-2::channel/a",
		"arn:aws-cn:ivs:us-west-2:123456789012:channel/a",
		"arn:aws:s3:us-west-2:123456789012:channel/a",
		channelARN + ":x", channelARN + " ",
	} {
		tok := goodToken()
		tok.ChannelARN = arn
		_, err := must(signer.NewIVS(p384())).Token(t.Context(), tok)
		checkRefusal(t, err, signer.ErrInvalidToken, "ChannelARN")
	}
}

func TestTokenOrigins(t *testing.T) {
	tok := goodToken()
	tok.AllowOrigins = []string{"*", "https://a.example.com", "http://localhost:3000", "https://*.a-b.example", "https://*.example.com:8443", "http://a:443", "https://a:80", "https://192.0.2.1"}
	if _, err := must(signer.NewIVS(p384())).Token(t.Context(), tok); err != nil {
		t.Error(err)
	}
}

func TestTokenRefusesOrigins(t *testing.T) {
	for _, origin := range []string{
		"", "null", "app.example.com", "https://", "https://.", "https://*", "https://*.", "https://a.*.com", "https://*a.com", "**",
		"https://a.com/", "https://a.com/x", "https://a.com?x", "https://A.com", "HTTPS://a.com", "ftp://a.com", "*://a.com",
		"https://a.com,https://b.com", "https://a.com b", "https://u@a.com", "https://é.com", "https://a.com:", "https://a.com:0",
		"https://a.com:65536", "https://a.com:+1", "https://a.com:01", "https://a.com:443", "http://a.com:80", "https://[::1]:3000",
	} {
		tok := goodToken()
		tok.AllowOrigins = []string{"https://ok.example", origin}
		_, err := must(signer.NewIVS(p384())).Token(t.Context(), tok)
		checkRefusal(t, err, signer.ErrInvalidToken, fmt.Sprintf("origin %q", origin))
	}
}

func TestTokenTooLong(t *testing.T) {
	tok := goodToken()
	for i := range 100 {
		tok.AllowOrigins = append(tok.AllowOrigins, fmt.Sprintf("https://app%d.example.com", i))
	}
	_, err := must(signer.NewIVS(p384())).Token(t.Context(), tok)
	checkRefusal(t, err, signer.ErrTooLong, "2048", "fewer origins")
}

func TestCheck(t *testing.T) {
	short := goodToken()
	short.ViewerID = "v"
	once := goodToken()
	once.SingleUseID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
	for _, tt := range []struct {
		token  signer.PlaybackToken
		before time.Duration // how long before Expires
		want   string        // "" for none
	}{
		{goodToken(), 24 * time.Hour, ""},
		{goodToken(), time.Second, ""},
		{goodToken(), 0, "expired"},
		{goodToken(), -time.Hour, "expired"},
		{short, 10 * time.Minute, ""},
		{short, 10*time.Minute + time.Second, "ten minutes"},
		{once, 10 * time.Minute, ""},
		{once, 10*time.Minute + time.Second, "ten minutes"},
		{signer.PlaybackToken{Expires: expires}, time.Hour, "ChannelARN"},
	} {
		err := tt.token.Check(expires.Add(-tt.before))
		if tt.want != "" {
			checkRefusal(t, err, signer.ErrInvalidToken, tt.want)
		} else if err != nil {
			t.Errorf("Check %v before expiry: %v", tt.before, err)
		}
	}
}

func TestTokenAt(t *testing.T) {
	s := must(signer.NewIVS(p384()))
	short := goodToken()
	short.ViewerID = "v"
	got, err := s.TokenAt(t.Context(), expires.Add(-10*time.Minute), short)
	if err != nil || got != must(s.Token(t.Context(), short)) {
		t.Errorf("TokenAt = %v, want what Token returns", err)
	}
	_, err = s.TokenAt(t.Context(), expires.Add(-time.Hour), short)
	checkRefusal(t, err, signer.ErrInvalidToken, "ten minutes")
	_, err = s.TokenAt(t.Context(), expires, goodToken())
	checkRefusal(t, err, signer.ErrInvalidToken, "expired")
	var all *signer.TokenError
	if _, err = s.TokenAt(t.Context(), expires, signer.PlaybackToken{Expires: expires}); !errors.As(err, &all) || len(all.Problems) != 2 {
		t.Errorf("TokenAt: %v, want a TokenError with two problems", err)
	}
}

func TestTokensAt(t *testing.T) {
	s := must(signer.NewIVS(p384()))
	arns := []string{channelARN + "1", channelARN + "2"}
	tokens, err := s.TokensAt(t.Context(), notBefore, goodToken(), arns...)
	if err != nil || len(tokens) != 2 {
		t.Fatalf("TokensAt = %d tokens, %v, want 2", len(tokens), err)
	}
	for i, token := range tokens {
		if got := verifyToken(t, token, p384().Public())["aws:channel-arn"]; got != arns[i] {
			t.Errorf("token %d is for %v, want %s", i, got, arns[i])
		}
	}
	once := goodToken()
	once.SingleUseID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
	_, err = s.TokensAt(t.Context(), expires.Add(-time.Minute), once, arns...)
	checkRefusal(t, err, signer.ErrInvalidToken, "SingleUseID")
	_, err = s.TokensAt(t.Context(), notBefore, goodToken(), channelARN, "other")
	checkRefusal(t, err, signer.ErrInvalidToken, "ChannelARN")
}
