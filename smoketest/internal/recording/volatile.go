package recording

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// What two answers may differ in though nothing is wrong, and what of it is
// compared. A header that is not in the table is compared as it is, also with
// "absent"; names are in canonical form.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
var volatileHeaders = map[string]func(value string, a Answer) string{
	// Dates: when the run was, or when the object was uploaded.
	"Date":          date,
	"Last-Modified": date,
	"Expires":       date,

	// Ids of a request. CloudFront's have one length, S3's second one has several.
	"X-Amz-Cf-Id":      length,
	"X-Amz-Request-Id": length,
	"X-Amz-Id-2":       present,
	"X-Amz-Version-Id": present,

	// Which edge location, and which machine in it, answered.
	"X-Amz-Cf-Pop": present,
	"Via":          func(v string, _ Answer) string { return node.ReplaceAllString(v, "{node}.cloudfront.net") },

	// Whether this cache had the object already depends on who asked before; an
	// error, a redirect and a limit are something else.
	"X-Cache": func(v string, _ Answer) string { return cacheState.ReplaceAllString(v, "Served from cloudfront") },

	// A digest of the upload, which multipart and encryption change.
	"Etag": func(v string, _ Answer) string { return digest.ReplaceAllString(v, `"{digest}`) },

	// The body is compared instead, unless there is none: names in it are longer
	// or shorter elsewhere.
	"Content-Length": contentLength,

	// A cookie's value is masked; its expiry is a date.
	"Set-Cookie": func(v string, _ Answer) string { return cookieExpiry.ReplaceAllString(v, "") },
}

// ignoredHeaders come and go: Age says how long a cache has had the object, and
// only if it had.
var ignoredHeaders = []string{"Age"}

var (
	node         = regexp.MustCompile(`\b[0-9a-f]{32}\.cloudfront\.net`)
	cacheState   = regexp.MustCompile(`^(Hit|Miss|RefreshHit) from cloudfront$`)
	digest       = regexp.MustCompile(`"[0-9a-f]{32}`) // "-7" of a multipart upload stays
	cookieExpiry = regexp.MustCompile(`(?i);\s*(expires|max-age)=[^;]*`)
)

func date(v string, _ Answer) string {
	if _, err := http.ParseTime(v); err == nil {
		return "{date}"
	}
	return v
}

func length(v string, _ Answer) string { return fmt.Sprintf("%d characters", len(v)) }

func present(string, Answer) string { return "{present}" }

func contentLength(v string, a Answer) string {
	if a.Body.Length == 0 {
		return v
	}
	return "{present}"
}

// comparableHeader is what is compared of a header; "" stands for absent.
func comparableHeader(a Answer, name string) string {
	value := a.Header.value(name)
	if stable := volatileHeaders[name]; stable != nil && value != "" {
		value = stable(value, a)
	}
	return comparableText(value)
}

// volatileText is what bodies and URLs hold of the same kind: ids of a request in
// XML of S3 and in CloudFront's pages, times, and the expiry that a check signs.
var volatileText = []struct {
	pattern *regexp.Regexp
	replace string
}{
	{regexp.MustCompile(`<(RequestId|HostId)>[^<]*<`), "<${1}>{id}<"},
	{regexp.MustCompile(`\bRequest ID: \S+`), "Request ID: {id}"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`), "{time}"},
	{regexp.MustCompile(`(?i)\b(Expires=)[+-]?\d+`), "${1}{time}"},
}

func comparableText(s string) string {
	for _, v := range volatileText {
		s = v.pattern.ReplaceAllString(s, v.replace)
	}
	return s
}

var (
	quoted = regexp.MustCompile(`"[^"]*"`)
	number = regexp.MustCompile(`\d+(?:\.\d+)?`)
)

// broadcastLines is the shape of a live playlist: each sort of line once, sorted.
// How many segments and renditions there are, their numbers, names and codecs are
// the broadcast's. A discontinuity is in the window or is not.
func broadcastLines(text string) []string {
	lines := []string{}
	for _, line := range strings.Split(comparableText(text), "\n") {
		line = number.ReplaceAllString(quoted.ReplaceAllString(line, `"…"`), "N")
		if line != "#EXT-X-DISCONTINUITY" {
			lines = append(lines, strings.TrimSuffix(line, "\r"))
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}
