package main

import (
	"testing"

	"privateplayback/infra/outputs"
	"privateplayback/internal/local"
)

// outputFaults are outputs that do not tell what is deployed. They name no setting of
// a resource, so they come beside the faults of the declaration.
func outputFaults() []fault {
	f := []fault{}
	for _, o := range wrongOutputs() {
		f = append(f, o.fault)
	}
	return f
}

// wrongOutput changes the outputs of a sound stack.
type wrongOutput struct {
	fault
	edit func(*outputs.Stack)
}

func wrongOutputs() []wrongOutput {
	return []wrongOutput{
		{fault{name: "outputs: another base URL", fails: "vod.grant.canned", cause: "edge-refused", also: allVOD},
			func(s *outputs.Stack) { s.BaseURL = "https://d111111abcdef8.cloudfront.net" }},
		{fault{name: "outputs: another key id", fails: "vod.grant.canned", cause: "key-not-in-group", also: "vod.* keys.current keys.dropped keys.ecdsa-*"},
			func(s *outputs.Stack) { s.SigningKeys[0].ID = "K2JCJMDEHXQW5F" }},
		{fault{name: "outputs: another bucket", fails: "vod.origin.direct-virtual-hosted", cause: "bucket-gone", also: "vod.origin.*"},
			func(s *outputs.Stack) {
				s.BucketName, s.BucketRegionalDomainName = "media-0000000", "media-0000000.s3.us-west-2.amazonaws.com"
			}},
		{fault{name: "outputs: another region", fails: "contract.outputs", cause: "outputs-stale"},
			func(s *outputs.Stack) { s.Region = "eu-west-1" }},
		{fault{name: "outputs: another protocol policy", fails: "vod.protocol.http", cause: "http-open"},
			func(s *outputs.Stack) { s.ViewerProtocolPolicy = "https-only" }},
		{fault{name: "outputs: another page", fails: "vod.cors.allowed", cause: "cors-missing", also: "vod.cors.*"},
			func(s *outputs.Stack) { s.AllowedOrigins = []string{"https://www.example.com"} }},
		{fault{name: "outputs: a playlist that is not there", fails: "vod.grant.canned", cause: "origin-refused", also: parts},
			func(s *outputs.Stack) { s.ContentPlaylists = append(s.ContentPlaylists, "content/gone/index.m3u8") }},
		{fault{name: "outputs: ARN of another channel", fails: "live.grant.play", cause: "token-refused", also: allLive},
			func(s *outputs.Stack) { s.Channels[0].ARN = s.Channels[1].ARN }},
		{fault{name: "outputs: address of another channel", fails: "live.grant.play", cause: "token-refused", also: allLive},
			func(s *outputs.Stack) { s.Channels[0].PlaybackURL = s.Channels[1].PlaybackURL }},
		{fault{name: "outputs: channels in another region", fails: "contract.outputs", cause: "outputs-stale", also: allLive},
			func(s *outputs.Stack) {
				s.Channels[0].ARN = "arn:aws:ivs:eu-west-1:123456789012:channel/abcdABCDefgh"
			}},
	}
}

// A sound stack whose outputs are wrong in one member is caught too.
func TestWrongOutputs(t *testing.T) {
	d := deploy(t, local.Options{MediaDir: smallMedia(t), Settings: map[string]any{
		"channels": []any{map[string]any{"name": "a"}, map[string]any{"name": "b"}},
	}})
	for _, o := range wrongOutputs() {
		t.Run(o.name, func(t *testing.T) {
			target := readTarget(t, d)
			o.edit(target.Stack)
			o.expect(t, checked(t, target))
		})
	}
}
