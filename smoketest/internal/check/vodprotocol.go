package check

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"

	"privateplayback/smoketest/internal/cause"
)

func vodProtocolChecks() []Check {
	return []Check{
		{ID: "vod.protocol.http", Rule: ruleHTTPS,
			Proves: "Plain HTTP is redirected to the same URL under https, or refused, as viewerProtocolPolicy says, for each sort of file.",
			run:    eachKind(plainHTTP)},
		{ID: "vod.protocol.method", Rule: ruleMethods,
			Proves: "A method that the behavior does not list is refused by the edge, for each sort of file.",
			run:    eachKind(refusedAt(signedURL, posted, deniedByEdge()))},
		{ID: "vod.protocol.put", Rule: ruleMethods,
			Proves: "PUT with a signed URL is refused by the edge.",
			run:    refused(signedURL, writing(http.MethodPut), deniedByEdge())},
		{ID: "vod.protocol.delete", Rule: ruleMethods,
			Proves: "DELETE with a signed URL is refused by the edge.",
			run:    refused(signedURL, writing(http.MethodDelete), deniedByEdge())},
		{ID: "vod.protocol.redirect-refused", Rule: ruleHTTPS,
			Proves: "Plain HTTP without a signature is redirected or refused: never content.",
			run:    atObject(judgedAt(signedURL, plainHTTPUnsigned, noContent))},
		{ID: "vod.protocol.other-host", Rule: ruleAliases, Harm: Weakens,
			Proves: "The distribution serves its content under no name of somebody else, whatever the Host header says.",
			run:    atObject(judgedAt(signedURL, underOtherName, noContent))},
		{ID: "vod.protocol.tls12", Rule: ruleViewerTLS, Harm: Breaks,
			Proves: "A player that speaks TLS 1.2 and nothing newer is served.",
			run:    atObject(servedOverTLS12)},
		{ID: "vod.protocol.tls13", Rule: ruleViewerTLS, Harm: Breaks,
			Proves: "A player that speaks TLS 1.3 alone is served.",
			run:    atObject(servedOver(offerTLS(tls.VersionTLS13, tls.VersionTLS13)))},
		{ID: "vod.protocol.tls-old", Rule: ruleViewerTLS, Harm: Weakens, Needs: []Need{NeedOwnDomain},
			Proves: "TLS 1.0 and 1.1 are refused on a domain of one's own.",
			run:    atObject(oldTLSRefused)},
		{ID: "vod.protocol.tls-ciphers", Rule: ruleViewerTLS, Harm: Weakens, Needs: []Need{NeedOwnDomain},
			Proves: "A domain of one's own takes no cipher that its TLS policy leaves out.",
			run:    atObject(weakCiphersRefused)},
		{ID: "vod.protocol.http2", Rule: ruleHTTPVersions, Harm: Weakens,
			Proves: "A player that speaks HTTP/2 is answered in it.",
			run:    atObject(servedOverHTTP2)},
		{ID: "vod.protocol.headers", Rule: ruleResponseHeaders, Harm: Weakens,
			Proves: "No answer hands on the request ids of S3 or what an uploader wrote beside an object, for each sort of file.",
			run:    eachKind(headersKept)},
	}
}

// plainHTTP asks for a URL signed for https, whose query must survive.
func plainHTTP(ctx context.Context, s *session, u *url.URL) error {
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return err
	}
	req, err := s.canned(ctx, u)
	if err != nil {
		return err
	}
	want := req.URL.String()
	insecure := *req.URL
	insecure.Scheme = "http"
	req, err = plain(ctx, &insecure)
	if err != nil {
		return err
	}
	x, err := s.do(req)
	if err != nil {
		return err
	}
	if s.Stack.ViewerProtocolPolicy == "https-only" {
		if err := deniedByEdge().check(x); err != nil {
			return &Failure{Asked: x.asked, Want: deniedByEdge().String(), Got: x.got(), Cause: "http-open"}
		}
		return nil
	}
	if x.status != http.StatusMovedPermanently {
		return &Failure{Asked: x.asked, Want: "301 to https", Got: x.got(), Cause: "http-open"}
	}
	if got := x.header.Get("Location"); got != want {
		return &Failure{Asked: x.asked, Want: "Location: " + Mask(want), Got: "Location: " + Mask(got),
			Cause: "redirect-loses-query"}
	}
	return nil
}

// posted sends a signed POST without a body.
func posted(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := s.canned(ctx, u)
	if err != nil {
		return nil, err
	}
	post, err := newRequest(ctx, http.MethodPost, req.URL.String())
	if err != nil {
		return nil, fmt.Errorf("making the POST request: %w", err)
	}
	return post, nil
}

// overlong is as long as a key of S3 may be at most, in bytes.
func overlong() string {
	const longestKey = 1024
	return strings.Repeat("x", longestKey)
}

// writing sends a signed request that would change the bucket, for an object beside
// u. Its key is longer than S3 takes, so that nothing is written even where the edge
// lets the method through.
func writing(method string) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		signed, err := s.canned(ctx, beside(u, "smoketest-"+overlong()+path.Ext(u.Path)))
		if err != nil {
			return nil, err
		}
		return newRequest(ctx, method, signed.URL.String())
	}
}

func plainHTTPUnsigned(ctx context.Context, _ *session, u *url.URL) (*http.Request, error) {
	insecure := *u
	insecure.Scheme = "http"
	return plain(ctx, &insecure)
}

// underOtherName asks this distribution for a name that it cannot have, with the
// signature that such a name would need.
func underOtherName(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	other := *u
	other.Host = strings.TrimPrefix(foreignOrigin, "https://")
	req, err := signedBy(ctx, s.cloudfront, &other, s.Now().Add(lifetime))
	if err != nil {
		return nil, err
	}
	req.URL.Host = u.Host
	return req, nil
}

// noContent takes a redirect and every refusal, but of somebody in between. Who says
// 421, and in which words, where the Host header is of another name than the
// connection's is not documented.
func noContent(x *exchange) error {
	ours := x.interposed() == "" || x.status == http.StatusMisdirectedRequest
	if x.status >= 300 && x.status < 500 && x.status != http.StatusTooManyRequests && ours {
		return nil
	}
	failure := &Failure{Asked: x.asked, Want: "a redirect or a refusal", Got: x.got(), Cause: explain(edge, x)}
	if failure.Cause == "method-allowed" {
		failure.Cause = map[string]cause.ID{"http": "http-open", "https": "host-foreign"}[x.url.Scheme]
	}
	return failure
}

// headersKept looks for what CloudFront removes, and for an uploader's own metadata.
func headersKept(ctx context.Context, s *session, u *url.URL) error {
	x, err := s.control(ctx, u, s.canned)
	if err != nil {
		return err
	}
	for name := range x.header {
		if name == "X-Amz-Request-Id" || name == "X-Amz-Id-2" || strings.HasPrefix(name, "X-Amz-Meta-") {
			return &Failure{Asked: x.asked, Want: "no header of S3's own, and no x-amz-meta-*", Got: strings.ToLower(name), Cause: "headers-leak"}
		}
	}
	return nil
}
