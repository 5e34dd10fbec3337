package signer

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// PlaybackURL returns an IVS channel's playback URL with the token that opens
// it. The bytes of playbackURL, an https URL as the stack outputs hold it, are
// kept.
//
// Errors: [ErrInvalidURL], [ErrURLForm], [ErrTooLong], [ErrReservedParameter]
// when the URL has a token already, [ErrInvalidToken] when token is not three
// parts of base64url.
func PlaybackURL(playbackURL, token string) (string, error) {
	u, err := parseURL(playbackURL)
	if err != nil {
		return "", fmt.Errorf("making playback URL: %w", err)
	}
	if u.scheme != "https" {
		return "", fmt.Errorf("making playback URL: %w: %q: scheme %q, want https", ErrInvalidURL, display(playbackURL), u.scheme)
	}
	if err := u.checkReserved(func(name string) bool { return name == "token" }); err != nil {
		return "", fmt.Errorf("making playback URL: %w", err)
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", fmt.Errorf("making playback URL: %w: it has %d parts, want 3", ErrInvalidToken, len(parts))
	}
	for i, p := range parts {
		if _, err := base64.RawURLEncoding.DecodeString(p); p == "" || err != nil {
			return "", fmt.Errorf("making playback URL: %w: part %d is not base64url", ErrInvalidToken, i+1)
		}
	}
	return playbackURL + u.separator() + "token=" + token, nil
}

// PlaybackURLAt is [IVS.TokenAt], then [PlaybackURL]: what a player plays from now on.
// Errors are those of both.
func (s *IVS) PlaybackURLAt(ctx context.Context, now time.Time, playbackURL string, t PlaybackToken) (string, error) {
	token, err := s.TokenAt(ctx, now, t)
	if err != nil {
		return "", err
	}
	return PlaybackURL(playbackURL, token)
}
