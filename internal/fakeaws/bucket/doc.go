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
// A request over HTTP is anonymous unless it is signed by AWS Signature
// Version 4, in a header or as a presigned URL, with an access key that
// Options.Credentials knows. It is then evaluated as the IAM principal of that
// key. One of the owner's account is taken to have an identity policy that
// allows everything, and may do what the bucket policy does not deny; one of
// another account may do what the bucket policy allows. CloudFront's origin
// access identity reaches ServeHTTP through WithPrincipal, as can any other
// principal; under it the bucket policy alone decides.
//
// A request is decided in S3's order: an explicit Deny of the bucket policy,
// then an Allow, then RestrictPublicBuckets on top. ACLs count for nothing:
// uploads that carry one are refused as the object ownership says.
//
// Clients that take an endpoint, such as "aws s3 --endpoint-url", reach the
// buckets under an IP address or "localhost" by path, and under
// "bucket.localhost". Put, copy, delete, multipart uploads, versions and
// listings are carried out. Everything is in memory and bounded, see
// Options.MaxObjectSize.
//
// The stand-in is never more permissive than the documentation. What S3 knows
// and the stand-in does not evaluate (some condition operators and keys, and
// the operations behind sub-resources once granted) is refused with 501
// NotImplemented, so that it is not taken for a fault of the caller.
//
// Left out: temporary credentials, SigV4A, form uploads, ACLs, tags, object
// lock, customer keys, archive classes, lifecycle, website endpoints, the
// delay of a first PutVersioning, and the partitions of China and GovCloud.
// Refusals of a signature do not repeat what was signed, as S3's do.
package bucket
