// Package bucket is a local stand-in for Amazon S3: one account, one region,
// in memory. Its methods are the control plane, with S3's error codes and
// statuses; its ServeHTTP is the REST endpoint, under S3's own host names.
//
//	s := bucket.New(bucket.Options{Region: "eu-central-1", PrincipalExists: edge.PrincipalExists})
//	err := s.CreateBucket("media")
//	_, err = s.PutObject("media", "a/b.m3u8", bucket.Object{Body: playlist, ContentType: "application/vnd.apple.mpegurl"})
//	err = s.PutPolicy("media", document)
//	http.Serve(listener, s) // Host: media.s3.eu-central-1.amazonaws.com
//
// There is no SigV4. A request over HTTP is anonymous, and one that claims a
// signature is refused with InvalidAccessKeyId. CloudFront's origin access
// identity and IAM principals reach ServeHTTP through WithPrincipal. Identity
// policies do not exist here: the bucket policy alone decides, as it does on
// AWS for an origin access identity.
//
// A request is decided in S3's order: an explicit Deny of the bucket policy,
// then an Allow, then RestrictPublicBuckets on top. ACLs count for nothing.
//
// The stand-in is never more permissive than the documentation. What S3 knows
// and the stand-in does not evaluate (some condition operators and keys, and
// the operations behind sub-resources once granted) is refused with 501
// NotImplemented, so that it is not taken for a fault of the caller.
//
// Left out: SigV4, versioning, lifecycle, website endpoints, uploads over
// HTTP, and the partitions of China and GovCloud.
package bucket
