package check

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// keeping is what Cache-Control lets a shared cache do.
// https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2
type keeping struct {
	given   bool          // it names a lifetime, or forbids keeping
	forbids string        // the directive that forbids it; "" for none
	fresh   time.Duration // s-maxage, else max-age
	stale   time.Duration // for how long it may be served beyond that, RFC 5861
}

func keepingOf(h http.Header) keeping {
	var k keeping
	shared := false
	for _, directive := range strings.Split(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		seconds, err := strconv.ParseUint(strings.Trim(value, `" `), 10, 31)
		age := time.Duration(seconds) * time.Second
		switch name {
		case "no-store", "no-cache", "private":
			k.given, k.forbids = true, name
		case "max-age", "s-maxage":
			if err == nil && !(shared && name == "max-age") {
				k.given, k.fresh = true, age
				shared = shared || name == "s-maxage"
			}
		case "stale-while-revalidate", "stale-if-error":
			k.stale = max(k.stale, age)
		}
	}
	return k
}

// age is how long a cache has had the answer; zero if it does not say.
func (x *exchange) age() time.Duration {
	seconds, err := strconv.ParseUint(x.header.Get("Age"), 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// playlistLifetimes looks at each playlist. One that has ended stays as it is; what
// caches do with one that grows is known only if it says how long it may be kept.
func playlistLifetimes(ctx context.Context, s *session) error {
	entries, err := s.entries()
	if err != nil {
		return err
	}
	for _, entry := range entries {
		list, x, err := s.playlistAt(ctx, entry, nil)
		if err != nil {
			return err
		}
		if err := keptWell(x, list); err != nil {
			return err
		}
		for _, child := range list.children {
			if err := s.childLifetime(ctx, entry, child, list.values, x); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *session) childLifetime(ctx context.Context, entry *url.URL, uri string, values map[string]string, of *exchange) error {
	u, err := (&player{session: s}).resolve(entry, uri, of)
	if err != nil || !s.ours(u) {
		return err
	}
	list, x, err := s.playlistAt(ctx, u, values)
	if err != nil {
		return err
	}
	return keptWell(x, list)
}

// playlistAt fetches and reads one playlist. imports are the variables of the
// multivariant playlist that names it.
func (s *session) playlistAt(ctx context.Context, u *url.URL, imports map[string]string) (*playlist, *exchange, error) {
	x, err := s.control(ctx, u, s.canned)
	if err != nil {
		return nil, nil, err
	}
	list, err := parseDefined(x.body, definitions{imports: imports, query: u.Query()})
	if err != nil {
		return nil, nil, x.broken("an HLS playlist", err)
	}
	return list, x, nil
}

// keptWell judges how long a playlist is kept. A second is left for rounding.
func keptWell(x *exchange, list *playlist) error {
	k := keepingOf(x.header)
	stale := func(want string) error {
		return &Failure{Asked: x.asked, Want: want,
			Got: fmt.Sprintf("Cache-Control: %s, Age: %s", x.header.Get("Cache-Control"), x.header.Get("Age")), Cause: "playlist-stale"}
	}
	if k.given && x.age() > k.fresh+k.stale+time.Second {
		return stale("an Age within Cache-Control")
	}
	if list.multivariant() || list.ended {
		return nil
	}
	target := max(list.target, time.Second)
	if !k.given || k.forbids == "" && k.fresh > target || x.age() > target+time.Second {
		return stale(fmt.Sprintf("Cache-Control: max-age=%d at most, and no greater Age, for a playlist without EXT-X-ENDLIST", target/time.Second))
	}
	return nil
}

func segmentLifetime(ctx context.Context, s *session, u *url.URL) error {
	x, err := s.control(ctx, u, s.canned)
	if err != nil {
		return err
	}
	if k := keepingOf(x.header); k.given && (k.forbids != "" || k.fresh == 0) {
		return &Failure{Asked: x.asked, Want: "a Cache-Control that lets caches keep a segment, or none",
			Got: "Cache-Control: " + x.header.Get("Cache-Control"), Cause: "cache-off"}
	}
	return nil
}
