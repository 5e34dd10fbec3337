package bucket

import (
	"crypto/hmac"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"privateplayback/internal/fakeaws/journal"
)

// The values of x-amz-content-sha256 that are no hash, after
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html.
const (
	unsignedPayload          = "UNSIGNED-PAYLOAD"
	signedChunks             = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	signedChunksWithTrailer  = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
	unsignedChunksAndTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
)

var (
	errOlderSignature = refusal{status: http.StatusBadRequest, code: "InvalidRequest", message: "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."}
	errTimeSkewed     = refusal{status: http.StatusForbidden, code: "RequestTimeTooSkewed", message: "The difference between the request time and the current time is too large."}
	errSignature      = refusal{status: http.StatusForbidden, code: "SignatureDoesNotMatch", message: "The request signature we calculated does not match the signature you provided. Check your key and signing method."}
	errToken          = refusal{status: http.StatusBadRequest, code: "InvalidToken", message: "The provided token is malformed or otherwise invalid."}

	payloadHashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// claimsSignature reports whether the request presents credentials.
func (e *exchange) claimsSignature() bool {
	return queryHasAny(e.query, "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Algorithm", "X-Amz-Security-Token", "AWSAccessKeyId") ||
		len(e.r.Header.Values("Authorization")) > 0
}

// authenticate checks the signature that the request claims and makes the
// principal of its access key the caller. The order of the checks is ours: the
// form, the scope, the time, the key, the signature.
func (e *exchange) authenticate() *refusal {
	if e.service.options.Credentials == nil {
		return errInvalidKeyID.because("the request is signed, and the account has no access keys")
	}
	c, f := parseClaim(e.r, e.query)
	if f != nil {
		return f
	}
	if f := c.checkScope(e.service.options.Region); f != nil {
		return f
	}
	if f := c.checkTime(e.service.options.Now()); f != nil {
		return f
	}
	if e.query.Has("X-Amz-Security-Token") || len(e.r.Header.Values("X-Amz-Security-Token")) > 0 {
		return errToken.because("X-Amz-Security-Token is of temporary keys, and no access key of the account is one")
	}
	secret, arn, ok := e.service.options.Credentials(c.accessKeyID)
	if !ok {
		return errInvalidKeyID.because("no user of the account has this access key")
	}
	if missing := unsignedHeaders(e.r, c); len(missing) > 0 {
		f := errAccessDenied
		f.message = "There were headers present in the request which were not signed"
		return f.with("HeadersNotSigned", strings.Join(missing, ", ")).because("the signature leaves out headers that it must cover: %s", strings.Join(missing, ", "))
	}
	e.presigned = c.presigned
	if f := e.readPayloadHash(); f != nil {
		return f
	}
	canonical, ok := canonicalRequest(e.r, c.signedHeaders, e.payloadHash)
	chain := newChain(secret, c)
	if !ok || !hmac.Equal([]byte(chain.request(canonical)), []byte(c.signature)) {
		return errSignature.because("the signature is not that of the access key over this request with the signed headers %s", strings.Join(c.signedHeaders, ", "))
	}
	if e.caller.kind != anonymous { // CloudFront's own request already has a principal
		return refusal{status: http.StatusBadRequest, code: "InvalidArgument", message: "Only one auth mechanism allowed"}.
			because("CloudFront asks as %s, and the request that it passes on is signed as well", e.caller)
	}
	e.chain, e.caller = chain, callerNamed(arn)
	e.caller.owner = e.caller.kind == accountCaller && e.caller.account == e.service.options.AccountID
	journal.Note(e.r.Context(), "s3: Signature Version 4 by ", arn)
	return nil
}

// unsignedHeaders gives the headers that must be signed and are not: host,
// every x-amz- header and, in a request that is not presigned, Content-Type.
func unsignedHeaders(r *http.Request, c claim) []string {
	var out []string
	need := func(name string) {
		if !slices.Contains(c.signedHeaders, name) {
			out = append(out, name)
		}
	}
	need("host")
	for name := range r.Header {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, "x-amz-") || name == "content-type" && !c.presigned {
			need(name)
		}
	}
	slices.Sort(out)
	return out
}

// readPayloadHash finds how the body is signed. A presigned URL leaves the body
// unsigned unless it says otherwise.
func (e *exchange) readPayloadHash() *refusal {
	v := e.field("x-amz-content-sha256")
	if v == "" && e.presigned {
		v = unsignedPayload
	}
	switch {
	case v == "":
		return invalidRequest("Missing required header for this request: x-amz-content-sha256")
	case v == unsignedPayload, v == unsignedChunksAndTrailer, v == signedChunks, v == signedChunksWithTrailer, payloadHashForm.MatchString(v):
		e.payloadHash = v
		return nil
	case strings.HasPrefix(v, "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"):
		return errNotServed.because("the stand-in does not check SigV4A, which x-amz-content-sha256 announces")
	}
	f := invalidArgument("x-amz-content-sha256", v, "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.")
	return &f
}

// field gives a header. A presigned URL may carry x-amz- headers as parameters.
func (e *exchange) field(name string) string {
	if v := e.r.Header.Get(name); v != "" || !e.presigned {
		return v
	}
	return foldedParameter(e.query, name)
}

func foldedParameter(query url.Values, name string) string {
	for n := range query {
		if strings.EqualFold(n, name) {
			return query.Get(n)
		}
	}
	return ""
}
