package bucket

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newRich gives a service with settings, versions, delete markers and a
// multipart object in "media", and a second bucket.
func newRich(t *testing.T) *Service {
	t.Helper()
	s := newKeyed(t)
	setPolicy(t, s, `{"Version":"2012-10-17","Statement":[`+
		`{"Effect":"Allow","Principal":{"CanonicalUser":"`+oaiUser+`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::media/*"},`+
		`{"Effect":"Allow","Principal":{"AWS":"`+otherOAI+`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::media/a/*"}]}`)
	if err := s.PutCORS("media", []CORSRule{{ID: "players", AllowedOrigins: []string{"https://*.example.com"},
		AllowedMethods: []string{"GET"}, AllowedHeaders: []string{"range"}, ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: seconds(600)}}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutVersioning("media", VersioningEnabled); err != nil {
		t.Fatal(err)
	}
	put(t, s, "a/b.m3u8", Object{Body: []byte("second"), Metadata: map[string]string{"title": "b", "latin": "\xe4", "like": "base64:x"}, ContentLanguage: "de"})
	put(t, s, "gone", Object{Body: []byte("x")})
	if err := s.DeleteObject("media", "gone"); err != nil {
		t.Fatal(err)
	}
	u := uploadTest{t: t, s: s}
	u.create(nil)
	u.complete(partXML(1, u.put(1, "joined", 200, "")), nil, 200, "")
	if err := s.CreateBucket("other"); err != nil {
		t.Fatal(err)
	}
	if err := s.DeletePublicAccessBlock("other"); err != nil {
		t.Fatal(err)
	}
	if err := s.PutEncryption("other", EncryptionKMS); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutObject("other", "secret", Object{Body: []byte("s")}); err != nil {
		t.Fatal(err)
	}
	return s
}

func encodedState(t *testing.T, state State) string {
	t.Helper()
	text, err := json.MarshalIndent(state, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// reread gives a state that has been JSON, with the bodies put back.
func reread(t *testing.T, state State) State {
	t.Helper()
	var out State
	if err := json.Unmarshal([]byte(encodedState(t, state)), &out); err != nil {
		t.Fatal(err)
	}
	for i, b := range state.Buckets {
		for j, o := range b.Objects {
			for k, v := range o.Versions {
				out.Buckets[i].Objects[j].Versions[k].Body = v.Body
			}
		}
	}
	return out
}

func TestRestored(t *testing.T) {
	old := newRich(t)
	unfinished := uploadTest{t: t, s: old}
	unfinished.create(nil)
	s := New(old.options)
	if err := s.Restore(reread(t, old.State())); err != nil {
		t.Fatalf("Restore = %v", err)
	}
	if diff := cmp.Diff(encodedState(t, old.State()), encodedState(t, s.State())); diff != "" {
		t.Errorf("state after Restore (-before +after):\n%s", diff)
	}
	for _, c := range []signed{
		{path: "/a/b.m3u8"}, {path: "/a/b.m3u8?versionId=null"}, {path: "/gone"}, {path: "/big"}, {method: "HEAD", path: "/a/b.m3u8"},
		{path: "/?versions"}, {path: "/?list-type=2"}, {path: "/?cors"}, {path: "/?policy"}, {path: "/?versioning"}, {path: "/", host: "s3." + region + ".amazonaws.com"},
		{path: "/secret", host: "other.s3." + region + ".amazonaws.com"}, {path: "/a/b.m3u8", by: strangerKey},
		{path: "/a/b.m3u8", by: "-", header: map[string]string{"Origin": "https://app.example.com"}},
		{method: "OPTIONS", path: "/a/b.m3u8", by: "-", header: map[string]string{"Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"}},
		{path: "/a/b.m3u8", header: map[string]string{"X-Amz-Checksum-Mode": "ENABLED"}},
	} {
		before, after := send(t, old, c), send(t, s, c)
		for _, a := range []*answer{&before, &after} {
			a.header.Del("X-Amz-Request-Id")
			a.header.Del("X-Amz-Id-2")
			a.body, _, _ = strings.Cut(a.body, "<RequestId>")
		}
		if diff := cmp.Diff(before, after, cmp.AllowUnexported(answer{})); diff != "" {
			t.Errorf("%s %s (-before +after):\n%s", c.method, c.path, diff)
		}
	}
	if a := fetch(t, s, call{path: "/big", principal: oaiARN}); a.status != 200 || a.body != "joined" {
		t.Errorf("as the identity: %d %q, want 200", a.status, a.body)
	}
	unfinished.s = s
	unfinished.put(1, "x", 404, "NoSuchUpload")
}

// A policy may name an identity that has been deleted since.
func TestRestoredPolicyOfGoneIdentity(t *testing.T) {
	old := newRich(t)
	options := old.options
	options.PrincipalExists = func(arn string) bool { return arn == oaiARN }
	old.options = options
	s := New(options)
	if err := s.Restore(old.State()); err != nil {
		t.Fatalf("Restore = %v", err)
	}
	before, err := old.Policy("media")
	if err != nil {
		t.Fatal(err)
	}
	if after, err := s.Policy("media"); after != before || err != nil || !strings.Contains(after, opaqueID(otherOAI)) {
		t.Errorf("Policy = %s, %v, want %s", after, err, before)
	}
}

func TestBadStates(t *testing.T) {
	old := newRich(t)
	media := func(s *State) *BucketState { return &s.Buckets[0] }
	latest := func(s *State) *VersionState { return &media(s).Objects[0].Versions[1] }
	for _, tc := range []struct {
		want string // of the error
		edit func(*State)
	}{
		{`Version: 0, want 1`, func(s *State) { s.Version = 0 }},
		{`Buckets[0] "M": Name `, func(s *State) { media(s).Name = "M" }},
		{`Buckets[1] "media": Name is there twice`, func(s *State) { s.Buckets[1] = s.Buckets[0] }},
		{`Buckets[0] "media": Created `, func(s *State) { *media(s) = BucketState{Name: "media"} }},
		{`Buckets[0] "media": ObjectOwnership: `, func(s *State) { media(s).ObjectOwnership = "x" }},
		{`Buckets[0] "media": Encryption: `, func(s *State) { media(s).Encryption = "" }},
		{`Buckets[0] "media": Versioning: `, func(s *State) { media(s).Versioning = "On" }},
		{`Buckets[0] "media": CORS: InvalidRequest: `, func(s *State) { media(s).CORS[0].AllowedMethods[0] = "PATCH" }},
		{`Buckets[0] "media": Policy: MalformedPolicy: `, func(s *State) { media(s).Policy = "{}" }},
		{`Buckets[0] "media": Policy: MalformedPolicy: `, func(s *State) { media(s).Policy = strings.ReplaceAll(media(s).Policy, oaiARN, "x") }},
		{`Buckets[0] "media": Objects[0] "": Key `, func(s *State) { media(s).Objects[0].Key = "" }},
		{`Buckets[0] "media": Objects[1] "a/b.m3u8": Key is there twice`, func(s *State) { media(s).Objects[1] = media(s).Objects[0] }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions is empty`, func(s *State) { media(s).Objects[0].Versions = nil }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: ID: `, func(s *State) { latest(s).ID = "2" }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: ID "null" is there twice`, func(s *State) { latest(s).ID = nullVersion }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: ID: `, func(s *State) { media(s).Versioning = "" }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: LastModified `, func(s *State) { *latest(s) = VersionState{ID: latest(s).ID} }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: LastModified `, func(s *State) { latest(s).LastModified = latest(s).LastModified.Add(1) }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: DeleteMarker: `, func(s *State) { latest(s).DeleteMarker = true }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: ContentType `, func(s *State) { latest(s).ContentType = "" }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: Encryption: `, func(s *State) { latest(s).Encryption = "" }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: ETag: `, func(s *State) { latest(s).Body = nil }},
		{`Buckets[0] "media": Objects[1] "big": Versions[0]: Checksum: `, func(s *State) { media(s).Objects[1].Versions[0].Body = nil }},
		{`Buckets[0] "media": Objects[0] "a/b.m3u8": Versions[1]: Checksum: `, func(s *State) { latest(s).ChecksumAlgorithm = "md4" }},
	} {
		state := reread(t, old.State())
		tc.edit(&state)
		s := New(old.options)
		if err := s.Restore(state); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
			t.Errorf("Restore = %v, want %s…", err, tc.want)
		}
		if got := s.Resources(); len(got) > 0 {
			t.Errorf("Restore with %s left %v", tc.want, got)
		}
	}
	if err := old.Restore(old.State()); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("Restore over buckets = %v, want a refusal", err)
	}
}
