package edge

import "strings"

// managedIDs are the ids of all managed policies, of whatever kind.
const managedIDs = `
	08627262-05a9-4f76-9ded-b50ca2e3a84f
	216adef6-5c7f-47e4-b989-5492eafa07d3
	2e54312d-136d-493c-8eb9-b001f22f67d2
	33f36d7e-f396-46d9-90e0-52428a34d9dc
	4135ea2d-6df8-44a3-9df3-4b5a84be39ad
	4cc15a8a-d715-48a4-82b8-cc0b614638fe
	59781a5b-3903-41f3-afcb-af62929ccde1
	5cc3b908-e619-4b99-88e5-2cf7f45965bd
	60669652-455b-4ae9-85a4-c4c02393f86c
	658327ea-f89d-4fab-a63d-7e88639e58f6
	67f7725c-6f97-4210-82d7-5512b31e9d03
	775133bc-15f2-49f9-abea-afb2e0bf67d2
	83da9c7e-98b4-4e11-a168-04f0df8e2c65
	88a5eaf4-2fd4-4709-b370-b4c650ea3fcf
	acba4595-bd28-49b8-b9fe-13317c0390fa
	b2884449-e4de-46a7-ac36-70bc7f1ddd6d
	b689b0a8-53d0-40ab-baf2-68738e2966ac
	bf0718e1-ba1e-49d1-88b1-f726733018ae
	e61eb60c-9c35-4d20-a928-2b84e02af89c
	eaab4381-ed33-4a86-88ca-d9558dc6cd63
`

// CachePolicyID returns the id of the own or managed policy with a name, which
// for a managed one starts with "Managed-"; "" if there is none.
func (s *Service) CachePolicyID(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return idOf(s.cachePolicies, managedCachePolicy, func(p CachePolicy) bool { return p.Name == name })
}

// OriginRequestPolicyID is like CachePolicyID.
func (s *Service) OriginRequestPolicyID(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return idOf(s.requestPolicies, managedOriginRequestPolicy, func(p OriginRequestPolicy) bool { return p.Name == name })
}

// ResponseHeadersPolicyID is like CachePolicyID.
func (s *Service) ResponseHeadersPolicyID(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return idOf(s.responsePolicies, managedResponseHeadersPolicy, func(p ResponseHeadersPolicy) bool { return p.Name == name })
}

func idOf[P any](own map[string]P, managed func(id string) (P, bool), named func(P) bool) string {
	for id, p := range own {
		if named(p) {
			return id
		}
	}
	for _, id := range strings.Fields(managedIDs) {
		if p, ok := managed(id); ok && named(p) {
			return id
		}
	}
	return ""
}
