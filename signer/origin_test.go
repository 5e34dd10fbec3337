package signer_test

import (
	"errors"
	"testing"

	"privateplayback/signer"
)

func TestParseOrigin(t *testing.T) {
	for _, origin := range []string{"https://app.example.com", "http://localhost:8080", "http://127.0.0.1:1", "https://a-b.example"} {
		if u, err := signer.ParseOrigin(origin); err != nil || u.String() != origin {
			t.Errorf("ParseOrigin(%q) = %v, %v", origin, u, err)
		}
	}
	for _, origin := range []string{
		"", "*", "null", "app.example.com", "https://", "https://*.example.com", "ftp://app.example.com", "HTTPS://app.example.com",
		"https://App.example.com", "https://app.example.com/", "https://app.example.com/a", "https://app.example.com?a", "https://app.example.com#a",
		"https://user@app.example.com", "https://app.example.com:443", "http://app.example.com:80", "http://:8080", "http://localhost:0",
		"http://localhost:99999", "http://localhost:", "https://app.example.com\n", "https://app..example.com",
	} {
		if u, err := signer.ParseOrigin(origin); !errors.Is(err, signer.ErrInvalidURL) || u != nil {
			t.Errorf("ParseOrigin(%q) = %v, %v, want ErrInvalidURL", origin, u, err)
		}
	}
}
