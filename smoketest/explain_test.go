package main

import (
	"strings"
	"testing"
	"time"

	"privateplayback/internal/local"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/explain"
)

// What a deployment answers to a stranger's grants is explained as it is.
func TestExplainOnADeployment(t *testing.T) {
	d := deploy(t, local.Options{})
	stack := readTarget(t, d).Stack
	target := localTarget(d, stack)
	object := stack.BaseURL + "/" + stack.ContentPlaylists[0]
	signed := func(id signer.KeyPairID, expires time.Duration) string {
		cf, err := signer.NewCloudFront(id, target.SigningKey)
		if err != nil {
			t.Fatal(err)
		}
		u, err := cf.SignURL(t.Context(), object, time.Now().Add(expires))
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	ivs, err := signer.NewIVS(target.PlaybackKey)
	if err != nil {
		t.Fatal(err)
	}
	token := func(arn string, expires time.Duration) string {
		text, err := ivs.Token(t.Context(), signer.PlaybackToken{ChannelARN: arn, Expires: time.Now().Add(expires)})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	channel := stack.Channels[0]
	id := signer.KeyPairID(stack.SigningKeys[0].ID)
	tests := []struct {
		name    string
		text    string
		verdict explain.Verdict
		cause   cause.ID
	}{
		{"good URL", signed(id, time.Hour), explain.Opens, ""},
		{"expired URL", signed(id, -time.Hour), explain.Refused, "expired-in-play"},
		{"id of another key", signed("K00000000000AA", time.Hour), explain.Refused, "key-other"},
		{"another path", strings.Replace(signed(id, time.Hour), ".m3u8?", ".m3u9?", 1), explain.Refused, "signature-mismatch"},
		{"unsigned", object, explain.Refused, "signature-missing"},
		{"good token", token(channel.ARN, time.Minute), explain.Opens, ""},
		{"good playback URL", channel.PlaybackURL + "?token=" + token(channel.ARN, time.Minute), explain.Opens, ""},
		{"expired token", token(channel.ARN, -time.Hour), explain.Refused, "expired-in-play"},
		{"token of another channel", channel.PlaybackURL + "?token=" + token(channel.ARN+"x", time.Minute), explain.Refused, "channel-other"},
	}
	for _, tt := range tests {
		e, err := explain.Explain(t.Context(), explain.Subject{Text: tt.text, Stack: stack, At: time.Now()}, explain.Asking{Client: d.Client()})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if e.Verdict != tt.verdict || e.Cause != tt.cause || e.Answer == nil {
			t.Errorf("%s: %s %q, want %s %q\n%s", tt.name, e.Verdict, e.Cause, tt.verdict, tt.cause, e)
		}
	}
}
