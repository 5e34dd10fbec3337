package check

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// secretText stands for every secret in the tables: no output may hold it.
const secretText = "S3cr3tS3cr3t"

func TestMask(t *testing.T) {
	tests := []struct{ in, want string }{
		{"https://d1.cloudfront.net/a.m3u8?Expires=1&Signature=" + secretText + "~-_&Key-Pair-Id=K1",
			"https://d1.cloudfront.net/a.m3u8?Expires=1&Signature=***&Key-Pair-Id=K1"},
		{"?Policy=" + secretText + "&x=1", "?Policy=***&x=1"},
		{"CloudFront-Signature=" + secretText + "; CloudFront-Key-Pair-Id=K1", "CloudFront-Signature=***; CloudFront-Key-Pair-Id=K1"},
		{`"/api/x.m3u8?token=` + secretText + `","error":"no"`, `"/api/x.m3u8?token=***","error":"no"`},
		{"TOKEN%3D" + secretText, "TOKEN%3D***"},
		{"bearer eyJhbGciOiJub25lIn0.eyJ" + secretText + "." + secretText + " end", "bearer *** end"},
		{"eyJhbGciOiJub25lIn0.eyJ" + secretText + ".", "***"},
		{"policy eyJTdGF0ZW1lbnQi" + secretText + "__ end", "policy *** end"},
		{"https://abc.j.cloudfront.hls.live-video.net/v1/playlist/" + secretText + ".m3u8?dna=" + secretText + " x",
			"https://abc.j.cloudfront.hls.live-video.net/*** x"},
		{"https://use13.playlist.live-video.net/v1/playlist/" + secretText + ".m3u8", "https://use13.playlist.live-video.net/***"},
		{"key sk_us-west-2_" + secretText + "_567890abcdef", "key ***"},
		{"-----BEGIN EC PRIVATE KEY-----\n" + secretText + "\n-----END EC PRIVATE KEY-----\nrest", "***\nrest"},
		{"-----BEGIN PRIVATE KEY-----\n" + secretText, "***"},
		{"viewerProtocolPolicy is https-only", "viewerProtocolPolicy is https-only"},
		{"403 MalformedPolicy, Signature check", "403 MalformedPolicy, Signature check"},
		{"-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----"},
		{"", ""},
	}
	for _, tt := range tests {
		got := Mask(tt.in)
		if got != tt.want {
			t.Errorf("Mask(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if strings.Contains(got, secretText) {
			t.Errorf("Mask(%q) = %q, which holds the secret", tt.in, got)
		}
		if again := Mask(got); again != got {
			t.Errorf("Mask(Mask(%q)) = %q, want %q", tt.in, again, got)
		}
	}
}

func TestDescribeMasksRequests(t *testing.T) {
	u, err := url.Parse("https://d1.cloudfront.net/a.m3u8?Policy=" + secretText + "&Signature=" + secretText + "&Key-Pair-Id=K1")
	if err != nil {
		t.Fatal(err)
	}
	req := &http.Request{Method: "GET", URL: u, Header: http.Header{}}
	for _, name := range []string{"CloudFront-Policy", "CloudFront-Signature", "session"} {
		req.AddCookie(&http.Cookie{Name: name, Value: secretText})
	}
	req.AddCookie(&http.Cookie{Name: "CloudFront-Key-Pair-Id", Value: "K1"})
	req.Header.Set("Origin", "https://app.example.com")
	req.Header.Set("Authorization", secretText)
	got := describe(req)
	want := "GET https://d1.cloudfront.net/a.m3u8?Policy=***&Signature=***&Key-Pair-Id=K1, Origin: https://app.example.com, " +
		"Cookie: CloudFront-Policy=***; CloudFront-Signature=***; session=***; CloudFront-Key-Pair-Id=K1"
	if got != want {
		t.Errorf("describe = %q, want %q", got, want)
	}
}

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("ä", 5000) // the cut at 8192 bytes falls between two letters or inside one
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"one line of many", "<a>\n  <b/>\n</a>", "<a> <b/> </a>"},
		{"binary", "G\x00\x01\x02", "4 bytes that are no text"},
		{"long", long, strings.Repeat("ä", 160) + "…"},
		{"long, odd", "x" + long, "x" + strings.Repeat("ä", 159) + "…"},
		{"token across the cut", strings.Repeat("a", 140) + "?token=" + secretText + secretText + secretText, strings.Repeat("a", 140) + "?token=***"},
	}
	for _, tt := range tests {
		if got := excerpt([]byte(tt.in)); got != tt.want {
			t.Errorf("%s: excerpt(%d bytes) = %q, want %q", tt.name, len(tt.in), got, tt.want)
		}
	}
}
