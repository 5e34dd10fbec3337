package edge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func goodAccessControl() OriginAccessControlConfig {
	return OriginAccessControlConfig{Name: "media", SigningProtocol: "sigv4", SigningBehavior: "always", OriginType: "s3"}
}

// control creates an access control and puts it on the origin in place of the
// identity.
func (w *world) control(c OriginAccessControlConfig) OriginAccessControl {
	w.t.Helper()
	a, err := w.CreateOriginAccessControl(c)
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(d *DistributionConfig) {
		d.Origins[0].OriginAccessIdentity, d.Origins[0].OriginAccessControlID = "", a.ID
	})
	return a
}

func TestOriginAccessControlLifecycle(t *testing.T) {
	w := newWorld(t)
	a := w.control(goodAccessControl())
	read, err := w.OriginAccessControl(a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(OriginAccessControl{a.ID, a.ETag, goodAccessControl()}, read); diff != "" {
		t.Errorf("OriginAccessControl (-want +got):\n%s", diff)
	}
	wantCode(t, "delete in use", w.DeleteOriginAccessControl(a.ID, a.ETag), 409, "OriginAccessControlInUse")
	changed := goodAccessControl()
	changed.Description = "changed"
	updated, err := w.UpdateOriginAccessControl(a.ID, a.ETag, changed)
	if err != nil || updated.ETag == a.ETag || updated.Description != "changed" {
		t.Errorf("update: got %+v, %v", updated, err)
	}
	_, err = w.UpdateOriginAccessControl(a.ID, a.ETag, changed)
	wantCode(t, "stale update", err, 412, "PreconditionFailed")
	w.update(func(d *DistributionConfig) { d.Origins[0].OriginAccessControlID = "" })
	wantCode(t, "delete, no ETag", w.DeleteOriginAccessControl(a.ID, ""), 400, "InvalidIfMatchVersion")
	if err := w.DeleteOriginAccessControl(a.ID, updated.ETag); err != nil {
		t.Error(err)
	}
	_, err = w.OriginAccessControl(a.ID)
	wantCode(t, "read deleted", err, 404, "NoSuchOriginAccessControl")
	_, err = w.UpdateOriginAccessControl(a.ID, a.ETag, changed)
	wantCode(t, "update deleted", err, 404, "NoSuchOriginAccessControl")
	wantCode(t, "delete again", w.DeleteOriginAccessControl(a.ID, a.ETag), 404, "NoSuchOriginAccessControl")
}

func TestOriginAccessControlRefusals(t *testing.T) {
	w := newWorld(t)
	a, err := w.CreateOriginAccessControl(goodAccessControl())
	if err != nil {
		t.Fatal(err)
	}
	type config = OriginAccessControlConfig
	for name, test := range map[string]struct {
		edit   func(*OriginAccessControlConfig)
		status int
		code   string
	}{
		"name in use":      {func(c *config) { c.Name = "media" }, 409, "OriginAccessControlAlreadyExists"},
		"no name":          {func(c *config) { c.Name = "" }, 400, "InvalidArgument"},
		"long name":        {func(c *config) { c.Name = strings.Repeat("n", 65) }, 400, "InvalidArgument"},
		"long description": {func(c *config) { c.Description = strings.Repeat("d", 257) }, 400, "InvalidArgument"},
		"protocol":         {func(c *config) { c.SigningProtocol = "sigv2" }, 400, "InvalidArgument"},
		"behavior":         {func(c *config) { c.SigningBehavior = "" }, 400, "InvalidArgument"},
		"origin type":      {func(c *config) { c.OriginType = "lambda" }, 400, "InvalidArgument"},
	} {
		c := goodAccessControl()
		c.Name = "new"
		test.edit(&c)
		_, err := w.CreateOriginAccessControl(c)
		wantCode(t, name, err, test.status, test.code)
	}
	c := w.config()
	c.CallerReference = "second"
	c.Origins[0].OriginAccessControlID = a.ID
	_, err = w.CreateDistribution(c)
	wantCode(t, "beside an identity", err, 400, "IllegalOriginAccessConfiguration")
	c.Origins[0].OriginAccessIdentity, c.Origins[0].OriginAccessControlID = "", "E0000000000000"
	_, err = w.CreateDistribution(c)
	wantCode(t, "unknown on an origin", err, 400, "InvalidOriginAccessControl")
	for i := range maxAccessControls - 1 {
		c := goodAccessControl()
		c.Name = fmt.Sprint("a", i)
		if _, err := w.CreateOriginAccessControl(c); err != nil {
			t.Fatal(err)
		}
	}
	last := goodAccessControl()
	last.Name = "one more"
	_, err = w.CreateOriginAccessControl(last)
	wantCode(t, "101st", err, 400, "TooManyOriginAccessControls")
}

func TestOriginAccessControlSigns(t *testing.T) {
	authorized := goodCachePolicy()
	authorized.Headers = []string{"Authorization"}
	for _, test := range []struct {
		behavior, authorization string
		identity, forwards      string
		signed                  bool
	}{
		{"always", "", ServicePrincipal, "", true},
		{"always", "Basic eA==", ServicePrincipal, "", true},
		{"no-override", "", ServicePrincipal, "", true},
		{"no-override", "Basic eA==", "", "Basic eA==", false},
		{"never", "", "", "", false},
		{"never", "Basic eA==", "", "Basic eA==", false},
	} {
		w := newWorld(t, public)
		p, err := w.CreateCachePolicy(authorized)
		if err != nil {
			t.Fatal(err)
		}
		w.update(func(d *DistributionConfig) { d.DefaultBehavior.CachePolicyID = p.ID })
		c := goodAccessControl()
		c.SigningBehavior = test.behavior
		w.control(c)
		r := w.request("GET", "/a.ts")
		if test.authorization != "" {
			r.Header.Set("Authorization", test.authorization)
		}
		w.do(r)
		source := ""
		if test.signed {
			source = w.dist.ARN
		}
		want := []string{test.identity, source, test.forwards}
		got := []string{w.arns[0], SourceARN(w.fetched[0].Context()), w.fetched[0].Header.Get("Authorization")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, Authorization %q (-want +got):\n%s", test.behavior, test.authorization, diff)
		}
	}
}

func TestIdentityHasNoSource(t *testing.T) {
	w := newWorld(t, public)
	w.get("/a.ts")
	if got := SourceARN(w.fetched[0].Context()); got != "" || w.arns[0] != w.identity.IAMARN() {
		t.Errorf("identity %q, source %q, want %q and none", w.arns[0], got, w.identity.IAMARN())
	}
}
