package bucket

import "net/http"

// The object ownership values, after
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html.
const (
	BucketOwnerEnforced  = "BucketOwnerEnforced"
	BucketOwnerPreferred = "BucketOwnerPreferred"
	ObjectWriter         = "ObjectWriter"
)

// The default encryption algorithms: keys of S3 itself, and keys in AWS KMS.
const (
	EncryptionS3  = "AES256"
	EncryptionKMS = "aws:kms"
)

// CreateBucket makes an empty bucket as S3 makes them since April 2023: all
// four public access blocks on, BucketOwnerEnforced, SSE-S3, no policy, no
// CORS. Refusals: InvalidBucketName, and BucketAlreadyOwnedByYou outside
// us-east-1, where creating one's own bucket again succeeds and changes
// nothing. See https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html.
func (s *Service) CreateBucket(name string) error {
	if !validName(name) {
		return refusal{status: http.StatusBadRequest, code: "InvalidBucketName",
			message: "The specified bucket is not valid."}.control("CreateBucket")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.buckets[name]; ok {
		if s.options.Region == "us-east-1" {
			return nil
		}
		return refusal{status: http.StatusConflict, code: "BucketAlreadyOwnedByYou",
			message: "Your previous request to create the named bucket succeeded and you already own it."}.control("CreateBucket")
	}
	s.buckets[name] = &state{
		settings: settings{block: &PublicAccessBlock{true, true, true, true}, ownership: BucketOwnerEnforced, encryption: EncryptionS3},
		created:  s.options.Now(),
		objects:  map[string][]*version{},
		uploads:  map[string]*upload{},
	}
	return nil
}

// DeleteBucket removes a bucket without objects, versions and delete
// markers. Refusals: NoSuchBucket,
// BucketNotEmpty.
func (s *Service) DeleteBucket(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.buckets[name]
	if !ok {
		return errNoSuchBucket.control("DeleteBucket")
	}
	if len(b.objects) > 0 {
		return refusal{status: http.StatusConflict, code: "BucketNotEmpty",
			message: "The bucket you tried to delete is not empty"}.control("DeleteBucket")
	}
	delete(s.buckets, name)
	return nil
}

// BucketExists reports whether there is a bucket of this name.
func (s *Service) BucketExists(name string) bool {
	_, ok := s.snapshot(name)
	return ok
}
