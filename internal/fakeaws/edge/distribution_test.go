package edge

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDistributionLifecycle(t *testing.T) {
	w := newWorld(t)
	d := w.dist
	for what, check := range map[string][2]string{
		"ID":         {d.ID, `^E[A-Z0-9]{13}$`},
		"ARN":        {d.ARN, `^arn:aws:cloudfront::123456789012:distribution/` + d.ID + `$`},
		"DomainName": {d.DomainName, `^d[a-z0-9]{13}\.cloudfront\.net$`},
		"Status":     {d.Status, `^Deployed$`},
		"PriceClass": {d.PriceClass, `^PriceClass_All$`},
		"HTTP":       {d.HTTPVersion, `^http2$`},
		"TLS":        {d.ViewerCertificate.MinimumProtocolVersion, `^TLSv1$`},
		"Modified":   {d.LastModified.Format(time.RFC3339), `^2027-01-02T03:04:05Z$`},
	} {
		if !regexp.MustCompile(check[1]).MatchString(check[0]) {
			t.Errorf("%s = %q, want it to match %s", what, check[0], check[1])
		}
	}
	wantCode(t, "delete enabled", w.DeleteDistribution(d.ID, d.ETag), 409, "DistributionNotDisabled")
	d.Origins[0].ID = "changed by the caller"
	read, err := w.Distribution(d.ID)
	if err != nil || read.Origins[0].ID != "s3" {
		t.Errorf("Distribution: got origin %q, %v, want s3", read.Origins[0].ID, err)
	}
	c := read.DistributionConfig
	c.CallerReference = "other"
	_, err = w.UpdateDistribution(d.ID, d.ETag, c)
	wantCode(t, "other caller reference", err, 400, "IllegalUpdate")

	w.update(func(c *DistributionConfig) { c.Enabled, c.Comment = false, "off" })
	want := read
	want.Enabled, want.Comment, want.ETag = false, "off", w.dist.ETag
	if diff := cmp.Diff(want, w.dist); diff != "" {
		t.Errorf("UpdateDistribution (-want +got):\n%s", diff)
	}
	_, err = w.UpdateDistribution(d.ID, read.ETag, read.DistributionConfig)
	wantCode(t, "stale update", err, 412, "PreconditionFailed")
	wantCode(t, "delete, no ETag", w.DeleteDistribution(d.ID, ""), 400, "InvalidIfMatchVersion")
	if err := w.DeleteDistribution(d.ID, w.dist.ETag); err != nil {
		t.Error(err)
	}
	_, err = w.Distribution(d.ID)
	wantCode(t, "read deleted", err, 404, "NoSuchDistribution")
	if got := verdict(w.get("/a.ts")); got != "403" {
		t.Errorf("request to a deleted distribution: got %s, want 403", got)
	}
}

func TestDistributionAccepts(t *testing.T) {
	for name, edit := range map[string]func(*DistributionConfig){
		"anonymous origin":      func(c *DistributionConfig) { c.Origins[0].OriginAccessIdentity = "" },
		"global bucket name":    func(c *DistributionConfig) { c.Origins[0].DomainName = "media.s3.amazonaws.com" },
		"origin path":           func(c *DistributionConfig) { c.Origins[0].Path = "/vod" },
		"root in a sub-path":    func(c *DistributionConfig) { c.DefaultRootObject = "a/index.m3u8" },
		"all seven methods":     func(c *DistributionConfig) { c.DefaultBehavior.AllowedMethods = seven() },
		"methods in any order":  func(c *DistributionConfig) { c.DefaultBehavior.CachedMethods = []string{"HEAD", "GET"} },
		"price class":           func(c *DistributionConfig) { c.PriceClass = "PriceClass_100" },
		"pattern":               func(c *DistributionConfig) { addBehavior(c, "/live/*.m3u8") },
		"comment of 128 bytes":  func(c *DistributionConfig) { c.Comment = strings.Repeat("c", 128) },
		"minimum TLS, replaced": func(c *DistributionConfig) { c.ViewerCertificate.MinimumProtocolVersion = "TLSv1.2_2021" },
	} {
		w := newWorld(t)
		c := w.config()
		c.CallerReference = "second"
		edit(&c)
		if _, err := w.CreateDistribution(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func seven() []string {
	return []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
}

func addBehavior(c *DistributionConfig, pattern string) {
	b := c.DefaultBehavior
	b.PathPattern = pattern
	c.Behaviors = append(c.Behaviors, b)
}

func TestDistributionRefusals(t *testing.T) {
	type edit = func(*DistributionConfig)
	behavior := func(change func(*Behavior)) edit {
		return func(c *DistributionConfig) { change(&c.DefaultBehavior) }
	}
	origin := func(change func(*Origin)) edit {
		return func(c *DistributionConfig) { change(&c.Origins[0]) }
	}
	for _, test := range []struct {
		name   string
		edit   edit
		status int
		code   string
	}{
		{"caller reference in use", func(c *DistributionConfig) { c.CallerReference = "dist" }, 409, "DistributionAlreadyExists"},
		{"no caller reference", func(c *DistributionConfig) { c.CallerReference = "" }, 400, "InvalidArgument"},
		{"long comment", func(c *DistributionConfig) { c.Comment = strings.Repeat("c", 129) }, 400, "InvalidArgument"},
		{"price class", func(c *DistributionConfig) { c.PriceClass = "PriceClass_300" }, 400, "InvalidArgument"},
		{"HTTP version", func(c *DistributionConfig) { c.HTTPVersion = "http4" }, 400, "InvalidArgument"},
		{"root with slash", func(c *DistributionConfig) { c.DefaultRootObject = "/index.html" }, 400, "InvalidDefaultRootObject"},
		{"root with space", func(c *DistributionConfig) { c.DefaultRootObject = "a b" }, 400, "InvalidDefaultRootObject"},
		{"root too long", func(c *DistributionConfig) { c.DefaultRootObject = strings.Repeat("a", 256) }, 400, "InvalidDefaultRootObject"},
		{"alias", func(c *DistributionConfig) { c.Aliases = []string{"cdn.example.com"} }, 400, "InvalidViewerCertificate"},
		{"no default certificate", func(c *DistributionConfig) { c.ViewerCertificate.CloudFrontDefault = false }, 400, "InvalidViewerCertificate"},
		{"minimum TLS", func(c *DistributionConfig) { c.ViewerCertificate.MinimumProtocolVersion = "TLSv9" }, 400, "InvalidMinimumProtocolVersion"},
		{"no geo restriction", func(c *DistributionConfig) { c.GeoRestriction.Type = "" }, 400, "InvalidGeoRestrictionParameter"},
		{"geo whitelist of nowhere", func(c *DistributionConfig) { c.GeoRestriction.Type = "whitelist" }, 400, "InvalidGeoRestrictionParameter"},
		{"geo, no code", func(c *DistributionConfig) { c.GeoRestriction = GeoRestriction{"blacklist", []string{"Japan"}} }, 400, "InvalidGeoRestrictionParameter"},
		{"geo, lower case", func(c *DistributionConfig) { c.GeoRestriction = GeoRestriction{"blacklist", []string{"jp"}} }, 400, "InvalidGeoRestrictionParameter"},
		{"geo, no country", func(c *DistributionConfig) { c.GeoRestriction = GeoRestriction{"whitelist", []string{"JP", "UK"}} }, 400, "InvalidGeoRestrictionParameter"},
		{"geo, twice", func(c *DistributionConfig) { c.GeoRestriction = GeoRestriction{"whitelist", []string{"JP", "JP"}} }, 400, "InvalidGeoRestrictionParameter"},
		{"geo none with places", func(c *DistributionConfig) { c.GeoRestriction.Locations = []string{"JP"} }, 400, "InvalidGeoRestrictionParameter"},
		{"no origin", func(c *DistributionConfig) { c.Origins = nil }, 400, "InvalidArgument"},
		{"origin id twice", func(c *DistributionConfig) { c.Origins = append(c.Origins, c.Origins[0]) }, 400, "InvalidArgument"},
		{"101 origins", func(c *DistributionConfig) {
			for i := range 100 {
				o := c.Origins[0]
				o.ID = fmt.Sprint(i)
				c.Origins = append(c.Origins, o)
			}
		}, 400, "TooManyOrigins"},
		{"origin id empty", origin(func(o *Origin) { o.ID = "" }), 400, "InvalidArgument"},
		{"website endpoint", origin(func(o *Origin) { o.DomainName = "media.s3-website-eu-west-1.amazonaws.com" }), 400, "InvalidArgument"},
		{"website endpoint, dot", origin(func(o *Origin) { o.DomainName = "media.s3-website.eu-west-1.amazonaws.com" }), 400, "InvalidArgument"},
		{"not a bucket", origin(func(o *Origin) { o.DomainName = "www.example.com" }), 400, "InvalidArgument"},
		{"path style", origin(func(o *Origin) { o.DomainName = "s3.eu-west-1.amazonaws.com" }), 400, "InvalidArgument"},
		{"origin path", origin(func(o *Origin) { o.Path = "vod" }), 400, "InvalidArgument"},
		{"origin path end", origin(func(o *Origin) { o.Path = "/vod/" }), 400, "InvalidArgument"},
		{"unknown identity", origin(func(o *Origin) { o.OriginAccessIdentity = identityPathPrefix + "E0000000000000" }), 400, "InvalidOriginAccessIdentity"},
		{"identity without path", origin(func(o *Origin) { o.OriginAccessIdentity = o.OriginAccessIdentity[len(identityPathPrefix):] }), 400, "InvalidOriginAccessIdentity"},
		{"target origin", behavior(func(b *Behavior) { b.TargetOriginID = "x" }), 404, "NoSuchOrigin"},
		{"protocol policy", behavior(func(b *Behavior) { b.ViewerProtocolPolicy = "http" }), 400, "InvalidArgument"},
		{"methods", behavior(func(b *Behavior) { b.AllowedMethods = []string{"GET", "POST"} }), 400, "InvalidArgument"},
		{"method twice", behavior(func(b *Behavior) { b.AllowedMethods = []string{"GET", "GET"} }), 400, "InvalidArgument"},
		{"no methods", behavior(func(b *Behavior) { b.AllowedMethods = nil }), 400, "InvalidArgument"},
		{"cached methods", behavior(func(b *Behavior) { b.CachedMethods = []string{"GET"} }), 400, "InvalidArgument"},
		{"cached not allowed", behavior(func(b *Behavior) { b.AllowedMethods, b.CachedMethods = getHead, getHeadOptions }), 400, "InvalidArgument"},
		{"no cache policy", behavior(func(b *Behavior) { b.CachePolicyID = "" }), 400, "InvalidArgument"},
		{"cache policy", behavior(func(b *Behavior) { b.CachePolicyID = corsS3Origin }), 404, "NoSuchCachePolicy"},
		{"origin request policy", behavior(func(b *Behavior) { b.OriginRequestPolicyID = cachingOptimized }), 404, "NoSuchOriginRequestPolicy"},
		{"response headers policy", behavior(func(b *Behavior) { b.ResponseHeadersPolicyID = corsS3Origin }), 404, "NoSuchResponseHeadersPolicy"},
		{"key group", behavior(func(b *Behavior) { b.TrustedKeyGroups = []string{"x"} }), 400, "TrustedKeyGroupDoesNotExist"},
		{"key group twice", behavior(func(b *Behavior) { b.TrustedKeyGroups = append(b.TrustedKeyGroups, b.TrustedKeyGroups[0]) }), 400, "InvalidArgument"},
		{"five key groups", behavior(func(b *Behavior) { b.TrustedKeyGroups = make([]string, 5) }), 400, "TooManyKeyGroupsAssociatedToDistribution"},
		{"pattern on the default", behavior(func(b *Behavior) { b.PathPattern = "*" }), 400, "InvalidArgument"},
		{"no pattern", func(c *DistributionConfig) { addBehavior(c, "") }, 400, "InvalidArgument"},
		{"pattern character", func(c *DistributionConfig) { addBehavior(c, "/a b") }, 400, "InvalidArgument"},
		{"pattern too long", func(c *DistributionConfig) { addBehavior(c, strings.Repeat("a", 256)) }, 400, "InvalidArgument"},
		{"pattern twice", func(c *DistributionConfig) { addBehavior(c, "/a/*"); addBehavior(c, "a/*") }, 400, "InvalidArgument"},
		{"76 behaviors", func(c *DistributionConfig) {
			for i := range 76 {
				addBehavior(c, fmt.Sprint("/", i))
			}
		}, 400, "TooManyCacheBehaviors"},
		{"bad ordered behavior", func(c *DistributionConfig) {
			addBehavior(c, "/a/*")
			c.Behaviors[0].TargetOriginID = "x"
		}, 404, "NoSuchOrigin"},
	} {
		w := newWorld(t)
		c := w.config()
		c.CallerReference = "second"
		test.edit(&c)
		_, err := w.CreateDistribution(c)
		wantCode(t, test.name, err, test.status, test.code)
	}
}
