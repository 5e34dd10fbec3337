package ivs

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestResources(t *testing.T) {
	f := newFixture(t)
	f.start(t, f.token(t, nil)) // a session is no resource
	other := f.createChannel(t, false)
	want := []string{f.pair.ARN, f.channel.ARN, other.ARN}
	slices.Sort(want)
	if diff := cmp.Diff(want, f.Resources()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
	if got := newEmpty().Resources(); len(got) != 0 {
		t.Errorf("a new service has the resources %v", got)
	}
}
