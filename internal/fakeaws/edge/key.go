package edge

import (
	"net/http"
	"slices"
	"strings"
)

// takes tells whether the selection includes a name.
func (k KeySelection) takes(name string, same func(a, b string) bool) bool {
	listed := slices.ContainsFunc(k.Items, func(item string) bool { return same(item, name) })
	switch k.Behavior {
	case "all", "allViewer", "allViewerAndWhitelistCloudFront":
		return true
	case "whitelist":
		return listed
	case "allExcept":
		return !listed
	}
	return false
}

func exactly(a, b string) bool { return a == b }

// selectQuery keeps the parameters that one of the selections takes, in their
// order and spelling.
func selectQuery(query string, selections ...KeySelection) string {
	return strings.Join(selectPairs(strings.Split(query, "&"), selections), "&")
}

// selectPairs keeps the "name=value" pairs that one of the selections takes.
func selectPairs(pairs []string, selections []KeySelection) []string {
	var kept []string
	for _, pair := range pairs {
		name, _, _ := strings.Cut(pair, "=")
		if slices.ContainsFunc(selections, func(k KeySelection) bool { return k.takes(name, exactly) }) {
			kept = append(kept, pair)
		}
	}
	return kept
}

// cacheKey names the object that answers a request: distribution, method
// class, raw path, and what the cache policy adds. HTTP and HTTPS share one
// object. The parts are joined by line ends, which none of them can hold.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
func (s *Service) cacheKey(rt *route, r *http.Request) string {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	_, cookies := splitCookies(r.Header)
	parts := []string{
		rt.deployment.distribution.ID, method, rt.path,
		selectQuery(rt.query, rt.cache.QueryStrings),
		strings.Join(selectPairs(cookies, []KeySelection{rt.cache.Cookies}), "; "),
	}
	for _, name := range rt.cache.Headers {
		value, present := s.viewerHeader(r, name)
		part := strings.ToLower(name)
		if present {
			part += ":" + value
		}
		parts = append(parts, part)
	}
	if encoding := rt.cache.acceptEncoding(r); encoding != "" {
		parts = append(parts, "accept-encoding:"+encoding)
	}
	return strings.Join(parts, "\n")
}
