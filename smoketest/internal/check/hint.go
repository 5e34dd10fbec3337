package check

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"syscall"
)

// symptom is a row of the cause table: what was wanted, what came, and what
// that most often means. A zero member matches anything but itself only in the
// columns got, status and code.
type symptom struct {
	wanted layer
	got    layer
	status int
	code   string
	hint   string
}

// symptoms are tried in order; the first that matches explains.
//
// https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-generate-tokens.html
var symptoms = []symptom{
	// The content was wanted.
	{content, signature, 403, "MissingKey", "the signature did not arrive: Key-Pair-Id is missing from the query or the cookies; look for a proxy or a redirect that drops them"},
	{content, signature, 403, "InvalidKey", "the key id is in no key group of the behavior: compare signingKeys in the outputs with the key group's items, and wait until the distribution is Deployed"},
	{content, signature, 403, "MalformedPolicy", "the policy could not be read: a time in milliseconds, or a proxy that re-encodes the query"},
	{content, signature, 403, "MalformedSignature", "the signature could not be decoded: a proxy that re-encodes the query"},
	{content, signature, 403, "", "the signature does not fit: compare this machine's clock with the Date header, and the public key of this id in CloudFront with the private key"},
	{content, storage, 403, "", "CloudFront accepted the signature and S3 refused: the bucket policy lacks s3:GetObject for the distribution's origin access identity, or the object is missing (without s3:ListBucket S3 answers 403 for it)"},
	{content, storage, 404, "", "the object is missing: upload it, or correct the path"},
	{content, edge, 403, "", "the edge refused before looking at the signature: an unknown host name, a disabled distribution, a geographic restriction, a WAF rule, or a method that the behavior lacks"},
	{content, ivsLayer, 403, "", "IVS refused the token: compare the playback key pair in this region with the private key, and the clock of this machine with the Date header"},
	{content, unknownLayer, 407, "", "a proxy asks for credentials: set NO_PROXY for these hosts or log in to the proxy"},
	{content, edge, 0, "", "a redirect came in place of the object: check the origin's regional domain name and the address that was asked for"},

	// A refusal by the signature check was wanted.
	{signature, content, 0, "", "the content is not protected here: the behavior that matches this path has no trustedKeyGroups, or one without them comes first"},
	{signature, storage, 0, "", "CloudFront let the request pass and the origin refused: the behavior that matches this path has no trustedKeyGroups, or one without them comes first"},
	{signature, signature, 403, "MissingKey", "refused, but for another reason than the one under test: the key id did not arrive"},
	{signature, signature, 403, "InvalidKey", "refused, but for another reason than the one under test: the key id is in no key group of the behavior"},
	{signature, signature, 0, "", "refused, but for another reason than the one under test"},
	{signature, edge, 0, "", "refused by the edge before the signature was looked at: a WAF rule, a geographic restriction, or the wrong host name"},

	// A refusal by S3 was wanted.
	{storage, content, 0, "", "the bucket serves this caller: look for a public bucket policy (Principal *) and for a public access block that is off"},
	{storage, storage, 404, "NoSuchKey", "the caller may list the bucket: take s3:ListBucket out of the bucket policy's statement for it"},
	{storage, storage, 404, "NoSuchBucket", "the bucket does not exist: the outputs are of another deployment; read them again"},
	{storage, storage, 301, "", "the bucket is in another region than the outputs say"},
	{storage, signature, 0, "", "CloudFront refused the control signature: see vod.grant"},

	// A refusal by the edge was wanted.
	{edge, content, 0, "", "the behavior serves what it should refuse: compare its allowed methods and viewerProtocolPolicy with the declaration"},
	{edge, storage, 0, "", "the edge passed the request on to S3: take the method out of the behavior's allowedMethods"},

	// A refusal by IVS was wanted.
	{ivsLayer, content, 0, "", "the channel plays without a good token: set authorized: true on it, and look for a second playback key pair that nobody should hold"},
	{ivsLayer, unknownLayer, 404, "", "the channel is idle and answered before it looked at the token: start a stream and run again"},
	{ivsLayer, ivsLayer, 404, "", "the channel is idle and answered before it looked at the token: start a stream and run again"},
	{ivsLayer, ivsLayer, 403, "", "refused, but with another error_code than the documented one; report the body if this is AWS"},
	{ivsLayer, unknownLayer, 403, "", "refused, but not by the playback service: a proxy, or a body that AWS has changed"},
}

// hint looks the answer up; empty when no row fits.
func hint(wanted layer, x *exchange) string {
	a := x.answer()
	for _, s := range symptoms {
		if s.wanted == wanted && s.got == a.layer &&
			(s.status == 0 || s.status == x.status) && (s.code == "" || s.code == a.code) {
			return s.hint
		}
	}
	if x.status >= 500 {
		return "the service failed by itself: run again, and look at its health dashboard"
	}
	return ""
}

// transportHint explains a request that got no answer at all.
func transportHint(err error) string {
	var dns *net.DNSError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var alert tls.AlertError
	switch {
	case errors.As(err, &dns):
		return "the name does not resolve: a new distribution's name takes some minutes; else compare the outputs with the deployment"
	case errors.As(err, &hostname):
		return "the certificate is for another name: something stands between this machine and AWS, or the bucket name holds a dot"
	case errors.As(err, &authority):
		return "the certificate is of an unknown authority: a proxy that opens TLS stands in between"
	case errors.As(err, &alert):
		return "the TLS handshake was refused: compare the distribution's minimum protocol version with what this machine speaks"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there: check the network and proxy settings of this machine"
	case timedOut(err):
		return "no answer in time: check the network and proxy settings of this machine, then run again"
	}
	return ""
}
