package fakeaws

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"time"
)

// Endpoint is a cloud that listens: one loopback port takes HTTPS and HTTP for
// every host that the stand-in plays, directly or as an HTTP proxy
// (HTTPS_PROXY=http://127.0.0.1:43211) that leads nowhere else.
type Endpoint struct {
	listener  *splitListener
	secure    *http.Server
	plain     *http.Server
	authority *authority
	cloud     *Cloud
}

// Listen serves a cloud at address, "127.0.0.1:0" for a free port. The address
// must be a loopback one. The error wraps syscall.EADDRINUSE if the port is in use.
func Listen(cloud *Cloud, address string) (*Endpoint, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("%q is not a loopback address; use 127.0.0.1", host)
	}
	authority, err := newAuthority(cloud.Region)
	if err != nil {
		return nil, err
	}
	tcp, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	silent := log.New(io.Discard, "", 0) // clients that distrust the authority are no news
	certificates := &viewerCertificates{cloud: cloud, authority: authority, issued: map[string]*tls.Certificate{}}
	listener := newSplitListener(tcp)
	e := &Endpoint{
		listener:  listener,
		authority: authority,
		cloud:     cloud,
		plain: &http.Server{
			Handler: &proxy{cloud, listener}, ErrorLog: silent, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout,
		},
		secure: &http.Server{
			Handler: cloud, ErrorLog: silent, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout,
			TLSConfig: &tls.Config{GetCertificate: certificates.choose, GetConfigForClient: certificates.protocols, MinVersion: tls.VersionTLS12},
		},
	}
	go e.plain.Serve(e.listener.plain)
	go e.secure.ServeTLS(e.listener.secure, "", "")
	go e.listener.accept()
	return e, nil
}

// A silent connection is closed after these: before its first request, which
// includes the handshake, and between two requests.
const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = time.Minute
)

// Addr is the loopback address, "127.0.0.1:43211".
func (e *Endpoint) Addr() string { return e.listener.tcp.Addr().String() }

// CAPEM is the certificate of the authority that clients must trust, in PEM. It
// is good for AWS's domains and for names reserved for examples and tests
// (example.com, *.test), nothing else.
func (e *Endpoint) CAPEM() []byte { return slices.Clone(e.authority.pem) }

// KeyPin is the SHA-256 of that authority's public key (SPKI) in base64, by which
// Chromium trusts it without an installation:
// --ignore-certificate-errors-spki-list.
func (e *Endpoint) KeyPin() string { return e.authority.published.keyPin() }

// KeyPinOfOthers is the same of the authority that certifies every other name. It is for
// a browser that reaches nothing but this endpoint and ends with it: who trusts that
// authority elsewhere trusts it for every site.
func (e *Endpoint) KeyPinOfOthers() string { return e.authority.unpublished.keyPin() }

// Certificate makes a server certificate for a host name that is reserved for
// examples and tests, for an application beside the stand-in whose pages are
// trusted by whoever trusts CAPEM.
func (e *Endpoint) Certificate(name string) (tls.Certificate, error) {
	if !within(reservedDomains, name) {
		return tls.Certificate{}, fmt.Errorf("%q is not reserved for examples and tests; use one below example.com", name)
	}
	return e.authority.published.certify([]string{name}, time.Time{})
}

// Hosts are the host names that the endpoint plays, of a domain all as
// "*.cloudfront.net", and the aliases of the distributions that there are now.
func (e *Endpoint) Hosts() []string {
	hosts := e.cloud.Edge.Aliases()
	for _, domain := range domains {
		hosts = append(hosts, "*."+domain)
	}
	slices.Sort(hosts)
	return hosts
}

// Client returns a client that finds AWS's host names and the aliases of
// distributions here, where their records lead to one, and trusts their
// certificates, but for imported ones of another issuer. A request to any other host fails without leaving the machine.
func (e *Endpoint) Client() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				host, _, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				if !e.cloud.plays(host) {
					return nil, &net.DNSError{Err: "the stand-in plays no such host, or no record leads to it", Name: host, IsNotFound: true}
				}
				return dialer.DialContext(ctx, network, e.Addr())
			},
			TLSClientConfig:     &tls.Config{RootCAs: e.authority.pool, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 8,
		},
	}
}

// Close stops serving and ends every connection.
func (e *Endpoint) Close() error {
	return errors.Join(e.listener.Close(), e.secure.Close(), e.plain.Close())
}
