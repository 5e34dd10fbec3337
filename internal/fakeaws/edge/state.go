package edge

import (
	"crypto/x509"
	"encoding/pem"
	"maps"
	"slices"
	"time"
)

// stateVersion is the version of State that is written and read here.
const stateVersion = 1

// A State is what is deployed, in a form that outlives the process: plain
// values, lists in the order of ids, nothing secret. The cache is not kept, nor
// whose turn it is during a rollout.
type State struct {
	Version int
	Node    string // the edge's name in Via

	OriginAccessIdentities  []OriginAccessIdentity
	OriginAccessControls    []OriginAccessControl
	PublicKeys              []PublicKey
	KeyGroups               []KeyGroup
	CachePolicies           []CachePolicy
	OriginRequestPolicies   []OriginRequestPolicy
	ResponseHeadersPolicies []ResponseHeadersPolicy
	Distributions           []DistributionState
}

// A DistributionState is a distribution and the change that spreads. Its Status
// says nothing.
type DistributionState struct {
	Distribution
	Rollout *RolloutState // nil: every edge has the configuration
}

// A RolloutState is a change that some edges have and others do not.
type RolloutState struct {
	Until    time.Time        // when every edge has it
	Previous *DeploymentState // what the others have; nil: nothing
}

// A DeploymentState is a configuration with what it used when it was deployed,
// which may have been changed or deleted since.
type DeploymentState struct {
	Distribution Distribution
	Plans        []PlanState // one for each behavior, in the order of matching, the default last
}

// A PlanState is what one behavior used.
type PlanState struct {
	Identity string            // IAM ARN of the origin access identity, or ""
	Signing  string            // of the origin access control, or ""
	Cache    CachePolicyConfig // as the next two: empty values where none was attached
	Request  OriginRequestPolicyConfig
	Response ResponseHeadersPolicy
	Keys     map[string]KeyState // by Key-Pair-Id; nil: public
}

// A KeyState is a public key that a behavior takes signatures by.
type KeyState struct {
	EncodedKey string // PEM
	KeyGroupID string // the group that it is in
}

// State returns what is deployed at this moment. The caller owns it.
func (s *Service) State() State {
	now := s.now()
	s.mu.RLock()
	defer s.mu.RUnlock()
	state := State{
		Version:                 stateVersion,
		Node:                    s.node,
		OriginAccessIdentities:  inOrder(s.identities, func(i OriginAccessIdentity) OriginAccessIdentity { return i }),
		OriginAccessControls:    inOrder(s.accessControls, func(a OriginAccessControl) OriginAccessControl { return a }),
		PublicKeys:              inOrder(s.publicKeys, func(k storedKey) PublicKey { return k.PublicKey }),
		KeyGroups:               inOrder(s.keyGroups, KeyGroup.clone),
		CachePolicies:           inOrder(s.cachePolicies, CachePolicy.clone),
		OriginRequestPolicies:   inOrder(s.requestPolicies, OriginRequestPolicy.clone),
		ResponseHeadersPolicies: inOrder(s.responsePolicies, ResponseHeadersPolicy.clone),
	}
	state.Distributions = inOrder(s.distributions, func(d *Distribution) DistributionState {
		return DistributionState{d.clone(), s.rollouts[d.ID].state(now)}
	})
	return state
}

// inOrder lists the values of a map in the order of its keys.
func inOrder[V, S any](m map[string]V, show func(V) S) []S {
	list := make([]S, 0, len(m))
	for _, id := range slices.Sorted(maps.Keys(m)) {
		list = append(list, show(m[id]))
	}
	return list
}

// state is nil for a change that every edge has.
func (r *rollout) state(now time.Time) *RolloutState {
	if !r.inProgress(now) {
		return nil
	}
	state := &RolloutState{Until: r.until.UTC().Round(0)} // without the monotonic reading
	if r.previous != nil {
		state.Previous = r.previous.state()
	}
	return state
}

func (dep *deployment) state() *DeploymentState {
	state := &DeploymentState{Distribution: dep.distribution.clone()}
	for b := range dep.distribution.behaviors() {
		p := dep.plans[b]
		state.Plans = append(state.Plans, PlanState{
			Identity: p.identity, Signing: p.signing, Keys: keyStates(p.keys),
			Cache:    CachePolicy{CachePolicyConfig: p.cache}.clone().CachePolicyConfig,
			Request:  OriginRequestPolicy{OriginRequestPolicyConfig: p.request}.clone().OriginRequestPolicyConfig,
			Response: p.response.clone(),
		})
	}
	return state
}

func keyStates(keys map[string]trustedKey) map[string]KeyState {
	if keys == nil {
		return nil
	}
	out := map[string]KeyState{}
	for id, key := range keys {
		der, err := x509.MarshalPKIXPublicKey(key.PublicKey)
		if err != nil {
			panic(err) // parsePublicKey made it
		}
		out[id] = KeyState{string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), key.group}
	}
	return out
}
