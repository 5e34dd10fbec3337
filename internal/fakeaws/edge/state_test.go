package edge

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// newRichWorld deploys at least one of everything, and every policy in full.
func newRichWorld(t *testing.T) *world {
	t.Helper()
	ttl, age := int64(5), int64(600)
	w := newWorld(t, func(w *world, c *DistributionConfig) {
		w.certificates = map[string][]string{certificate: {"*.example.com"}}
		access, err := w.CreateOriginAccessControl(OriginAccessControlConfig{Name: "oac", SigningProtocol: "sigv4", SigningBehavior: "always", OriginType: "s3"})
		if err != nil {
			t.Fatal(err)
		}
		cache, err := w.CreateCachePolicy(CachePolicyConfig{Name: "cors", MinTTL: 1, DefaultTTL: 60, MaxTTL: 600, Headers: []string{"Origin"},
			QueryStrings: KeySelection{"whitelist", []string{"v"}}, Cookies: none(), EnableGzip: true})
		if err != nil {
			t.Fatal(err)
		}
		request, err := w.CreateOriginRequestPolicy(OriginRequestPolicyConfig{"own", "", KeySelection{"whitelist", []string{"Origin"}}, none(), none()})
		if err != nil {
			t.Fatal(err)
		}
		response, err := w.CreateResponseHeadersPolicy(ResponseHeadersPolicyConfig{Name: "players",
			CORS:     &CORSConfig{AllowOrigins: []string{"https://app.example.com"}, AllowMethods: []string{"GET"}, AllowHeaders: []string{"*"}, MaxAge: &age, OriginOverride: true},
			Security: SecurityHeadersConfig{ContentTypeOptions: &ContentTypeOptions{Override: true}},
			Custom:   []CustomHeader{{Name: "X-Stage", Value: "dev"}}, Removed: []string{"X-Amz-Id-2"}})
		if err != nil {
			t.Fatal(err)
		}
		c.Aliases = []string{"media.example.com"}
		c.ViewerCertificate = ViewerCertificate{MinimumProtocolVersion: "TLSv1.2_2021"}
		c.Certificate = Certificate{certificate, "sni-only"}
		c.GeoRestriction = GeoRestriction{"blacklist", []string{"AQ"}}
		c.CustomErrorResponses = []CustomErrorResponse{{ErrorCode: 404, ErrorCachingMinTTL: &ttl}}
		c.Origins = append(c.Origins, Origin{ID: "open", DomainName: bucketHost, Path: "/open", OriginAccessControlID: access.ID})
		open := c.DefaultBehavior
		open.PathPattern, open.TargetOriginID, open.TrustedKeyGroups = "/open/*", "open", nil
		open.CachePolicyID, open.OriginRequestPolicyID, open.ResponseHeadersPolicyID = cache.ID, request.ID, response.ID
		c.Behaviors = []Behavior{open}
	})
	return w
}

// restart brings a world back from the JSON of its state, with other memory.
func (w *world) restart() {
	w.t.Helper()
	state := encodedState(w.t, w.State())
	old := w.Service
	w.Service = New(Options{Now: old.now, Fetch: old.fetch, Country: old.country, CertificateNames: old.certificateNames, Propagation: old.propagation})
	if err := w.Restore(decodedState(w.t, state)); err != nil {
		w.t.Fatalf("Restore = %v", err)
	}
	if diff := cmp.Diff(state, encodedState(w.t, w.State())); diff != "" {
		w.t.Errorf("state after Restore (-before +after):\n%s", diff)
	}
}

func encodedState(t testing.TB, state State) string {
	t.Helper()
	text, err := json.MarshalIndent(state, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func decodedState(t testing.TB, text string) (state State) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		t.Fatal(err)
	}
	return state
}

func TestRestoredAnswers(t *testing.T) {
	w := newRichWorld(t)
	signed := w.canned("/a.ts", time.Hour)
	before, via := w.dist, w.get(signed).Header().Get("Via")
	w.restart()
	got, err := w.Distribution(before.ID)
	if diff := cmp.Diff(before, got); err != nil || diff != "" {
		t.Errorf("Distribution: %v (-before +after):\n%s", err, diff)
	}
	if rec := w.get(signed); rec.Code != 200 || rec.Body.String() != originBody || rec.Header().Get("Via") != via {
		t.Errorf("signed: %s by %q, want 200 by %q", verdict(rec), rec.Header().Get("Via"), via)
	}
	if got := verdict(w.get("/a.ts")); got != "403 MissingKey" {
		t.Errorf("unsigned: %s, want 403 MissingKey", got)
	}
	rec := w.get("/open/a.ts", "Origin: https://app.example.com")
	if h := rec.Header(); rec.Code != 200 || h.Get("X-Stage") != "dev" || h.Get("Access-Control-Allow-Origin") != "https://app.example.com" {
		t.Errorf("open: %s with %v, want 200 with CORS and X-Stage", verdict(rec), h)
	}
	if last := w.arns[len(w.arns)-1]; last != ServicePrincipal {
		t.Errorf("open: fetched as %q, want %q", last, ServicePrincipal)
	}
	r := w.request("GET", "/open/a.ts")
	r.Host = "media.example.com"
	if rec := w.do(r); rec.Code != 200 {
		t.Errorf("alias: %s, want 200", verdict(rec))
	}
	if !w.PrincipalExists(w.identity.IAMARN()) || w.CanonicalUserARN(w.identity.S3CanonicalUserID) != w.identity.IAMARN() {
		t.Error("the identity is not known under its ARN and its canonical user id")
	}
}

// Preconditions and what is in use are judged as before.
func TestRestoredControlPlane(t *testing.T) {
	w := newRichWorld(t)
	stale := w.dist.ETag
	w.update(func(c *DistributionConfig) { c.Comment = "second" })
	w.restart()
	c := w.dist.DistributionConfig
	_, err := w.UpdateDistribution(w.dist.ID, stale, c)
	wantCode(t, "UpdateDistribution with the first ETag", err, 412, "PreconditionFailed")
	wantCode(t, "DeleteKeyGroup", w.DeleteKeyGroup(w.group.ID, w.group.ETag), 409, "ResourceInUse")
	_, err = w.CreateDistribution(w.config())
	wantCode(t, "CreateDistribution with the same reference", err, 409, "DistributionAlreadyExists")
	w.update(func(c *DistributionConfig) { c.Enabled = false })
	if err := w.DeleteDistribution(w.dist.ID, w.dist.ETag); err != nil {
		t.Errorf("DeleteDistribution = %v", err)
	}
	if err := w.DeleteKeyGroup(w.group.ID, w.group.ETag); err != nil {
		t.Errorf("DeleteKeyGroup = %v", err)
	}
}

// A change spreads on: the previous configuration with the key that has since
// left the group, until the time set before.
func TestRestoredRollout(t *testing.T) {
	w := newWorld(t)
	w.propagation = time.Minute
	other := w.addKey("other", rsaKey())
	signed := w.canned("/a.ts", time.Hour)
	g, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{other}})
	if err != nil {
		t.Fatal(err)
	}
	k, err := w.PublicKey(w.keyID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.DeletePublicKey(k.ID, k.ETag); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(20 * time.Second)
	w.restart()
	if d, err := w.Distribution(w.dist.ID); err != nil || d.Status != "InProgress" {
		t.Errorf("Distribution = %q, %v, want InProgress", d.Status, err)
	}
	for _, want := range []string{"200", "403 InvalidKey", "200"} {
		if got := verdict(w.get(signed)); got != want {
			t.Errorf("during the rollout: %s, want %s", got, want)
		}
	}
	w.now = w.now.Add(40 * time.Second)
	for range 2 {
		if got := verdict(w.get(signed)); got != "403 InvalidKey" {
			t.Errorf("after the rollout: %s, want 403 InvalidKey", got)
		}
	}
	if d, err := w.Distribution(w.dist.ID); err != nil || d.Status != "Deployed" || g.ID != w.group.ID {
		t.Errorf("Distribution = %q, %v, want Deployed", d.Status, err)
	}
	w.restart()
	if d := w.State().Distributions[0]; d.Rollout != nil {
		t.Errorf("a change that every edge has is kept: %v", d.Rollout)
	}
}

// The previous configuration keeps its aliases, and what policies and access
// controls said when it was deployed.
func TestRestoredPreviousConfiguration(t *testing.T) {
	w := newRichWorld(t)
	w.propagation = time.Minute
	w.update(func(c *DistributionConfig) {
		c.Aliases = nil
		c.Certificate, c.ViewerCertificate = Certificate{}, ViewerCertificate{CloudFrontDefault: true}
		c.Origins, c.Behaviors = c.Origins[:1], nil
	})
	policy := w.State().ResponseHeadersPolicies[0]
	if err := w.DeleteResponseHeadersPolicy(policy.ID, policy.ETag); err != nil {
		t.Fatal(err)
	}
	access := w.State().OriginAccessControls[0]
	if err := w.DeleteOriginAccessControl(access.ID, access.ETag); err != nil {
		t.Fatal(err)
	}
	w.restart()
	r := w.request("GET", "/open/a.ts")
	r.Host = "media.example.com"
	rec := w.do(r)
	if rec.Code != 200 || rec.Header().Get("X-Stage") != "dev" || len(w.arns) != 1 || w.arns[0] != ServicePrincipal {
		t.Errorf("previous configuration: %s, fetched as %q, want 200 with X-Stage as %q", verdict(rec), w.arns, ServicePrincipal)
	}
	if rec := w.do(r); rec.Code != 403 {
		t.Errorf("current configuration: %s, want 403", verdict(rec))
	}
}

func TestBadStates(t *testing.T) {
	w := newRichWorld(t)
	w.propagation = time.Minute
	w.update(func(c *DistributionConfig) { c.Comment = "second" })
	good := encodedState(t, w.State())
	for _, tc := range []struct {
		want string // of the error
		edit func(*State)
	}{
		{"Version: 2, want 1", func(s *State) { s.Version = 2 }},
		{"Node: ", func(s *State) { s.Node = "" }},
		{"OriginAccessIdentities[0]: ID ", func(s *State) { s.OriginAccessIdentities[0].ID = "E/1" }},
		{"OriginAccessIdentities[0]: ETag ", func(s *State) { s.OriginAccessIdentities[0].ETag = "" }},
		{"OriginAccessIdentities[0]: CallerReference ", func(s *State) { s.OriginAccessIdentities[0].CallerReference = "" }},
		{"OriginAccessIdentities[0]: S3CanonicalUserID ", func(s *State) { s.OriginAccessIdentities[0].S3CanonicalUserID = "1" }},
		{"OriginAccessIdentities[1]: ID ", func(s *State) {
			s.OriginAccessIdentities = append(s.OriginAccessIdentities, s.OriginAccessIdentities[0])
		}},
		{"OriginAccessControls[0]: InvalidArgument: ", func(s *State) { s.OriginAccessControls[0].SigningBehavior = "sometimes" }},
		{"PublicKeys[0]: InvalidArgument: ", func(s *State) { s.PublicKeys[0].EncodedKey = "x" }},
		{"PublicKeys[1]: Name ", func(s *State) {
			s.PublicKeys = append(s.PublicKeys, s.PublicKeys[0])
			s.PublicKeys[1].ID = "K0000000000000"
		}},
		{"KeyGroups[0]: InvalidArgument: ", func(s *State) { s.PublicKeys = nil }},
		{"KeyGroups: 11 items, at most 10", func(s *State) { s.KeyGroups = make([]KeyGroup, 11) }},
		{"CachePolicies[0]: InvalidArgument: ", func(s *State) { s.CachePolicies[0].Cookies.Behavior = "" }},
		{"OriginRequestPolicies[0]: InvalidArgument: ", func(s *State) { s.OriginRequestPolicies[0].Headers.Behavior = "" }},
		{"ResponseHeadersPolicies[0]: InvalidArgument: ", func(s *State) { s.ResponseHeadersPolicies[0].Name = "" }},
		{"Distributions[0]: InvalidOriginAccessIdentity: ", func(s *State) { s.OriginAccessIdentities = nil }},
		{"Distributions[0]: InvalidOriginAccessControl: ", func(s *State) { s.OriginAccessControls = nil }},
		{"Distributions[0]: NoSuchCachePolicy: ", func(s *State) { s.CachePolicies = nil }},
		{"Distributions[0]: NoSuchOriginRequestPolicy: ", func(s *State) { s.OriginRequestPolicies = nil }},
		{"Distributions[0]: NoSuchResponseHeadersPolicy: ", func(s *State) { s.ResponseHeadersPolicies = nil }},
		{"Distributions[0]: TrustedKeyGroupDoesNotExist: ", func(s *State) { s.KeyGroups = nil }},
		{"Distributions[0]: ARN ", func(s *State) { s.Distributions[0].ARN = "arn:aws:cloudfront::1:distribution/E1" }},
		{"Distributions[0]: DomainName ", func(s *State) { s.Distributions[0].DomainName = "media.example.com" }},
		{"Distributions[0]: LastModified ", func(s *State) { s.Distributions[0].LastModified = time.Time{} }},
		{"Distributions[1]: CallerReference ", func(s *State) {
			s.Distributions = append(s.Distributions, s.Distributions[0])
			s.Distributions[1].ID = "E0000000000000"
		}},
		{"Distributions[0]: Rollout.Previous: Plans: 1, ", func(s *State) {
			previous := s.Distributions[0].Rollout.Previous
			previous.Plans = previous.Plans[:1]
		}},
		{"Distributions[0]: Rollout.Previous: Plans[1]: Keys[", func(s *State) {
			s.Distributions[0].Rollout.Previous.Plans[1].Keys = map[string]KeyState{"K1": {EncodedKey: "x"}}
		}},
		{"Distributions[0]: Rollout.Previous: Plans[1]: Keys and ", func(s *State) { s.Distributions[0].Rollout.Previous.Plans[1].Keys = nil }},
		{"Distributions[0]: Rollout.Previous: Plans[0]: no origin ", func(s *State) { s.Distributions[0].Rollout.Previous.Distribution.Origins = nil }},
		{"Distributions[0]: Rollout.Previous: is of distribution ", func(s *State) { s.Distributions[0].Rollout.Previous.Distribution.ID = "E1" }},
		{"Distributions[0]: Rollout.Previous: InvalidArgument: ", func(s *State) { s.Distributions[0].Rollout.Previous.Distribution.CallerReference = "" }},
	} {
		state := decodedState(t, good)
		tc.edit(&state)
		s := New(Options{Now: w.Service.now, CertificateNames: w.certificateNames})
		if err := s.Restore(state); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("Restore = %v, want %s…", err, tc.want)
		}
		if got := s.Resources(); len(got) > 0 {
			t.Errorf("Restore with %s left %v", tc.want, got)
		}
	}
	if err := w.Restore(decodedState(t, good)); err == nil || !strings.Contains(err.Error(), "deployed already") {
		t.Errorf("Restore over a deployment = %v, want a refusal", err)
	}
}

// What State returned does not change with the Service.
func TestStateIsACopy(t *testing.T) {
	w := newRichWorld(t)
	state := w.State()
	before := encodedState(t, state)
	state.Distributions[0].Behaviors[0].AllowedMethods[0] = http.MethodPatch
	state.KeyGroups[0].Items[0] = "K0"
	if diff := cmp.Diff(before, encodedState(t, w.State())); diff != "" {
		t.Errorf("a change of the copy reached the Service (-before +after):\n%s", diff)
	}
}
