package provider

import (
	"crypto/rand"
	"net/http"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/apierror"
	"privateplayback/internal/fakeaws/edge"
)

// callerReference is what the provider makes up so that a repeated call makes
// nothing twice.
func callerReference() string { return "pulumi-" + rand.Text() }

type identityInputs struct {
	Comment string `json:"comment,omitempty"`
}

func identityType() resourceType {
	out := func(i edge.OriginAccessIdentity) outputs {
		return outputs{
			"callerReference":              i.CallerReference,
			"cloudfrontAccessIdentityPath": "origin-access-identity/cloudfront/" + i.ID,
			"etag":                         i.ETag,
			"iamArn":                       i.IAMARN(),
			"s3CanonicalUserId":            i.S3CanonicalUserID,
		}
	}
	return kind[identityInputs]{
		computed: []string{"callerReference", "cloudfrontAccessIdentityPath", "etag", "iamArn", "s3CanonicalUserId"},
		create: func(c *fakeaws.Cloud, in identityInputs) (string, outputs, error) {
			i, err := c.Edge.CreateOriginAccessIdentity(callerReference(), in.Comment)
			return i.ID, out(i), err
		},
		read: func(c *fakeaws.Cloud, id string, _ identityInputs) (identityInputs, outputs, error) {
			i, err := c.Edge.OriginAccessIdentity(id)
			return identityInputs{i.Comment}, out(i), err
		},
		update: func(c *fakeaws.Cloud, id string, in identityInputs, old outputs) (outputs, error) {
			i, err := c.Edge.UpdateOriginAccessIdentity(id, old.text("etag"), in.Comment)
			return out(i), err
		},
		delete: func(c *fakeaws.Cloud, id string, _ identityInputs, old outputs) error {
			return c.Edge.DeleteOriginAccessIdentity(id, old.text("etag"))
		},
	}
}

type publicKeyInputs struct {
	Name       string `json:"name,omitempty" most:"128" name:"plain"`
	EncodedKey string `json:"encodedKey"`
	Comment    string `json:"comment,omitempty"`
}

// publicKeyType reads the key back as the API hands it out, with a trailing
// newline: one that was given without is replaced by the next update, as with
// the real provider.
func publicKeyType() resourceType {
	out := func(k edge.PublicKey) outputs {
		return outputs{"callerReference": k.CallerReference, "etag": k.ETag}
	}
	return kind[publicKeyInputs]{
		autoname: "name",
		replace:  []string{"encodedKey", "name"},
		computed: []string{"callerReference", "etag"},
		create: func(c *fakeaws.Cloud, in publicKeyInputs) (string, outputs, error) {
			k, err := c.Edge.CreatePublicKey(edge.PublicKeyConfig{
				CallerReference: callerReference(), Name: in.Name, EncodedKey: in.EncodedKey, Comment: in.Comment,
			})
			return k.ID, out(k), err
		},
		read: func(c *fakeaws.Cloud, id string, _ publicKeyInputs) (publicKeyInputs, outputs, error) {
			k, err := c.Edge.PublicKey(id)
			return publicKeyInputs{k.Name, k.EncodedKey, k.Comment}, out(k), err
		},
		update: func(c *fakeaws.Cloud, id string, in publicKeyInputs, old outputs) (outputs, error) {
			k, err := c.Edge.UpdatePublicKey(id, old.text("etag"), edge.PublicKeyConfig{
				CallerReference: old.text("callerReference"), Name: in.Name, EncodedKey: in.EncodedKey, Comment: in.Comment,
			})
			return out(k), err
		},
		delete: func(c *fakeaws.Cloud, id string, _ publicKeyInputs, old outputs) error {
			return c.Edge.DeletePublicKey(id, old.text("etag"))
		},
	}
}

type keyGroupInputs struct {
	Name    string   `json:"name,omitempty"`
	Comment string   `json:"comment,omitempty"`
	Items   []string `json:"items"`
}

func keyGroupType() resourceType {
	out := func(g edge.KeyGroup) outputs { return outputs{"etag": g.ETag} }
	return kind[keyGroupInputs]{
		autoname: "name",
		set:      "items",
		computed: []string{"etag"},
		create: func(c *fakeaws.Cloud, in keyGroupInputs) (string, outputs, error) {
			g, err := c.Edge.CreateKeyGroup(edge.KeyGroupConfig(in))
			return g.ID, out(g), err
		},
		read: func(c *fakeaws.Cloud, id string, _ keyGroupInputs) (keyGroupInputs, outputs, error) {
			g, err := c.Edge.KeyGroup(id)
			return keyGroupInputs(g.KeyGroupConfig), out(g), err
		},
		update: func(c *fakeaws.Cloud, id string, in keyGroupInputs, old outputs) (outputs, error) {
			g, err := c.Edge.UpdateKeyGroup(id, old.text("etag"), edge.KeyGroupConfig(in))
			return out(g), err
		},
		delete: func(c *fakeaws.Cloud, id string, _ keyGroupInputs, old outputs) error {
			return c.Edge.DeleteKeyGroup(id, old.text("etag"))
		},
	}
}

type cachePolicyInputs struct {
	Name       string   `json:"name,omitempty"`
	Comment    string   `json:"comment,omitempty"`
	MinTTL     *int64   `json:"minTtl,omitempty"`
	DefaultTTL *int64   `json:"defaultTtl,omitempty"`
	MaxTTL     *int64   `json:"maxTtl,omitempty"`
	Key        cacheKey `json:"parametersInCacheKeyAndForwardedToOrigin"`
}

type cacheKey struct {
	Gzip         bool            `json:"enableAcceptEncodingGzip,omitempty"`
	Brotli       bool            `json:"enableAcceptEncodingBrotli,omitempty"`
	Headers      keyHeaders      `json:"headersConfig"`
	Cookies      cookieSelection `json:"cookiesConfig"`
	QueryStrings querySelection  `json:"queryStringsConfig"`
}

type items struct {
	Items []string `json:"items,omitempty"`
}

type keyHeaders struct {
	Behavior string `json:"headerBehavior" oneof:"none whitelist"`
	Headers  *items `json:"headers,omitempty"`
}

type cookieSelection struct {
	Behavior string `json:"cookieBehavior" oneof:"none whitelist allExcept all"`
	Cookies  *items `json:"cookies,omitempty"`
}

type querySelection struct {
	Behavior     string `json:"queryStringBehavior" oneof:"none whitelist allExcept all"`
	QueryStrings *items `json:"queryStrings,omitempty"`
}

func names(list *items) []string {
	if list == nil {
		return nil
	}
	return list.Items
}

func listed(names []string) *items {
	if len(names) == 0 {
		return nil
	}
	return &items{names}
}

func (in cachePolicyInputs) config() edge.CachePolicyConfig {
	ttl := func(seconds *int64, otherwise int64) int64 {
		if seconds == nil {
			return otherwise
		}
		return *seconds
	}
	return edge.CachePolicyConfig{
		Name: in.Name, Comment: in.Comment,
		// The provider's defaults.
		MinTTL: ttl(in.MinTTL, 0), DefaultTTL: ttl(in.DefaultTTL, 86400), MaxTTL: ttl(in.MaxTTL, 31536000),
		Headers:      names(in.Key.Headers.Headers),
		QueryStrings: edge.KeySelection{Behavior: in.Key.QueryStrings.Behavior, Items: names(in.Key.QueryStrings.QueryStrings)},
		Cookies:      edge.KeySelection{Behavior: in.Key.Cookies.Behavior, Items: names(in.Key.Cookies.Cookies)},
		EnableGzip:   in.Key.Gzip, EnableBrotli: in.Key.Brotli,
	}
}

// check refuses a header list that the API would not take.
func (h keyHeaders) check() error {
	if (h.Behavior == "whitelist") == (len(names(h.Headers)) > 0) && (h.Behavior == "whitelist" || h.Behavior == "none") {
		return nil
	}
	return &apierror.Error{
		Service: "CloudFront", Operation: "CreateCachePolicy", Status: http.StatusBadRequest, Code: "InvalidArgument",
		Message: "The parameter HeadersConfig contains a behavior " + h.Behavior + " that does not fit its headers.",
	}
}

func cachePolicyInputsOf(c edge.CachePolicyConfig) cachePolicyInputs {
	behavior := "none"
	if len(c.Headers) > 0 {
		behavior = "whitelist"
	}
	return cachePolicyInputs{
		Name: c.Name, Comment: c.Comment, MinTTL: &c.MinTTL, DefaultTTL: &c.DefaultTTL, MaxTTL: &c.MaxTTL,
		Key: cacheKey{
			Gzip: c.EnableGzip, Brotli: c.EnableBrotli,
			Headers:      keyHeaders{behavior, listed(c.Headers)},
			Cookies:      cookieSelection{c.Cookies.Behavior, listed(c.Cookies.Items)},
			QueryStrings: querySelection{c.QueryStrings.Behavior, listed(c.QueryStrings.Items)},
		},
	}
}

func cachePolicyType() resourceType {
	out := func(p edge.CachePolicy) outputs { return outputs{"etag": p.ETag} }
	return kind[cachePolicyInputs]{
		autoname: "name",
		computed: []string{"etag"},
		create: func(c *fakeaws.Cloud, in cachePolicyInputs) (string, outputs, error) {
			if err := in.Key.Headers.check(); err != nil {
				return "", nil, err
			}
			p, err := c.Edge.CreateCachePolicy(in.config())
			return p.ID, out(p), err
		},
		read: func(c *fakeaws.Cloud, id string, _ cachePolicyInputs) (cachePolicyInputs, outputs, error) {
			p, err := c.Edge.CachePolicy(id)
			return cachePolicyInputsOf(p.CachePolicyConfig), out(p), err
		},
		update: func(c *fakeaws.Cloud, id string, in cachePolicyInputs, old outputs) (outputs, error) {
			if err := in.Key.Headers.check(); err != nil {
				return nil, err
			}
			p, err := c.Edge.UpdateCachePolicy(id, old.text("etag"), in.config())
			return out(p), err
		},
		delete: func(c *fakeaws.Cloud, id string, _ cachePolicyInputs, old outputs) error {
			return c.Edge.DeleteCachePolicy(id, old.text("etag"))
		},
	}
}
