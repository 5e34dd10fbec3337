package fakeaws

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws/bucket"
)

func listen(t *testing.T) (*Cloud, *Endpoint) {
	t.Helper()
	cloud := New(Options{})
	endpoint, err := Listen(cloud, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endpoint.Close() })
	return cloud, endpoint
}

func get(t *testing.T, client *http.Client, url string) (*http.Response, string) {
	t.Helper()
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return response, readBody(t, response)
}

func readBody(t *testing.T, response *http.Response) string {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// One port answers for every host, with TLS and without.
func TestHosts(t *testing.T) {
	cloud, endpoint := listen(t)
	if err := cloud.Bucket.CreateBucket("videos"); err != nil {
		t.Fatal(err)
	}
	client := endpoint.Client()
	for _, tc := range []struct {
		url, want string
		status    int
	}{
		{"https://videos.s3.us-west-2.amazonaws.com/x", "<RequestId>", 403},
		{"http://videos.s3.us-west-2.amazonaws.com/x", "<RequestId>", 403},
		{"https://s3.us-west-2.amazonaws.com/videos/x", "<RequestId>", 403},
		{"https://d1.cloudfront.net/x", "ERROR: The request could not be satisfied", 403},
		{"http://d1.cloudfront.net/x", "ERROR: The request could not be satisfied", 403},
		{"https://" + cloud.IVS.Hosts()[0] + "/x", "error_code", 404},
	} {
		response, body := get(t, client, tc.url)
		if response.StatusCode != tc.status || !strings.Contains(body, tc.want) {
			t.Errorf("GET %s = %d %q, want %d with %q", tc.url, response.StatusCode, body, tc.status, tc.want)
		}
	}
}

// The client never leaves the machine.
func TestClientRefusesOtherHosts(t *testing.T) {
	_, endpoint := listen(t)
	for _, host := range []string{"https://example.com/", "http://169.254.169.254/latest/meta-data", "https://cloudfront.net.example.com/"} {
		if _, err := endpoint.Client().Get(host); err == nil || !strings.Contains(err.Error(), "the stand-in plays no such host") {
			t.Errorf("GET %s = %v, want a refusal by name", host, err)
		}
	}
}

// The certificates are good for AWS's names alone, and fail where AWS's fail.
func TestCertificates(t *testing.T) {
	cloud, endpoint := listen(t)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(endpoint.CAPEM()) {
		t.Fatal("CAPEM holds no certificate")
	}
	handshake := func(name string) error {
		conn, err := tls.Dial("tcp", endpoint.Addr(), &tls.Config{RootCAs: pool, ServerName: name})
		if err == nil {
			conn.Close()
		}
		return err
	}
	good := append(cloud.IVS.Hosts(), "d1.cloudfront.net", "a.s3.us-west-2.amazonaws.com", "s3.us-west-2.amazonaws.com", "a.s3.amazonaws.com")
	for _, name := range good {
		if err := handshake(name); err != nil {
			t.Errorf("handshake with %q: %v", name, err)
		}
	}
	for _, name := range []string{"a.b.s3.us-west-2.amazonaws.com", "example.com", "s3.eu-west-1.amazonaws.com", "x.d1.cloudfront.net"} {
		if handshake(name) == nil {
			t.Errorf("handshake with %q succeeded", name)
		}
	}
}

// The identity that the edge's fetch names is the one that S3 judges.
func TestFetchAsIdentity(t *testing.T) {
	cloud, _ := listen(t)
	identity, err := cloud.Edge.CreateOriginAccessIdentity("ref", "")
	if err != nil {
		t.Fatal(err)
	}
	other, err := cloud.Edge.CreateOriginAccessIdentity("ref2", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := cloud.Bucket.CreateBucket("videos"); err != nil {
		t.Fatal(err)
	}
	if _, err := cloud.Bucket.PutObject("videos", "a", bucket.Object{Body: []byte("moving picture")}); err != nil {
		t.Fatal(err)
	}
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + identity.IAMARN() + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}]}`
	if err := cloud.Bucket.PutPolicy("videos", policy); err != nil {
		t.Fatal(err)
	}
	canonical := strings.Replace(policy, `"AWS":"`+identity.IAMARN()+`"`, `"CanonicalUser":"`+identity.S3CanonicalUserID+`"`, 1)
	if err := cloud.Bucket.PutPolicy("videos", canonical); err != nil {
		t.Fatal(err)
	}
	if stored, err := cloud.Bucket.Policy("videos"); err != nil || !strings.Contains(stored, identity.IAMARN()) {
		t.Errorf("policy by canonical id is stored as %q, %v, want the identity's ARN in it", stored, err)
	}
	for arn, want := range map[string]int{identity.IAMARN(): 200, other.IAMARN(): 403, "": 403} {
		u, _ := url.Parse("https://videos.s3.us-west-2.amazonaws.com/a")
		r := (&http.Request{Method: "GET", URL: u, Host: u.Host, Header: http.Header{}, TLS: &tls.ConnectionState{}, RemoteAddr: "127.0.0.1:1"}).WithContext(t.Context())
		response, err := cloud.fetch(r, arn)
		if err != nil || response.StatusCode != want {
			t.Errorf("fetch as %q = %v, %v, want %d", arn, response.StatusCode, err, want)
		}
	}
}

// A connection that says nothing does not outlive the endpoint, and an accept that
// fails does not end it.
func TestClose(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := newSplitListener(&failingListener{Listener: tcp})
	ended := make(chan struct{})
	go func() { l.accept(); close(ended) }()
	conn, err := net.Dial("tcp", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for waiting := 0; waiting == 0; {
		l.mu.Lock()
		waiting = len(l.silent)
		l.mu.Unlock()
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("the silent connection is still open")
	}
	<-ended
}

// failingListener fails once.
type failingListener struct {
	net.Listener
	failed bool
}

func (l *failingListener) Accept() (net.Conn, error) {
	if !l.failed {
		l.failed = true
		return nil, errors.New("too many open files")
	}
	return l.Listener.Accept()
}

func TestListenRefuses(t *testing.T) {
	_, endpoint := listen(t)
	for address, want := range map[string]string{
		endpoint.Addr(): "address already in use", "0.0.0.0:0": "not a loopback address", "nowhere": "missing port",
	} {
		if _, err := Listen(New(Options{}), address); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Listen(%q) = %v, want %q", address, err, want)
		}
	}
}

// What stands beside the stand-in is trusted with it, by its pin too, but only under
// names that nobody has.
func TestCertificateBesides(t *testing.T) {
	cloud, endpoint := listen(t)
	made, err := endpoint.Certificate("app.example.com")
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(endpoint.CAPEM())
	leaf, err := x509.ParseCertificate(made.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: pool, DNSName: "app.example.com"}); err != nil {
		t.Errorf("verifying by CAPEM: %v", err)
	}
	root, err := x509.ParseCertificate(made.Certificate[len(made.Certificate)-1])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(root.RawSubjectPublicKeyInfo)
	if got := endpoint.KeyPin(); got != base64.StdEncoding.EncodeToString(sum[:]) {
		t.Errorf("KeyPin = %q, which no certificate of the chain has", got)
	}
	for _, name := range []string{"example.edu", "app.cloudfront.net", ""} {
		if _, err := endpoint.Certificate(name); err == nil {
			t.Errorf("Certificate(%q) = no error, want a refusal", name)
		}
	}
	certificate := issued(t, cloud, "video.example.com")
	aliased(t, cloud, certificate.ARN, "TLSv1.2_2021", "video.example.com")
	want := []string{"*.amazonaws.com", "*.cloudfront.net", "*.live-video.net", "video.example.com"}
	if got := endpoint.Hosts(); !slices.Equal(got, want) {
		t.Errorf("Hosts = %q, want %q", got, want)
	}
}
