package ivs

import (
	"container/list"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
)

// maxSessions bounds the sessions that are kept; the oldest goes first.
const maxSessions = 4096

// session is one playback: what a multivariant playlist led to. Its URLs are
// all that a player needs, so each is as hard to guess as a key.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-session-protection.html
type session struct {
	playlist string // opaque part of the variant playlist's URL
	dna      string // opaque query of the segments' URLs
	secret   []byte // from which the segments' names come

	channelARN string
	keyARN     string // of the key that the token was verified with; "" for a public channel
	origins    originRules
}

func newSession(channelARN, keyARN string, origins originRules) *session {
	return &session{
		playlist:   opaque(randomBytes()),
		dna:        opaque(randomBytes()),
		secret:     randomBytes(),
		channelARN: channelARN,
		keyARN:     keyARN,
		origins:    origins,
	}
}

// segmentName returns the opaque name of segment number n: the same at every
// refresh, and of no use to another session.
func (s *session) segmentName(n int64) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	return opaque(mac.Sum(nil))
}

// sessions keeps the youngest sessions. It is not safe for concurrent use.
type sessions struct {
	byPlaylist, byDNA map[string]*session
	byAge             *list.List // of *session, oldest first
}

func newSessions() sessions {
	return sessions{map[string]*session{}, map[string]*session{}, list.New()}
}

func (s *sessions) add(one *session) {
	if s.byAge.Len() >= maxSessions {
		oldest := s.byAge.Remove(s.byAge.Front()).(*session)
		delete(s.byPlaylist, oldest.playlist)
		delete(s.byDNA, oldest.dna)
	}
	s.byPlaylist[one.playlist] = one
	s.byDNA[one.dna] = one
	s.byAge.PushBack(one)
}

// sessionByPlaylist returns the session of a variant playlist that is still
// good, or nil.
func (s *Service) sessionByPlaylist(playlist string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current(s.sessions.byPlaylist[playlist])
}

// sessionByDNA returns the session of a segment that is still good, or nil.
func (s *Service) sessionByDNA(dna string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current(s.sessions.byDNA[dna])
}

// current drops a session whose channel or key is gone. The caller holds the
// lock.
func (s *Service) current(one *session) *session {
	if one == nil || s.channels[one.channelARN] == nil {
		return nil
	}
	if _, ok := s.keys[one.keyARN]; one.keyARN != "" && !ok {
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
