package check

import (
	"context"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
)

// filmKind is what players tell apart.
type filmKind string

const (
	filmTS    filmKind = "MPEG-TS"
	filmMP4   filmKind = "fragmented MP4"
	filmAES   filmKind = "AES-128"
	filmOther filmKind = "something else" // audio alone, and what only a device decrypts
)

// filmKinds is how many a browser and ffprobe show by themselves.
const filmKinds = 3

// film is a video of the content, as a player meets it.
type film struct {
	kind   filmKind
	entry  *url.URL          // its playlist
	media  *url.URL          // the media playlist of its first rendition; entry itself if there is only one
	values map[string]string // of the variables that entry defines

	seconds float64 // how much of it must play
	brief   bool    // it is too short to see in a browser whether it moves
}

// shortestShown is how many seconds a browser must have: it takes two pictures that are half
// a second apart, and Chromium leaves out the end of what is shorter.
const shortestShown = 2

// film is the first video of a kind, or a skip.
func (s *session) film(ctx context.Context, kind filmKind) (film, error) {
	films, err := s.films(ctx)
	if err != nil {
		return film{}, err
	}
	for _, f := range films {
		if f.kind == kind {
			return f, nil
		}
	}
	return film{}, skip("the stack has no content in %s", kind)
}

// films is one video of each kind but filmOther, in the order of the content, a brief one
// only where there is no other. They are looked for once in a run.
func (s *session) films(ctx context.Context) ([]film, error) {
	s.filming.Lock()
	defer s.filming.Unlock()
	if s.filmed != nil {
		return s.filmed, nil
	}
	entries, err := s.entries()
	if err != nil {
		return nil, err
	}
	films := []film{}
	for _, entry := range entries {
		f, err := s.meet(ctx, entry)
		if err != nil {
			return nil, err
		}
		known := slices.IndexFunc(films, func(other film) bool { return other.kind == f.kind })
		switch {
		case f.kind == filmOther:
		case known < 0:
			films = append(films, f)
		case films[known].brief && !f.brief:
			films[known] = f
		}
		if len(films) == filmKinds && !slices.ContainsFunc(films, isBrief) {
			break
		}
	}
	s.filmed = films
	return films, nil
}

func isBrief(f film) bool { return f.brief }

// meet reads a film's playlists as far as its first rendition with a picture.
func (s *session) meet(ctx context.Context, entry *url.URL) (film, error) {
	viewer := &player{session: s, open: s.canned}
	t := &tour{}
	list, x, err := viewer.playlist(ctx, t, entry)
	if err != nil {
		return film{}, err
	}
	f := film{entry: entry, media: entry}
	if list.multivariant() {
		f.values, t.values = list.values, list.values
		all := variants(x.body)
		first := slices.IndexFunc(all, mayShow)
		if first < 0 {
			f.kind = filmOther
			return f, nil
		}
		uri, err := (&definitions{values: list.values}).expand(all[first].uri)
		if err != nil {
			return film{}, x.broken("an HLS playlist", err)
		}
		if f.media, err = viewer.resolve(entry, uri, x); err != nil {
			return film{}, err
		}
		if list, x, err = viewer.playlist(ctx, t, f.media); err != nil {
			return film{}, err
		}
	}
	if len(list.segments) == 0 {
		return film{}, x.broken("a media playlist", errNoSegments)
	}
	_, p := beginning(string(x.body), playSeconds)
	// Of a short clip not the last frame: EXTINF may be rounded.
	f.kind, f.seconds, f.brief = kindOf(list.segments[0]), min(playSeconds, 0.8*p.seconds), p.seconds < shortestShown
	return f, nil
}

// mayShow reports whether a rendition may have a picture: it does not say that all it has
// is audio.
func mayShow(v variant) bool {
	return slices.ContainsFunc(strings.Split(v.codecs, ","), func(codec string) bool {
		return !(variant{codecs: codec}).has(audioCodecs)
	})
}

func kindOf(first segment) filmKind {
	switch {
	case first.key != nil && !first.key.decryptable():
		return filmOther
	case first.key != nil:
		return filmAES
	case first.init != nil:
		return filmMP4
	case slices.Contains([]string{".aac", ".mp3", ".ac3", ".ec3"}, path.Ext(strings.SplitN(first.uri, "?", 2)[0])):
		return filmOther
	}
	return filmTS
}

// beginning is a media playlist up to the first segment with which it is so long, and
// how long that is. https://www.rfc-editor.org/rfc/rfc8216#section-4.3.2.1
func beginning(list string, most float64) (string, promise) {
	var b strings.Builder
	var p promise
	for line := range strings.Lines(list) {
		b.WriteString(line)
		text := strings.TrimSpace(line)
		if value, ok := strings.CutPrefix(text, "#EXTINF:"); ok {
			value, _, _ = strings.Cut(value, ",")
			seconds, _ := strconv.ParseFloat(value, 64) // what is no number promises nothing
			p.seconds += seconds
		}
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if p.segments++; p.seconds >= most {
			b.WriteString("#EXT-X-ENDLIST\n")
			break
		}
	}
	return b.String(), p
}
