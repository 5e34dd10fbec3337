package playlist

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ContentType is the media type of a playlist, RFC 8216 section 4.
const ContentType = "application/vnd.apple.mpegurl"

// What Authorize returns to refuse a request. Any other error is a 500.
var (
	// ErrUnauthorized: the viewer is not known; 401.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden: the viewer may not play this; 403.
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound: there is no such playlist; 404.
	ErrNotFound = errors.New("not found")
)

// Handler serves the playlists of a distribution, signed for the viewer who
// asks. A playlist under the distribution's URL is at the same path under the
// handler's prefix:
//
//	https://d111111abcdef8.cloudfront.net/sample/master.m3u8
//	/playlists/sample/master.m3u8
//
// It answers GET and HEAD for paths that end in .m3u8. The whole playlist is
// rewritten before the first byte is sent, so an answer is complete or an
// error, and an error has no detail: that goes to the log, without signatures,
// tokens or queries.
//
//   - 400 for a variable that the query of the request does not resolve, or
//     resolves to what cannot be signed; 414 for a path and query that make too
//     long a URL.
//   - 401, 403, 404, 500 as Authorize says; 403 also if what it returned does
//     not cover the playlist.
//   - 404 for any other path: dot segments, encoded slashes, backslashes and
//     empty segments reach no file and no request.
//   - 404 if the distribution says 404 or 410, 503 if it says 429 or 503, 504 if
//     it says 504 or does not answer in time, and 502 for the rest, 403 too:
//     that one is the application's signature refused, not the viewer.
//   - 502 for what is not a playlist, is malformed or over the limits; 500 if
//     it is a file of FS.
//
// CORS, compression and the rate of requests are the caller's: wrap the
// handler. It is safe for concurrent use while its fields are not changed.
type Handler struct {
	// Prefix is the path that the handler is mounted at, as players request
	// it: "/playlists/". It begins and ends with a slash.
	Prefix string

	// BaseURL is the URL of the distribution, as in the stack outputs:
	// "https://d111111abcdef8.cloudfront.net".
	BaseURL string

	// Authorize decides about a request for the playlist at path, which is
	// decoded and relative: "sample/master.m3u8". It returns how to sign; of
	// the Options the handler sets Base, Relative and Query, and Child if it
	// is nil, which sends children to the handler.
	Authorize func(r *http.Request, path string) (Options, error)

	// FS holds the playlists by their path. Nil means that they are fetched
	// from BaseURL with the viewer's grant. For a folder take os.Root.FS: with
	// os.DirFS a symbolic link leads out of it.
	FS fs.FS

	// Client fetches. Nil means one with a timeout of ten seconds. Redirects
	// are not followed.
	Client *http.Client

	// Forward reports whether a parameter of the request's query is passed on
	// to the distribution. Nil passes the delivery directives of low-latency
	// HLS, "_HLS_msn" and so on, and keeps the application's own parameters
	// from it. A child with a parameter that is not passed on is signed and not
	// sent to the handler: name those of your playlists here.
	Forward func(name string) bool

	// MaxAge lets the viewer's own cache keep an answer, in whole seconds. Zero
	// means no-store. It must not outlast the signature, nor half a target
	// duration for a live playlist.
	MaxAge time.Duration

	// Log receives a warning for each answer of 400, which a viewer may cause,
	// and an error for each of 500 and above. Nil means slog.Default().
	Log *slog.Logger
}

// ServeHTTP answers with the rewritten playlist.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		h.refuse(w, r, &failure{status: http.StatusMethodNotAllowed})
		return
	}
	body, err := h.playlist(r)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	sum := sha256.Sum256(body)
	header := w.Header()
	header.Set("Content-Type", ContentType)
	header.Set("Cache-Control", h.cacheControl())
	header.Set("ETag", `"`+hex.EncodeToString(sum[:12])+`"`)
	header.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(uncachedErrors{w}, r, "", time.Time{}, bytes.NewReader(body))
}

// uncachedErrors keeps out of caches what ServeContent refuses: a range beyond
// the end, whose Cache-Control it takes off, and another ETag than was wanted.
type uncachedErrors struct{ http.ResponseWriter }

func (w uncachedErrors) WriteHeader(status int) {
	if status >= http.StatusBadRequest {
		w.Header().Set("Cache-Control", "no-store")
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w uncachedErrors) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// playlist makes the body of the answer.
func (h *Handler) playlist(r *http.Request) ([]byte, error) {
	path, ok := h.path(r)
	if !ok {
		return nil, &failure{status: http.StatusNotFound}
	}
	if h.Authorize == nil {
		return nil, &failure{http.StatusInternalServerError, errors.New("the handler has no Authorize")}
	}
	o, err := h.Authorize(r, path)
	if err != nil {
		return nil, refusal(err)
	}
	base, err := h.urlOf(path)
	if err != nil {
		return nil, &failure{http.StatusInternalServerError, err}
	}
	o.Base, o.Relative, o.Query = base, false, r.URL.Query()
	if o.Child == nil {
		o.Child = h.child
	}
	if err := o.check(); err != nil {
		return nil, &failure{http.StatusInternalServerError, err}
	}
	src, err := h.open(r, path, &o)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	var body bytes.Buffer
	if err := Rewrite(r.Context(), &body, src, o); err != nil {
		return nil, h.unserved(err)
	}
	return body.Bytes(), nil
}

// child sends a child playlist under BaseURL to the handler, if it would get what
// the URL names there.
func (h *Handler) child(c Child) (string, error) {
	root, err := h.urlOf("")
	if err != nil {
		return "", err
	}
	rest, ok := strings.CutPrefix(c.URL, root)
	if !ok {
		return "", nil
	}
	path, query, _ := strings.Cut(rest, "?")
	if _, ok := playlistPath(path); !ok || !h.forwards(query) {
		return "", nil
	}
	return h.Prefix + rest, nil
}

func (h *Handler) cacheControl() string {
	if h.MaxAge < time.Second {
		return "private, no-store"
	}
	return "private, max-age=" + strconv.FormatInt(int64(h.MaxAge/time.Second), 10)
}

// failure is an answer that is not a playlist. err is for the log.
type failure struct {
	status int
	err    error
}

func (f *failure) Error() string {
	return fmt.Sprintf("status %d: %v", f.status, f.err)
}

// refusal is the answer to what Authorize returned.
func refusal(err error) error {
	switch {
	case errors.Is(err, ErrUnauthorized):
		return &failure{http.StatusUnauthorized, err}
	case errors.Is(err, ErrForbidden):
		return &failure{http.StatusForbidden, err}
	case errors.Is(err, ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return &failure{http.StatusNotFound, err}
	}
	return &failure{http.StatusInternalServerError, fmt.Errorf("authorising: %w", err)}
}

// maxLogged bounds the path in the log, in bytes.
const maxLogged = 200

// refuse answers with a status and logs what may be the server's fault.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := &failure{http.StatusInternalServerError, err}
	errors.As(err, &f)
	if r.Context().Err() != nil && f.status >= http.StatusInternalServerError && f.status != http.StatusGatewayTimeout {
		f.status = http.StatusServiceUnavailable // nobody listens any more
	} else if f.status >= http.StatusInternalServerError || f.status == http.StatusBadRequest {
		log := h.Log
		if log == nil {
			log = slog.Default()
		}
		level := slog.LevelError
		if f.status == http.StatusBadRequest {
			level = slog.LevelWarn
		}
		path := r.URL.Path[:min(len(r.URL.Path), maxLogged)]
		log.Log(r.Context(), level, "playlist not served", "path", path, "status", f.status, "cause", f.err.Error())
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, http.StatusText(f.status), f.status)
}
