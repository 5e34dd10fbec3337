package check

import (
	"errors"
	"net/http"
	"testing"

	"privateplayback/smoketest/internal/cause"
)

// The bodies that AWS sends, as documented or captured.
const (
	missingKeyBody  = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>MissingKey</Code><Message>Missing Key-Pair-Id query parameter or cookie value</Message></Error>`
	deniedBody      = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access denied</Message></Error>`
	invalidKeyBody  = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>InvalidKey</Code><Message>Unknown Key</Message></Error>`
	storageBody     = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>4442587FB7D0A2F9</RequestId><HostId>x</HostId></Error>`
	noSuchKeyBody   = `<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>a</Key><RequestId>1</RequestId><HostId>x</HostId></Error>`
	pageBody        = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\" \"http://www.w3.org/TR/html4/loose.dtd\">\n<HTML><HEAD><TITLE>ERROR: The request could not be satisfied</TITLE></HEAD><BODY><H1>403 ERROR</H1>Request ID: 1</BODY></HTML>"
	tokenBody       = `[{"url":"/api/video/v1/x.m3u8","error":"token contains an invalid number of segments","error_code":"invalid_playback_auth_token","type":"error"}]`
	otherTokenBody  = `[{"url":"/api/video/v1/x.m3u8","error":"token is expired","error_code":"expired","type":"error"}]`
	emptyTokenBody  = `[{"url":"/api/video/v1/x.m3u8"}]`
	proxyLoginBody  = "<html><body>Please log in</body></html>"
	textXML         = "text/xml"
	applicationXML  = "application/xml"
	applicationJSON = "application/json"
	textHTML        = "text/html"
)

func exchangeOf(status int, mediaType, body string) *exchange {
	return &exchange{asked: "GET https://h/a", status: status, header: http.Header{"Content-Type": {mediaType}}, body: []byte(body)}
}

func TestAnswer(t *testing.T) {
	tests := []struct {
		name string
		x    *exchange
		want answer
	}{
		{"signature check", exchangeOf(403, textXML, missingKeyBody), answer{signature, "MissingKey"}},
		{"S3", exchangeOf(403, applicationXML, storageBody), answer{storage, "AccessDenied"}},
		{"S3, missing", exchangeOf(404, applicationXML, noSuchKeyBody), answer{storage, "NoSuchKey"}},
		{"edge", exchangeOf(403, textHTML, pageBody), answer{layer: edge}},
		{"redirect", exchangeOf(301, textHTML, ""), answer{layer: edge}},
		{"IVS", exchangeOf(403, applicationJSON, tokenBody), answer{ivsLayer, "invalid_playback_auth_token"}},
		{"content", exchangeOf(200, "video/mp2t", "G"), answer{layer: content}},
		{"an error document with 200", exchangeOf(200, textXML, deniedBody), answer{layer: content}},
		{"plain text", exchangeOf(403, "text/plain", "no"), answer{}},
		{"JSON object", exchangeOf(403, applicationJSON, `{"error_code":"x"}`), answer{}},
		{"empty array", exchangeOf(403, applicationJSON, `[]`), answer{}},
		{"no body", exchangeOf(403, "", ""), answer{}},
	}
	for _, tt := range tests {
		if got := tt.x.answer(); got != tt.want {
			t.Errorf("%s: answer = %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestRefusalAccepts(t *testing.T) {
	tests := []struct {
		want refusal
		x    *exchange
	}{
		{denied("MissingKey"), exchangeOf(403, textXML, missingKeyBody)},
		{denied("AccessDenied"), exchangeOf(403, textXML, deniedBody)},
		{denied(signatureCodes...), exchangeOf(403, textXML, invalidKeyBody)},
		{deniedByStorage(), exchangeOf(403, applicationXML, storageBody)},
		{deniedByEdge(), exchangeOf(403, textHTML, pageBody)},
		{deniedByIVS(invalidToken), exchangeOf(403, applicationJSON, tokenBody)},
		{deniedByIVS(), exchangeOf(403, applicationJSON, otherTokenBody)},
		{deniedByIVS(), exchangeOf(403, applicationJSON, emptyTokenBody)},
		{deniedByIVS(), exchangeOf(403, applicationJSON, `{"message":"no"}`)},
		{deniedByIVS(), exchangeOf(403, "", "")},
	}
	for _, tt := range tests {
		if err := tt.want.check(tt.x); err != nil {
			t.Errorf("%s: check(%s) = %v, want nil", tt.want, tt.x.got(), err)
		}
	}
}

// Each row is a refusal that a careless check would have taken for the right
// one.
func TestRefusalRejects(t *testing.T) {
	tests := []struct {
		want  refusal
		x     *exchange
		cause cause.ID
	}{
		{denied("AccessDenied"), exchangeOf(200, "video/mp2t", "G"), "behavior-public"},
		{denied("AccessDenied"), exchangeOf(403, applicationXML, storageBody), "behavior-public"},
		{denied("AccessDenied"), exchangeOf(403, textXML, missingKeyBody), "refused-otherwise"},
		{denied("AccessDenied"), exchangeOf(403, textXML, invalidKeyBody), "refused-otherwise"},
		{denied("AccessDenied"), exchangeOf(403, textHTML, pageBody), "edge-refused"},
		{denied("AccessDenied"), exchangeOf(503, textXML, deniedBody), "service-error"},
		{denied("AccessDenied"), exchangeOf(403, textHTML, proxyLoginBody), "edge-refused"},
		{deniedByStorage(), exchangeOf(403, textXML, deniedBody), "control-refused"},
		{deniedByStorage(), exchangeOf(200, "video/mp2t", "G"), "bucket-public"},
		{deniedByStorage(), exchangeOf(404, applicationXML, noSuchKeyBody), "bucket-lists"},
		{deniedByStorage(), exchangeOf(403, "", ""), ""},
		{deniedByEdge(), exchangeOf(405, textHTML, pageBody), ""},
		{deniedByEdge(), exchangeOf(403, applicationXML, storageBody), "origin-reached"},
		{deniedByIVS(invalidToken), exchangeOf(403, applicationJSON, otherTokenBody), "token-code-other"},
		{deniedByIVS(invalidToken), exchangeOf(403, applicationJSON, emptyTokenBody), "token-code-other"},
		{deniedByIVS(), exchangeOf(403, textHTML, pageBody), ""},
		{deniedByIVS(), exchangeOf(403, textXML, deniedBody), ""},
		{deniedByIVS(), exchangeOf(403, "text/plain", "no"), "token-refused-elsewhere"},
		{deniedByIVS(), exchangeOf(404, "text/plain", "no"), "channel-answers-idle"},
		{deniedByIVS(), exchangeOf(200, "application/vnd.apple.mpegurl", "#EXTM3U"), "channel-public"},
	}
	for _, tt := range tests {
		err := tt.want.check(tt.x)
		var f *Failure
		if !errors.As(err, &f) {
			t.Errorf("%s: check(%s) = %v, want a Failure", tt.want, tt.x.got(), err)
			continue
		}
		if f.Cause != tt.cause {
			t.Errorf("%s: check(%s) has the cause %q, want %q", tt.want, tt.x.got(), f.Cause, tt.cause)
		}
	}
}

// Each row of the cause table is reached by some answer: none is shadowed by
// one above it.
func TestSymptomsAreReachable(t *testing.T) {
	for i, s := range symptoms {
		for _, earlier := range symptoms[:i] {
			if earlier.wanted == s.wanted && earlier.got == s.got &&
				(earlier.status == 0 || earlier.status == s.status) && (earlier.code == "" || earlier.code == s.code) {
				t.Errorf("symptom %d (%q) is shadowed by %q", i, s.cause, earlier.cause)
			}
		}
	}
}
