package bucket

import (
	"crypto/tls"
	"testing"
)

// TestDecisions asks for a/b.m3u8 under a policy, by one caller after the
// other.
func TestDecisions(t *testing.T) {
	readerGet := statementOf("Allow", `{"AWS":"`+reader+`"}`, getObject, objects, "")
	strangerGet := statementOf("Allow", `{"AWS":"`+stranger+`"}`, getObject, objects, "")
	serviceGet := statementOf("Allow", `{"Service":"cloudfront.amazonaws.com"}`, getObject, objects, "")
	const root = "arn:aws:iam::" + owner + ":root"
	for _, c := range []struct {
		name     string
		document string
		granted  []string // of callers, those with 200
	}{
		{"OAI alone", policyOf(oaiGet), []string{oaiARN}},
		{"OAI and public, restricted", policyOf(oaiGet, publicGet), []string{oaiARN, reader, root, "cloudfront.amazonaws.com"}},
		{"public alone, restricted", publicRead, []string{reader, root, "cloudfront.amazonaws.com"}},
		{"stranger in a public policy", policyOf(strangerGet, publicGet), []string{reader, root, "cloudfront.amazonaws.com"}},
		{"reader and stranger", policyOf(readerGet, strangerGet), []string{reader, stranger}},
		{"service", policyOf(serviceGet), []string{"cloudfront.amazonaws.com"}},
		{"account", policyOf(statementOf("Allow", `{"AWS":"`+owner+`"}`, getObject, objects, "")), []string{root}},
		{"deny beats allow", policyOf(oaiGet, readerGet, statementOf("Deny", oai, `"s3:*"`, both, "")), []string{reader}},
		{"deny of a path", policyOf(oaiGet, statementOf("Deny", `"*"`, `"s3:*"`, `"arn:aws:s3:::media/a/*"`, "")), nil},
		{"deny of another path", policyOf(oaiGet, statementOf("Deny", `"*"`, `"s3:*"`, `"arn:aws:s3:::media/b/*"`, "")), []string{oaiARN}},
		{"deny of an account", policyOf(oaiGet, readerGet, statementOf("Deny", `{"AWS":"`+root+`"}`, getObject, objects, "")), []string{oaiARN}},
		{"allow of a path", policyOf(statementOf("Allow", oai, getObject, `"arn:aws:s3:::media/a/?.m3u8"`, "")), []string{oaiARN}},
		{"allow of another path", policyOf(statementOf("Allow", oai, getObject, `"arn:aws:s3:::media/A/*"`, "")), nil},
		{"other action", policyOf(statementOf("Allow", oai, `"s3:GetObjectVersion"`, objects, "")), nil},
		{"action in other case", policyOf(statementOf("Allow", oai, `"S3:GETOBJECT"`, objects, "")), []string{oaiARN}},
		{"action pattern", policyOf(statementOf("Allow", oai, `"s3:Get?bject"`, objects, "")), []string{oaiARN}},
		{"NotAction allow", policyOf(`{"Effect":"Allow","Principal":` + oai + `,"NotAction":"s3:PutObject","Resource":` + objects + `}`), []string{oaiARN}},
		{"NotAction deny", policyOf(oaiGet, `{"Effect":"Deny","Principal":"*","NotAction":"s3:ListBucket","Resource":`+both+`}`), nil},
		{"NotResource deny", policyOf(oaiGet, `{"Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::media/a/*"}`), []string{oaiARN}},
		{"NotPrincipal spares the OAI", policyOf(oaiGet, readerGet, notPrincipal), []string{oaiARN}},
		{"NotPrincipal needs the account", policyOf(readerGet, `{"Effect":"Deny","NotPrincipal":{"AWS":"`+reader+`"},"Action":"s3:*","Resource":`+both+`}`), nil},
		{"NotPrincipal with the account", policyOf(readerGet, `{"Effect":"Deny","NotPrincipal":{"AWS":["`+reader+`","`+owner+`"]},"Action":"s3:*","Resource":`+both+`}`), []string{reader}},
		{"no policy", "", nil},
	} {
		s := newMedia(t)
		if c.document != "" {
			s.PutPublicAccessBlock("media", PublicAccessBlock{RestrictPublicBuckets: true})
			setPolicy(t, s, c.document)
		}
		granted := map[string]bool{}
		for _, arn := range c.granted {
			granted[arn] = true
		}
		for _, arn := range []string{"", oaiARN, otherOAI, reader, stranger, root, "cloudfront.amazonaws.com", "nonsense"} {
			status, code := 403, "AccessDenied"
			if granted[arn] {
				status, code = 200, ""
			}
			expect(t, s, c.name+" by "+arn, call{path: "/a/b.m3u8", principal: arn}, status, code)
		}
	}
}

func TestUnrestrictedPublicPolicy(t *testing.T) {
	s := newMedia(t)
	s.PutPublicAccessBlock("media", PublicAccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true})
	setPolicy(t, s, publicRead)
	for _, arn := range []string{"", oaiARN, stranger, "nonsense"} {
		expect(t, s, "by "+arn, call{path: "/a/b.m3u8", principal: arn}, 200, "")
	}
	s.PutPublicAccessBlock("media", PublicAccessBlock{RestrictPublicBuckets: true})
	expect(t, s, "restricted afterwards", call{path: "/a/b.m3u8"}, 403, "AccessDenied")
}

// TestConditions denies what a condition covers to an otherwise granted OAI.
func TestConditions(t *testing.T) {
	for _, c := range []struct {
		condition string
		call      call
		holds     bool
	}{
		{`{"Bool":{"aws:SecureTransport":"false"}}`, call{}, false},
		{`{"Bool":{"aws:SecureTransport":"false"}}`, call{plain: true}, true},
		{`{"Bool":{"AWS:securetransport":"FALSE"}}`, call{plain: true}, true},
		{`{"StringEquals":{"aws:SecureTransport":"true"}}`, call{}, true},
		{`{"NumericLessThan":{"s3:TlsVersion":"1.3"}}`, call{tls: tls.VersionTLS12}, true},
		{`{"NumericLessThan":{"s3:TlsVersion":"1.3"}}`, call{tls: tls.VersionTLS13}, false},
		{`{"NumericLessThan":{"s3:TlsVersion":"1.2"}}`, call{tls: tls.VersionTLS12}, false},
		{`{"NumericLessThan":{"s3:TlsVersion":"1.2"}}`, call{plain: true}, false},
		{`{"NumericLessThanIfExists":{"s3:TlsVersion":"1.2"}}`, call{plain: true}, true},
		{`{"NumericLessThanEquals":{"s3:TlsVersion":1.2}}`, call{tls: tls.VersionTLS12}, true},
		{`{"NumericGreaterThan":{"s3:TlsVersion":"1.2"}}`, call{tls: tls.VersionTLS12}, false},
		{`{"NumericGreaterThanEquals":{"s3:TlsVersion":"1.2"}}`, call{tls: tls.VersionTLS12}, true},
		{`{"NumericEquals":{"s3:TlsVersion":"1.30"}}`, call{}, true},
		{`{"NumericNotEquals":{"s3:TlsVersion":"1.3"}}`, call{}, false},
		{`{"NumericNotEquals":{"s3:TlsVersion":"1.3"}}`, call{plain: true}, true},
		{`{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`, call{}, true},
		{`{"IpAddress":{"aws:SourceIp":["198.51.100.0/24","192.0.2.1"]}}`, call{}, true},
		{`{"IpAddress":{"aws:SourceIp":"192.0.2.2"}}`, call{}, false},
		{`{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}`, call{remote: "[2001:db8::1]:80"}, true},
		{`{"IpAddress":{"aws:SourceIp":"192.0.2.1"}}`, call{remote: "[::ffff:192.0.2.1]:80"}, true},
		{`{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`, call{remote: "pipe"}, false},
		{`{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`, call{}, false},
		{`{"NotIpAddress":{"aws:SourceIp":["198.51.100.0/24","203.0.113.0/24"]}}`, call{}, true},
		{`{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`, call{remote: "pipe"}, true},
		{`{"StringEquals":{"aws:Referer":["https://a.example/","https://b.example/"]}}`, call{header: map[string]string{"Referer": "https://b.example/"}}, true},
		{`{"StringEquals":{"aws:Referer":"https://a.example/"}}`, call{header: map[string]string{"Referer": "https://A.example/"}}, false},
		{`{"StringEqualsIgnoreCase":{"aws:Referer":"https://a.example/"}}`, call{header: map[string]string{"Referer": "https://A.example/"}}, true},
		{`{"StringNotEqualsIgnoreCase":{"aws:Referer":"https://a.example/"}}`, call{header: map[string]string{"Referer": "https://A.example/"}}, false},
		{`{"StringEquals":{"aws:Referer":"https://a.example/*"}}`, call{header: map[string]string{"Referer": "https://a.example/x"}}, false},
		{`{"StringLike":{"aws:Referer":"https://*.example/?"}}`, call{header: map[string]string{"Referer": "https://a.example/x"}}, true},
		{`{"StringLike":{"aws:Referer":"https://*.example/?"}}`, call{header: map[string]string{"Referer": "https://a.example/"}}, false},
		{`{"StringLike":{"aws:Referer":"*"}}`, call{}, false},
		{`{"StringLikeIfExists":{"aws:Referer":"x"}}`, call{}, true},
		{`{"StringNotLike":{"aws:Referer":"https://*"}}`, call{header: map[string]string{"Referer": "https://a.example/"}}, false},
		{`{"StringNotLike":{"aws:Referer":"https://*"}}`, call{}, true},
		{`{"StringNotEquals":{"aws:Referer":["a","b"]}}`, call{header: map[string]string{"Referer": "b"}}, false},
		{`{"Null":{"aws:Referer":"true"}}`, call{}, true},
		{`{"Null":{"aws:Referer":"false"}}`, call{}, false},
		{`{"Null":{"aws:Referer":"false"}}`, call{header: map[string]string{"Referer": "x"}}, true},
		{`{"StringEquals":{"aws:PrincipalArn":"` + oaiARN + `"}}`, call{}, true},
		{`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"}}`, call{}, true},
		{`{"ArnEquals":{"aws:PrincipalArn":"arn:*:user/*"}}`, call{}, false},
		{`{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:*"}}`, call{}, true},
		{`{"Bool":{"aws:PrincipalIsAWSService":"false"}}`, call{}, true},
		{`{"StringEquals":{"aws:SourceAccount":"123456789012"}}`, call{}, false},
		{`{"StringNotEquals":{"aws:SourceAccount":"123456789012"}}`, call{}, true},
		{`{"StringLike":{"aws:UserAgent":"*curl*"}}`, call{header: map[string]string{"User-Agent": "x curl y"}}, true},
		{`{"Bool":{"aws:SecureTransport":"true"},"Null":{"aws:Referer":"false"}}`, call{}, false},
		{`{"Bool":{"aws:SecureTransport":"true","aws:PrincipalIsAWSService":"false"}}`, call{}, true},
	} {
		s := newMedia(t)
		setPolicy(t, s, policyOf(oaiGet, statementOf("Deny", `"*"`, `"s3:*"`, both, `,"Condition":`+c.condition)))
		c.call.path, c.call.principal = "/a/b.m3u8", oaiARN
		status, code := 200, ""
		if c.holds {
			status, code = 403, "AccessDenied"
		}
		expect(t, s, c.condition, c.call, status, code)
	}
}

// TestAnonymousHasNoPrincipalKeys opens a bucket by keys that only signed
// requests have.
func TestAnonymousHasNoPrincipalKeys(t *testing.T) {
	s := newMedia(t)
	s.DeletePublicAccessBlock("media")
	setPolicy(t, s, policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"Bool":{"aws:PrincipalIsAWSService":"false"}}`)))
	expect(t, s, "anonymous", call{path: "/a/b.m3u8"}, 403, "AccessDenied")
	expect(t, s, "OAI", call{path: "/a/b.m3u8", principal: oaiARN}, 200, "")
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "a/b", true}, {"?", "", false}, {"?", "ü", true},
		{"a?c", "abc", true}, {"a?c", "abbc", false}, {"a*c", "abbc", true}, {"a*c", "abcd", false}, {"a**c", "ac", true},
		{"*ab", "aab", true}, {"*a?", "aüab", true}, {"a*b*c", "axbxbxc", true}, {"a*b*c", "axbxbx", false}, {"abc", "ABC", false},
	} {
		if got := matchPattern(c.pattern, c.text); got != c.want {
			t.Errorf("matchPattern(%q, %q) = %t, want %t", c.pattern, c.text, got, c.want)
		}
	}
}
