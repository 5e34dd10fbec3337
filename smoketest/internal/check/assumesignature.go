package check

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

func assumedSignatureChecks() []Check {
	malformedPolicy, accessDenied := denied("MalformedPolicy"), denied("AccessDenied")
	edited := func(name, value string) forgery {
		return altered(func(u *url.URL) *url.URL { return withParam(u, name, set(value)) })
	}
	dropped := func(name string) forgery {
		return altered(func(u *url.URL) *url.URL { return withoutParam(u, name) })
	}
	condition := func(text string) forgery {
		return rawPolicy(func(s *session, u *url.URL) string { return policyText(s, u, text) })
	}
	resource := func(text func(u *url.URL) string) forgery {
		return rawPolicy(func(s *session, u *url.URL) string { return resourceText(s, text(u)) })
	}
	second := func(s *session) string { return strconv.FormatInt(s.Now().Unix(), 10) }
	usual := func(s *session, u *url.URL) string { return policyText(s, u, "") }
	rawURL, rawCookies := rawPolicy(usual), rawPolicyCookies(usual)
	rawCanned := rawExpires(func(s *session) string { return strconv.FormatInt(s.Now().Add(lifetime).Unix(), 10) })
	return []Check{
		{ID: "assume.signature.key-before-rest", Rule: ruleSignatureCode,
			Proves: "An unknown key id answers before a signature and a policy that cannot be decoded.",
			run:    refused(signedURL, broken("KSMOKETEST0000", "!", "!"), denied("InvalidKey"))},
		{ID: "assume.signature.signature-before-policy", Rule: ruleSignatureCode,
			Proves: "A signature that cannot be decoded answers before a policy that cannot be decoded.",
			run:    refused(signedURL, broken("", "!", "!"), denied("MalformedSignature"))},
		{ID: "assume.signature.policy-before-verification", Rule: ruleSignatureCode,
			Proves: "A policy that cannot be decoded answers before a wrong signature.",
			run:    refused(signedURL, broken("", "AAAA", "!"), malformedPolicy)},
		{ID: "assume.signature.last-second", Rule: ruleExpiry,
			Proves: "In the second that DateLessThan names access has ended.",
			run:    refused(rawCanned, thisSecond(rawExpires(second)), accessDenied)},
		{ID: "assume.signature.first-second", Rule: ruleCustomURL,
			Proves: "In the second that DateGreaterThan names access has not begun.",
			run: refused(rawURL, thisSecond(rawPolicy(func(s *session, u *url.URL) string {
				return policyText(s, u, `,"DateGreaterThan":{"AWS:EpochTime":`+second(s)+`}`)
			})), accessDenied)},
		{ID: "assume.signature.milliseconds", Rule: ruleCannedURL,
			Proves: "An expiry in milliseconds is a malformed policy.",
			run: refused(rawCanned, rawExpires(func(s *session) string {
				return strconv.FormatInt(s.Now().Add(lifetime).UnixMilli(), 10)
			}), malformedPolicy)},
		{ID: "assume.signature.leading-zero", Rule: ruleCannedURL,
			Proves: "An expiry with a leading zero is a malformed policy.",
			run: refused(rawCanned, rawExpires(func(s *session) string {
				return "0" + strconv.FormatInt(s.Now().Add(lifetime).Unix(), 10)
			}), malformedPolicy)},
		{ID: "assume.signature.sign", Rule: ruleCannedURL,
			Proves: "An expiry with a plus sign is a malformed policy.",
			run: refused(rawCanned, rawExpires(func(s *session) string {
				return "+" + strconv.FormatInt(s.Now().Add(lifetime).Unix(), 10)
			}), malformedPolicy)},
		{ID: "assume.signature.twice", Rule: ruleCannedURL,
			Proves: "Expires twice in a URL is a malformed policy.",
			run: refused(signedURL, altered(func(u *url.URL) *url.URL {
				return withQuery(u, "Expires="+u.Query().Get("Expires"))
			}), malformedPolicy)},
		{ID: "assume.signature.key-id-twice", Rule: ruleCannedURL,
			Proves: "Key-Pair-Id twice in a URL is an unknown key.",
			run: refused(signedURL, altered(func(u *url.URL) *url.URL {
				return withQuery(u, "Key-Pair-Id="+u.Query().Get("Key-Pair-Id"))
			}), denied("InvalidKey"))},
		{ID: "assume.signature.policy-twice", Rule: ruleCustomURL,
			Proves: "Policy twice in a URL is a malformed policy.",
			run:    refused(grantedURL, policyTwice, malformedPolicy)},
		{ID: "assume.signature.canned-and-custom", Rule: ruleCustomURL,
			Proves: "Expires beside Policy is a malformed policy.",
			run: refused(grantedURL, func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
				req, err := grantedURL(ctx, s, u)
				if err != nil {
					return nil, err
				}
				return plain(ctx, withQuery(req.URL, "Expires="+strconv.FormatInt(s.Now().Add(lifetime).Unix(), 10)))
			}, malformedPolicy)},
		{ID: "assume.signature.no-signature", Rule: ruleSignatureCode,
			Proves: "A key id and an expiry without a signature are a malformed signature.",
			run:    refused(signedURL, dropped("Signature"), denied("MalformedSignature"))},
		{ID: "assume.signature.no-policy", Rule: ruleSignatureCode,
			Proves: "A key id and a signature without expiry and policy are a malformed policy.",
			run:    refused(signedURL, dropped("Expires"), malformedPolicy)},
		{ID: "assume.signature.unknown-hash", Rule: ruleHash,
			Proves: "A hash algorithm that CloudFront does not know is access denied.",
			run:    refused(signedURL, edited("Hash-Algorithm", "MD5"), accessDenied)},
		{ID: "assume.signature.cookie-hash", Rule: ruleHash,
			Proves: "Cookies may declare SHA-256 too.",
			run:    taken(signedURL, sha256Cookies)},
		{ID: "assume.signature.white-space", Rule: ruleCustomURL,
			Proves: "A policy with white space between its tokens is malformed, though it is signed as it is.",
			run: refused(rawURL, rawPolicy(func(s *session, u *url.URL) string {
				return strings.Replace(policyText(s, u, ""), `":`, `": `, 1)
			}), malformedPolicy)},
		{ID: "assume.signature.final-newline", Rule: ruleCustomURL,
			Proves: "A policy that ends with a newline is malformed, though it is signed as it is.",
			run: refused(rawURL, rawPolicy(func(s *session, u *url.URL) string {
				return policyText(s, u, "") + "\n"
			}), malformedPolicy)},
		{ID: "assume.signature.unknown-member", Rule: ruleCustomURL,
			Proves: "A policy with a condition of another name is malformed.",
			run:    refused(rawURL, condition(`,"StringLike":{"aws:Referer":"*"}`), malformedPolicy)},
		{ID: "assume.signature.repeated-member", Rule: ruleCustomURL,
			Proves: "A policy with one condition twice is malformed.",
			run: refused(rawURL, rawPolicy(func(s *session, u *url.URL) string {
				return policyText(s, u, `,"DateLessThan":{"AWS:EpochTime":`+strconv.FormatInt(s.Now().Add(lifetime).Unix(), 10)+`}`)
			}), malformedPolicy)},
		{ID: "assume.signature.address-without-mask", Rule: ruleCustomURL,
			Proves: "An address without a mask is a malformed policy.",
			run:    refused(rawURL, condition(`,"IpAddress":{"AWS:SourceIp":"0.0.0.0"}`), malformedPolicy)},
		{ID: "assume.signature.ipv6", Rule: ruleCustomURL,
			Proves: "An IPv6 range is a malformed policy.",
			run:    refused(rawURL, condition(`,"IpAddress":{"AWS:SourceIp":"::/0"}`), malformedPolicy)},
		{ID: "assume.signature.host-bits", Rule: ruleCustomURL,
			Proves: "A range with bits beyond its mask is a malformed policy.",
			run:    refused(rawURL, condition(`,"IpAddress":{"AWS:SourceIp":"0.0.0.1/0"}`), malformedPolicy)},
		{ID: "assume.signature.escaped-question-mark", Rule: ruleCustomURL,
			Proves: `A backslash before "?" in a resource is a byte like others, which no URL has.`,
			run:    refused(rawURL, resource(func(u *url.URL) string { return u.String() + `\\?*` }), accessDenied)},
		{ID: "assume.signature.protocol-prefix", Rule: ruleCustomURL,
			Proves: `A resource that begins with http*:// covers nothing.`,
			run: refused(rawURL, resource(func(u *url.URL) string {
				return "http*" + strings.TrimPrefix(folder(u), "https")
			}), accessDenied)},
		{ID: "assume.signature.cookie-protocol", Rule: ruleCustomCookie,
			Proves: `In cookies a resource that begins with *:// covers nothing.`,
			run: refused(rawCookies, rawPolicyCookies(func(s *session, u *url.URL) string {
				return resourceText(s, "*"+strings.TrimPrefix(folder(u), "https"))
			}), accessDenied)},
		{ID: "assume.signature.cookie-anything", Rule: ruleCustomCookie,
			Proves: `In cookies the resource * covers nothing.`,
			run: refused(rawCookies, rawPolicyCookies(func(s *session, _ *url.URL) string {
				return resourceText(s, "*")
			}), accessDenied)},
		{ID: "assume.signature.port", Rule: ruleCustomURL,
			Proves: "A resource with the port of https covers no URL without it.",
			run: refused(rawURL, resource(func(u *url.URL) string {
				ported := *u
				ported.Host = u.Hostname() + ":443"
				return folder(&ported)
			}), accessDenied)},
		{ID: "assume.signature.dot-segments", Rule: ruleCannedURL,
			Proves: "A signature for a path does not open the same path with a dot segment.",
			run:    refused(signedURL, altered(dotted), accessDenied)},
		{ID: "assume.signature.as-requested", Rule: ruleCannedURL,
			Proves: "A signature for the decoded form of a path does not open its percent-encoded form.",
			run:    refused(signedURL, encodedPath, accessDenied)},
		{ID: "assume.signature.lower-case", Rule: ruleCannedURL,
			Proves: "Signing parameters in lower case are the caller's own: nothing is signed.",
			run: refused(signedURL, altered(func(u *url.URL) *url.URL {
				changed := *u
				changed.RawQuery = strings.NewReplacer("Expires=", "expires=", "Signature=", "signature=", "Key-Pair-Id=", "key-pair-id=").Replace(u.RawQuery)
				return &changed
			}), denied("MissingKey"))},
		{ID: "assume.signature.encoded-name", Rule: ruleCannedURL,
			Proves: "A percent-encoded Key-Pair-Id is the caller's own parameter.",
			run: refused(signedURL, altered(func(u *url.URL) *url.URL {
				changed := *u
				changed.RawQuery = strings.Replace(u.RawQuery, "Key-Pair-Id=", "Key%2DPair-Id=", 1)
				return &changed
			}), denied("MissingKey"))},
		{ID: "assume.signature.stray-ampersand", Rule: ruleCannedURL,
			Proves: "A stray & behind the signing parameters is no part of the signed URL.",
			run:    taken(signedURL, altered(func(u *url.URL) *url.URL { return withQuery(u, "") }))},
		{ID: "assume.signature.own-parameter-behind", Rule: ruleCannedURL,
			Proves: "A parameter of one's own is part of the signed URL behind the signing parameters too.",
			run:    taken(signedURL, ownParameterBehind)},
		{ID: "assume.signature.options", Rule: ruleTrustedKeys,
			Proves: "A preflight without a signature is refused by the signature check.",
			run:    refused(signedURL, unsignedPreflight, denied("MissingKey"))},
		{ID: "assume.signature.error-without-cors", Rule: ruleSignatureCode,
			Proves: "A refusal of the signature check has no CORS headers.",
			run:    refusalWithoutCORS},
		{ID: "assume.signature.error-headers", Rule: ruleSignatureCode,
			Proves: "A refusal of the signature check is text/xml by Server CloudFront, and an error to X-Cache.",
			run:    refusalHeaders},
	}
}

// broken presents a signature of which parts cannot be read; an empty id is the
// stack's own.
func broken(id, signature, policy string) forgery {
	return func(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
		if id == "" {
			id = string(s.keyID)
		}
		return plain(ctx, withQuery(u, "Policy="+policy, "Signature="+signature, "Key-Pair-Id="+id))
	}
}

func sha256Cookies(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := sha256URL(ctx, s, u)
	if err != nil {
		return nil, err
	}
	jar := []*http.Cookie{}
	for _, name := range []string{"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"} {
		if value := req.URL.Query().Get(name); value != "" {
			jar = append(jar, &http.Cookie{Name: "CloudFront-" + name, Value: value})
		}
	}
	return s.cookies(jar)(ctx, u)
}

func policyTwice(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := grantedURL(ctx, s, u)
	if err != nil {
		return nil, err
	}
	return plain(ctx, withQuery(req.URL, "Policy="+req.URL.Query().Get("Policy")))
}

// dotted begins the path with a segment that means nothing.
func dotted(u *url.URL) *url.URL {
	changed := *u
	changed.Path, changed.RawPath = "/."+u.Path, "/."+u.EscapedPath()
	return &changed
}

// encodedPath puts the signature of u on a URL that means the same to S3.
func encodedPath(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := s.canned(ctx, u)
	if err != nil {
		return nil, err
	}
	text := req.URL.String()
	at := strings.LastIndex(text[:strings.IndexByte(text+"?", '?')], ".m3u8")
	if at < 0 {
		return nil, skip("%s is not called .m3u8", u.Path)
	}
	return newRequest(ctx, http.MethodGet, text[:at]+"%2Em3u8"+text[at+len(".m3u8"):])
}

func ownParameterBehind(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	const own = "smoketest=1"
	req, err := s.canned(ctx, withQuery(u, own))
	if err != nil {
		return nil, err
	}
	changed := *req.URL
	changed.RawQuery = strings.TrimPrefix(req.URL.RawQuery, own+"&") + "&" + own
	return plain(ctx, &changed)
}

func unsignedPreflight(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	first, _, err := s.origins()
	if err != nil {
		return nil, err
	}
	req, err := newRequest(ctx, http.MethodOptions, u.String())
	if err != nil {
		return nil, err
	}
	req.Header.Set("Origin", first)
	req.Header.Set("Access-Control-Request-Method", http.MethodGet)
	return req, nil
}

func refusalWithoutCORS(ctx context.Context, s *session) error {
	first, _, err := s.origins()
	if err != nil {
		return err
	}
	x, err := s.unsignedFrom(ctx, first)
	if err != nil {
		return err
	}
	return wantNoHeader(x, "Access-Control-Allow-Origin")
}

func refusalHeaders(ctx context.Context, s *session) error {
	x, err := s.unsignedFrom(ctx, "")
	if err != nil {
		return err
	}
	if got := x.mediaType(); got != "text/xml" {
		return &Failure{Asked: x.asked, Want: "Content-Type: text/xml", Got: "Content-Type: " + got}
	}
	if err := wantHeader(x, "Server", "CloudFront"); err != nil {
		return err
	}
	return wantHeader(x, "X-Cache", "Error from cloudfront")
}

// unsignedFrom returns the refusal of a request without a signature, after a signed
// one was served; an empty origin sends none.
func (s *session) unsignedFrom(ctx context.Context, origin string) (*exchange, error) {
	u, err := s.object()
	if err != nil {
		return nil, err
	}
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return nil, err
	}
	req, err := plain(ctx, u)
	if err != nil {
		return nil, err
	}
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	x, err := s.do(req)
	if err != nil {
		return nil, err
	}
	return x, denied("MissingKey").check(x)
}
