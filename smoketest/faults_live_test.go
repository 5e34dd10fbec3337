package main

import (
	"crypto"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ivs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/signer"
	"privateplayback/smoketest/internal/check"
)

// What else fails when a good token opens nothing: a refusal needs its control.
const allLive = "live.* keys.live-*"

// liveFaults are those of channels and playback keys.
func liveFaults() []fault {
	twoChannels := map[string]any{"channels": []any{map[string]any{"name": "a"}, map[string]any{"name": "b"}}}
	return []fault{
		{name: "a public channel", change: on(func(c *ivs.ChannelArgs) { c.Authorized = pulumi.Bool(false) }),
			fails: "live.refuse.no-token", cause: "channel-public", also: "live.refuse.* keys.live-dropped"},
		{name: "a channel that does not say", change: on(func(c *ivs.ChannelArgs) { c.Authorized = nil }),
			fails: "live.refuse.no-token", cause: "channel-public", also: "live.refuse.* keys.live-dropped"},
		{name: "a second channel, public", settings: twoChannels, change: on(func(c *ivs.ChannelArgs) {
			c.Authorized = pulumi.Bool(c.Name == pulumi.String("a"))
		}), fails: "live.refuse.no-token", cause: "channel-public"},
		{name: "other playback keys", change: importOther(1, 2, 3),
			fails: "live.grant.play", cause: "token-refused", also: allLive},
		{name: "another current playback key", change: importOther(1),
			fails: "live.grant.play", cause: "token-refused", also: allLive},
		{name: "another next playback key", change: importOther(2), fails: "keys.live-next", cause: "token-refused"},
		{name: "another retiring playback key", change: importOther(3), fails: "keys.live-retiring", cause: "token-refused"},
		droppedPlaybackKeyStays(),
	}
}

// importOther imports a key that nobody holds in the place of each of these, counted
// from one in the order of the config.
func importOther(places ...int) change {
	place := 0
	return with(func(_ *pulumi.Context, k *ivs.PlaybackKeyPairArgs) error {
		if place++; !slices.Contains(places, place) {
			return nil
		}
		text, err := publicKey(signer.GeneratePlaybackKey)
		k.PublicKey = pulumi.String(text)
		return err
	})
}

// droppedPlaybackKeyStays imports a key that the outputs do not name any more. An
// account has three places, so it takes that of the retiring one.
func droppedPlaybackKeyStays() fault {
	var old crypto.Signer
	place := 0
	return fault{
		name: "a dropped playback key stays",
		change: with(func(_ *pulumi.Context, k *ivs.PlaybackKeyPairArgs) error {
			if place++; place < 3 {
				return nil
			}
			var err error
			if old, err = signer.GeneratePlaybackKey(); err != nil {
				return err
			}
			text, err := signer.MarshalPublicKey(old.Public())
			k.PublicKey = pulumi.String(text)
			return err
		}),
		target: func(t *check.Target) { t.OldPlaybackKey = old },
		fails:  "keys.live-dropped", cause: "playback-key-dropped-plays", also: "keys.live-retiring",
	}
}
