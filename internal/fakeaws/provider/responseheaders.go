package provider

import (
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/edge"
)

type responseHeadersPolicyInputs struct {
	Name     string           `json:"name,omitempty"`
	Comment  string           `json:"comment,omitempty"`
	CORS     *corsSection     `json:"corsConfig,omitempty"`
	Security *securitySection `json:"securityHeadersConfig,omitempty"`
	Custom   *customHeaders   `json:"customHeadersConfig,omitempty"`
	Removed  *removedHeaders  `json:"removeHeadersConfig,omitempty"`
}

func (responseHeadersPolicyInputs) limits() map[string]string {
	return unmodelled("etag serverTimingHeadersConfig")
}

type corsSection struct {
	AllowOrigins     items  `json:"accessControlAllowOrigins"`
	AllowMethods     items  `json:"accessControlAllowMethods"`
	AllowHeaders     items  `json:"accessControlAllowHeaders"`
	ExposeHeaders    *items `json:"accessControlExposeHeaders,omitempty"`
	AllowCredentials bool   `json:"accessControlAllowCredentials"`
	MaxAge           int64  `json:"accessControlMaxAgeSec,omitempty"`
	OriginOverride   bool   `json:"originOverride"`
}

type securitySection struct {
	ContentSecurityPolicy   *contentSecurityPolicy   `json:"contentSecurityPolicy,omitempty"`
	FrameOptions            *frameOptions            `json:"frameOptions,omitempty"`
	ReferrerPolicy          *referrerPolicy          `json:"referrerPolicy,omitempty"`
	ContentTypeOptions      *contentTypeOptions      `json:"contentTypeOptions,omitempty"`
	StrictTransportSecurity *strictTransportSecurity `json:"strictTransportSecurity,omitempty"`
	XSSProtection           *xssProtection           `json:"xssProtection,omitempty"`
}

type contentSecurityPolicy struct {
	Value    string `json:"contentSecurityPolicy"`
	Override bool   `json:"override"`
}

type frameOptions struct {
	Value    string `json:"frameOption" oneof:"DENY SAMEORIGIN"`
	Override bool   `json:"override"`
}

type referrerPolicy struct {
	Value    string `json:"referrerPolicy" oneof:"no-referrer no-referrer-when-downgrade origin origin-when-cross-origin same-origin strict-origin strict-origin-when-cross-origin unsafe-url"`
	Override bool   `json:"override"`
}

type contentTypeOptions struct {
	Override bool `json:"override"`
}

type strictTransportSecurity struct {
	MaxAge            int64 `json:"accessControlMaxAgeSec"`
	IncludeSubdomains bool  `json:"includeSubdomains,omitempty"`
	Preload           bool  `json:"preload,omitempty"`
	Override          bool  `json:"override"`
}

type xssProtection struct {
	Protection bool   `json:"protection"`
	ModeBlock  bool   `json:"modeBlock,omitempty"`
	ReportURI  string `json:"reportUri,omitempty"`
	Override   bool   `json:"override"`
}

type customHeaders struct {
	Items []customHeader `json:"items,omitempty" schema:"set"`
}

type customHeader struct {
	Name     string `json:"header"`
	Value    string `json:"value"`
	Override bool   `json:"override"`
}

type removedHeaders struct {
	Items []removedHeader `json:"items,omitempty" schema:"set"`
}

type removedHeader struct {
	Name string `json:"header"`
}

// as converts what is there: nil stays nil.
func as[A, B any](from *A, convert func(A) B) *B {
	if from == nil {
		return nil
	}
	to := convert(*from)
	return &to
}

func (in responseHeadersPolicyInputs) config() edge.ResponseHeadersPolicyConfig {
	c := edge.ResponseHeadersPolicyConfig{Name: in.Name, Comment: in.Comment, CORS: as(in.CORS, corsSection.config)}
	if s := in.Security; s != nil {
		c.Security = edge.SecurityHeadersConfig{
			ContentSecurityPolicy:   as(s.ContentSecurityPolicy, func(h contentSecurityPolicy) edge.SecurityHeader { return edge.SecurityHeader(h) }),
			FrameOptions:            as(s.FrameOptions, func(h frameOptions) edge.SecurityHeader { return edge.SecurityHeader(h) }),
			ReferrerPolicy:          as(s.ReferrerPolicy, func(h referrerPolicy) edge.SecurityHeader { return edge.SecurityHeader(h) }),
			ContentTypeOptions:      as(s.ContentTypeOptions, func(h contentTypeOptions) edge.ContentTypeOptions { return edge.ContentTypeOptions(h) }),
			StrictTransportSecurity: as(s.StrictTransportSecurity, func(h strictTransportSecurity) edge.StrictTransportSecurity { return edge.StrictTransportSecurity(h) }),
			XSSProtection:           as(s.XSSProtection, func(h xssProtection) edge.XSSProtection { return edge.XSSProtection(h) }),
		}
	}
	if in.Custom != nil {
		for _, h := range in.Custom.Items {
			c.Custom = append(c.Custom, edge.CustomHeader(h))
		}
	}
	if in.Removed != nil {
		for _, h := range in.Removed.Items {
			c.Removed = append(c.Removed, h.Name)
		}
	}
	return c
}

// config sends no age for 0, as the real provider does.
func (in corsSection) config() edge.CORSConfig {
	c := edge.CORSConfig{
		AllowOrigins: in.AllowOrigins.Items, AllowMethods: in.AllowMethods.Items, AllowHeaders: in.AllowHeaders.Items,
		ExposeHeaders: names(in.ExposeHeaders), AllowCredentials: in.AllowCredentials, OriginOverride: in.OriginOverride,
	}
	if in.MaxAge != 0 {
		c.MaxAge = &in.MaxAge
	}
	return c
}

func corsSectionOf(c edge.CORSConfig) corsSection {
	in := corsSection{
		AllowOrigins: items{c.AllowOrigins}, AllowMethods: items{c.AllowMethods}, AllowHeaders: items{c.AllowHeaders},
		ExposeHeaders: listed(c.ExposeHeaders), AllowCredentials: c.AllowCredentials, OriginOverride: c.OriginOverride,
	}
	if c.MaxAge != nil {
		in.MaxAge = *c.MaxAge
	}
	return in
}

func responseHeadersPolicyInputsOf(c edge.ResponseHeadersPolicyConfig) responseHeadersPolicyInputs {
	in := responseHeadersPolicyInputs{Name: c.Name, Comment: c.Comment, CORS: as(c.CORS, corsSectionOf)}
	if s := c.Security; s != (edge.SecurityHeadersConfig{}) {
		in.Security = &securitySection{
			ContentSecurityPolicy:   as(s.ContentSecurityPolicy, func(h edge.SecurityHeader) contentSecurityPolicy { return contentSecurityPolicy(h) }),
			FrameOptions:            as(s.FrameOptions, func(h edge.SecurityHeader) frameOptions { return frameOptions(h) }),
			ReferrerPolicy:          as(s.ReferrerPolicy, func(h edge.SecurityHeader) referrerPolicy { return referrerPolicy(h) }),
			ContentTypeOptions:      as(s.ContentTypeOptions, func(h edge.ContentTypeOptions) contentTypeOptions { return contentTypeOptions(h) }),
			StrictTransportSecurity: as(s.StrictTransportSecurity, func(h edge.StrictTransportSecurity) strictTransportSecurity { return strictTransportSecurity(h) }),
			XSSProtection:           as(s.XSSProtection, func(h edge.XSSProtection) xssProtection { return xssProtection(h) }),
		}
	}
	if len(c.Custom) > 0 {
		in.Custom = &customHeaders{}
		for _, h := range c.Custom {
			in.Custom.Items = append(in.Custom.Items, customHeader(h))
		}
	}
	if len(c.Removed) > 0 {
		in.Removed = &removedHeaders{}
		for _, name := range c.Removed {
			in.Removed.Items = append(in.Removed.Items, removedHeader{name})
		}
	}
	return in
}

func responseHeadersPolicyOutputs(p edge.ResponseHeadersPolicy) outputs {
	return outputs{"arn": cloudFrontARN("response-headers-policy", p.ID), "etag": p.ETag}
}

func responseHeadersPolicyType() resourceType {
	return kind[responseHeadersPolicyInputs]{
		name:     naming{property: "name"},
		computed: []string{"arn", "etag"},
		create: func(c *fakeaws.Cloud, in responseHeadersPolicyInputs) (string, error) {
			p, err := c.Edge.CreateResponseHeadersPolicy(in.config())
			return p.ID, err
		},
		read: func(c *fakeaws.Cloud, id string, _ responseHeadersPolicyInputs) (responseHeadersPolicyInputs, outputs, error) {
			p, err := c.Edge.ResponseHeadersPolicy(id)
			return responseHeadersPolicyInputsOf(p.ResponseHeadersPolicyConfig), responseHeadersPolicyOutputs(p), err
		},
		update: func(c *fakeaws.Cloud, id string, in responseHeadersPolicyInputs, old outputs) error {
			_, err := c.Edge.UpdateResponseHeadersPolicy(id, old.text("etag"), in.config())
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, _ responseHeadersPolicyInputs, old outputs) error {
			return c.Edge.DeleteResponseHeadersPolicy(id, old.text("etag"))
		},
	}
}
