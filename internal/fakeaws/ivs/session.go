package ivs

import (
	"container/list"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/http"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

// maxViews is the quota of concurrent views, and so bounds the sessions that
// are kept. A session that nobody uses any more is no view.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html
const maxViews = 15_000

// session is one playback: what a multivariant playlist led to. Its URLs are
// all that a player needs, so each is as hard to guess as a key.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-session-protection.html
type session struct {
	renditions []rendition
	playlists  []string // opaque parts of the variant playlists' URLs, one for each rendition
	dna        string   // opaque query of the segments' URLs
	secret     []byte   // from which the segments' names come

	channelARN string
	authorization

	clients clients       // guarded by the service's lock
	age     *list.Element // in sessions.byAge; nil when it is not kept
}

func newSession(channelARN string, a authorization, renditions []rendition) *session {
	one := &session{
		renditions:    renditions,
		dna:           opaque(randomBytes()),
		secret:        randomBytes(),
		channelARN:    channelARN,
		authorization: a,
		clients:       clients{},
	}
	for range renditions {
		one.playlists = append(one.playlists, opaque(randomBytes()))
	}
	return one
}

// segmentName returns the opaque name of segment n of rendition i: the same at
// every refresh, and of no use to another session.
func (s *session) segmentName(i int, n int64) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write(binary.BigEndian.AppendUint64([]byte{byte(i)}, uint64(n)))
	return opaque(mac.Sum(nil))
}

// variant is what a variant playlist belongs to.
type variant struct {
	*session
	rendition int // index
}

// noteUse says that a URL of the session was good; it needs no token.
func (s *session) noteUse(r *http.Request, what string) {
	origin := ""
	if s.origins.strict {
		origin = ", from an origin that its token allows"
	}
	journal.Note(r.Context(), "ivs: ", what, " of a session that goes on for channel ", s.channelARN, origin)
}

// sessions finds sessions by what their URLs hold. It is not safe for
// concurrent use.
type sessions struct {
	byPlaylist map[string]variant
	byDNA      map[string]*session
	byAge      *list.List // of *session, oldest first
	ended      endings
}

func newSessions() sessions {
	return sessions{map[string]variant{}, map[string]*session{}, list.New(), newEndings()}
}

func (s *sessions) add(one *session) {
	for i, playlist := range one.playlists {
		s.byPlaylist[playlist] = variant{one, i}
	}
	s.byDNA[one.dna] = one
	one.age = s.byAge.PushBack(one)
}

// remove ends a session.
func (s *sessions) remove(one *session, cause string) {
	for _, playlist := range one.playlists {
		delete(s.byPlaylist, playlist)
	}
	delete(s.byDNA, one.dna)
	s.byAge.Remove(one.age)
	s.ended.add(one, cause)
}

// removeFunc ends the sessions that match.
func (s *sessions) removeFunc(cause string, match func(*session) bool) {
	for e := s.byAge.Front(); e != nil; {
		one := e.Value.(*session)
		e = e.Next()
		if match(one) {
			s.remove(one, cause)
		}
	}
}

// begin keeps a session, unless the viewer was revoked since the token was
// looked at or the account has as many views as it may.
func (s *Service) begin(one *session, r *http.Request) *refusal {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.revoked(one.channelARN, one.viewerID, one.version, now); f != nil {
		return f
	}
	if s.sessions.byAge.Len() >= maxViews {
		s.sessions.removeFunc("nobody had used it for a while when the quota of views was reached", func(old *session) bool { return !old.clients.watching(now) })
	}
	if s.sessions.byAge.Len() >= maxViews {
		return viewsRefusal().because("the account has %d views at once, as many as it may", maxViews)
	}
	one.clients.add(clientAddress(r.RemoteAddr), now)
	s.sessions.add(one)
	return nil
}

// variantByPlaylist returns the session of a variant playlist that is still
// good, and which of its renditions it is.
func (s *Service) variantByPlaylist(playlist string, r *http.Request) (variant, *refusal) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.sessions.byPlaylist[playlist]
	if !ok {
		return variant{}, s.sessions.ended.refusal(playlist)
	}
	return v, s.use(v.session, r, now)
}

// sessionByDNA returns the session of a segment that is still good.
func (s *Service) sessionByDNA(dna string, r *http.Request) (*session, *refusal) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.sessions.byDNA[dna]
	if !ok {
		return nil, s.sessions.ended.refusal(dna)
	}
	return one, s.use(one, r, now)
}

// use notes that the request uses the session. It refuses a session whose
// channel or key is gone, or that is shared; that one ends. The caller holds the
// lock.
func (s *Service) use(one *session, r *http.Request, now time.Time) *refusal {
	if s.channels[one.channelARN] == nil {
		return sessionRefusal().because("session ended: channel %s was deleted", one.channelARN)
	}
	if _, ok := s.keys[one.keyARN]; one.keyARN != "" && !ok {
		return sessionRefusal().because("session ended: playback key %s was deleted", one.keyARN)
	}
	if one.clients.add(clientAddress(r.RemoteAddr), now) && !s.allowSharing {
		cause := fmt.Sprintf("it was shared: used from more than %d addresses within %s", maxClients, clientWindow)
		s.sessions.remove(one, cause)
		return sessionRefusal().because("session ended: %s", cause)
	}
	return nil
}

func randomBytes() []byte {
	b := make([]byte, 32)
	rand.Read(b) // never fails, see crypto/rand
	return b
}

func opaque(b []byte) string {
	return base64.RawURLEncoding.EncodeToString(b)
}
