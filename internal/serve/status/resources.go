package status

import (
	"fmt"
	"slices"
	"strings"

	"privateplayback/internal/fakeaws"
)

// group is the resources of one kind.
type group struct {
	Kind  string
	Items []item
}

type item struct{ ID, Facts string }

// resources groups what is deployed by kind, in the order of describers, and what
// has none behind it.
func resources(c *fakeaws.Cloud) (groups []group, count int) {
	byKind := map[string][]item{}
	kinds := []string{}
	for _, d := range describers {
		kinds = append(kinds, d.kind)
	}
	for _, name := range c.Resources() {
		kind, id := split(name)
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
		byKind[kind] = append(byKind[kind], item{id, facts(c, kind, id)})
		count++
	}
	for _, kind := range kinds {
		if items := byKind[kind]; len(items) > 0 {
			groups = append(groups, group{title(kind), items})
		}
	}
	return groups, count
}

// split reads "kind/id", or an ARN whose resource part is of that form.
func split(name string) (kind, id string) {
	kind, _, _ = strings.Cut(name[strings.LastIndexByte(name, ':')+1:], "/")
	if strings.HasPrefix(name, "arn:") {
		return kind, name
	}
	return kind, strings.TrimPrefix(name, kind+"/")
}

// title turns "key-group" into "Key group".
func title(kind string) string {
	words := strings.ReplaceAll(kind, "-", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// describers say what is worth knowing of a resource. One that has gone since it was
// listed has nothing to tell.
var describers = []struct {
	kind  string
	facts func(c *fakeaws.Cloud, id string) (string, error)
}{
	{"distribution", distributionFacts},
	{"bucket", bucketFacts},
	{"channel", func(c *fakeaws.Cloud, id string) (string, error) {
		ch, err := c.IVS.Channel(id)
		access := "public"
		if ch.Authorized {
			access = "private"
		}
		return fmt.Sprintf("%s: %s, %s latency, %s; %s", ch.Name, ch.Type, ch.LatencyMode, access, ch.PlaybackURL), err
	}},
	{"playback-key", func(c *fakeaws.Cloud, id string) (string, error) {
		k, err := c.IVS.PlaybackKeyPair(id)
		return k.Name + ", fingerprint " + k.Fingerprint, err
	}},
	{"key-group", func(c *fakeaws.Cloud, id string) (string, error) {
		g, err := c.Edge.KeyGroup(id)
		return g.Name + ": " + strings.Join(g.Items, ", "), err
	}},
	{"public-key", func(c *fakeaws.Cloud, id string) (string, error) {
		k, err := c.Edge.PublicKey(id)
		return k.Name, err
	}},
	{"origin-access-identity", func(c *fakeaws.Cloud, id string) (string, error) {
		i, err := c.Edge.OriginAccessIdentity(id)
		return i.Comment, err
	}},
	{"origin-access-control", func(c *fakeaws.Cloud, id string) (string, error) {
		a, err := c.Edge.OriginAccessControl(id)
		return a.Name, err
	}},
	{"cache-policy", func(c *fakeaws.Cloud, id string) (string, error) {
		p, err := c.Edge.CachePolicy(id)
		return fmt.Sprintf("%s: TTL %d to %d s, default %d s; headers in the key: %s", p.Name, p.MinTTL, p.MaxTTL, p.DefaultTTL, list(p.Headers)), err
	}},
	{"origin-request-policy", func(c *fakeaws.Cloud, id string) (string, error) {
		p, err := c.Edge.OriginRequestPolicy(id)
		return p.Name, err
	}},
	{"response-headers-policy", func(c *fakeaws.Cloud, id string) (string, error) {
		p, err := c.Edge.ResponseHeadersPolicy(id)
		return p.Name, err
	}},
}

func facts(c *fakeaws.Cloud, kind, id string) string {
	for _, d := range describers {
		if d.kind != kind {
			continue
		}
		if text, err := d.facts(c, id); err == nil {
			return text
		}
	}
	return ""
}

func distributionFacts(c *fakeaws.Cloud, id string) (string, error) {
	d, err := c.Edge.Distribution(id)
	if err != nil {
		return "", err
	}
	state := d.Status
	if !d.Enabled {
		state += ", disabled"
	}
	parts := []string{"https://" + d.DomainName + ", " + state}
	if len(d.Aliases) > 0 {
		parts = append(parts, "aliases "+strings.Join(d.Aliases, ", "))
	}
	for _, b := range append(slices.Clone(d.Behaviors), d.DefaultBehavior) {
		pattern, access := b.PathPattern, "public"
		if pattern == "" {
			pattern = "*"
		}
		if len(b.TrustedKeyGroups) > 0 {
			access = "signed by key group " + strings.Join(b.TrustedKeyGroups, ", ")
		}
		parts = append(parts, fmt.Sprintf("behavior %s: %s, %s", pattern, b.ViewerProtocolPolicy, access))
	}
	return strings.Join(parts, "; "), nil
}

func bucketFacts(c *fakeaws.Cloud, name string) (string, error) {
	keys, err := c.Bucket.Keys(name)
	if err != nil {
		return "", err
	}
	policy := "no bucket policy"
	if _, err := c.Bucket.Policy(name); err == nil {
		policy = "a bucket policy"
	}
	block := "public access is not blocked"
	if b, err := c.Bucket.PublicAccessBlock(name); err == nil && b.BlockPublicAcls && b.BlockPublicPolicy && b.IgnorePublicAcls && b.RestrictPublicBuckets {
		block = "all public access is blocked"
	}
	rules, _ := c.Bucket.CORS(name)
	return strings.Join([]string{count(len(keys), "object"), policy, block, count(len(rules), "CORS rule")}, ", "), nil
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
