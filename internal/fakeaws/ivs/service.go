package ivs

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"
)

// Options configure a Service. Region and AccountID are required.
type Options struct {
	Region    string // "eu-central-1"; part of every ARN and host name
	AccountID string // twelve digits

	// Now is the clock of token checks and of the live window; nil means
	// time.Now.
	Now func() time.Time

	// OnAir tells whether a channel is streaming. A channel that is not
	// answers 404 to players; one that is can be neither updated nor deleted.
	// It is called without any lock held, so it may call the Service.
	//
	// Nil means that every channel plays though nothing is ingested: players
	// see a stream, and updates and deletions succeed. Set it where the 409 of
	// a live channel matters.
	//
	// [IdleUntil] makes one that begins at a time.
	OnAir func(channelARN string) bool

	// AllowSharing keeps a session alive however many addresses use it at the
	// same time. Set it behind a proxy that hides who asks behind a pool of
	// addresses; elsewhere it hides what AWS would do.
	AllowSharing bool

	// Derive returns 64 hexadecimal digits that nobody else can guess and that
	// are the same whenever label is. Stream keys come from it, so that State
	// need not hold them. nil: they are drawn at random, and Restore refuses
	// channels.
	Derive func(label string) string
}

// Service is one account's Amazon IVS in one region. Make it with [New]. Its
// methods may be called concurrently.
type Service struct {
	region, account string
	now             func() time.Time
	onAir           func(channelARN string) bool
	allowSharing    bool
	derive          func(label string) string
	ladder          []rendition // best first

	accountLabel, edgeLabel string // of the host names

	playbackHost string // multivariant playlists of every channel
	edgeHost     string // variant playlists and segments
	ingestHost   string

	mu       sync.Mutex
	keys     map[string]playbackKey // by ARN
	channels map[string]*channel    // by ARN
	spent    map[string]time.Time   // single-use UUIDs and when their tokens expire
	sessions sessions

	revocations          map[viewer]revocation
	revocationCalls      throttle
	batchRevocationCalls throttle
}

// New returns a Service with no channels and no keys. The first label of its
// host names is drawn at random.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Service{
		region:       o.Region,
		account:      o.AccountID,
		now:          o.Now,
		onAir:        o.OnAir,
		allowSharing: o.AllowSharing,
		derive:       o.Derive,
		ladder:       sampleLadder(),
		keys:         map[string]playbackKey{},
		channels:     map[string]*channel{},
		spent:        map[string]time.Time{},
		sessions:     newSessions(),

		revocations:          map[viewer]revocation{},
		revocationCalls:      throttle{limit: revocationRate},
		batchRevocationCalls: throttle{limit: batchRevocationRate},
	}
	s.setLabels(randomHex(6), randomHex(6))
	return s
}

// setLabels sets the first labels of the host names. Playback and ingest share
// one (assumption ivs.one-label).
func (s *Service) setLabels(account, edge string) {
	s.accountLabel, s.edgeLabel = account, edge
	s.playbackHost = account + "." + s.region + ".playback.live-video.net"
	s.edgeHost = edge + ".j.cloudfront.hls.live-video.net"
	s.ingestHost = account + ".global-contribute.live-video.net"
}

// Hosts returns the host names that ServeHTTP answers for: first that of the
// playback URLs, then that of the variant playlists and segments.
func (s *Service) Hosts() []string {
	return []string{s.playbackHost, s.edgeHost}
}

// playable tells whether a player gets a stream from the channel.
func (s *Service) playable(channelARN string) bool {
	return s.onAir == nil || s.onAir(channelARN)
}

// live tells whether the control plane counts the channel as streaming.
func (s *Service) live(channelARN string) bool {
	return s.onAir != nil && s.onAir(channelARN)
}

// randomHex returns 2n random hexadecimal digits.
func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails, see crypto/rand
	return hex.EncodeToString(b)
}
