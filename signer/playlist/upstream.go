package playlist

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"privateplayback/signer"
)

// Rules of the path of a playlist:
//
//   - It is what follows the prefix in the path as it was sent, decoded once.
//   - Encoded slashes and backslashes, backslashes, control characters, empty
//     segments and dot segments are refused, and so is what would become one of
//     them if it were decoded again.
//   - It ends in .m3u8.

const playlistSuffix = ".m3u8"

// path returns the path of the playlist that r asks for.
func (h *Handler) path(r *http.Request) (string, bool) {
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), h.Prefix)
	if !ok || !strings.HasSuffix(h.Prefix, "/") {
		return "", false
	}
	return playlistPath(rest)
}

// playlistPath decodes the path of a playlist by the rules above.
func playlistPath(escaped string) (string, bool) {
	path, err := url.PathUnescape(escaped)
	if err != nil || hidesSegments(escaped) || hidesSegments(path) || !utf8.ValidString(path) || !fs.ValidPath(path) {
		return "", false
	}
	if hasControl(path) || strings.Contains(path, `\`) {
		return "", false
	}
	return path, strings.HasSuffix(path, playlistSuffix)
}

// hidesSegments reports whether path, decoded, has more segments, an end, or
// dot segments that were not seen.
func hidesSegments(path string) bool {
	path = strings.ToLower(path)
	if strings.Contains(path, "%2f") || strings.Contains(path, "%5c") || strings.Contains(path, "%00") {
		return true
	}
	for segment := range strings.SplitSeq(path, "/") {
		if dots := strings.ReplaceAll(segment, "%2e", "."); dots == "." || dots == ".." {
			return true
		}
	}
	return false
}

// urlOf returns the URL of a playlist in the form that is signed and requested.
func (h *Handler) urlOf(path string) (string, error) {
	root := strings.TrimSuffix(h.BaseURL, "/") + "/"
	if strings.ContainsAny(root, "?#") {
		return "", errors.New("BaseURL has a query or a fragment")
	}
	root, err := signer.RequestURL(root)
	if err != nil {
		return "", fmt.Errorf("BaseURL: %w", err)
	}
	u, err := signer.RequestURL(root + (&url.URL{Path: "/" + path}).EscapedPath()[1:])
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(u, root) {
		return "", fmt.Errorf("the path %q leaves BaseURL", clip(path))
	}
	return u, nil
}

// open returns the playlist, unchanged. It is opened only if the viewer's grant
// covers it.
func (h *Handler) open(r *http.Request, path string, o *Options) (io.ReadCloser, error) {
	if h.FS != nil && o.Grant == nil {
		return h.openFile(path)
	}
	signed, err := h.sign(r, o)
	switch {
	case errors.Is(err, signer.ErrNotCovered):
		return nil, &failure{http.StatusForbidden, err}
	case errors.Is(err, signer.ErrTooLong):
		return nil, &failure{http.StatusRequestURITooLong, err}
	case err != nil:
		return nil, &failure{http.StatusInternalServerError, err}
	case h.FS != nil:
		return h.openFile(path)
	}
	return h.fetch(r.Context(), signed)
}

func (h *Handler) openFile(path string) (io.ReadCloser, error) {
	f, err := h.FS.Open(path)
	if err != nil {
		return nil, fileFailure(err)
	}
	if info, err := f.Stat(); err != nil || info.IsDir() {
		f.Close()
		return nil, fileFailure(fs.ErrNotExist)
	}
	return f, nil
}

func fileFailure(err error) error {
	if isAbsent(err) {
		return &failure{http.StatusNotFound, err}
	}
	return &failure{http.StatusInternalServerError, err}
}

// isAbsent reports whether there is no such file: none of the name, none that
// could have it, or a link to nowhere or out of an os.Root, whose error package
// os does not export.
func isAbsent(err error) bool {
	for _, absent := range []error{fs.ErrNotExist, fs.ErrInvalid, syscall.ENOTDIR, syscall.ENAMETOOLONG, syscall.ELOOP} {
		if errors.Is(err, absent) {
			return true
		}
	}
	var at *fs.PathError
	return errors.As(err, &at) && at.Err.Error() == "path escapes from parent"
}

// sign returns the signed URL of the playlist, with what is passed on of the
// request's query.
func (h *Handler) sign(r *http.Request, o *Options) (string, error) {
	query := url.Values{}
	for name, values := range r.URL.Query() {
		if h.forward(name) {
			query[name] = values
		}
	}
	u := o.Base
	if len(query) > 0 {
		u += "?" + query.Encode()
	}
	// Two steps, since some encodings of Encode are not those of a browser.
	u, err := signer.RequestURL(u)
	if err != nil {
		return "", err
	}
	u = withoutSignature(u)
	if o.Grant != nil {
		return o.Grant.URL(u)
	}
	return o.PerURI.Signer.SignURL(r.Context(), u, o.PerURI.Expires)
}

// forward reports whether a parameter is passed on to the distribution.
func (h *Handler) forward(name string) bool {
	if h.Forward == nil {
		return strings.HasPrefix(name, "_HLS_")
	}
	return h.Forward(name)
}

// forwards reports whether a query is passed on in full.
func (h *Handler) forwards(query string) bool {
	values, err := url.ParseQuery(query)
	for name := range values {
		if !h.forward(name) {
			return false
		}
	}
	return err == nil
}

// fetchTimeout bounds a fetch by the default client.
const fetchTimeout = 10 * time.Second

// fetch asks the distribution. No error holds the URL, which is signed.
func (h *Handler) fetch(ctx context.Context, signed string) (io.ReadCloser, error) {
	client := http.Client{Timeout: fetchTimeout}
	if h.Client != nil {
		client = *h.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, signed, nil)
	if err != nil {
		return nil, &failure{http.StatusInternalServerError, errors.New("the signed URL cannot be requested")}
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, &failure{statusOf(err), fmt.Errorf("fetching the playlist: %w", withoutURL(err))}
	}
	if response.StatusCode == http.StatusOK {
		return response.Body, nil
	}
	defer response.Body.Close()
	return nil, upstreamFailure(response)
}

// upstreamFailure maps an answer that is not a playlist.
func upstreamFailure(response *http.Response) error {
	status := http.StatusBadGateway
	switch response.StatusCode {
	case http.StatusNotFound, http.StatusGone:
		status = http.StatusNotFound
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		status = http.StatusServiceUnavailable
	case http.StatusGatewayTimeout:
		status = http.StatusGatewayTimeout
	}
	head, _ := io.ReadAll(io.LimitReader(response.Body, 2048))
	return &failure{status, fmt.Errorf("fetching the playlist: status %d%s, want 200", response.StatusCode, errorCode(head))}
}

// errorCode finds the code in an error of CloudFront or S3, such as MissingKey.
// Only letters are taken, so that nothing else of the body reaches a log.
func errorCode(body []byte) string {
	_, after, ok := bytes.Cut(body, []byte("<Code>"))
	code, _, ended := bytes.Cut(after, []byte("</Code>"))
	if !ok || !ended || len(code) > 40 {
		return ""
	}
	for _, c := range code {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return ""
		}
	}
	return " " + string(code)
}

// unserved maps the error of a rewrite.
func (h *Handler) unserved(err error) error {
	status := http.StatusBadGateway
	var line *LineError
	switch {
	case errors.Is(err, ErrVariable):
		status = http.StatusBadRequest
	case errors.As(err, &line) && h.FS != nil, errors.Is(err, signer.ErrNotCovered), errors.Is(err, ErrChild):
		status = http.StatusInternalServerError
	case isTimeout(err):
		status = http.StatusGatewayTimeout
	case h.FS != nil:
		status = http.StatusInternalServerError
	}
	return &failure{status, withoutURL(err)}
}

func statusOf(err error) int {
	if isTimeout(err) {
		return http.StatusGatewayTimeout
	}
	return http.StatusBadGateway
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

// withoutURL takes the URL, which is signed, off an error of package http.
func withoutURL(err error) error {
	var withURL *url.Error
	if errors.As(err, &withURL) {
		return withURL.Err
	}
	return err
}
