package ivs

import (
	"maps"
	"slices"
)

// Resources lists the ARNs of the key pairs and channels, sorted.
func (s *Service) Resources() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.Collect(maps.Keys(s.keys))
	list = slices.AppendSeq(list, maps.Keys(s.channels))
	slices.Sort(list)
	return list
}
