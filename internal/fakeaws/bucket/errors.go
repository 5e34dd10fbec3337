package bucket

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"

	"privateplayback/internal/fakeaws/apierror"
	"privateplayback/internal/fakeaws/journal"
)

// refusal is one error answer of S3. Its wire shape, after
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, is
//
//	<?xml version="1.0" encoding="UTF-8"?>
//	<Error><Code>…</Code><Message>…</Message>extra elements<RequestId>…</RequestId><HostId>…</HostId></Error>
type refusal struct {
	status  int
	code    string
	message string
	extra   []element
	why     string // the rule that refused, for the journal; "" where the message says it
}

// element is an element that only some codes have.
type element struct{ name, text string }

// The refusals that more than one operation gives.
var (
	errAccessDenied   = refusal{status: http.StatusForbidden, code: "AccessDenied", message: "Access Denied"}
	errNoSuchBucket   = refusal{status: http.StatusNotFound, code: "NoSuchBucket", message: "The specified bucket does not exist"}
	errNoSuchKey      = refusal{status: http.StatusNotFound, code: "NoSuchKey", message: "The specified key does not exist."}
	errNoSuchVersion  = refusal{status: http.StatusNotFound, code: "NoSuchVersion", message: "The specified version does not exist."}
	errMalformedXML   = refusal{status: http.StatusBadRequest, code: "MalformedXML", message: "The XML you provided was not well-formed or did not validate against our published schema"}
	errKeyTooLong     = refusal{status: http.StatusBadRequest, code: "KeyTooLongError", message: "Your key is too long"}
	errInvalidURI     = refusal{status: http.StatusBadRequest, code: "InvalidURI", message: "Couldn't parse the specified URI."}
	errInvalidKeyID   = refusal{status: http.StatusForbidden, code: "InvalidAccessKeyId", message: "The AWS Access Key Id you provided does not exist in our records."}
	errNotAllowed     = refusal{status: http.StatusMethodNotAllowed, code: "MethodNotAllowed", message: "The specified method is not allowed against this resource."}
	errNotServed      = refusal{status: http.StatusNotImplemented, code: "NotImplemented", message: "A header you provided implies functionality that is not implemented."}
	errPrecondition   = refusal{status: http.StatusPreconditionFailed, code: "PreconditionFailed", message: "At least one of the pre-conditions you specified did not hold"}
	errInvalidRange   = refusal{status: http.StatusRequestedRangeNotSatisfiable, code: "InvalidRange", message: "The requested range is not satisfiable"}
	errTooLarge       = refusal{status: http.StatusBadRequest, code: "EntityTooLarge", message: "Your proposed upload exceeds the maximum allowed size"}
	errNoWebsite      = refusal{status: http.StatusNotFound, code: "NoSuchWebsiteConfiguration", message: "The specified bucket does not have a website configuration"}
	errNotAccelerated = refusal{status: http.StatusBadRequest, code: "InvalidRequest", message: "S3 Transfer Acceleration is not configured on this bucket"}
	errWrongEndpoint  = refusal{status: http.StatusMovedPermanently, code: "PermanentRedirect", message: "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint."}
	errTemporary      = refusal{status: http.StatusTemporaryRedirect, code: "TemporaryRedirect", message: "Please re-send this request to the specified temporary endpoint. Continue to use the original request endpoint for future requests."}
)

// with gives the refusal with one more element.
func (f refusal) with(name, text string) refusal {
	f.extra = append(f.extra[:len(f.extra):len(f.extra)], element{name, text})
	return f
}

// because gives the refusal with its cause, which nobody but the journal sees.
func (f refusal) because(format string, args ...any) *refusal {
	f.why = fmt.Sprintf(format, args...)
	return &f
}

// rule is the cause as far as it is known.
func (f refusal) rule() string {
	if f.why != "" {
		return f.why
	}
	return f.message
}

// control gives the refusal as an error of the control plane.
func (f refusal) control(operation string) error {
	return &apierror.Error{Service: "S3", Operation: operation, Status: f.status, Code: f.code, Message: f.message}
}

// malformedPolicy gives the refusal of a policy document.
func malformedPolicy(format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "MalformedPolicy", message: fmt.Sprintf(format, args...)}
}

// notEvaluated gives the refusal of a policy that S3 would take and that the
// stand-in cannot evaluate.
func notEvaluated(format string, args ...any) *refusal {
	return &refusal{status: http.StatusNotImplemented, code: "NotImplemented",
		message: "The stand-in does not evaluate the " + fmt.Sprintf(format, args...)}
}

// invalidRequest gives the refusal of a configuration.
func invalidRequest(format string, args ...any) *refusal {
	return &refusal{status: http.StatusBadRequest, code: "InvalidRequest", message: fmt.Sprintf(format, args...)}
}

// invalidArgument gives the refusal of a query parameter.
func invalidArgument(name, value, message string) refusal {
	return refusal{status: http.StatusBadRequest, code: "InvalidArgument", message: message}.
		with("ArgumentName", name).with("ArgumentValue", value)
}

// stamp sets the headers that every answer of S3 has, after
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html.
func (s *Service) stamp(h http.Header) {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	id := make([]byte, 16)
	for i := range id {
		id[i] = alphabet[rand.IntN(len(alphabet))]
	}
	host := make([]byte, 57)
	for i := range host {
		host[i] = byte(rand.IntN(256))
	}
	h.Set("X-Amz-Request-Id", string(id))
	h.Set("X-Amz-Id-2", base64.StdEncoding.EncodeToString(host))
	h.Set("Date", s.options.Now().UTC().Format(http.TimeFormat))
	h.Set("Server", "AmazonS3")
}

// write answers with the refusal; a HEAD request gets no body.
func (f refusal) write(w http.ResponseWriter, r *http.Request) {
	journal.Note(r.Context(), "s3: refused: ", f.rule())
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<Error>")
	elements := append([]element{{"Code", f.code}, {"Message", f.message}}, f.extra...)
	elements = append(elements,
		element{"RequestId", w.Header().Get("X-Amz-Request-Id")},
		element{"HostId", w.Header().Get("X-Amz-Id-2")})
	for _, e := range elements {
		b.WriteString("<" + e.name + ">")
		xml.EscapeText(&b, []byte(e.text))
		b.WriteString("</" + e.name + ">")
	}
	b.WriteString("</Error>")
	w.Header().Set("Content-Type", "application/xml")
	if r.Method == http.MethodHead {
		w.WriteHeader(f.status)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(f.status)
	w.Write(b.Bytes())
}
