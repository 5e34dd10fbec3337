package edge

import (
	"context"
	"net/http"
	"slices"
)

const (
	maxAccessControls           = 100
	maxAccessControlName        = 64
	maxAccessControlDescription = 256
)

// ServicePrincipal is the identity that [Options.Fetch] gets for a request that
// an origin access control signs: the name of a service instead of an ARN. S3
// compares [SourceARN] with the bucket policy's AWS:SourceArn.
const ServicePrincipal = "cloudfront.amazonaws.com"

type sourceKey struct{}

// SourceARN returns the ARN of the distribution on whose behalf a request to an
// origin is signed, from the request's context; "" unless the identity is
// [ServicePrincipal].
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func SourceARN(ctx context.Context) string {
	arn, _ := ctx.Value(sourceKey{}).(string)
	return arn
}

// An OriginAccessControlConfig is what the caller says about an origin access
// control.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
type OriginAccessControlConfig struct {
	Name            string // 1 to 64 bytes, unique in the account
	Description     string // at most 256 bytes
	SigningProtocol string // "sigv4"
	SigningBehavior string // "always", "never" or "no-override"
	OriginType      string // "s3"
}

// An OriginAccessControl lets CloudFront sign its requests to a bucket as the
// service itself.
type OriginAccessControl struct {
	ID   string // "E327GJI25M56DG"
	ETag string
	OriginAccessControlConfig
}

// CreateOriginAccessControl makes an origin access control: InvalidArgument,
// OriginAccessControlAlreadyExists, TooManyOriginAccessControls.
func (s *Service) CreateOriginAccessControl(c OriginAccessControlConfig) (OriginAccessControl, error) {
	const op = "CreateOriginAccessControl"
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkAccessControl(op, "", c); err != nil {
		return OriginAccessControl{}, err
	}
	if len(s.accessControls) >= maxAccessControls {
		return OriginAccessControl{}, refuse(op, http.StatusBadRequest, "TooManyOriginAccessControls",
			"The number of origin access controls in your AWS account exceeds the maximum allowed.")
	}
	a := OriginAccessControl{ID: randomID("E", upperAlphabet), ETag: newETag(), OriginAccessControlConfig: c}
	s.accessControls[a.ID] = a
	return a, nil
}

// OriginAccessControl reads an origin access control; NoSuchOriginAccessControl
// if there is none.
func (s *Service) OriginAccessControl(id string) (OriginAccessControl, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.accessControl("GetOriginAccessControl", id)
}

// UpdateOriginAccessControl replaces the whole configuration.
func (s *Service) UpdateOriginAccessControl(id, ifMatch string, c OriginAccessControlConfig) (OriginAccessControl, error) {
	const op = "UpdateOriginAccessControl"
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.accessControl(op, id)
	if err != nil {
		return a, err
	}
	if err := checkETag(op, ifMatch, a.ETag); err != nil {
		return OriginAccessControl{}, err
	}
	if err := s.checkAccessControl(op, id, c); err != nil {
		return OriginAccessControl{}, err
	}
	a = OriginAccessControl{ID: id, ETag: newETag(), OriginAccessControlConfig: c}
	s.accessControls[id] = a
	for _, d := range s.distributions {
		if d.accesses(id) {
			s.deploy(d)
		}
	}
	return a, nil
}

// DeleteOriginAccessControl removes an origin access control that no
// distribution uses; otherwise OriginAccessControlInUse.
func (s *Service) DeleteOriginAccessControl(id, ifMatch string) error {
	const op = "DeleteOriginAccessControl"
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.accessControl(op, id)
	if err != nil {
		return err
	}
	if err := checkETag(op, ifMatch, a.ETag); err != nil {
		return err
	}
	for _, d := range s.distributions {
		if d.accesses(id) {
			return refuse(op, http.StatusConflict, "OriginAccessControlInUse",
				"Cannot delete the origin access control because it's in use by one or more distributions.")
		}
	}
	delete(s.accessControls, id)
	return nil
}

func (s *Service) accessControl(op, id string) (OriginAccessControl, error) {
	a, ok := s.accessControls[id]
	if !ok {
		return a, refuse(op, http.StatusNotFound, "NoSuchOriginAccessControl", "The origin access control does not exist.")
	}
	return a, nil
}

func (s *Service) checkAccessControl(op, id string, c OriginAccessControlConfig) error {
	switch {
	case c.Name == "" || len(c.Name) > maxAccessControlName:
		return invalidArgument(op, "The parameter Name must hold 1 to 64 characters.")
	case len(c.Description) > maxAccessControlDescription:
		return invalidArgument(op, "The parameter Description is too long.")
	case c.SigningProtocol != "sigv4":
		return invalidArgument(op, "The parameter SigningProtocol is not valid.")
	case !slices.Contains([]string{"always", "never", "no-override"}, c.SigningBehavior):
		return invalidArgument(op, "The parameter SigningBehavior is not valid.")
	case c.OriginType != "s3":
		return invalidArgument(op, "The parameter OriginAccessControlOriginType is not valid: only s3 is available here.")
	}
	for _, old := range s.accessControls {
		if old.Name == c.Name && old.ID != id {
			return refuse(op, http.StatusConflict, "OriginAccessControlAlreadyExists",
				"An origin access control with the specified parameters already exists.")
		}
	}
	return nil
}

// accesses tells whether any origin uses the origin access control.
func (c *DistributionConfig) accesses(id string) bool {
	return slices.ContainsFunc(c.Origins, func(o Origin) bool { return o.OriginAccessControlID == id })
}

// sign returns req with what its identity needs, and the identity. A viewer's
// own Authorization header, where a policy forwards one, gives way to the
// edge's signature, or with "no-override" the other way round.
func (rt *route) sign(req *http.Request) (*http.Request, string) {
	switch rt.signing {
	case "always":
		req.Header.Del("Authorization")
	case "no-override":
		if req.Header.Get("Authorization") != "" {
			return req, ""
		}
	default:
		return req, rt.identity
	}
	ctx := context.WithValue(req.Context(), sourceKey{}, rt.deployment.distribution.ARN)
	return req.WithContext(ctx), ServicePrincipal
}
