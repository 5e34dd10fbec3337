package check

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestProtocolFaults(t *testing.T) {
	method := func(method string) func(*http.Request) bool {
		return func(r *http.Request) bool { return r.Method == method }
	}
	for _, f := range []flawed{
		{"PUT is let through", "vod.protocol.put", opens(method("PUT")), "method-allowed"},
		{"a proxy refuses PUT", "vod.protocol.put", blockedBy(func(r *http.Request) bool { return r.Method == http.MethodPut }), "answered-between"},
		{"a proxy refuses plain HTTP", "vod.protocol.redirect-refused", blockedBy(func(r *http.Request) bool { return r.TLS == nil }), "answered-between"},
		{"S3 answers PUT", "vod.protocol.put", flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == "PUT" {
				refuse(w, http.StatusForbidden, applicationXML, storageBody)
			}
			return r.Method == "PUT"
		}}, "origin-reached"},
		{"DELETE is let through", "vod.protocol.delete", opens(method("DELETE")), "method-allowed"},
		{"plain HTTP is public", "vod.protocol.redirect-refused", opens(func(r *http.Request) bool { return r.TLS == nil }), "http-open"},
		{"any host is served", "vod.protocol.other-host", opens(atHost("smoketest-foreign.invalid")), "host-foreign"},
		{"S3's id is handed on", "vod.protocol.headers", says("X-Amz-Id-2", "x", always), "headers-leak"},
		{"an uploader's metadata is handed on", "vod.protocol.headers", says("X-Amz-Meta-Mtime", "1", func(r *http.Request) bool {
			return strings.HasSuffix(r.URL.Path, ".ts")
		}), "headers-leak"},
	} {
		f.seen(t)
	}
}

// over serves a sound delivery by a TLS server of one's own making.
func over(t *testing.T, configure func(*httptest.Server)) world {
	t.Helper()
	d := &delivery{files: asset(), cached: map[string]bool{}}
	w := newWorld(t, d)
	server := httptest.NewUnstartedServer(marking(d))
	server.TLS = &tls.Config{}
	configure(server)
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := w.target.Client.Transport.(*http.Transport)
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return w
}

func TestVersions(t *testing.T) {
	speaking := func(least, most uint16) func(*httptest.Server) {
		return func(s *httptest.Server) { s.TLS.MinVersion, s.TLS.MaxVersion = least, most }
	}
	ciphered := func(suites ...uint16) func(*httptest.Server) {
		return func(s *httptest.Server) { s.TLS.CipherSuites = suites }
	}
	ownDomain := func(w world) world {
		w.target.Stack.BaseURL = "https://video.example.com"
		return w
	}
	telling := func(policy string, w world) world {
		w.target.Stack.TLSPolicy = policy
		return w
	}
	for _, tt := range []struct {
		w       world
		id      string
		verdict Verdict
		says    string
	}{
		{over(t, speaking(tls.VersionTLS12, 0)), "vod.protocol.tls12", Pass, ""},
		{over(t, speaking(tls.VersionTLS13, 0)), "vod.protocol.tls12", Fail, "tls"},
		{ownDomain(over(t, speaking(tls.VersionTLS13, 0))), "vod.protocol.tls12", Skip, "the domain takes TLS 1.3 alone, as its viewerCertificate may say"},
		{telling("TLSv1.3_2025", ownDomain(over(t, speaking(tls.VersionTLS13, 0)))), "vod.protocol.tls12", Skip, "the domain takes TLS 1.3 alone, as its viewerCertificate may say"},
		{telling("TLSv1.2_2021", ownDomain(over(t, speaking(tls.VersionTLS13, 0)))), "vod.protocol.tls12", Fail, "tls"},
		{over(t, speaking(tls.VersionTLS12, 0)), "vod.protocol.tls13", Pass, ""},
		{over(t, speaking(0, tls.VersionTLS12)), "vod.protocol.tls13", Fail, "tls"},
		{over(t, speaking(tls.VersionTLS10, 0)), "vod.protocol.tls-old", Skip, "the distribution has no domain of its own"},
		{ownDomain(over(t, speaking(tls.VersionTLS10, 0))), "vod.protocol.tls-old", Fail, "tls-old"},
		{ownDomain(over(t, speaking(tls.VersionTLS11, 0))), "vod.protocol.tls-old", Fail, "tls-old"},
		{ownDomain(over(t, speaking(tls.VersionTLS12, 0))), "vod.protocol.tls-old", Pass, ""},
		{telling("TLSv1.2_2021", ownDomain(over(t, ciphered(tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)))), "vod.protocol.tls-ciphers", Pass, ""},
		{telling("TLSv1.2_2021", ownDomain(over(t, ciphered(tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256)))), "vod.protocol.tls-ciphers", Fail, "tls-ciphers"},
		{telling("TLSv1.2_2019", ownDomain(over(t, ciphered(tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256)))), "vod.protocol.tls-ciphers", Pass, ""},
		{telling("TLSv1.2_2019", ownDomain(over(t, ciphered(tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA)))), "vod.protocol.tls-ciphers", Fail, "tls-ciphers"},
		{ownDomain(over(t, speaking(tls.VersionTLS12, 0))), "vod.protocol.tls-ciphers", Skip, `the outputs tell no policy whose ciphers are known here: tlsPolicy is ""`},
		{over(t, func(s *httptest.Server) { s.EnableHTTP2 = true }), "vod.protocol.http2", Pass, ""},
		{over(t, speaking(0, 0)), "vod.protocol.http2", Fail, "http1-only"},
	} {
		if r := tt.w.run(t, tt.id); r.Verdict != tt.verdict || r.Reason+string(causeOf(r)) != tt.says {
			t.Errorf("%s = %s %s%v, cause %q, want %s %q", tt.id, r.Verdict, r.Reason, r.Failure, causeOf(r), tt.verdict, tt.says)
		}
	}
}

// A client that makes its connections itself cannot be told what to offer.
func TestVersionsOfOneself(t *testing.T) {
	w := deliver(t, flaw{})
	w.target.Client.Transport = struct{ http.RoundTripper }{w.target.Client.Transport}
	for _, id := range []string{"vod.protocol.tls12", "vod.protocol.tls13", "vod.protocol.http2"} {
		if r := w.run(t, id); r.Verdict != Skip || !strings.Contains(r.Reason, "cannot be chosen") {
			t.Errorf("%s with a transport of a kind of its own = %s %s%v, want skip", id, r.Verdict, r.Reason, r.Failure)
		}
	}
}

// blockedBy is a proxy that answers some requests with a page of its own.
func blockedBy(match func(*http.Request) bool) flaw {
	return flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
		if !match(r) {
			return false
		}
		w.Header().Del("X-Amz-Cf-Id")
		refuse(w, http.StatusForbidden, "text/html", page)
		return true
	}}
}
