package ivs

import (
	"time"
	"unicode/utf8"

	"privateplayback/internal/fakeaws/journal"
)

// Rates of the revocation calls, a second.
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html
const (
	revocationRate      = 10
	batchRevocationRate = 2
)

// maxRevocationBatch is how many viewers one batch may name.
const maxRevocationBatch = 20

// ViewerSession names what to revoke: the sessions of a viewer on a channel
// whose version is at or below a number.
type ViewerSession struct {
	ChannelARN string
	ViewerID   string // 1 to 40 characters: the token's aws:viewer-id

	// VersionsLessThanOrEqualTo is compared with the token's
	// aws:viewer-session-version; 0 revokes the tokens that have none.
	VersionsLessThanOrEqualTo int64
}

// ViewerSessionError tells why one member of a batch was not revoked.
type ViewerSessionError struct {
	ChannelARN string
	ViewerID   string
	Code       string // "ResourceNotFoundException"
	Message    string
}

// viewer is a viewer id, which belongs to one channel.
type viewer struct{ channelARN, id string }

// revocation keeps tokens of a viewer from beginning a session.
type revocation struct {
	version int64     // at or below
	until   time.Time // when the last token that could be meant has expired
}

// StartViewerSessionRevocation ends the sessions that v names. Tokens with the
// same viewer id and a version at or below are refused for ten minutes: then
// every token that was good has expired. Sessions whose token had no viewer id
// go on.
//
// AWS does this in its own time after the call; here it is done when the call
// returns. Errors are ValidationException, ResourceNotFoundException for an
// unknown channel, and ThrottlingException for more than 10 calls a second. A
// viewer without a session is no error.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_StartViewerSessionRevocation.html
func (s *Service) StartViewerSessionRevocation(v ViewerSession) error {
	const operation = "StartViewerSessionRevocation"
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.revocationCalls.allow(now) {
		return throttlingError(operation)
	}
	if err := v.validate(operation); err != nil {
		return err
	}
	if s.channels[v.ChannelARN] == nil {
		return notFoundError(operation, "channel")
	}
	s.revoke(v, now)
	return nil
}

// BatchStartViewerSessionRevocation does the same for 1 to 20 viewers at once.
// A member that does not name a channel of this account comes back among the
// failed; the others are revoked. Errors, which revoke nobody, are
// ValidationException for the whole batch if any member is malformed, and
// ThrottlingException for more than 2 calls a second.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_BatchStartViewerSessionRevocation.html
func (s *Service) BatchStartViewerSessionRevocation(viewers []ViewerSession) (failed []ViewerSessionError, err error) {
	const operation = "BatchStartViewerSessionRevocation"
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.batchRevocationCalls.allow(now) {
		return nil, throttlingError(operation)
	}
	if len(viewers) < 1 || len(viewers) > maxRevocationBatch {
		return nil, validationError(operation, "viewerSessions failed to satisfy the constraints: 1 to 20 members")
	}
	for _, v := range viewers {
		if err := v.validate(operation); err != nil {
			return nil, err
		}
	}
	for _, v := range viewers {
		if s.channels[v.ChannelARN] == nil {
			failed = append(failed, ViewerSessionError{v.ChannelARN, v.ViewerID, "ResourceNotFoundException", "channel does not exist"})
			continue
		}
		s.revoke(v, now)
	}
	return failed, nil
}

func (v ViewerSession) validate(operation string) error {
	switch n := utf8.RuneCountInString(v.ViewerID); {
	case !isARN(v.ChannelARN, typeChannel):
		return validationError(operation, arnMessage)
	case n < 1 || n > maxViewerID || !utf8.ValidString(v.ViewerID):
		return validationError(operation, "viewerId failed to satisfy the constraints: 1 to 40 characters")
	case v.VersionsLessThanOrEqualTo < 0:
		return validationError(operation, "viewerSessionVersionsLessThanOrEqualTo failed to satisfy the constraints: at least 0")
	}
	return nil
}

// revoke ends sessions and remembers it. The caller holds the lock.
func (s *Service) revoke(v ViewerSession, now time.Time) {
	for who, r := range s.revocations {
		if !now.Before(r.until) {
			delete(s.revocations, who)
		}
	}
	who := viewer{v.ChannelARN, v.ViewerID}
	s.revocations[who] = revocation{max(v.VersionsLessThanOrEqualTo, s.revocations[who].version), now.Add(maxShortLife)}
	s.sessions.removeFunc("its viewer was revoked", func(one *session) bool {
		return viewer{one.channelARN, one.viewerID} == who && one.version <= v.VersionsLessThanOrEqualTo
	})
}

// revoked refuses a token that is kept from beginning a session; nil if it is
// not. The caller holds the lock.
func (s *Service) revoked(channelARN, viewerID string, version int64, now time.Time) *refusal {
	r, ok := s.revocations[viewer{channelARN, viewerID}]
	if !ok || version > r.version || !now.Before(r.until) {
		return nil
	}
	return revokedRefusal().because("its version is %d, and those up to %d are revoked until %s", version, r.version, journal.Time(r.until))
}

// throttle lets a number of calls through in any one second. It is not safe
// for concurrent use.
type throttle struct {
	limit int
	calls []time.Time // that were let through
}

func (t *throttle) allow(now time.Time) bool {
	var recent []time.Time
	for _, at := range t.calls {
		if d := now.Sub(at); d >= 0 && d < time.Second {
			recent = append(recent, at)
		}
	}
	t.calls = recent
	if len(recent) >= t.limit {
		return false
	}
	t.calls = append(recent, now)
	return true
}
