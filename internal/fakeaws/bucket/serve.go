package bucket

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"privateplayback/internal/fakeaws/journal"
)

// exchange is one request to a bucket, on its way to an answer.
type exchange struct {
	service *Service
	w       http.ResponseWriter
	r       *http.Request
	address
	settings
	caller caller
	query  url.Values

	presigned   bool
	payloadHash string // x-amz-content-sha256, or ""
	chain       *chain // of a caller who signs
}

// ServeHTTP answers for the REST endpoint. The host names bucket and region; a
// request with r.TLS came over TLS; its sender is the principal of the context,
// see WithPrincipal.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.stamp(w.Header())
	a, f := parseAddress(r)
	if f != nil {
		f.write(w, r)
		return
	}
	b, exists := s.snapshot(a.bucket)
	if exists && !a.website && !a.accelerate {
		w.Header().Set("X-Amz-Bucket-Region", s.options.Region)
		if f := s.misdirected(a); f != nil {
			s.redirect(w, r, a, *f)
			return
		}
		w.Header().Del("X-Amz-Bucket-Region")
	}
	match, matched := matchCORS(b.cors, r)
	if matched {
		match.write(w.Header())
		journal.Note(r.Context(), "s3: CORS rule ", match.number, " allows origin ", journal.Quoted(r.Header.Get("Origin")))
	} else if r.Header.Get("Origin") != "" && r.Method != http.MethodOptions {
		journal.Note(r.Context(), "s3: none of ", len(b.cors), " CORS rules allows origin ", journal.Quoted(r.Header.Get("Origin")), ": no CORS headers")
	}
	e := &exchange{service: s, w: w, r: r, address: a, settings: b, caller: callerOf(r.Context()), query: r.URL.Query()}
	switch {
	case r.Method == http.MethodOptions:
		preflight(w, r, b, exists, a.key, matched)
	case e.claimsSignature():
		if f := e.authenticate(); f != nil {
			f.write(w, r)
			return
		}
		e.route(exists)
	case e.query.Has("Signature"): // of CloudFront, most likely
		refusal{status: http.StatusForbidden, code: "AccessDenied",
			message: "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters"}.
			because("the query has Signature without AWSAccessKeyId: a URL that is signed for CloudFront opens nothing at S3").write(w, r)
	default:
		e.payloadHash = r.Header.Get("X-Amz-Content-Sha256")
		e.route(exists)
	}
}

// route answers a request whose sender is known.
func (e *exchange) route(exists bool) {
	switch {
	case e.bucket == "":
		e.serveAccount()
	case !exists:
		errNoSuchBucket.with("BucketName", e.bucket).because("bucket %q does not exist", e.bucket).write(e.w, e.r)
	case e.website:
		errNoWebsite.with("BucketName", e.bucket).because("bucket %q has no website configuration", e.bucket).write(e.w, e.r)
	case e.accelerate:
		errNotAccelerated.because("bucket %q has no transfer acceleration", e.bucket).write(e.w, e.r)
	case len(e.key) > maxKeyLength:
		errKeyTooLong.with("Size", strconv.Itoa(len(e.key))).with("MaxSizeAllowed", strconv.Itoa(maxKeyLength)).because("the key has %d bytes, S3 takes %d", len(e.key), maxKeyLength).write(e.w, e.r)
	default:
		e.serve()
	}
}

func (s *Service) redirect(w http.ResponseWriter, r *http.Request, a address, f refusal) {
	if f.status == http.StatusTemporaryRedirect {
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		w.Header().Set("Location", scheme+s.endpoint(a.bucket)+r.URL.RequestURI())
	}
	f.write(w, r)
}

// serve answers a request to a bucket that exists.
func (e *exchange) serve() {
	op, ok := e.operation()
	if !ok {
		resource := "BUCKET"
		if e.key != "" {
			resource = "OBJECT"
		}
		errNotAllowed.with("Method", e.r.Method).with("ResourceType", resource).because("there is no operation for %s here", e.r.Method).write(e.w, e.r)
		return
	}
	if !e.expects("x-amz-expected-bucket-owner") {
		e.deny("x-amz-expected-bucket-owner does not name the account that owns the bucket")
		return
	}
	if op.perKey && e.caller.kind == accountCaller {
		journal.Note(e.r.Context(), "s3: each key that is named needs its own permission")
	} else if d := e.allows(op.action, e.resource()); !d.allowed {
		e.deny(d.why())
		return
	}
	switch {
	case op.serve == nil && op.ownerOnly && !e.ownersAccount():
		errNotAllowed.with("Method", e.r.Method).with("ResourceType", "BUCKETPOLICY").because("%s is for the bucket owner's account only", actionName(op.action)).write(e.w, e.r)
	case op.serve == nil:
		errNotServed.because("the stand-in decides on %s and does not carry it out", actionName(op.action)).write(e.w, e.r)
	default:
		op.serve(e)
	}
}

func (e *exchange) deny(why string) {
	if e.key == "" && e.r.Method == http.MethodHead {
		e.w.Header().Set("X-Amz-Bucket-Region", e.service.options.Region)
	}
	errAccessDenied.because("%s", why).write(e.w, e.r)
}

// expects reports whether the caller names the owner of the bucket right, or
// not at all.
func (e *exchange) expects(field string) bool {
	v := e.field(field)
	return v == "" || v == e.service.options.AccountID
}

// resource is the ARN that the request is about.
func (e *exchange) resource() string {
	if e.key == "" {
		return bucketARN(e.bucket)
	}
	return objectARN(e.bucket, e.key)
}

// allows decides on an action, and notes what allows it; what does not is the
// cause of a refusal.
func (e *exchange) allows(action, resource string) decision {
	d := e.settings.decide(request{e.caller, action, resource, e.conditionKeys()}, e.service.options.AccountID)
	if d.allowed && journal.Listens(e.r.Context()) {
		journal.Note(e.r.Context(), "s3: ", d.why())
	}
	return d
}

// permits is allows for who needs the refusal only.
func (e *exchange) permits(action, resource string) *refusal {
	if d := e.allows(action, resource); !d.allowed {
		return errAccessDenied.because("%s", d.why())
	}
	return nil
}

func (e *exchange) ownersAccount() bool {
	return e.caller.kind == accountCaller && e.caller.account == e.service.options.AccountID
}

// conditionKeys gives the keys that this request has. Those of the principal
// are there for callers who sign, which an anonymous one does not.
func (e *exchange) conditionKeys() map[string]string {
	keys := map[string]string{"aws:securetransport": strconv.FormatBool(e.r.TLS != nil)}
	if e.r.TLS != nil {
		keys["s3:tlsversion"] = tlsVersion(e.r.TLS)
	}
	if host, _, err := net.SplitHostPort(e.r.RemoteAddr); err == nil {
		keys["aws:sourceip"] = host
	}
	if v := e.r.Referer(); v != "" {
		keys["aws:referer"] = v
	}
	if v := e.r.UserAgent(); v != "" {
		keys["aws:useragent"] = v
	}
	if e.key == "" && e.query.Has("prefix") {
		keys["s3:prefix"] = e.query.Get("prefix")
	}
	if e.caller.kind != anonymous {
		keys["aws:principalisawsservice"] = strconv.FormatBool(e.caller.kind == serviceCaller)
	}
	if e.caller.kind == accountCaller || e.caller.kind == originIdentity {
		keys["aws:principalarn"] = e.caller.arn
	}
	if part := strings.SplitN(e.caller.source, ":", 6); len(part) == 6 {
		keys["aws:sourcearn"], keys["aws:sourceaccount"] = e.caller.source, part[4]
	}
	return keys
}

// tlsVersion is "1.3", or "1.2", which is the least that S3 speaks and what a
// hop inside this process counts as.
func tlsVersion(c *tls.ConnectionState) string {
	if c.Version == tls.VersionTLS13 {
		return "1.3"
	}
	return "1.2"
}
