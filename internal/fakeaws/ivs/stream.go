package ivs

import "time"

// Stream is the live stream of a channel, as far as a stand-in without ingest
// has one: no stream id, no start time.
type Stream struct {
	ChannelARN  string
	PlaybackURL string
	State       string // "LIVE"
	Health      string // "HEALTHY"
	ViewerCount int64  // sessions used within the last 10 seconds
}

// Stream returns the stream that players of the channel see. An idle channel
// (see [Options].OnAir) has none: ChannelNotBroadcasting. Other errors are
// ValidationException and ResourceNotFoundException.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_GetStream.html
func (s *Service) Stream(channelARN string) (Stream, error) {
	const operation = "GetStream"
	if !isARN(channelARN, typeChannel) {
		return Stream{}, validationError(operation, arnMessage)
	}
	now := s.now()
	s.mu.Lock()
	ch, ok := s.channels[channelARN]
	if !ok {
		s.mu.Unlock()
		return Stream{}, notFoundError(operation, "channel")
	}
	stream := Stream{ChannelARN: channelARN, PlaybackURL: ch.PlaybackURL, State: "LIVE", Health: "HEALTHY"}
	for _, one := range s.sessions.byDNA {
		if one.channelARN == channelARN && one.clients.watching(now) {
			stream.ViewerCount++
		}
	}
	s.mu.Unlock()
	if !s.playable(channelARN) {
		return Stream{}, notBroadcastingError(operation)
	}
	return stream, nil
}

// IdleUntil returns an [Options].OnAir under which every channel is idle
// before start and on air from then on, by the clock now; nil means time.Now.
// The live window is full from the first moment.
func IdleUntil(start time.Time, now func() time.Time) func(channelARN string) bool {
	if now == nil {
		now = time.Now
	}
	return func(string) bool { return !now().Before(start) }
}
