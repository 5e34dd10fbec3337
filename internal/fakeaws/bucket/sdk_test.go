package bucket

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// sdkClient talks to s over loopback, over TLS where secure. Over TLS the SDK
// sends the bodies of streams in chunks with trailers.
func sdkClient(t *testing.T, s *Service, secure bool, secret string) *s3.Client {
	t.Helper()
	server := httptest.NewUnstartedServer(s)
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return s3.New(s3.Options{
		Region:           region,
		BaseEndpoint:     &server.URL,
		UsePathStyle:     true,
		HTTPClient:       server.Client(),
		RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: ownerKey, SecretAccessKey: secret}, nil
		}),
	})
}

// The SDK for Go puts, lists, gets and deletes, in one part and in several.
func TestSDK(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s := newKeyed(t)
		s.options.Now = time.Now
		u := &sdkTest{t, sdkClient(t, s, secure, ownerSecret)}
		u.put("sdk/a+b ü/seg.ts", []byte("segment"))
		large := bytes.Repeat([]byte("0123456789abcdef"), 11<<16) // three parts
		u.putInParts("sdk/big.mp4", large, 5<<20)
		u.wantKeys("sdk/", "sdk/a+b ü/seg.ts", "sdk/big.mp4")
		u.wantObject("sdk/a+b ü/seg.ts", "", []byte("segment"))
		u.wantObject("sdk/big.mp4", "", large)
		u.wantObject("sdk/big.mp4", "bytes=16-31", large[16:32])
		u.delete("sdk/big.mp4")
		u.wantKeys("sdk/", "sdk/a+b ü/seg.ts")
		u.wantMissing("sdk/big.mp4")
		if o, err := s.Object("media", "sdk/a+b ü/seg.ts"); err != nil || o.ContentType != "video/mp2t" || o.CacheControl != "max-age=60" {
			t.Errorf("object: %q, %q, %v, want the type and the lifetime of the upload", o.ContentType, o.CacheControl, err)
		}
	}
}

type sdkTest struct {
	t *testing.T
	c *s3.Client
}

func (u *sdkTest) put(key string, body []byte) {
	u.t.Helper()
	_, err := u.c.PutObject(u.t.Context(), &s3.PutObjectInput{
		Bucket: aws.String("media"), Key: &key, Body: bytes.NewReader(body),
		ContentType: aws.String("video/mp2t"), CacheControl: aws.String("max-age=60"),
	})
	if err != nil {
		u.t.Fatalf("PutObject(%q): %v", key, err)
	}
}

func (u *sdkTest) putInParts(key string, body []byte, size int) {
	u.t.Helper()
	ctx, bucket := u.t.Context(), aws.String("media")
	begun, err := u.c.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: &key, ContentType: aws.String("video/mp4")})
	if err != nil {
		u.t.Fatalf("CreateMultipartUpload(%q): %v", key, err)
	}
	var parts []types.CompletedPart
	for chunk := range slices.Chunk(body, size) {
		number := aws.Int32(int32(len(parts) + 1))
		part, err := u.c.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: bucket, Key: &key, UploadId: begun.UploadId, PartNumber: number, Body: bytes.NewReader(chunk),
		})
		if err != nil {
			u.t.Fatalf("UploadPart(%q, %d): %v", key, *number, err)
		}
		parts = append(parts, types.CompletedPart{ETag: part.ETag, PartNumber: number, ChecksumCRC32: part.ChecksumCRC32})
	}
	done, err := u.c.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: &key, UploadId: begun.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	if err != nil {
		u.t.Fatalf("CompleteMultipartUpload(%q): %v", key, err)
	}
	if !strings.HasSuffix(*done.ETag, `-3"`) {
		u.t.Errorf("ETag = %s, want one of three parts", *done.ETag)
	}
}

func (u *sdkTest) wantKeys(prefix string, want ...string) {
	u.t.Helper()
	var got []string
	pages := s3.NewListObjectsV2Paginator(u.c, &s3.ListObjectsV2Input{Bucket: aws.String("media"), Prefix: &prefix, MaxKeys: aws.Int32(1)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(u.t.Context())
		if err != nil {
			u.t.Fatalf("ListObjectsV2(%q): %v", prefix, err)
		}
		for _, o := range page.Contents {
			got = append(got, *o.Key)
		}
	}
	if !slices.Equal(got, want) {
		u.t.Errorf("ListObjectsV2(%q) = %q, want %q", prefix, got, want)
	}
}

func (u *sdkTest) wantObject(key, byteRange string, want []byte) {
	u.t.Helper()
	in := &s3.GetObjectInput{Bucket: aws.String("media"), Key: &key, ChecksumMode: types.ChecksumModeEnabled}
	if byteRange != "" {
		in.Range = &byteRange
	}
	out, err := u.c.GetObject(u.t.Context(), in)
	if err != nil {
		u.t.Fatalf("GetObject(%q, %s): %v", key, byteRange, err)
	}
	defer out.Body.Close()
	got, err := io.ReadAll(out.Body)
	if err != nil || !bytes.Equal(got, want) {
		u.t.Errorf("GetObject(%q, %s) = %d bytes, %v, want %d", key, byteRange, len(got), err, len(want))
	}
	head, err := u.c.HeadObject(u.t.Context(), &s3.HeadObjectInput{Bucket: aws.String("media"), Key: &key})
	if err != nil || byteRange == "" && *head.ContentLength != int64(len(want)) {
		u.t.Errorf("HeadObject(%q): %v", key, err)
	}
}

func (u *sdkTest) delete(key string) {
	u.t.Helper()
	if _, err := u.c.DeleteObject(u.t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("media"), Key: &key}); err != nil {
		u.t.Errorf("DeleteObject(%q): %v", key, err)
	}
}

func (u *sdkTest) wantMissing(key string) {
	u.t.Helper()
	_, err := u.c.GetObject(u.t.Context(), &s3.GetObjectInput{Bucket: aws.String("media"), Key: &key})
	if _, ok := errors.AsType[*types.NoSuchKey](err); !ok {
		u.t.Errorf("GetObject(%q) = %v, want NoSuchKey", key, err)
	}
	_, err = u.c.HeadObject(u.t.Context(), &s3.HeadObjectInput{Bucket: aws.String("media"), Key: &key})
	if _, ok := errors.AsType[*types.NotFound](err); !ok {
		u.t.Errorf("HeadObject(%q) = %v, want NotFound", key, err)
	}
}

// Requests that the SDK signs with another secret are refused.
func TestSDKRefused(t *testing.T) {
	s := newKeyed(t)
	s.options.Now = time.Now
	c := sdkClient(t, s, true, ownerSecret+"x")
	_, err := c.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("media")})
	if refused, ok := errors.AsType[smithy.APIError](err); !ok || refused.ErrorCode() != "SignatureDoesNotMatch" {
		t.Errorf("ListObjectsV2 with another secret = %v, want SignatureDoesNotMatch", err)
	}
}
