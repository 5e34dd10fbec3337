package edge

import (
	"net/http"
	"strings"
)

// apply decorates an answer of the origin or the cache. The managed policies
// do not override the origin's CORS headers: one of those suppresses the whole
// CORS set.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
func (p responseHeadersPolicy) apply(h http.Header, r *http.Request) {
	if p.cors && r.Header.Get("Origin") != "" && !hasCORS(h) {
		p.addCORS(h, r.Method == http.MethodOptions)
	}
	if !p.security {
		return
	}
	h.Set("X-Content-Type-Options", "nosniff")
	for _, header := range [...][2]string{
		{"Referrer-Policy", "strict-origin-when-cross-origin"},
		{"Strict-Transport-Security", "max-age=31536000"},
		{"X-Frame-Options", "SAMEORIGIN"},
		{"X-XSS-Protection", "1; mode=block"},
	} {
		if h.Get(header[0]) == "" {
			h.Set(header[0], header[1])
		}
	}
}

func (p responseHeadersPolicy) addCORS(h http.Header, preflight bool) {
	if preflight && !p.preflight {
		return
	}
	h.Set("Access-Control-Allow-Origin", "*")
	if preflight {
		h.Set("Access-Control-Allow-Methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT")
		h.Set("Access-Control-Expose-Headers", "*")
	}
}

func hasCORS(h http.Header) bool {
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			return true
		}
	}
	return false
}
