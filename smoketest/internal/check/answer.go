package check

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// layer is the part of the delivery chain that produced an answer.
type layer int

const (
	unknownLayer layer = iota
	content            // the object itself
	signature          // CloudFront's signature check: XML without RequestId
	edge               // CloudFront's edge before or beside that: an HTML page, a redirect
	storage            // S3, reached directly or through CloudFront: XML with RequestId
	ivsLayer           // Amazon IVS: a JSON array
)

// suffix names the layer after a status and code.
func (l layer) suffix() string {
	switch l {
	case signature:
		return "from CloudFront's signature check"
	case edge:
		return "from CloudFront's edge"
	case storage:
		return "from S3"
	case ivsLayer:
		return "from Amazon IVS"
	}
	return ""
}

// answer is who answered and with which code.
type answer struct {
	layer layer
	code  string // XML Code or JSON error_code; empty for content and pages
}

// errorDocument is the XML of S3 and of CloudFront's signature check; only S3's
// holds a RequestId.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
type errorDocument struct {
	XMLName   xml.Name `xml:"Error"`
	Code      string   `xml:"Code"`
	RequestID string   `xml:"RequestId"`
}

// answer reads the layer off the body, because headers do not tell: CloudFront
// adds its own to answers of S3 and strips S3's ids from them.
func (x *exchange) answer() answer {
	if x.status >= 200 && x.status < 300 {
		return answer{layer: content}
	}
	body := bytes.TrimSpace(x.body)
	switch {
	case bytes.HasPrefix(body, []byte("[")):
		if code, ok := tokenErrorCode(body); ok {
			return answer{ivsLayer, code}
		}
	case bytes.HasPrefix(body, []byte("<")):
		var doc errorDocument
		if xml.Unmarshal(body, &doc) == nil && doc.Code != "" {
			if doc.RequestID != "" {
				return answer{storage, doc.Code}
			}
			return answer{signature, doc.Code}
		}
		if x.mediaType() == "text/html" {
			return answer{layer: edge}
		}
	}
	if x.status >= 300 && x.status < 400 {
		return answer{layer: edge}
	}
	return answer{}
}

// ErrorCode is the code in the body of a refusal: the XML Code of S3 and CloudFront,
// or the JSON error_code of Amazon IVS; "" if it has none.
func ErrorCode(body []byte) string { return (&exchange{body: body}).answer().code }

// tokenErrorCode reads the refusal of IVS playback:
// [{"url":…,"error":…,"error_code":…,"type":"error"}].
func tokenErrorCode(body []byte) (string, bool) {
	var refusals []struct {
		Code string `json:"error_code"`
	}
	if json.Unmarshal(body, &refusals) != nil || len(refusals) == 0 {
		return "", false
	}
	return refusals[0].Code, true
}

// refusal is a demanded refusal: who must say no, and with which code.
type refusal struct {
	layer  layer
	status int
	codes  []string // any of these; empty: any code that is not empty, none for pages
}

// denied is CloudFront's answer to a signature that does not open the URL.
func denied(codes ...string) refusal {
	return refusal{layer: signature, status: 403, codes: codes}
}

// deniedByStorage is S3's answer to whoever may not read.
func deniedByStorage() refusal {
	return refusal{layer: storage, status: 403, codes: []string{"AccessDenied"}}
}

// deniedByEdge is the edge's page for a request that it does not serve.
func deniedByEdge() refusal {
	return refusal{layer: edge, status: 403}
}

// deniedByIVS is the answer to a token that does not open the channel. Only the
// body for a missing or mangled token is known; without codes a 403 counts with any
// JSON or none, but not with a page or a document of somebody else.
func deniedByIVS(codes ...string) refusal {
	return refusal{layer: ivsLayer, status: 403, codes: codes}
}

func (r refusal) String() string {
	code := strings.Join(r.codes, " or ")
	if code == "" && r.layer == edge {
		code = "HTML page"
	}
	return fmt.Sprintf("%d %s %s", r.status, code, r.layer.suffix())
}

func (x *exchange) isJSONOrEmpty() bool {
	return len(bytes.TrimSpace(x.body)) == 0 || json.Valid(x.body)
}

// anyBody: the service refuses, but its words are not documented.
func (r refusal) anyBody() bool { return r.layer == ivsLayer && len(r.codes) == 0 }

// check reports how x differs from the refusal, nil if it does not.
func (r refusal) check(x *exchange) error {
	a := x.answer()
	ok := x.status == r.status && (a.layer == r.layer || r.anyBody() && a.layer == unknownLayer && x.isJSONOrEmpty())
	switch {
	case r.anyBody():
	case len(r.codes) > 0:
		ok = ok && slices.Contains(r.codes, a.code)
	case r.layer == edge:
		// Anybody can make a page.
		ok = ok && x.interposed() == ""
	default:
		ok = ok && a.code != ""
	}
	if ok {
		return nil
	}
	return &Failure{Asked: x.asked, Want: r.String(), Got: x.got(), Cause: explain(r.layer, x)}
}

// wantStatus demands one of the successful statuses.
func wantStatus(x *exchange, statuses ...int) error {
	if slices.Contains(statuses, x.status) {
		return nil
	}
	texts := []string{}
	for _, s := range statuses {
		texts = append(texts, fmt.Sprint(s))
	}
	return &Failure{Asked: x.asked, Want: strings.Join(texts, " or "), Got: x.got(), Cause: explain(content, x)}
}
