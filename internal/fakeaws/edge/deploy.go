package edge

import (
	"crypto"
	"slices"
	"sync/atomic"
	"time"
)

// A plan is what the edge must know to serve one behavior. It refers to
// nothing that an update or a delete could change.
type plan struct {
	behavior *Behavior
	rule     string // how the behavior was chosen, for the journal
	origin   Origin
	identity string // what Options.Fetch gets; "" for anonymous access
	signing  string // SigningBehavior of the origin access control; "" without one
	cache    CachePolicyConfig
	request  OriginRequestPolicyConfig
	response ResponseHeadersPolicy
	keys     map[string]trustedKey // by Key-Pair-Id; nil for a public behavior
}

// A trustedKey is a public key that a behavior takes signatures by.
type trustedKey struct {
	crypto.PublicKey
	group string // id of the key group that it is in
}

// A deployment is one configuration of a distribution as an edge holds it.
type deployment struct {
	distribution *Distribution
	plans        map[*Behavior]*plan
	private      bool // whether any behavior trusts a key group
}

// A rollout is a change on its way through the edges: until a moment some hold
// the previous configuration and some the current one.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowToUpdateDistribution.html
type rollout struct {
	previous, current *deployment // previous is nil before the first
	until             time.Time
	turn              atomic.Uint64
}

func (r *rollout) inProgress(now time.Time) bool { return now.Before(r.until) }

// at returns the configuration that answers a request: during a rollout the
// previous and the current one in turns, beginning with the previous.
func (r *rollout) at(now time.Time) *deployment {
	if r.inProgress(now) && r.turn.Add(1)%2 == 1 {
		return r.previous
	}
	return r.current
}

// deploy stores d and begins its way to the edges. The caller holds s.mu.
func (s *Service) deploy(d *Distribution) {
	next := &rollout{current: s.compile(d)}
	if s.propagation > 0 { // else at once, however the clock is set later
		next.until = s.now().Add(s.propagation)
	}
	if old := s.rollouts[d.ID]; old != nil {
		next.previous = old.current
	}
	s.distributions[d.ID] = d
	s.rollouts[d.ID] = next
	s.forgetHosts(d.ID)
	for _, dep := range []*deployment{next.previous, next.current} {
		if dep != nil {
			s.claimHosts(dep)
		}
	}
}

func (s *Service) claimHosts(dep *deployment) {
	d := dep.distribution
	for _, host := range append([]string{d.DomainName}, d.Aliases...) {
		s.hosts[host] = d.ID
	}
}

// redeploy rolls out every distribution with a behavior that uses what has
// changed. The caller holds s.mu.
func (s *Service) redeploy(uses func(*Behavior) bool) {
	for _, d := range s.distributions {
		for b := range d.behaviors() {
			if uses(b) {
				s.deploy(d)
				break
			}
		}
	}
}

func (s *Service) forgetHosts(id string) {
	for host, owner := range s.hosts {
		if owner == id {
			delete(s.hosts, host)
		}
	}
}

// view is d as the API shows it.
func (s *Service) view(d *Distribution) Distribution {
	shown := d.clone()
	if s.rollouts[d.ID].inProgress(s.now()) {
		shown.Status = "InProgress"
	}
	return shown
}

func (s *Service) compile(d *Distribution) *deployment {
	dep := &deployment{distribution: d, plans: map[*Behavior]*plan{}}
	for b := range d.behaviors() {
		dep.plans[b] = s.plan(d, b)
		dep.plans[b].rule = d.rule(b)
		dep.private = dep.private || len(b.TrustedKeyGroups) > 0
	}
	return dep
}

func (s *Service) plan(d *Distribution, b *Behavior) *plan {
	p := &plan{behavior: b}
	p.origin = d.Origins[slices.IndexFunc(d.Origins, func(o Origin) bool { return o.ID == b.TargetOriginID })]
	if path := p.origin.OriginAccessIdentity; path != "" {
		p.identity = s.identities[path[len(identityPathPrefix):]].IAMARN()
	}
	if id := p.origin.OriginAccessControlID; id != "" {
		p.signing = s.accessControls[id].SigningBehavior
	}
	cache, _ := s.cachePolicy(b.CachePolicyID)
	p.cache = cache.CachePolicyConfig
	request, ok := s.originRequestPolicy(b.OriginRequestPolicyID)
	if !ok { // none attached
		request.OriginRequestPolicyConfig = OriginRequestPolicyConfig{Headers: none(), QueryStrings: none(), Cookies: none()}
	}
	p.request = request.OriginRequestPolicyConfig
	p.response, _ = s.responseHeadersPolicy(b.ResponseHeadersPolicyID)
	if len(b.TrustedKeyGroups) > 0 {
		p.keys = map[string]trustedKey{}
	}
	for _, group := range b.TrustedKeyGroups {
		for _, id := range s.keyGroups[group].Items {
			p.keys[id] = trustedKey{s.publicKeys[id].key, group}
		}
	}
	return p
}
