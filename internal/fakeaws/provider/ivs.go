package provider

import (
	"fmt"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/ivs"
)

type playbackKeyPairInputs struct {
	Name      string            `json:"name,omitempty" most:"128" name:"plain"`
	PublicKey string            `json:"publicKey"`
	Tags      map[string]string `json:"tags,omitempty"`
}

// playbackKeyPairType never updates: every property forces replacement, tags
// too. The API does not hand the public key back.
func playbackKeyPairType() resourceType {
	out := func(k ivs.PlaybackKeyPair) outputs {
		return outputs{"arn": k.ARN, "fingerprint": k.Fingerprint}
	}
	return kind[playbackKeyPairInputs]{
		autoname: "name",
		replace:  []string{"name", "publicKey", "tags"},
		computed: []string{"arn", "fingerprint"},
		create: func(c *fakeaws.Cloud, in playbackKeyPairInputs) (string, outputs, error) {
			k, err := c.IVS.ImportPlaybackKeyPair(in.Name, in.PublicKey)
			return k.ARN, out(k), err
		},
		read: func(c *fakeaws.Cloud, id string, last playbackKeyPairInputs) (playbackKeyPairInputs, outputs, error) {
			k, err := c.IVS.PlaybackKeyPair(id)
			last.Name = k.Name
			return last, out(k), err
		},
		delete: func(c *fakeaws.Cloud, id string, _ playbackKeyPairInputs, _ outputs) error {
			return c.IVS.DeletePlaybackKeyPair(id)
		},
	}
}

type channelInputs struct {
	Name        string            `json:"name,omitempty" most:"128" name:"plain"`
	Type        string            `json:"type,omitempty" oneof:"STANDARD BASIC ADVANCED_SD ADVANCED_HD"`
	LatencyMode string            `json:"latencyMode,omitempty" oneof:"LOW NORMAL"`
	Authorized  bool              `json:"authorized,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
}

func (in channelInputs) config() ivs.ChannelConfig {
	return ivs.ChannelConfig{Name: in.Name, Type: in.Type, LatencyMode: in.LatencyMode, Authorized: in.Authorized}
}

func channelType() resourceType {
	out := func(c ivs.Channel) outputs {
		return outputs{"arn": c.ARN, "ingestEndpoint": c.IngestEndpoint, "playbackUrl": c.PlaybackURL}
	}
	return kind[channelInputs]{
		autoname: "name",
		computed: []string{"arn", "ingestEndpoint", "playbackUrl"},
		create: func(c *fakeaws.Cloud, in channelInputs) (string, outputs, error) {
			channel, _, err := c.IVS.CreateChannel(in.config())
			return channel.ARN, out(channel), err
		},
		read: func(c *fakeaws.Cloud, id string, last channelInputs) (channelInputs, outputs, error) {
			channel, err := c.IVS.Channel(id)
			last.Name, last.Type, last.LatencyMode, last.Authorized = channel.Name, channel.Type, channel.LatencyMode, channel.Authorized
			return last, out(channel), err
		},
		update: func(c *fakeaws.Cloud, id string, in channelInputs, _ outputs) (outputs, error) {
			channel, err := c.IVS.UpdateChannel(id, in.config())
			return out(channel), err
		},
		delete: func(c *fakeaws.Cloud, id string, _ channelInputs, _ outputs) error {
			return c.IVS.DeleteChannel(id)
		},
	}
}

// streamKey answers aws:ivs/getStreamKey; as in the real provider its value is
// not marked secret.
func streamKey(c *fakeaws.Cloud, args outputs) (outputs, error) {
	channel := args.text("channelArn")
	if channel == "" {
		return nil, fmt.Errorf("getStreamKey: missing required property channelArn")
	}
	key, err := c.IVS.StreamKey(channel)
	if err != nil {
		return nil, err
	}
	return outputs{"arn": key.ARN, "channelArn": channel, "id": key.ARN, "tags": map[string]any{}, "value": key.Value}, nil
}
