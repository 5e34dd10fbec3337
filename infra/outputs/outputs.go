// Package outputs is the contract between the infrastructure and the
// applications that use it: the stack outputs of the program in infra, as plain
// structs without Pulumi.
//
// An application reads what `pulumi stack output --json` prints:
//
//	data, err := os.ReadFile("outputs.json")
//	if err != nil { … }
//	stack, err := outputs.Parse(data)
//	if err != nil { … }
//	fmt.Println(stack.BaseURL, stack.SigningKeys[0].ID)
//
// Every member but StreamKeys is public, and none is needed to decrypt another:
// the outputs can be kept in a file, an environment variable or a config map.
// Private keys are never among them; an application brings its own and proves
// with package signer that they belong to the stack.
//
// SchemaVersion is the only member whose meaning never changes. Members may be
// added within a version; removing or redefining one makes a new version, which
// Parse of an older release refuses.
package outputs

// SchemaVersion is the version of the contract that this package reads and that
// the program in infra exports.
const SchemaVersion = 1

// Role tells what a public key is for during a rotation.
type Role string

// The roles of a key. A viewer's grant is accepted whichever of the three
// signed it; an application signs with the current one only.
const (
	Current  Role = "current"  // sign with this one
	Next     Role = "next"     // accepted already, not yet to be signed with
	Retiring Role = "retiring" // still accepted, no longer to be signed with
)

// Stack is the outputs of one deployed stack. A *Stack from Parse is complete
// and valid; it is read-only and safe for concurrent use.
type Stack struct {
	// SchemaVersion is the version of the contract, 1.
	SchemaVersion int `json:"schemaVersion"`

	// Region is the AWS region of the bucket and the channels: "us-west-2".
	Region string `json:"region"`

	// BucketName is the name of the S3 bucket that holds the videos:
	// "media-3f2a91c".
	BucketName string `json:"bucketName"`

	// BucketRegionalDomainName is the bucket's own host name, which refuses
	// every viewer: "media-3f2a91c.s3.us-west-2.amazonaws.com".
	BucketRegionalDomainName string `json:"bucketRegionalDomainName"`

	// OriginAccessIdentityID is the id of the identity with which the
	// distribution reads the bucket: "E2QWRUHAPOMQZL".
	OriginAccessIdentityID string `json:"originAccessIdentityId"`

	// DistributionID is the id of the CloudFront distribution:
	// "EDFDVBD632BHDS5".
	DistributionID string `json:"distributionId"`

	// DistributionDomainName is the distribution's own host name:
	// "d604721fxaaqy9.cloudfront.net".
	DistributionDomainName string `json:"distributionDomainName"`

	// DomainName is the domain of one's own under which the distribution answers
	// besides, "video.example.com"; "" for none, and in outputs of a release that
	// had none. BaseURL begins with it.
	DomainName string `json:"domainName"`

	// TLSPolicy is the security policy that viewers' connections are held to,
	// "TLSv1.2_2021"; "TLSv1", which CloudFront forces, without a DomainName; "" in
	// outputs of a release that told none.
	TLSPolicy string `json:"tlsPolicy"`

	// IPv6 tells that viewers may come over IPv6 too, so that a grant which names an
	// IPv4 address may refuse its viewer. False in outputs of a release that told none.
	IPv6 bool `json:"ipv6"`

	// BaseURL is what a bucket key is appended to, after a slash, to make the
	// URL to sign; it ends without one: "https://video.example.com", or
	// "https://d604721fxaaqy9.cloudfront.net" without a DomainName.
	BaseURL string `json:"baseUrl"`

	// ViewerProtocolPolicy is what the distribution does with plain HTTP:
	// "redirect-to-https" or "https-only".
	ViewerProtocolPolicy string `json:"viewerProtocolPolicy"`

	// DefaultRootObject is the key that "/" stands for, or "".
	DefaultRootObject string `json:"defaultRootObject"`

	// KeyGroupID is the id of the trusted key group:
	// "f3a2c1d0-0b5e-4c0f-9d5c-0f6b1f1f8a11".
	KeyGroupID string `json:"keyGroupId"`

	// SigningKeys are the public keys of the key group, one to five; the first
	// is the current one.
	SigningKeys []SigningKey `json:"signingKeys"`

	// AllowedOrigins are the web origins whose pages may play: scheme and host
	// with an optional leading wildcard label, "https://app.example.com" or
	// "https://*.example.com".
	AllowedOrigins []string `json:"allowedOrigins"`

	// ContentPlaylists are the keys of the entry playlists that the stack itself
	// uploaded, "sample/ts/master.m3u8"; empty when it uploaded nothing.
	ContentPlaylists []string `json:"contentPlaylists"`

	// PlaybackKeys are the public keys that Amazon IVS accepts tokens of, one to
	// three; the first is the current one.
	PlaybackKeys []PlaybackKey `json:"playbackKeys"`

	// Channels are the private live channels, in the order of the config; empty
	// for a stack without live video.
	Channels []Channel `json:"channels"`

	// StreamKeys holds each channel's ingest secret by channel name. It is the
	// only secret of the contract: nil when the outputs were read without
	// --show-secrets. Nothing that plays needs it.
	StreamKeys map[string]string `json:"streamKeys,omitempty"`
}

// SigningKey is a public key that CloudFront accepts signatures of.
type SigningKey struct {
	// ID is the public key's id, which a URL carries as Key-Pair-Id:
	// "K3D5EWEUDCCXON". It is not the id of the key group.
	ID string `json:"id"`

	// Role is the key's place in a rotation.
	Role Role `json:"role"`

	// PublicKey is the key in PEM (SPKI), RSA 2048 or ECDSA P-256.
	PublicKey string `json:"publicKey"`
}

// PlaybackKey is a public key that Amazon IVS accepts playback tokens of.
type PlaybackKey struct {
	// ARN names the key pair:
	// "arn:aws:ivs:us-west-2:123456789012:playback-key/KDJRJNQhiQzA".
	ARN string `json:"arn"`

	// Role is the key's place in a rotation.
	Role Role `json:"role"`

	// PublicKey is the key in PEM (SPKI), ECDSA P-384.
	PublicKey string `json:"publicKey"`

	// Fingerprint is the one that IVS shows: 16 hexadecimal bytes with colons.
	Fingerprint string `json:"fingerprint"`
}

// Channel is a private live channel.
type Channel struct {
	// Name is the channel's name in the config: "live".
	Name string `json:"name"`

	// ARN is what a playback token names in aws:channel-arn:
	// "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh".
	ARN string `json:"arn"`

	// PlaybackURL is the URL that takes ?token=; use it as it is.
	PlaybackURL string `json:"playbackUrl"`

	// IngestEndpoint is the RTMPS host of the broadcaster:
	// "a1b2c3d4e5f6.global-contribute.live-video.net".
	IngestEndpoint string `json:"ingestEndpoint"`

	// Type is STANDARD, BASIC, ADVANCED_SD or ADVANCED_HD.
	Type string `json:"type"`

	// LatencyMode is LOW or NORMAL.
	LatencyMode string `json:"latencyMode"`
}
