package fakeaws

import (
	"fmt"
	"net"
	"net/http"
)

// proxy is the plain side of the port: the cloud itself, and an HTTP proxy for
// clients that can be told of one, such as browsers, curl and programs that heed
// HTTPS_PROXY. It leads to the hosts that the stand-in plays and to no others:
// nothing leaves the machine.
type proxy struct {
	cloud    *Cloud
	listener *splitListener
}

// ServeHTTP tells a client of the proxy by the form of its request target (RFC
// 9112 section 3.2): the authority form, the absolute form, or else none.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodConnect:
		p.connect(w, r)
	case r.URL.IsAbs():
		p.forward(w, r)
	default:
		p.cloud.ServeHTTP(w, r)
	}
}

// connect hands the client's connection to the side of the port that it asks for.
// The sides bound the time of a silent one, as they do for every connection, and
// see the client's own address.
func (p *proxy) connect(w http.ResponseWriter, r *http.Request) {
	host, port, err := net.SplitHostPort(r.Host)
	side := map[string]*connections{"443": p.listener.secure, "80": p.listener.plain}[port]
	if err != nil || side == nil || !p.cloud.plays(host) {
		refuseProxy(w, r.Host)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "CONNECT needs HTTP/1.1", http.StatusHTTPVersionNotSupported)
		return
	}
	if _, err := conn.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		conn.Close()
		return
	}
	side.add(&peekedConn{Conn: conn, reader: buffered.Reader})
}

// forward answers a request for a plain URL as if it had come without proxy.
func (p *proxy) forward(w http.ResponseWriter, r *http.Request) {
	port := r.URL.Port()
	if r.URL.Scheme != "http" || port != "" && port != "80" || !p.cloud.plays(r.URL.Hostname()) {
		refuseProxy(w, r.URL.Host)
		return
	}
	direct := r.Clone(r.Context())
	direct.URL.Scheme, direct.URL.Host, direct.URL.User = "", "", nil
	direct.RequestURI = direct.URL.RequestURI()
	for _, name := range []string{"Proxy-Connection", "Proxy-Authorization"} {
		direct.Header.Del(name)
	}
	p.cloud.ServeHTTP(w, direct)
}

func refuseProxy(w http.ResponseWriter, host string) {
	http.Error(w, fmt.Sprintf("the stand-in plays no host %q on this port; it leads to AWS's names and to aliases of its distributions, as their records say, ports 80 and 443", host), http.StatusForbidden)
}
