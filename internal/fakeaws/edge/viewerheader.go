package edge

import (
	"net/http"
	"strings"
)

// edgeHeaderPrefix begins the headers that the edge adds about the viewer, in
// Go's spelling. A viewer's own headers of such names are dropped.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
const edgeHeaderPrefix = "Cloudfront-"

// isKnownEdgeHeader tells of the headers about the viewer that are imitated.
func isKnownEdgeHeader(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Cloudfront-Viewer-Country", "Cloudfront-Viewer-Address", "Cloudfront-Forwarded-Proto":
		return true
	}
	return false
}

// edgeHeader returns the value of a header about the viewer; "" if unknown.
func (s *Service) edgeHeader(r *http.Request, name string) string {
	switch http.CanonicalHeaderKey(name) {
	case "Cloudfront-Viewer-Country":
		return s.country(r)
	case "Cloudfront-Viewer-Address":
		return r.RemoteAddr
	case "Cloudfront-Forwarded-Proto":
		if r.TLS != nil {
			return "https"
		}
		return "http"
	}
	return ""
}

// viewerHeader returns a header of the request, be it the viewer's or the
// edge's; Go keeps Host elsewhere.
func (s *Service) viewerHeader(r *http.Request, name string) (value string, present bool) {
	if strings.EqualFold(name, "Host") {
		return r.Host, true
	}
	if strings.HasPrefix(http.CanonicalHeaderKey(name), edgeHeaderPrefix) {
		value := s.edgeHeader(r, name)
		return value, value != ""
	}
	values := r.Header.Values(name)
	return strings.Join(values, ","), len(values) > 0
}
