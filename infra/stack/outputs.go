package stack

import (
	"cmp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/infra/outputs"
)

// Outputs is what Deploy declared, ready to be exported as the contract of
// package outputs.
type Outputs struct {
	config       Config
	media        *media
	playlists    []string
	viewers      *viewers
	distribution *cloudfront.Distribution
	live         *live
}

// Export makes the contract's members the stack's outputs.
func (o *Outputs) Export(ctx *pulumi.Context) {
	for name, value := range o.members() {
		ctx.Export(name, value)
	}
}

// members holds each top-level member of outputs.Stack under its JSON name.
func (o *Outputs) members() map[string]pulumi.Input {
	return map[string]pulumi.Input{
		"schemaVersion":            pulumi.Int(outputs.SchemaVersion),
		"region":                   o.media.bucket.Region,
		"bucketName":               o.media.bucket.Bucket,
		"bucketRegionalDomainName": o.media.bucket.BucketRegionalDomainName,
		"originAccessIdentityId":   o.media.identity.ID(),
		"distributionId":           o.distribution.ID(),
		"distributionDomainName":   o.distribution.DomainName,
		"domainName":               pulumi.String(o.config.Domain.Name),
		"tlsPolicy":                pulumi.String(cmp.Or(o.config.Domain.TLSPolicy, forcedTLSPolicy)),
		"ipv6":                     pulumi.Bool(o.config.IPv6),
		"baseUrl":                  o.baseURL(),
		"viewerProtocolPolicy":     pulumi.String(o.config.ViewerProtocolPolicy),
		"defaultRootObject":        pulumi.String(o.config.DefaultRootObject),
		"keyGroupId":               o.viewers.group.ID(),
		"signingKeys":              o.signingKeys(),
		"allowedOrigins":           pulumi.ToStringArray(o.config.PlayerOrigins),
		"contentPlaylists":         pulumi.ToStringArray(o.playlists),
		"playbackKeys":             o.playbackKeys(),
		"channels":                 o.channels(),
		"streamKeys":               o.live.streamKeys,
	}
}

func (o *Outputs) baseURL() pulumi.StringInput {
	if o.config.Domain.used() {
		return pulumi.String("https://" + o.config.Domain.Name)
	}
	return pulumi.Sprintf("https://%s", o.distribution.DomainName)
}

func (o *Outputs) signingKeys() pulumi.Array {
	keys := pulumi.Array{}
	for i, key := range o.viewers.keys {
		keys = append(keys, pulumi.Map{
			"id":        key.ID(),
			"role":      pulumi.String(o.config.SigningKeys[i].Role),
			"publicKey": pulumi.String(o.config.SigningKeys[i].PublicKey),
		})
	}
	return keys
}

func (o *Outputs) playbackKeys() pulumi.Array {
	keys := pulumi.Array{}
	for i, key := range o.live.keys {
		keys = append(keys, pulumi.Map{
			"arn":         key.Arn,
			"role":        pulumi.String(o.config.PlaybackKeys[i].Role),
			"publicKey":   pulumi.String(o.config.PlaybackKeys[i].PublicKey),
			"fingerprint": key.Fingerprint,
		})
	}
	return keys
}

func (o *Outputs) channels() pulumi.Array {
	channels := pulumi.Array{}
	for i, channel := range o.live.channels {
		spec := o.config.Channels[i]
		channels = append(channels, pulumi.Map{
			"name":           pulumi.String(spec.Name),
			"arn":            channel.Arn,
			"playbackUrl":    channel.PlaybackUrl,
			"ingestEndpoint": channel.IngestEndpoint,
			"type":           pulumi.String(spec.Type),
			"latencyMode":    pulumi.String(spec.LatencyMode),
		})
	}
	return channels
}
