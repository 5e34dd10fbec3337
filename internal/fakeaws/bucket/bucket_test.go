package bucket

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"privateplayback/internal/fakeaws/apierror"
)

const (
	region   = "eu-central-1"
	owner    = "123456789012"
	oaiARN   = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE1OAI"
	otherOAI = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E3OTHER"
	goneOAI  = "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E0GONE"
	oaiUser  = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
	reader   = "arn:aws:iam::" + owner + ":role/app/reader"
	stranger = "arn:aws:iam::999988887777:user/stranger"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newService(t *testing.T) *Service {
	t.Helper()
	return New(Options{
		Region: region,
		Now:    func() time.Time { return start },
		PrincipalExists: func(p string) bool {
			return p == oaiARN || p == otherOAI || p == oaiUser
		},
		CanonicalUserARN: func(id string) string {
			if id == oaiUser {
				return oaiARN
			}
			return ""
		},
	})
}

// newMedia gives a service with the bucket "media" that holds a/b.m3u8.
func newMedia(t *testing.T) *Service {
	t.Helper()
	s := newService(t)
	if err := s.CreateBucket("media"); err != nil {
		t.Fatalf("CreateBucket: %v", err)
	}
	put(t, s, "a/b.m3u8", Object{Body: []byte("#EXTM3U\n"), ContentType: "application/vnd.apple.mpegurl", CacheControl: "max-age=5"})
	return s
}

func put(t *testing.T, s *Service, key string, o Object) {
	t.Helper()
	if _, err := s.PutObject("media", key, o); err != nil {
		t.Fatalf("PutObject(%q): %v", key, err)
	}
}

func setPolicy(t *testing.T, s *Service, document string) {
	t.Helper()
	if err := s.PutPolicy("media", document); err != nil {
		t.Fatalf("PutPolicy(%s): %v", document, err)
	}
}

// wantError checks the code and status of a control plane answer; code "" is
// success.
func wantError(t *testing.T, call string, err error, status int, code string) {
	t.Helper()
	var got *apierror.Error
	errors.As(err, &got)
	switch {
	case code == "" && err != nil:
		t.Errorf("%s = %v, want success", call, err)
	case code != "" && (got == nil || got.Code != code || got.Status != status || got.Service != "S3" || got.Operation == ""):
		t.Errorf("%s = %v, want %d %s", call, err, status, code)
	}
}

func TestGoodNames(t *testing.T) {
	for _, name := range []string{"abc", "media-1a2b3c4", "my.bucket", "1a1", "1.2.3", strings.Repeat("a", 63), "999.999.999.999"} {
		s := newService(t)
		wantError(t, "CreateBucket("+name+")", s.CreateBucket(name), 0, "")
		if !s.BucketExists(name) {
			t.Errorf("BucketExists(%q) = false", name)
		}
	}
}

func TestBadNames(t *testing.T) {
	for _, name := range []string{"", "ab", strings.Repeat("a", 64), "Media", "my_bucket", "-abc", "abc-", ".abc", "abc.",
		"a..b", "192.168.5.4", "xn--abc", "sthree-abc", "amzn-s3-demo-abc", "abc-s3alias", "abc--ol-s3", "abc.mrap",
		"abc--x-s3", "abc--table-s3", "abc-123456789012-eu-central-1-an", "a b", "abc\n", "bücket"} {
		s := newService(t)
		wantError(t, "CreateBucket("+name+")", s.CreateBucket(name), 400, "InvalidBucketName")
		if s.BucketExists(name) {
			t.Errorf("BucketExists(%q) = true", name)
		}
	}
}

func TestNewBucket(t *testing.T) {
	s := newService(t)
	s.CreateBucket("media")
	block, err := s.PublicAccessBlock("media")
	if want := (PublicAccessBlock{true, true, true, true}); err != nil || block != want {
		t.Errorf("PublicAccessBlock = %v, %v, want %v", block, err, want)
	}
	if v, err := s.OwnershipControls("media"); err != nil || v != "BucketOwnerEnforced" {
		t.Errorf("OwnershipControls = %q, %v", v, err)
	}
	if v, err := s.Encryption("media"); err != nil || v != "AES256" {
		t.Errorf("Encryption = %q, %v", v, err)
	}
	_, err = s.Policy("media")
	wantError(t, "Policy", err, 404, "NoSuchBucketPolicy")
	_, err = s.CORS("media")
	wantError(t, "CORS", err, 404, "NoSuchCORSConfiguration")
	if keys, err := s.Keys("media"); err != nil || len(keys) != 0 {
		t.Errorf("Keys = %q, %v", keys, err)
	}
}

func TestCreateTwice(t *testing.T) {
	s := newMedia(t)
	wantError(t, "CreateBucket", s.CreateBucket("media"), 409, "BucketAlreadyOwnedByYou")
	s = New(Options{})
	s.CreateBucket("media")
	wantError(t, "CreateBucket in us-east-1", s.CreateBucket("media"), 0, "")
}

func TestDeleteBucket(t *testing.T) {
	s := newMedia(t)
	wantError(t, "DeleteBucket with an object", s.DeleteBucket("media"), 409, "BucketNotEmpty")
	wantError(t, "DeleteObject", s.DeleteObject("media", "a/b.m3u8"), 0, "")
	wantError(t, "DeleteObject again", s.DeleteObject("media", "a/b.m3u8"), 0, "")
	wantError(t, "DeleteBucket", s.DeleteBucket("media"), 0, "")
	wantError(t, "DeleteBucket again", s.DeleteBucket("media"), 404, "NoSuchBucket")
}

func TestNoSuchBucket(t *testing.T) {
	s := newService(t)
	_, objectErr := s.Object("nobody", "k")
	_, putErr := s.PutObject("nobody", "k", Object{})
	_, keysErr := s.Keys("nobody")
	_, blockErr := s.PublicAccessBlock("nobody")
	_, ownershipErr := s.OwnershipControls("nobody")
	_, encryptionErr := s.Encryption("nobody")
	_, policyErr := s.Policy("nobody")
	_, corsErr := s.CORS("nobody")
	for call, err := range map[string]error{
		"DeleteBucket": s.DeleteBucket("nobody"), "Object": objectErr, "PutObject": putErr, "Keys": keysErr,
		"DeleteObject": s.DeleteObject("nobody", "k"), "PublicAccessBlock": blockErr,
		"PutPublicAccessBlock":    s.PutPublicAccessBlock("nobody", PublicAccessBlock{}),
		"DeletePublicAccessBlock": s.DeletePublicAccessBlock("nobody"), "OwnershipControls": ownershipErr,
		"PutOwnershipControls":    s.PutOwnershipControls("nobody", ObjectWriter),
		"DeleteOwnershipControls": s.DeleteOwnershipControls("nobody"), "Encryption": encryptionErr,
		"PutEncryption": s.PutEncryption("nobody", "AES256"), "DeleteEncryption": s.DeleteEncryption("nobody"),
		"Policy": policyErr, "PutPolicy": s.PutPolicy("nobody", "{}"), "DeletePolicy": s.DeletePolicy("nobody"),
		"CORS": corsErr, "PutCORS": s.PutCORS("nobody", []CORSRule{getRule("*")}), "DeleteCORS": s.DeleteCORS("nobody"),
	} {
		wantError(t, call, err, 404, "NoSuchBucket")
	}
}

func TestPublicAccessBlockLife(t *testing.T) {
	s := newMedia(t)
	want := PublicAccessBlock{BlockPublicPolicy: true}
	s.PutPublicAccessBlock("media", want)
	if got, err := s.PublicAccessBlock("media"); err != nil || got != want {
		t.Errorf("PublicAccessBlock = %v, %v, want %v", got, err, want)
	}
	wantError(t, "DeletePublicAccessBlock", s.DeletePublicAccessBlock("media"), 0, "")
	_, err := s.PublicAccessBlock("media")
	wantError(t, "PublicAccessBlock", err, 404, "NoSuchPublicAccessBlockConfiguration")
	wantError(t, "PutPolicy without blocks", s.PutPolicy("media", publicRead), 0, "")
}

func TestOwnershipControlsLife(t *testing.T) {
	s := newMedia(t)
	for _, v := range []string{BucketOwnerPreferred, ObjectWriter, BucketOwnerEnforced} {
		wantError(t, "PutOwnershipControls", s.PutOwnershipControls("media", v), 0, "")
		if got, _ := s.OwnershipControls("media"); got != v {
			t.Errorf("OwnershipControls = %q, want %q", got, v)
		}
	}
	wantError(t, "PutOwnershipControls", s.PutOwnershipControls("media", "Nobody"), 400, "MalformedXML")
	s.DeleteOwnershipControls("media")
	_, err := s.OwnershipControls("media")
	wantError(t, "OwnershipControls", err, 404, "OwnershipControlsNotFoundError")
}

func TestEncryptionLife(t *testing.T) {
	s := newMedia(t)
	wantError(t, "PutEncryption", s.PutEncryption("media", "aws:kms"), 0, "")
	put(t, s, "secret", Object{Body: []byte("x")})
	wantError(t, "PutEncryption", s.PutEncryption("media", "rot13"), 400, "MalformedXML")
	wantError(t, "PutEncryption", s.PutEncryption("media", "aws:kms:dsse"), 501, "NotImplemented")
	if got, _ := s.Encryption("media"); got != "aws:kms" {
		t.Errorf("Encryption = %q, want aws:kms", got)
	}
	s.DeleteEncryption("media")
	if got, _ := s.Encryption("media"); got != "AES256" {
		t.Errorf("Encryption after delete = %q, want AES256", got)
	}
	for key, want := range map[string]string{"secret": "aws:kms", "a/b.m3u8": "AES256"} {
		if o, _ := s.Object("media", key); o.Encryption != want {
			t.Errorf("Object(%q).Encryption = %q, want %q", key, o.Encryption, want)
		}
	}
}

func TestPutObject(t *testing.T) {
	s := newMedia(t)
	body := []byte("hello")
	etag, err := s.PutObject("media", "x", Object{Body: body, ETag: "ignored"})
	if err != nil || etag != "5d41402abc4b2a76b9719d911017c592" {
		t.Errorf("PutObject = %q, %v, want the MD5 of hello", etag, err)
	}
	body[0] = 'j'
	got, err := s.Object("media", "x")
	want := Object{Body: []byte("hello"), ContentType: "binary/octet-stream", ETag: etag, LastModified: start, Encryption: "AES256"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Object: %v, -want +got:\n%s", err, diff)
	}
	got.Body[0] = 'j'
	if again, _ := s.Object("media", "x"); string(again.Body) != "hello" {
		t.Errorf("Object after changing a copy = %q, want hello", again.Body)
	}
	_, err = s.Object("media", "y")
	wantError(t, "Object", err, 404, "NoSuchKey")
	if keys, _ := s.Keys("media"); !slices.Equal(keys, []string{"a/b.m3u8", "x"}) {
		t.Errorf("Keys = %q", keys)
	}
}

func TestBadKeys(t *testing.T) {
	s := newMedia(t)
	for key, code := range map[string]string{"": "InvalidURI", "a\xff": "InvalidURI", strings.Repeat("k", 1025): "KeyTooLongError"} {
		_, err := s.PutObject("media", key, Object{})
		wantError(t, "PutObject", err, 400, code)
	}
}
