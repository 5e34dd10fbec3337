package local

import (
	"slices"
	"strings"
	"testing"
)

// Protection stops the destruction at the distribution, when its records are gone
// already; up makes them again, as docs/own-domain.md tells.
func TestDomainProtected(t *testing.T) {
	ctx := t.Context()
	d, err := Start(ctx, Options{Domain: "video.example.com", Settings: map[string]any{"dataProtection": "true"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	has := func(part string) bool {
		return slices.ContainsFunc(d.Cloud.Resources(), func(name string) bool { return strings.Contains(name, part) })
	}
	if err := d.Destroy(ctx); err == nil || !strings.Contains(err.Error(), `Distribution "media"`) || !strings.Contains(err.Error(), "protected") {
		t.Errorf("Destroy = %v, want it to stop at the protected distribution", err)
	}
	if !has("distribution/") || !has("certificate/") || !has("bucket/") || has("/video.example.com/A") {
		t.Errorf("Destroy left %q, want the distribution, its certificate and the bucket, and no record that leads there", d.Cloud.Resources())
	}
	if err := d.up(ctx); err != nil {
		t.Fatal(err)
	}
	d.opens(t, "https://video.example.com")
}
