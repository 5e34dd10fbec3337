package fakeaws

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// proxied returns a client that knows of nothing but the proxy and the
// certificate.
func proxied(t *testing.T, e *Endpoint) *http.Client {
	t.Helper()
	transport := &http.Transport{
		Proxy:             http.ProxyURL(&url.URL{Scheme: "http", Host: e.Addr()}),
		TLSClientConfig:   &tls.Config{RootCAs: e.authority.pool},
		ForceAttemptHTTP2: true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestProxy(t *testing.T) {
	cloud, endpoint := listen(t)
	if err := cloud.Bucket.CreateBucket("videos"); err != nil {
		t.Fatal(err)
	}
	client := proxied(t, endpoint)
	for _, tc := range []struct {
		url, want string
		status    int
	}{
		{"https://videos.s3.us-west-2.amazonaws.com/x", "<RequestId>", 403},
		{"http://videos.s3.us-west-2.amazonaws.com/x?y=z", "<RequestId>", 403},
		{"https://d1.cloudfront.net/x", "ERROR: The request could not be satisfied", 403},
		{"http://d1.cloudfront.net:80/x", "ERROR: The request could not be satisfied", 403},
		{"https://" + cloud.IVS.Hosts()[0] + "/x", "error_code", 404},
		{"http://d1.cloudfront.net:443/", `plays no host "d1.cloudfront.net:443"`, 403},
		{"http://example.com/", `plays no host "example.com"`, 403},
		{"http://d1.cloudfront.net:8080/", `plays no host "d1.cloudfront.net:8080"`, 403},
		{"http://127.0.0.1:80/", `plays no host "127.0.0.1:80"`, 403},
	} {
		response, body := get(t, client, tc.url)
		if response.StatusCode != tc.status || !strings.Contains(body, tc.want) {
			t.Errorf("GET %s by proxy = %d %q, want %d with %q", tc.url, response.StatusCode, body, tc.status, tc.want)
		}
	}
	for _, refused := range []string{"https://example.com/", "https://d1.cloudfront.net:8443/", "https://cloudfront.net.example.com/", "https://169.254.169.254/"} {
		if _, err := client.Get(refused); err == nil || !strings.Contains(err.Error(), "Forbidden") {
			t.Errorf("GET %s by proxy = %v, want Forbidden", refused, err)
		}
	}
}

// CONNECT leads to ports 80 and 443 of played hosts, and what the client sends
// along with it is not lost.
func TestProxyConnect(t *testing.T) {
	_, endpoint := listen(t)
	for target, want := range map[string]string{
		"d1.cloudfront.net:80": "HTTP/1.1 200 ", "d1.cloudfront.net:22": "HTTP/1.1 403 ", "d1.cloudfront.net": "HTTP/1.1 403 ", "[::1]:443": "HTTP/1.1 403 ",
	} {
		conn, err := net.Dial("tcp", endpoint.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\nGET /x HTTP/1.1\r\nHost: d1.cloudfront.net\r\nConnection: close\r\n\r\n", target, target)
		reader := bufio.NewReader(conn)
		status, err := reader.ReadString('\n')
		if err != nil || !strings.HasPrefix(status, want) {
			t.Errorf("CONNECT %s = %q, %v, want %q", target, status, err, want)
		}
		if !strings.Contains(want, "200") {
			continue
		}
		reader.ReadString('\n')
		answer, err := http.ReadResponse(reader, nil)
		if err != nil || answer.StatusCode != 403 || answer.Header.Get("Server") != "CloudFront" {
			t.Errorf("GET that was sent with CONNECT = %v, %v, want CloudFront's 403", answer, err)
		}
	}
}

// A connection that was handed over and stays silent does not outlive the
// endpoint.
func TestProxyClose(t *testing.T) {
	_, endpoint := listen(t)
	for _, port := range []string{"443", "80"} {
		conn, err := net.Dial("tcp", endpoint.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "CONNECT d1.cloudfront.net:%s HTTP/1.1\r\nHost: d1.cloudfront.net:%s\r\n\r\n", port, port)
		if _, err := io.ReadFull(conn, make([]byte, len("HTTP/1.1 200 Connection established\r\n\r\n"))); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := conn.Read(make([]byte, 1)); err == nil {
				t.Errorf("the silent connection to port %s is still open", port)
			}
		}()
	}
	if err := endpoint.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestProxyCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	_, endpoint := listen(t)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, endpoint.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, scheme := range []string{"http", "https"} {
		out, err := exec.Command(curl, "-q", "-sS", "--noproxy", "", "-x", "http://"+endpoint.Addr(), "--cacert", ca, scheme+"://d1.cloudfront.net/x").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "ERROR: The request could not be satisfied") {
			t.Errorf("curl -x … %s://d1.cloudfront.net/x = %q, %v, want CloudFront's page", scheme, out, err)
		}
	}
}
