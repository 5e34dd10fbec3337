// Package stack is the declaration of the infrastructure: a bucket that nobody
// reads but a CloudFront distribution, a distribution that serves nobody without
// a signature, and live channels that play for nobody without a token.
//
// Program is what an engine runs, on AWS and on the local stand-in alike: it
// reads the stack's settings, calls Deploy and exports the outputs of package
// outputs. Deploy alone declares resources:
//
//	media.go         bucket: ownership, public access block, encryption, CORS
//	policy.go        who may read the bucket
//	content.go       the files that the stack itself uploads
//	keys.go          public keys, key group, playback key pairs
//	domain.go        a name of one's own: certificate and records, with a provider
//	                 of the certificate's region from certificateprovider.go
//	distribution.go  cache policy and distribution
//	live.go          channels and their stream keys
//
// Private keys never enter the program, and the only secret in a stack's state
// is the stream key of each channel, which Pulumi encrypts.
package stack
