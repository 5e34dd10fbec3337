package bucket

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func getRule(origins ...string) CORSRule {
	return CORSRule{AllowedOrigins: origins, AllowedMethods: []string{"GET"}}
}

func seconds(n int) *int { return &n }

func TestGoodCORS(t *testing.T) {
	hundred := make([]CORSRule, 100)
	for i := range hundred {
		hundred[i] = getRule("*")
	}
	for _, rules := range [][]CORSRule{
		{getRule("*")},
		{getRule("https://app.example.com", "https://*.example.com:8443", "http://localhost:*")},
		{{ID: strings.Repeat("ü", 255), AllowedOrigins: []string{"*"}, AllowedMethods: []string{"GET", "PUT", "POST", "DELETE", "HEAD"},
			AllowedHeaders: []string{"*", "x-amz-*"}, ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: seconds(0)}},
		hundred,
	} {
		s := newMedia(t)
		wantError(t, "PutCORS", s.PutCORS("media", rules), 0, "")
		got, err := s.CORS("media")
		if diff := cmp.Diff(rules, got); err != nil || diff != "" {
			t.Errorf("CORS: %v, -want +got:\n%s", err, diff)
		}
	}
}

func TestBadCORS(t *testing.T) {
	with := func(change func(*CORSRule)) []CORSRule {
		c := getRule("*")
		change(&c)
		return []CORSRule{getRule("https://app.example.com"), c}
	}
	for _, c := range []struct {
		name, code, message string
		rules               []CORSRule
	}{
		{"none", "MalformedXML", "", nil},
		{"101", "InvalidRequest", "100 rules", make([]CORSRule, 101)},
		{"no origin", "MalformedXML", "", with(func(c *CORSRule) { c.AllowedOrigins = nil })},
		{"no method", "MalformedXML", "", with(func(c *CORSRule) { c.AllowedMethods = nil })},
		{"OPTIONS", "InvalidRequest", "Unsupported method is OPTIONS", with(func(c *CORSRule) { c.AllowedMethods = []string{"GET", "OPTIONS"} })},
		{"lower case", "InvalidRequest", "Unsupported method is get", with(func(c *CORSRule) { c.AllowedMethods = []string{"get"} })},
		{"any method", "InvalidRequest", "Unsupported method is *", with(func(c *CORSRule) { c.AllowedMethods = []string{"*"} })},
		{"two stars in an origin", "InvalidRequest", `AllowedOrigin "*://*" can not have more than one wildcard.`, with(func(c *CORSRule) { c.AllowedOrigins = []string{"*://*"} })},
		{"two stars in a header", "InvalidRequest", `AllowedHeader "x-*-*" can not have more than one wildcard.`, with(func(c *CORSRule) { c.AllowedHeaders = []string{"x-*-*"} })},
		{"star in an exposed header", "InvalidRequest", `ExposeHeader "x-*" contains wildcard.`, with(func(c *CORSRule) { c.ExposeHeaders = []string{"ETag", "x-*"} })},
		{"long ID", "InvalidRequest", "255 characters", with(func(c *CORSRule) { c.ID = strings.Repeat("i", 256) })},
		{"negative age", "MalformedXML", "", with(func(c *CORSRule) { c.MaxAgeSeconds = seconds(-1) })},
	} {
		s := newMedia(t)
		err := s.PutCORS("media", c.rules)
		wantError(t, c.name+": PutCORS", err, 400, c.code)
		if err != nil && !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: PutCORS = %v, want a message with %q", c.name, err, c.message)
		}
		_, err = s.CORS("media")
		wantError(t, c.name+": CORS", err, 404, "NoSuchCORSConfiguration")
	}
}

func TestCORSIsCopied(t *testing.T) {
	s := newMedia(t)
	rules := []CORSRule{{AllowedOrigins: []string{"https://a.example"}, AllowedMethods: []string{"GET"}, MaxAgeSeconds: seconds(1)}}
	s.PutCORS("media", rules)
	rules[0].AllowedOrigins[0], *rules[0].MaxAgeSeconds = "*", 9
	read, _ := s.CORS("media")
	read[0].AllowedMethods[0] = "PUT"
	got, _ := s.CORS("media")
	want := []CORSRule{{AllowedOrigins: []string{"https://a.example"}, AllowedMethods: []string{"GET"}, MaxAgeSeconds: seconds(1)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CORS -want +got:\n%s", diff)
	}
	wantError(t, "DeleteCORS", s.DeleteCORS("media"), 0, "")
	_, err := s.CORS("media")
	wantError(t, "CORS after DeleteCORS", err, 404, "NoSuchCORSConfiguration")
}

var playerRules = []CORSRule{
	{AllowedOrigins: []string{"https://app.example.com"}, AllowedMethods: []string{"GET", "HEAD"}, AllowedHeaders: []string{"range", "X-Amz-*"},
		ExposeHeaders: []string{"ETag", "Content-Range"}, MaxAgeSeconds: seconds(3000)},
	{AllowedOrigins: []string{"https://*.example.com"}, AllowedMethods: []string{"PUT"}},
	{AllowedOrigins: []string{"https://*.open.example"}, AllowedMethods: []string{"GET"}},
	{AllowedOrigins: []string{"*"}, AllowedMethods: []string{"DELETE"}},
}

const corsVary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"

// corsHeaders takes the CORS headers and Vary out of an answer.
func corsHeaders(a answer) map[string]string {
	out := map[string]string{}
	for name := range a.header {
		if strings.HasPrefix(name, "Access-Control-") || name == "Vary" {
			out[name] = a.header.Get(name)
		}
	}
	return out
}

func TestPreflight(t *testing.T) {
	type fields = map[string]string
	const get, headers, origin = "Access-Control-Request-Method", "Access-Control-Request-Headers", "Origin"
	s := newMedia(t)
	s.PutCORS("media", playerRules)
	for _, c := range []struct {
		name    string
		request fields
		status  int
		code    string
		want    fields
	}{
		{"match", fields{origin: "https://app.example.com", get: "GET"}, 200, "", fields{"Access-Control-Allow-Origin": "https://app.example.com",
			"Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Expose-Headers": "ETag, Content-Range", "Access-Control-Max-Age": "3000",
			"Access-Control-Allow-Credentials": "true", "Vary": corsVary}},
		{"headers", fields{origin: "https://app.example.com", get: "GET", headers: "Range,x-amz-date"}, 200, "", fields{"Access-Control-Allow-Origin": "https://app.example.com",
			"Access-Control-Allow-Methods": "GET, HEAD", "Access-Control-Allow-Headers": "range, x-amz-date", "Access-Control-Expose-Headers": "ETag, Content-Range",
			"Access-Control-Max-Age": "3000", "Access-Control-Allow-Credentials": "true", "Vary": corsVary}},
		{"second rule", fields{origin: "https://app.example.com", get: "PUT"}, 200, "", fields{"Access-Control-Allow-Origin": "https://app.example.com",
			"Access-Control-Allow-Methods": "PUT", "Access-Control-Allow-Credentials": "true", "Vary": corsVary}},
		{"any origin", fields{origin: "null", get: "DELETE"}, 200, "", fields{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "DELETE", "Vary": corsVary}},
		{"header not allowed", fields{origin: "https://app.example.com", get: "GET", headers: "range, authorization"}, 403, "AccessForbidden", fields{}},
		{"headers of a rule without any", fields{origin: "https://a.open.example", get: "GET", headers: "range"}, 403, "AccessForbidden", fields{}},
		{"method not allowed", fields{origin: "https://app.example.com", get: "POST"}, 403, "AccessForbidden", fields{}},
		{"other origin", fields{origin: "https://evil.example", get: "GET"}, 403, "AccessForbidden", fields{}},
		{"other scheme", fields{origin: "http://app.example.com", get: "GET"}, 403, "AccessForbidden", fields{}},
		{"port", fields{origin: "https://app.example.com:8443", get: "GET"}, 403, "AccessForbidden", fields{}},
		{"longer", fields{origin: "https://a.open.example.evil", get: "GET"}, 403, "AccessForbidden", fields{}},
		{"no origin", fields{get: "GET"}, 400, "BadRequest", fields{}},
		{"no method", fields{origin: "https://app.example.com"}, 400, "BadRequest", fields{}},
		{"unknown method", fields{origin: "https://app.example.com", get: "FETCH"}, 400, "BadRequest", fields{}},
	} {
		a := expect(t, s, c.name, call{method: "OPTIONS", path: "/no/such", header: c.request}, c.status, c.code)
		if diff := cmp.Diff(c.want, corsHeaders(a)); diff != "" {
			t.Errorf("%s: CORS headers -want +got:\n%s", c.name, diff)
		}
		if c.status == 200 && (a.body != "" || a.header.Get("Content-Length") != "0") {
			t.Errorf("%s: body %q, Content-Length %q", c.name, a.body, a.header.Get("Content-Length"))
		}
	}
}

func TestPreflightRefusalBodies(t *testing.T) {
	s := newMedia(t)
	asked := map[string]string{"Origin": "https://app.example.com", "Access-Control-Request-Method": "PUT"}
	originAlone := map[string]string{"Origin": "https://app.example.com"}
	const disabled = "<Error><Code>AccessForbidden</Code><Message>CORSResponse: CORS is not enabled for this bucket.</Message>"
	for _, c := range []struct {
		path    string
		rules   []CORSRule
		request map[string]string
		want    string
	}{
		{"/", nil, originAlone, disabled + "<Method>OPTIONS</Method><ResourceType>BUCKET</ResourceType><RequestId>"},
		{"/a/b.m3u8", nil, asked, disabled + "<Method>PUT</Method><ResourceType>BUCKET</ResourceType><RequestId>"},
		{"/a/b.m3u8", []CORSRule{getRule("*")}, asked, "evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource&#39;s CORS spec.</Message><Method>PUT</Method><ResourceType>OBJECT</ResourceType><RequestId>"},
		{"/a/b.m3u8", []CORSRule{getRule("*")}, originAlone, "<Code>BadRequest</Code><Message>Invalid Access-Control-Request-Method: null</Message>"},
		{"/", []CORSRule{getRule("*")}, asked, "<Method>PUT</Method><ResourceType>BUCKET</ResourceType>"},
		{"/", nil, nil, "<Code>BadRequest</Code><Message>Insufficient information. Origin request header needed.</Message>"},
	} {
		s.DeleteCORS("media")
		if c.rules != nil {
			s.PutCORS("media", c.rules)
		}
		if a := fetch(t, s, call{method: "OPTIONS", path: c.path, header: c.request}); !strings.Contains(a.body, c.want) {
			t.Errorf("OPTIONS %s = %s, want %s", c.path, a.body, c.want)
		}
	}
	expect(t, s, "no bucket", call{method: "OPTIONS", host: "nobody.s3.eu-central-1.amazonaws.com", header: asked}, 403, "AccessForbidden")
}

func TestCORSOnActualRequests(t *testing.T) {
	s := newMedia(t)
	setPolicy(t, s, policyOf(oaiGet, oaiList))
	s.PutCORS("media", playerRules)
	full := map[string]string{"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Allow-Methods": "GET, HEAD",
		"Access-Control-Expose-Headers": "ETag, Content-Range", "Access-Control-Max-Age": "3000", "Access-Control-Allow-Credentials": "true", "Vary": corsVary}
	o, _ := s.Object("media", "a/b.m3u8")
	app := func(more ...string) map[string]string {
		h := map[string]string{"Origin": "https://app.example.com"}
		for i := 0; i < len(more); i += 2 {
			h[more[i]] = more[i+1]
		}
		return h
	}
	for _, c := range []struct {
		name   string
		call   call
		status int
		want   map[string]string
	}{
		{"GET", call{path: "/a/b.m3u8", header: app(), principal: oaiARN}, 200, full},
		{"HEAD", call{method: "HEAD", path: "/a/b.m3u8", header: app(), principal: oaiARN}, 200, full},
		{"range", call{path: "/a/b.m3u8", header: app("Range", "bytes=0-1"), principal: oaiARN}, 206, full},
		{"304", call{path: "/a/b.m3u8", header: app("If-None-Match", `"`+o.ETag+`"`), principal: oaiARN}, 304, full},
		{"416", call{path: "/a/b.m3u8", header: app("Range", "bytes=99-"), principal: oaiARN}, 416, full},
		{"404", call{path: "/none", header: app(), principal: oaiARN}, 404, full},
		{"403", call{path: "/a/b.m3u8", header: app()}, 403, full},
		{"denied method", call{method: "POST", path: "/", header: app()}, 403, map[string]string{}},
		{"requested method decides", call{path: "/a/b.m3u8", header: app("Access-Control-Request-Method", "POST"), principal: oaiARN}, 200, map[string]string{}},
		{"other origin", call{path: "/a/b.m3u8", header: map[string]string{"Origin": "https://evil.example"}, principal: oaiARN}, 200, map[string]string{}},
		{"no origin", call{path: "/a/b.m3u8", principal: oaiARN}, 200, map[string]string{}},
	} {
		a := fetch(t, s, c.call)
		if a.status != c.status {
			t.Errorf("%s: status %d, want %d", c.name, a.status, c.status)
		}
		if diff := cmp.Diff(c.want, corsHeaders(a)); diff != "" {
			t.Errorf("%s: CORS headers -want +got:\n%s", c.name, diff)
		}
	}
}

func TestOriginPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, origin string
		want            bool
	}{
		{"*", "", true}, {"", "", true}, {"", "a", false}, {"start*end", "startend", true}, {"start*end", "start12end", true},
		{"start*end", "0start12end", false}, {"startle*end", "startend", false}, {"aa*aa", "aaa", false}, {"prefix*", "prefix", true},
		{"https://*.example.com", "https://a.b.example.com", true}, {"https://*.example.com", "https://example.com", false},
		{"https://a.example", "https://A.example", false},
	} {
		if got := matchOne(c.pattern, c.origin); got != c.want {
			t.Errorf("matchOne(%q, %q) = %t, want %t", c.pattern, c.origin, got, c.want)
		}
	}
}
