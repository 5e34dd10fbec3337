package fakeaws

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/internal/fakeaws/bucket"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/journal"
)

// deployPublic puts one distribution without key groups in front of a bucket
// that its identity may read.
func deployPublic(t *testing.T, cloud *Cloud) (domain string, identity edge.OriginAccessIdentity) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(cloud.Bucket.CreateBucket("videos"))
	_, err := cloud.Bucket.PutObject("videos", "a.ts", bucket.Object{Body: []byte("0123456789")})
	must(err)
	identity, err = cloud.Edge.CreateOriginAccessIdentity("videos", "")
	must(err)
	must(cloud.Bucket.PutPolicy("videos", `{"Version":"2012-10-17","Statement":[{"Sid":"AllowOAI","Effect":"Allow","Principal":{"AWS":"`+identity.IAMARN()+
		`"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::videos/*"}]}`))
	d, err := cloud.Edge.CreateDistribution(edge.DistributionConfig{
		CallerReference: "videos", Enabled: true,
		Origins: []edge.Origin{{ID: "s3", DomainName: "videos.s3.us-west-2.amazonaws.com",
			OriginAccessIdentity: "origin-access-identity/cloudfront/" + identity.ID}},
		DefaultBehavior: edge.Behavior{TargetOriginID: "s3", ViewerProtocolPolicy: "https-only",
			AllowedMethods: []string{"GET", "HEAD"}, CachedMethods: []string{"GET", "HEAD"},
			CachePolicyID: "658327ea-f89d-4fab-a63d-7e88639e58f6"}, // CachingOptimized
		ViewerCertificate: edge.ViewerCertificate{CloudFrontDefault: true},
		GeoRestriction:    edge.GeoRestriction{Type: "none"},
	})
	must(err)
	return d.DomainName, identity
}

// What S3 decides on the edge's own request stands in the viewer's entry, and a
// request of any service has one.
func TestJournal(t *testing.T) {
	j := journal.New(0, nil)
	cloud := New(Options{Journal: j})
	endpoint, err := Listen(cloud, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer endpoint.Close()
	domain, identity := deployPublic(t, cloud)
	for _, url := range []string{
		"https://" + domain + "/a.ts",
		"https://" + domain + "/none",
		"https://videos.s3.us-west-2.amazonaws.com/a.ts",
		"https://" + cloud.IVS.Hosts()[1] + "/v1/playlist/s3cret.m3u8",
	} {
		get(t, endpoint.Client(), url)
	}
	const none = " has another Action"
	asked := "s3:GetObject on arn:aws:s3:::videos/"
	who := " to origin access identity " + identity.ID
	origin := "origin videos.s3.us-west-2.amazonaws.com asked as origin access identity " + identity.ID
	want := []string{
		"cloudfront 200  Miss from cloudfront 10: " + origin + `; s3: bucket policy statement "AllowOAI" allows ` + asked + "a.ts" + who,
		"cloudfront 403 AccessDenied Error from cloudfront: " + origin + `; s3: bucket policy statement "AllowOAI" allows ` + asked + "none" + who +
			`; s3: refused: key "none" does not exist, and ListBucket is missing, so 403 in place of 404: no statement allows s3:ListBucket on arn:aws:s3:::videos` + who + `: statement "AllowOAI"` + none,
		"s3 403 AccessDenied : " + `s3: refused: no statement allows ` + asked + `a.ts to anonymous callers: statement "AllowOAI" has another Principal`,
		"ivs 403 invalid_playback_session : ivs: refused: playback session is unknown or over: no session has this URL, nor had one of the last 4096 that ended",
	}
	got := []string{}
	for _, e := range j.Entries(0) {
		line := fmt.Sprint(e.Service, " ", e.Status, " ", e.Code, " ", e.XCache)
		if e.Status == http.StatusOK {
			line += fmt.Sprint(" ", e.Bytes)
		}
		rules := e.Rules
		if e.Service == journal.CloudFront {
			rules = rules[3:] // after behavior, key group and cache
		}
		got = append(got, line+": "+strings.Join(rules, "; "))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if shown := fmt.Sprint(j.Entries(0)); strings.Contains(shown, "s3cret") {
		t.Errorf("the journal shows the session: %s", shown)
	}
}

// A request to no service reaches no data plane.
func TestJournalOfOtherHosts(t *testing.T) {
	j := journal.New(0, nil)
	endpoint, err := Listen(New(Options{Journal: j}), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer endpoint.Close()
	r, err := http.NewRequest("GET", "http://"+endpoint.Addr()+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "example.com"
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	if list := j.Entries(0); response.StatusCode != http.StatusMisdirectedRequest || len(list) != 0 {
		t.Errorf("GET example.com = %d with %d entries, want 421 with none", response.StatusCode, len(list))
	}
}
