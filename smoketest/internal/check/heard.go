package check

import "net/http"

// Exchange is one request of a check and what came back, in clear: it holds
// signatures, tokens, cookies and session addresses. Only String is masked.
type Exchange struct {
	Check   string        // id of the check that asked
	Request *http.Request // as it was sent; read-only
	Status  int           // 0 if no answer came
	Header  http.Header   // of the answer
	Body    []byte        // of the answer, whole
	Err     error         // why no answer came
}

// String is the exchange on one line, masked:
// "GET https://d1.cloudfront.net/a.m3u8: 403 MissingKey from CloudFront's signature check".
func (x Exchange) String() string {
	asked := describe(x.Request)
	if x.Err != nil {
		return asked + ": " + Mask(x.Err.Error())
	}
	return asked + ": " + (&exchange{status: x.Status, header: x.Header, body: x.Body}).headline()
}

// heard tells whoever listens of an answer, or of an error in its place; one at a
// time, though checks run side by side.
func (s *session) heard(check string, req *http.Request, x exchange, err error) {
	if s.Heard == nil {
		return
	}
	s.hearing.Lock()
	defer s.hearing.Unlock()
	s.Heard(Exchange{Check: check, Request: req, Status: x.status, Header: x.header, Body: x.body, Err: err})
}
