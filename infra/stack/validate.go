package stack

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"privateplayback/infra/outputs"
)

// Quotas of AWS; see the CloudFront and Amazon IVS quota pages,
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html and
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html.
const (
	maxSigningKeys  = 5   // public keys in a key group
	maxPlaybackKeys = 3   // playback key pairs in an account and region
	maxComment      = 128 // bytes, as the provider counts
	maxRootObject   = 255 // bytes
)

// liveRegions are the home regions of Amazon IVS channels, by
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels.html.
var liveRegions = []string{
	"us-west-2", "us-east-1", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-northeast-2", "ap-south-1",
}

var (
	channelName = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,128}$`)
	readerARN   = regexp.MustCompile(`^arn:aws(-[a-z]+)*:iam::\d{12}:(root|(user|role)/[\w+=,.@/-]+)$`)
	rootObject  = regexp.MustCompile(`^[A-Za-z0-9_.*$/~"'&-]+$`)
	originHost  = regexp.MustCompile(`^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?$`)
)

// oldRegionsOnly lists regions that are younger than January 2023, which origin
// access identities do not reach, by
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html.
var oldRegionsOnly = []string{
	"ap-east-2", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "il-central-1", "mx-central-1",
}

// fill writes out the defaults of list members, and gives every PEM the one form
// that AWS hands back, with a trailing newline: a public key in another form would
// be replaced by each update
// (https://github.com/hashicorp/terraform-provider-aws/issues/20081).
func (c *Config) fill() {
	for _, keys := range [][]Key{c.SigningKeys, c.PlaybackKeys} {
		for i := range keys {
			keys[i].PublicKey = canonicalPEM(keys[i].PublicKey)
			switch {
			case keys[i].Role != "":
			case i == 0:
				keys[i].Role = outputs.Current
			default:
				keys[i].Role = outputs.Next
			}
		}
	}
	if c.Domain.used() && c.Domain.TLSPolicy == "" {
		c.Domain.TLSPolicy = defaultTLSPolicy
	}
	for i := range c.Channels {
		if c.Channels[i].Type == "" {
			c.Channels[i].Type = "STANDARD"
		}
		if c.Channels[i].LatencyMode == "" {
			c.Channels[i].LatencyMode = "LOW"
		}
	}
}

// canonicalPEM writes a single public key as encoders do; what is none stays as it
// is, for the mistake to name.
func canonicalPEM(text string) string {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "PUBLIC KEY" || len(strings.TrimSpace(string(rest))) > 0 {
		return text
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes}))
}

// mistakes lists everything that is wrong with a filled config.
func (c *Config) mistakes(region string) mistakes {
	var m mistakes
	m.keys("signingKeys", c.SigningKeys, maxSigningKeys, signingKind)
	if len(c.Channels) > 0 || len(c.PlaybackKeys) > 0 {
		m.keys("playbackKeys", c.PlaybackKeys, maxPlaybackKeys, playbackKind)
	}
	m.origins(c.PlayerOrigins)
	for i, arn := range c.Readers {
		at := fmt.Sprintf("readers[%d]", i)
		if !readerARN.MatchString(arn) {
			m.add(at, "is %q, want the ARN of an IAM user or role: arn:aws:iam::123456789012:role/NAME", arn)
		} else if slices.Contains(c.Readers[:i], arn) {
			m.add(at, "is %q, which is listed twice", arn)
		}
	}
	m.oneOf("priceClass", c.PriceClass, "PriceClass_100", "PriceClass_200", "PriceClass_All")
	m.oneOf("viewerProtocolPolicy", c.ViewerProtocolPolicy, "redirect-to-https", "https-only")
	switch name := c.DefaultRootObject; {
	case strings.HasPrefix(name, "/"):
		m.add("defaultRootObject", "is %q, which starts with a slash; write %q", name, strings.TrimLeft(name, "/"))
	case len(name) > maxRootObject || name != "" && !rootObject.MatchString(name):
		m.add("defaultRootObject", "is %q, want at most %d letters, digits and the characters _ - . * $ / ~ \" ' &", name, maxRootObject)
	}
	m.domain(c.Domain)
	if n := len(c.Comment); n > maxComment {
		m.add("comment", "has %d bytes, at most %d are allowed", n, maxComment)
	}
	if slices.Contains(oldRegionsOnly, region) {
		m.add("aws:region", "is %q, which origin access identities do not reach; use another region for the bucket", region)
	}
	m.channels(c, region)
	if c.ContentDir != "" && !c.SampleContent {
		m.add("contentDir", "is set while sampleContent is false; set sampleContent to true to upload the folder")
	}
	return m
}

func (m *mistakes) oneOf(key, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		m.add(key, "is %q, want one of %s", value, strings.Join(allowed, ", "))
	}
}

// keyKind is a sort of public key: how it is named, made and recognised.
type keyKind struct {
	name, keygen string
	accepts      func(public any) bool
}

var signingKind = keyKind{"RSA 2048 or ECDSA P-256", "signing", func(public any) bool {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() == 2048
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256()
	}
	return false
}}

var playbackKind = keyKind{"ECDSA P-384", "playback", func(public any) bool {
	k, ok := public.(*ecdsa.PublicKey)
	return ok && k.Curve == elliptic.P384()
}}

func (m *mistakes) keys(key string, keys []Key, most int, kind keyKind) {
	if len(keys) == 0 {
		m.add(key, "is missing; make a key with `go run ./signer/cmd/signer keygen --kind %[1]s --out %[1]s.pem`, then `pulumi config set --path '%[2]s[0].publicKey' < %[1]s.pub.pem`", kind.keygen, key)
	}
	if len(keys) > most {
		m.add(key, "has %d keys, AWS takes at most %d; drop the retiring ones", len(keys), most)
	}
	seen := map[string]int{}
	for i, k := range keys {
		at := fmt.Sprintf("%s[%d]", key, i)
		m.publicKey(at+".publicKey", k.PublicKey, kind)
		if first, ok := seen[k.PublicKey]; ok {
			m.add(at+".publicKey", "is the same key as %s[%d]", key, first)
		}
		seen[k.PublicKey] = i
		switch {
		case i == 0 && k.Role != outputs.Current:
			m.add(at+".role", "is %q, but the first key is the current one; leave the role out or reorder the keys", k.Role)
		case i > 0 && k.Role != outputs.Next && k.Role != outputs.Retiring:
			m.add(at+".role", "is %q, want next or retiring", k.Role)
		}
	}
}

func (m *mistakes) publicKey(key, text string, kind keyKind) {
	block, rest := pem.Decode([]byte(text))
	switch {
	case block == nil:
		m.add(key, "is not PEM; want the text of a file that starts with -----BEGIN PUBLIC KEY-----")
	case strings.Contains(block.Type, "PRIVATE"):
		m.add(key, "is a private key; keep it secret, and set its public half, the .pub.pem file beside it")
	case block.Type != "PUBLIC KEY":
		m.add(key, "is a %q, want a PUBLIC KEY (openssl pkey -pubout makes one)", block.Type)
	case len(strings.TrimSpace(string(rest))) > 0:
		m.add(key, "holds more than one PEM block; write one key per entry")
	default:
		public, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			m.add(key, "cannot be read: %v", err)
		} else if !kind.accepts(public) {
			m.add(key, "is of another kind, want %s; make one with `go run ./signer/cmd/signer keygen --kind %s`", kind.name, kind.keygen)
		}
	}
}

func (m *mistakes) origins(origins []string) {
	if len(origins) == 0 {
		m.add("playerOrigins", "is missing; list the pages' origins, such as https://app.example.com")
	}
	for i, origin := range origins {
		at := fmt.Sprintf("playerOrigins[%d]", i)
		scheme, host, ok := strings.Cut(origin, "://")
		switch {
		case origin == "*":
			m.add(at, "is %q, which lets every page play; list the pages' origins, such as https://app.example.com", origin)
		case !ok:
			m.add(at, "is %q, which has no scheme; write %q", origin, "https://"+strings.Trim(origin, "/"))
		case scheme != "https" && scheme != "http":
			m.add(at, "is %q, want the scheme https (or http)", origin)
		case strings.ContainsAny(host, "/?#@"):
			m.add(at, "is %q, want scheme and host only; write %q", origin, scheme+"://"+bareHost(origin))
		case !originHost.MatchString(host):
			m.add(at, "is %q, want a lower-case host such as https://app.example.com or https://*.example.com", origin)
		case slices.Contains(origins[:i], origin):
			m.add(at, "is %q, which is listed twice", origin)
		}
	}
}

// bareHost is the host and port of a URL, for the correction in a message.
func bareHost(origin string) string {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return "app.example.com"
	}
	return u.Host
}

func (m *mistakes) channels(config *Config, region string) {
	live := len(config.Channels) > 0 || len(config.PlaybackKeys) > 0
	if live && region != "" && !slices.Contains(liveRegions, region) {
		m.add("channels", "and playbackKeys need a region of Amazon IVS, but aws:region is %q; use one of %s, or write both as [] in the stack's file", region, strings.Join(liveRegions, ", "))
	}
	names := map[string]bool{}
	for i, c := range config.Channels {
		at := fmt.Sprintf("channels[%d]", i)
		if !channelName.MatchString(c.Name) {
			m.add(at+".name", "is %q, want 1 to 128 letters, digits, - and _", c.Name)
		} else if names[c.Name] {
			m.add(at+".name", "is %q, which is used twice", c.Name)
		}
		names[c.Name] = true
		m.oneOf(at+".type", c.Type, "STANDARD", "BASIC", "ADVANCED_SD", "ADVANCED_HD")
		m.oneOf(at+".latencyMode", c.LatencyMode, "LOW", "NORMAL")
	}
}
