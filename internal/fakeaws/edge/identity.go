package edge

import (
	"net/http"
	"strings"
)

const (
	identityPathPrefix = "origin-access-identity/cloudfront/"
	identityARNPrefix  = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity "
	maxIdentities      = 100
	maxComment         = 128
)

// An OriginAccessIdentity is the principal as which CloudFront reads a private
// bucket.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
type OriginAccessIdentity struct {
	ID                string // "E2QWRUHAPOMQZL"
	ETag              string
	CallerReference   string
	Comment           string
	S3CanonicalUserID string // 96 hexadecimal digits
}

// IAMARN returns the ARN under which bucket policies name the identity.
func (i OriginAccessIdentity) IAMARN() string { return identityARNPrefix + i.ID }

// CreateOriginAccessIdentity makes an identity. The same caller reference and
// comment again return the identity made before; with another comment the
// error is CloudFrontOriginAccessIdentityAlreadyExists.
func (s *Service) CreateOriginAccessIdentity(callerReference, comment string) (OriginAccessIdentity, error) {
	const op = "CreateCloudFrontOriginAccessIdentity"
	if callerReference == "" {
		return OriginAccessIdentity{}, invalidArgument(op, "The parameter CallerReference is required.")
	}
	if len(comment) > maxComment {
		return OriginAccessIdentity{}, invalidArgument(op, "The parameter Comment is too long.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, old := range s.identities {
		if old.CallerReference != callerReference {
			continue
		}
		if old.Comment == comment {
			return old, nil
		}
		return OriginAccessIdentity{}, refuse(op, http.StatusConflict, "CloudFrontOriginAccessIdentityAlreadyExists",
			"The caller reference is already in use by another origin access identity.")
	}
	if len(s.identities) >= maxIdentities {
		return OriginAccessIdentity{}, refuse(op, http.StatusBadRequest, "TooManyCloudFrontOriginAccessIdentities",
			"Processing your request would cause you to exceed the maximum number of origin access identities allowed.")
	}
	i := OriginAccessIdentity{
		ID:                randomID("E", upperAlphabet),
		ETag:              newETag(),
		CallerReference:   callerReference,
		Comment:           comment,
		S3CanonicalUserID: randomHex(48),
	}
	s.identities[i.ID] = i
	return i, nil
}

// OriginAccessIdentity reads an identity; NoSuchCloudFrontOriginAccessIdentity
// if there is none.
func (s *Service) OriginAccessIdentity(id string) (OriginAccessIdentity, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.identity("GetCloudFrontOriginAccessIdentity", id)
}

// UpdateOriginAccessIdentity changes the comment.
func (s *Service) UpdateOriginAccessIdentity(id, ifMatch, comment string) (OriginAccessIdentity, error) {
	const op = "UpdateCloudFrontOriginAccessIdentity"
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.identity(op, id)
	if err != nil {
		return OriginAccessIdentity{}, err
	}
	if err := checkETag(op, ifMatch, i.ETag); err != nil {
		return OriginAccessIdentity{}, err
	}
	if len(comment) > maxComment {
		return OriginAccessIdentity{}, invalidArgument(op, "The parameter Comment is too long.")
	}
	i.Comment, i.ETag = comment, newETag()
	s.identities[id] = i
	return i, nil
}

// DeleteOriginAccessIdentity removes an identity that no distribution uses;
// otherwise CloudFrontOriginAccessIdentityInUse.
func (s *Service) DeleteOriginAccessIdentity(id, ifMatch string) error {
	const op = "DeleteCloudFrontOriginAccessIdentity"
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.identity(op, id)
	if err != nil {
		return err
	}
	if err := checkETag(op, ifMatch, i.ETag); err != nil {
		return err
	}
	for _, d := range s.distributions {
		for _, o := range d.Origins {
			if o.OriginAccessIdentity == identityPathPrefix+id {
				return refuse(op, http.StatusConflict, "CloudFrontOriginAccessIdentityInUse",
					"The CloudFront origin access identity is still being used.")
			}
		}
	}
	delete(s.identities, id)
	return nil
}

// PrincipalExists tells whether an IAM ARN or an S3 canonical user id belongs
// to an identity that exists, as S3 asks before it stores a bucket policy.
func (s *Service) PrincipalExists(arnOrCanonicalID string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if id, ok := strings.CutPrefix(arnOrCanonicalID, identityARNPrefix); ok {
		_, ok := s.identities[id]
		return ok
	}
	for _, i := range s.identities {
		if i.S3CanonicalUserID == arnOrCanonicalID {
			return true
		}
	}
	return false
}

// CanonicalUserARN returns the IAM ARN of the identity with the S3 canonical user
// id, and "" when there is none: S3 stores a policy under the ARN.
func (s *Service) CanonicalUserARN(canonicalID string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, i := range s.identities {
		if i.S3CanonicalUserID == canonicalID {
			return i.IAMARN()
		}
	}
	return ""
}

func (s *Service) identity(op, id string) (OriginAccessIdentity, error) {
	i, ok := s.identities[id]
	if !ok {
		return i, refuse(op, http.StatusNotFound, "NoSuchCloudFrontOriginAccessIdentity",
			"The specified origin access identity does not exist.")
	}
	return i, nil
}
