package check

import (
	"net/http"
	"strings"
	"testing"
)

func TestOriginFlaws(t *testing.T) {
	asks := func(method, query string) func(*http.Request) bool {
		return func(r *http.Request) bool {
			return strings.HasSuffix(r.Host, ".amazonaws.com") && r.Method == method && strings.Contains(r.URL.RawQuery, query)
		}
	}
	atEdge := func(path, query, body string) flaw {
		return flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
			odd := strings.HasSuffix(r.Host, ".cloudfront.net") && r.URL.Path == path && strings.Contains(r.URL.RawQuery, query)
			if odd {
				w.Write([]byte(body))
			}
			return odd
		}}
	}
	for _, f := range []flawed{
		{"the dual-stack endpoint serves", "vod.origin.direct-dualstack", opens(atHost("media.s3.dualstack.us-west-2.amazonaws.com")), "bucket-public"},
		{"a website serves", "vod.origin.direct-website", opens(atHost("media.s3-website-us-west-2.amazonaws.com")), "bucket-public"},
		{"a website of the other form serves", "vod.origin.direct-website", opens(atHost("media.s3-website.us-west-2.amazonaws.com")), "bucket-public"},
		{"acceleration serves", "vod.origin.direct-accelerate", opens(atHost("media.s3-accelerate.amazonaws.com")), "bucket-public"},
		{"S3 takes a canned signature", "vod.origin.direct-signed", opens(asks("GET", "Expires=")), "bucket-public"},
		{"S3 takes a custom policy", "vod.origin.direct-signed", opens(asks("GET", "Policy=")), "bucket-public"},
		{"versions are listed", "vod.origin.versions", opens(asks("GET", "versions")), "bucket-public"},
		{"a version is shown", "vod.origin.versions", opens(asks("GET", "versionId")), "bucket-public"},
		{"the policy is shown", "vod.origin.subresources", opens(asks("GET", "policy")), "bucket-public"},
		{"an object's access list is shown", "vod.origin.subresources", opens(func(r *http.Request) bool {
			return asks("GET", "acl")(r) && r.URL.Path != "/"
		}), "bucket-public"},
		{"the bucket serves segments", "vod.origin.direct-parts", opens(func(r *http.Request) bool {
			return asks("GET", "")(r) && strings.HasSuffix(r.URL.Path, ".ts")
		}), "bucket-public"},
		{"the bucket believes a Referer", "vod.origin.direct-disguised", opens(func(r *http.Request) bool {
			return asks("GET", "")(r) && r.Header.Get("Referer") == "https://app.example.com/"
		}), "bucket-public"},
		{"the bucket believes a user agent", "vod.origin.direct-disguised", opens(func(r *http.Request) bool {
			return asks("GET", "")(r) && r.Header.Get("User-Agent") == "Amazon CloudFront"
		}), "bucket-public"},
		{"everybody may upload", "vod.origin.direct-upload", flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
			odd := asks("PUT", "")(r)
			if odd {
				refuse(w, http.StatusBadRequest, applicationXML, strings.ReplaceAll(storageBody, "AccessDenied", "BadDigest"))
			}
			return odd
		}}, "bucket-writable"},
		{"everybody may delete", "vod.origin.direct-write", opens(asks("DELETE", "")), "bucket-public"},
		{"the edge lists", "vod.origin.edge-versions", atEdge("/", "list-type=2", "<ListBucketResult></ListBucketResult>"), "bucket-lists"},
		{"the edge lists versions", "vod.origin.edge-versions", atEdge("/", "versions", "<ListVersionsResult></ListVersionsResult>"), "bucket-lists"},
		{"the signature opens no list at all", "vod.origin.edge-versions", flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
			odd := strings.HasSuffix(r.Host, ".cloudfront.net") && r.URL.Path == "/"
			if odd {
				refuse(w, http.StatusForbidden, textXML, deniedBody)
			}
			return odd
		}}, "control-refused"},
		{"the edge shows a version", "vod.origin.edge-versions", atEdge("/a/master.m3u8", "versionId", "#EXTM3U"), "query-forwarded"},
	} {
		f.seen(t)
	}
}

// S3's other answers to a request that leads nowhere are refusals too.
func TestDirectRefusals(t *testing.T) {
	refuses := func(suffix string, status int, body string) flaw {
		return flaw{answer: func(w http.ResponseWriter, r *http.Request) bool {
			odd := strings.HasSuffix(r.Host, suffix)
			if odd {
				refuse(w, status, applicationXML, body)
			}
			return odd
		}}
	}
	invalid := strings.ReplaceAll(storageBody, "AccessDenied", "InvalidRequest")
	for id, f := range map[string]flaw{
		"vod.origin.direct-accelerate": refuses("s3-accelerate.amazonaws.com", http.StatusBadRequest, invalid),
		"vod.origin.direct-website":    refuses("s3-website-us-west-2.amazonaws.com", http.StatusNotFound, noSuchKeyBody),
		"vod.origin.direct-signed":     refuses("media.s3.us-west-2.amazonaws.com", http.StatusBadRequest, invalid),
	} {
		if r := deliver(t, f).run(t, id); r.Verdict != Pass {
			t.Errorf("%s = %s %s%v, want pass", id, r.Verdict, r.Reason, r.Failure)
		}
	}
}

func TestBucketHosts(t *testing.T) {
	w := deliver(t, flaw{})
	strange := newWorld(t, files{})
	strange.target.Stack.BucketRegionalDomainName = "storage.example.com"
	for _, id := range []string{"vod.origin.direct-dualstack", "vod.origin.direct-accelerate"} {
		if r := strange.run(t, id); r.Verdict != Skip || !strings.Contains(r.Reason, "unknown form") {
			t.Errorf("%s of %q = %s %s%v, want skip", id, strange.target.Stack.BucketRegionalDomainName, r.Verdict, r.Reason, r.Failure)
		}
	}
	w.target.Stack.Region, w.target.Stack.BucketRegionalDomainName = "cn-north-1", "media.s3.cn-north-1.amazonaws.com.cn"
	if got, want := dualStackHost(w.target.Stack), "media.s3.dualstack.cn-north-1.amazonaws.com.cn"; got != want {
		t.Errorf("dual-stack host in China = %q, want %q", got, want)
	}
}
