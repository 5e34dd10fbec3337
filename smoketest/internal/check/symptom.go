package check

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"privateplayback/smoketest/internal/cause"
)

// symptom leads from what was wanted and what came to a row of the cause table. A
// zero status matches any that is not a server's error, an empty code any.
type symptom struct {
	wanted layer
	got    layer
	status int
	code   string
	cause  cause.ID
}

// symptoms are tried in order; the first that matches explains.
var symptoms = []symptom{
	// The content was wanted.
	{content, signature, 403, "MissingKey", "signature-missing"},
	{content, signature, 403, "InvalidKey", "key-not-in-group"},
	{content, signature, 403, "MalformedPolicy", "policy-malformed"},
	{content, signature, 403, "MalformedSignature", "signature-malformed"},
	{content, signature, 403, "", "signature-mismatch"},
	{content, storage, 403, "", "origin-refused"},
	{content, storage, 404, "NoSuchBucket", "origin-gone"},
	{content, storage, 404, "", "object-missing"},
	{content, storage, 301, "", "redirected"},
	{content, storage, 307, "", "redirected"},
	{content, edge, 403, "", "edge-refused"},
	{content, edge, 502, "", "origin-gone"},
	{content, edge, 504, "", "origin-gone"},
	{content, edge, 301, "", "redirected"},
	{content, edge, 302, "", "redirected"},
	{content, edge, 307, "", "redirected"},
	{content, edge, 308, "", "redirected"},
	{content, edge, 414, "", "url-long"},
	{content, ivsLayer, 403, "", "token-refused"},

	// A refusal by the signature check was wanted.
	{signature, content, 0, "", "behavior-public"},
	{signature, storage, 0, "", "behavior-public"},
	{signature, signature, 0, "", "refused-otherwise"},
	{signature, edge, 0, "", "edge-refused"},

	// A refusal by S3 was wanted.
	{storage, content, 0, "", "bucket-public"},
	{storage, storage, 404, "NoSuchKey", "bucket-lists"},
	{storage, storage, 404, "NoSuchBucket", "bucket-gone"},
	{storage, storage, 301, "", "bucket-region"},
	{storage, signature, 0, "", "control-refused"},

	// A refusal by the edge was wanted.
	{edge, content, 0, "", "method-allowed"},
	{edge, storage, 0, "", "origin-reached"},

	// A refusal by IVS was wanted.
	{ivsLayer, content, 0, "", "channel-public"},
	{ivsLayer, unknownLayer, 404, "", "channel-answers-idle"},
	{ivsLayer, ivsLayer, 404, "", "channel-answers-idle"},
	{ivsLayer, ivsLayer, 403, "", "token-code-other"},
	{ivsLayer, unknownLayer, 403, "", "token-refused-elsewhere"},
}

// skewed is how far this machine's clock may be from a server's before it explains
// a refusal.
const skewed = 30 * time.Second

// explain looks the answer up in the tables; empty when no row fits.
func explain(wanted layer, x *exchange) cause.ID {
	if id := x.interposed(); id != "" {
		return id
	}
	a := x.answer()
	switch {
	case wanted == storage && x.lists():
		return "bucket-lists"
	case (wanted == signature || wanted == storage) && x.disguised():
		return "error-disguised"
	}
	if wanted == content && x.status == http.StatusForbidden && (a.layer == ivsLayer || a.code == "AccessDenied" && a.layer == signature) &&
		x.skew().Abs() > skewed {
		return "clock"
	}
	return x.fromTable(wanted)
}

// fromTable tells what an answer means, whoever's clock is right.
func (x *exchange) fromTable(wanted layer) cause.ID {
	a := x.answer()
	switch {
	case wanted == content && x.service == storage && x.status == http.StatusForbidden:
		return "host-is-bucket"
	case wanted == content && x.service == ivsLayer && x.status == http.StatusNotFound:
		return "channel-idle"
	}
	for _, s := range symptoms {
		if s.wanted == wanted && s.got == a.layer &&
			(s.status == x.status || s.status == 0 && x.status < 500) && (s.code == "" || s.code == a.code) {
			return s.cause
		}
	}
	if x.status >= 500 || x.status == http.StatusTooManyRequests {
		return "service-error"
	}
	return ""
}

// interposed tells an answer that none of AWS's services made, by status, by what
// it is, and by the headers that CloudFront and S3 put on all of theirs; empty if
// there is no sign of that.
func (x *exchange) interposed() cause.ID {
	switch {
	case x.status == http.StatusProxyAuthRequired:
		return "proxy-login"
	case x.status == http.StatusNetworkAuthenticationRequired:
		return "captive-portal"
	case x.marked():
		return ""
	case x.status >= 300 && x.status < 400 && x.leadsAway(), x.status == http.StatusOK && x.mediaType() == "text/html":
		return "captive-portal"
	}
	return "answered-between"
}

// disguised reports whether the answer is a page with another status than that of a
// refusal. No object of a playlist is a page, so a custom error response put it there.
func (x *exchange) disguised() bool {
	return x.service == edge && x.mediaType() == "text/html" && (x.status == http.StatusOK || x.status == http.StatusNotFound)
}

// lists reports whether the answer is a list of a bucket.
func (x *exchange) lists() bool {
	return bytes.Contains(x.body, []byte("<ListBucketResult")) || bytes.Contains(x.body, []byte("<ListVersionsResult"))
}

// marked reports whether the answer carries what the service that was asked puts
// on every answer; of services of which that is not known, it says yes.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
func (x *exchange) marked() bool {
	switch x.service {
	case edge:
		return x.header.Get("X-Amz-Cf-Id") != ""
	case storage:
		return x.header.Get("X-Amz-Request-Id") != ""
	}
	return x.status != http.StatusOK || x.mediaType() != "text/html"
}

// leadsAway reports whether a redirect leads to a host that is not AWS's.
func (x *exchange) leadsAway() bool {
	host := x.host
	if u, err := x.location(); err == nil {
		host = u.Hostname()
	}
	return host != x.host && !strings.HasSuffix(host, ".amazonaws.com") && !strings.HasSuffix(host, ".cloudfront.net")
}

// skew is how far the clock that dated the request is ahead of the server's; zero
// if the answer does not tell. A cache hands out old answers with their age.
func (x *exchange) skew() time.Duration {
	date, err := http.ParseTime(x.header.Get("Date"))
	if err != nil || x.at.IsZero() || x.header.Get("Age") != "" {
		return 0
	}
	return x.at.Sub(date)
}

// explainSilence tells why a request got no answer at all.
func explainSilence(err error) cause.ID {
	var dns *net.DNSError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var alert tls.AlertError
	switch {
	case errors.As(err, &dns):
		return "dns"
	case errors.As(err, &hostname):
		return "certificate-name"
	case errors.As(err, &authority):
		return "certificate-authority"
	case errors.As(err, &invalid):
		return "certificate-time"
	case errors.As(err, &alert), strings.Contains(err.Error(), "remote error: tls: "): // the words of crypto/tls, which hides the type
		return "tls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection-refused"
	case strings.Contains(err.Error(), http.StatusText(http.StatusProxyAuthRequired)): // the transport's words for a CONNECT
		return "proxy-login"
	case timedOut(err), isLost(err):
		return "timeout"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, context.DeadlineExceeded):
		return "connection-reset"
	}
	return ""
}
