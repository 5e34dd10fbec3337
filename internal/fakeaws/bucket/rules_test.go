package bucket

import (
	"net/http/httptest"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws/journal"
	"privateplayback/internal/fakeaws/journal/journaltest"
)

// Every answer of TestErrorCodes and its neighbours has a cause, as record and
// fetch see to; here are the sentences of those that decide on access.
func TestRules(t *testing.T) {
	sid := func(statement, name string) string { return strings.Replace(statement, "{", `{"Sid":"`+name+`",`, 1) }
	allow := sid(oaiGet, "AllowOAI")
	policies := map[string]string{
		"oai":    policyOf(allow, tlsOnly),
		"list":   policyOf(allow, oaiList),
		"public": policyOf(statementOf("Allow", `"*"`, getObject, objects, "")),
	}
	const oaiName = "origin access identity E2EXAMPLE1OAI"
	for _, c := range []struct {
		policy string
		c      call
		want   string // the last rule
	}{
		{"oai", call{path: "/a/b.m3u8", principal: oaiARN},
			`s3: bucket policy statement "AllowOAI" allows s3:GetObject on arn:aws:s3:::media/a/b.m3u8 to ` + oaiName},
		{"oai", call{path: "/a/b.m3u8"},
			`s3: refused: no statement allows s3:GetObject on arn:aws:s3:::media/a/b.m3u8 to anonymous callers: statement "AllowOAI" has another Principal`},
		{"oai", call{path: "/", principal: oaiARN},
			`s3: refused: no statement allows s3:ListBucket on arn:aws:s3:::media to ` + oaiName + `: statement "AllowOAI" has another Action`},
		{"oai", call{path: "/a/b.m3u8", principal: oaiARN, plain: true}, "s3: refused: explicit Deny in statement \"TLS\" (aws:SecureTransport)"},
		{"oai", call{path: "/none", principal: oaiARN},
			`s3: refused: key "none" does not exist, and ListBucket is missing, so 403 in place of 404: no statement allows s3:ListBucket on arn:aws:s3:::media to ` + oaiName + `: statement "AllowOAI" has another Action`},
		{"list", call{path: "/none", principal: oaiARN}, `s3: refused: key "none" does not exist in bucket "media", which this caller may learn`},
		{"", call{path: "/a/b.m3u8"}, "s3: refused: there is no bucket policy, so nothing allows s3:GetObject on arn:aws:s3:::media/a/b.m3u8 to anonymous callers"},
		{"public", call{path: "/a/b.m3u8"},
			"s3: refused: RestrictPublicBuckets: the bucket policy is public, so what statement 1 allows is for the owner's account and AWS services only, not for anonymous callers"},
		{"oai", call{path: "/a/b.m3u8?Signature=x&Expires=1"}, "s3: refused: the query has Signature without AWSAccessKeyId: a URL that is signed for CloudFront opens nothing at S3"},
		{"oai", call{path: "/a", method: "OPTIONS", header: fields{"Origin": "https://other.invalid", "Access-Control-Request-Method": "GET"}},
			`s3: refused: preflight: none of 1 CORS rules allows GET from origin "https://other.invalid" with headers ""`},
		{"oai", call{path: "/a", host: "nobody.s3.eu-central-1.amazonaws.com"}, `s3: refused: bucket "nobody" does not exist`},
		{"oai", call{path: "/a", method: "POST"}, "s3: refused: there is no operation for POST here"},
	} {
		s := newMedia(t)
		s.PutCORS("media", playerRules[:1])
		if document, ok := policies[c.policy]; ok {
			if c.policy == "public" {
				s.PutPublicAccessBlock("media", PublicAccessBlock{})
			}
			setPolicy(t, s, document)
			s.PutPublicAccessBlock("media", PublicAccessBlock{true, true, true, true})
		}
		e := journaltest.Serve(t, journal.S3, s, httptest.NewRecorder(), c.c.request())
		if got := e.Rules[len(e.Rules)-1]; got != c.want {
			t.Errorf("%s, %s %s = %d\n got %s\nwant %s", c.policy, e.Method, e.URL, e.Status, got, c.want)
		}
	}
}
