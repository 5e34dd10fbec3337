package check

import (
	"context"
	"crypto"
	"net/http"
	"slices"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

func liveKeysChecks() []Check {
	channel, dropped := []Need{NeedChannel}, []Need{NeedChannel, NeedOldKey}
	return []Check{
		{ID: "keys.live-current", Rule: ruleToken, Needs: channel,
			Proves: "A token of the current playback key opens a channel.",
			run:    tokensOpen(outputs.Current)},
		{ID: "keys.live-next", Rule: ruleToken, Needs: channel,
			Proves: "A token of a playback key that will be current next opens a channel already.",
			run:    tokensOpen(outputs.Next)},
		{ID: "keys.live-retiring", Rule: ruleToken, Needs: channel,
			Proves: "A token of a retiring playback key opens a channel still.",
			run:    tokensOpen(outputs.Retiring)},
		{ID: "keys.live-dropped", Rule: ruleDeleteKey, Needs: dropped, Harm: Exposes,
			Proves: "A token of a playback key that was dropped from the stack is refused.",
			run:    droppedTokenRefused},
	}
}

// playbackKeys are the playback keys that were given and are the stack's.
func (s *session) playbackKeys() []heldKey {
	held := []heldKey{}
	for _, key := range slices.Concat([]crypto.Signer{s.PlaybackKey}, s.MorePlaybackKeys) {
		for _, k := range s.Stack.PlaybackKeys {
			if signer.MatchPublicKey(key, k.PublicKey) == nil {
				held = append(held, heldKey{role: k.Role, key: key})
			}
		}
	}
	return held
}

func (s *session) playbackRoles() []outputs.Role {
	roles := []outputs.Role{}
	for _, k := range s.Stack.PlaybackKeys {
		roles = append(roles, k.Role)
	}
	return roles
}

func tokensOpen(role outputs.Role) func(context.Context, *session) error {
	return func(ctx context.Context, s *session) error {
		keys, err := inRole(s.playbackKeys(), s.playbackRoles(), role)
		if err != nil {
			return err
		}
		for _, k := range keys {
			x, err := s.tokenBy(ctx, k.key)
			if err != nil {
				return err
			}
			if x.status != http.StatusOK && x.status != http.StatusNotFound {
				return &Failure{Asked: x.asked, Want: "200 to a token of a key of the stack, or 404 while nobody streams",
					Got: x.got(), Cause: explain(content, x)}
			}
		}
		return nil
	}
}

// tokenBy asks for the first channel with a token of a key of one's own choice.
func (s *session) tokenBy(ctx context.Context, key crypto.Signer) (*exchange, error) {
	channels, err := s.channels()
	if err != nil {
		return nil, err
	}
	req, err := tokenOf(key)(ctx, s, channels[0])
	if err != nil {
		return nil, err
	}
	return s.do(req)
}

func tokenOf(key crypto.Signer) tokenForgery {
	return func(ctx context.Context, s *session, ch outputs.Channel) (*http.Request, error) {
		iv, err := signer.NewIVS(key)
		if err != nil {
			return nil, err
		}
		token, err := iv.Token(ctx, signer.PlaybackToken{ChannelARN: ch.ARN, Expires: s.Now().Add(tokenLifetime)})
		if err != nil {
			return nil, err
		}
		return tuneIn(ctx, ch, token, "")
	}
}

func droppedTokenRefused(ctx context.Context, s *session) error {
	if s.OldPlaybackKey == nil {
		return skip("no playback key that was dropped from the stack was given")
	}
	return tokenJudged(firstChannel, tokenOf(s.OldPlaybackKey), func(x *exchange) error {
		return playsStill(x, deniedByIVS().check(x), "playback-key-dropped-plays")
	})(ctx, s)
}
