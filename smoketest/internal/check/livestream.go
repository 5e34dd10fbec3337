package check

import (
	"context"
	"fmt"
	"strconv"

	"privateplayback/infra/outputs"
)

func liveStreamChecks() []Check {
	stream := []Need{NeedStream}
	return []Check{
		{ID: "live.stream.advances", Rule: ruleLive, Needs: stream,
			Proves: "The variant playlists slide: they have no end, and the next segment comes in time.",
			run:    eachRendition(windowAdvances)},
		{ID: "live.stream.cadence", Rule: ruleLive, Needs: stream, Harm: Weakens,
			Proves: "No segment is longer than its playlist says, and none is missing between two looks.",
			run:    eachRendition(cadenceHolds)},
		{ID: "live.stream.renditions", Rule: ruleVariants, Needs: stream,
			Proves: "The multivariant playlist describes each variant as players need it, and every one plays.",
			run:    eachRendition(variantPlays)},
		{ID: "live.stream.decodes", Rule: ruleMedia, Needs: stream,
			Proves: "The newest segment of each rendition holds the picture and the sound that its codecs name, and a place to begin.",
			run:    eachRendition(segmentDecodes)},
		{ID: "live.stream.in-sync", Rule: ruleVariantSync, Needs: stream, Harm: Weakens,
			Proves: "The renditions show the same time, so that a player can change between them.",
			run:    renditionsAgree},
		{ID: "live.stream.private", Rule: ruleSession, Needs: stream, Harm: Exposes,
			Proves: "Variants and segments come over https from hosts of IVS, and their addresses do not hold the token.",
			run:    staysPrivate},
		{ID: "live.stream.idle", Rule: ruleChannels, Harm: Weakens,
			Proves: "A channel to which nobody streams can be told from a bad token.",
			run:    idleToldApart},
	}
}

// windowAdvances waits for the next segment of a rendition, as players do.
func windowAdvances(ctx context.Context, v *spectator, r rendition) error {
	_, _, err := v.session.next(ctx, r.x.url, r.list)
	return err
}

// eachRendition runs try on every rendition of every channel on air.
func eachRendition(try func(context.Context, *spectator, rendition) error) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		return s.watchAll(ctx, func(v *spectator, all []rendition) error {
			for _, r := range all {
				if err := try(ctx, v, r); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// watchAll runs try on the renditions of every channel on air.
func (s *session) watchAll(ctx context.Context, try func(*spectator, []rendition) error) error {
	return s.onAir(ctx, "", func(ch outputs.Channel) error {
		v, err := s.watch(ctx, ch, noClaim, "")
		if err != nil {
			return err
		}
		_, all, err := v.renditions(ctx)
		if err != nil {
			return err
		}
		return try(v, all)
	})
}

// variantPlays judges the attributes that players choose by: BANDWIDTH is demanded,
// RESOLUTION and CODECS must make sense where they are.
func variantPlays(ctx context.Context, v *spectator, r rendition) error {
	if n, err := strconv.ParseUint(r.bandwidth, 10, 64); err != nil || n == 0 {
		return r.x.broken("BANDWIDTH of this variant in the multivariant playlist", fmt.Errorf("%q", r.bandwidth))
	}
	if r.resolution != "" && r.lines() <= 0 {
		return r.x.broken("RESOLUTION of this variant as width and height", fmt.Errorf("%q", r.resolution))
	}
	if r.codecs != "" && !r.has(videoCodecs) && !r.has(audioCodecs) {
		return r.x.broken("CODECS of this variant with one that players know", fmt.Errorf("%q", r.codecs))
	}
	segment, _, err := v.newest(ctx, r)
	if err != nil {
		return err
	}
	if _, err := recognize(segment.body); err != nil {
		return segment.broken("media", err)
	}
	return nil
}
