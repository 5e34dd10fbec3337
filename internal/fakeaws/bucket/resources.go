package bucket

import "slices"

// Resources lists the buckets, sorted, as "bucket/NAME".
func (s *Service) Resources() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := []string{}
	for name := range s.buckets {
		list = append(list, "bucket/"+name)
	}
	slices.Sort(list)
	return list
}
