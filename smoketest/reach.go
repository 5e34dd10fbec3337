package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net"
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"

	"privateplayback/internal/local"
)

// reach is how programs outside this process get to the deployment. The zero value is
// for what DNS finds and public authorities certify.
type reach struct {
	proxy string   // of every request: "http://127.0.0.1:43211"; empty for none
	trust []string // SHA-256 sums of authorities' public keys (SPKI) in base64
}

// localReach leads to the stand-in of this process, whose port is a proxy.
func localReach(d *local.Deployment) reach {
	return reach{proxy: "http://" + d.Endpoint().Addr(), trust: []string{d.Endpoint().KeyPin(), d.Endpoint().KeyPinOfOthers()}}
}

// environmentReach is that of this process's own client. A proxy on this machine, as
// that of smoketest serve, may certify hosts itself, with the authority that the
// environment names; what lies behind any other is verified as ever.
func environmentReach(baseURL string) reach {
	base, err := url.Parse(baseURL)
	if err != nil {
		return reach{} // the outputs are refused before any program is started
	}
	proxy, err := httpproxy.FromEnvironment().ProxyFunc()(base)
	if err != nil || proxy == nil {
		return reach{}
	}
	r := reach{proxy: proxy.String()}
	if ip := net.ParseIP(proxy.Hostname()); ip != nil && ip.IsLoopback() {
		data, _ := os.ReadFile(os.Getenv("SSL_CERT_FILE")) // that there is none is the ordinary case
		r.trust = keyPins(data)
	}
	return r
}

// keyPins are those of the certificates in a PEM file.
func keyPins(data []byte) []string {
	var pins []string
	for block, rest := pem.Decode(bytes.TrimSpace(data)); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue // keys may stand beside certificates
		}
		sum := sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
		pins = append(pins, base64.StdEncoding.EncodeToString(sum[:]))
	}
	return pins
}
