package fakeaws

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"privateplayback/internal/fakeaws/bucket"
)

// viaProxy is a client that knows the stand-in as a proxy and by its authority.
func viaProxy(t *testing.T, e *Endpoint) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(e.CAPEM())
	transport := &http.Transport{
		Proxy:           http.ProxyURL(&url.URL{Scheme: "http", Host: e.Addr()}),
		TLSClientConfig: &tls.Config{RootCAs: roots},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Through the proxy the hosts answer as they do without it.
func TestProxyAnswersAsTheHostsDo(t *testing.T) {
	cloud, endpoint := listen(t)
	if err := cloud.Bucket.CreateBucket("videos"); err != nil {
		t.Fatal(err)
	}
	if _, err := cloud.Bucket.PutObject("videos", "a b.ts", bucket.Object{Body: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		"https://videos.s3.us-west-2.amazonaws.com/a%20b.ts", "http://videos.s3.us-west-2.amazonaws.com/a%20b.ts?x=1",
		"http://videos.s3.us-west-2.amazonaws.com", "https://d1.cloudfront.net/x", "http://d1.cloudfront.net/x",
		"https://" + cloud.IVS.Hosts()[0] + "/x", "http://" + cloud.IVS.Hosts()[0] + "/x",
	} {
		direct, _ := get(t, endpoint.Client(), address)
		proxied, body := get(t, viaProxy(t, endpoint), address)
		if proxied.StatusCode != direct.StatusCode || proxied.Header.Get("Server") != direct.Header.Get("Server") {
			t.Errorf("GET %s by proxy = %d from %q, directly %d from %q: %s", address,
				proxied.StatusCode, proxied.Header.Get("Server"), direct.StatusCode, direct.Header.Get("Server"), body)
		}
	}
}

func TestProxyKnowsNoOtherHost(t *testing.T) {
	_, endpoint := listen(t)
	for _, address := range []string{"http://example.com/", "http://127.0.0.1:1/", "http://169.254.169.254/latest/meta-data", "http://cloudfront.net.example.com/"} {
		response, body := get(t, viaProxy(t, endpoint), address)
		if response.StatusCode != http.StatusForbidden || !strings.Contains(body, "the stand-in plays no host") {
			t.Errorf("GET %s by proxy = %d %q, want 403 that names the host", address, response.StatusCode, body)
		}
	}
	for _, address := range []string{"https://example.com/", "https://d1.cloudfront.net:8443/x"} {
		if response, err := viaProxy(t, endpoint).Get(address); err == nil {
			response.Body.Close()
			t.Errorf("GET %s by proxy = %d, want a refused CONNECT", address, response.StatusCode)
		}
	}
}

// A tunnel that stays silent ends with the endpoint, and speaks plain HTTP too.
func TestProxyTunnels(t *testing.T) {
	_, endpoint := listen(t)
	connect := func() (net.Conn, *bufio.Reader) {
		conn, err := net.Dial("tcp", endpoint.Addr())
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		io.WriteString(conn, "CONNECT d1.cloudfront.net:80 HTTP/1.1\r\nHost: d1.cloudfront.net:80\r\n\r\n")
		reader := bufio.NewReader(conn)
		response, err := http.ReadResponse(reader, &http.Request{Method: http.MethodConnect})
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("CONNECT: %v, %v", response, err)
		}
		return conn, reader
	}
	conn, reader := connect()
	defer conn.Close()
	io.WriteString(conn, "GET /x HTTP/1.1\r\nHost: d1.cloudfront.net\r\n\r\n")
	response, err := http.ReadResponse(reader, nil)
	if err != nil || response.StatusCode != http.StatusForbidden || response.Header.Get("Server") != "CloudFront" {
		t.Errorf("GET in the tunnel: %v, %v", response, err)
	}
	silent, reader := connect()
	defer silent.Close()
	endpoint.Close()
	if _, err := reader.ReadByte(); err == nil {
		t.Error("a silent tunnel outlives the endpoint")
	}
}

func TestProxyServesCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("no curl on PATH: apt-get install curl")
	}
	_, endpoint := listen(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, endpoint.CAPEM(), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(curl, "-q", "-sS", "--noproxy", "", "-x", "http://"+endpoint.Addr(), "--cacert", ca, "https://videos.s3.us-west-2.amazonaws.com/x").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "<Code>NoSuchBucket</Code>") {
		t.Errorf("curl by proxy: %v, %s", err, out)
	}
}
