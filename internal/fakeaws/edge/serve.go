package edge

import (
	"crypto"
	"net/http"
	"slices"
)

const (
	maxURLBytes    = 8192
	maxHeaderBytes = 32768

	statusHeaderTooLarge = 494
)

// A route is what the configuration says about one request, as of its arrival.
type route struct {
	target       // without the signature; the path after the default root object
	distribution *Distribution
	behavior     *Behavior
	origin       Origin
	identityARN  string
	cache        CachePolicyConfig
	request      originRequestPolicy
	response     responseHeadersPolicy
	keys         map[string]crypto.PublicKey // by Key-Pair-Id; nil for a public behavior
}

// ServeHTTP answers as the edge location. r.Host picks the distribution;
// r.TLS != nil means that the viewer came over HTTPS.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	t, ok := parseTarget(r)
	if refused := checkSize(r, t); refused != nil {
		refused.write(s, w, r)
		return
	}
	if !ok {
		page(http.StatusBadRequest, "Bad request.").write(s, w, r)
		return
	}
	rt, refused := s.route(t)
	if refused != nil {
		refused.write(s, w, r)
		return
	}
	if t.scheme == "http" && rt.behavior.ViewerProtocolPolicy == "redirect-to-https" &&
		(r.ProtoAtLeast(1, 1) || r.Method == http.MethodGet || r.Method == http.MethodHead) {
		s.redirect(w, r, t)
		return
	}
	if refused := s.admit(r, rt); refused != nil {
		refused.write(s, w, r)
		return
	}
	if rt.path == "/" && rt.distribution.DefaultRootObject != "" {
		rt.path += rt.distribution.DefaultRootObject
	}
	s.answer(w, r, rt)
}

// checkSize applies the two quotas on the size of a request.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
func checkSize(r *http.Request, t target) *refusal {
	if len(t.url()) > maxURLBytes {
		return page(http.StatusRequestURITooLong, "The request URL is too long.")
	}
	size := len(r.Method) + len(t.path) + len(t.query) + len(r.Proto) + len("Host: ") + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(": ") + len(value) + len("\r\n")
		}
	}
	if size > maxHeaderBytes {
		return page(statusHeaderTooLarge, "The request headers are too large.")
	}
	return nil
}

// route finds distribution and behavior and copies what the request needs from
// the configuration.
func (s *Service) route(t target) (*route, *refusal) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	d, ok := s.distributions[s.hosts[t.hostname()]]
	if !ok {
		return nil, page(http.StatusForbidden, "Bad request. We can't connect to the server for this app or website at this time.")
	}
	if !d.Enabled {
		return nil, page(http.StatusForbidden, "The distribution is disabled.")
	}
	rt := &route{target: t, distribution: d, behavior: d.match(t.path)}
	rt.origin = d.Origins[slices.IndexFunc(d.Origins, func(o Origin) bool { return o.ID == rt.behavior.TargetOriginID })]
	if path := rt.origin.OriginAccessIdentity; path != "" {
		rt.identityARN = s.identities[path[len(identityPathPrefix):]].IAMARN()
	}
	policy, _ := s.cachePolicy(rt.behavior.CachePolicyID)
	rt.cache = policy.CachePolicyConfig
	rt.request, _ = originRequestPolicyByID(rt.behavior.OriginRequestPolicyID)
	rt.response, _ = responseHeadersPolicyByID(rt.behavior.ResponseHeadersPolicyID)
	if len(rt.behavior.TrustedKeyGroups) > 0 {
		rt.keys = map[string]crypto.PublicKey{}
	}
	for _, group := range rt.behavior.TrustedKeyGroups {
		for _, id := range s.keyGroups[group].Items {
			rt.keys[id] = s.publicKeys[id].key
		}
	}
	return rt, nil
}

// admit applies protocol, method and signature, in this order, and takes the
// signature out of the route's query.
func (s *Service) admit(r *http.Request, rt *route) *refusal {
	if rt.scheme == "http" && rt.behavior.ViewerProtocolPolicy != "allow-all" {
		return page(http.StatusForbidden, "Bad request.")
	}
	if !slices.Contains(rt.behavior.AllowedMethods, r.Method) {
		return page(http.StatusForbidden, "This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests.")
	}
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.ContentLength != 0 {
		return page(http.StatusForbidden, "Bad request.")
	}
	signature, own := splitQuery(rt.query)
	// Removed for every behavior of a distribution that trusts a key group,
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/QueryStringParameters.html
	if rt.distribution.private() {
		rt.query = own
	}
	if rt.keys == nil {
		return nil
	}
	return authorize(r, rt.target, signature, rt.keys, s.now())
}

// private tells whether any behavior trusts a key group.
func (c *DistributionConfig) private() bool {
	for b := range c.behaviors() {
		if len(b.TrustedKeyGroups) > 0 {
			return true
		}
	}
	return false
}
