package edge

import (
	"maps"
	"slices"
)

// CachePolicyID returns the id of the own or managed policy with a name, which
// for a managed one starts with "Managed-"; "" if there is none.
func (s *Service) CachePolicyID(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, _ := named(s.cachePolicies, managedCachePolicies(), func(p CachePolicy) bool { return p.Name == name })
	return p.ID
}

// OriginRequestPolicyID is like CachePolicyID.
func (s *Service) OriginRequestPolicyID(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, _ := named(s.requestPolicies, managedOriginRequestPolicies(), func(p OriginRequestPolicy) bool { return p.Name == name })
	return p.ID
}

// ResponseHeadersPolicyID is like CachePolicyID.
func (s *Service) ResponseHeadersPolicyID(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, _ := named(s.responsePolicies, managedResponseHeadersPolicies(), func(p ResponseHeadersPolicy) bool { return p.Name == name })
	return p.ID
}

func named[P any](own map[string]P, managed []P, matches func(P) bool) (P, bool) {
	return found(slices.AppendSeq(managed, maps.Values(own)), matches)
}
