package check

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	_ "crypto/sha1" // what CloudFront takes unless told otherwise
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"privateplayback/infra/outputs"
)

// What the signer refuses to make is made here: policies and tokens with odd
// contents, signed as they are.

// signText signs a policy by SHA-1 in CloudFront's encoding.
func (s *session) signText(text string) (string, error) {
	hash := crypto.SHA1.New()
	hash.Write([]byte(text))
	signature, err := s.SigningKey.Sign(rand.Reader, hash.Sum(nil), crypto.SHA1)
	if err != nil {
		return "", fmt.Errorf("signing a policy: %w", err)
	}
	return encode64(signature), nil
}

// encode64 is base64 with the letters that CloudFront takes.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-linux-openssl.html
func encode64(data []byte) string {
	return strings.NewReplacer("+", "-", "=", "_", "/", "~").Replace(base64.StdEncoding.EncodeToString(data))
}

// rawPolicy opens u with a custom policy of which text makes the bytes.
func rawPolicy(text func(s *session, u *url.URL) string) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		policy := text(s, u)
		signature, err := s.signText(policy)
		if err != nil {
			return nil, err
		}
		return plain(ctx, withQuery(u, "Policy="+encode64([]byte(policy)), "Signature="+signature, "Key-Pair-Id="+string(s.keyID)))
	}
}

// rawPolicyCookies sends such a policy in cookies.
func rawPolicyCookies(text func(s *session, u *url.URL) string) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		policy := text(s, u)
		signature, err := s.signText(policy)
		if err != nil {
			return nil, err
		}
		return s.cookies([]*http.Cookie{
			{Name: "CloudFront-Policy", Value: encode64([]byte(policy))},
			{Name: "CloudFront-Signature", Value: signature},
			{Name: "CloudFront-Key-Pair-Id", Value: string(s.keyID)},
		})(ctx, u)
	}
}

// rawExpires opens u with a canned policy whose expiry is written as text.
func rawExpires(text func(s *session) string) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		expires := text(s)
		signature, err := s.signText(`{"Statement":[{"Resource":"` + u.String() + `","Condition":{"DateLessThan":{"AWS:EpochTime":` + expires + `}}}]}`)
		if err != nil {
			return nil, err
		}
		return plain(ctx, withQuery(u, "Expires="+expires, "Signature="+signature, "Key-Pair-Id="+string(s.keyID)))
	}
}

func withQuery(u *url.URL, pairs ...string) *url.URL {
	changed := *u
	if u.RawQuery != "" {
		pairs = append([]string{u.RawQuery}, pairs...)
	}
	changed.RawQuery = strings.Join(pairs, "&")
	return &changed
}

// policyText is a policy for u's folder, with what is put beside its date.
func policyText(s *session, u *url.URL, conditions string) string {
	return `{"Statement":[{"Resource":"` + folder(u) + `","Condition":{"DateLessThan":{"AWS:EpochTime":` +
		strconv.FormatInt(s.Now().Add(lifetime).Unix(), 10) + `}` + conditions + `}}]}`
}

// resourceText is a policy for a resource.
func resourceText(s *session, resource string) string {
	return strings.Replace(policyText(s, s.base, ""), folder(s.base), resource, 1)
}

// rawToken asks for a channel with a token of odd claims and header members, signed
// with the stack's key; edit changes those of a good one.
func rawToken(edit func(s *session, header, claims map[string]any), origin string) tokenForgery {
	return func(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
		key, ok := s.PlaybackKey.(*ecdsa.PrivateKey)
		if !ok {
			return nil, skip("the playback key is not in memory, so no odd token can be made of it")
		}
		claims := map[string]any{"aws:channel-arn": ch.ARN, "exp": s.Now().Add(tokenLifetime).Unix()}
		header := map[string]any{}
		edit(s, header, claims)
		token := jwt.NewWithClaims(jwt.SigningMethodES384, jwt.MapClaims(claims))
		maps.Copy(token.Header, header)
		text, err := token.SignedString(key)
		if err != nil {
			return nil, fmt.Errorf("making a token: %w", err)
		}
		return withToken(ctx, ch, text, origin)
	}
}
