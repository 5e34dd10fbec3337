package edge

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"privateplayback/internal/fakeaws/journal"
)

const (
	maxURLBytes    = 8192
	maxHeaderBytes = 32768

	statusHeaderTooLarge = 494
)

// A route is what the configuration says about one request, as of its arrival.
type route struct {
	target     // without the signature; the path after the default root object
	signature  members
	deployment *deployment
	*plan
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
		page(http.StatusBadRequest, "Bad request.", "the request target is neither a path nor a URL").write(s, w, r)
		return
	}
	rt, refused := s.route(t)
	if refused != nil {
		refused.write(s, w, r)
		return
	}
	journal.Note(r.Context(), "distribution ", rt.deployment.distribution.ID, ": ", rt.rule)
	if geo, country := rt.deployment.distribution.GeoRestriction, s.country(r); geo.blocks(country) {
		s.deny(w, r, rt, geo.blocked(country))
		return
	}
	if t.scheme == "http" && rt.behavior.ViewerProtocolPolicy == "redirect-to-https" &&
		(r.ProtoAtLeast(1, 1) || r.Method == http.MethodGet || r.Method == http.MethodHead) {
		s.redirect(w, r, t)
		return
	}
	if refused := s.admit(r, rt); refused != nil {
		s.deny(w, r, rt, refused)
		return
	}
	if root := rt.deployment.distribution.DefaultRootObject; rt.path == "/" && root != "" {
		rt.path += root
		journal.Note(r.Context(), "default root object ", journal.Quoted(root), " stands for /")
	}
	s.answer(w, r, rt)
}

// checkSize applies the two quotas on the size of a request.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
func checkSize(r *http.Request, t target) *refusal {
	if n := len(t.url()); n > maxURLBytes {
		return page(http.StatusRequestURITooLong, "The request URL is too long.",
			fmt.Sprintf("the URL has %d bytes, CloudFront takes %d", n, maxURLBytes))
	}
	size := len(r.Method) + len(t.path) + len(t.query) + len(r.Proto) + len("Host: ") + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(": ") + len(value) + len("\r\n")
		}
	}
	if size > maxHeaderBytes {
		return page(statusHeaderTooLarge, "The request headers are too large.",
			fmt.Sprintf("request line and headers have %d bytes, CloudFront takes %d", size, maxHeaderBytes))
	}
	return nil
}

// route finds distribution, configuration and behavior for a request.
func (s *Service) route(t target) (*route, *refusal) {
	host := t.hostname()
	s.mu.RLock()
	id, ok := s.owner(host)
	changing := s.rollouts[id]
	s.mu.RUnlock()
	var dep *deployment
	if ok {
		dep = changing.at(s.now())
	}
	if dep == nil || !dep.serves(host) {
		return nil, page(http.StatusForbidden, "Bad request. We can't connect to the server for this app or website at this time.",
			fmt.Sprintf("no distribution has the domain name or alias %q", host))
	}
	if !dep.distribution.Enabled {
		return nil, page(http.StatusForbidden, "The distribution is disabled.", "distribution "+id+" is disabled")
	}
	return dep.route(t), nil
}

func (dep *deployment) route(t target) *route {
	return &route{target: t, deployment: dep, plan: dep.plans[dep.distribution.match(t.path)]}
}

// admit applies protocol, method and signature, in this order, and takes the
// signature out of the route's query.
func (s *Service) admit(r *http.Request, rt *route) *refusal {
	signature, own := splitQuery(rt.query)
	rt.signature = signature
	if rt.scheme == "http" && rt.behavior.ViewerProtocolPolicy != "allow-all" {
		return page(http.StatusForbidden, "Bad request.", "viewer protocol policy "+rt.behavior.ViewerProtocolPolicy+" does not take "+r.Method+" over "+r.Proto+" without TLS")
	}
	if !slices.Contains(rt.behavior.AllowedMethods, r.Method) {
		return page(http.StatusForbidden, "This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests.",
			fmt.Sprintf("method %q is none of the behavior's allowed methods %s", r.Method, strings.Join(rt.behavior.AllowedMethods, ", ")))
	}
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.ContentLength != 0 {
		return page(http.StatusForbidden, "Bad request.", "a "+r.Method+" request has a body, which CloudFront refuses")
	}
	// Removed for every behavior of a distribution that trusts a key group,
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/QueryStringParameters.html
	if rt.deployment.private {
		rt.query = own
	}
	if rt.keys == nil {
		journal.Note(r.Context(), "that behavior trusts no key group: no signature is needed")
		return nil
	}
	return s.authorize(r, rt.target, signature, rt.keys)
}
