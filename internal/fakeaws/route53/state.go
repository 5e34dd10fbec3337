//lint:file-ignore ST1005 an error begins with the member of state.json that it names

package route53

import (
	"errors"
	"fmt"
	"slices"
)

const stateVersion = 1

// State is a Service's zones with their records, for a file.
type State struct {
	Version int
	Zones   []ZoneState // in the order of creation
}

// A ZoneState is a zone with the records that somebody made.
type ZoneState struct {
	Zone
	Records []RecordSet
}

// State returns what there is at this moment. The caller owns it.
func (s *Service) State() State {
	s.mu.RLock()
	defer s.mu.RUnlock()
	state := State{Version: stateVersion, Zones: []ZoneState{}}
	for _, z := range s.zones {
		kept := ZoneState{z.view(), []RecordSet{}}
		for _, r := range z.records {
			kept.Records = append(kept.Records, r.clone())
		}
		state.Zones = append(state.Zones, kept)
	}
	return state
}

// Restore takes up where another Service's State left off. Call it on a Service
// without zones. Everything is checked as when it was made; the error names the
// first bad member, "Zones[0]: …", and then nothing is restored.
func (s *Service) Restore(state State) error {
	if state.Version != stateVersion {
		return fmt.Errorf("Version: %d, want %d", state.Version, stateVersion)
	}
	zones := []*zone{}
	for i, kept := range state.Zones {
		z, err := kept.restored(zones)
		if err != nil {
			return fmt.Errorf("Zones[%d]: %w", i, err)
		}
		zones = append(zones, z)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.zones) > 0 {
		return errors.New("there are zones already; restore before that")
	}
	s.zones = zones
	return nil
}

// restored is the zone beside those restored so far.
func (kept ZoneState) restored(others []*zone) (*zone, error) {
	switch {
	case !domainName.MatchString(kept.Name + "."):
		return nil, fmt.Errorf("Name: %q is no domain name", kept.Name)
	case kept.ID == "" || len(kept.NameServers) == 0:
		return nil, errors.New("ID or NameServers is missing")
	case slices.ContainsFunc(others, func(o *zone) bool { return o.ID == kept.ID || o.CallerReference == kept.CallerReference }):
		return nil, fmt.Errorf("ID %q or CallerReference %q is there twice", kept.ID, kept.CallerReference)
	}
	z := &zone{Zone: kept.Zone}
	z.NameServers = slices.Clone(kept.NameServers)
	for i, r := range kept.Records {
		if message := z.change("CREATE", r.clone()); message != "" {
			return nil, fmt.Errorf("Records[%d]: %s", i, message)
		}
	}
	return z, nil
}
