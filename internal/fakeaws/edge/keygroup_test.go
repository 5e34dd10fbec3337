package edge

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKeyGroupLifecycle(t *testing.T) {
	w := newWorld(t)
	if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(w.group.ID) {
		t.Errorf("ID = %q, want a UUID", w.group.ID)
	}
	second := w.addKey("second", w.signer)
	g, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{w.keyID, second}})
	if err != nil {
		t.Fatal(err)
	}
	g.Items[0] = "changed by the caller"
	read, err := w.KeyGroup(g.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := KeyGroup{ID: g.ID, ETag: g.ETag, KeyGroupConfig: KeyGroupConfig{Name: "viewers", Items: []string{w.keyID, second}}}
	if diff := cmp.Diff(want, read); diff != "" {
		t.Errorf("KeyGroup (-want +got):\n%s", diff)
	}
	if d, _ := w.Distribution(w.dist.ID); d.ETag == w.dist.ETag {
		t.Error("the distribution kept its ETag after a change of its key group")
	}
	_, err = w.UpdateKeyGroup(g.ID, w.group.ETag, want.KeyGroupConfig)
	wantCode(t, "stale update", err, 412, "PreconditionFailed")
	wantCode(t, "delete in use", w.DeleteKeyGroup(g.ID, g.ETag), 409, "ResourceInUse")
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.TrustedKeyGroups = nil })
	if err := w.DeleteKeyGroup(g.ID, g.ETag); err != nil {
		t.Error(err)
	}
	_, err = w.KeyGroup(g.ID)
	wantCode(t, "read deleted", err, 404, "NoSuchResource")
}

func TestKeyGroupRefusals(t *testing.T) {
	w := newWorld(t)
	six := []string{"1", "2", "3", "4", "5", "6"}
	for _, test := range []struct {
		name   string
		config KeyGroupConfig
		status int
		code   string
	}{
		{"no name", KeyGroupConfig{Items: []string{w.keyID}}, 400, "InvalidArgument"},
		{"no keys", KeyGroupConfig{Name: "g"}, 400, "InvalidArgument"},
		{"unknown key", KeyGroupConfig{Name: "g", Items: []string{"K0"}}, 400, "InvalidArgument"},
		{"key twice", KeyGroupConfig{Name: "g", Items: []string{w.keyID, w.keyID}}, 400, "InvalidArgument"},
		{"long comment", KeyGroupConfig{Name: "g", Comment: strings.Repeat("c", 129), Items: []string{w.keyID}}, 400, "InvalidArgument"},
		{"six keys", KeyGroupConfig{Name: "g", Items: six}, 400, "TooManyPublicKeysInKeyGroup"},
		{"name in use", KeyGroupConfig{Name: "viewers", Items: []string{w.keyID}}, 409, "KeyGroupAlreadyExists"},
	} {
		_, err := w.CreateKeyGroup(test.config)
		wantCode(t, test.name, err, test.status, test.code)
	}
	for i := 1; i < maxKeyGroups; i++ {
		if _, err := w.CreateKeyGroup(KeyGroupConfig{Name: fmt.Sprint(i), Items: []string{w.keyID}}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.CreateKeyGroup(KeyGroupConfig{Name: "z", Items: []string{w.keyID}})
	wantCode(t, "eleventh", err, 400, "TooManyKeyGroups")
}
