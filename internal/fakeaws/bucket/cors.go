package bucket

import (
	"net/http"
	"slices"
	"strings"
)

// maxCORSRules, see
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html.
const maxCORSRules = 100

// CORSRule is one rule of a bucket's CORS configuration, after
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html. The first
// rule that matches a request is the one that is used.
type CORSRule struct {
	ID             string   // at most 255 characters; may be empty
	AllowedOrigins []string // exact, or with one "*"; at least one
	AllowedMethods []string // GET, PUT, POST, DELETE, HEAD; at least one
	AllowedHeaders []string // for preflights; one "*" per entry
	ExposeHeaders  []string // names, no "*"
	MaxAgeSeconds  *int     // nil: no Access-Control-Max-Age
}

// PutCORS replaces the CORS configuration. Refusals: NoSuchBucket; MalformedXML
// for no rules, or a rule without origin or method; InvalidRequest for more
// than 100 rules, another method, more than one wildcard in an origin or
// header, a wildcard in an exposed header, or a long ID.
func (s *Service) PutCORS(name string, rules []CORSRule) error {
	const operation = "PutBucketCors"
	if f := checkCORS(rules); f != nil {
		return f.control(operation)
	}
	stored := cloneRules(rules)
	return s.update(operation, name, func(b *state) { b.cors = stored })
}

// CORS reads the CORS configuration as it was put. Refusals: NoSuchBucket,
// NoSuchCORSConfiguration.
func (s *Service) CORS(name string) ([]CORSRule, error) {
	const operation = "GetBucketCors"
	b, err := s.view(operation, name)
	if err != nil {
		return nil, err
	}
	if b.cors == nil {
		return nil, refusal{status: http.StatusNotFound, code: "NoSuchCORSConfiguration",
			message: "The CORS configuration does not exist"}.control(operation)
	}
	return cloneRules(b.cors), nil
}

// DeleteCORS removes the CORS configuration; that there is none is no error.
// Refusals: NoSuchBucket.
func (s *Service) DeleteCORS(name string) error {
	return s.update("DeleteBucketCors", name, func(b *state) { b.cors = nil })
}

func checkCORS(rules []CORSRule) *refusal {
	if len(rules) == 0 {
		return &errMalformedXML
	}
	if len(rules) > maxCORSRules {
		return invalidRequest("The number of CORS rules should not exceed allowed limit of %d rules.", maxCORSRules)
	}
	for _, rule := range rules {
		if f := rule.check(); f != nil {
			return f
		}
	}
	return nil
}

func (c CORSRule) check() *refusal {
	if len(c.AllowedOrigins) == 0 || len(c.AllowedMethods) == 0 || c.MaxAgeSeconds != nil && *c.MaxAgeSeconds < 0 {
		return &errMalformedXML
	}
	if len([]rune(c.ID)) > 255 {
		return invalidRequest("The ID of a CORS rule should not exceed allowed limit of 255 characters.")
	}
	for _, m := range c.AllowedMethods {
		switch m {
		case http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodHead:
		default:
			return invalidRequest("Found unsupported HTTP method in CORS config. Unsupported method is %s", m)
		}
	}
	for _, o := range c.AllowedOrigins {
		if strings.Count(o, "*") > 1 {
			return invalidRequest("AllowedOrigin %q can not have more than one wildcard.", o)
		}
	}
	for _, h := range c.AllowedHeaders {
		if strings.Count(h, "*") > 1 {
			return invalidRequest("AllowedHeader %q can not have more than one wildcard.", h)
		}
	}
	for _, h := range c.ExposeHeaders {
		if strings.Contains(h, "*") {
			return invalidRequest("ExposeHeader %q contains wildcard. We currently do not support wildcard for ExposeHeader.", h)
		}
	}
	return nil
}

func cloneRules(rules []CORSRule) []CORSRule {
	out := slices.Clone(rules)
	for i := range out {
		c := &out[i]
		c.AllowedOrigins = slices.Clone(c.AllowedOrigins)
		c.AllowedMethods = slices.Clone(c.AllowedMethods)
		c.AllowedHeaders = slices.Clone(c.AllowedHeaders)
		c.ExposeHeaders = slices.Clone(c.ExposeHeaders)
		if c.MaxAgeSeconds != nil {
			seconds := *c.MaxAgeSeconds
			c.MaxAgeSeconds = &seconds
		}
	}
	return out
}
