package edge

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

// answer serves an admitted request from the cache or from the origin.
func (s *Service) answer(w http.ResponseWriter, r *http.Request, rt *route) {
	switch {
	case rt.cache.MaxTTL == 0:
		journal.Note(r.Context(), "not cached: the maximum TTL of the cache policy is 0")
		s.pass(w, r, rt)
		return
	case !slices.Contains(rt.behavior.CachedMethods, r.Method):
		journal.Note(r.Context(), "not cached: ", r.Method, " is no cached method of the behavior")
		s.pass(w, r, rt)
		return
	}
	key := s.cacheKey(rt, r)
	old := s.cache.get(key)
	now := s.now()
	switch {
	case old != nil && now.Before(old.expires):
		old.noteHit(r, now)
		s.deliver(w, r, rt, old, xHit)
	case old != nil && now.Before(old.revalidating):
		old.noteHit(r, now)
		s.deliver(w, r, rt, old, xHit)
		s.refresh(r, rt, key, old)
	case old == nil && r.Method == http.MethodHead:
		journal.Note(r.Context(), "cache miss: HEAD fetches nothing to keep")
		s.pass(w, r, rt)
	case old == nil:
		journal.Note(r.Context(), "cache miss: nothing is stored under this key")
		s.fill(w, r, rt, key, old)
	default:
		journal.Note(r.Context(), "cache miss: what is stored expired ", now.Sub(old.expires), " ago")
		s.fill(w, r, rt, key, old)
	}
}

// fill fetches the whole object, or has the expired one confirmed, and answers
// from it. What is too large to keep is passed through.
func (s *Service) fill(w http.ResponseWriter, r *http.Request, rt *route, key string, old *object) {
	resp := s.ask(rt, r, wholeMethod(r), true, validators(old))
	defer resp.Body.Close()
	obj, xCache, read := s.take(r, rt, key, old, resp)
	if obj == nil {
		journal.Note(r.Context(), "not cached: the object is larger than ", s.cache.maxObject, " bytes")
		if r.Method == http.MethodHead || r.Header.Get("Range") != "" {
			s.pass(w, r, rt)
			return
		}
		s.stream(w, r, rt, resp, io.MultiReader(bytes.NewReader(read), resp.Body))
		return
	}
	wait := rt.deployment.distribution.minTTL(obj.status)
	if stale := old.afterError(obj.status, s.now(), wait); stale != nil {
		journal.Note(r.Context(), "the origin answered ", obj.status, ", so the expired object is served")
		s.cache.put(key, stale)
		obj, xCache = stale, xHit
	}
	s.deliver(w, r, rt, obj, xCache)
}

// wholeMethod is the method that fetches what answers r: HEAD is answered from
// the object.
func wholeMethod(r *http.Request) string {
	if r.Method == http.MethodHead {
		return http.MethodGet
	}
	return r.Method
}

// take makes an object of an answer of the origin and keeps it. obj is nil if
// it is too large; read is then what was read of it.
func (s *Service) take(r *http.Request, rt *route, key string, old *object, resp *http.Response) (obj *object, xCache string, read []byte) {
	now := s.now()
	if resp.StatusCode == http.StatusNotModified && old != nil {
		journal.Note(r.Context(), "the origin says that what is stored is still current")
		obj := old.confirmed(resp.Header, now)
		s.keep(key, obj, rt)
		return obj, xRefreshHit, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(s.cache.maxObject)+1))
	if err != nil {
		journal.Note(r.Context(), "refused: the origin's answer broke off, which is a 502: ", err.Error())
		return badGateway(), xError, nil
	}
	if len(body) > s.cache.maxObject {
		s.cache.drop(key)
		return nil, "", body
	}
	obj = rt.encoded(&object{status: resp.StatusCode, header: viewerHeaderFrom(resp.Header), body: body, stored: now}, r)
	s.keep(key, obj, rt)
	return obj, xMiss, nil
}

// keep stores obj as long as policy and origin say, or forgets the key.
func (s *Service) keep(key string, obj *object, rt *route) {
	ttl, store := rt.cache.lifetime(obj.status, obj.header, obj.stored)
	if !store {
		s.cache.drop(key)
		return
	}
	if obj.status >= 400 {
		age := seconds(parseCacheControl(obj.header).age)
		ttl = max(rt.deployment.distribution.minTTL(obj.status), age)
	}
	obj.expires = obj.stored.Add(ttl)
	obj.allowStale(obj.expires)
	s.cache.put(key, obj)
}

// pass forwards a request that takes no part in caching, ranges and conditions
// included.
func (s *Service) pass(w http.ResponseWriter, r *http.Request, rt *route) {
	resp := s.ask(rt, r, r.Method, false, nil)
	defer resp.Body.Close()
	s.stream(w, r, rt, resp, resp.Body)
}

func (s *Service) stream(w http.ResponseWriter, r *http.Request, rt *route, resp *http.Response, body io.Reader) {
	if s.errorPage(w, r, rt, resp.StatusCode) {
		return
	}
	h := w.Header()
	copyHeader(h, viewerHeaderFrom(resp.Header))
	xCache := xMiss
	if resp.StatusCode >= 400 {
		xCache = xError
	}
	rt.response.decorate(h, r)
	s.stamp(h, r, xCache)
	w.WriteHeader(resp.StatusCode)
	if r.Method != http.MethodHead {
		// The status is sent. A short body makes the server close the
		// connection, because it misses the Content-Length.
		io.Copy(w, body)
	}
}

// ask fetches from the origin. A failure is an answer too: 502.
func (s *Service) ask(rt *route, r *http.Request, method string, whole bool, extra http.Header) *http.Response {
	req, err := s.originRequest(rt, r, method, whole)
	if err == nil {
		copyHeader(req.Header, extra)
		var resp *http.Response
		req, identity := rt.sign(req)
		rt.noteOrigin(r, identity)
		if resp, err = s.fetch(req, identity); err == nil {
			if resp.Body == nil {
				resp.Body = http.NoBody
			}
			return resp
		}
	}
	journal.Note(r.Context(), "refused: the origin could not be asked, which is a 502: ", err.Error())
	bad := badGateway()
	return &http.Response{StatusCode: bad.status, Header: bad.header, Body: io.NopCloser(bytes.NewReader(bad.body))}
}

// noteOrigin says who asks whom.
func (rt *route) noteOrigin(r *http.Request, identity string) {
	who := "anonymously"
	switch {
	case identity == ServicePrincipal:
		who = "as " + ServicePrincipal + " for this distribution, by its origin access control"
	case identity != "":
		who = "as origin access identity " + identity[strings.LastIndexByte(identity, ' ')+1:]
	case rt.signing != "":
		who = "unsigned, as its origin access control says"
	}
	journal.Note(r.Context(), "origin ", rt.origin.DomainName, " asked ", who)
}

func badGateway() *object {
	const body = "<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>502 ERROR</H1><H2>The request could not be satisfied.</H2>CloudFront wasn't able to connect to the origin.</BODY></HTML>"
	h := http.Header{}
	h.Set("Content-Type", "text/html")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Server", "CloudFront")
	return &object{status: http.StatusBadGateway, header: h, body: []byte(body)}
}

// validators are the headers that ask whether old is still current.
func validators(old *object) http.Header {
	h := http.Header{}
	if old == nil || old.status != http.StatusOK {
		return h
	}
	tag := old.header.Get("Etag")
	if old.compressed {
		tag = old.originTag
	}
	if tag != "" {
		h.Set("If-None-Match", tag)
	} else if modified := old.header.Get("Last-Modified"); modified != "" {
		h.Set("If-Modified-Since", modified)
	}
	return h
}

// confirmed is the object after a 304 with the given header, RFC 9111,
// section 4.3.4.
func (o *object) confirmed(h http.Header, now time.Time) *object {
	header := o.header.Clone()
	for name, values := range viewerHeaderFrom(h) {
		switch name {
		case "Content-Length", "Content-Type", "Content-Encoding":
		case "Etag", "Vary":
			if !o.compressed {
				header[name] = values
			}
		default:
			header[name] = values
		}
	}
	return &object{status: o.status, header: header, body: o.body, stored: now, compressed: o.compressed, originTag: o.originTag}
}

func copyHeader(to, from http.Header) {
	for name, values := range from {
		to[name] = slices.Clone(values)
	}
}
