package edge

import (
	"net/http"
	"slices"
)

const maxResponseHeadersPolicies = 20

// A ResponseHeadersPolicyConfig is what the caller says about a response
// headers policy. It needs at least one section. There is no Server-Timing
// section here.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyConfig.html
type ResponseHeadersPolicyConfig struct {
	Name, Comment string
	CORS          *CORSConfig // nil: none
	Security      SecurityHeadersConfig
	Custom        []CustomHeader // at most ten
	Removed       []string       // origin headers that viewers do not see; at most ten
}

// A CORSConfig is the CORS section. Methods, headers and age go with preflight
// answers only; the rest goes with every answer to a request that has an
// Origin.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicyCorsConfig.html
type CORSConfig struct {
	AllowOrigins     []string // "*", "https://app.example.com", "https://*.example.com", "*.example.com"
	AllowMethods     []string // GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE, or ALL for all of them
	AllowHeaders     []string // "*" or names; "*" does not cover Authorization
	ExposeHeaders    []string // "*", names, or empty
	AllowCredentials bool     // not together with "*" in any list
	MaxAge           *int64   // seconds; nil: no header
	OriginOverride   bool     // false: any CORS header of the origin suppresses the whole section
}

// A SecurityHeadersConfig is the section of security headers; nil members add
// nothing. Override says whether the policy's header replaces the origin's.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ResponseHeadersPolicySecurityHeadersConfig.html
type SecurityHeadersConfig struct {
	ContentSecurityPolicy   *SecurityHeader // at most 1,783 bytes
	FrameOptions            *SecurityHeader // "DENY" or "SAMEORIGIN"
	ReferrerPolicy          *SecurityHeader // one of the directives
	ContentTypeOptions      *ContentTypeOptions
	StrictTransportSecurity *StrictTransportSecurity
	XSSProtection           *XSSProtection
}

// A SecurityHeader is a security header that has one plain value.
type SecurityHeader struct {
	Value    string
	Override bool
}

// ContentTypeOptions adds "X-Content-Type-Options: nosniff".
type ContentTypeOptions struct{ Override bool }

// StrictTransportSecurity adds "Strict-Transport-Security".
type StrictTransportSecurity struct {
	MaxAge                     int64 // seconds
	IncludeSubdomains, Preload bool
	Override                   bool
}

// XSSProtection adds "X-XSS-Protection"; ModeBlock and ReportURI exclude each
// other.
type XSSProtection struct {
	Protection, ModeBlock bool
	ReportURI             string
	Override              bool
}

// A CustomHeader is a header that the edge adds; the value may be empty.
type CustomHeader struct {
	Name, Value string
	Override    bool
}

// A ResponseHeadersPolicy says which headers the edge removes from and adds to
// its answers.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
type ResponseHeadersPolicy struct {
	ID   string // a UUID
	ETag string
	ResponseHeadersPolicyConfig
}

// CreateResponseHeadersPolicy makes a policy: InvalidArgument,
// ResponseHeadersPolicyAlreadyExists, TooManyResponseHeadersPolicies,
// TooManyCustomHeadersInResponseHeadersPolicy,
// TooManyRemoveHeadersInResponseHeadersPolicy,
// TooLongCSPInResponseHeadersPolicy.
func (s *Service) CreateResponseHeadersPolicy(c ResponseHeadersPolicyConfig) (ResponseHeadersPolicy, error) {
	const op = "CreateResponseHeadersPolicy"
	c = c.clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkResponseHeadersPolicy(op, "", c); err != nil {
		return ResponseHeadersPolicy{}, err
	}
	if len(s.responsePolicies) >= maxResponseHeadersPolicies {
		return ResponseHeadersPolicy{}, refuse(op, http.StatusBadRequest, "TooManyResponseHeadersPolicies",
			"You have reached the maximum number of response headers policies for this account.")
	}
	p := ResponseHeadersPolicy{ID: randomUUID(), ETag: newETag(), ResponseHeadersPolicyConfig: c}
	s.responsePolicies[p.ID] = p
	return p.clone(), nil
}

// ResponseHeadersPolicy reads an own or managed policy;
// NoSuchResponseHeadersPolicy if there is none.
func (s *Service) ResponseHeadersPolicy(id string) (ResponseHeadersPolicy, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.responseHeadersPolicy(id)
	if !ok {
		return ResponseHeadersPolicy{}, noSuchResponseHeadersPolicy("GetResponseHeadersPolicy")
	}
	return p.clone(), nil
}

// UpdateResponseHeadersPolicy replaces the whole configuration. Managed
// policies refuse with IllegalUpdate.
func (s *Service) UpdateResponseHeadersPolicy(id, ifMatch string, c ResponseHeadersPolicyConfig) (ResponseHeadersPolicy, error) {
	const op = "UpdateResponseHeadersPolicy"
	c = c.clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.responseHeadersPolicy(id)
	if !ok {
		return ResponseHeadersPolicy{}, noSuchResponseHeadersPolicy(op)
	}
	if _, managed := managedResponseHeadersPolicy(id); managed {
		return ResponseHeadersPolicy{}, illegalUpdate(op)
	}
	if err := checkETag(op, ifMatch, p.ETag); err != nil {
		return ResponseHeadersPolicy{}, err
	}
	if err := s.checkResponseHeadersPolicy(op, id, c); err != nil {
		return ResponseHeadersPolicy{}, err
	}
	p = ResponseHeadersPolicy{ID: id, ETag: newETag(), ResponseHeadersPolicyConfig: c}
	s.responsePolicies[id] = p
	s.redeploy(func(b *Behavior) bool { return b.ResponseHeadersPolicyID == id })
	return p.clone(), nil
}

// DeleteResponseHeadersPolicy removes a policy that no distribution uses;
// otherwise ResponseHeadersPolicyInUse. Managed policies refuse with
// IllegalDelete.
func (s *Service) DeleteResponseHeadersPolicy(id, ifMatch string) error {
	const op = "DeleteResponseHeadersPolicy"
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.responseHeadersPolicy(id)
	if !ok {
		return noSuchResponseHeadersPolicy(op)
	}
	if _, managed := managedResponseHeadersPolicy(id); managed {
		return illegalDelete(op)
	}
	if err := checkETag(op, ifMatch, p.ETag); err != nil {
		return err
	}
	if s.anyBehavior(func(b *Behavior) bool { return b.ResponseHeadersPolicyID == id }) {
		return refuse(op, http.StatusConflict, "ResponseHeadersPolicyInUse",
			"Cannot delete the response headers policy because it is attached to one or more cache behaviors in a CloudFront distribution.")
	}
	delete(s.responsePolicies, id)
	return nil
}

func noSuchResponseHeadersPolicy(op string) error {
	return refuse(op, http.StatusNotFound, "NoSuchResponseHeadersPolicy", "The response headers policy does not exist.")
}

func (s *Service) responseHeadersPolicy(id string) (ResponseHeadersPolicy, bool) {
	if p, ok := s.responsePolicies[id]; ok {
		return p, true
	}
	return managedResponseHeadersPolicy(id)
}

func (p ResponseHeadersPolicy) clone() ResponseHeadersPolicy {
	p.ResponseHeadersPolicyConfig = p.ResponseHeadersPolicyConfig.clone()
	return p
}

func (c ResponseHeadersPolicyConfig) clone() ResponseHeadersPolicyConfig {
	c.CORS = cloned(c.CORS)
	if c.CORS != nil {
		c.CORS.AllowOrigins = slices.Clone(c.CORS.AllowOrigins)
		c.CORS.AllowMethods = slices.Clone(c.CORS.AllowMethods)
		c.CORS.AllowHeaders = slices.Clone(c.CORS.AllowHeaders)
		c.CORS.ExposeHeaders = slices.Clone(c.CORS.ExposeHeaders)
		c.CORS.MaxAge = cloned(c.CORS.MaxAge)
	}
	c.Security = SecurityHeadersConfig{
		ContentSecurityPolicy:   cloned(c.Security.ContentSecurityPolicy),
		FrameOptions:            cloned(c.Security.FrameOptions),
		ReferrerPolicy:          cloned(c.Security.ReferrerPolicy),
		ContentTypeOptions:      cloned(c.Security.ContentTypeOptions),
		StrictTransportSecurity: cloned(c.Security.StrictTransportSecurity),
		XSSProtection:           cloned(c.Security.XSSProtection),
	}
	c.Custom = slices.Clone(c.Custom)
	c.Removed = slices.Clone(c.Removed)
	return c
}

func cloned[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
