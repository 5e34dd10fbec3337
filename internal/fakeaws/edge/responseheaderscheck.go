package edge

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

const (
	maxPolicyHeaders     = 10     // custom or removed headers per policy
	maxCustomHeaderBytes = 10_240 // of all custom values of a policy together
	maxCSP               = 1783
)

// corsOrigin allows one wildcard, as the whole leftmost label in front of at
// least two others.
var (
	corsOrigin = regexp.MustCompile(`^(https?://)?(\*\.[a-z0-9-]+\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?$`)
	headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
)

// The methods of a CORS section, in the order in which ALL is written out.
func corsMethods() []string {
	return []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
}

// checkResponseHeadersPolicy validates c for the policy id, or for a new one if
// id is "".
func (s *Service) checkResponseHeadersPolicy(op, id string, c ResponseHeadersPolicyConfig) error {
	if err := checkPolicyName(op, c.Name, c.Comment); err != nil {
		return err
	}
	if c.CORS == nil && c.Security == (SecurityHeadersConfig{}) && len(c.Custom)+len(c.Removed) == 0 {
		return invalidArgument(op, "The policy must hold at least one section.")
	}
	if err := checkCORS(op, c.CORS); err != nil {
		return err
	}
	if err := checkSecurity(op, c.Security); err != nil {
		return err
	}
	if err := checkCustomHeaders(op, c.Custom); err != nil {
		return err
	}
	if err := checkRemovedHeaders(op, c.Removed); err != nil {
		return err
	}
	for _, old := range s.responsePolicies {
		if old.Name == c.Name && old.ID != id {
			return refuse(op, http.StatusConflict, "ResponseHeadersPolicyAlreadyExists",
				"A response headers policy with this name already exists. You must provide a unique name. To modify an existing response headers policy, use UpdateResponseHeadersPolicy.")
		}
	}
	return nil
}

func checkPolicyName(op, name, comment string) error {
	switch {
	case name == "" || len(name) > maxCachePolicyName:
		return invalidArgument(op, "The parameter Name must hold 1 to 128 characters.")
	case strings.HasPrefix(name, managedPrefix):
		return invalidArgument(op, "The parameter Name must not start with "+managedPrefix+".")
	case len(comment) > maxComment:
		return invalidArgument(op, "The parameter Comment is too long.")
	}
	return nil
}

func checkCORS(op string, c *CORSConfig) error {
	if c == nil {
		return nil
	}
	for _, list := range []struct {
		name  string
		items []string
		valid func(string) bool
	}{
		{"AccessControlAllowOrigins", c.AllowOrigins, corsOrigin.MatchString},
		{"AccessControlAllowMethods", c.AllowMethods, func(m string) bool { return m == "ALL" || slices.Contains(corsMethods(), m) }},
		{"AccessControlAllowHeaders", c.AllowHeaders, isPlainHeaderName},
		{"AccessControlExposeHeaders", c.ExposeHeaders, isPlainHeaderName},
	} {
		optional, methods := list.name == "AccessControlExposeHeaders", list.name == "AccessControlAllowMethods"
		if len(list.items) == 0 && !optional {
			return invalidArgument(op, "The parameter "+list.name+" must name at least one item.")
		}
		for i, item := range list.items {
			star := item == "*" && !methods
			switch {
			case star && c.AllowCredentials:
				return invalidArgument(op, "The parameter "+list.name+" cannot contain * when AccessControlAllowCredentials is true.")
			case !star && !list.valid(item):
				return invalidArgument(op, "The parameter "+list.name+" contains an invalid value.")
			case slices.Contains(list.items[:i], item):
				return invalidArgument(op, "The parameter "+list.name+" contains a value twice.")
			}
		}
	}
	if c.MaxAge != nil && *c.MaxAge < 0 {
		return invalidArgument(op, "The parameter AccessControlMaxAgeSec must not be negative.")
	}
	return nil
}

func checkSecurity(op string, c SecurityHeadersConfig) error {
	referrers := []string{"no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin",
		"same-origin", "strict-origin", "strict-origin-when-cross-origin", "unsafe-url"}
	csp, xss := c.ContentSecurityPolicy, c.XSSProtection
	switch {
	case csp != nil && len(csp.Value) > maxCSP:
		return refuse(op, http.StatusBadRequest, "TooLongCSPInResponseHeadersPolicy",
			"The length of the Content-Security-Policy header value in the response headers policy exceeds the maximum.")
	case csp != nil && (csp.Value == "" || !isHeaderValue(csp.Value)):
		return invalidArgument(op, "The parameter ContentSecurityPolicy is not valid.")
	case c.FrameOptions != nil && !slices.Contains([]string{"DENY", "SAMEORIGIN"}, c.FrameOptions.Value):
		return invalidArgument(op, "The parameter FrameOption is not valid.")
	case c.ReferrerPolicy != nil && !slices.Contains(referrers, c.ReferrerPolicy.Value):
		return invalidArgument(op, "The parameter ReferrerPolicy is not valid.")
	case c.StrictTransportSecurity != nil && c.StrictTransportSecurity.MaxAge < 0:
		return invalidArgument(op, "The parameter AccessControlMaxAgeSec of StrictTransportSecurity must not be negative.")
	case xss != nil && (xss.ModeBlock && xss.ReportURI != "" || !isHeaderValue(xss.ReportURI)):
		return invalidArgument(op, "The parameter XSSProtection cannot hold both ModeBlock and ReportUri.")
	case xss != nil && !xss.Protection && (xss.ModeBlock || xss.ReportURI != ""):
		return invalidArgument(op, "The parameter XSSProtection holds directives for a protection that is off.")
	}
	return nil
}

func checkCustomHeaders(op string, list []CustomHeader) error {
	if len(list) > maxPolicyHeaders {
		return refuse(op, http.StatusBadRequest, "TooManyCustomHeadersInResponseHeadersPolicy",
			"The number of custom headers in the response headers policy exceeds the maximum.")
	}
	total := 0
	for i, header := range list {
		name := http.CanonicalHeaderKey(header.Name)
		switch {
		case !headerName.MatchString(header.Name) || !isHeaderValue(header.Value):
			return invalidArgument(op, "The parameter CustomHeaders contains an invalid header.")
		case isEdgeHeader(name) || isSectionHeader(name):
			return invalidArgument(op, "The parameter CustomHeaders contains "+header.Name+" that is not allowed.")
		case slices.ContainsFunc(list[:i], func(old CustomHeader) bool { return strings.EqualFold(old.Name, header.Name) }):
			return invalidArgument(op, "The parameter CustomHeaders contains a header twice.")
		}
		if total += len(header.Value); total > maxCustomHeaderBytes {
			return invalidArgument(op, "The values of the custom headers are too long.")
		}
	}
	return nil
}

func checkRemovedHeaders(op string, names []string) error {
	if len(names) > maxPolicyHeaders {
		return refuse(op, http.StatusBadRequest, "TooManyRemoveHeadersInResponseHeadersPolicy",
			"The number of headers in RemoveHeadersConfig in the response headers policy exceeds the maximum.")
	}
	for i, name := range names {
		switch {
		case !isPlainHeaderName(name):
			return invalidArgument(op, "The parameter RemoveHeaders contains an invalid name.")
		case isEdgeHeader(http.CanonicalHeaderKey(name)):
			return invalidArgument(op, "The parameter RemoveHeaders contains "+name+" that is not allowed.")
		case slices.ContainsFunc(names[:i], func(old string) bool { return strings.EqualFold(old, name) }):
			return invalidArgument(op, "The parameter RemoveHeaders contains a name twice.")
		}
	}
	return nil
}

// isEdgeHeader tells of headers that no policy can remove, or set.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html#remove-headers-disallowed
func isEdgeHeader(name string) bool {
	switch name {
	case "Connection", "Content-Encoding", "Content-Length", "Expect", "Host", "Keep-Alive",
		"Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Trailer", "Transfer-Encoding",
		"Upgrade", "Via", "Warning", "X-Cache", "X-Forwarded-Proto", "X-Real-Ip":
		return true
	}
	for _, prefix := range [...]string{"X-Accel-", "X-Amz-Cf-", "X-Amzn-", "X-Edge-"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// isSectionHeader tells of headers that have a section of their own.
func isSectionHeader(name string) bool {
	switch name {
	case "Content-Security-Policy", "Referrer-Policy", "Strict-Transport-Security",
		"X-Content-Type-Options", "X-Frame-Options", "X-Xss-Protection", "Server-Timing":
		return true
	}
	return strings.HasPrefix(name, "Access-Control-")
}

func isPlainHeaderName(name string) bool {
	return headerName.MatchString(name) && !strings.Contains(name, "*")
}

func isHeaderValue(value string) bool {
	return !strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}
