package edge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// conditionalHeaders are passed on when the edge does not answer for itself.
var conditionalHeaders = [...]string{
	"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since",
}

// edgeAddress is where the edge's requests come from, as a bucket policy sees it:
// never the viewer's address. It is one for documentation (RFC 5737).
const edgeAddress = "198.51.100.1:443"

// originRequest makes the request for the origin: raw path behind the origin's
// path, the query strings, headers and cookies that the cache policy and the
// origin request policy name, and what CloudFront sends by itself. CloudFront
// follows the viewer's protocol towards S3. With whole set, conditions and
// ranges of the viewer are left out.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html
func (s *Service) originRequest(rt *route, r *http.Request, method string, whole bool) (*http.Request, error) {
	raw := rt.origin.Path + rt.path
	path, err := url.PathUnescape(raw)
	if err != nil {
		return nil, err
	}
	u := &url.URL{
		Scheme:   rt.scheme,
		Host:     rt.origin.DomainName,
		Path:     path,
		RawPath:  raw,
		RawQuery: selectQuery(rt.query, rt.cache.QueryStrings, rt.request.QueryStrings),
	}
	req := (&http.Request{
		Method: method, URL: u, Host: rt.origin.DomainName,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: s.originHeader(rt, r), TLS: r.TLS, RemoteAddr: edgeAddress,
	}).WithContext(r.Context())
	if rt.forwards("Host") {
		req.Host = r.Host
	}
	if !whole {
		for _, name := range conditionalHeaders {
			if values := r.Header.Values(name); len(values) > 0 {
				req.Header[name] = slices.Clone(values)
			}
		}
		req.Body, req.ContentLength = r.Body, r.ContentLength
	}
	if req.Body == nil {
		req.Body = http.NoBody
	}
	req.Header.Set("Via", s.via(r))
	return req, nil
}

// originHeader selects the viewer's headers that go to the origin.
func (s *Service) originHeader(rt *route, r *http.Request) http.Header {
	out := http.Header{}
	for name, values := range r.Header {
		if !isOwnHeader(name) && rt.forwards(name) {
			out[name] = slices.Clone(values)
		}
	}
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && !rt.keyed("Authorization") {
		out.Del("Authorization")
	}
	for _, name := range append(slices.Clone(rt.cache.Headers), rt.request.Headers.Items...) {
		if value := s.edgeHeader(r, name); value != "" {
			out.Set(name, value)
		}
	}
	if encoding := rt.cache.acceptEncoding(r); encoding != "" {
		out.Set("Accept-Encoding", encoding)
	}
	if !rt.forwards("User-Agent") {
		out.Set("User-Agent", "Amazon CloudFront")
	}
	_, cookies := splitCookies(r.Header)
	if kept := selectPairs(cookies, []KeySelection{rt.cache.Cookies, rt.request.Cookies}); len(kept) > 0 {
		out.Set("Cookie", strings.Join(kept, "; "))
	}
	return out
}

func (rt *route) forwards(header string) bool {
	return rt.keyed(header) || rt.request.Headers.takes(header, strings.EqualFold)
}

func (rt *route) keyed(header string) bool {
	return slices.ContainsFunc(rt.cache.Headers, func(name string) bool { return strings.EqualFold(name, header) })
}

// isOwnHeader tells of headers that no policy forwards as they came: hop by
// hop ones, those that the edge writes itself, and Accept-Encoding, which goes
// on in its normalized form.
func isOwnHeader(name string) bool {
	if strings.HasPrefix(name, edgeHeaderPrefix) {
		return true
	}
	switch name {
	case "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
		"Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
		"Cookie", "Via", "Accept-Encoding", "Cache-Control", "Pragma", "X-Amz-Cf-Id",
		"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since":
		return true
	}
	return false
}

// viewerHeaderFrom copies the origin's headers for storing or sending: without
// hop-by-hop headers and without those that CloudFront removes.
func viewerHeaderFrom(h http.Header) http.Header {
	out := h.Clone()
	for _, name := range []string{"Connection", "Keep-Alive", "Proxy-Authenticate", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade", "X-Amz-Id-2", "X-Amz-Request-Id"} {
		out.Del(name)
	}
	return out
}
