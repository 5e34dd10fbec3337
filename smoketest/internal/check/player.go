package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// opener makes the request with which one kind of viewer opens u: signed,
// with cookies, or plain. Without an error of its own it returns the signer's.
type opener func(ctx context.Context, u *url.URL) (*http.Request, error)

// player walks HLS as a viewer's player does: entry playlist, child playlists,
// initialization sections, keys, segments, relative URIs resolved against the
// playlist that holds them. It looks at every byte instead of showing them.
type player struct {
	session *session
	open    opener
	tail    int // only the last segments of each playlist; 0 means all

	rewriter *rewriter // nil plays what the distribution serves
}

// visit is one resource that a tour fetched.
type visit struct {
	kind      string // "playlist", "segment", "key", "init"
	url       *url.URL
	mediaType string
	playlist  *playlist // of a media playlist
}

// tour is what a player saw, in order.
type tour struct {
	visits []visit
	parts  map[string][]byte // keys and initialization sections, which segments share
	values map[string]string // of the variables that the entry playlist defines
}

// play walks from the entry playlist to the last segment and fails at the
// first thing that a player would stumble over.
func (p *player) play(ctx context.Context, entry *url.URL) (*tour, error) {
	t := &tour{parts: map[string][]byte{}}
	list, x, err := p.playlist(ctx, t, entry)
	if err != nil {
		return nil, err
	}
	if !list.multivariant() {
		return t, p.segments(ctx, t, entry, list, x)
	}
	t.values = list.values
	for _, key := range list.keys {
		if _, err := p.key(ctx, t, entry, key, x); err != nil {
			return nil, err
		}
	}
	seen := map[string]bool{}
	for _, uri := range list.children {
		child, err := p.resolve(entry, uri, x)
		if err != nil {
			return nil, err
		}
		if seen[child.String()] {
			continue
		}
		seen[child.String()] = true
		media, x, err := p.playlist(ctx, t, child)
		if err != nil {
			return nil, err
		}
		if media.multivariant() {
			return nil, &Failure{Asked: x.asked, Want: "a media playlist", Got: "a multivariant playlist inside another", Cause: "media-broken"}
		}
		if err := p.segments(ctx, t, child, media, x); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (p *player) playlist(ctx context.Context, t *tour, u *url.URL) (*playlist, *exchange, error) {
	x, err := p.fetch(ctx, t, "playlist", u, resource{})
	if err != nil {
		return nil, nil, err
	}
	body := x.body
	if p.rewriter != nil {
		if body, err = p.rewriter.rewrite(ctx, u, x, t.values); err != nil {
			return nil, nil, err
		}
	}
	list, err := parseDefined(body, definitions{imports: t.values, query: u.Query()})
	if err != nil {
		return nil, nil, x.broken("an HLS playlist", err)
	}
	if !list.multivariant() {
		t.visits[len(t.visits)-1].playlist = list
	}
	return list, x, nil
}

func (p *player) segments(ctx context.Context, t *tour, base *url.URL, list *playlist, x *exchange) error {
	segments := slices.DeleteFunc(slices.Clone(list.segments), func(s segment) bool { return s.gap })
	if p.tail > 0 && len(segments) > p.tail {
		segments = segments[len(segments)-p.tail:]
	}
	for _, s := range segments {
		if err := p.segment(ctx, t, base, s, list.iframes, x); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) segment(ctx context.Context, t *tour, base *url.URL, s segment, partial bool, list *exchange) error {
	if s.init != nil {
		if err := p.initSection(ctx, t, base, s.init, list); err != nil {
			return err
		}
	}
	key, err := p.key(ctx, t, base, s.key, list)
	if err != nil {
		return err
	}
	u, err := p.resolve(base, s.uri, list)
	if err != nil {
		return err
	}
	x, err := p.fetch(ctx, t, "segment", u, s.resource)
	if err != nil {
		return err
	}
	body := x.body
	switch {
	case partial:
		// A range of an I-frame playlist may end inside a packet, a box or a block.
		return nil
	case s.key != nil && !s.key.decryptable():
		// Sample encryption and DRM are for the device's own decoder.
		return nil
	case s.key != nil:
		iv := s.key.iv
		if iv == nil {
			iv = sequenceIV(s.sequence)
		}
		if body, err = decrypt(body, key, iv); err != nil {
			return x.broken("media encrypted with AES-128", err)
		}
	}
	if _, err := recognize(body); err != nil {
		return x.broken("media", err)
	}
	return nil
}

func (p *player) initSection(ctx context.Context, t *tour, base *url.URL, section *initSection, list *exchange) error {
	u, err := p.resolve(base, section.uri, list)
	if err != nil {
		return err
	}
	name := u.String() + " " + section.byteRange()
	if t.parts[name] != nil {
		return nil
	}
	key, err := p.key(ctx, t, base, section.key, list)
	if err != nil {
		return err
	}
	x, err := p.fetch(ctx, t, "init", u, section.resource)
	if err != nil {
		return err
	}
	t.parts[name] = x.body
	body := x.body
	if section.key != nil {
		if !section.key.decryptable() || section.key.iv == nil {
			return nil
		}
		if body, err = decrypt(body, key, section.key.iv); err != nil {
			return x.broken("an initialization section encrypted with AES-128", err)
		}
	}
	switch {
	case isBox(body):
		err = checkBoxes(body, "moov")
	default:
		// A transport stream may keep its tables apart.
		_, err = recognize(body)
	}
	if err != nil {
		return x.broken("an initialization section", err)
	}
	return nil
}

// key fetches a content key once; nil for media in clear and for keys that only
// a device can fetch.
func (p *player) key(ctx context.Context, t *tour, base *url.URL, key *contentKey, list *exchange) ([]byte, error) {
	if key == nil || !key.decryptable() {
		return nil, nil
	}
	u, err := p.resolve(base, key.uri, list)
	if err != nil {
		return nil, err
	}
	if value := t.parts[u.String()]; value != nil {
		return value, nil
	}
	x, err := p.fetch(ctx, t, "key", u, resource{})
	if err != nil {
		return nil, err
	}
	if len(x.body) != 16 {
		return nil, x.broken("a key of 16 bytes", fmt.Errorf("%d bytes", len(x.body)))
	}
	t.parts[u.String()] = x.body
	return x.body, nil
}

// resolve turns a URI of a playlist into an address and lets its host be
// spoken to. As RFC 3986 has it, a relative URI does not inherit the
// playlist's query, so it arrives here unsigned.
func (p *player) resolve(base *url.URL, uri string, list *exchange) (*url.URL, error) {
	ref, err := url.Parse(uri)
	if err != nil {
		return nil, list.broken("URIs in the playlist", fmt.Errorf("%s", Mask(err.Error())))
	}
	u := base.ResolveReference(ref)
	if u.Scheme != "https" || u.Host == "" {
		return nil, list.broken("https URIs in the playlist", fmt.Errorf("%s", maskURL(u)))
	}
	u.Fragment = ""
	p.session.admit(u)
	return u, nil
}

// fetch demands the whole resource, or 206 and exactly the part.
func (p *player) fetch(ctx context.Context, t *tour, kind string, u *url.URL, part resource) (*exchange, error) {
	req, err := p.open(ctx, u)
	if err != nil {
		return nil, &Failure{Asked: "GET " + maskURL(u), Want: "a signature for this URI", Got: Mask(err.Error()),
			Cause: "outside-folder"}
	}
	want := http.StatusOK
	if text := part.byteRange(); text != "" {
		req.Header.Set("Range", text)
		want = http.StatusPartialContent
	}
	x, err := p.session.do(req)
	if err != nil {
		return nil, err
	}
	if err := wantStatus(x, want); err != nil {
		var f *Failure
		if p.rewriter != nil && errors.As(err, &f) && f.Cause == "signature-missing" {
			f.Cause = "children-unsigned"
		}
		return nil, err
	}
	if part.length > 0 && int64(len(x.body)) != part.length {
		return nil, x.broken(fmt.Sprintf("%d bytes", part.length), fmt.Errorf("%d bytes", len(x.body)))
	}
	t.visits = append(t.visits, visit{kind: kind, url: u, mediaType: x.mediaType()})
	return x, nil
}

// broken is the failure of an answer whose body is not what it should be.
func (x *exchange) broken(want string, err error) error {
	id := explain(content, x)
	if id == "" {
		id = "media-broken"
	}
	return &Failure{Asked: x.asked, Want: want, Got: Mask(err.Error()), Cause: id}
}
