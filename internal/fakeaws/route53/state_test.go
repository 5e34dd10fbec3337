package route53

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kept is a Route 53 with zones and records, and its state after a way through a
// file.
func kept(t *testing.T) (*Service, State) {
	t.Helper()
	s := New()
	z := newZone(t, s, "example.com")
	newZone(t, s, "other.example.com")
	for _, r := range []RecordSet{alias("video.example.com", "A"), values("_x.example.com", "CNAME", "_y.acm-validations.aws.")} {
		if err := s.ChangeResourceRecordSets(z.ID, "CREATE", r); err != nil {
			t.Fatal(err)
		}
	}
	data, err := json.Marshal(s.State())
	if err != nil {
		t.Fatal(err)
	}
	var state State
	if err := json.Unmarshal(data, &state); err != nil {
		t.Fatal(err)
	}
	return s, state
}

func TestRestore(t *testing.T) {
	s, state := kept(t)
	again := New()
	if err := again.Restore(state); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.State(), again.State()); diff != "" {
		t.Errorf("the state after a restart (-before +after):\n%s", diff)
	}
	if value, ok := again.LookupCNAME("_x.example.com"); !ok || value != "_y.acm-validations.aws" {
		t.Errorf("LookupCNAME after a restart: %q, %t", value, ok)
	}
	if err := again.Restore(state); err == nil {
		t.Error("a Service with zones was restored")
	}
}

func TestRestoreRefuses(t *testing.T) {
	for want, damage := range map[string]func(*State){
		"Version":               func(s *State) { s.Version = 2 },
		"Zones[1]: Name":        func(s *State) { s.Zones[1].Name = "no domain" },
		"NameServers":           func(s *State) { s.Zones[0].NameServers = nil },
		"is there twice":        func(s *State) { s.Zones[1].ID = s.Zones[0].ID },
		"Zones[0]: Records[2]:": func(s *State) { s.Zones[0].Records = append(s.Zones[0].Records, s.Zones[0].Records[0]) },
		"Records[0]:":           func(s *State) { s.Zones[0].Records[0].Name = "elsewhere.example.net" },
	} {
		_, bad := kept(t)
		damage(&bad)
		s := New()
		if err := s.Restore(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Restore: got %v, want an error with %q", err, want)
		}
		if len(s.Resources()) > 0 {
			t.Errorf("%s: something was restored", want)
		}
	}
}
