package stack

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ivs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// live is the private channels in the order of the config, and the keys that
// open all of them.
type live struct {
	keys       []*ivs.PlaybackKeyPair
	channels   []*ivs.Channel
	streamKeys pulumi.StringMap // by channel name; secret
}

func newLive(ctx *pulumi.Context, c Config) (*live, error) {
	keys, err := newPlaybackKeys(ctx, c.PlaybackKeys)
	if err != nil {
		return nil, err
	}
	l := &live{keys: keys, streamKeys: pulumi.StringMap{}}
	for _, spec := range c.Channels {
		channel, err := ivs.NewChannel(ctx, "channel-"+spec.Name, &ivs.ChannelArgs{
			Name:        pulumi.String(spec.Name),
			Type:        pulumi.String(spec.Type),
			LatencyMode: pulumi.String(spec.LatencyMode),
			Authorized:  pulumi.Bool(true),
			Tags:        tags(ctx),
		}, pulumi.Protect(c.DataProtection))
		if err != nil {
			return nil, err
		}
		// The channel's creation made the stream key; the function that reads it
		// does not mark it secret.
		key := ivs.GetStreamKeyOutput(ctx, ivs.GetStreamKeyOutputArgs{ChannelArn: channel.Arn})
		l.channels = append(l.channels, channel)
		l.streamKeys[spec.Name] = pulumi.ToSecret(key.Value()).(pulumi.StringOutput)
	}
	return l, nil
}
