package edge

import (
	"net/http"
	"slices"
	"strings"
)

const (
	maxCachePolicies   = 20
	maxCachePolicyKeys = 10 // headers, query strings or cookies per policy
	maxCachePolicyName = 128
)

// A KeySelection says which query strings or cookies enter the cache key.
type KeySelection struct {
	Behavior string   // "none", "whitelist", "allExcept" or "all"
	Items    []string // names, for whitelist and allExcept only; at most ten
}

// A CachePolicyConfig is what the caller says about a cache policy.
type CachePolicyConfig struct {
	Name, Comment              string
	MinTTL, DefaultTTL, MaxTTL int64    // seconds
	Headers                    []string // in the cache key, and forwarded; at most ten
	QueryStrings, Cookies      KeySelection
	EnableGzip, EnableBrotli   bool // Accept-Encoding in the cache key; the edge compresses with gzip only
}

// A CachePolicy sets the cache key and the TTLs of a cache behavior.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html
type CachePolicy struct {
	ID   string // a UUID
	ETag string
	CachePolicyConfig
}

// CreateCachePolicy makes a policy: InvalidArgument, CachePolicyAlreadyExists,
// TooManyCachePolicies, TooManyHeadersInCachePolicy,
// TooManyQueryStringsInCachePolicy, TooManyCookiesInCachePolicy.
func (s *Service) CreateCachePolicy(c CachePolicyConfig) (CachePolicy, error) {
	const op = "CreateCachePolicy"
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkCachePolicy(op, "", c); err != nil {
		return CachePolicy{}, err
	}
	if len(s.cachePolicies) >= maxCachePolicies {
		return CachePolicy{}, refuse(op, http.StatusBadRequest, "TooManyCachePolicies",
			"You have reached the maximum number of cache policies for this account.")
	}
	p := CachePolicy{ID: randomUUID(), ETag: newETag(), CachePolicyConfig: c}.clone()
	s.cachePolicies[p.ID] = p
	return p.clone(), nil
}

// CachePolicy reads an own or managed policy; NoSuchCachePolicy if there is
// none.
func (s *Service) CachePolicy(id string) (CachePolicy, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.cachePolicy(id)
	if !ok {
		return CachePolicy{}, noSuchCachePolicy("GetCachePolicy")
	}
	return p.clone(), nil
}

// UpdateCachePolicy replaces the whole configuration. Managed policies refuse
// with IllegalUpdate.
func (s *Service) UpdateCachePolicy(id, ifMatch string, c CachePolicyConfig) (CachePolicy, error) {
	const op = "UpdateCachePolicy"
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.cachePolicy(id)
	if !ok {
		return CachePolicy{}, noSuchCachePolicy(op)
	}
	if isManagedCachePolicy(id) {
		return CachePolicy{}, illegalUpdate(op)
	}
	if err := checkETag(op, ifMatch, p.ETag); err != nil {
		return CachePolicy{}, err
	}
	if err := s.checkCachePolicy(op, id, c); err != nil {
		return CachePolicy{}, err
	}
	p = CachePolicy{ID: id, ETag: newETag(), CachePolicyConfig: c}.clone()
	s.cachePolicies[id] = p
	s.redeploy(func(b *Behavior) bool { return b.CachePolicyID == id })
	return p.clone(), nil
}

// DeleteCachePolicy removes a policy that no distribution uses; otherwise
// CachePolicyInUse. Managed policies refuse with IllegalDelete.
func (s *Service) DeleteCachePolicy(id, ifMatch string) error {
	const op = "DeleteCachePolicy"
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.cachePolicy(id)
	if !ok {
		return noSuchCachePolicy(op)
	}
	if isManagedCachePolicy(id) {
		return illegalDelete(op)
	}
	if err := checkETag(op, ifMatch, p.ETag); err != nil {
		return err
	}
	if s.anyBehavior(func(b *Behavior) bool { return b.CachePolicyID == id }) {
		return refuse(op, http.StatusConflict, "CachePolicyInUse",
			"Cannot delete the cache policy because it is attached to one or more cache behaviors.")
	}
	delete(s.cachePolicies, id)
	return nil
}

func noSuchCachePolicy(op string) error {
	return refuse(op, http.StatusNotFound, "NoSuchCachePolicy", "The cache policy does not exist.")
}

func (s *Service) cachePolicy(id string) (CachePolicy, bool) {
	if p, ok := s.cachePolicies[id]; ok {
		return p, true
	}
	return managedCachePolicy(id)
}

// checkCachePolicy validates c for the policy id, or for a new one if id is "".
func (s *Service) checkCachePolicy(op, id string, c CachePolicyConfig) error {
	if err := checkPolicyName(op, c.Name, c.Comment); err != nil {
		return err
	}
	switch {
	case (c.EnableGzip || c.EnableBrotli) && slices.ContainsFunc(c.Headers, func(h string) bool { return strings.EqualFold(h, "Accept-Encoding") }):
		// https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/571
		return invalidArgument(op, "The parameter Headers contains Accept-Encoding that is not allowed when EnableAcceptEncoding is set.")
	case c.MinTTL < 0 || c.DefaultTTL < c.MinTTL || c.MaxTTL < c.DefaultTTL:
		return invalidArgument(op, "The TTLs must satisfy 0 <= MinTTL <= DefaultTTL <= MaxTTL.")
	case c.MaxTTL == 0 && c.hasKeys():
		return invalidArgument(op, "A cache policy with caching disabled cannot have headers, query strings, cookies or compression.")
	}
	if err := checkNames(op, "Headers", "CachePolicy", c.Headers, strings.EqualFold); err != nil {
		return err
	}
	if err := checkSelection(op, "QueryStrings", "CachePolicy", c.QueryStrings); err != nil {
		return err
	}
	if err := checkSelection(op, "Cookies", "CachePolicy", c.Cookies); err != nil {
		return err
	}
	for _, old := range s.cachePolicies {
		if old.Name == c.Name && old.ID != id {
			return refuse(op, http.StatusConflict, "CachePolicyAlreadyExists",
				"A cache policy with this name already exists. You must provide a unique name. To modify an existing cache policy, use UpdateCachePolicy.")
		}
	}
	return nil
}

func (c CachePolicyConfig) hasKeys() bool {
	return len(c.Headers) > 0 || c.QueryStrings.Behavior != "none" || c.Cookies.Behavior != "none" ||
		c.EnableGzip || c.EnableBrotli
}

func checkSelection(op, what, kind string, k KeySelection) error {
	switch k.Behavior {
	case "none", "all":
		if len(k.Items) > 0 {
			return invalidArgument(op, "The parameter "+what+" names items that its behavior does not allow.")
		}
		return nil
	case "whitelist", "allExcept":
		if len(k.Items) == 0 {
			return invalidArgument(op, "The parameter "+what+" must name at least one item.")
		}
		return checkNames(op, what, kind, k.Items, func(a, b string) bool { return a == b })
	}
	return invalidArgument(op, "The parameter "+what+" has an unknown behavior.")
}

func checkNames(op, what, kind string, names []string, same func(a, b string) bool) error {
	if len(names) > maxCachePolicyKeys {
		return refuse(op, http.StatusBadRequest, "TooMany"+what+"In"+kind,
			"The number of "+strings.ToLower(what)+" in the policy exceeds the maximum.")
	}
	for i, name := range names {
		if name == "" || strings.ContainsAny(name, " \t\r\n*") {
			return invalidArgument(op, "The parameter "+what+" contains an invalid name.")
		}
		if slices.ContainsFunc(names[:i], func(old string) bool { return same(old, name) }) {
			return invalidArgument(op, "The parameter "+what+" contains a name twice.")
		}
	}
	return nil
}

func (p CachePolicy) clone() CachePolicy {
	p.Headers = slices.Clone(p.Headers)
	p.QueryStrings.Items = slices.Clone(p.QueryStrings.Items)
	p.Cookies.Items = slices.Clone(p.Cookies.Items)
	return p
}
