package check

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// mayRead demands that a page of origin may read u.
func (s *session) mayRead(ctx context.Context, u *url.URL, origin string) error {
	x, err := s.ask(ctx, u, origin)
	if err != nil {
		return err
	}
	return s.readable(x, origin)
}

// ofNobodyElse demands that the answer is for no page but the asking one: S3 adds no
// CORS headers without Origin or for a foreign one, so the name of another page
// comes from a cache that this one had warmed. Whether a foreign page may read is
// for others to say.
func (s *session) ofNobodyElse(ctx context.Context, u *url.URL, origin string) error {
	x, err := s.ask(ctx, u, origin)
	if err != nil {
		return err
	}
	switch x.header.Get("Access-Control-Allow-Origin") {
	case "", "*", origin:
		return nil
	}
	return &Failure{Asked: x.asked, Want: "no Access-Control-Allow-Origin for another page than the asking one", Got: allowText(x),
		Cause: "cors-missing"}
}

func allowedOrigin(ctx context.Context, s *session, u *url.URL) error {
	first, _, err := s.origins()
	if err != nil {
		return err
	}
	return s.mayRead(ctx, u, first)
}

// secondOrigin demands that both of two pages may read: other checks may have
// warmed the cache for either. Where only one origin is allowed a foreign page goes
// first, and neither may get the other's answer.
func secondOrigin(ctx context.Context, s *session, u *url.URL) error {
	first, second, err := s.origins()
	if err != nil {
		return err
	}
	if second == "" {
		err = s.ofNobodyElse(ctx, u, foreignOrigin)
		second = first
	} else {
		err = s.mayRead(ctx, u, first)
	}
	if err != nil {
		return err
	}
	return s.mayRead(ctx, u, second)
}

// afterNoOrigin demands the same of a request without Origin and a page.
func afterNoOrigin(ctx context.Context, s *session, u *url.URL) error {
	first, _, err := s.origins()
	if err != nil {
		return err
	}
	if err := s.ofNobodyElse(ctx, u, ""); err != nil {
		return err
	}
	return s.mayRead(ctx, u, first)
}

// eachOrigin asks from every allowed page, all at one URL.
func eachOrigin(ctx context.Context, s *session, u *url.URL) error {
	origins := []string{}
	for _, pattern := range s.Stack.AllowedOrigins {
		origins = append(origins, concrete(pattern, "smoketest-1"))
	}
	for _, origin := range origins {
		if err := s.mayRead(ctx, u, origin); err != nil {
			return err
		}
	}
	return nil
}

// credentialsAllowed asks with cookies from a page. S3 allows credentials for
// origins that are listed, not for "*".
func credentialsAllowed(ctx context.Context, s *session, u *url.URL) error {
	if s.anyOrigin() {
		return skip("the stack allows every origin, to which browsers send no cookies")
	}
	origin, _, err := s.origins()
	if err != nil {
		return err
	}
	x, err := s.control(ctx, u, func(ctx context.Context, u *url.URL) (*http.Request, error) {
		req, err := grantedCookies(ctx, s, u)
		if err == nil {
			req.Header.Set("Origin", origin)
		}
		return req, err
	})
	if err != nil {
		return err
	}
	if err := s.readable(x, origin); err != nil {
		return err
	}
	if got := x.header.Get("Access-Control-Allow-Credentials"); got != "true" {
		return &Failure{Asked: x.asked, Want: "Access-Control-Allow-Credentials: true", Got: "Access-Control-Allow-Credentials: " + got,
			Cause: "cors-credentials"}
	}
	return nil
}

// rangeReadable asks for a few bytes from a page, as hls.js does for byte ranges.
func rangeReadable(ctx context.Context, s *session, u *url.URL) error {
	origin, _, err := s.origins()
	if err != nil {
		return err
	}
	if err := s.mayRead(ctx, u, origin); err != nil {
		return err
	}
	req, err := s.canned(ctx, u)
	if err != nil {
		return err
	}
	req.Header.Set("Origin", origin)
	req.Header.Set("Range", "bytes=0-9")
	req.Header.Set("Accept-Encoding", "identity")
	x, err := s.do(req)
	if err != nil {
		return err
	}
	if err := wantStatus(x, http.StatusPartialContent); err != nil {
		return err
	}
	return s.readable(x, origin)
}

// exposed are the headers that a page cannot read unless the answer says so, by
// https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name, and that
// players use: for byte ranges, for the server's clock, for changes of a playlist.
var exposed = []string{"Content-Range", "Date", "ETag"}

func headersExposed(ctx context.Context, s *session, u *url.URL) error {
	origin, _, err := s.origins()
	if err != nil {
		return err
	}
	x, err := s.ask(ctx, u, origin)
	if err != nil {
		return err
	}
	const name = "Access-Control-Expose-Headers"
	for _, header := range exposed {
		if !headerLists(x.header, name, header) {
			return &Failure{Asked: x.asked, Want: name + " with " + header,
				Got: fmt.Sprintf("%s: %s", name, strings.Join(x.header.Values(name), ", ")), Cause: "cors-expose"}
		}
	}
	return nil
}

// foreignRefused asks from a page that is not allowed, right after one that is.
// S3 serves it; it is the browser that refuses, for want of the header.
func foreignRefused(ctx context.Context, s *session, u *url.URL) error {
	if s.anyOrigin() {
		return skip("the stack allows every origin")
	}
	first, _, err := s.origins()
	if err != nil {
		return err
	}
	control, err := s.ask(ctx, u, first)
	if err != nil {
		return err
	}
	if err := s.readable(control, first); err != nil {
		return err
	}
	x, err := s.ask(ctx, u, foreignOrigin)
	if err != nil {
		return err
	}
	return notFor(foreignOrigin, x)
}

// notFor demands that a browser keeps x from a page of origin.
func notFor(origin string, x *exchange) error {
	if allow := x.header.Get("Access-Control-Allow-Origin"); allow == "*" || allow == origin {
		return &Failure{Asked: x.asked, Want: "no Access-Control-Allow-Origin that fits this page", Got: allowText(x), Cause: "cors-open"}
	}
	return nil
}
