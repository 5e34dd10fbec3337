package check

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strings"

	"privateplayback/infra/outputs"
)

// sizedToken asks with a token of so many bytes: the list of origins, which has no
// limit, fills it up.
func sizedToken(size int) tokenForgery {
	const (
		header    = 36 // {"alg":"ES384","typ":"JWT"} in base64url
		signature = 128
		origin    = "https://a.example.com"
	)
	return rawToken(func(_ *session, _, claims map[string]any) {
		const name = "aws:access-control-allow-origin"
		payload := (size - header - signature - len("..")) * 3 / 4
		claims[name] = origin
		text, err := json.Marshal(claims)
		if err != nil {
			return // unreachable: strings and numbers
		}
		missing, more := payload-len(text), ","+origin
		list := origin + strings.Repeat(more, missing/len(more))
		claims[name] = strings.Replace(list, "a", strings.Repeat("a", 1+missing%len(more)), 1)
	}, "")
}

// goodRequest is what a viewer without a page sends.
func (s *session) goodRequest(ctx context.Context, ch outputs.Channel) (*http.Request, error) {
	token, err := s.goodToken(ctx, ch, "")
	if err != nil {
		return nil, err
	}
	return withToken(ctx, ch, token, "")
}

func tokenTwice(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	req, err := s.goodRequest(ctx, ch)
	if err != nil {
		return nil, err
	}
	return plain(ctx, withQuery(req.URL, "token="+req.URL.Query().Get("token")))
}

func postedToken(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
	req, err := s.goodRequest(ctx, ch)
	if err != nil {
		return nil, err
	}
	req.Method = http.MethodPost
	return req, nil
}

// usedBy uses a single-use token, and asks with it again.
func usedBy(method string) tokenForgery {
	return func(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
		req, x, err := s.firstUse(ctx, ch, method)
		if err != nil {
			return nil, err
		}
		if x.status != http.StatusOK && x.status != http.StatusNotFound {
			return nil, &Failure{Asked: controlled + x.asked, Want: "200 to the first use, or 404 while nobody streams", Got: x.got(), Cause: explain(content, x)}
		}
		return req, nil
	}
}

// unknownSession changes one character of a variant's URL that has just played.
func unknownSession(ctx context.Context, s *session) error {
	return s.onAir(ctx, "", func(ch outputs.Channel) error {
		req, err := s.goodRequest(ctx, ch)
		if err != nil {
			return err
		}
		variant, err := s.firstVariant(req)
		if err != nil {
			return err
		}
		dir, name := path.Split(variant.Path)
		other := *variant
		other.Path, other.RawPath = dir+flip(name), ""
		odd, err := plain(ctx, &other)
		if err != nil {
			return err
		}
		x, err := s.do(odd)
		if err != nil {
			return err
		}
		return deniedByIVS("invalid_playback_session").check(x)
	})
}

// firstVariant sends req for a multivariant playlist, the control, and fetches what
// that names first, so that there is a session.
func (s *session) firstVariant(req *http.Request) (*url.URL, error) {
	x, err := s.do(req)
	if err != nil {
		return nil, err
	}
	list, err := parsePlaylist(x.body)
	if x.status != http.StatusOK || err != nil || !list.multivariant() {
		return nil, &Failure{Asked: controlled + x.asked, Want: "200 and a multivariant playlist", Got: x.got()}
	}
	variant, err := (&player{session: s}).resolve(req.URL, list.children[0], x)
	if err != nil {
		return nil, err
	}
	_, _, err = s.lookAgain(req.Context(), variant)
	return variant, err
}
