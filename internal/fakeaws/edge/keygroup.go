package edge

import (
	"net/http"
	"slices"
)

const (
	maxKeyGroups    = 10
	maxKeysPerGroup = 5
)

// A KeyGroupConfig is what the caller says about a key group.
type KeyGroupConfig struct {
	Name    string   // 1 to 128 bytes, unique in the account
	Comment string   // at most 128 bytes
	Items   []string // one to five public key ids
}

// A KeyGroup is a set of public keys that a cache behavior trusts.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
type KeyGroup struct {
	ID   string // a UUID
	ETag string
	KeyGroupConfig
}

// CreateKeyGroup makes a group: InvalidArgument for a bad name or a key that
// does not exist, KeyGroupAlreadyExists, TooManyPublicKeysInKeyGroup,
// TooManyKeyGroups.
func (s *Service) CreateKeyGroup(c KeyGroupConfig) (KeyGroup, error) {
	const op = "CreateKeyGroup"
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkKeyGroup(op, "", c); err != nil {
		return KeyGroup{}, err
	}
	if len(s.keyGroups) >= maxKeyGroups {
		return KeyGroup{}, refuse(op, http.StatusBadRequest, "TooManyKeyGroups",
			"You have reached the maximum number of key groups for this account.")
	}
	c.Items = slices.Clone(c.Items)
	g := KeyGroup{ID: randomUUID(), ETag: newETag(), KeyGroupConfig: c}
	s.keyGroups[g.ID] = g
	return g.clone(), nil
}

// KeyGroup reads a group; NoSuchResource if there is none.
func (s *Service) KeyGroup(id string) (KeyGroup, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	g, err := s.keyGroup("GetKeyGroup", id)
	return g.clone(), err
}

// UpdateKeyGroup replaces the whole configuration. It also changes the ETag of
// every distribution that trusts the group.
func (s *Service) UpdateKeyGroup(id, ifMatch string, c KeyGroupConfig) (KeyGroup, error) {
	const op = "UpdateKeyGroup"
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.keyGroup(op, id)
	if err != nil {
		return KeyGroup{}, err
	}
	if err := checkETag(op, ifMatch, g.ETag); err != nil {
		return KeyGroup{}, err
	}
	if err := s.checkKeyGroup(op, id, c); err != nil {
		return KeyGroup{}, err
	}
	c.Items = slices.Clone(c.Items)
	g = KeyGroup{ID: id, ETag: newETag(), KeyGroupConfig: c}
	s.keyGroups[id] = g
	// Seen by users, not documented (assumption edge.key-group-etag).
	for _, d := range s.distributions {
		if d.trusts(id) {
			changed := d.clone()
			changed.ETag = newETag()
			s.deploy(&changed)
		}
	}
	return g.clone(), nil
}

// DeleteKeyGroup removes a group that no distribution trusts; otherwise
// ResourceInUse.
func (s *Service) DeleteKeyGroup(id, ifMatch string) error {
	const op = "DeleteKeyGroup"
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.keyGroup(op, id)
	if err != nil {
		return err
	}
	if err := checkETag(op, ifMatch, g.ETag); err != nil {
		return err
	}
	for _, d := range s.distributions {
		if d.trusts(id) {
			return refuse(op, http.StatusConflict, "ResourceInUse", "Cannot delete this resource because it is in use.")
		}
	}
	delete(s.keyGroups, id)
	return nil
}

func (s *Service) keyGroup(op, id string) (KeyGroup, error) {
	g, ok := s.keyGroups[id]
	if !ok {
		return g, refuse(op, http.StatusNotFound, "NoSuchResource", "A resource that was specified is not valid.")
	}
	return g, nil
}

// checkKeyGroup validates c for the group id, or for a new group if id is "".
func (s *Service) checkKeyGroup(op, id string, c KeyGroupConfig) error {
	switch {
	case c.Name == "" || len(c.Name) > maxKeyName:
		return invalidArgument(op, "The parameter Name must hold 1 to 128 characters.")
	case len(c.Comment) > maxComment:
		return invalidArgument(op, "The parameter Comment is too long.")
	case len(c.Items) == 0:
		return invalidArgument(op, "The parameter Items must name at least one public key.")
	case len(c.Items) > maxKeysPerGroup:
		return refuse(op, http.StatusBadRequest, "TooManyPublicKeysInKeyGroup",
			"The number of public keys in this key group is more than the maximum allowed.")
	}
	for i, key := range c.Items {
		if _, ok := s.publicKeys[key]; !ok {
			return invalidArgument(op, "The parameter Items contains a public key that does not exist.")
		}
		if slices.Contains(c.Items[:i], key) {
			return invalidArgument(op, "The parameter Items contains a public key twice.")
		}
	}
	for _, old := range s.keyGroups {
		if old.Name == c.Name && old.ID != id {
			return refuse(op, http.StatusConflict, "KeyGroupAlreadyExists",
				"A key group with this name already exists. You must provide a unique name. To modify an existing key group, use UpdateKeyGroup.")
		}
	}
	return nil
}

func (g KeyGroup) clone() KeyGroup {
	g.Items = slices.Clone(g.Items)
	return g
}
