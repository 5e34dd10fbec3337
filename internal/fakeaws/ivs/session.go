package ivs

import (
	"container/list"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"time"
)

// maxSessions bounds the sessions that are kept; the oldest goes first.
const maxSessions = 4096

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

// sessions keeps the youngest sessions. It is not safe for concurrent use.
type sessions struct {
	byPlaylist map[string]variant
	byDNA      map[string]*session
	byAge      *list.List // of *session, oldest first
}

func newSessions() sessions {
	return sessions{map[string]variant{}, map[string]*session{}, list.New()}
}

func (s *sessions) add(one *session) {
	if s.byAge.Len() >= maxSessions {
		s.remove(s.byAge.Front().Value.(*session))
	}
	for i, playlist := range one.playlists {
		s.byPlaylist[playlist] = variant{one, i}
	}
	s.byDNA[one.dna] = one
	one.age = s.byAge.PushBack(one)
}

func (s *sessions) remove(one *session) {
	for _, playlist := range one.playlists {
		delete(s.byPlaylist, playlist)
	}
	delete(s.byDNA, one.dna)
	s.byAge.Remove(one.age)
}

// removeFunc removes the sessions that match.
func (s *sessions) removeFunc(match func(*session) bool) {
	for e := s.byAge.Front(); e != nil; {
		one := e.Value.(*session)
		e = e.Next()
		if match(one) {
			s.remove(one)
		}
	}
}

// begin keeps a session. It reports false if the viewer was revoked since the
// token was looked at.
func (s *Service) begin(one *session, r *http.Request) bool {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.revokedAt(one.channelARN, one.viewerID, one.version, now) {
		return false
	}
	one.clients.add(clientAddress(r.RemoteAddr), now)
	s.sessions.add(one)
	return true
}

// variantByPlaylist returns the session of a variant playlist that is still
// good, and which of its renditions it is; without one, the session is nil.
func (s *Service) variantByPlaylist(playlist string, r *http.Request) variant {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.sessions.byPlaylist[playlist]
	return variant{s.use(v.session, r, now), v.rendition}
}

// sessionByDNA returns the session of a segment that is still good, or nil.
func (s *Service) sessionByDNA(dna string, r *http.Request) *session {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.use(s.sessions.byDNA[dna], r, now)
}

// use notes that the request uses the session. It returns nil for a session
// whose channel or key is gone, or that is shared; that one ends. The caller
// holds the lock.
func (s *Service) use(one *session, r *http.Request, now time.Time) *session {
	if one == nil || s.channels[one.channelARN] == nil {
		return nil
	}
	if _, ok := s.keys[one.keyARN]; one.keyARN != "" && !ok {
		return nil
	}
	if one.clients.add(clientAddress(r.RemoteAddr), now) && !s.allowSharing {
		s.sessions.remove(one)
		return nil
	}
	return one
}

func randomBytes() []byte {
	b := make([]byte, 32)
	rand.Read(b) // never fails, see crypto/rand
	return b
}

func opaque(b []byte) string {
	return base64.RawURLEncoding.EncodeToString(b)
}
