package stack

import "privateplayback/infra/outputs"

// Config is what a stack can be told; Read fills it from the stack's settings.
// Deploy takes a Config that Validate accepts.
type Config struct {
	// SigningKeys are the public keys that viewers' CloudFront grants may be
	// signed with, one to five, RSA 2048 or ECDSA P-256; the first is current.
	SigningKeys []Key

	// PlaybackKeys are the public keys that IVS playback tokens may be signed
	// with, one to three, ECDSA P-384; the first is current. None without
	// channels. The account has three places in a region for all its stacks, and a
	// new key takes one before the old one leaves: where all are taken, drop a key,
	// deploy, and then add the new one.
	PlaybackKeys []Key

	// PlayerOrigins are the web origins whose pages may play: scheme, host and
	// optional port, "https://app.example.com" or "https://*.example.com".
	PlayerOrigins []string

	// Readers are the ARNs of IAM users and roles that may list the bucket and
	// read its objects, as an application that rewrites playlists does.
	Readers []string

	// PriceClass is PriceClass_100, PriceClass_200 or PriceClass_All.
	PriceClass string

	// DefaultRootObject is the key that "/" stands for; "" for none.
	DefaultRootObject string

	// Domain is the name of one's own that viewers ask for; the zero value leaves
	// them the distribution's own, *.cloudfront.net.
	Domain Domain

	// IPv6 lets viewers come over IPv6 too. A grant that names an IPv4 address
	// refuses its viewer there, so it is off unless grants name none.
	IPv6 bool

	// Comment describes the distribution in the console, up to 128 characters.
	Comment string

	// Enabled tells whether the distribution serves viewers.
	Enabled bool

	// ViewerProtocolPolicy is redirect-to-https or https-only.
	ViewerProtocolPolicy string

	// Channels are the private live channels; none makes a stack of VOD alone.
	Channels []Channel

	// SampleContent uploads the videos of package sample under "sample/".
	SampleContent bool

	// ContentDir is a folder of HLS files to upload under "content/" in place of
	// the sample; "" for none. A relative path starts at the project's folder.
	ContentDir string

	// DataProtection keeps what cannot be made again: the bucket with its
	// objects, the distribution's name and the channels survive `pulumi destroy`.
	// To delete one of them, or to rename a channel, turn it off and deploy first.
	DataProtection bool
}

// Key is one public key of a rotation.
type Key struct {
	PublicKey string       `json:"publicKey"` // PEM (SPKI)
	Role      outputs.Role `json:"role"`      // "": current for the first key, next for the others
}

// Domain is a host name of one's own for the distribution, which pages of the same
// site can set cookies for. With ZoneID alone the stack requests the certificate.
type Domain struct {
	Name           string `json:"name"`           // "video.example.com"
	ZoneID         string `json:"zoneId"`         // of the public hosted zone in Route 53 that Name gets its records in; "": they are made elsewhere
	CertificateARN string `json:"certificateArn"` // of ACM in us-east-1, issued for Name already; "": one is requested
	TLSPolicy      string `json:"tlsPolicy"`      // "": TLSv1.2_2021
}

// Channel describes an Amazon IVS channel.
type Channel struct {
	Name        string `json:"name"`        // unique within the stack: letters, digits, - and _; another name makes another channel
	Type        string `json:"type"`        // "": STANDARD; or BASIC, ADVANCED_SD, ADVANCED_HD
	LatencyMode string `json:"latencyMode"` // "": LOW; or NORMAL
}

// Defaults is the config of a stack whose settings name nothing. It still lacks
// keys and player origins, which have no sensible default.
func Defaults() Config {
	return Config{
		PriceClass:           "PriceClass_All",
		Comment:              "private playback",
		Enabled:              true,
		ViewerProtocolPolicy: "redirect-to-https",
		Channels:             []Channel{{Name: "live"}},
		SampleContent:        true,
		DataProtection:       true,
	}
}
