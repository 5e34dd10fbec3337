package bucket

import "net/http"

// PublicAccessBlock holds the four settings of a bucket, after
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
// The zero value blocks nothing.
type PublicAccessBlock struct {
	BlockPublicAcls       bool // refuse uploads with public ACLs
	IgnorePublicAcls      bool // existing public ACLs count for nothing
	BlockPublicPolicy     bool // refuse to store a public policy
	RestrictPublicBuckets bool // a bucket with a public policy serves no public and no cross-account caller
}

// PutPublicAccessBlock sets all four settings. It does not look at the policy
// that is already stored. Refusals: NoSuchBucket.
func (s *Service) PutPublicAccessBlock(name string, block PublicAccessBlock) error {
	return s.update("PutPublicAccessBlock", name, func(b *state) { b.block = &block })
}

// PublicAccessBlock reads the settings. Refusals: NoSuchBucket, and
// NoSuchPublicAccessBlockConfiguration after a delete.
func (s *Service) PublicAccessBlock(name string) (PublicAccessBlock, error) {
	const operation = "GetPublicAccessBlock"
	b, err := s.view(operation, name)
	if err != nil {
		return PublicAccessBlock{}, err
	}
	if b.block == nil {
		return PublicAccessBlock{}, refusal{status: http.StatusNotFound, code: "NoSuchPublicAccessBlockConfiguration",
			message: "The public access block configuration was not found"}.control(operation)
	}
	return *b.block, nil
}

// DeletePublicAccessBlock removes the configuration, which switches all four
// settings off. Refusals: NoSuchBucket.
func (s *Service) DeletePublicAccessBlock(name string) error {
	return s.update("DeletePublicAccessBlock", name, func(b *state) { b.block = nil })
}

// PutOwnershipControls sets the object ownership: BucketOwnerEnforced,
// BucketOwnerPreferred or ObjectWriter. Refusals: NoSuchBucket, MalformedXML.
func (s *Service) PutOwnershipControls(name, objectOwnership string) error {
	const operation = "PutBucketOwnershipControls"
	switch objectOwnership {
	case BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter:
		return s.update(operation, name, func(b *state) { b.ownership = objectOwnership })
	}
	return errMalformedXML.control(operation)
}

// OwnershipControls reads the object ownership. Refusals: NoSuchBucket, and
// OwnershipControlsNotFoundError after a delete.
func (s *Service) OwnershipControls(name string) (string, error) {
	const operation = "GetBucketOwnershipControls"
	b, err := s.view(operation, name)
	if err != nil {
		return "", err
	}
	if b.ownership == "" {
		return "", refusal{status: http.StatusNotFound, code: "OwnershipControlsNotFoundError",
			message: "The bucket ownership controls were not found"}.control(operation)
	}
	return b.ownership, nil
}

// DeleteOwnershipControls removes the controls. Refusals: NoSuchBucket.
func (s *Service) DeleteOwnershipControls(name string) error {
	return s.update("DeleteBucketOwnershipControls", name, func(b *state) { b.ownership = "" })
}

// PutEncryption sets the default encryption, AES256 or aws:kms, of objects put
// from now on; those in the bucket keep theirs. Objects under aws:kms cannot
// be read by an origin access identity. Refusals: NoSuchBucket, MalformedXML,
// and NotImplemented for aws:kms:dsse.
func (s *Service) PutEncryption(name, sseAlgorithm string) error {
	const operation = "PutBucketEncryption"
	switch sseAlgorithm {
	case EncryptionS3, EncryptionKMS:
		return s.update(operation, name, func(b *state) { b.encryption = sseAlgorithm })
	case "aws:kms:dsse":
		return errNotServed.control(operation)
	}
	return errMalformedXML.control(operation)
}

// Encryption reads the default encryption. There always is one, see
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html.
// Refusals: NoSuchBucket.
func (s *Service) Encryption(name string) (string, error) {
	b, err := s.view("GetBucketEncryption", name)
	return b.encryption, err
}

// DeleteEncryption returns the bucket to AES256. Refusals: NoSuchBucket.
func (s *Service) DeleteEncryption(name string) error {
	return s.update("DeleteBucketEncryption", name, func(b *state) { b.encryption = EncryptionS3 })
}
