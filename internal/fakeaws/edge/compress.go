package edge

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The size of an object that the edge compresses, in bytes.
const (
	minCompressed = 1000
	maxCompressed = 10_000_000
)

// acceptEncoding is the viewer's Accept-Encoding as it enters the cache key and
// the origin request: "", "gzip", "br" or "br,gzip", of those that the cache
// policy enables.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html#cache-policy-compressed-objects
func (c *CachePolicyConfig) acceptEncoding(r *http.Request) string {
	if !r.ProtoAtLeast(1, 1) {
		return ""
	}
	var kept []string
	if c.EnableBrotli && accepts(r, "br") {
		kept = append(kept, "br")
	}
	if c.EnableGzip && accepts(r, "gzip") {
		kept = append(kept, "gzip")
	}
	return strings.Join(kept, ",")
}

// accepts tells whether the viewer names an encoding with a weight above zero.
func accepts(r *http.Request, encoding string) bool {
	for item := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, parameters, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		weight, weighted := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(parameters), " ", ""), "q=")
		if !weighted {
			return true
		}
		q, err := strconv.ParseFloat(weight, 64)
		return err == nil && q > 0
	}
	return false
}

// encoded is the object as it is stored for the viewers that accept the same
// encodings: compressed if behavior, cache policy, type and size say so. The
// edge knows gzip only, and leaves brotli to the origin.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
func (p *plan) encoded(o *object, r *http.Request) *object {
	if !p.behavior.Compress || !p.cache.EnableGzip || !o.compressible() {
		return o
	}
	out := *o
	out.header = o.header.Clone()
	addVary(out.header, "Accept-Encoding")
	if !accepts(r, "gzip") || !r.ProtoAtLeast(1, 1) {
		return &out
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(o.body) // a bytes.Buffer takes everything
	z.Close()
	out.compressed, out.body, out.originTag = true, b.Bytes(), o.header.Get("Etag")
	out.header.Set("Content-Encoding", "gzip")
	out.header.Del("Content-Length")
	out.header.Del("Etag")
	switch tag := out.originTag; {
	case strings.HasPrefix(tag, `"`):
		out.header.Set("Etag", "W/"+tag)
	case strings.HasPrefix(tag, "W/"):
		out.header.Set("Etag", tag)
	}
	return &out
}

func (o *object) compressible() bool {
	switch o.status {
	case http.StatusOK, http.StatusForbidden, http.StatusNotFound:
	default:
		return false
	}
	if o.header.Get("Content-Encoding") != "" || o.header.Get("Content-Length") != strconv.Itoa(len(o.body)) {
		return false
	}
	if len(o.body) < minCompressed || len(o.body) > maxCompressed {
		return false
	}
	media, _, _ := strings.Cut(o.header.Get("Content-Type"), ";")
	return isCompressedType(strings.ToLower(strings.TrimSpace(media)))
}

// isCompressedType tells of the content types on AWS's list.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html#compressed-content-cloudfront-file-types
func isCompressedType(media string) bool {
	switch media {
	case "application/dash+xml", "application/eot", "application/font", "application/font-sfnt",
		"application/javascript", "application/json", "application/opentype", "application/otf",
		"application/pkcs7-mime", "application/protobuf", "application/rss+xml",
		"application/truetype", "application/ttf", "application/vnd.apple.mpegurl",
		"application/vnd.ms-fontobject",
		"application/xhtml+xml", "application/xml", "application/x-font-opentype",
		"application/x-font-truetype", "application/x-font-ttf", "application/x-httpd-cgi",
		"application/x-javascript", "application/x-mpegurl", "application/x-opentype", "application/x-otf",
		"application/x-perl", "application/x-ttf", "font/eot", "font/opentype", "font/otf", "font/ttf",
		"image/svg+xml", "text/css", "text/csv", "text/html", "text/javascript", "text/js", "text/plain",
		"text/richtext", "text/tab-separated-values", "text/xml", "text/x-component", "text/x-java-source",
		"text/x-script", "vnd.apple.mpegurl":
		return true
	}
	return false
}

func addVary(h http.Header, name string) {
	for item := range strings.SplitSeq(strings.Join(h.Values("Vary"), ","), ",") {
		if item = strings.TrimSpace(item); item == "*" || strings.EqualFold(item, name) {
			return
		}
	}
	h.Set("Vary", strings.Join(append(slices.Clone(h.Values("Vary")), name), ", "))
}
