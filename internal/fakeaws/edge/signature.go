package edge

import (
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// The members of a signature, as query parameters. As cookies they bear the
// prefix below.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-setting-signed-cookie-canned-policy.html
const (
	memberExpires   = "Expires"
	memberPolicy    = "Policy"
	memberSignature = "Signature"
	memberKeyPairID = "Key-Pair-Id"
	memberHash      = "Hash-Algorithm"

	cookiePrefix = "CloudFront-"
)

func isMember(name string) bool {
	switch name {
	case memberExpires, memberPolicy, memberSignature, memberKeyPairID, memberHash:
		return true
	}
	return false
}

// members are the parts of a signature as they came, by parameter name. A name
// that came twice has two values.
type members map[string][]string

// splitQuery separates the signature from the caller's own parameters, which
// keep their order and spelling.
func splitQuery(query string) (signature members, own string) {
	if query == "" {
		return nil, ""
	}
	signature = members{}
	parts := strings.Split(query, "&")
	parts = slices.DeleteFunc(parts, func(part string) bool {
		name, value, _ := strings.Cut(part, "=")
		if !isMember(name) {
			return false
		}
		signature[name] = append(signature[name], value)
		return true
	})
	return signature, strings.Join(parts, "&")
}

// splitCookies separates the signature from the other cookies, each of which
// is returned as "name=value".
func splitCookies(h http.Header) (signature members, own []string) {
	signature = members{}
	for _, line := range h.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			pair = strings.TrimSpace(pair)
			name, value, _ := strings.Cut(pair, "=")
			if member, ok := strings.CutPrefix(name, cookiePrefix); ok && isMember(member) {
				signature[member] = append(signature[member], value)
			} else if pair != "" {
				own = append(own, pair)
			}
		}
	}
	return signature, own
}

var errNotCloudFrontBase64 = errors.New(`empty or not in CloudFront's base64, which has "-", "_" and "~" for "+", "=" and "/"`)

// decodeBase64 reads CloudFront's form of base64: the standard alphabet with
// padding, then "+", "=" and "/" replaced by "-", "_" and "~".
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-linux-openssl.html
func decodeBase64(text string) ([]byte, error) {
	if text == "" || strings.ContainsAny(text, "+=/\r\n") {
		return nil, errNotCloudFrontBase64
	}
	standard := strings.Map(func(c rune) rune {
		switch c {
		case '-':
			return '+'
		case '_':
			return '='
		case '~':
			return '/'
		}
		return c
	}, text)
	data, err := base64.StdEncoding.Strict().DecodeString(standard)
	if err != nil {
		return nil, errNotCloudFrontBase64
	}
	return data, nil
}
