package bucket

import (
	"strings"
	"testing"
)

// TestChecklist asks what a viewer asks of S3, row by row of the list that the
// smoke test runs on AWS.
func TestChecklist(t *testing.T) {
	s := newKeyed(t)
	setPolicy(t, s, policyOf(oaiGet, tlsOnly))
	s.PutCORS("media", playerRules)
	put(t, s, "seg.ts", Object{Body: make([]byte, 200), ContentType: "video/mp2t"})
	refused := func(row string, c call) {
		a := expect(t, s, row, c, 403, "AccessDenied")
		if !strings.Contains(a.body, "<Message>Access Denied</Message>") || a.header.Get("x-amz-request-id") == "" || a.header.Get("x-amz-id-2") == "" {
			t.Errorf("%s: %v %s", row, a.header, a.body)
		}
	}
	refused("1: unsigned GET at the regional name", call{path: "/a/b.m3u8"})
	refused("2: path style", call{host: "s3." + region + ".amazonaws.com", path: "/media/a/b.m3u8"})
	refused("3: http", call{path: "/a/b.m3u8", plain: true})
	refused("3: http by the OAI", call{path: "/a/b.m3u8", plain: true, principal: oaiARN})
	preflight := func(origin string) call {
		return call{method: "OPTIONS", path: "/a/b.m3u8", header: fields{"Origin": origin, "Access-Control-Request-Method": "GET"}}
	}
	origin := strings.Replace(playerRules[0].AllowedOrigins[0], "*", "app", 1)
	if a := expect(t, s, "4: OPTIONS from an allowed origin", preflight(origin), 200, ""); a.header.Get("Access-Control-Allow-Origin") == "" || a.header.Get("Access-Control-Allow-Methods") == "" || a.body != "" {
		t.Errorf("4: %v", a.header)
	}
	expect(t, s, "5: OPTIONS from another origin", preflight("https://other.invalid"), 403, "AccessForbidden")
	if a := expect(t, s, "6: range as CloudFront", call{path: "/seg.ts", principal: oaiARN, header: fields{"Range": "bytes=0-99"}}, 206, ""); a.header.Get("Content-Range") != "bytes 0-99/200" {
		t.Errorf("6: %v", a.header)
	}
	expect(t, s, "7: missing key as CloudFront", call{path: "/none", principal: oaiARN}, 403, "AccessDenied")
	for path, kind := range map[string]string{"/a/b.m3u8": "application/vnd.apple.mpegurl", "/seg.ts": "video/mp2t"} {
		if a := expect(t, s, "8: types as uploaded", call{path: path, principal: oaiARN}, 200, ""); a.header.Get("Content-Type") != kind {
			t.Errorf("8: %s is %q, want %q", path, a.header.Get("Content-Type"), kind)
		}
	}
	if b, err := s.PublicAccessBlock("media"); err != nil || b != (PublicAccessBlock{true, true, true, true}) {
		t.Errorf("9: GetPublicAccessBlock = %v, %v, want four times true", b, err)
	}
}

// TestErrorCodes makes each answer of S3's error table that this package has.
// Those it has not: AllAccessDisabled, NoSuchLifecycleConfiguration,
// InvalidBucketAclWithObjectOwnership and OperationAborted, whose causes do not
// exist here, and ServerSideEncryptionConfigurationNotFoundError, since there
// always is a default encryption.
func TestErrorCodes(t *testing.T) {
	s := newKeyed(t)
	listed := func(f func(*Service)) *Service {
		s := newKeyed(t)
		f(s)
		return s
	}
	for _, c := range []struct {
		code    string
		status  int
		message string
		s       *Service
		c       signed
	}{
		{"AccessDenied", 403, "Access Denied", s, signed{path: "/a/b.m3u8", by: "-"}},
		{"NoSuchKey", 404, "The specified key does not exist.", s, signed{path: "/none"}},
		{"NoSuchBucket", 404, "The specified bucket does not exist", s, signed{path: "/none", host: "nobody.s3." + region + ".amazonaws.com"}},
		{"NoSuchVersion", 404, "", s, signed{path: "/a/b.m3u8?versionId=" + strings.Repeat("v", 32)}},
		{"MethodNotAllowed", 405, "The specified method is not allowed against this resource.", s, signed{method: "POST", path: "/a/b.m3u8"}},
		{"InvalidRange", 416, "The requested range is not satisfiable", s, signed{path: "/a/b.m3u8", header: fields{"Range": "bytes=99-"}}},
		{"PreconditionFailed", 412, "", s, signed{path: "/a/b.m3u8", header: fields{"If-Match": `"x"`}}},
		{"", 304, "", s, signed{path: "/a/b.m3u8", header: fields{"If-None-Match": "*"}}},
		{"PermanentRedirect", 301, "", s, signed{path: "/media/a", host: "s3.eu-west-1.amazonaws.com"}},
		{"TemporaryRedirect", 307, "", s, signed{path: "/a", host: "media.s3.amazonaws.com"}},
		{"AccessControlListNotSupported", 400, "The bucket does not allow ACLs", s, signed{method: "PUT", path: "/x", header: fields{"X-Amz-Acl": "public-read"}}},
		{"SlowDown", 503, "", listed(func(s *Service) {
			for i := range maxUploads {
				s.buckets["media"].uploads[strings.Repeat("u", i)] = &upload{}
			}
		}), signed{method: "POST", path: "/x?uploads"}},
	} {
		if a := want(t, c.s, c.code, c.c, c.status, c.code); !strings.Contains(a.body, "<Message>"+c.message) && c.code != "" {
			t.Errorf("%s: %s, want message %q", c.code, a.body, c.message)
		}
	}
	_, policy := s.Policy("media")
	wantError(t, "Policy", policy, 404, "NoSuchBucketPolicy")
	_, cors := s.CORS("media")
	wantError(t, "CORS", cors, 404, "NoSuchCORSConfiguration")
	s.DeleteOwnershipControls("media")
	_, ownership := s.OwnershipControls("media")
	wantError(t, "OwnershipControls", ownership, 404, "OwnershipControlsNotFoundError")
	wantError(t, "PutPolicy", s.PutPolicy("media", policyOf(statementOf("Allow", `{"AWS":"`+goneOAI+`"}`, getObject, objects, ""))), 400, "MalformedPolicy")
	wantError(t, "DeleteBucket", s.DeleteBucket("media"), 409, "BucketNotEmpty")
}

// TestDeleteMarkers holds the rows on delete markers, for who may list and who
// may not.
func TestDeleteMarkers(t *testing.T) {
	s := newKeyed(t)
	s.PutVersioning("media", VersioningEnabled)
	s.DeleteObject("media", "a/b.m3u8")
	v, _ := s.Versions("media")
	get := statementOf("Allow", oai, `["s3:GetObject","s3:GetObjectVersion"]`, objects, "")
	for _, c := range []struct {
		name, document string
		plain, named   int
		marker         string
	}{
		{"may list", policyOf(get, oaiList), 404, 405, "true"},
		{"may not list", policyOf(get), 403, 403, ""},
	} {
		setPolicy(t, s, c.document)
		for path, status := range map[string]int{"/a/b.m3u8": c.plain, "/a/b.m3u8?versionId=" + v[0].ID: c.named} {
			for _, method := range []string{"GET", "HEAD"} {
				a := fetch(t, s, call{method: method, path: path, principal: oaiARN})
				if a.status != status || a.header.Get("X-Amz-Delete-Marker") != c.marker {
					t.Errorf("%s: %s %s = %d %v, want %d", c.name, method, path, a.status, a.header, status)
				}
				if status == 405 && a.header.Get("Last-Modified") != "Sun, 01 Mar 2026 12:00:00 GMT" {
					t.Errorf("%s: %s %s: Last-Modified %q", c.name, method, path, a.header.Get("Last-Modified"))
				}
			}
		}
	}
}
