package check

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"

	"privateplayback/signer"
)

func vodGrantChecks() []Check {
	return []Check{
		{ID: "vod.grant.canned", Rule: ruleCannedURL,
			Proves: "Every entry playlist plays to the last segment with a canned signature on each URL.",
			run:    playAll(func(_ context.Context, s *session, _ *url.URL) (opener, error) { return s.canned, nil })},
		{ID: "vod.grant.custom", Rule: ruleCustomURL,
			Proves: "Every entry playlist plays to the last segment with one custom wildcard policy for its folder.",
			run: playAll(func(ctx context.Context, s *session, u *url.URL) (opener, error) {
				return s.grant(ctx, s.folderPolicy(u))
			})},
		{ID: "vod.grant.cookies", Rule: ruleCustomCookie,
			Proves: "Every entry playlist plays to the last segment with signed cookies and bare URLs.",
			run: playAll(func(ctx context.Context, s *session, u *url.URL) (opener, error) {
				return s.grantCookies(ctx, s.folderPolicy(u))
			})},
		{ID: "vod.grant.rewritten-shared", Rule: ruleCustomURL,
			Proves: "Every entry playlist plays without a request hook when its URIs, and those of all that it names, are signed with one grant.",
			run:    playRewritten((*session).shared)},
		{ID: "vod.grant.rewritten-each", Rule: ruleCannedURL,
			Proves: "Every entry playlist plays without a request hook when each URI has a canned signature of its own.",
			run:    playRewritten((*session).each)},
		{ID: "vod.grant.cookies-canned", Rule: ruleCannedCookie,
			Proves: "Cookies with a canned policy open the one URL they were made for.",
			run:    opened(cannedCookies)},
		{ID: "vod.grant.not-before", Rule: ruleCustomURL,
			Proves: "A policy whose start lies in the past opens the content.",
			run:    opened(startedPolicy)},
		{ID: "vod.grant.ip", Rule: ruleCustomURL,
			Proves: "A policy for a range of addresses opens the content to an address in it.",
			run:    opened(anyAddress)},
		{ID: "vod.grant.query", Rule: ruleCustomURL,
			Proves: "A policy with a wildcard at its end opens a URL that has a query of its own.",
			run:    opened(ownQuery)},
		{ID: "vod.grant.retrieved-twice", Rule: ruleExpiry,
			Proves: "One signed URL opens the content as often as it is asked for, until it expires.",
			run:    atObject(opensTwice)},
		{ID: "vod.grant.sha256", Rule: ruleHash,
			Proves: "A signature over SHA-256 that declares its hash opens the content.",
			run:    opened(sha256URL)},
		{ID: "vod.grant.url-before-cookies", Rule: rulePrecedence,
			Proves: "A good signed URL opens the content beside cookies that would not.",
			run:    opened(goodURLBadCookies)},
		{ID: "vod.grant.head", Rule: ruleMethods,
			Proves: "HEAD with a signed URL tells the length of the object and sends no body.",
			run:    headTellsLength},
		{ID: "vod.grant.range", Rule: ruleRange,
			Proves: "A range request answers 206 with exactly the bytes asked for.",
			run:    rangeFits},
		{ID: "vod.grant.media-types", Rule: ruleMediaTypes,
			Proves: "Playlists and media come with the content types that native players demand.",
			run:    mediaTypesFit},
	}
}

// forgery makes a request to u in a certain right or wrong way.
type forgery func(ctx context.Context, s *session, u *url.URL) (*http.Request, error)

// playAll plays every entry playlist, each with the access that as makes for it.
func playAll(as func(context.Context, *session, *url.URL) (opener, error)) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		entries, err := s.entries()
		if err != nil {
			return err
		}
		for _, entry := range entries {
			open, err := as(ctx, s, entry)
			if err != nil {
				return err
			}
			if _, err := (&player{session: s, open: open, tail: s.Segments}).play(ctx, entry); err != nil {
				return err
			}
		}
		return nil
	}
}

// opened demands 200 and a playlist from one request.
func opened(make forgery) func(context.Context, *session) error {
	return atObject(openedAt(make))
}

// openedAt does the same at a given URL.
func openedAt(make forgery) func(context.Context, *session, *url.URL) error {
	return func(ctx context.Context, s *session, u *url.URL) error {
		req, err := make(ctx, s, u)
		if err != nil {
			return err
		}
		x, err := s.do(req)
		if err != nil {
			return err
		}
		if err := wantStatus(x, http.StatusOK); err != nil {
			return err
		}
		if _, err := parsePlaylist(x.body); err != nil {
			return x.broken("an HLS playlist", err)
		}
		return nil
	}
}

func cannedCookies(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	jar, err := s.cloudfront.SignCookies(ctx, u.String(), s.Now().Add(lifetime), signer.CookieAttributes{})
	if err != nil {
		return nil, err
	}
	return s.cookies(jar)(ctx, u)
}

func startedPolicy(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	policy := s.folderPolicy(u)
	policy.NotBefore = s.Now().Add(-time.Hour)
	open, err := s.grant(ctx, policy)
	if err != nil {
		return nil, err
	}
	return open(ctx, u)
}

// anyAddress grants u to every IPv4 address, which is all that viewers come from
// unless the stack says otherwise: a policy cannot name the others.
func anyAddress(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	if s.Stack.IPv6 {
		return nil, skip("viewers come over IPv6 too, which no policy can name")
	}
	policy := s.folderPolicy(u)
	policy.SourceIP = netip.MustParsePrefix("0.0.0.0/0")
	open, err := s.grant(ctx, policy)
	if err != nil {
		return nil, err
	}
	return open(ctx, u)
}

func ownQuery(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	return grantedURL(ctx, s, withQuery(u, "smoketest=1"))
}

func opensTwice(ctx context.Context, s *session, u *url.URL) error {
	req, err := s.canned(ctx, u)
	if err != nil {
		return err
	}
	if _, err := s.control(ctx, u, as(req.URL)); err != nil {
		return err
	}
	return openedAt(func(ctx context.Context, _ *session, _ *url.URL) (*http.Request, error) { return plain(ctx, req.URL) })(ctx, s, u)
}

// as asks for one URL, whatever is to be opened.
func as(signed *url.URL) opener {
	return func(ctx context.Context, _ *url.URL) (*http.Request, error) { return plain(ctx, signed) }
}

func sha256URL(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	cf, err := signer.NewCloudFront(s.keyID, s.SigningKey, signer.WithHash(crypto.SHA256))
	if err != nil {
		return nil, err
	}
	return signedBy(ctx, cf, u, s.Now().Add(lifetime))
}

func goodURLBadCookies(ctx context.Context, s *session, u *url.URL) (*http.Request, error) {
	req, err := s.canned(ctx, u)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"CloudFront-Policy", "CloudFront-Signature"} {
		req.AddCookie(&http.Cookie{Name: name, Value: "AAAA"})
	}
	req.AddCookie(&http.Cookie{Name: "CloudFront-Key-Pair-Id", Value: string(unlistedKeyID(s.Stack.SigningKeys))})
	return req, nil
}

// whole fetches u uncompressed, so that lengths can be compared.
func (s *session) whole(ctx context.Context, u *url.URL) (*exchange, error) {
	return s.control(ctx, u, func(ctx context.Context, u *url.URL) (*http.Request, error) {
		req, err := s.canned(ctx, u)
		if err == nil {
			req.Header.Set("Accept-Encoding", "identity")
		}
		return req, err
	})
}

// afterWhole asks for u whole, and then with one more thing changed.
func (s *session) afterWhole(ctx context.Context, u *url.URL, change func(*http.Request)) (x, whole *exchange, err error) {
	if whole, err = s.whole(ctx, u); err != nil {
		return nil, nil, err
	}
	req, err := s.canned(ctx, u)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Accept-Encoding", "identity")
	change(req)
	x, err = s.do(req)
	return x, whole, err
}

func headTellsLength(ctx context.Context, s *session) error {
	u, err := s.object()
	if err != nil {
		return err
	}
	x, whole, err := s.afterWhole(ctx, u, func(req *http.Request) { req.Method = http.MethodHead })
	if err != nil {
		return err
	}
	if err := wantStatus(x, http.StatusOK); err != nil {
		return err
	}
	if got, want := x.header.Get("Content-Length"), fmt.Sprint(len(whole.body)); got != want || len(x.body) != 0 {
		return x.broken("Content-Length: "+want+" and no body", fmt.Errorf("Content-Length: %s and %d bytes", got, len(x.body)))
	}
	return nil
}

// ranged asks for ranges of the object whose whole comes with them.
func (s *session) ranged(ctx context.Context, ranges string) (x, whole *exchange, err error) {
	u, err := s.object()
	if err != nil {
		return nil, nil, err
	}
	return s.afterWhole(ctx, u, func(req *http.Request) { req.Header.Set("Range", ranges) })
}

// rangeFits asks for the bytes 2 to 21: neither a prefix nor everything.
func rangeFits(ctx context.Context, s *session) error {
	const first, last = 2, 21
	x, whole, err := s.ranged(ctx, fmt.Sprintf("bytes=%d-%d", first, last))
	if err != nil {
		return err
	}
	if len(whole.body) <= last+1 {
		return skip("the object has only %d bytes", len(whole.body))
	}
	if err := wantStatus(x, http.StatusPartialContent); err != nil {
		return err
	}
	want := fmt.Sprintf("bytes %d-%d/%d", first, last, len(whole.body))
	if got := x.header.Get("Content-Range"); got != want {
		return x.broken("Content-Range: "+want, fmt.Errorf("Content-Range: %s", got))
	}
	if !bytes.Equal(x.body, whole.body[first:last+1]) {
		return x.broken("the bytes that the whole object has there", fmt.Errorf("%d other bytes", len(x.body)))
	}
	return nil
}

// mediaTypes are what players accept by file name extension; an extension that
// is not listed is not checked.
var mediaTypes = map[string][]string{
	".m3u8": {"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl"},
	".ts":   {"video/mp2t"},
	".m4s":  {"video/iso.segment", "audio/iso.segment", "video/mp4", "audio/mp4", "application/mp4"},
	".mp4":  {"video/mp4", "audio/mp4", "application/mp4"},
	".aac":  {"audio/aac", "audio/aacp"},
	".vtt":  {"text/vtt"},
}

func mediaTypesFit(ctx context.Context, s *session) error {
	entries, err := s.entries()
	if err != nil {
		return err
	}
	for _, entry := range entries {
		t, err := (&player{session: s, open: s.canned, tail: 1}).play(ctx, entry)
		if err != nil {
			return err
		}
		for _, v := range t.visits {
			if err := v.checkType(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v visit) checkType() error {
	accepted := mediaTypes[strings.ToLower(path.Ext(v.url.Path))]
	for _, t := range accepted {
		if v.mediaType == t {
			return nil
		}
	}
	if accepted == nil {
		return nil
	}
	return &Failure{Asked: "GET " + maskURL(v.url), Want: "Content-Type: " + strings.Join(accepted, " or "),
		Got: fmt.Sprintf("Content-Type: %s", v.mediaType), Cause: "content-type"}
}
