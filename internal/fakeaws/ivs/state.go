package ivs

import (
	"encoding/pem"
	"maps"
	"slices"
	"strings"
	"time"
)

// stateVersion is the version of State that is written and read here.
const stateVersion = 1

// A State is what a Service knows, in a form that outlives the process: plain
// values in order, nothing secret. The sessions of viewers are not kept, and
// players begin again with a token; nor are the calls that throttling counts.
// Stream keys come from Options.Derive.
type State struct {
	Version          int
	AccountLabel     string // first label of playback and ingest hosts
	EdgeLabel        string // first label of the host of variant playlists
	PlaybackKeyPairs []PlaybackKeyPairState
	Channels         []ChannelState
	UsedTokens       []UsedTokenState  // that have not expired
	Revocations      []RevocationState // likewise
}

// A PlaybackKeyPairState is an imported public key.
type PlaybackKeyPairState struct {
	ARN, Name         string
	PublicKeyMaterial string // PEM
}

// A ChannelState is a channel. Its URL and host follow from its ARN and the
// labels.
type ChannelState struct {
	ARN          string
	StreamKeyARN string
	ChannelConfig
}

// A UsedTokenState is a single-use token that has been used.
type UsedTokenState struct {
	UUID    string // the token's aws:single-use-uuid
	Expires time.Time
}

// A RevocationState keeps tokens of a viewer from beginning a session.
type RevocationState struct {
	ViewerSession
	Until time.Time
}

// State returns what the Service knows at this moment.
func (s *Service) State() State {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State{
		Version: stateVersion, AccountLabel: s.accountLabel, EdgeLabel: s.edgeLabel,
		PlaybackKeyPairs: []PlaybackKeyPairState{}, Channels: []ChannelState{},
		UsedTokens: []UsedTokenState{}, Revocations: []RevocationState{},
	}
	for _, arn := range slices.Sorted(maps.Keys(s.keys)) {
		material := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: s.keys[arn].der})
		state.PlaybackKeyPairs = append(state.PlaybackKeyPairs, PlaybackKeyPairState{arn, s.keys[arn].Name, string(material)})
	}
	for _, arn := range slices.Sorted(maps.Keys(s.channels)) {
		ch := s.channels[arn]
		state.Channels = append(state.Channels, ChannelState{arn, ch.key.ARN, ch.ChannelConfig})
	}
	for _, uuid := range slices.Sorted(maps.Keys(s.spent)) {
		if expires := s.spent[uuid]; now.Before(expires) {
			state.UsedTokens = append(state.UsedTokens, UsedTokenState{uuid, expires.UTC()})
		}
	}
	for who, r := range s.revocations {
		// A channel that is gone does not come back.
		if s.channels[who.channelARN] != nil && now.Before(r.until) {
			state.Revocations = append(state.Revocations,
				RevocationState{ViewerSession{who.channelARN, who.id, r.version}, r.until.UTC().Round(0)}) // without the monotonic reading
		}
	}
	slices.SortFunc(state.Revocations, func(a, b RevocationState) int {
		return strings.Compare(a.ChannelARN+a.ViewerID, b.ChannelARN+b.ViewerID)
	})
	return state
}
