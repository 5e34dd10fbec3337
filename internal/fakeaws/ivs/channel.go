package ivs

import "slices"

// maxChannels is the quota per region.
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html
const maxChannels = 5000

const (
	arnMessage  = "arn failed to satisfy the constraints"
	nameMessage = "name failed to satisfy the constraints: at most 128 of a-z, A-Z, 0-9, - and _"
)

// ChannelConfig is what a caller decides about a channel.
type ChannelConfig struct {
	Name        string // at most 128 of a-z, A-Z, 0-9, - and _; may be empty
	Type        string // "STANDARD", "BASIC", "ADVANCED_SD" or "ADVANCED_HD"; "" means "STANDARD"
	LatencyMode string // "LOW" or "NORMAL"; "" means "LOW"
	Authorized  bool   // true: playback needs a token
}

// Channel is a channel as the API shows it.
type Channel struct {
	ARN            string // "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh"
	PlaybackURL    string // "https://….us-west-2.playback.live-video.net/api/video/v1/….m3u8"
	IngestEndpoint string // host name: "a1b2c3d4e5f6.global-contribute.live-video.net"
	ChannelConfig
}

// StreamKey is the secret that lets an encoder stream to a channel.
type StreamKey struct {
	ARN        string // "arn:aws:ivs:us-west-2:123456789012:stream-key/g1H2I3j4k5L6"
	ChannelARN string
	Value      string // secret: "sk_us-west-2_abcdABCDefgh_567890abcdef"
}

type channel struct {
	Channel
	key  StreamKey
	path string // of the playback URL
}

// CreateChannel makes a channel and its stream key. It returns
// ValidationException for a bad name, type or latency mode, and
// ServiceQuotaExceededException when the region is full.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_CreateChannel.html
func (s *Service) CreateChannel(c ChannelConfig) (Channel, StreamKey, error) {
	const operation = "CreateChannel"
	if c.Type == "" {
		c.Type = "STANDARD"
	}
	if c.LatencyMode == "" {
		c.LatencyMode = "LOW"
	}
	if err := c.validate(operation); err != nil {
		return Channel{}, StreamKey{}, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.channels) >= maxChannels {
		return Channel{}, StreamKey{}, quotaError(operation, "quota of 5000 channels is used up")
	}
	ch := s.newChannel(newID(), newID(), c)
	s.channels[ch.ARN] = ch
	return ch.Channel, ch.key, nil
}

// newChannel is the channel with an id, and its stream key with another.
func (s *Service) newChannel(id, keyID string, c ChannelConfig) *channel {
	path := "/api/video/v1/" + s.region + "." + s.account + ".channel." + id + ".m3u8"
	ch := Channel{
		ARN:            s.arn(typeChannel, id),
		PlaybackURL:    "https://" + s.playbackHost + path,
		IngestEndpoint: s.ingestHost,
		ChannelConfig:  c,
	}
	arn := s.arn(typeStreamKey, keyID)
	return &channel{ch, StreamKey{arn, ch.ARN, s.streamKeyValue(arn)}, path}
}

func (s *Service) streamKeyValue(arn string) string {
	secret := newID() + randomHex(6)
	if s.derive != nil {
		secret = s.derive(arn)
	}
	return "sk_" + s.region + "_" + secret[:12] + "_" + secret[12:24]
}

// Channel returns the channel with the given ARN, or
// ResourceNotFoundException.
func (s *Service) Channel(arn string) (Channel, error) {
	const operation = "GetChannel"
	if !isARN(arn, typeChannel) {
		return Channel{}, validationError(operation, arnMessage)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, ok := s.channels[arn]
	if !ok {
		return Channel{}, notFoundError(operation, "channel")
	}
	return ch.Channel, nil
}

// UpdateChannel sets name, authorization, type and latency mode; an empty type
// or latency mode keeps the one there is. A channel that is streaming (see
// [Options]) refuses with ConflictException. Sessions that are running go on.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_UpdateChannel.html
func (s *Service) UpdateChannel(arn string, c ChannelConfig) (Channel, error) {
	const operation = "UpdateChannel"
	old, err := s.idleChannel(operation, arn)
	if err != nil {
		return Channel{}, err
	}
	if c.Type == "" {
		c.Type = old.Type
	}
	if c.LatencyMode == "" {
		c.LatencyMode = old.LatencyMode
	}
	if err := c.validate(operation); err != nil {
		return Channel{}, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	ch, ok := s.channels[arn]
	if !ok {
		return Channel{}, notFoundError(operation, "channel")
	}
	ch.ChannelConfig = c
	return ch.Channel, nil
}

// DeleteChannel removes a channel, its stream key and its sessions. A channel
// that is streaming (see [Options]) refuses with ConflictException.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_DeleteChannel.html
func (s *Service) DeleteChannel(arn string) error {
	const operation = "DeleteChannel"
	if _, err := s.idleChannel(operation, arn); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.channels[arn]; !ok {
		return notFoundError(operation, "channel")
	}
	delete(s.channels, arn)
	return nil
}

// StreamKey returns the stream key of the channel with the given ARN, or
// ResourceNotFoundException.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_GetStreamKey.html
func (s *Service) StreamKey(channelARN string) (StreamKey, error) {
	const operation = "GetStreamKey"
	if !isARN(channelARN, typeChannel) {
		return StreamKey{}, validationError(operation, arnMessage)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, ok := s.channels[channelARN]
	if !ok {
		return StreamKey{}, notFoundError(operation, "channel")
	}
	return ch.key, nil
}

// idleChannel returns the channel unless it is streaming.
func (s *Service) idleChannel(operation, arn string) (Channel, error) {
	if !isARN(arn, typeChannel) {
		return Channel{}, validationError(operation, arnMessage)
	}
	s.mu.Lock()
	ch, ok := s.channels[arn]
	var found Channel
	if ok {
		found = ch.Channel
	}
	s.mu.Unlock()
	if !ok {
		return Channel{}, notFoundError(operation, "channel")
	}
	if s.live(arn) {
		return Channel{}, conflictError(operation, "channel is live; stop the stream first")
	}
	return found, nil
}

func (c ChannelConfig) validate(operation string) error {
	switch {
	case !namePattern.MatchString(c.Name):
		return validationError(operation, nameMessage)
	case !slices.Contains([]string{"STANDARD", "BASIC", "ADVANCED_SD", "ADVANCED_HD"}, c.Type):
		return validationError(operation, "type failed to satisfy the constraints: one of STANDARD, BASIC, ADVANCED_SD, ADVANCED_HD")
	case !slices.Contains([]string{"LOW", "NORMAL"}, c.LatencyMode):
		return validationError(operation, "latencyMode failed to satisfy the constraints: one of LOW, NORMAL")
	}
	return nil
}
