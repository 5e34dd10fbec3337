package edge

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func goodResponsePolicy() ResponseHeadersPolicyConfig {
	return ResponseHeadersPolicyConfig{
		Name: "player",
		CORS: &CORSConfig{AllowOrigins: []string{appA, "https://*.example.org"}, AllowMethods: []string{"GET", "HEAD"},
			AllowHeaders: []string{"Range"}, ExposeHeaders: []string{"Age"}, AllowCredentials: true, MaxAge: new(int64), OriginOverride: true},
		Security: SecurityHeadersConfig{FrameOptions: &SecurityHeader{Value: "DENY"}},
		Custom:   []CustomHeader{{Name: "X-Own", Value: "1"}},
		Removed:  []string{"Server"},
	}
}

func TestResponseHeadersPolicyLifecycle(t *testing.T) {
	w := newWorld(t)
	p, err := w.CreateResponseHeadersPolicy(goodResponsePolicy())
	if err != nil {
		t.Fatal(err)
	}
	p.CORS.AllowOrigins[0], *p.CORS.MaxAge, p.Security.FrameOptions.Value, p.Custom[0].Value, p.Removed[0] = "x", 1, "x", "x", "x"
	read, err := w.ResponseHeadersPolicy(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ResponseHeadersPolicy{p.ID, p.ETag, goodResponsePolicy()}, read); diff != "" {
		t.Errorf("ResponseHeadersPolicy (-want +got):\n%s", diff)
	}
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.ResponseHeadersPolicyID = p.ID })
	wantCode(t, "delete in use", w.DeleteResponseHeadersPolicy(p.ID, p.ETag), 409, "ResponseHeadersPolicyInUse")
	changed := goodResponsePolicy()
	changed.CORS = nil
	_, err = w.UpdateResponseHeadersPolicy(p.ID, "", changed)
	wantCode(t, "update without ETag", err, 400, "InvalidIfMatchVersion")
	updated, err := w.UpdateResponseHeadersPolicy(p.ID, p.ETag, changed)
	if err != nil || updated.ETag == p.ETag {
		t.Errorf("update: got %+v, %v", updated, err)
	}
	_, err = w.UpdateResponseHeadersPolicy(p.ID, p.ETag, changed)
	wantCode(t, "stale update", err, 412, "PreconditionFailed")
	w.update(func(c *DistributionConfig) { c.DefaultBehavior.ResponseHeadersPolicyID = "" })
	wantCode(t, "stale delete", w.DeleteResponseHeadersPolicy(p.ID, p.ETag), 412, "PreconditionFailed")
	if err := w.DeleteResponseHeadersPolicy(p.ID, updated.ETag); err != nil {
		t.Error(err)
	}
	_, err = w.ResponseHeadersPolicy(p.ID)
	wantCode(t, "read deleted", err, 404, "NoSuchResponseHeadersPolicy")
	_, err = w.UpdateResponseHeadersPolicy(p.ID, p.ETag, changed)
	wantCode(t, "update deleted", err, 404, "NoSuchResponseHeadersPolicy")
	wantCode(t, "delete again", w.DeleteResponseHeadersPolicy(p.ID, p.ETag), 404, "NoSuchResponseHeadersPolicy")
}

func TestManagedResponseHeadersPolicies(t *testing.T) {
	s := New(Options{})
	for _, id := range []string{managedSimpleCORS, managedSimpleCORSAndSecurity, corsPreflight, securityHeaders,
		"eaab4381-ed33-4a86-88ca-d9558dc6cd63"} {
		p, err := s.ResponseHeadersPolicy(id)
		if err != nil || !strings.HasPrefix(p.Name, managedPrefix) {
			t.Errorf("ResponseHeadersPolicy(%q) = %q, %v", id, p.Name, err)
		}
		_, err = s.UpdateResponseHeadersPolicy(id, p.ETag, goodResponsePolicy())
		wantCode(t, "update "+p.Name, err, 400, "IllegalUpdate")
		wantCode(t, "delete "+p.Name, s.DeleteResponseHeadersPolicy(id, p.ETag), 400, "IllegalDelete")
	}
}

func TestResponseHeadersPolicyRefusals(t *testing.T) {
	s := New(Options{})
	if _, err := s.CreateResponseHeadersPolicy(goodResponsePolicy()); err != nil {
		t.Fatal(err)
	}
	origins := func(list ...string) func(*ResponseHeadersPolicyConfig) {
		return func(c *ResponseHeadersPolicyConfig) { c.CORS.AllowOrigins = list }
	}
	custom := func(name, value string) func(*ResponseHeadersPolicyConfig) {
		return func(c *ResponseHeadersPolicyConfig) { c.Custom = []CustomHeader{{Name: name, Value: value}} }
	}
	removed := func(list ...string) func(*ResponseHeadersPolicyConfig) {
		return func(c *ResponseHeadersPolicyConfig) { c.Removed = list }
	}
	type config = ResponseHeadersPolicyConfig
	const invalid = "400 InvalidArgument"
	for name, test := range map[string]struct {
		edit func(*ResponseHeadersPolicyConfig)
		want string
	}{
		"name in use":              {func(c *config) { c.Name = "player" }, "409 ResponseHeadersPolicyAlreadyExists"},
		"no name":                  {func(c *config) { c.Name = "" }, invalid},
		"managed name":             {func(c *config) { c.Name = "Managed-x" }, invalid},
		"long comment":             {func(c *config) { c.Comment = strings.Repeat("c", 129) }, invalid},
		"nothing":                  {func(c *config) { *c = config{Name: "new"} }, invalid},
		"no origin":                {origins(), invalid},
		"credentials, any origin":  {origins("*"), invalid},
		"credentials, any header":  {func(c *config) { c.CORS.AllowHeaders = []string{"*"} }, invalid},
		"credentials, all exposed": {func(c *config) { c.CORS.ExposeHeaders = []string{"*"} }, invalid},
		"wildcard on the right":    {origins("https://example.*"), invalid},
		"wildcard in the middle":   {origins("https://a.*.example.org"), invalid},
		"wildcard inside a label":  {origins("https://a*.example.org"), invalid},
		"wildcard above one label": {origins("https://*.org"), invalid},
		"wildcard for scheme":      {origins("*://example.org"), invalid},
		"two wildcards":            {origins("https://*.*.example.org"), invalid},
		"wildcard for the port":    {origins("https://example.org:*"), invalid},
		"origin with path":         {origins("https://example.org/"), invalid},
		"origin with other scheme": {origins("ftp://example.org"), invalid},
		"origin in upper case":     {origins("https://Example.org"), invalid},
		"origin twice":             {origins(appA, appA), invalid},
		"no method":                {func(c *config) { c.CORS.AllowMethods = nil }, invalid},
		"method star":              {func(c *config) { c.CORS.AllowMethods = []string{"*"} }, invalid},
		"method in lower case":     {func(c *config) { c.CORS.AllowMethods = []string{"get"} }, invalid},
		"no allowed header":        {func(c *config) { c.CORS.AllowHeaders = nil }, invalid},
		"header pattern":           {func(c *config) { c.CORS.AllowHeaders = []string{"X-*"} }, invalid},
		"negative age":             {func(c *config) { *c.CORS.MaxAge = -1 }, invalid},
		"frame option":             {func(c *config) { c.Security.FrameOptions.Value = "ALLOW" }, invalid},
		"referrer policy":          {func(c *config) { c.Security.ReferrerPolicy = &SecurityHeader{Value: "none"} }, invalid},
		"empty CSP":                {func(c *config) { c.Security.ContentSecurityPolicy = &SecurityHeader{} }, invalid},
		"long CSP":                 {func(c *config) { c.Security.ContentSecurityPolicy = &SecurityHeader{Value: strings.Repeat("c", 1784)} }, "400 TooLongCSPInResponseHeadersPolicy"},
		"negative HSTS":            {func(c *config) { c.Security.StrictTransportSecurity = &StrictTransportSecurity{MaxAge: -1} }, invalid},
		"XSS block and report": {func(c *config) {
			c.Security.XSSProtection = &XSSProtection{Protection: true, ModeBlock: true, ReportURI: "/r"}
		}, invalid},
		"XSS off with block":           {func(c *config) { c.Security.XSSProtection = &XSSProtection{ModeBlock: true} }, invalid},
		"custom without name":          {custom("", "1"), invalid},
		"custom with line end":         {custom("X-A", "1\r\nX-B: 2"), invalid},
		"custom CORS header":           {custom("access-control-allow-origin", "*"), invalid},
		"custom security header":       {custom("X-Frame-Options", "DENY"), invalid},
		"custom header of the edge":    {custom("X-Amz-Cf-Id", "1"), invalid},
		"custom header twice":          {func(c *config) { c.Custom = []CustomHeader{{Name: "X-A"}, {Name: "x-a"}} }, invalid},
		"custom values too long":       {custom("X-A", strings.Repeat("a", 10241)), invalid},
		"eleven custom headers":        {func(c *config) { c.Custom = make([]CustomHeader, 11) }, "400 TooManyCustomHeadersInResponseHeadersPolicy"},
		"removed header of the edge":   {removed("x-cache"), invalid},
		"removed Content-Encoding":     {removed("Content-Encoding"), invalid},
		"removed pattern":              {removed("X-*"), invalid},
		"removed header twice":         {removed("A", "a"), invalid},
		"eleven removed headers":       {func(c *config) { c.Removed = make([]string, 11) }, "400 TooManyRemoveHeadersInResponseHeadersPolicy"},
		"removed header without name":  {removed(""), invalid},
		"custom name with white space": {custom("X A", "1"), invalid},
	} {
		c := goodResponsePolicy()
		c.Name = "new"
		test.edit(&c)
		_, err := s.CreateResponseHeadersPolicy(c)
		status, code, _ := strings.Cut(test.want, " ")
		wantCode(t, name, err, map[string]int{"400": 400, "409": 409}[status], code)
	}
	for i := range maxResponseHeadersPolicies - 1 {
		c := goodResponsePolicy()
		c.Name = fmt.Sprint("p", i)
		if _, err := s.CreateResponseHeadersPolicy(c); err != nil {
			t.Fatal(err)
		}
	}
	c := goodResponsePolicy()
	c.Name = "one more"
	_, err := s.CreateResponseHeadersPolicy(c)
	wantCode(t, "21st policy", err, 400, "TooManyResponseHeadersPolicies")
}

// attach creates a policy and attaches it to the default behavior.
func (w *world) attach(c ResponseHeadersPolicyConfig) {
	w.t.Helper()
	p, err := w.CreateResponseHeadersPolicy(c)
	if err != nil {
		w.t.Fatal(err)
	}
	w.update(func(d *DistributionConfig) { d.DefaultBehavior.ResponseHeadersPolicyID = p.ID })
}

func TestOwnCORSPolicy(t *testing.T) {
	type edit = func(*CORSConfig)
	keep := func(*CORSConfig) {}
	bucket := func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Access-Control-Allow-Origin", "https://bucket.example")
		rw.Header().Set("Access-Control-Max-Age", "9")
	}
	for _, test := range []struct {
		name, method, origin string
		edit                 edit
		bucket               http.HandlerFunc
		want                 map[string]string
	}{
		{"simple", "GET", appA, keep, nil, map[string]string{"Origin": appA, "Credentials": "true", "Expose": "Age"}},
		{"preflight", "OPTIONS", appA, keep, nil, map[string]string{"Origin": appA, "Credentials": "true", "Expose": "Age",
			"Methods": "GET, HEAD", "Headers": "Range", "Age": "0"}},
		{"wildcard", "GET", "https://a.example.org", keep, nil, map[string]string{"Origin": "https://a.example.org", "Credentials": "true", "Expose": "Age"}},
		{"wildcard is one label", "GET", "https://a.b.example.org", keep, nil, nil},
		{"wildcard is a label", "GET", "https://example.org", keep, nil, nil},
		{"wildcard, other scheme", "GET", "http://a.example.org", keep, nil, nil},
		{"wildcard, port", "GET", "https://a.example.org:8443", keep, nil, nil},
		{"suffix of another name", "GET", "https://a.evilexample.org", keep, nil, nil},
		{"stranger", "GET", "https://evil.example", keep, nil, nil},
		{"null origin", "GET", "null", keep, nil, nil},
		{"no Origin", "GET", "", keep, nil, nil},
		{"no scheme", "GET", "http://a.example.net", func(c *CORSConfig) { c.AllowOrigins = []string{"*.example.net"} }, nil,
			map[string]string{"Origin": "http://a.example.net", "Credentials": "true", "Expose": "Age"}},
		{"no scheme, odd one", "GET", "ftp://a.example.net", func(c *CORSConfig) { c.AllowOrigins = []string{"*.example.net"} }, nil, nil},
		{"any", "OPTIONS", appB, func(c *CORSConfig) {
			*c = CORSConfig{AllowOrigins: []string{"*"}, AllowMethods: []string{"ALL"}, AllowHeaders: []string{"*", "Authorization"}}
		}, nil, map[string]string{"Origin": "*", "Methods": "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT", "Headers": "*, Authorization"}},
		{"override", "GET", appA, keep, bucket, map[string]string{"Origin": appA, "Credentials": "true", "Expose": "Age"}},
		{"override, stranger", "GET", "https://evil.example", keep, bucket, nil},
		{"override, no Origin", "GET", "", keep, bucket, map[string]string{"Origin": "https://bucket.example", "Age": "9"}},
		{"no override", "GET", appA, func(c *CORSConfig) { c.OriginOverride = false }, bucket,
			map[string]string{"Origin": "https://bucket.example", "Age": "9"}},
		{"no override, silent bucket", "GET", appA, func(c *CORSConfig) { c.OriginOverride = false }, nil,
			map[string]string{"Origin": appA, "Credentials": "true", "Expose": "Age"}},
	} {
		w := newWorld(t, public)
		if test.bucket != nil {
			w.origin = test.bucket
		}
		c := goodResponsePolicy()
		test.edit(c.CORS)
		w.attach(c)
		for _, state := range []string{"origin", "cache"} {
			r := w.request(test.method, "/a.ts")
			if test.origin != "" {
				r.Header.Set("Origin", test.origin)
			}
			h := w.do(r).Header()
			got := map[string]string{}
			for short, name := range map[string]string{"Origin": "Allow-Origin", "Credentials": "Allow-Credentials", "Expose": "Expose-Headers",
				"Methods": "Allow-Methods", "Headers": "Allow-Headers", "Age": "Max-Age"} {
				if value := h.Get(corsPrefix + name); value != "" {
					got[short] = value
				}
			}
			want := test.want
			if want == nil {
				want = map[string]string{}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, from the %s (-want +got):\n%s", test.name, state, diff)
			}
		}
	}
}

func TestOwnHeadersPolicy(t *testing.T) {
	config := ResponseHeadersPolicyConfig{
		Name: "headers",
		Security: SecurityHeadersConfig{
			ContentSecurityPolicy:   &SecurityHeader{Value: "default-src 'self'", Override: true},
			FrameOptions:            &SecurityHeader{Value: "DENY"},
			ReferrerPolicy:          &SecurityHeader{Value: "no-referrer"},
			ContentTypeOptions:      &ContentTypeOptions{},
			StrictTransportSecurity: &StrictTransportSecurity{MaxAge: 5, IncludeSubdomains: true, Preload: true},
			XSSProtection:           &XSSProtection{Protection: true, ReportURI: "/r"},
		},
		Custom: []CustomHeader{{Name: "X-Over", Value: "own", Override: true}, {Name: "X-Under", Value: "own"},
			{Name: "X-New", Value: "own"}, {Name: "X-Removed", Value: "own"}, {Name: "X-Empty"}},
		Removed: []string{"server", "X-Removed", "X-Powered-By"},
	}
	w := newWorld(t, public)
	w.origin = func(rw http.ResponseWriter, _ *http.Request) {
		for _, name := range []string{"Content-Security-Policy", "X-Frame-Options", "X-Over", "X-Under", "X-Removed", "X-Powered-By", "Server"} {
			rw.Header().Set(name, "origin")
		}
	}
	w.attach(config)
	for range 2 {
		h := w.get("/a.ts").Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'self'", "X-Frame-Options": "origin", "Referrer-Policy": "no-referrer",
			"X-Content-Type-Options": "nosniff", "Strict-Transport-Security": "max-age=5; includeSubDomains; preload",
			"X-XSS-Protection": "1; report=/r", "X-Over": "own", "X-Under": "origin", "X-New": "own", "X-Removed": "own",
			"X-Powered-By": "", "Server": "CloudFront",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
		if _, ok := h["X-Empty"]; !ok {
			t.Error("X-Empty is missing")
		}
	}
	for want, x := range map[string]XSSProtection{"0": {}, "1": {Protection: true}, "1; mode=block": {Protection: true, ModeBlock: true}} {
		if got := x.value(); got != want {
			t.Errorf("value of %+v = %q, want %q", x, got, want)
		}
	}
}

// A change of the policy holds for cached objects too.
func TestResponseHeadersPolicyChange(t *testing.T) {
	w := newWorld(t, public)
	w.attach(goodResponsePolicy())
	w.get("/a.ts")
	p, err := w.ResponseHeadersPolicy(w.dist.DefaultBehavior.ResponseHeadersPolicyID)
	if err != nil {
		t.Fatal(err)
	}
	p.Custom[0].Value = "2"
	if _, err := w.UpdateResponseHeadersPolicy(p.ID, p.ETag, p.ResponseHeadersPolicyConfig); err != nil {
		t.Fatal(err)
	}
	h := w.get("/a.ts").Header()
	if h.Get("X-Own") != "2" || h.Get("X-Cache") != xHit {
		t.Errorf("X-Own = %q, X-Cache = %q, want 2, %q", h.Get("X-Own"), h.Get("X-Cache"), xHit)
	}
}
