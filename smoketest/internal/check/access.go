package check

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"privateplayback/signer"
)

// lifetime of the grants that the checks make: longer than a run, far shorter
// than a leak would be worth.
const lifetime = time.Hour

// objectURL is the address of a bucket key on the distribution, escaped so that
// the request carries exactly the bytes that were signed. S3 reads a plus sign
// as a space, so it is escaped too.
func (s *session) objectURL(key string) *url.URL {
	parts := strings.Split(key, "/")
	for i, part := range parts {
		parts[i] = strings.NewReplacer("+", "%2B", "*", "%2A").Replace(url.PathEscape(part))
	}
	u, err := url.Parse(s.base.String() + "/" + strings.Join(parts, "/"))
	if err != nil {
		// Unreachable: every part is escaped.
		return s.base.JoinPath(key)
	}
	return u
}

// folder is the wildcard resource that covers everything beside u and below.
func folder(u *url.URL) string {
	dir := path.Dir(u.EscapedPath())
	return u.Scheme + "://" + u.Host + strings.TrimSuffix(dir, "/") + "/*"
}

// plain opens u as a viewer without any grant.
func plain(ctx context.Context, u *url.URL) (*http.Request, error) {
	return newRequest(ctx, http.MethodGet, u.String())
}

// canned signs each URL of the distribution with a policy of its own.
func (s *session) canned(ctx context.Context, u *url.URL) (*http.Request, error) {
	if !s.ours(u) {
		return plain(ctx, u)
	}
	return signedBy(ctx, s.cloudfront, u, s.Now().Add(lifetime))
}

// signedBy asks for u with a canned signature of one's own choice.
func signedBy(ctx context.Context, cf *signer.CloudFront, u *url.URL, expires time.Time) (*http.Request, error) {
	signed, err := cf.SignURL(ctx, u.String(), expires)
	if err != nil {
		return nil, err
	}
	return newRequest(ctx, http.MethodGet, signed)
}

// grant signs one custom policy and appends it to each URL of the distribution.
func (s *session) grant(ctx context.Context, policy signer.Policy) (opener, error) {
	g, err := s.cloudfront.Grant(ctx, policy)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, u *url.URL) (*http.Request, error) {
		if !s.ours(u) {
			return plain(ctx, u)
		}
		signed, err := g.URL(u.String())
		if err != nil {
			return nil, err
		}
		return newRequest(ctx, http.MethodGet, signed)
	}, nil
}

// cookies sends the same cookies with each request to the distribution, and to
// nobody else.
func (s *session) cookies(jar []*http.Cookie) opener {
	return func(ctx context.Context, u *url.URL) (*http.Request, error) {
		req, err := plain(ctx, u)
		if err != nil || !s.ours(u) {
			return req, err
		}
		for _, c := range jar {
			req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
		return req, nil
	}
}

// grantCookies is cookies for a custom policy.
func (s *session) grantCookies(ctx context.Context, policy signer.Policy) (opener, error) {
	jar, err := jarOf(ctx, s.cloudfront, policy)
	if err != nil {
		return nil, err
	}
	return s.cookies(jar), nil
}

// jarOf are the cookies of a custom policy.
func jarOf(ctx context.Context, cf *signer.CloudFront, policy signer.Policy) ([]*http.Cookie, error) {
	g, err := cf.Grant(ctx, policy)
	if err != nil {
		return nil, err
	}
	return g.Cookies(signer.CookieAttributes{}), nil
}

// folderPolicy opens everything in u's folder for the usual lifetime.
func (s *session) folderPolicy(u *url.URL) signer.Policy {
	return signer.Policy{Resource: folder(u), Expires: s.Now().Add(lifetime)}
}

// object returns the playlist that the VOD checks try their requests on, or a
// skip that says why there is none.
func (s *session) object() (*url.URL, error) {
	urls, err := s.entries()
	if err != nil {
		return nil, err
	}
	return urls[0], nil
}

// entries are the addresses of all entry playlists; never empty without error.
func (s *session) entries() ([]*url.URL, error) {
	if s.signingErr != nil {
		return nil, skip("the signing key cannot be used: %v", s.signingErr)
	}
	if len(s.Stack.ContentPlaylists) == 0 {
		return nil, skip("the stack has no content: set sampleContent or contentDir")
	}
	urls := []*url.URL{}
	for _, key := range s.Stack.ContentPlaylists {
		urls = append(urls, s.objectURL(key))
	}
	return urls, nil
}

// kinds are one URL for each sort of file that the entry playlists lead to:
// playlists, segments, keys, initialization sections, told apart by extension.
// Behaviors go by path, so what holds for a playlist need not hold for a segment.
// They are looked for once in a run.
func (s *session) kinds(ctx context.Context) ([]*url.URL, error) {
	s.finding.Lock()
	defer s.finding.Unlock()
	if s.found != nil {
		return s.found, nil
	}
	entries, err := s.entries()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	urls := []*url.URL{}
	for _, entry := range entries {
		t, err := (&player{session: s, open: s.canned, tail: 1}).play(ctx, entry)
		if err != nil {
			return nil, err
		}
		for _, v := range t.visits {
			if kind := v.kind + path.Ext(v.url.Path); s.ours(v.url) && !seen[kind] {
				seen[kind] = true
				urls = append(urls, v.url)
			}
		}
	}
	s.found = urls
	return urls, nil
}

// eachKind tries one URL of each sort.
func eachKind(try func(context.Context, *session, *url.URL) error) func(context.Context, *session) error {
	return each((*session).kinds, try)
}

// each tries every URL of a list that is made when the check runs.
func each(list func(*session, context.Context) ([]*url.URL, error), try func(context.Context, *session, *url.URL) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		urls, err := list(s, ctx)
		if err != nil {
			return err
		}
		for _, u := range urls {
			if err := try(ctx, s, u); err != nil {
				return err
			}
		}
		return nil
	}
}

// controlled begins what a failed control asked.
const controlled = "control: "

// control shows that the edge answers 200 to the right request, without which
// no refusal counts.
func (s *session) control(ctx context.Context, u *url.URL, open opener) (*exchange, error) {
	req, err := open(ctx, u)
	if err != nil {
		return nil, err
	}
	x, err := s.send(req, true)
	if err != nil {
		return nil, err
	}
	if x.status != http.StatusOK {
		return nil, &Failure{Asked: controlled + x.asked, Want: "200 to the right request, before a refusal can count",
			Got: x.got(), Cause: explain(content, x)}
	}
	return x, nil
}
