package check

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"privateplayback/infra/outputs"
)

// claiming requests ch from a page, with a good token that claims more.
func claiming(claim tokenClaim, origin string) tokenForgery {
	return func(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
		token, err := s.with(ctx, ch, claim)
		if err != nil {
			return nil, err
		}
		return withToken(ctx, ch, token, origin)
	}
}

func channelless(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return rawToken(func(_ *session, _, claims map[string]any) { delete(claims, "aws:channel-arn") }, "")(ctx, s, ch)
}

// everyChannelsToken has a wildcard in place of the channel's id, as policies of IAM
// may have.
func everyChannelsToken(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return rawToken(func(_ *session, _, claims map[string]any) {
		claims["aws:channel-arn"] = ch.ARN[:strings.LastIndexByte(ch.ARN, '/')+1] + "*"
	}, "")(ctx, s, ch)
}

func otherRegionsToken(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	other := ch
	other.ARN = otherRegionARN(ch.ARN)
	token, err := s.with(ctx, other, noClaim)
	if err != nil {
		return nil, err
	}
	return withToken(ctx, ch, token, "")
}

// otherRegionARN names the channel of the same id in another region that has IVS.
func otherRegionARN(arn string) string {
	parts := strings.Split(arn, ":")
	if len(parts) < 4 {
		return arn
	}
	region := "eu-west-1"
	if parts[3] == region {
		region = "us-west-2"
	}
	parts[3] = region
	return strings.Join(parts, ":")
}

// es256Token is what a library makes that was given the wrong curve.
func es256Token(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	claims := jwt.MapClaims{"aws:channel-arn": ch.ARN, "exp": s.Now().Add(tokenLifetime).Unix()}
	token, err := jwt.NewWithClaims(jwt.SigningMethodES256, claims).SignedString(key)
	if err != nil {
		return nil, fmt.Errorf("making a token: %w", err)
	}
	return withToken(ctx, ch, token, "")
}

// truncatedToken has three parts, of which the last is half a signature.
func truncatedToken(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return s.retold(ctx, ch, func(token string) (string, error) {
		signature := len(token) - strings.LastIndexByte(token, '.')
		return token[:len(token)-signature/2], nil
	})
}

// runTogether is "?token=…?token=…", whose parameter is no token.
func runTogether(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	return s.retold(ctx, ch, func(token string) (string, error) { return token + "?token=" + token, nil })
}
