package journal

import (
	"io"
	"net/http"
	"regexp"
)

// answer notes what a service answers while it goes to the viewer.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
	head   []byte // the beginning of a body that is no success
}

// maxHead is how much of a body is looked at for a code.
const maxHead = 1 << 10

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 { // 1xx comes before the answer
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	if a.status >= 300 && len(a.head) < maxHead {
		a.head = append(a.head, p[:min(n, maxHead-len(a.head))]...)
	}
	return n, err
}

// ReadFrom leaves copying to the server, which has buffers for it.
func (a *answer) ReadFrom(r io.Reader) (int64, error) {
	if a.status >= 300 {
		return io.Copy(writer{a}, r)
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := io.Copy(a.ResponseWriter, r)
	a.bytes += n
	return n, err
}

// writer hides ReadFrom from io.Copy.
type writer struct{ io.Writer }

// Flush sends what is buffered, where the server can.
func (a *answer) Flush() { http.NewResponseController(a.ResponseWriter).Flush() }

// Unwrap lets http.ResponseController find the server's own writer.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

var codePattern = regexp.MustCompile(`<Code>([A-Za-z0-9]+)</Code>|"error_code":"([a-z0-9_]+)"`)

// code is that of an XML error of S3 or CloudFront, or of a JSON error of IVS.
func (a *answer) code() string {
	m := codePattern.FindSubmatch(a.head)
	if m == nil {
		return ""
	}
	return string(m[1]) + string(m[2])
}
