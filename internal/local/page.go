package local

import (
	"crypto"
	"crypto/tls"
	"net"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// Signers are the outputs, and what an application signs with: those of the current
// keys.
func (d *Deployment) Signers() (*outputs.Stack, *signer.CloudFront, *signer.IVS, error) {
	stack, err := outputs.Parse(d.OutputsJSON)
	if err != nil {
		return nil, nil, nil, err
	}
	cf, ivs, err := signer.Current(stack, []crypto.Signer{d.SigningKey}, []crypto.Signer{d.PlaybackKey})
	return stack, cf, ivs, err
}

// ListenBeside listens on a free loopback port as host, a name that is reserved for
// examples and tests: for an application whose pages play what is deployed. The hosts
// are all that a browser needs to find, by name or pattern, each with its address; it
// trusts them by Endpoint().KeyPin().
func (d *Deployment) ListenBeside(host string) (l net.Listener, hosts map[string]string, err error) {
	certificate, err := d.endpoint.Certificate(host)
	if err != nil {
		return nil, nil, err
	}
	l, err = tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
	})
	if err != nil {
		return nil, nil, err
	}
	hosts = map[string]string{host: l.Addr().String()}
	for _, name := range d.endpoint.Hosts() {
		hosts[name] = d.endpoint.Addr()
	}
	return l, hosts, nil
}
