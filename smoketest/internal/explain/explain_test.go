package explain

import (
	"context"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/signer/inspect"
	"privateplayback/smoketest/internal/cause"
)

// Each finding of package inspect leads to a row of the cause table.
func TestEveryFindingHasARow(t *testing.T) {
	file, err := parser.ParseFile(gotoken.NewFileSet(), "../../../signer/inspect/code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := 0
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != gotoken.STRING {
			return true
		}
		codes++
		code, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []inspect.Kind{inspect.SignedURL, inspect.SignedCookies, inspect.PlaybackToken} {
			if id := rowOf(kind, inspect.Code(code)); id == "" {
				t.Errorf("the finding %q of a %s has no row", code, kind)
			} else if _, ok := cause.Find(id); !ok {
				t.Errorf("the finding %q leads to %q, which is not in the table", code, id)
			}
		}
		return true
	})
	if codes < 100 || codes != len(rows) {
		t.Errorf("package inspect has %d findings, the table %d", codes, len(rows))
	}
}

const jwt = "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9.eyJhIjoxfQ.c2VjcmV0c2VjcmV0"

func TestRecognize(t *testing.T) {
	const at = "https://d1.cloudfront.net/a"
	for _, tt := range []struct {
		text, url string
		want      kind
	}{
		{" https://d1.cloudfront.net/a?Expires=1 \n", "", edgeURL},
		{`"HTTPS://D1.cloudfront.net/a"`, "", edgeURL},
		{"https://media.example.com/a", "https://media.example.com/a", edgeURL},
		{"https://d1.cloudfront.net/a\x7f", "", edgeURL},
		{"https://media.s3.eu-west-1.amazonaws.com/a", "", bucketURL},
		{"https://s3.amazonaws.com/media/a", "", bucketURL},
		{"http://media.s3-website-us-east-1.amazonaws.com/", "", bucketURL},
		{"https://c1.us-west-2.playback.live-video.net/a.m3u8?token=" + jwt, "", playbackURL},
		{"https://video-edge.pdx02.abs.hls.live-video.net/v1/segment/x.ts", "", sessionURL},
		{jwt, "", token},
		{jwt[:40], "", token},
		{"Cookie: a=b; CloudFront-Key-Pair-Id=K1", at, cookies},
		{"Set-Cookie: CloudFront-Key-Pair-Id=K1; Path=/\nSet-Cookie: CloudFront-Policy=x", at, cookies},
	} {
		if got, err := Recognize(tt.text, tt.url, ""); err != nil || got.kind != tt.want {
			t.Errorf("Recognize(%q) = %q, %v, want %q", tt.text, got.kind, err, tt.want)
		}
	}
}

func TestRecognizeRefuses(t *testing.T) {
	for _, tt := range []struct{ text, url, origin, want string }{
		{"", "", "", "nothing to explain"},
		{"url.txt", "", "", "standard input"},
		{"d1.cloudfront.net/a", "", "", "neither"},
		{"d1.cloudfront.net", "", "", "neither"},
		{"secretsecret", "", "", "neither"},
		{"CloudFront-Signature=secretsecret", "", "", "--url"},
		{"CloudFront-Signature=secretsecret", "a/secretsecret", "", "--url"},
		{"https://d1.cloudfront.net/secretsecret", "https://d2.cloudfront.net/", "", "another host"},
		{jwt, "", "app.example.com", "origin"},
		{strings.Repeat("a", MaxLength+1), "", "", "more than"},
	} {
		_, err := Recognize(tt.text, tt.url, tt.origin)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secretsecret") {
			t.Errorf("Recognize(%.40q, %q, %q): error %v, want %q in it and nothing of the text", tt.text, tt.url, tt.origin, err, tt.want)
		}
	}
}

// way answers requests, or does not.
type way func(*http.Request) (*http.Response, error)

func (w way) RoundTrip(req *http.Request) (*http.Response, error) { return w(req) }

func answering(status int, header http.Header, body string) way {
	return func(req *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header,
			Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
	}
}

// edgeHeader is what CloudFront puts on its answers.
func edgeHeader(contentType string) http.Header {
	return http.Header{"X-Amz-Cf-Id": {"abc=="}, "Content-Type": {contentType}, "Date": {time.Now().UTC().Format(http.TimeFormat)}}
}

const host = "d111111abcdef8.cloudfront.net"

// signed is a good URL, and the outputs of its stack.
func signed(t *testing.T) (string, *outputs.Stack) {
	t.Helper()
	key, err := signer.GenerateSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := signer.MarshalPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", key)
	if err != nil {
		t.Fatal(err)
	}
	u, err := cf.SignURL(t.Context(), "https://"+host+"/a.m3u8", time.Now().Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return u, &outputs.Stack{DistributionDomainName: host, BaseURL: "https://" + host,
		SigningKeys: []outputs.SigningKey{{ID: "K2JCJMDEHXQW5F", Role: outputs.Current, PublicKey: string(public)}}}
}

const document = "<?xml version=\"1.0\"?><Error><Code>%</Code><Message>no</Message></Error>"

func TestAnswers(t *testing.T) {
	good, stack := signed(t)
	plain, _, _ := strings.Cut(good, "?")
	refusal := func(code string) way {
		return answering(403, edgeHeader("text/xml"), strings.Replace(document, "%", code, 1))
	}
	noName := way(func(*http.Request) (*http.Response, error) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}}
	})
	portal := http.Header{"Location": {"https://login.example.net/"}}
	for _, tt := range []struct {
		name, text string
		way        way
		code       int
		last, says string
	}{
		{"good", good, answering(206, edgeHeader("application/vnd.apple.mpegurl"), "#EXTM3U"), 0, "opens", "agrees"},
		{"without bytes", good, answering(416, edgeHeader("text/xml"), ""), 0, "opens", ""},
		{"public", plain, answering(200, edgeHeader("video/mp4"), "…"), 0, "opens", "but: behavior-public"},
		{"cause in the group", good, refusal("InvalidKey"), 3, "refused: key-not-in-group", "still spreading"},
		{"not in the grant", good, refusal("AccessDenied"), 3, "refused: signature-mismatch", "not in it"},
		{"other answer", plain, refusal("AccessDenied"), 3, "refused: signature-mismatch", "another answer"},
		{"page of the edge", good, answering(403, edgeHeader("text/html"), "<html>blocked</html>"), 3, "refused: edge-refused", ""},
		{"unknown", good, answering(404, edgeHeader("text/plain"), "?"), 3, "refused: unknown", ""},
		{"origin gone", good, answering(502, edgeHeader("text/html"), "<html>Bad</html>"), 3, "refused: origin-gone", ""},
		{"overloaded", good, answering(503, edgeHeader("text/html"), "<html>slow down</html>"), 1, "cannot tell: service-error", "says nothing"},
		{"captive portal", good, answering(302, portal, ""), 1, "cannot tell: captive-portal", "says nothing"},
		{"captive page", good, answering(200, http.Header{"Content-Type": {"text/html"}}, "<html>hotel</html>"), 1, "cannot tell: captive-portal", ""},
		{"proxy", good, answering(407, http.Header{}, ""), 1, "cannot tell: proxy-login", ""},
		{"in between", good, answering(403, http.Header{}, "no"), 1, "cannot tell: answered-between", ""},
		{"no name", good, noName, 1, "cannot tell: dns", ""},
		{"no name, and refused anyway", strings.Replace(good, "K2J", "K3J", 1), noName, 3, "refused: key-id-wrong", "the request: dns"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Recognize(tt.text, "", "")
			if err != nil {
				t.Fatal(err)
			}
			e, err := Inquiry{Subject: s, Stack: stack, Client: &http.Client{Transport: tt.way}, Timeout: 300 * time.Millisecond}.Explain(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			text := e.String()
			lines := strings.Split(strings.TrimSpace(text), "\n")
			if e.ExitCode() != tt.code || lines[len(lines)-1] != tt.last || !strings.Contains(text, tt.says) {
				t.Errorf("exit code %d, want %d, %q and %q:\n%s", e.ExitCode(), tt.code, tt.last, tt.says, text)
			}
		})
	}
}

// A request goes to AWS, to hosts that the outputs name, and where it is told to.
func TestHosts(t *testing.T) {
	own := &outputs.Stack{BaseURL: "https://media.example.com"}
	for _, tt := range []struct {
		text, url string
		stack     *outputs.Stack
		asked     bool
	}{
		{"https://d1.cloudfront.net/a", "", nil, true},
		{"https://b.s3.eu-west-1.amazonaws.com/a", "", nil, true},
		{"https://x.hls.live-video.net/v1/a", "", nil, true},
		{"https://media.example.com/a", "", nil, false},
		{"https://media.example.com/a", "", own, true},
		{"https://media.example.com/a", "https://media.example.com/a", nil, true},
		{"https://other.example.com/a", "", own, false},
		{"https://evilcloudfront.net/a", "", nil, false},
		{"https://d1.cloudfront.net.example.com/a", "", nil, false},
		{"https://d1.cloudfront.net@example.com/a", "", nil, false},
		{"https://s3.amazonaws.com.example.com/a", "", nil, false},
		{"https://ec2-1-2-3-4.compute.amazonaws.com/a", "", nil, false},
		{jwt, "", nil, false},
		{jwt, "https://c1.us-west-2.playback.live-video.net/a.m3u8", nil, true},
		{"CloudFront-Key-Pair-Id=K1", "https://d1.cloudfront.net/a", nil, true},
	} {
		asked := ""
		client := &http.Client{Transport: way(func(req *http.Request) (*http.Response, error) {
			asked = req.URL.Scheme + " " + req.URL.Host
			return answering(403, http.Header{}, "")(req)
		})}
		s, err := Recognize(tt.text, tt.url, "")
		if err != nil {
			t.Fatal(err)
		}
		e, err := Inquiry{Subject: s, Stack: tt.stack, Client: client, Timeout: time.Second}.Explain(t.Context())
		if err != nil || (asked != "") != tt.asked {
			t.Errorf("%s, --url %q: asked %q, error %v, want asked %v", tt.text, tt.url, asked, err, tt.asked)
		}
		if !tt.asked && (e.ExitCode() != 1 && e.ExitCode() != 3 || !strings.Contains(e.String(), "not asked: ")) {
			t.Errorf("%s: exit code %d\n%s", tt.text, e.ExitCode(), e)
		}
	}
}

// What is sent is what the viewer sends, and no more.
func TestRequest(t *testing.T) {
	const set = "Set-Cookie: CloudFront-Key-Pair-Id=K1; Path=/a; Secure\nSet-Cookie: CloudFront-Signature=abc; Path=/b\n"
	for _, tt := range []struct{ text, url, want, cookie string }{
		{"http://d1.cloudfront.net/a?x=1&Signature=b#c", "", "https://d1.cloudfront.net/a?x=1&Signature=b#c", ""},
		{"https://d1.cloudfront.net/a%2Fb?x=a+b&amp;Signature=c", "", "https://d1.cloudfront.net/a%2Fb?x=a+b&amp;Signature=c", ""},
		{"Cookie: session=s; CloudFront-Policy=p; cloudfront-signature=q", "https://d1.cloudfront.net/a", "https://d1.cloudfront.net/a", "CloudFront-Policy=p; cloudfront-signature=q"},
		{set, "https://d1.cloudfront.net/a/b", "https://d1.cloudfront.net/a/b", "CloudFront-Key-Pair-Id=K1"},
		{`cookie = "CloudFront-Policy=p; CloudFront-Key-Pair-Id=K1"`, "https://d1.cloudfront.net/a", "https://d1.cloudfront.net/a", "CloudFront-Policy=p; CloudFront-Key-Pair-Id=K1"},
	} {
		var sent *http.Request
		client := &http.Client{Transport: way(func(req *http.Request) (*http.Response, error) {
			sent = req
			return answering(403, http.Header{}, "")(req)
		})}
		s, err := Recognize(tt.text, tt.url, "https://app.example.com")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (Inquiry{Subject: s, Client: client, Timeout: time.Second}).Explain(t.Context()); err != nil || sent == nil {
			t.Fatalf("%q: sent %v, error %v", tt.text, sent, err)
		}
		if got := sent.URL.String(); got != tt.want || sent.Header.Get("Cookie") != tt.cookie || sent.Header.Get("Origin") != "https://app.example.com" {
			t.Errorf("%q: sent %s, %v, want %s with cookies %q", tt.text, got, sent.Header, tt.want, tt.cookie)
		}
	}
}

func TestCanceled(t *testing.T) {
	good, _ := signed(t)
	s, err := Recognize(good, "", "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if e, err := (Inquiry{Subject: s}).Explain(ctx); err == nil {
		t.Errorf("Explain = %v, want an error", e)
	}
}

// Nothing makes it panic or print a secret.
func FuzzExplain(f *testing.F) {
	for _, text := range []string{"https://h/?Signature=", "https://d1.cloudfront.net/a%3FSignature%253D", "https://h/&Policy=", "CloudFront-Signature=", "eyJ", "https://h/#?token="} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const secret = "QmVhckluVGhlV29vZHM"
		s, err := Recognize(text+secret, "https://d1.cloudfront.net/a", "")
		if err != nil {
			s, err = Recognize(text+secret, "", "")
		}
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("error %q", err)
			}
			return
		}
		e, err := Inquiry{Subject: s, Offline: true}.Explain(t.Context())
		if err != nil {
			t.Skip()
		}
		if strings.HasSuffix(text, "Signature=") && strings.Contains(e.String(), secret) {
			t.Errorf("%q:\n%s", text+secret, e)
		}
	})
}
