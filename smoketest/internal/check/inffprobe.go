package check

import (
	"context"
	"fmt"
	"strings"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// Prober is ffprobe, a client by other people that decodes what it gets. The checks of
// InFFprobe give it playlists.
type Prober interface {
	// Probe decodes the video of what is written to the standard input of ffprobe, in
	// a format that it knows by name ("hls", "concat"), so many packets of it; 0 means
	// to the end. An error means that ffprobe could not be run.
	Probe(ctx context.Context, format, input string, packets int) (Frames, error)
}

// Frames are what was decoded.
type Frames struct {
	Video     bool // there is video
	Count     int
	Rate      float64 // a second, on average
	Complaint string  // the first line of standard error that tells of an error
}

// refused reports whether a server's answer was an error.
func (f Frames) refused() bool { return strings.Contains(f.Complaint, "HTTP error") }

// How much ffprobe decodes: of a playlist in seconds; of a channel in frames, as its
// timestamps may begin anew at any segment.
const (
	probedSeconds = 20
	probedFrames  = 100
)

// probedLifetime is how long ffprobe may use its grant: it does not verify with whom it
// speaks.
const probedLifetime = 5 * time.Minute

// InFFprobe are the checks with ffprobe, for a target that has a Prober.
func InFFprobe() []Check {
	return group([]Check{
		{ID: "ffprobe.grant.ts", Rule: ruleSegmentDuration, Needs: []Need{NeedContent},
			Proves: "ffprobe decodes as many frames of MPEG-TS as the rewritten playlist promises, without a gap.",
			run:    decodesKind(filmTS)},
		{ID: "ffprobe.grant.fmp4", Rule: ruleSegmentDuration, Needs: []Need{NeedContent},
			Proves: "ffprobe decodes as many frames of fragmented MP4 as the rewritten playlist promises, without a gap.",
			run:    decodesKind(filmMP4)},
		{ID: "ffprobe.grant.aes", Rule: ruleSegmentDuration, Needs: []Need{NeedContent},
			Proves: "ffprobe decodes as many frames of media encrypted with AES-128 as the rewritten playlist promises.",
			run:    decodesKind(filmAES)},
		{ID: "ffprobe.grant.live", Rule: ruleToken, Needs: []Need{NeedChannel, NeedStream},
			Proves: "ffprobe decodes some seconds of every channel with a token.",
			run:    decodesLive},
	}, Breaks, NeedFFprobe)
}

// decodesKind has the first rendition of a film decoded.
func decodesKind(kind filmKind) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		f, err := s.film(ctx, kind)
		if err != nil {
			return err
		}
		r, err := s.sharedFor(ctx, f.entry, probedLifetime)
		if err != nil {
			return err
		}
		x, list, err := s.signedPlaylist(ctx, r, f.media, f.values)
		if err != nil {
			return err
		}
		text, promised := beginning(list, probedSeconds)
		asked := fmt.Sprintf("ffprobe of the rewritten %s, %.0f s", x.url.Redacted(), promised.seconds)
		return s.decodes(ctx, asked, "hls", text, promised)
	}
}

// decodesLive has every channel on air decoded. The address goes through standard
// input, since the token is in it and every user sees the arguments of a process.
func decodesLive(ctx context.Context, s *session) error {
	return s.onAir(ctx, "", func(ch outputs.Channel) error {
		token, err := s.goodToken(ctx, ch, "")
		if err != nil {
			return err
		}
		address, err := signer.PlaybackURL(ch.PlaybackURL, token)
		if err != nil {
			return err
		}
		input := "ffconcat version 1.0\nfile '" + strings.ReplaceAll(address, "'", `'\''`) + "'\n"
		return s.decodes(ctx, "ffprobe of "+ch.PlaybackURL, "concat", input, promise{frames: probedFrames})
	})
}

// promise is how much a playlist says that there is: so long in so many segments, or so
// many frames at least.
type promise struct {
	seconds  float64
	segments int
	frames   int
}

// of are the frames that are promised at a rate, and how few will do. Durations in
// playlists may be rounded, so half a segment may be missing; a refused one may not, which
// Frames.refused tells even of the shortest.
func (p promise) of(rate float64) (promised, least float64) {
	if p.frames > 0 {
		return float64(p.frames), 0.9 * float64(p.frames)
	}
	return p.seconds * rate, max(1, (p.seconds-p.seconds/float64(p.segments)/2)*rate)
}

// decodes demands the frames of a promise. That ffprobe exits with 0 says nothing, since
// a refusal in mid-stream does not change that.
func (s *session) decodes(ctx context.Context, asked, format, input string, p promise) error {
	got, err := s.Prober.Probe(ctx, format, input, p.frames)
	promised, least := p.of(got.Rate)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &Failure{Asked: asked, Want: "ffprobe to run to its end", Got: err.Error(), Cause: "ffprobe-failed"}
	case got.Video && got.Rate == 0 && p.frames == 0:
		return skip("ffprobe does not tell the frame rate of %s", asked)
	case got.Video && float64(got.Count) >= least && !(p.frames == 0 && got.refused()):
		return nil
	}
	failure := &Failure{Asked: asked, Want: "video", Got: "no video", Cause: "frames-missing"}
	if got.Video {
		failure.Want = fmt.Sprintf("%.0f frames, at %.4g a second", promised, got.Rate)
		failure.Got = fmt.Sprintf("%d frames", got.Count)
	}
	if got.Complaint != "" {
		failure.Got += "; ffprobe says " + got.Complaint
	}
	return failure
}
