package bucket

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
)

func TestVersioningStates(t *testing.T) {
	s := newKeyed(t)
	for _, bad := range []string{"", "enabled", "Off"} {
		wantError(t, "PutVersioning "+bad, s.PutVersioning("media", bad), 400, "MalformedXML")
	}
	if v, err := s.Versioning("media"); v != "" || err != nil {
		t.Errorf("Versioning = %q, %v, want none", v, err)
	}
	_, err := s.Versioning("nobody")
	wantError(t, "Versioning", err, 404, "NoSuchBucket")
	wantError(t, "PutVersioning", s.PutVersioning("nobody", VersioningEnabled), 404, "NoSuchBucket")
	_, err = s.Versions("nobody")
	wantError(t, "Versions", err, 404, "NoSuchBucket")
	wantError(t, "DeleteVersion", s.DeleteVersion("nobody", "k", "null"), 404, "NoSuchBucket")
	wantError(t, "DeleteVersion", s.DeleteVersion("media", "k", "x"), 400, "InvalidArgument")
	for _, state := range []string{VersioningEnabled, VersioningSuspended} {
		body := `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>` + state + `</Status></VersioningConfiguration>`
		want(t, s, state, signed{method: "PUT", path: "/?versioning", body: body}, 200, "")
		if a := want(t, s, state, signed{path: "/?versioning"}, 200, ""); !strings.HasSuffix(a.body, body) {
			t.Errorf("GET /?versioning = %s", a.body)
		}
	}
	for _, bad := range []string{"", "<x/>", `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>On</Status></VersioningConfiguration>`} {
		want(t, s, "body "+bad, signed{method: "PUT", path: "/?versioning", body: bad}, 400, "MalformedXML")
	}
	want(t, s, "stranger", signed{method: "PUT", path: "/?versioning", by: strangerKey}, 403, "AccessDenied")
}

// TestVersions follows one key through the states of versioning.
func TestVersions(t *testing.T) {
	s := newKeyed(t)
	const path = "/a/b.m3u8"
	body := func(name, path, want string) {
		t.Helper()
		if a := send(t, s, signed{path: path}); a.status != 200 || a.body != want {
			t.Errorf("%s: GET %s = %d %q, want %q", name, path, a.status, a.body, want)
		}
	}
	write := func(text string) string {
		t.Helper()
		return want(t, s, "put", signed{method: "PUT", path: path, body: text}, 200, "").header.Get("X-Amz-Version-Id")
	}
	s.PutVersioning("media", VersioningEnabled)
	one, two := write("one"), write("two")
	if len(one) != 32 || one == two {
		t.Fatalf("version ids %q and %q", one, two)
	}
	body("latest", path, "two")
	body("first", path+"?versionId="+one, "one")
	body("from before", path+"?versionId=null", "#EXTM3U\n")
	if o, _ := s.Object("media", "a/b.m3u8"); o.VersionID != two {
		t.Errorf("Object.VersionID = %q, want %q", o.VersionID, two)
	}

	gone := want(t, s, "delete", signed{method: "DELETE", path: path}, 204, "")
	marker := gone.header.Get("X-Amz-Version-Id")
	if gone.header.Get("X-Amz-Delete-Marker") != "true" || marker == "" {
		t.Errorf("DELETE = %v, want a delete marker", gone.header)
	}
	if keys, _ := s.Keys("media"); len(keys) != 0 {
		t.Errorf("Keys = %q, want none", keys)
	}
	_, err := s.Object("media", "a/b.m3u8")
	wantError(t, "Object", err, 404, "NoSuchKey")
	body("under the marker", path+"?versionId="+two, "two")
	want(t, s, "bad id", signed{path: path + "?versionId=x"}, 400, "InvalidArgument")
	want(t, s, "no id", signed{path: path + "?versionId="}, 400, "InvalidArgument")
	wantError(t, "DeleteBucket", s.DeleteBucket("media"), 409, "BucketNotEmpty")

	again := want(t, s, "delete the marker", signed{method: "DELETE", path: path + "?versionId=" + marker}, 204, "")
	if again.header.Get("X-Amz-Delete-Marker") != "true" || again.header.Get("X-Amz-Version-Id") != marker {
		t.Errorf("DELETE of the marker = %v", again.header)
	}
	body("back", path, "two")
	want(t, s, "restore", signed{method: "PUT", path: path, header: fields{"X-Amz-Copy-Source": "media" + path + "?versionId=" + one}}, 200, "")
	body("restored", path, "one")

	s.PutVersioning("media", VersioningSuspended)
	if id := write("three"); id != "null" {
		t.Errorf("version id after suspension = %q, want null", id)
	}
	write("four")
	body("suspended", path+"?versionId=null", "four")
	if d := want(t, s, "delete", signed{method: "DELETE", path: path}, 204, ""); d.header.Get("X-Amz-Version-Id") != "null" || d.header.Get("X-Amz-Delete-Marker") != "true" {
		t.Errorf("DELETE after suspension = %v", d.header)
	}
	want(t, s, "null is a marker", signed{path: path + "?versionId=null"}, 405, "MethodNotAllowed")
	versions, _ := s.Versions("media")
	if len(versions) != 4 || !versions[0].DeleteMarker || !versions[0].Latest || versions[0].ID != "null" || versions[3].ID != one {
		t.Errorf("Versions = %+v", versions)
	}
	for _, v := range versions {
		wantError(t, "DeleteVersion", s.DeleteVersion("media", v.Key, v.ID), 0, "")
	}
	wantError(t, "DeleteBucket", s.DeleteBucket("media"), 0, "")
}

func TestListObjectVersions(t *testing.T) {
	s := newKeyed(t)
	s.PutVersioning("media", VersioningEnabled)
	for _, key := range []string{"a/b.m3u8", "c d", "e/1", "e/2"} {
		put(t, s, key, Object{Body: []byte(key)})
	}
	s.DeleteObject("media", "c d")
	page := func(query string) (names []string, next string) {
		t.Helper()
		a := want(t, s, "versions", signed{path: "/?versions" + query}, 200, "")
		var l struct {
			NextKeyMarker, NextVersionIdMarker string
			IsTruncated                        bool
			Entries                            []struct {
				XMLName             xml.Name
				Key, VersionId      string
				IsLatest            bool
				ETag, Size, Storage string
			} `xml:",any"`
		}
		if err := xml.Unmarshal([]byte(a.body), &l); err != nil {
			t.Fatal(err)
		}
		for _, v := range l.Entries {
			if v.Key != "" {
				names = append(names, fmt.Sprintf("%s:%s:%t", v.XMLName.Local, v.Key, v.IsLatest))
			}
		}
		if l.IsTruncated {
			next = "&key-marker=" + escaped(l.NextKeyMarker)
			if l.NextVersionIdMarker != "" {
				next += "&version-id-marker=" + l.NextVersionIdMarker
			}
		}
		return names, next
	}
	const all = "Version:a/b.m3u8:true Version:a/b.m3u8:false DeleteMarker:c d:true Version:c d:false Version:e/1:true Version:e/2:true"
	for query, want := range map[string]string{
		"":                        all,
		"&prefix=c":               "DeleteMarker:c d:true Version:c d:false",
		"&delimiter=%2F":          "DeleteMarker:c d:true Version:c d:false",
		"&prefix=e%2F":            "Version:e/1:true Version:e/2:true",
		"&key-marker=c%20d":       "Version:e/1:true Version:e/2:true",
		"&encoding-type=url":      strings.ReplaceAll(all, "c d", "c+d"),
		"&max-keys=0":             "",
		"&prefix=none&delimiter=": "",
	} {
		if names, _ := page(query); strings.Join(names, " ") != want {
			t.Errorf("GET /?versions%s lists %q, want %q", query, names, want)
		}
	}
	for _, step := range []int{1, 2, 3} {
		var got []string
		next := ""
		for pages := 0; pages == 0 || next != ""; pages++ {
			var names []string
			if names, next = page(fmt.Sprintf("&max-keys=%d%s", step, next)); pages > 9 {
				t.Fatal("the pages do not end")
			}
			got = append(got, names...)
		}
		if strings.Join(got, " ") != all {
			t.Errorf("pages of %d list %q, want %q", step, got, all)
		}
	}
	for _, bad := range []string{"max-keys=-1", "encoding-type=x", "version-id-marker=null", "key-marker=a&version-id-marker=x"} {
		want(t, s, bad, signed{path: "/?versions&" + bad}, 400, "InvalidArgument")
	}
}

func TestDeleteObjects(t *testing.T) {
	s := newKeyed(t)
	remove := func(body string, header fields) signed {
		return signed{method: "POST", path: "/?delete", body: "<Delete>" + body + "</Delete>", header: header}
	}
	with := func(body string) signed {
		return remove(body, fields{"X-Amz-Checksum-Crc32": sum("crc32", []byte("<Delete>"+body+"</Delete>")).value})
	}
	const object = "<Object><Key>a/b.m3u8</Key></Object>"
	want(t, s, "without a digest", remove(object, nil), 400, "InvalidRequest")
	want(t, s, "nothing", with(""), 400, "MalformedXML")
	want(t, s, "unclosed", with("<Object>"), 400, "MalformedXML")
	want(t, s, "too many", with(strings.Repeat(object, 1001)), 400, "MalformedXML")
	want(t, s, "conditional", with("<Object><Key>a</Key><ETag>x</ETag></Object>"), 501, "NotImplemented")
	c := with(object)
	c.by = strangerKey
	if a := want(t, s, "stranger", c, 200, ""); !strings.Contains(a.body, "<Error><Key>a/b.m3u8</Key><Code>AccessDenied</Code>") {
		t.Errorf("DeleteObjects by a stranger = %s", a.body)
	}
	s.PutVersioning("media", VersioningEnabled)
	a := want(t, s, "two", with(object+"<Object><Key>none</Key><VersionId>x</VersionId></Object>"), 200, "")
	if !strings.Contains(a.body, "<Deleted><Key>a/b.m3u8</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>") ||
		!strings.Contains(a.body, "<Error><Key>none</Key><VersionId>x</VersionId><Code>InvalidArgument</Code>") {
		t.Errorf("DeleteObjects = %s", a.body)
	}
	if a := want(t, s, "quiet", with("<Quiet>true</Quiet><Object><Key>a/b.m3u8</Key><VersionId>null</VersionId></Object>"), 200, ""); strings.Contains(a.body, "Deleted>") {
		t.Errorf("quiet DeleteObjects = %s", a.body)
	}
	if v, _ := s.Versions("media"); len(v) != 1 || !v[0].DeleteMarker {
		t.Errorf("Versions = %+v, want the delete marker", v)
	}
}
