package ivs

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

// Paths on the edge host, in the shape that AWS prints on
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/server-side-ad-insertion.html:
//
//	https://<12 hex>.j.cloudfront.hls.live-video.net/v1/segment/<opaque>.ts?dna=<opaque>
const (
	playlistPrefix, playlistSuffix = "/v1/playlist/", ".m3u8"
	segmentPrefix, segmentSuffix   = "/v1/segment/", ".ts"
)

const methods = "GET, HEAD, OPTIONS"

// ServeHTTP serves playback for the names that [Service.Hosts] lists, over TLS
// only.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	refusalURL := edgeRefusalURL(r.URL)
	serve := s.serveUnknown
	switch hostName(r.Host) {
	case s.playbackHost:
		refusalURL = playbackRefusalURL(r.URL)
		serve = s.serveMultivariant
	case s.edgeHost:
		serve = s.serveEdge
	}
	var refused *refusal
	switch {
	case r.TLS == nil:
		refused = httpsRefusal().because("the request came over http")
	case r.Method == http.MethodOptions:
		journal.Note(r.Context(), "ivs: a preflight is answered to any origin; the request itself decides")
		servePreflight(w)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		refused = serve(w, r)
	default:
		w.Header().Set("Allow", methods)
		refused = methodRefusal().because("%.20q is none of %s", r.Method, methods)
	}
	if refused != nil {
		refused.note(r)
		refused.write(w, refusalURL)
	}
}

// servePreflight lets any page ask; what it then gets is decided by the
// request itself.
func servePreflight(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Allow", methods)
	w.WriteHeader(http.StatusNoContent)
}

func (s *Service) serveUnknown(_ http.ResponseWriter, r *http.Request) *refusal {
	return unknownURLRefusal().because("host %.80q is neither %s nor %s", hostName(r.Host), s.playbackHost, s.edgeHost)
}

// serveMultivariant checks the token before it looks whether the channel is on
// air, so that only who may watch learns that.
func (s *Service) serveMultivariant(w http.ResponseWriter, r *http.Request) *refusal {
	ch, ok := s.channelByPath(r.URL.EscapedPath())
	if !ok {
		return unknownURLRefusal().because("no channel has a playback URL with this path")
	}
	a, allowOrigin := authorization{origins: originRules{any: true}}, "*"
	if ch.Authorized {
		var refused *refusal
		if a, allowOrigin, refused = s.authorize(r, ch.ARN); refused != nil {
			return refused
		}
	} else {
		journal.Note(r.Context(), "ivs: channel ", ch.ARN, " is public: no token is needed")
	}
	if !s.playable(ch.ARN) {
		return offlineRefusal().because("channel %s is off air", ch.ARN)
	}
	renditions := offered(s.ladder, ch.Type, a.maxHeight)
	if len(renditions) == 0 {
		return tokenRefusal("token allows no rendition of the channel").because("aws:maximum-resolution ends at %d lines, below every rendition", a.maxHeight)
	}
	one := newSession(ch.ARN, a, renditions)
	if r.Method == http.MethodGet {
		if refused := s.begin(one, r); refused != nil {
			return refused
		}
		journal.Note(r.Context(), "ivs: session begins with ", len(renditions), " of ", len(s.ladder), " renditions")
	}
	writePlaylist(w, s.multivariantPlaylist(one), allowOrigin)
	return nil
}

// channelByPath finds the channel whose playback URL has the given path.
func (s *Service) channelByPath(path string) (Channel, bool) {
	name := strings.TrimSuffix(path, ".m3u8")
	id := name[strings.LastIndex(name, ".")+1:]
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, ok := s.channels[s.arn(typeChannel, id)]
	if !ok || ch.path != path {
		return Channel{}, false
	}
	return ch.Channel, true
}

// authorization is what a good token brings into its session.
type authorization struct {
	keyARN    string // of the key that the token was verified with; "" for a public channel
	origins   originRules
	maxHeight int    // of a rendition; 0 for no bound
	viewerID  string // "" for none
	version   int64  // of the viewer session
}

// authorize checks the request's token for the channel, and spends it if it is
// for single use; allowOrigin is the answer's Access-Control-Allow-Origin.
// Spending comes last, so that no refused request uses a token up; HEAD does,
// and so does a channel that turns out to be off air, since AWS says only that
// the first fetch ends the token.
func (s *Service) authorize(r *http.Request, channelARN string) (a authorization, allowOrigin string, refused *refusal) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(query["token"]) != 1 {
		// What a token that is missing or doubled gets has been seen, see
		// codeToken.
		return authorization{}, "", tokenRefusal("token contains an invalid number of segments").
			because("the query has token %d times, not once, or is malformed", len(query["token"]))
	}
	t, refused := parseToken(query["token"][0])
	if refused != nil {
		return authorization{}, "", refused
	}
	keyARN, ok := s.verifyingKey(t)
	if !ok {
		return authorization{}, "", tokenRefusal("token signature is invalid").because("no playback key of the account verifies it")
	}
	c, refused := parseClaims(t.payload)
	if refused != nil {
		return authorization{}, "", refused
	}
	now := s.now()
	if refused := c.check(channelARN, now); refused != nil {
		return authorization{}, "", refused
	}
	if allowOrigin, refused = c.origins.allow(r); refused != nil {
		return authorization{}, "", refused
	}
	if refused := s.admit(c, now); refused != nil {
		return authorization{}, "", refused
	}
	if journal.Listens(r.Context()) {
		journal.Note(r.Context(), "ivs: token accepted: ", c.String(), ", by ", keyARN)
	}
	return authorization{keyARN, c.origins, c.maxHeight, c.viewerID, c.version}, allowOrigin, nil
}

// verifyingKey returns the ARN of the key that the token was signed with. A
// token does not name its key, so every key of the account is tried (assumption
// ivs.every-key).
func (s *Service) verifyingKey(t token) (arn string, ok bool) {
	s.mu.Lock()
	keys := make([]playbackKey, 0, maxKeyPairs)
	for _, k := range s.keys {
		keys = append(keys, k)
	}
	s.mu.Unlock()
	for _, k := range keys {
		if t.verify(k.public) {
			return k.ARN, true
		}
	}
	return "", false
}

// admit refuses a token whose viewer is revoked or that is used up.
func (s *Service) admit(c claims, now time.Time) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	if refused := s.revoked(c.channelARN, c.viewerID, c.version, now); refused != nil {
		return refused
	}
	if c.singleUse != "" && !s.spend(c, now) {
		return tokenRefusal("token has been used").because("a token with the same aws:single-use-uuid came before")
	}
	return nil
}

// spend marks a single-use token as used; it reports false when it was already.
// A token is known by its UUID alone: two tokens with the same one share a use.
// The caller holds the lock.
func (s *Service) spend(c claims, now time.Time) bool {
	for uuid, expires := range s.spent {
		if !now.Before(expires) {
			delete(s.spent, uuid)
		}
	}
	uuid := strings.ToLower(c.singleUse)
	if _, used := s.spent[uuid]; used {
		return false
	}
	s.spent[uuid] = time.Unix(c.expires, 0)
	return true
}

// serveEdge serves the URLs of a session. They carry no token.
func (s *Service) serveEdge(w http.ResponseWriter, r *http.Request) *refusal {
	path := r.URL.EscapedPath()
	if name, ok := cutAround(path, playlistPrefix, playlistSuffix); ok && r.URL.RawQuery == "" {
		return s.serveVariant(w, r, name)
	}
	dna, isDNA := strings.CutPrefix(r.URL.RawQuery, "dna=")
	if name, ok := cutAround(path, segmentPrefix, segmentSuffix); ok && isDNA {
		return s.serveSegment(w, r, name, dna)
	}
	return sessionRefusal().because("the URL is that of no variant playlist and of no segment")
}

func (s *Service) serveVariant(w http.ResponseWriter, r *http.Request, name string) *refusal {
	v, refused := s.variantByPlaylist(name, r)
	if refused != nil {
		return refused
	}
	allowOrigin, refused := v.origins.allowLater(r)
	if refused != nil {
		return refused
	}
	playlist := s.variantPlaylist(v.session, v.rendition, s.now())
	if playlist == "" || !s.playable(v.channelARN) {
		return offlineRefusal().because("channel %s is off air", v.channelARN)
	}
	v.noteUse(r, "playlist")
	writePlaylist(w, playlist, allowOrigin)
	return nil
}

func (s *Service) serveSegment(w http.ResponseWriter, r *http.Request, name, dna string) *refusal {
	one, refused := s.sessionByDNA(dna, r)
	if refused != nil {
		return refused
	}
	allowOrigin, refused := one.origins.allowLater(r)
	if refused != nil {
		return refused
	}
	body, ok := one.segment(name, s.now())
	if !ok {
		return segmentRefusal().because("the session has no segment of this name among the last %d of a rendition", windowLength+graceLength)
	}
	one.noteUse(r, "segment")
	writeMedia(w, body, segmentType, allowOrigin)
	return nil
}

func writePlaylist(w http.ResponseWriter, text, allowOrigin string) {
	w.Header().Set("Cache-Control", "no-cache")
	writeMedia(w, []byte(text), playlistType, allowOrigin)
}

func writeMedia(w http.ResponseWriter, body []byte, contentType, allowOrigin string) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", allowOrigin)
	if allowOrigin != "*" {
		h.Set("Vary", "Origin")
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body) // net/http drops the body of an answer to HEAD
}

// cutAround returns what stands between prefix and suffix.
func cutAround(text, prefix, suffix string) (middle string, ok bool) {
	rest, hasPrefix := strings.CutPrefix(text, prefix)
	middle, hasSuffix := strings.CutSuffix(rest, suffix)
	return middle, hasPrefix && hasSuffix
}

// hostName takes the port off a Host header, and its case.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(host)
}
