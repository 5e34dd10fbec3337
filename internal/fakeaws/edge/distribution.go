package edge

import (
	"iter"
	"net/http"
	"slices"
	"time"
)

const maxDistributions = 500

// A DistributionConfig is what the caller says about a distribution.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
type DistributionConfig struct {
	CallerReference   string // unique per distribution, cannot be changed
	Comment           string // at most 128 bytes
	DefaultRootObject string // served for "/"; no leading slash; "" for none
	PriceClass        string // "" means PriceClass_All
	HTTPVersion       string // "" means http2
	Enabled, IPv6     bool
	Aliases           []string // lower-case names, or "*.example.com"; they need a Certificate
	Origins           []Origin // one to 100
	DefaultBehavior   Behavior
	Behaviors         []Behavior // tried in order before the default; at most 75
	ViewerCertificate ViewerCertificate
	Certificate       Certificate // zero with the CloudFront default certificate
	GeoRestriction    GeoRestriction

	CustomErrorResponses []CustomErrorResponse // one per error code at most
}

// An Origin is an S3 bucket.
type Origin struct {
	ID                    string
	DomainName            string // "bucket.s3.eu-west-1.amazonaws.com"
	Path                  string // "" or "/prefix", no trailing slash
	OriginAccessIdentity  string // "origin-access-identity/cloudfront/E…", or ""
	OriginAccessControlID string // "E…", or ""; not beside an identity; with neither, access is anonymous
}

// A Behavior says how requests that match a path pattern are treated.
type Behavior struct {
	PathPattern             string // "" in the default behavior
	TargetOriginID          string
	ViewerProtocolPolicy    string   // "allow-all", "redirect-to-https" or "https-only"
	AllowedMethods          []string // GET and HEAD; with OPTIONS; or all seven
	CachedMethods           []string // GET and HEAD; or with OPTIONS
	Compress                bool     // with gzip, if the cache policy enables that
	CachePolicyID           string
	OriginRequestPolicyID   string   // own or managed, or ""
	ResponseHeadersPolicyID string   // own or managed, or ""
	TrustedKeyGroups        []string // at most four; empty: public
}

// A ViewerCertificate chooses the certificate that viewers see.
type ViewerCertificate struct {
	CloudFrontDefault      bool   // false with a DistributionConfig.Certificate
	MinimumProtocolVersion string // with the default certificate read back as TLSv1, whatever was asked for
}

// A GeoRestriction limits viewers by country, see Options.Country.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GeoRestriction.html
type GeoRestriction struct {
	Type      string   // "none", "whitelist" or "blacklist"
	Locations []string // "JP"; empty with "none"
}

// A Distribution is one CloudFront distribution.
type Distribution struct {
	ID           string // "EDFDVBD632BHDS"
	ARN          string
	DomainName   string // "d111111abcdef8.cloudfront.net"
	Status       string // "InProgress" during Options.Propagation after a change, then "Deployed"
	ETag         string
	LastModified time.Time // UTC, whole seconds
	DistributionConfig
}

// CreateDistribution makes a distribution that answers under its DomainName
// and aliases, at once unless Options.Propagation is set. validate.go lists the
// refusals.
func (s *Service) CreateDistribution(c DistributionConfig) (Distribution, error) {
	const op = "CreateDistribution"
	c = c.clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkDistribution(op, &c); err != nil {
		return Distribution{}, err
	}
	for _, old := range s.distributions {
		if old.CallerReference == c.CallerReference {
			return Distribution{}, refuse(op, http.StatusConflict, "DistributionAlreadyExists",
				"The caller reference you attempted to create the distribution with is associated with another distribution.")
		}
	}
	if len(s.distributions) >= maxDistributions {
		return Distribution{}, refuse(op, http.StatusBadRequest, "TooManyDistributions",
			"Processing your request would cause you to exceed the maximum number of distributions allowed.")
	}
	id := randomID("E", upperAlphabet)
	d := &Distribution{
		ID:                 id,
		ARN:                distributionARN(id),
		DomainName:         randomID("d", lowerAlphabet) + ".cloudfront.net",
		Status:             "Deployed",
		ETag:               newETag(),
		LastModified:       s.now().UTC().Truncate(time.Second),
		DistributionConfig: c,
	}
	s.deploy(d)
	return s.view(d), nil
}

func distributionARN(id string) string {
	return "arn:aws:cloudfront::" + accountID + ":distribution/" + id
}

// Distribution reads a distribution; NoSuchDistribution if there is none.
func (s *Service) Distribution(id string) (Distribution, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	d, err := s.distribution("GetDistribution", id)
	if err != nil {
		return Distribution{}, err
	}
	return s.view(d), nil
}

// UpdateDistribution replaces the whole configuration. The caller reference
// must stay; otherwise IllegalUpdate. Cached objects stay.
func (s *Service) UpdateDistribution(id, ifMatch string, c DistributionConfig) (Distribution, error) {
	const op = "UpdateDistribution"
	c = c.clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.distribution(op, id)
	if err != nil {
		return Distribution{}, err
	}
	if err := checkETag(op, ifMatch, old.ETag); err != nil {
		return Distribution{}, err
	}
	if c.CallerReference != old.CallerReference {
		return Distribution{}, refuse(op, http.StatusBadRequest, "IllegalUpdate",
			"The update contains modifications that are not allowed.")
	}
	if err := s.checkDistribution(op, &c); err != nil {
		return Distribution{}, err
	}
	d := *old
	d.DistributionConfig = c
	d.ETag = newETag()
	d.LastModified = s.now().UTC().Truncate(time.Second)
	s.deploy(&d)
	return s.view(&d), nil
}

// DeleteDistribution removes a distribution that is disabled, at every edge;
// otherwise DistributionNotDisabled.
func (s *Service) DeleteDistribution(id, ifMatch string) error {
	const op = "DeleteDistribution"
	s.mu.Lock()
	defer s.mu.Unlock()
	d, err := s.distribution(op, id)
	if err != nil {
		return err
	}
	if err := checkETag(op, ifMatch, d.ETag); err != nil {
		return err
	}
	// While the disabling spreads, too (assumption edge.delete-in-progress).
	if d.Enabled || s.rollouts[id].inProgress(s.now()) {
		return refuse(op, http.StatusConflict, "DistributionNotDisabled",
			"The distribution you are trying to delete has not been disabled.")
	}
	delete(s.distributions, id)
	delete(s.rollouts, id)
	s.forgetHosts(id)
	return nil
}

func (s *Service) distribution(op, id string) (*Distribution, error) {
	d, ok := s.distributions[id]
	if !ok {
		return nil, refuse(op, http.StatusNotFound, "NoSuchDistribution", "The specified distribution does not exist.")
	}
	return d, nil
}

// behaviors yields the behaviors in the order of matching, the default last.
func (c *DistributionConfig) behaviors() iter.Seq[*Behavior] {
	return func(yield func(*Behavior) bool) {
		for i := range c.Behaviors {
			if !yield(&c.Behaviors[i]) {
				return
			}
		}
		yield(&c.DefaultBehavior)
	}
}

// trusts tells whether any behavior trusts the key group.
func (c *DistributionConfig) trusts(keyGroup string) bool {
	for b := range c.behaviors() {
		if slices.Contains(b.TrustedKeyGroups, keyGroup) {
			return true
		}
	}
	return false
}

func (d *Distribution) clone() Distribution {
	copied := *d
	copied.DistributionConfig = d.DistributionConfig.clone()
	return copied
}

func (c DistributionConfig) clone() DistributionConfig {
	c.Aliases = slices.Clone(c.Aliases)
	c.Origins = slices.Clone(c.Origins)
	c.GeoRestriction.Locations = slices.Clone(c.GeoRestriction.Locations)
	c.Behaviors = slices.Clone(c.Behaviors)
	c.CustomErrorResponses = slices.Clone(c.CustomErrorResponses)
	for i := range c.CustomErrorResponses {
		e := &c.CustomErrorResponses[i]
		e.ErrorCachingMinTTL = cloned(e.ErrorCachingMinTTL)
	}
	for b := range c.behaviors() {
		b.AllowedMethods = slices.Clone(b.AllowedMethods)
		b.CachedMethods = slices.Clone(b.CachedMethods)
		b.TrustedKeyGroups = slices.Clone(b.TrustedKeyGroups)
	}
	return c
}
