package bucket

import (
	"strings"
	"testing"
)

// policyOf and statementOf build policies from the members that a case is about.
func policyOf(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func statementOf(effect, principal, actions, resources, more string) string {
	return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":` + actions + `,"Resource":` + resources + more + `}`
}

const (
	objects      = `"arn:aws:s3:::media/*"`
	wholeBucket  = `"arn:aws:s3:::media"`
	both         = `["arn:aws:s3:::media","arn:aws:s3:::media/*"]`
	oai          = `{"AWS":"` + oaiARN + `"}`
	getObject    = `"s3:GetObject"`
	oaiGet       = `{"Effect":"Allow","Principal":` + oai + `,"Action":"s3:GetObject","Resource":` + objects + `}`
	oaiList      = `{"Effect":"Allow","Principal":` + oai + `,"Action":"s3:ListBucket","Resource":` + wholeBucket + `}`
	publicGet    = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":` + objects + `}`
	tlsOnly      = `{"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":` + both + `,"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	publicRead   = `{"Version":"2012-10-17","Statement":[` + publicGet + `]}`
	notPrincipal = `{"Effect":"Deny","NotPrincipal":` + oai + `,"Action":"s3:*","Resource":` + both + `}`
)

// goodPolicies are stored by a bucket with all four blocks on.
var goodPolicies = []struct{ name, document string }{
	{"OAI", policyOf(oaiGet)},
	{"OAI and TLS", policyOf(oaiGet, oaiList, tlsOnly)},
	{"single statement", `{"Version":"2012-10-17","Statement":` + oaiGet + `}`},
	{"older version and id", `{"Version":"2008-10-17","Id":"x","Statement":[` + oaiGet + `]}`},
	{"no version", `{"Statement":[` + oaiGet + `]}`},
	{"empty condition", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{}`))},
	{"role and user", policyOf(statementOf("Allow", `{"AWS":["`+reader+`","`+stranger+`"]}`, `["s3:GetObject"]`, objects, ""))},
	{"account root", policyOf(statementOf("Allow", `{"AWS":"arn:aws:iam::123456789012:root"}`, getObject, objects, ""))},
	{"account number", policyOf(statementOf("Allow", `{"AWS":"123456789012"}`, getObject, objects, ""))},
	{"service", policyOf(statementOf("Allow", `{"Service":"cloudfront.amazonaws.com"}`, getObject, objects, `,"Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/E1"}}`))},
	{"wildcard actions", policyOf(statementOf("Allow", oai, `["s3:Get*","S3:getobject"]`, both, ""))},
	{"list with prefix", policyOf(statementOf("Allow", oai, `"s3:ListBucket"`, wholeBucket, `,"Condition":{"StringLike":{"s3:prefix":["a/*"]}}`))},
	{"deny without owner", policyOf(notPrincipal, oaiGet)},
	{"NotAction", policyOf(`{"Effect":"Deny","Principal":"*","NotAction":"s3:GetObject","Resource":` + both + `}`)},
	{"NotResource", policyOf(`{"Effect":"Deny","Principal":"*","Action":"s3:GetObject","NotResource":` + objects + `}`)},
	{"fixed address", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","2001:db8::/32"]}}`))},
	{"fixed source", policyOf(statementOf("Allow", `{"AWS":"*"}`, getObject, objects, `,"Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:eu-central-1:123456789012:t"}}`))},
	{"fixed account", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`))},
	{"JSON scalars", policyOf(statementOf("Deny", `"*"`, `"s3:*"`, both, `,"Condition":{"Bool":{"aws:SecureTransport":false},"NumericLessThan":{"s3:TlsVersion":1.2}}`))},
	{"all operators", policyOf(statementOf("Deny", `"*"`, `"s3:*"`, both, `,"Condition":{"StringNotEqualsIfExists":{"aws:PrincipalArn":"a"},"StringNotLike":{"aws:Referer":"https://*"},"Null":{"aws:Referer":"true"},"NotIpAddress":{"aws:SourceIp":"192.0.2.1"},"NumericGreaterThanEquals":{"s3:TlsVersion":["1.2"]},"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}`))},
}

func TestGoodPolicies(t *testing.T) {
	for _, c := range goodPolicies {
		s := newMedia(t)
		wantError(t, c.name+": PutPolicy", s.PutPolicy("media", c.document), 0, "")
		if got, err := s.Policy("media"); err != nil || got != c.document {
			t.Errorf("%s: Policy = %s, %v, want %s", c.name, got, err, c.document)
		}
	}
}

// badPolicies are malformed; the message is part of what S3 says.
var badPolicies = []struct{ name, document, message string }{
	{"empty", ``, "the first byte must be '{'"},
	{"array", `[]`, "the first byte must be '{'"},
	{"leading space", ` ` + policyOf(oaiGet), "the first byte must be '{'"},
	{"bad JSON", `{"Version":"2012-10-17",}`, "invalid Json"},
	{"trailing", policyOf(oaiGet) + `{}`, "invalid Json"},
	{"bad UTF-8", policyOf(strings.Replace(oaiGet, "Allow", "All\xffow", 1)), "invalid Json"},
	{"member twice", policyOf(strings.Replace(oaiGet, `{"Effect":"Allow"`, `{"Effect":"Deny","Effect":"Allow"`, 1)), "invalid Json"},
	{"large", policyOf(strings.Replace(oaiGet, `{`, `{"Sid":"`+strings.Repeat("x", 20*1024)+`",`, 1)), "maximum allowed document size"},
	{"unknown member", `{"Version":"2012-10-17","Statements":[],"Statement":[` + oaiGet + `]}`, "Invalid policy syntax"},
	{"case of member", `{"version":"2012-10-17","Statement":[` + oaiGet + `]}`, "Invalid policy syntax"},
	{"id", `{"Id":1,"Statement":[` + oaiGet + `]}`, "Invalid policy syntax"},
	{"version", `{"Version":"2012-10-18","Statement":[` + oaiGet + `]}`, "valid version string"},
	{"version kind", `{"Version":20121017,"Statement":[` + oaiGet + `]}`, "valid version string"},
	{"no statement", `{"Version":"2012-10-17"}`, "Missing required field Statement"},
	{"empty statement", policyOf(), "Statement is empty"},
	{"statement kind", policyOf(`"x"`), "Invalid policy syntax"},
	{"statement null", `{"Statement":null}`, "Invalid policy syntax"},
	{"unknown element", policyOf(strings.Replace(oaiGet, `{`, `{"Conditions":{},`, 1)), "Invalid policy syntax"},
	{"sid kind", policyOf(strings.Replace(oaiGet, `{`, `{"Sid":1,`, 1)), "Invalid policy syntax"},
	{"sid twice", policyOf(tlsOnly, tlsOnly), "must be unique"},
	{"no effect", policyOf(strings.Replace(oaiGet, `"Effect":"Allow",`, ``, 1)), "Missing required field Effect"},
	{"effect", policyOf(strings.Replace(oaiGet, `"Allow"`, `"allow"`, 1)), "Invalid effect: allow"},
	{"no principal", policyOf(`{"Effect":"Allow","Action":"s3:GetObject","Resource":` + objects + `}`), "Missing required field Principal"},
	{"both principals", policyOf(strings.Replace(notPrincipal, `{`, `{"Principal":"*",`, 1)), "Invalid policy syntax"},
	{"allow NotPrincipal", policyOf(strings.Replace(notPrincipal, "Deny", "Allow", 1)), "Invalid principal in policy"},
	{"NotPrincipal everybody", policyOf(strings.Replace(notPrincipal, oai, `"*"`, 1)), "Invalid principal in policy"},
	{"principal string", policyOf(statementOf("Allow", `"`+reader+`"`, getObject, objects, "")), "Invalid principal in policy"},
	{"principal empty", policyOf(statementOf("Allow", `{}`, getObject, objects, "")), "Invalid principal in policy"},
	{"principal empty list", policyOf(statementOf("Allow", `{"AWS":[]}`, getObject, objects, "")), "Invalid principal in policy"},
	{"principal kind", policyOf(statementOf("Allow", `{"AWS":1}`, getObject, objects, "")), "Invalid principal in policy"},
	{"principal type", policyOf(statementOf("Allow", `{"Aws":"*"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"federated", policyOf(statementOf("Allow", `{"Federated":"x"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"unknown OAI", policyOf(statementOf("Allow", `{"AWS":"`+goneOAI+`"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"OAI id alone", policyOf(statementOf("Allow", `{"AWS":"E2EXAMPLE1OAI"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"unknown canonical user", policyOf(statementOf("Allow", `{"CanonicalUser":"abc"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"wildcard ARN", policyOf(statementOf("Allow", `{"AWS":"arn:aws:iam::123456789012:role/*"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"wildcard path", policyOf(statementOf("Allow", `{"AWS":"arn:aws:iam::123456789012:role/*/x"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"group", policyOf(statementOf("Allow", `{"AWS":"arn:aws:iam::123456789012:group/x"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"short account", policyOf(statementOf("Allow", `{"AWS":"12345678901"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"service", policyOf(statementOf("Allow", `{"Service":"nothing.amazonaws.com"}`, getObject, objects, "")), "Invalid principal in policy"},
	{"no action", policyOf(`{"Effect":"Allow","Principal":` + oai + `,"Resource":` + objects + `}`), "Missing required field Action"},
	{"action", policyOf(statementOf("Allow", oai, `"s3:FetchObject"`, objects, "")), "Policy has invalid action"},
	{"action of another service", policyOf(statementOf("Allow", oai, `"iam:*"`, objects, "")), "Policy has invalid action"},
	{"action empty", policyOf(statementOf("Allow", oai, `[]`, objects, "")), "Policy has invalid action"},
	{"action kind", policyOf(statementOf("Allow", oai, `["s3:GetObject",1]`, objects, "")), "Policy has invalid action"},
	{"no resource", policyOf(`{"Effect":"Allow","Principal":` + oai + `,"Action":"s3:GetObject"}`), "Missing required field Resource"},
	{"other bucket", policyOf(statementOf("Allow", oai, getObject, `"arn:aws:s3:::media2/*"`, "")), "Policy has invalid resource"},
	{"one of two buckets", policyOf(statementOf("Allow", oai, getObject, `["arn:aws:s3:::media/*","arn:aws:s3:::other/*"]`, "")), "Policy has invalid resource"},
	{"resource star", policyOf(statementOf("Allow", oai, getObject, `"*"`, "")), "Policy has invalid resource"},
	{"bucket pattern", policyOf(statementOf("Allow", oai, getObject, `"arn:aws:s3:::media*"`, "")), "Policy has invalid resource"},
	{"resource without ARN", policyOf(statementOf("Allow", oai, getObject, `"media/*"`, "")), "Policy has invalid resource"},
	{"resource empty key", policyOf(statementOf("Allow", oai, getObject, `"arn:aws:s3:::media/"`, "")), "Policy has invalid resource"},
	{"resource variable", policyOf(statementOf("Allow", oai, getObject, `"arn:aws:s3:::media/${aws:username}/*"`, "")), "Policy has invalid resource"},
	{"object action on bucket", policyOf(statementOf("Allow", oai, getObject, wholeBucket, "")), "Action does not apply to any resource(s) in statement"},
	{"bucket action on objects", policyOf(statementOf("Allow", oai, `["s3:GetObject","s3:ListBucket"]`, objects, "")), "Action does not apply to any resource(s) in statement"},
	{"condition kind", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":[]`)), "Invalid policy syntax"},
	{"operator kind", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"Bool":"x"}`)), "Invalid policy syntax"},
	{"operator empty", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"Bool":{}}`)), "Invalid policy syntax"},
	{"operator", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"Boolean":{"aws:SecureTransport":"true"}}`)), "Invalid Condition type : Boolean"},
	{"operator case", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"bool":{"aws:SecureTransport":"true"}}`)), "Invalid Condition type : bool"},
	{"NullIfExists", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"NullIfExists":{"aws:Referer":"true"}}`)), "Invalid Condition type : NullIfExists"},
	{"operator on key", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"StringLike":{"aws:SourceIp":"192.0.2.*"}}`)), "Invalid Condition type : StringLike"},
	{"key", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"Bool":{"aws:SecuredTransport":"true"}}`)), "invalid condition key"},
	{"prefix on objects", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"StringEquals":{"s3:prefix":"a"}}`)), "Conditions do not apply"},
	{"bool value", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"Bool":{"aws:SecureTransport":"yes"}}`)), "Invalid value in Conditions for operator Bool"},
	{"number value", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"NumericLessThan":{"s3:TlsVersion":"NaN"}}`)), "Invalid value in Conditions"},
	{"address value", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.256"}}`)), "Invalid IP address"},
	{"no value", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"StringEquals":{"aws:Referer":[]}}`)), "Invalid value in Conditions"},
	{"null value", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"StringEquals":{"aws:Referer":null}}`)), "Invalid value in Conditions"},
	{"condition variable", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":{"StringEquals":{"aws:Referer":"${aws:userid}"}}`)), "Policy variables"},
}

func TestBadPolicies(t *testing.T) {
	for _, c := range badPolicies {
		s := newMedia(t)
		err := s.PutPolicy("media", c.document)
		wantError(t, c.name+": PutPolicy", err, 400, "MalformedPolicy")
		if err != nil && !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: PutPolicy = %v, want a message with %q", c.name, err, c.message)
		}
		_, err = s.Policy("media")
		wantError(t, c.name+": Policy", err, 404, "NoSuchBucketPolicy")
	}
}

func TestPoliciesNotEvaluated(t *testing.T) {
	for _, condition := range []string{
		`{"DateLessThan":{"aws:SecureTransport":"true"}}`,
		`{"ForAnyValue:StringEquals":{"aws:Referer":"x"}}`,
		`{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`,
		`{"StringEquals":{"s3:ExistingObjectTag/k":"v"}}`,
	} {
		s := newMedia(t)
		err := s.PutPolicy("media", policyOf(statementOf("Allow", oai, getObject, objects, `,"Condition":`+condition)))
		wantError(t, "PutPolicy with "+condition, err, 501, "NotImplemented")
	}
}

// publicPolicies are refused under BlockPublicPolicy.
var publicPolicies = []struct{ name, document string }{
	{"star", publicRead},
	{"AWS star", policyOf(statementOf("Allow", `{"AWS":"*"}`, getObject, objects, ""))},
	{"star beside an ARN", policyOf(statementOf("Allow", `{"AWS":["`+reader+`","*"]}`, getObject, objects, ""))},
	{"one of two statements", policyOf(oaiGet, publicGet)},
	{"wide IPv4", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/7"}}`))},
	{"wide IPv6", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","2001::/31"]}}`))},
	{"not an address", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`))},
	{"if exists", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"StringEqualsIfExists":{"aws:SourceAccount":"123456789012"}}`))},
	{"wildcard value", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:t"}}`))},
	{"null", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"Null":{"aws:SourceArn":"false"}}`))},
	{"referer", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"StringEquals":{"aws:Referer":"secret"}}`))},
	{"TLS", policyOf(statementOf("Allow", `"*"`, getObject, objects, `,"Condition":{"Bool":{"aws:SecureTransport":"true"}}`))},
}

func TestPublicPolicies(t *testing.T) {
	for _, c := range publicPolicies {
		s := newMedia(t)
		setPolicy(t, s, policyOf(oaiGet))
		err := s.PutPolicy("media", c.document)
		wantError(t, c.name+": PutPolicy", err, 403, "AccessDenied")
		if err != nil && !strings.Contains(err.Error(), "prevented by the BlockPublicPolicy setting") {
			t.Errorf("%s: PutPolicy = %v, want it to name the setting", c.name, err)
		}
		if got, _ := s.Policy("media"); got != policyOf(oaiGet) {
			t.Errorf("%s: Policy = %s, want the one before", c.name, got)
		}
		s.PutPublicAccessBlock("media", PublicAccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, RestrictPublicBuckets: true})
		wantError(t, c.name+": PutPolicy without the block", s.PutPolicy("media", c.document), 0, "")
	}
}

func TestCanonicalUser(t *testing.T) {
	for _, c := range []struct{ principal, stored string }{
		{`{"CanonicalUser":"` + oaiUser + `"}`, `{"AWS":"` + oaiARN + `"}`},
		{`{ "CanonicalUser": ["` + oaiUser + `"], "AWS": "` + reader + `" }`, `{"AWS":["` + oaiARN + `","` + reader + `"]}`},
		{`{"Service":"cloudfront.amazonaws.com","CanonicalUser":"` + oaiUser + `"}`, `{"AWS":"` + oaiARN + `","Service":["cloudfront.amazonaws.com"]}`},
	} {
		s := newMedia(t)
		setPolicy(t, s, policyOf(statementOf("Allow", c.principal, getObject, objects, ""), tlsOnly))
		want := policyOf(statementOf("Allow", c.stored, getObject, objects, ""), tlsOnly)
		if got, err := s.Policy("media"); err != nil || got != want {
			t.Errorf("Policy = %s, %v, want %s", got, err, want)
		}
		if got := fetch(t, s, call{path: "/a/b.m3u8", principal: oaiARN}); got.status != 200 {
			t.Errorf("GET by the rewritten OAI = %d, want 200", got.status)
		}
	}
}

func TestDeletedIdentityShowsOpaqueID(t *testing.T) {
	gone := false
	s := New(Options{Region: region, PrincipalExists: func(p string) bool { return p == otherOAI || !gone }})
	s.CreateBucket("media")
	document := policyOf(statementOf("Allow", `{"AWS":["`+oaiARN+`","`+otherOAI+`"]}`, getObject, objects, ""))
	setPolicy(t, s, document)
	gone = true
	got, err := s.Policy("media")
	if err != nil || strings.Contains(got, oaiARN) || !strings.Contains(got, `"AIDA`) || !strings.Contains(got, otherOAI) {
		t.Errorf("Policy = %s, %v, want an opaque id for the deleted OAI alone", got, err)
	}
	wantError(t, "PutPolicy of what was read", s.PutPolicy("media", got), 400, "MalformedPolicy")
}

func TestPolicyNeedsKnownPrincipals(t *testing.T) {
	s := New(Options{})
	s.CreateBucket("media")
	wantError(t, "PutPolicy", s.PutPolicy("media", policyOf(oaiGet)), 400, "MalformedPolicy")
}

func TestCanonicalUserOfDeletedIdentity(t *testing.T) {
	s := New(Options{CanonicalUserARN: func(string) string { return oaiARN }})
	s.CreateBucket("media")
	err := s.PutPolicy("media", policyOf(statementOf("Allow", `{"CanonicalUser":"`+oaiUser+`"}`, getObject, objects, "")))
	wantError(t, "PutPolicy", err, 400, "MalformedPolicy")
}

func TestDeletePolicy(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet))
	wantError(t, "DeletePolicy", s.DeletePolicy("media"), 0, "")
	wantError(t, "DeletePolicy again", s.DeletePolicy("media"), 0, "")
	if got := fetch(t, s, call{path: "/a/b.m3u8", principal: oaiARN}); got.status != 403 {
		t.Errorf("GET after DeletePolicy = %d, want 403", got.status)
	}
}

func FuzzPolicy(f *testing.F) {
	for _, c := range goodPolicies {
		f.Add(c.document)
	}
	for _, c := range badPolicies {
		f.Add(c.document)
	}
	for _, c := range publicPolicies {
		f.Add(c.document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		s := newMedia(t)
		if s.PutPolicy("media", document) != nil {
			return
		}
		// With all blocks on, nothing that is stored serves the public, and
		// what is read is stored again as it is.
		if got := fetch(t, s, call{path: "/a/b.m3u8"}); got.status == 200 && !strings.Contains(strings.ToLower(document), "aws:source") {
			t.Errorf("anonymous GET = 200 under %s", document)
		}
		read, err := s.Policy("media")
		if err != nil {
			t.Fatalf("Policy: %v", err)
		}
		if err := s.PutPolicy("media", read); err != nil {
			t.Errorf("PutPolicy of what was read: %v", err)
		}
		if again, _ := s.Policy("media"); again != read {
			t.Errorf("Policy = %s, want %s", again, read)
		}
	})
}
