package edge

import (
	"net/http"
	"slices"
	"strings"
)

const maxOriginRequestPolicies = 20

// An OriginRequestPolicyConfig is what the caller says about an origin request
// policy: what goes to the origin beside the cache key.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginRequestPolicyConfig.html
type OriginRequestPolicyConfig struct {
	Name, Comment string
	// Headers has the behaviors "none", "whitelist", "allViewer",
	// "allViewerAndWhitelistCloudFront" (items are CloudFront's own headers)
	// and "allExcept".
	Headers               KeySelection
	QueryStrings, Cookies KeySelection
}

// An OriginRequestPolicy names what goes to the origin beside the cache key.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html
type OriginRequestPolicy struct {
	ID   string // a UUID
	ETag string
	OriginRequestPolicyConfig
}

// CreateOriginRequestPolicy makes a policy: InvalidArgument,
// OriginRequestPolicyAlreadyExists, TooManyOriginRequestPolicies,
// TooManyHeadersInOriginRequestPolicy,
// TooManyQueryStringsInOriginRequestPolicy,
// TooManyCookiesInOriginRequestPolicy.
func (s *Service) CreateOriginRequestPolicy(c OriginRequestPolicyConfig) (OriginRequestPolicy, error) {
	const op = "CreateOriginRequestPolicy"
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkOriginRequestPolicy(op, "", c); err != nil {
		return OriginRequestPolicy{}, err
	}
	if len(s.requestPolicies) >= maxOriginRequestPolicies {
		return OriginRequestPolicy{}, refuse(op, http.StatusBadRequest, "TooManyOriginRequestPolicies",
			"You have reached the maximum number of origin request policies for this account.")
	}
	p := OriginRequestPolicy{ID: randomUUID(), ETag: newETag(), OriginRequestPolicyConfig: c}.clone()
	s.requestPolicies[p.ID] = p
	return p.clone(), nil
}

// OriginRequestPolicy reads an own or managed policy; NoSuchOriginRequestPolicy
// if there is none.
func (s *Service) OriginRequestPolicy(id string) (OriginRequestPolicy, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.originRequestPolicy(id)
	if !ok {
		return OriginRequestPolicy{}, noSuchOriginRequestPolicy("GetOriginRequestPolicy")
	}
	return p.clone(), nil
}

// UpdateOriginRequestPolicy replaces the whole configuration. Managed policies
// refuse with IllegalUpdate.
func (s *Service) UpdateOriginRequestPolicy(id, ifMatch string, c OriginRequestPolicyConfig) (OriginRequestPolicy, error) {
	const op = "UpdateOriginRequestPolicy"
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.originRequestPolicy(id)
	if !ok {
		return OriginRequestPolicy{}, noSuchOriginRequestPolicy(op)
	}
	if _, managed := managedOriginRequestPolicy(id); managed {
		return OriginRequestPolicy{}, illegalUpdate(op)
	}
	if err := checkETag(op, ifMatch, p.ETag); err != nil {
		return OriginRequestPolicy{}, err
	}
	if err := s.checkOriginRequestPolicy(op, id, c); err != nil {
		return OriginRequestPolicy{}, err
	}
	p = OriginRequestPolicy{ID: id, ETag: newETag(), OriginRequestPolicyConfig: c}.clone()
	s.requestPolicies[id] = p
	s.redeploy(func(b *Behavior) bool { return b.OriginRequestPolicyID == id })
	return p.clone(), nil
}

// DeleteOriginRequestPolicy removes a policy that no distribution uses;
// otherwise OriginRequestPolicyInUse. Managed policies refuse with
// IllegalDelete.
func (s *Service) DeleteOriginRequestPolicy(id, ifMatch string) error {
	const op = "DeleteOriginRequestPolicy"
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.originRequestPolicy(id)
	if !ok {
		return noSuchOriginRequestPolicy(op)
	}
	if _, managed := managedOriginRequestPolicy(id); managed {
		return illegalDelete(op)
	}
	if err := checkETag(op, ifMatch, p.ETag); err != nil {
		return err
	}
	if s.anyBehavior(func(b *Behavior) bool { return b.OriginRequestPolicyID == id }) {
		return refuse(op, http.StatusConflict, "OriginRequestPolicyInUse",
			"Cannot delete the origin request policy because it is attached to one or more cache behaviors.")
	}
	delete(s.requestPolicies, id)
	return nil
}

func noSuchOriginRequestPolicy(op string) error {
	return refuse(op, http.StatusNotFound, "NoSuchOriginRequestPolicy", "The origin request policy does not exist.")
}

func (s *Service) originRequestPolicy(id string) (OriginRequestPolicy, bool) {
	if p, ok := s.requestPolicies[id]; ok {
		return p, true
	}
	return managedOriginRequestPolicy(id)
}

// checkOriginRequestPolicy validates c for the policy id, or for a new one if
// id is "".
func (s *Service) checkOriginRequestPolicy(op, id string, c OriginRequestPolicyConfig) error {
	if err := checkPolicyName(op, c.Name, c.Comment); err != nil {
		return err
	}
	const kind = "OriginRequestPolicy"
	if err := checkRequestHeaders(op, kind, c.Headers); err != nil {
		return err
	}
	if err := checkSelection(op, "QueryStrings", kind, c.QueryStrings); err != nil {
		return err
	}
	if err := checkSelection(op, "Cookies", kind, c.Cookies); err != nil {
		return err
	}
	for _, old := range s.requestPolicies {
		if old.Name == c.Name && old.ID != id {
			return refuse(op, http.StatusConflict, "OriginRequestPolicyAlreadyExists",
				"An origin request policy with this name already exists. You must provide a unique name. To modify an existing origin request policy, use UpdateOriginRequestPolicy.")
		}
	}
	return nil
}

// checkRequestHeaders refuses Authorization and Accept-Encoding by name too:
// only a cache policy may name them.
func checkRequestHeaders(op, kind string, k KeySelection) error {
	switch k.Behavior {
	case "none", "allViewer":
		if len(k.Items) > 0 {
			return invalidArgument(op, "The parameter Headers names items that its behavior does not allow.")
		}
		return nil
	case "whitelist", "allExcept", "allViewerAndWhitelistCloudFront":
	default:
		return invalidArgument(op, "The parameter Headers has an unknown behavior.")
	}
	if len(k.Items) == 0 {
		return invalidArgument(op, "The parameter Headers must name at least one item.")
	}
	for _, name := range k.Items {
		own := strings.HasPrefix(http.CanonicalHeaderKey(name), edgeHeaderPrefix)
		switch {
		case k.Behavior == "whitelist" && (strings.EqualFold(name, "Authorization") || strings.EqualFold(name, "Accept-Encoding")),
			own != (k.Behavior == "allViewerAndWhitelistCloudFront") && k.Behavior != "whitelist",
			own && !isKnownEdgeHeader(name):
			return invalidArgument(op, "The parameter Headers contains "+name+" that is not allowed.")
		}
	}
	return checkNames(op, "Headers", kind, k.Items, strings.EqualFold)
}

func (p OriginRequestPolicy) clone() OriginRequestPolicy {
	p.Headers.Items = slices.Clone(p.Headers.Items)
	p.QueryStrings.Items = slices.Clone(p.QueryStrings.Items)
	p.Cookies.Items = slices.Clone(p.Cookies.Items)
	return p
}
