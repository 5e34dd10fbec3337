package edge

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// CreateDistribution and UpdateDistribution refuse, in this order:
//
//	InvalidArgument                           malformed scalar members, domain not of an S3 bucket, unknown
//	                                          protocol policy, methods, path pattern, repeated ids or patterns
//	InvalidDefaultRootObject                  leading slash, too long, bad character
//	TooManyDistributionCNAMEs, CNAMEAlreadyExists
//	InvalidViewerCertificate, InvalidMinimumProtocolVersion
//	InvalidGeoRestrictionParameter
//	InvalidErrorCode, InvalidResponseCode
//	TooManyOrigins, TooManyCacheBehaviors
//	IllegalOriginAccessConfiguration          identity and access control on one origin
//	InvalidOriginAccessIdentity               malformed or unknown identity
//	InvalidOriginAccessControl                unknown access control
//	NoSuchOrigin                              target origin not in the configuration
//	NoSuchCachePolicy, NoSuchOriginRequestPolicy, NoSuchResponseHeadersPolicy
//	TooManyKeyGroupsAssociatedToDistribution, TrustedKeyGroupDoesNotExist
//	TooManyDistributionsAssociatedToKeyGroup
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html#API_CreateDistribution_Errors

const (
	maxOrigins              = 100
	maxBehaviors            = 75
	maxKeyGroupsPerBehavior = 4
	maxTrustingKeyGroup     = 100 // distributions
	maxPathPattern          = 255
	maxDefaultRootObject    = 255
)

var (
	bucketDomain    = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\.s3(\.[a-z]{2}(-[a-z]+)+-\d)?\.amazonaws\.com$`)
	websiteDomain   = regexp.MustCompile(`\.s3-website[.-]`)
	pathPatternText = regexp.MustCompile(`^[A-Za-z0-9_.*$/~"'@:+&?-]+$`)
	rootObjectText  = regexp.MustCompile(`^[A-Za-z0-9_.*$/~"'&-]+$`)
)

// checkDistribution validates c and fills in what CloudFront sets by itself.
func (s *Service) checkDistribution(op string, c *DistributionConfig) error {
	for _, check := range []func(string, *DistributionConfig) error{
		checkGeneral, checkDefaultRootObject, s.checkAliases, s.checkCertificate, checkGeoRestriction,
		checkErrorResponses, s.checkOrigins, s.checkBehaviors,
	} {
		if err := check(op, c); err != nil {
			return err
		}
	}
	return nil
}

func checkGeneral(op string, c *DistributionConfig) error {
	if c.PriceClass == "" {
		c.PriceClass = "PriceClass_All"
	}
	if c.HTTPVersion == "" {
		c.HTTPVersion = "http2"
	}
	switch {
	case c.CallerReference == "":
		return invalidArgument(op, "The parameter CallerReference is required.")
	case len(c.Comment) > maxComment:
		return invalidArgument(op, "The parameter Comment is too long.")
	case !slices.Contains([]string{"PriceClass_100", "PriceClass_200", "PriceClass_All"}, c.PriceClass):
		return invalidArgument(op, "The parameter PriceClass is not valid.")
	case !slices.Contains([]string{"http1.1", "http2", "http3", "http2and3"}, c.HTTPVersion):
		return invalidArgument(op, "The parameter HttpVersion is not valid.")
	}
	return nil
}

func checkDefaultRootObject(op string, c *DistributionConfig) error {
	name := c.DefaultRootObject
	if name == "" || len(name) <= maxDefaultRootObject && name[0] != '/' && rootObjectText.MatchString(name) {
		return nil
	}
	return refuse(op, http.StatusBadRequest, "InvalidDefaultRootObject",
		"The default root object file name is too big or contains an invalid character.")
}

func (s *Service) checkOrigins(op string, c *DistributionConfig) error {
	if len(c.Origins) == 0 {
		return invalidArgument(op, "The parameter Origins must hold at least one origin.")
	}
	if len(c.Origins) > maxOrigins {
		return refuse(op, http.StatusBadRequest, "TooManyOrigins", "You cannot create more origins for the distribution.")
	}
	for i, o := range c.Origins {
		switch {
		case o.ID == "" || len(o.ID) > 128:
			return invalidArgument(op, "The parameter Origin Id must hold 1 to 128 characters.")
		case slices.ContainsFunc(c.Origins[:i], func(old Origin) bool { return old.ID == o.ID }):
			return invalidArgument(op, "The parameter Origin Id is used by two origins.")
		case websiteDomain.MatchString(o.DomainName), !bucketDomain.MatchString(o.DomainName):
			return invalidArgument(op, "The parameter Origin DomainName does not refer to a valid S3 bucket.")
		case o.Path != "" && (o.Path[0] != '/' || strings.HasSuffix(o.Path, "/") || len(o.Path) > 255):
			return invalidArgument(op, "The parameter Origin Path must start with a slash and not end with one.")
		}
		if o.OriginAccessIdentity != "" && o.OriginAccessControlID != "" {
			return refuse(op, http.StatusBadRequest, "IllegalOriginAccessConfiguration",
				"An origin cannot contain both an origin access control (OAC) and an origin access identity (OAI).")
		}
		if _, exists := s.accessControls[o.OriginAccessControlID]; o.OriginAccessControlID != "" && !exists {
			return refuse(op, http.StatusBadRequest, "InvalidOriginAccessControl", "The origin access control is not valid.")
		}
		if o.OriginAccessIdentity == "" {
			continue
		}
		id, ok := strings.CutPrefix(o.OriginAccessIdentity, identityPathPrefix)
		if _, exists := s.identities[id]; !ok || !exists {
			return refuse(op, http.StatusBadRequest, "InvalidOriginAccessIdentity",
				"The specified origin access identity does not exist or is not valid.")
		}
	}
	return nil
}

func (s *Service) checkBehaviors(op string, c *DistributionConfig) error {
	if len(c.Behaviors) > maxBehaviors {
		return refuse(op, http.StatusBadRequest, "TooManyCacheBehaviors",
			"You cannot create more cache behaviors for the distribution.")
	}
	if c.DefaultBehavior.PathPattern != "" {
		return invalidArgument(op, "The default cache behavior has no PathPattern.")
	}
	seen := map[string]bool{}
	for i := range c.Behaviors {
		// "images/*" and "/images/*" are one pattern.
		pattern := strings.TrimPrefix(c.Behaviors[i].PathPattern, "/")
		if !pathPatternText.MatchString(c.Behaviors[i].PathPattern) || len(c.Behaviors[i].PathPattern) > maxPathPattern {
			return invalidArgument(op, "The parameter PathPattern is empty, too long or contains an invalid character.")
		}
		if seen[pattern] {
			return invalidArgument(op, "The parameter PathPattern is used by two cache behaviors.")
		}
		seen[pattern] = true
	}
	for b := range c.behaviors() {
		if err := checkBehavior(op, b); err != nil {
			return err
		}
		if err := s.checkReferences(op, c, b); err != nil {
			return err
		}
	}
	return nil
}

func checkBehavior(op string, b *Behavior) error {
	switch {
	case !slices.Contains([]string{"allow-all", "redirect-to-https", "https-only"}, b.ViewerProtocolPolicy):
		return invalidArgument(op, "The parameter ViewerProtocolPolicy is not valid.")
	case !isMethodSet(b.AllowedMethods, 2, 3, 7):
		return invalidArgument(op, "The parameter AllowedMethods is not one of the three sets.")
	case !isMethodSet(b.CachedMethods, 2, 3):
		return invalidArgument(op, "The parameter CachedMethods is not one of the two sets.")
	case len(b.CachedMethods) > len(b.AllowedMethods):
		return invalidArgument(op, "The parameter CachedMethods must be a subset of AllowedMethods.")
	case b.CachePolicyID == "":
		return invalidArgument(op, "The parameter CachePolicyId is required.")
	}
	return nil
}

func (s *Service) checkReferences(op string, c *DistributionConfig, b *Behavior) error {
	if !slices.ContainsFunc(c.Origins, func(o Origin) bool { return o.ID == b.TargetOriginID }) {
		return refuse(op, http.StatusNotFound, "NoSuchOrigin", "No origin exists with the specified Origin Id.")
	}
	if _, ok := s.cachePolicy(b.CachePolicyID); !ok {
		return noSuchCachePolicy(op)
	}
	if _, ok := s.originRequestPolicy(b.OriginRequestPolicyID); !ok && b.OriginRequestPolicyID != "" {
		return noSuchOriginRequestPolicy(op)
	}
	if _, ok := s.responseHeadersPolicy(b.ResponseHeadersPolicyID); !ok && b.ResponseHeadersPolicyID != "" {
		return noSuchResponseHeadersPolicy(op)
	}
	if len(b.TrustedKeyGroups) > maxKeyGroupsPerBehavior {
		return refuse(op, http.StatusBadRequest, "TooManyKeyGroupsAssociatedToDistribution",
			"The number of key groups referenced by this distribution is more than the maximum allowed.")
	}
	for i, id := range b.TrustedKeyGroups {
		if _, ok := s.keyGroups[id]; !ok {
			return refuse(op, http.StatusBadRequest, "TrustedKeyGroupDoesNotExist", "The specified key group does not exist.")
		}
		if slices.Contains(b.TrustedKeyGroups[:i], id) {
			return invalidArgument(op, "The parameter TrustedKeyGroups contains a key group twice.")
		}
		if s.trusting(id, c) >= maxTrustingKeyGroup {
			return refuse(op, http.StatusBadRequest, "TooManyDistributionsAssociatedToKeyGroup",
				"The number of distributions that reference this key group is more than the maximum allowed.")
		}
	}
	return nil
}

// trusting counts the distributions but c that trust a key group.
func (s *Service) trusting(keyGroup string, c *DistributionConfig) (n int) {
	for _, d := range s.distributions {
		if d.CallerReference != c.CallerReference && d.trusts(keyGroup) {
			n++
		}
	}
	return n
}

// isMethodSet tells whether list holds, in any order, the first n of the
// methods below, where n is one of the sizes.
func isMethodSet(list []string, sizes ...int) bool {
	methods := []string{"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}
	if !slices.Contains(sizes, len(list)) {
		return false
	}
	for _, m := range methods[:len(list)] {
		if !slices.Contains(list, m) {
			return false
		}
	}
	return true
}
