package check

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"privateplayback/smoketest/internal/cause"
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
	return s.refusedOver(ctx, u, offerTLS(tls.VersionTLS10, tls.VersionTLS11), "TLS 1.1 at most", "tls-old")
}

// weakCiphersRefused offers no cipher but those that the policy leaves out.
func weakCiphersRefused(ctx context.Context, s *session, u *url.URL) error {
	suites := leftOut(s.Stack.TLSPolicy)
	if suites == nil {
		return skip("the outputs tell no policy whose ciphers are known here: tlsPolicy is %q", s.Stack.TLSPolicy)
	}
	return s.refusedOver(ctx, u, offerCiphers(suites), "TLS 1.2 with CBC ciphers alone", "tls-ciphers")
}

// leftOut are the ciphers that a security policy has not, of those that both this
// machine and an older policy have; nil if that is not known.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
func leftOut(policy string) []uint16 {
	suites := []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}
	switch policy {
	case "TLSv1.2_2018", "TLSv1.2_2019":
		return suites
	case "TLSv1.2_2021":
		return append(suites, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256)
	}
	return nil
}

// refusedOver demands that a connection which begins as offer says does not come
// about.
func (s *session) refusedOver(ctx context.Context, u *url.URL, offer func(*http.Transport), by string, open cause.ID) error {
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return err
	}
	x, err := s.sent(ctx, u, offer)
	if handshakeRefused(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return &Failure{Asked: x.asked + ", over " + by, Want: "a refused handshake", Got: x.got(), Cause: open}
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
