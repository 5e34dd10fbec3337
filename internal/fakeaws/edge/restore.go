//lint:file-ignore ST1005 an error begins with the member of state.json that it names

package edge

import (
	"errors"
	"fmt"
	"regexp"

	"privateplayback/internal/fakeaws/apierror"
)

var (
	nodeForm        = regexp.MustCompile(`^[0-9a-f]{32}$`)
	idForm          = regexp.MustCompile(`^E[A-Z0-9]{13}$`)
	keyIDForm       = regexp.MustCompile(`^K[A-Z0-9]{13}$`)
	uuidForm        = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	canonicalIDForm = regexp.MustCompile(`^[0-9a-f]{96}$`)
)

// Restore takes up where another Service's State left off, with the same ids,
// ETags, domain names and rollouts. Call it on a Service in which nothing is
// deployed, before the first request.
//
// Every member is checked as when it was made. The error names the first bad
// one, "KeyGroups[0]: …", and then nothing is restored.
func (s *Service) Restore(state State) error {
	switch {
	case state.Version != stateVersion:
		return fmt.Errorf("Version: %d, want %d", state.Version, stateVersion)
	case !nodeForm.MatchString(state.Node):
		return fmt.Errorf("Node: %q is not 32 hexadecimal digits", state.Node)
	}
	fresh := New(Options{Now: s.now, CertificateNames: s.certificateNames})
	for _, restore := range []func(*State) error{
		fresh.restoreIdentities, fresh.restoreAccessControls, fresh.restorePublicKeys, fresh.restoreKeyGroups,
		fresh.restorePolicies, fresh.restoreDistributions,
	} {
		if err := restore(&state); err != nil {
			return err
		}
	}
	if len(s.Resources()) > 0 {
		return errors.New("something is deployed already; restore before that")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.node = state.Node
	s.identities, s.accessControls = fresh.identities, fresh.accessControls
	s.publicKeys, s.keyGroups = fresh.publicKeys, fresh.keyGroups
	s.cachePolicies, s.requestPolicies, s.responsePolicies = fresh.cachePolicies, fresh.requestPolicies, fresh.responsePolicies
	s.distributions, s.rollouts, s.hosts = fresh.distributions, fresh.rollouts, fresh.hosts
	return nil
}

// restoreOp stands for the operation in refusals; bare leaves it out.
const restoreOp = "Restore"

func bare(err error) error {
	if refused, ok := err.(*apierror.Error); ok {
		return fmt.Errorf("%s: %s", refused.Code, refused.Message)
	}
	return err
}

// restored puts a member's items into the Service; put checks all but id and
// ETag, and stores.
func restored[T any](member string, list []T, ids *regexp.Regexp, most int, names func(*T) (id, etag string), put func(T) error) error {
	if len(list) > most {
		return fmt.Errorf("%s: %d items, at most %d", member, len(list), most)
	}
	seen := map[string]bool{}
	for i := range list {
		id, etag := names(&list[i])
		var err error
		switch {
		case !ids.MatchString(id):
			err = fmt.Errorf("ID %q is malformed", id)
		case seen[id]:
			err = fmt.Errorf("ID %q is there twice", id)
		case !idForm.MatchString(etag):
			err = fmt.Errorf("ETag %q is malformed", etag)
		default:
			err = put(list[i])
		}
		if err != nil {
			return fmt.Errorf("%s[%d]: %w", member, i, bare(err))
		}
		seen[id] = true
	}
	return nil
}

func (s *Service) restoreIdentities(state *State) error {
	names := func(i *OriginAccessIdentity) (string, string) { return i.ID, i.ETag }
	references := map[string]bool{}
	return restored("OriginAccessIdentities", state.OriginAccessIdentities, idForm, maxIdentities, names, func(i OriginAccessIdentity) error {
		switch {
		case i.CallerReference == "" || references[i.CallerReference]:
			return fmt.Errorf("CallerReference %q is empty or used twice", i.CallerReference)
		case len(i.Comment) > maxComment:
			return errors.New("Comment is too long")
		case !canonicalIDForm.MatchString(i.S3CanonicalUserID):
			return fmt.Errorf("S3CanonicalUserID %q is not 96 hexadecimal digits", i.S3CanonicalUserID)
		}
		references[i.CallerReference] = true
		s.identities[i.ID] = i
		return nil
	})
}

func (s *Service) restoreAccessControls(state *State) error {
	names := func(a *OriginAccessControl) (string, string) { return a.ID, a.ETag }
	return restored("OriginAccessControls", state.OriginAccessControls, idForm, maxAccessControls, names, func(a OriginAccessControl) error {
		err := s.checkAccessControl(restoreOp, a.ID, a.OriginAccessControlConfig)
		s.accessControls[a.ID] = a
		return err
	})
}

func (s *Service) restorePublicKeys(state *State) error {
	names := func(k *PublicKey) (string, string) { return k.ID, k.ETag }
	return restored("PublicKeys", state.PublicKeys, keyIDForm, maxPublicKeys, names, func(k PublicKey) error {
		key, err := checkPublicKey(restoreOp, &k.PublicKeyConfig)
		for _, old := range s.publicKeys {
			if old.Name == k.Name || old.CallerReference == k.CallerReference {
				return fmt.Errorf("Name %q or CallerReference %q is used twice", k.Name, k.CallerReference)
			}
		}
		s.publicKeys[k.ID] = storedKey{k, key}
		return err
	})
}

func (s *Service) restoreKeyGroups(state *State) error {
	names := func(g *KeyGroup) (string, string) { return g.ID, g.ETag }
	return restored("KeyGroups", state.KeyGroups, uuidForm, maxKeyGroups, names, func(g KeyGroup) error {
		err := s.checkKeyGroup(restoreOp, g.ID, g.KeyGroupConfig)
		s.keyGroups[g.ID] = g.clone()
		return err
	})
}

func (s *Service) restorePolicies(state *State) error {
	cacheNames := func(p *CachePolicy) (string, string) { return p.ID, p.ETag }
	err := restored("CachePolicies", state.CachePolicies, uuidForm, maxCachePolicies, cacheNames, func(p CachePolicy) error {
		s.cachePolicies[p.ID] = p.clone()
		return s.checkCachePolicy(restoreOp, p.ID, p.CachePolicyConfig)
	})
	if err != nil {
		return err
	}
	requestNames := func(p *OriginRequestPolicy) (string, string) { return p.ID, p.ETag }
	err = restored("OriginRequestPolicies", state.OriginRequestPolicies, uuidForm, maxOriginRequestPolicies, requestNames, func(p OriginRequestPolicy) error {
		s.requestPolicies[p.ID] = p.clone()
		return s.checkOriginRequestPolicy(restoreOp, p.ID, p.OriginRequestPolicyConfig)
	})
	if err != nil {
		return err
	}
	responseNames := func(p *ResponseHeadersPolicy) (string, string) { return p.ID, p.ETag }
	return restored("ResponseHeadersPolicies", state.ResponseHeadersPolicies, uuidForm, maxResponseHeadersPolicies, responseNames, func(p ResponseHeadersPolicy) error {
		s.responsePolicies[p.ID] = p.clone()
		return s.checkResponseHeadersPolicy(restoreOp, p.ID, p.ResponseHeadersPolicyConfig)
	})
}
