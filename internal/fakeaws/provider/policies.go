package provider

import (
	"net/http"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/apierror"
	"privateplayback/internal/fakeaws/edge"
)

type cachePolicyInputs struct {
	Name       string   `json:"name,omitempty"`
	Comment    string   `json:"comment,omitempty"`
	MinTTL     int64    `json:"minTtl,omitempty"`
	DefaultTTL int64    `json:"defaultTtl,omitempty" default:"86400"`
	MaxTTL     int64    `json:"maxTtl,omitempty" default:"31536000"`
	Key        cacheKey `json:"parametersInCacheKeyAndForwardedToOrigin"`
}

type cacheKey struct {
	Gzip         bool            `json:"enableAcceptEncodingGzip,omitempty"`
	Brotli       bool            `json:"enableAcceptEncodingBrotli,omitempty"`
	Headers      keyHeaders      `json:"headersConfig"`
	Cookies      cookieSelection `json:"cookiesConfig"`
	QueryStrings querySelection  `json:"queryStringsConfig"`
}

// items is a list of names as the API nests them.
type items struct {
	Items []string `json:"items,omitempty" schema:"set"`
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

func (s cookieSelection) config() edge.KeySelection {
	return edge.KeySelection{Behavior: s.Behavior, Items: names(s.Cookies)}
}

func (s querySelection) config() edge.KeySelection {
	return edge.KeySelection{Behavior: s.Behavior, Items: names(s.QueryStrings)}
}

func cookiesOf(k edge.KeySelection) cookieSelection {
	return cookieSelection{k.Behavior, listed(k.Items)}
}

func queriesOf(k edge.KeySelection) querySelection {
	return querySelection{k.Behavior, listed(k.Items)}
}

// config refuses a header list that the API would not take.
func (in cachePolicyInputs) config(operation string) (edge.CachePolicyConfig, error) {
	h := in.Key.Headers
	if (h.Behavior == "whitelist") != (len(names(h.Headers)) > 0) {
		return edge.CachePolicyConfig{}, &apierror.Error{
			Service: "CloudFront", Operation: operation, Status: http.StatusBadRequest, Code: "InvalidArgument",
			Message: "The parameter HeadersConfig contains a behavior " + h.Behavior + " that does not fit its headers.",
		}
	}
	return edge.CachePolicyConfig{
		Name: in.Name, Comment: in.Comment, MinTTL: in.MinTTL, DefaultTTL: in.DefaultTTL, MaxTTL: in.MaxTTL,
		Headers: names(h.Headers), QueryStrings: in.Key.QueryStrings.config(), Cookies: in.Key.Cookies.config(),
		EnableGzip: in.Key.Gzip, EnableBrotli: in.Key.Brotli,
	}, nil
}

func cachePolicyInputsOf(c edge.CachePolicyConfig) cachePolicyInputs {
	behavior := "none"
	if len(c.Headers) > 0 {
		behavior = "whitelist"
	}
	return cachePolicyInputs{
		Name: c.Name, Comment: c.Comment, MinTTL: c.MinTTL, DefaultTTL: c.DefaultTTL, MaxTTL: c.MaxTTL,
		Key: cacheKey{
			Gzip: c.EnableGzip, Brotli: c.EnableBrotli, Headers: keyHeaders{behavior, listed(c.Headers)},
			Cookies: cookiesOf(c.Cookies), QueryStrings: queriesOf(c.QueryStrings),
		},
	}
}

func cachePolicyOutputs(p edge.CachePolicy) outputs {
	return outputs{"arn": cloudFrontARN("cache-policy", p.ID), "etag": p.ETag}
}

func cachePolicyType() resourceType {
	return kind[cachePolicyInputs]{
		name:     naming{property: "name"},
		computed: []string{"arn", "etag"},
		create: func(c *fakeaws.Cloud, in cachePolicyInputs) (string, error) {
			config, err := in.config("CreateCachePolicy")
			if err != nil {
				return "", err
			}
			p, err := c.Edge.CreateCachePolicy(config)
			return p.ID, err
		},
		read: func(c *fakeaws.Cloud, id string, _ cachePolicyInputs) (cachePolicyInputs, outputs, error) {
			p, err := c.Edge.CachePolicy(id)
			return cachePolicyInputsOf(p.CachePolicyConfig), cachePolicyOutputs(p), err
		},
		update: func(c *fakeaws.Cloud, id string, in cachePolicyInputs, old outputs) error {
			config, err := in.config("UpdateCachePolicy")
			if err != nil {
				return err
			}
			_, err = c.Edge.UpdateCachePolicy(id, old.text("etag"), config)
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, _ cachePolicyInputs, old outputs) error {
			return c.Edge.DeleteCachePolicy(id, old.text("etag"))
		},
	}
}

type originRequestPolicyInputs struct {
	Name         string          `json:"name,omitempty"`
	Comment      string          `json:"comment,omitempty"`
	Headers      originHeaders   `json:"headersConfig"`
	Cookies      cookieSelection `json:"cookiesConfig"`
	QueryStrings querySelection  `json:"queryStringsConfig"`
}

type originHeaders struct {
	Behavior string `json:"headerBehavior" oneof:"none whitelist allViewer allViewerAndWhitelistCloudFront allExcept"`
	Headers  *items `json:"headers,omitempty"`
}

func (in originRequestPolicyInputs) config() edge.OriginRequestPolicyConfig {
	return edge.OriginRequestPolicyConfig{
		Name: in.Name, Comment: in.Comment,
		Headers:      edge.KeySelection{Behavior: in.Headers.Behavior, Items: names(in.Headers.Headers)},
		QueryStrings: in.QueryStrings.config(), Cookies: in.Cookies.config(),
	}
}

func originRequestPolicyInputsOf(c edge.OriginRequestPolicyConfig) originRequestPolicyInputs {
	return originRequestPolicyInputs{
		c.Name, c.Comment, originHeaders{c.Headers.Behavior, listed(c.Headers.Items)}, cookiesOf(c.Cookies), queriesOf(c.QueryStrings),
	}
}

func originRequestPolicyOutputs(p edge.OriginRequestPolicy) outputs {
	return outputs{"arn": cloudFrontARN("origin-request-policy", p.ID), "etag": p.ETag}
}

func originRequestPolicyType() resourceType {
	return kind[originRequestPolicyInputs]{
		name:     naming{property: "name"},
		computed: []string{"arn", "etag"},
		create: func(c *fakeaws.Cloud, in originRequestPolicyInputs) (string, error) {
			p, err := c.Edge.CreateOriginRequestPolicy(in.config())
			return p.ID, err
		},
		read: func(c *fakeaws.Cloud, id string, _ originRequestPolicyInputs) (originRequestPolicyInputs, outputs, error) {
			p, err := c.Edge.OriginRequestPolicy(id)
			return originRequestPolicyInputsOf(p.OriginRequestPolicyConfig), originRequestPolicyOutputs(p), err
		},
		update: func(c *fakeaws.Cloud, id string, in originRequestPolicyInputs, old outputs) error {
			_, err := c.Edge.UpdateOriginRequestPolicy(id, old.text("etag"), in.config())
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, _ originRequestPolicyInputs, old outputs) error {
			return c.Edge.DeleteOriginRequestPolicy(id, old.text("etag"))
		},
	}
}
