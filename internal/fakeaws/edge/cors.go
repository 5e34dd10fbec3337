package edge

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// decorate changes an answer of the origin or the cache: it removes headers
// first, then adds those of the other sections.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
func (p ResponseHeadersPolicy) decorate(h http.Header, r *http.Request) {
	for _, name := range p.Removed {
		h.Del(name)
		if strings.EqualFold(name, "Server") {
			h.Set("Server", "CloudFront")
		}
	}
	// CORS headers go with CORS requests only.
	if origin := r.Header.Get("Origin"); p.CORS != nil && origin != "" {
		p.addCORS(h, origin, r.Method == http.MethodOptions)
	}
	p.Security.add(h)
	for _, header := range p.Custom {
		set(h, header.Name, header.Value, header.Override)
	}
}

func (p ResponseHeadersPolicy) addCORS(h http.Header, origin string, preflight bool) {
	c := p.CORS
	if !c.OriginOverride && hasCORS(h) {
		return
	}
	for name := range h {
		if strings.HasPrefix(name, corsPrefix) {
			h.Del(name)
		}
	}
	allowed := "*"
	if !slices.Contains(c.AllowOrigins, "*") {
		allowed = origin
		if !slices.ContainsFunc(c.AllowOrigins, func(pattern string) bool { return originMatches(pattern, origin) }) {
			return
		}
	}
	simpleOnly := isSimpleCORS(p.ID)
	if preflight && simpleOnly {
		return
	}
	h.Set("Access-Control-Allow-Origin", allowed)
	if c.AllowCredentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	// The managed policies send this one with preflight answers only, as their
	// page says.
	if _, managed := managedResponseHeadersPolicy(p.ID); len(c.ExposeHeaders) > 0 && (preflight || !managed) {
		h.Set("Access-Control-Expose-Headers", strings.Join(c.ExposeHeaders, ", "))
	}
	if !preflight {
		return
	}
	methods := c.AllowMethods
	if slices.Contains(methods, "ALL") {
		methods = corsMethods()
	}
	h.Set("Access-Control-Allow-Methods", strings.Join(methods, ", "))
	if len(c.AllowHeaders) > 0 {
		h.Set("Access-Control-Allow-Headers", strings.Join(c.AllowHeaders, ", "))
	}
	if c.MaxAge != nil {
		h.Set("Access-Control-Max-Age", strconv.FormatInt(*c.MaxAge, 10))
	}
}

const corsPrefix = "Access-Control-"

func hasCORS(h http.Header) bool {
	for name := range h {
		if strings.HasPrefix(name, corsPrefix) {
			return true
		}
	}
	return false
}

// originMatches compares an Origin header with an allowed origin. A pattern
// without scheme stands for both; "*." for exactly one label.
func originMatches(pattern, origin string) bool {
	if scheme, host, ok := strings.Cut(origin, "://"); ok && !strings.Contains(pattern, "://") {
		if scheme != "http" && scheme != "https" {
			return false
		}
		origin = host
	}
	before, after, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == origin
	}
	label, ok := strings.CutPrefix(origin, before)
	if !ok {
		return false
	}
	label, ok = strings.CutSuffix(label, after)
	return ok && label != "" && !strings.ContainsAny(label, ".:/")
}

// add sets the security headers, leaving those of the origin where the policy
// does not override.
func (c SecurityHeadersConfig) add(h http.Header) {
	for _, plain := range [...]struct {
		name   string
		header *SecurityHeader
	}{
		{"Content-Security-Policy", c.ContentSecurityPolicy},
		{"X-Frame-Options", c.FrameOptions},
		{"Referrer-Policy", c.ReferrerPolicy},
	} {
		if plain.header != nil {
			set(h, plain.name, plain.header.Value, plain.header.Override)
		}
	}
	if o := c.ContentTypeOptions; o != nil {
		set(h, "X-Content-Type-Options", "nosniff", o.Override)
	}
	if sts := c.StrictTransportSecurity; sts != nil {
		value := "max-age=" + strconv.FormatInt(sts.MaxAge, 10)
		if sts.IncludeSubdomains {
			value += "; includeSubDomains"
		}
		if sts.Preload {
			value += "; preload"
		}
		set(h, "Strict-Transport-Security", value, sts.Override)
	}
	if x := c.XSSProtection; x != nil {
		set(h, "X-XSS-Protection", x.value(), x.Override)
	}
}

func (x *XSSProtection) value() string {
	switch {
	case !x.Protection:
		return "0"
	case x.ModeBlock:
		return "1; mode=block"
	case x.ReportURI != "":
		return "1; report=" + x.ReportURI
	}
	return "1"
}

func set(h http.Header, name, value string, override bool) {
	if override || len(h.Values(name)) == 0 {
		h.Set(name, value)
	}
}
