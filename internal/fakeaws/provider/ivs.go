package provider

import (
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/ivs"
)

type playbackKeyPairInputs struct {
	Name      string            `json:"name,omitempty" schema:"forcenew,computed" match:"^[0-9A-Za-z_-]{0,128}$"`
	PublicKey string            `json:"publicKey" schema:"forcenew"`
	Tags      map[string]string `json:"tags,omitempty" schema:"forcenew"`
}

// playbackKeyPairType never updates: every property forces replacement, tags
// too. The API does not hand the public key back, so that an imported pair is
// replaced.
func playbackKeyPairType() resourceType {
	return kind[playbackKeyPairInputs]{
		name:     naming{property: "name"},
		computed: []string{"arn", "fingerprint", "tagsAll"},
		create: func(c *fakeaws.Cloud, in playbackKeyPairInputs) (string, error) {
			k, err := c.IVS.ImportPlaybackKeyPair(in.Name, in.PublicKey)
			return k.ARN, err
		},
		read: func(c *fakeaws.Cloud, id string, last playbackKeyPairInputs) (playbackKeyPairInputs, outputs, error) {
			k, err := c.IVS.PlaybackKeyPair(id)
			last.Name = k.Name
			return last, outputs{"arn": k.ARN, "fingerprint": k.Fingerprint, "tagsAll": tagsAll(last.Tags)}, err
		},
		delete: func(c *fakeaws.Cloud, id string, _ playbackKeyPairInputs, _ outputs) error {
			return c.IVS.DeletePlaybackKeyPair(id)
		},
	}
}

// channelInputs stay as they are when the program leaves them out.
type channelInputs struct {
	Name        string            `json:"name,omitempty" schema:"computed" match:"^[0-9A-Za-z_-]{0,128}$"`
	Type        string            `json:"type,omitempty" schema:"computed" oneof:"STANDARD BASIC ADVANCED_SD ADVANCED_HD"`
	LatencyMode string            `json:"latencyMode,omitempty" schema:"computed" oneof:"LOW NORMAL"`
	Authorized  bool              `json:"authorized,omitempty" schema:"computed"`
	Tags        map[string]string `json:"tags,omitempty"`
}

func (channelInputs) limits() map[string]string { return unmodelled("recordingConfigurationArn") }

func (in channelInputs) config() ivs.ChannelConfig {
	return ivs.ChannelConfig{Name: in.Name, Type: in.Type, LatencyMode: in.LatencyMode, Authorized: in.Authorized}
}

func channelType() resourceType {
	return kind[channelInputs]{
		name:     naming{property: "name"},
		computed: []string{"arn", "ingestEndpoint", "playbackUrl", "tagsAll"},
		create: func(c *fakeaws.Cloud, in channelInputs) (string, error) {
			channel, _, err := c.IVS.CreateChannel(in.config())
			return channel.ARN, err
		},
		read: func(c *fakeaws.Cloud, id string, last channelInputs) (channelInputs, outputs, error) {
			channel, err := c.IVS.Channel(id)
			last.Name, last.Type, last.LatencyMode, last.Authorized = channel.Name, channel.Type, channel.LatencyMode, channel.Authorized
			return last, outputs{
				"arn": channel.ARN, "ingestEndpoint": channel.IngestEndpoint, "playbackUrl": channel.PlaybackURL, "tagsAll": tagsAll(last.Tags),
			}, err
		},
		update: func(c *fakeaws.Cloud, id string, in channelInputs, _ outputs) error {
			_, err := c.IVS.UpdateChannel(id, in.config())
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, _ channelInputs, _ outputs) error {
			return c.IVS.DeleteChannel(id)
		},
	}
}

type streamKeyArgs struct {
	ChannelARN string `json:"channelArn"`
}

func (streamKeyArgs) limits() map[string]string { return unmodelled("tags") }

// streamKey answers aws:ivs/getStreamKey; as in the real provider its value is
// not marked secret.
func streamKey(c *fakeaws.Cloud, in streamKeyArgs) (outputs, error) {
	key, err := c.IVS.StreamKey(in.ChannelARN)
	if err != nil {
		return nil, err
	}
	return outputs{"arn": key.ARN, "channelArn": in.ChannelARN, "id": key.ARN, "tags": map[string]any{}, "value": key.Value}, nil
}
