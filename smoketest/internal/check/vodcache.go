package check

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"privateplayback/signer"
)

func vodCacheChecks() []Check {
	return []Check{
		{ID: "vod.cache.shared", Rule: ruleCacheKey,
			Proves: "Viewers with signatures of their own share what the edge has cached.",
			run:    eachMedia(sharedCache(byURL))},
		{ID: "vod.cache.cookies-shared", Rule: ruleCookieCache,
			Proves: "Viewers with cookies of their own share what the edge has cached.",
			run:    atSegment(sharedCache(byCookies))},
		{ID: "vod.cache.query-shared", Rule: ruleCacheKey,
			Proves: "What viewers add to the query under a custom policy does not split what the edge has cached.",
			run:    atSegment(sharedCache(byQuery))},
		{ID: "vod.cache.range-after-whole", Rule: ruleRange,
			Proves: "A range of what the edge has cached is 206 with the same bytes, for each sort of file.",
			run:    eachKind(rangeAfterWhole)},
		{ID: "vod.cache.head-after-get", Rule: ruleMethods,
			Proves: "HEAD of what the edge has cached tells the same length and version, for each sort of file.",
			run:    eachKind(headAfterGet)},
		{ID: "vod.cache.refusal-not-cached", Rule: ruleErrorCaching, Harm: Breaks,
			Proves: "A viewer may watch right after another was refused at the same URL.",
			run:    eachKind(refusalNotCached)},
		{ID: "vod.cache.error-status", Rule: ruleErrorPages, Harm: Breaks,
			Proves: "A missing object is S3's own 403 or 404, with no page in its place.",
			run:    atObject(judgedAt(signedURL, missingAnywhere, ownError))},
		{ID: "vod.cache.playlist-lifetime", Rule: ruleReload,
			Proves: "A playlist that still grows may be kept for a target duration at most, and none is served beyond its Cache-Control.",
			run:    playlistLifetimes},
		{ID: "vod.cache.segment-lifetime", Rule: ruleExpiration,
			Proves: "Segments may be kept by caches.",
			run:    eachMedia(segmentLifetime)},
	}
}

// atSegment tries something on a media file, which all viewers share and nobody
// changes.
func atSegment(try func(context.Context, *session, *url.URL) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		urls, err := s.mediaFiles(ctx)
		if err != nil {
			return err
		}
		return try(ctx, s, urls[0])
	}
}

// eachMedia does so on one of each sort, since behaviors and headers go by path.
func eachMedia(try func(context.Context, *session, *url.URL) error) func(context.Context, *session) error {
	return each((*session).mediaFiles, try)
}

// mediaFiles is one URL for each sort of media file; never empty without error.
func (s *session) mediaFiles(ctx context.Context) ([]*url.URL, error) {
	kinds, err := s.kinds(ctx)
	if err != nil {
		return nil, err
	}
	urls := []*url.URL{}
	for _, u := range kinds {
		if ext := strings.ToLower(path.Ext(u.Path)); ext != ".m3u8" && mediaTypes[ext] != nil {
			urls = append(urls, u)
		}
	}
	if len(urls) == 0 {
		return nil, skip("no playlist names a media file of a known type on the distribution")
	}
	return urls, nil
}

// byURL is a viewer whose signature no other has.
func byURL(ctx context.Context, s *session, u *url.URL, viewer int) (*http.Request, error) {
	return signedBy(ctx, s.cloudfront, u, s.Now().Add(lifetime+time.Duration(viewer)*time.Second))
}

func byCookies(ctx context.Context, s *session, u *url.URL, viewer int) (*http.Request, error) {
	expires := s.Now().Add(lifetime + time.Duration(viewer)*time.Second)
	open, err := s.grantCookies(ctx, signer.Policy{Resource: folder(u), Expires: expires})
	if err != nil {
		return nil, err
	}
	req, err := open(ctx, u)
	if err == nil {
		// A browser sends the cookies of the application too.
		req.AddCookie(&http.Cookie{Name: "smoketest", Value: fmt.Sprint(viewer)})
	}
	return req, err
}

// byQuery is a viewer with a parameter of its own, which a policy that ends in "*"
// covers.
func byQuery(ctx context.Context, s *session, u *url.URL, viewer int) (*http.Request, error) {
	odd := *u
	odd.RawQuery = fmt.Sprintf("smoketest=%d", viewer)
	return grantedURL(ctx, s, &odd)
}

// viewers is how many ask one after the other. On AWS neighbouring caches of one
// edge location fill apart, so that a few misses prove nothing.
const viewers = 6

// sharedCache demands that one of the later viewers gets what an earlier one made
// the edge fetch.
func sharedCache(as func(context.Context, *session, *url.URL, int) (*http.Request, error)) func(context.Context, *session, *url.URL) error {
	return func(ctx context.Context, s *session, u *url.URL) error {
		ask := func(viewer int) (*exchange, error) {
			return s.control(ctx, u, func(ctx context.Context, u *url.URL) (*http.Request, error) {
				req, err := as(ctx, s, u, viewer)
				if err == nil {
					req.Header.Set("User-Agent", fmt.Sprintf("%s (viewer %d)", userAgent, viewer))
				}
				return req, err
			})
		}
		var x *exchange
		for viewer := range viewers {
			var err error
			if x, err = ask(viewer); err != nil {
				return err
			}
			if x.cacheWord() == "" {
				return skip("the answers do not say what the cache did: something in between takes X-Cache away")
			}
			if viewer > 0 && x.hit() {
				return nil
			}
		}
		failure := &Failure{Asked: x.asked, Want: fmt.Sprintf("X-Cache: Hit for one of %d viewers", viewers),
			Got: "X-Cache: " + x.header.Get("X-Cache"), Cause: "cache-off"}
		again, err := ask(viewers - 1)
		if err == nil && again.hit() {
			failure.Cause = "cache-split"
		}
		return failure
	}
}

// hit reports whether the edge had it.
func (x *exchange) hit() bool { return isHit(x.cacheWord()) }

// rangeAfterWhole asks for the middle: keys have 16 bytes.
func rangeAfterWhole(ctx context.Context, s *session, u *url.URL) error {
	const first, last = 3, 12
	x, whole, err := s.afterWhole(ctx, u, func(req *http.Request) { req.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", first, last)) })
	if err != nil || len(whole.body) <= last {
		return err
	}
	if err := wantStatus(x, http.StatusPartialContent); err != nil {
		return err
	}
	want := fmt.Sprintf("bytes %d-%d/%d", first, last, len(whole.body))
	if got := x.header.Get("Content-Range"); got != want {
		return x.otherwise("Content-Range: "+want, "Content-Range: "+got)
	}
	if !bytes.Equal(x.body, whole.body[first:last+1]) {
		return x.otherwise("the bytes that the whole object has there", fmt.Sprintf("%d other bytes", len(x.body)))
	}
	return nil
}

func headAfterGet(ctx context.Context, s *session, u *url.URL) error {
	x, whole, err := s.afterWhole(ctx, u, func(req *http.Request) { req.Method = http.MethodHead })
	if err != nil {
		return err
	}
	if err := wantStatus(x, http.StatusOK); err != nil {
		return err
	}
	if len(x.body) != 0 {
		return x.otherwise("no body", fmt.Sprintf("%d bytes", len(x.body)))
	}
	if got, want := x.header.Get("Content-Length"), fmt.Sprint(len(whole.body)); got != want {
		return x.otherwise("Content-Length: "+want, "Content-Length: "+got)
	}
	if got, want := x.header.Get("ETag"), whole.header.Get("ETag"); got != want {
		return x.otherwise("ETag: "+want, "ETag: "+got)
	}
	return nil
}

// otherwise is the failure of a cached answer that differs from the one before.
func (x *exchange) otherwise(want, got string) error {
	id := explain(content, x)
	if id == "" {
		id = "cache-differs"
	}
	return &Failure{Asked: x.asked, Want: want, Got: got, Cause: id}
}

// refusalNotCached leaves it to others whether the unsigned request is refused.
func refusalNotCached(ctx context.Context, s *session, u *url.URL) error {
	if _, err := s.control(ctx, u, s.canned); err != nil {
		return err
	}
	req, err := plain(ctx, u)
	if err != nil {
		return err
	}
	refused, err := s.do(req)
	if err != nil || refused.status != http.StatusForbidden {
		return err
	}
	if req, err = s.canned(ctx, u); err != nil {
		return err
	}
	x, err := s.do(req)
	if err != nil || x.status == http.StatusOK {
		return err
	}
	return &Failure{Asked: x.asked, Want: "200 right after a refusal at the same URL", Got: x.got(), Cause: "error-cached"}
}

// missingAnywhere is a missing object with a signature for the whole distribution:
// where an error page lies in a private behavior, it comes only to whom the signature
// opens it too.
func missingAnywhere(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	open, err := s.grant(ctx, signer.Policy{Resource: s.base.String() + "/*", Expires: s.Now().Add(lifetime)})
	if err != nil {
		return nil, err
	}
	return open(ctx, beside(u, "smoketest-missing-object.ts"))
}

// ownError demands that the error comes from S3, as it was made.
func ownError(x *exchange) error {
	if x.answer().layer == storage && (x.status == http.StatusForbidden || x.status == http.StatusNotFound) {
		return nil
	}
	id := explain(storage, x)
	if id == "" || id == "bucket-public" {
		id = "error-disguised"
	}
	return &Failure{Asked: x.asked, Want: "403 or 404 from S3", Got: x.got(), Cause: id}
}
