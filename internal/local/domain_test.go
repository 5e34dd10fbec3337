package local

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"

	"privateplayback/infra/outputs"
)

// A domain of one's own is served under a certificate of another region's provider, a
// second run changes nothing, and what stays at the end is the account's zone.
func TestDomain(t *testing.T) {
	ctx := t.Context()
	d, err := Start(ctx, Options{Domain: "video.example.com", Settings: map[string]any{"ipv6": "true"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, part := range []string{"certificate/", "/video.example.com/A", "/video.example.com/AAAA", ".video.example.com/CNAME"} {
		if !slices.ContainsFunc(d.Cloud.Resources(), func(name string) bool { return strings.Contains(name, part) }) {
			t.Errorf("Start left no %s in %q", part, d.Cloud.Resources())
		}
	}
	stack, err := outputs.Parse(d.OutputsJSON)
	if err != nil {
		t.Fatal(err)
	}
	if stack.BaseURL != "https://video.example.com" || stack.DomainName != "video.example.com" || stack.TLSPolicy != "TLSv1.2_2021" {
		t.Errorf("outputs = %q, %q, %q", stack.BaseURL, stack.DomainName, stack.TLSPolicy)
	}
	if !slices.Contains(d.Endpoint().Hosts(), "video.example.com") {
		t.Errorf("Hosts() = %q, want video.example.com among them", d.Endpoint().Hosts())
	}
	response, err := d.Client().Get(stack.BaseURL + "/sample/ts/master.m3u8")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 403 {
		t.Errorf("GET without a signature = %s, want 403", response.Status)
	}
	result, err := d.stack.Preview(ctx, optpreview.Refresh())
	if err != nil {
		t.Fatal(err)
	}
	for op, n := range result.ChangeSummary {
		if op != "same" {
			t.Errorf("preview after up: %d to %s, want all the same", n, op)
		}
	}
	if err := d.Destroy(ctx); err != nil {
		t.Error(err)
	}
	if left := d.Cloud.Resources(); len(left) != 1 || !strings.HasPrefix(left[0], "hosted-zone/") {
		t.Errorf("Destroy left %q, want the account's zone", left)
	}
}
