//lint:file-ignore ST1005 an error begins with the member of state.json that it names

package edge

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
)

var domainForm = regexp.MustCompile(`^d[a-z0-9]{13}\.cloudfront\.net$`)

// restoreDistributions needs all that distributions refer to.
func (s *Service) restoreDistributions(state *State) error {
	names := func(d *DistributionState) (string, string) { return d.ID, d.ETag }
	err := restored("Distributions", state.Distributions, idForm, maxDistributions, names, s.restoreDistribution)
	if err != nil {
		return err
	}
	// During a rollout another distribution may have taken an alias of the
	// previous configuration; then the current one answers.
	for _, r := range s.rollouts {
		if r.previous != nil {
			s.claimHosts(r.previous)
		}
	}
	for _, r := range s.rollouts {
		s.claimHosts(r.current)
	}
	return nil
}

func (s *Service) restoreDistribution(kept DistributionState) error {
	d := kept.Distribution.clone()
	d.Status = "Deployed" // view shows a rollout
	for _, old := range s.distributions {
		if old.CallerReference == d.CallerReference || old.DomainName == d.DomainName {
			return fmt.Errorf("CallerReference %q or DomainName %q is used twice", d.CallerReference, d.DomainName)
		}
	}
	switch want := distributionARN(d.ID); {
	case d.ARN != want:
		return fmt.Errorf("ARN %q, want %q", d.ARN, want)
	case !domainForm.MatchString(d.DomainName):
		return fmt.Errorf("DomainName %q is malformed", d.DomainName)
	case d.LastModified.IsZero() || !d.LastModified.Equal(d.LastModified.Truncate(time.Second)):
		return errors.New("LastModified is not a time in whole seconds")
	}
	d.LastModified = d.LastModified.UTC()
	if err := s.checkDistribution(restoreOp, &d.DistributionConfig); err != nil {
		return err
	}
	s.distributions[d.ID] = &d
	s.rollouts[d.ID] = &rollout{current: s.compile(&d)}
	if kept.Rollout == nil {
		return nil
	}
	return restoreRollout(s.rollouts[d.ID], kept.Rollout)
}

func restoreRollout(r *rollout, kept *RolloutState) error {
	r.until = kept.Until
	if kept.Previous == nil {
		return nil
	}
	previous, err := restoreDeployment(kept.Previous)
	if err != nil {
		return fmt.Errorf("Rollout.Previous: %w", err)
	}
	if old, d := previous.distribution, r.current.distribution; old.ID != d.ID || old.DomainName != d.DomainName {
		return fmt.Errorf("Rollout.Previous: is of distribution %q", old.ID)
	}
	r.previous = previous
	return nil
}

// restoreDeployment checks a configuration that nobody can deploy any more, as
// far as that goes without what it used.
func restoreDeployment(kept *DeploymentState) (*deployment, error) {
	d := kept.Distribution.clone()
	for _, check := range []func(string, *DistributionConfig) error{
		checkGeneral, checkDefaultRootObject, checkGeoRestriction, checkErrorResponses,
	} {
		if err := check(restoreOp, &d.DistributionConfig); err != nil {
			return nil, bare(err)
		}
	}
	if got, want := len(kept.Plans), len(d.Behaviors)+1; got != want {
		return nil, fmt.Errorf("Plans: %d, want one for each of %d behaviors", got, want)
	}
	dep := &deployment{distribution: &d, plans: map[*Behavior]*plan{}}
	plans := kept.Plans
	for b := range d.behaviors() {
		p, err := plans[0].plan(&d, b)
		if err != nil {
			return nil, fmt.Errorf("Plans[%d]: %w", len(kept.Plans)-len(plans), err)
		}
		dep.plans[b], plans = p, plans[1:]
		dep.private = dep.private || len(b.TrustedKeyGroups) > 0
	}
	return dep, nil
}

func (kept PlanState) plan(d *Distribution, b *Behavior) (*plan, error) {
	i := slices.IndexFunc(d.Origins, func(o Origin) bool { return o.ID == b.TargetOriginID })
	if i < 0 {
		return nil, fmt.Errorf("no origin %q", b.TargetOriginID)
	}
	if (len(b.TrustedKeyGroups) > 0) != (kept.Keys != nil) {
		return nil, errors.New("Keys and TrustedKeyGroups go together")
	}
	p := &plan{
		behavior: b, origin: d.Origins[i], identity: kept.Identity, signing: kept.Signing,
		cache:    CachePolicy{CachePolicyConfig: kept.Cache}.clone().CachePolicyConfig,
		request:  OriginRequestPolicy{OriginRequestPolicyConfig: kept.Request}.clone().OriginRequestPolicyConfig,
		response: kept.Response.clone(),
	}
	if kept.Keys != nil {
		p.keys = map[string]trustedKey{}
	}
	for id, k := range kept.Keys {
		key, err := parsePublicKey(k.EncodedKey)
		if err != nil {
			return nil, fmt.Errorf("Keys[%q]: %w", id, err)
		}
		p.keys[id] = trustedKey{key, k.KeyGroupID}
	}
	return p, nil
}
