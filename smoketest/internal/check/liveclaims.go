package check

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// tokenClaim adds to what a good token says.
type tokenClaim func(s *session, t *signer.PlaybackToken)

func noClaim(*session, *signer.PlaybackToken) {}

func severalOrigins(_ *session, t *signer.PlaybackToken) {
	t.AllowOrigins = []string{otherPageOrigin, "https://smoketest.example.net", "https://smoketest.example.org",
		"http://localhost:8080", pageOrigin}
}

func wildcardOrigin(_ *session, t *signer.PlaybackToken) {
	t.AllowOrigins = []string{"https://*.example.com"}
}

func strictOrigin(_ *session, t *signer.PlaybackToken) {
	t.AllowOrigins, t.StrictOrigin = []string{pageOrigin}, true
}

// namedViewer counts its sessions by the time, so that no revocation of earlier ones
// touches it.
func namedViewer(s *session, t *signer.PlaybackToken) {
	t.ViewerID, t.ViewerSessionVersion = "smoketest", s.Now().Unix()
}

func singleUse(_ *session, t *signer.PlaybackToken) { t.SingleUseID = uuid.NewString() }

func boundedToSD(_ *session, t *signer.PlaybackToken) { t.MaxResolution = signer.SD }

// with makes a good token that claims more.
func (s *session) with(ctx context.Context, ch outputs.Channel, claim tokenClaim) (string, error) {
	t := signer.PlaybackToken{ChannelARN: ch.ARN, Expires: s.Now().Add(tokenLifetime)}
	claim(s, &t)
	return s.ivs.Token(ctx, t)
}

// watch is a spectator with such a token.
func (s *session) watch(ctx context.Context, ch outputs.Channel, claim tokenClaim, origin string) (*spectator, error) {
	token, err := s.with(ctx, ch, claim)
	if err != nil {
		return nil, err
	}
	return s.spectator(ch, token, origin)
}

// granted plays with a claim as far as the newest segment.
func granted(origin string, claim tokenClaim) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		return s.onOneAir(ctx, func(ch outputs.Channel) error {
			v, err := s.watch(ctx, ch, claim, origin)
			if err != nil {
				return err
			}
			_, err = v.opens(ctx)
			return err
		})
	}
}

// usesTried is how many tokens for a single use are tried before a refusal of the
// first use counts: where an answer was lost on the way, and its request sent again,
// the token had been used.
const usesTried = 3

// firstUse asks with a fresh token for a single use. The request can be sent again.
func (s *session) firstUse(ctx context.Context, ch outputs.Channel, method string) (req *http.Request, x *exchange, err error) {
	for range usesTried {
		if req, err = claiming(singleUse, "")(ctx, s, ch); err != nil {
			return nil, nil, err
		}
		first := req.Clone(ctx)
		first.Method = method
		if x, err = s.do(first); err != nil || x.status != http.StatusForbidden {
			break
		}
	}
	return req, x, err
}

// playsOnce plays with a token for a single use.
func playsOnce(ctx context.Context, s *session) error {
	return s.onOneAir(ctx, func(ch outputs.Channel) error {
		_, x, err := s.firstUse(ctx, ch, http.MethodGet)
		if err != nil {
			return err
		}
		if err := wantStatus(x, http.StatusOK); err != nil {
			return err
		}
		v, err := s.spectator(ch, "", "")
		if err != nil {
			return err
		}
		_, err = v.opensFrom(ctx, x)
		return err
	})
}

// playsTwice begins two sessions with one token.
func playsTwice(ctx context.Context, s *session) error {
	return s.onOneAir(ctx, func(ch outputs.Channel) error {
		token, err := s.goodToken(ctx, ch, "")
		if err != nil {
			return err
		}
		for range 2 {
			v, err := s.spectator(ch, token, "")
			if err != nil {
				return err
			}
			if _, err := v.opens(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// mostSD is how many lines a rendition has at most that aws:maximum-resolution SD
// leaves.
const mostSD = 480

// resolutionBounded compares what a bounded token shows with what a token without
// bounds does: a channel that has nothing small enough shows nothing about the claim.
func resolutionBounded(ctx context.Context, s *session) error {
	return s.onOneAir(ctx, func(ch outputs.Channel) error {
		_, all, err := s.offered(ctx, ch, noClaim)
		if err != nil {
			return err
		}
		if small, _ := bounded(all); len(small) == 0 {
			return skip("channel %q has no rendition of %d lines or fewer", ch.Name, mostSD)
		}
		x, left, err := s.offered(ctx, ch, boundedToSD)
		if err != nil {
			return err
		}
		small, large := bounded(left)
		if len(small) > 0 && len(large) == 0 {
			return nil
		}
		got := "none of them"
		if len(large) > 0 {
			got = strings.Join(large, ", ")
		}
		return &Failure{Asked: x.asked, Want: fmt.Sprintf("renditions of at most %d lines, by aws:maximum-resolution SD", mostSD),
			Got: got, Cause: "claims-ignored"}
	})
}

func (s *session) offered(ctx context.Context, ch outputs.Channel, claim tokenClaim) (*exchange, []variant, error) {
	v, err := s.watch(ctx, ch, claim, "")
	if err != nil {
		return nil, nil, err
	}
	return v.multivariant(ctx)
}

// bounded parts the resolutions that a token bounded to SD may show from the others.
// A variant without one counts as small: it may be sound alone.
func bounded(list []variant) (small, large []string) {
	for _, v := range list {
		if v.lines() > mostSD {
			large = append(large, v.resolution)
		} else {
			small = append(small, v.resolution)
		}
	}
	return small, large
}
