package ivs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"privateplayback/internal/fakeaws/apierror"
	"privateplayback/internal/fakeaws/journal"
)

// apiError is a refusal of the control plane.
func apiError(operation string, status int, code, message string) error {
	return &apierror.Error{Service: "ivs", Operation: operation, Status: status, Code: code, Message: message}
}

func validationError(operation, message string) error {
	return apiError(operation, http.StatusBadRequest, "ValidationException", message)
}

func notFoundError(operation, what string) error {
	return apiError(operation, http.StatusNotFound, "ResourceNotFoundException", what+" does not exist")
}

func conflictError(operation, message string) error {
	return apiError(operation, http.StatusConflict, "ConflictException", message)
}

// quotaError's status, 402, is that of every IVS operation that creates.
func quotaError(operation, message string) error {
	return apiError(operation, http.StatusPaymentRequired, "ServiceQuotaExceededException", message)
}

func throttlingError(operation string) error {
	return apiError(operation, http.StatusTooManyRequests, "ThrottlingException", "rate exceeded")
}

// notBroadcastingError's code has no "Exception" at its end.
func notBroadcastingError(operation string) error {
	return apiError(operation, http.StatusNotFound, "ChannelNotBroadcasting", "the channel is not broadcasting")
}

// refusal is an answer of the playback side that is not media. Its text is
// fixed: nothing of the request gets into it.
type refusal struct {
	status int
	code   string // the answer's error_code
	text   string // the answer's error
	why    string // more of the rule that refused, for the journal; the viewer never sees it
}

// because adds to the text what the journal may know and the viewer may not.
func (f *refusal) because(format string, args ...any) *refusal {
	f.why = fmt.Sprintf(format, args...)
	return f
}

// codeToken is the error_code of every token that is refused. AWS has been
// seen to send it for a token without three parts
// (https://github.com/aws-samples/amazon-ivs-player-web-sample/issues/65);
// for other faults it is inferred (assumption ivs.refusal-body), as all the
// codes below are.
const codeToken = "invalid_playback_auth_token"

func tokenRefusal(text string) *refusal {
	return &refusal{status: http.StatusForbidden, code: codeToken, text: text}
}

func revokedRefusal() *refusal {
	return tokenRefusal("token is for a viewer session that was revoked")
}

func httpsRefusal() *refusal {
	return &refusal{status: http.StatusForbidden, code: "https_required", text: "playback is served over https only"}
}

func methodRefusal() *refusal {
	return &refusal{status: http.StatusMethodNotAllowed, code: "method_not_allowed", text: "method not allowed"}
}

func unknownURLRefusal() *refusal {
	return &refusal{status: http.StatusNotFound, code: "not_found", text: "no such playback url"}
}

// offlineRefusal borrows the code of Twitch, whose playback service is related
// (https://github.com/chrippa/livestreamer/issues/749).
func offlineRefusal() *refusal {
	return &refusal{status: http.StatusNotFound, code: "transcode_does_not_exist", text: "transcode does not exist"}
}

func sessionRefusal() *refusal {
	return &refusal{status: http.StatusForbidden, code: "invalid_playback_session", text: "playback session is unknown or over"}
}

// viewsRefusal's status is what the IVS player calls the quota of concurrent
// viewers.
func viewsRefusal() *refusal {
	return &refusal{status: http.StatusTooManyRequests, code: "concurrent_views_quota", text: "quota of concurrent views is used up"}
}

func segmentRefusal() *refusal {
	return &refusal{status: http.StatusNotFound, code: "segment_not_found", text: "segment is not in the live window"}
}

func (f *refusal) note(r *http.Request) {
	if f.why == "" {
		journal.Note(r.Context(), "ivs: refused: ", f.text)
		return
	}
	journal.Note(r.Context(), "ivs: refused: ", f.text, ": ", f.why)
}

// write sends the refusal with url as the place it concerns:
//
//	[{"url":"/api/video/v1/us-west-2.….m3u8?…","error":"…","error_code":"…","type":"error"}]
//
// A refusal is readable by any origin: without CORS headers the IVS player
// reports a network fault in place of the code.
func (f *refusal) write(w http.ResponseWriter, url string) {
	type object struct {
		URL   string `json:"url"`
		Error string `json:"error"`
		Code  string `json:"error_code"`
		Type  string `json:"type"`
	}
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	e.Encode([]object{{url, f.text, f.code, "error"}}) // strings into memory: cannot fail
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(f.status)
	w.Write(body.Bytes())
}

// playbackRefusalURL returns path and query without the token. A part that so
// much as mentions a token goes: "?token=a?token=b" and "%3Ftoken=" are what
// people send by mistake.
func playbackRefusalURL(u *url.URL) string {
	if mentionsToken(u.Path) {
		return edgeRefusalURL(u)
	}
	var kept []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		plain, err := url.QueryUnescape(pair)
		if pair == "" || err != nil || mentionsToken(plain) {
			continue
		}
		kept = append(kept, pair)
	}
	if len(kept) == 0 {
		return u.EscapedPath()
	}
	return u.EscapedPath() + "?" + strings.Join(kept, "&")
}

func mentionsToken(text string) bool {
	return strings.Contains(strings.ToLower(text), "token")
}

// edgeRefusalURL leaves out what is opaque in an edge URL: it is the session.
func edgeRefusalURL(u *url.URL) string {
	dir, _ := path.Split(path.Clean("/" + u.Path))
	return dir
}
