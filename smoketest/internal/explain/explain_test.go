package explain

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"privateplayback/signer/inspect"
	"privateplayback/smoketest/internal/cause"
)

// Every reason that an inspection can give leads to a row of the table.
func TestEveryFindingHasARow(t *testing.T) {
	for _, code := range reasons(t) {
		id, ok := rows[code]
		if _, found := cause.Find(id); !ok || !found {
			t.Errorf("finding %q leads to the row %q, which is not there", code, id)
		}
	}
	if len(rows) < 80 {
		t.Errorf("%d findings have rows, want all of them", len(rows))
	}
}

// reasons reads the codes of package inspect from its source, but for those of the
// blocks that refuse nothing: what could not be checked, and notes.
func reasons(t *testing.T) []inspect.Code {
	t.Helper()
	files, err := filepath.Glob("../../../signer/inspect/*.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := []inspect.Code{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			block, ok := decl.(*ast.GenDecl)
			if !ok || block.Tok != token.CONST {
				continue
			}
			for _, spec := range block.Specs {
				value := spec.(*ast.ValueSpec)
				kind, ok := value.Type.(*ast.Ident)
				name := value.Names[0].Name
				if ok && kind.Name == "Code" && !strings.HasPrefix(name, "No") || name == "NotYetValid" {
					codes = append(codes, inspect.Code(strings.Trim(value.Values[0].(*ast.BasicLit).Value, `"`)))
				}
			}
		}
	}
	if len(codes) < 80 {
		t.Fatalf("found %d codes; has the form of the source changed?", len(codes))
	}
	return codes
}

// service answers each request in the same way.
type service func(*http.Request) (*http.Response, error)

func (s service) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

func answers(status int, kind, body string, header ...string) service {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {kind}, "Date": {time.Now().UTC().Format(http.TimeFormat)}, "X-Amz-Cf-Id": {"abc=="}, "X-Amz-Request-Id": {"ABC"}}
		for i := 0; i < len(header); i += 2 {
			if h.Del(header[i]); header[i+1] != "" {
				h.Set(header[i], header[i+1])
			}
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

const (
	xml     = "text/xml"
	denied  = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>`
	missing = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>MissingKey</Code><Message>Missing Key-Pair-Id query parameter or cookie value</Message></Error>`
	storage = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>A</RequestId><HostId>B</HostId></Error>`

	object = "https://d111111abcdef8.cloudfront.net/a/master.m3u8"
	secret = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
	future = object + "?Expires=4102444800&Signature=" + secret + "&Key-Pair-Id=K2JCJMDEHXQW5F"
	past   = object + "?Expires=1700000000&Signature=" + secret + "&Key-Pair-Id=K2JCJMDEHXQW5F"
)

func TestExplain(t *testing.T) {
	tests := []struct {
		name    string
		subject Subject
		service service // nil: offline
		verdict Verdict
		cause   cause.ID
	}{
		{"expired, offline", Subject{Text: past}, nil, Refused, "expired-in-play"},
		{"nothing against it, offline", Subject{Text: future}, nil, Unknown, ""},
		{"expired", Subject{Text: past}, answers(403, xml, denied), Refused, "expired-in-play"},
		{"served", Subject{Text: future}, answers(200, "application/vnd.apple.mpegurl", "#EXTM3U"), Opens, ""},
		{"public", Subject{Text: object}, answers(200, "application/vnd.apple.mpegurl", "#EXTM3U"), Opens, ""},
		{"unsigned", Subject{Text: object}, answers(403, xml, missing), Refused, "signature-missing"},
		{"another key", Subject{Text: future}, answers(403, xml, denied), Refused, "signature-mismatch"},
		{"milliseconds", Subject{Text: strings.Replace(future, "4102444800", "4102444800000", 1)}, nil, Refused, "policy-malformed"},
		{"behind a good signature", Subject{Text: future}, answers(403, "application/xml", storage), Refused, "origin-refused"},
		{"the bucket's host", Subject{Text: strings.Replace(future, "d111111abcdef8.cloudfront.net", "media.s3.us-west-2.amazonaws.com", 1)},
			answers(403, "application/xml", storage), Refused, "host-is-bucket"},
		{"captive portal", Subject{Text: future}, answers(200, "text/html", "<html>", "X-Amz-Cf-Id", ""), Refused, "captive-portal"},
		{"somebody in between", Subject{Text: future}, answers(403, "text/plain", "no", "X-Amz-Cf-Id", ""), Refused, "answered-between"},
		{"clock", Subject{Text: future}, answers(403, xml, denied, "Date", "Mon, 02 Nov 2026 10:00:00 GMT"), Refused, "clock"},
		{"no name", Subject{Text: future}, func(*http.Request) (*http.Response, error) {
			return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
		}, Unknown, "dns"},
		{"idle", Subject{Text: "https://c1.us-west-2.playback.live-video.net/a.m3u8?token=" + token1}, answers(404, "", ""), Unknown, "channel-idle"},
		{"token alone", Subject{Text: token1}, nil, Refused, "token-malformed"},
		{"cookies without a key id", Subject{Text: "CloudFront-Expires=4102444800; CloudFront-Signature=" + secret, URL: object},
			answers(403, xml, missing), Refused, "signature-missing"},
		{"cookies of another folder", Subject{Text: "Cookie: CloudFront-Policy=" + elsewhere + "; CloudFront-Signature=" + secret + "; CloudFront-Key-Pair-Id=K2JCJMDEHXQW5F", URL: object},
			answers(403, xml, denied), Refused, "outside-folder"},
	}
	for _, tt := range tests {
		tt.subject.At = time.Now()
		asking := Asking{Offline: tt.service == nil, Timeout: time.Second}
		asked := false
		asking.Client = &http.Client{Transport: service(func(r *http.Request) (*http.Response, error) {
			asked = true
			return tt.service(r)
		})}
		e, err := Explain(context.Background(), tt.subject, asking)
		if err != nil {
			t.Errorf("%s: Explain = %v", tt.name, err)
			continue
		}
		if e.Verdict != tt.verdict || e.Cause != tt.cause || asked != (tt.service != nil) {
			t.Errorf("%s: %s %q, asked %t; want %s %q\n%s", tt.name, e.Verdict, e.Cause, asked, tt.verdict, tt.cause, e)
		}
		text := e.String()
		last := string(tt.verdict)
		if tt.cause != "" {
			last += ": " + string(tt.cause)
		}
		if !strings.HasSuffix(text, "\n"+last+"\n") {
			t.Errorf("%s: the last line is not %q:\n%s", tt.name, last, text)
		}
		for _, s := range []string{secret, elsewhere, token1} {
			if strings.Contains(text, s) {
				t.Errorf("%s: the explanation holds a secret:\n%s", tt.name, text)
			}
		}
	}
}

// token1 has the parts of a token and the algorithm of another.
const token1 = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQxMDI0NDQ4MDB9.c2lnbmF0dXJlc2lnbmF0dXJl"

// elsewhere is a policy for another folder: base64 in CloudFront's letters of
// {"Statement":[{"Resource":"https://d111111abcdef8.cloudfront.net/b/*","Condition":{"DateLessThan":{"AWS:EpochTime":4102444800}}}]}.
const elsewhere = "eyJTdGF0ZW1lbnQiOlt7IlJlc291cmNlIjoiaHR0cHM6Ly9kMTExMTExYWJjZGVmOC5jbG91ZGZyb250Lm5ldC9iLyoiLCJDb25kaXRpb24iOnsiRGF0ZUxlc3NUaGFuIjp7IkFXUzpFcG9jaFRpbWUiOjQxMDI0NDQ4MDB9fX1dfQ__"

// Nobody but AWS, and what the outputs name, is asked anything.
func TestStrangersAreNotAsked(t *testing.T) {
	for _, s := range []Subject{
		{Text: strings.Replace(future, "d111111abcdef8.cloudfront.net", "videos.example.com", 1)},
		{Text: strings.Replace(future, "d111111abcdef8.cloudfront.net", "169.254.169.254", 1)},
		{Text: token1},
		{Text: "CloudFront-Expires=4102444800"},
	} {
		s.At = time.Now()
		e, err := Explain(context.Background(), s, Asking{Client: &http.Client{Transport: service(func(r *http.Request) (*http.Response, error) {
			t.Errorf("asked %s", r.URL.Host)
			return nil, io.EOF
		})}})
		if err != nil || e.Answer != nil || e.Unasked == "" {
			t.Errorf("Explain = %+v, %v; want a word on why nobody was asked", e, err)
		}
	}
	if _, err := Explain(context.Background(), Subject{Text: "nothing of the kind"}, Asking{}); !errors.Is(err, inspect.ErrUnrecognized) {
		t.Errorf("Explain of nothing = %v, want ErrUnrecognized", err)
	}
}

func TestCookieHeader(t *testing.T) {
	for text, want := range map[string]string{
		"a=1; b=2":         "a=1; b=2",
		"Cookie: a=1; b=2": "a=1; b=2",
		"Set-Cookie: a=1; Path=/\nSet-Cookie: b=2; Secure\n": "a=1; b=2",
	} {
		if got := cookieHeader(text); got != want {
			t.Errorf("cookieHeader(%q) = %q, want %q", text, got, want)
		}
	}
}
