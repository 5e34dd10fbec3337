package check

import (
	"context"
	"crypto/tls"
	"net/http"
)

type clientKey struct{}

// withClient sends the requests of ctx by another client than the target's.
func withClient(ctx context.Context, c *http.Client) context.Context {
	return context.WithValue(ctx, clientKey{}, c)
}

func (s *session) clientFor(ctx context.Context) *http.Client {
	if c, ok := ctx.Value(clientKey{}).(*http.Client); ok {
		return c
	}
	return s.client
}

// negotiating is a client that reaches what the target's reaches, over connections
// of its own which begin as offer says. Its idle connections are the caller's to
// close.
func (s *session) negotiating(offer func(*http.Transport)) (*http.Client, error) {
	transport := s.client.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	t, ok := transport.(*http.Transport)
	if !ok || t.DialTLSContext != nil {
		return nil, skip("the client of this run makes its connections itself, so what it offers cannot be chosen")
	}
	t = t.Clone()
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = &tls.Config{}
	}
	offer(t)
	c := *s.client
	c.Transport = t
	return &c, nil
}

// offerTLS makes a client offer these versions of TLS and no others.
func offerTLS(least, most uint16) func(*http.Transport) {
	return func(t *http.Transport) { t.TLSClientConfig.MinVersion, t.TLSClientConfig.MaxVersion = least, most }
}

// offerCiphers makes a client offer TLS 1.2 with these ciphers and no others, and
// HTTP/1.1, since HTTP/2 forbids many of them (RFC 9113, appendix A).
func offerCiphers(suites []uint16) func(*http.Transport) {
	return func(t *http.Transport) {
		offerTLS(tls.VersionTLS12, tls.VersionTLS12)(t)
		t.TLSClientConfig.CipherSuites, t.TLSClientConfig.NextProtos = suites, []string{"http/1.1"}
		t.ForceAttemptHTTP2, t.TLSNextProto = false, map[string]func(string, *tls.Conn) http.RoundTripper{}
	}
}

// offerHTTP2 makes a client offer HTTP/2 beside HTTP/1.1, whatever its own
// settings are.
func offerHTTP2(t *http.Transport) { t.ForceAttemptHTTP2 = true }
