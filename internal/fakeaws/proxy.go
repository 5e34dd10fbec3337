package fakeaws

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// proxy is the plain side of the port: a request for one of the hosts, or one to an
// HTTP proxy that knows no other host. So whatever client heeds HTTPS_PROXY, or has
// a flag for a proxy, reaches AWS's names here without a resolver.
//
// https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6 (CONNECT),
// https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2 (absolute form)
type proxy struct {
	cloud    http.Handler
	plays    func(host string) bool
	listener *splitListener
}

func (p proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		p.connect(w, r)
	case r.URL.Host != "":
		p.forward(w, r)
	default:
		p.cloud.ServeHTTP(w, r)
	}
}

// connect makes the connection one to the host: what follows is told apart by its
// first byte like any other.
func (p proxy) connect(w http.ResponseWriter, r *http.Request) {
	host, port, err := net.SplitHostPort(r.URL.Host)
	if err != nil || !p.plays(host) || port != "443" && port != "80" {
		refuseHost(w, r.URL.Host)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "CONNECT needs HTTP/1.1", http.StatusHTTPVersionNotSupported)
		return
	}
	conn.SetDeadline(time.Now().Add(readHeaderTimeout))
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		conn.Close()
		return
	}
	conn.SetDeadline(time.Time{})
	p.listener.take(&peekedConn{conn, buffered.Reader})
}

// forward answers a request that names scheme and host as one to that host.
func (p proxy) forward(w http.ResponseWriter, r *http.Request) {
	if r.URL.Scheme != "http" || !p.plays(r.URL.Hostname()) {
		refuseHost(w, r.URL.Scheme+"://"+r.URL.Host)
		return
	}
	r = r.Clone(r.Context())
	r.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery, ForceQuery: r.URL.ForceQuery}
	if r.URL.Path == "" {
		r.URL.Path = "/"
	}
	r.RequestURI = r.URL.RequestURI()
	for _, name := range []string{"Proxy-Connection", "Proxy-Authorization"} {
		r.Header.Del(name)
	}
	p.cloud.ServeHTTP(w, r)
}

func refuseHost(w http.ResponseWriter, host string) {
	http.Error(w, fmt.Sprintf("the stand-in plays no host %q, and passes nothing on", host), http.StatusForbidden)
}
