package check

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// sent asks for u with a signature over a connection that begins as offer says.
func (s *session) sent(ctx context.Context, u *url.URL, offer func(*http.Transport)) (*exchange, error) {
	client, err := s.negotiating(offer)
	if err != nil {
		return nil, err
	}
	defer client.CloseIdleConnections()
	req, err := s.canned(withClient(ctx, client), u)
	if err != nil {
		return nil, err
	}
	return s.do(req)
}

// servedOver demands that u opens over such a connection too.
func servedOver(offer func(*http.Transport)) func(context.Context, *session, *url.URL) error {
	return func(ctx context.Context, s *session, u *url.URL) error {
		if _, err := s.control(ctx, u, s.canned); err != nil {
			return err
		}
		x, err := s.sent(ctx, u, offer)
		if handshakeRefused(err) {
			return &Failure{Asked: "GET " + maskURL(u), Want: "200", Got: "a refused handshake", Cause: "tls"}
		}
		if err != nil {
			return err
		}
		return wantStatus(x, http.StatusOK)
	}
}

// servedOverTLS12 leaves it to the owner of a domain to demand TLS 1.3, where the
// outputs do not tell of another policy.
func servedOverTLS12(ctx context.Context, s *session, u *url.URL) error {
	err := servedOver(offerTLS(tls.VersionTLS12, tls.VersionTLS12))(ctx, s, u)
	policy := s.Stack.TLSPolicy
	var failure *Failure
	if errors.As(err, &failure) && failure.Cause == "tls" && s.lacks([]Need{NeedOwnDomain}) == nil &&
		(policy == "" || strings.HasPrefix(policy, "TLSv1.3")) {
		return skip("the domain takes TLS 1.3 alone, as its viewerCertificate may say")
	}
	return err
}

func oldTLSRefused(ctx context.Context, s *session, u *url.URL) error {
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return err
	}
	x, err := s.sent(ctx, u, offerTLS(tls.VersionTLS10, tls.VersionTLS11))
	if handshakeRefused(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return &Failure{Asked: x.asked + ", over TLS 1.1 at most", Want: "a refused handshake", Got: x.got(), Cause: "tls-old"}
}

// handshakeRefused reports whether a request failed because the server would not
// speak the versions offered: by an alert, or by hanging up, as a control just
// before has shown that it does not otherwise.
func handshakeRefused(err error) bool {
	var failure *Failure
	return errors.As(err, &failure) && failure.Want == "an answer" && (failure.Cause == "tls" || failure.Cause == "connection-reset")
}

func servedOverHTTP2(ctx context.Context, s *session, u *url.URL) error {
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return err
	}
	x, err := s.sent(ctx, u, offerHTTP2)
	if err != nil {
		return err
	}
	if x.proto != "HTTP/2.0" {
		return &Failure{Asked: x.asked, Want: "an answer in HTTP/2.0", Got: x.proto, Cause: "http1-only"}
	}
	return wantStatus(x, http.StatusOK)
}
