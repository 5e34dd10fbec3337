package edge

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

const maxErrorPagePath = 4000

// A CustomErrorResponse replaces an error that a viewer would see, and says how
// long the origin's error is cached.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html
type CustomErrorResponse struct {
	ErrorCode          int    // 400, 403, 404, 405, 414, 416 or 500 to 504
	ResponsePagePath   string // "/errors/404.html"; "" leaves the error as it is
	ResponseCode       int    // with ResponsePagePath only: 200 or a code of the list above
	ErrorCachingMinTTL *int64 // seconds; nil means 10
}

func checkErrorResponses(op string, c *DistributionConfig) error {
	codes := []int{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
	for i, e := range c.CustomErrorResponses {
		path := e.ResponsePagePath
		switch {
		case !slices.Contains(codes, e.ErrorCode):
			return refuse(op, http.StatusBadRequest, "InvalidErrorCode", "An invalid error code was specified.")
		case slices.ContainsFunc(c.CustomErrorResponses[:i], func(old CustomErrorResponse) bool { return old.ErrorCode == e.ErrorCode }):
			return invalidArgument(op, "The parameter ErrorCode is used by two custom error responses.")
		case (path == "") != (e.ResponseCode == 0):
			return invalidArgument(op, "The parameters ResponsePagePath and ResponseCode go together.")
		case path != "" && e.ResponseCode != http.StatusOK && !slices.Contains(codes, e.ResponseCode):
			return refuse(op, http.StatusBadRequest, "InvalidResponseCode", "A response code is not valid.")
		case path != "" && (path[0] != '/' || !pathPatternText.MatchString(path) || len(path) > maxErrorPagePath):
			return invalidArgument(op, "The parameter ResponsePagePath must be a path that starts with a slash.")
		case e.ErrorCachingMinTTL != nil && *e.ErrorCachingMinTTL < 0:
			return invalidArgument(op, "The parameter ErrorCachingMinTTL must not be negative.")
		case path == "" && e.ErrorCachingMinTTL == nil:
			return invalidArgument(op, "A custom error response must hold a page or a TTL.")
		}
	}
	return nil
}

// errorResponse returns the custom response for a status; the zero value if
// there is none.
func (c *DistributionConfig) errorResponse(status int) CustomErrorResponse {
	for _, e := range c.CustomErrorResponses {
		if e.ErrorCode == status {
			return e
		}
	}
	return CustomErrorResponse{}
}

// minTTL is the error caching minimum TTL for a status.
func (c *DistributionConfig) minTTL(status int) time.Duration {
	if ttl := c.errorResponse(status).ErrorCachingMinTTL; ttl != nil {
		return seconds(*ttl)
	}
	return errorTTL
}

// deny sends what the edge itself refuses, or the custom page for it.
func (s *Service) deny(w http.ResponseWriter, r *http.Request, rt *route, f *refusal) {
	f.note(r)
	if !s.errorPage(w, r, rt, f.status) {
		f.send(s, w, r)
	}
}

// errorPage answers an error with the custom page, if there is one: by way of
// the behavior that matches the page's path, with the status that the
// configuration says. A page that cannot be had is answered with the status
// that its origin gave. A page in a private behavior is only for viewers whose
// signature covers it; it returns false for the others.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages.html
func (s *Service) errorPage(w http.ResponseWriter, r *http.Request, rt *route, status int) bool {
	custom := rt.deployment.distribution.errorResponse(status)
	if custom.ResponsePagePath == "" {
		return false
	}
	pageRoute := rt.deployment.route(target{scheme: rt.scheme, host: rt.host, path: custom.ResponsePagePath})
	journal.Note(r.Context(), "custom error response for ", status, " is ", custom.ResponsePagePath, " with ", custom.ResponseCode, ": ", pageRoute.rule)
	if pageRoute.keys != nil {
		if f := s.authorize(r, pageRoute.target, rt.signature, pageRoute.keys); f != nil {
			journal.Note(r.Context(), "refused: ", custom.ResponsePagePath, " is private itself: ", f.why, "; the viewer gets the plain ", status)
			return false
		}
	}
	obj := s.errorObject(pageRoute, r)
	h := w.Header()
	copyHeader(h, obj.header)
	pageRoute.response.decorate(h, r)
	s.stamp(h, r, xError)
	status = obj.status
	if status == http.StatusOK {
		status = custom.ResponseCode
	}
	h.Set("Content-Length", strconv.Itoa(len(obj.body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(obj.body) // an error means that the viewer has gone
	}
	return true
}

// errorObject gets a custom error page from the cache or the origin, whole and
// not compressed.
func (s *Service) errorObject(rt *route, r *http.Request) *object {
	r = r.Clone(r.Context())
	r.Method = http.MethodGet
	r.Header.Del("Accept-Encoding")
	key := s.cacheKey(rt, r)
	if old := s.cache.get(key); old != nil && s.now().Before(old.expires) {
		return old
	}
	resp := s.ask(rt, r, http.MethodGet, true, nil)
	defer resp.Body.Close()
	obj, _, _ := s.take(r, rt, key, nil, resp)
	if obj == nil {
		journal.Note(r.Context(), "custom error page is larger than what is cached")
		return badGateway()
	}
	return obj
}
