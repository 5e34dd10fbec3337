package check

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"privateplayback/infra/outputs"
)

// ruleContract is the only rule that is this project's own.
const ruleContract = "package privateplayback/infra/outputs"

func contractChecks() []Check {
	return []Check{
		{ID: "contract.outputs", Rule: ruleContract,
			Proves: "The outputs are complete and their addresses agree with one another.",
			run:    outputsAgree},
		{ID: "contract.signing-key", Rule: ruleTrustedKeys,
			Proves: "The signing key is the private half of a public key of the stack.",
			run:    signingKeyMatches},
		{ID: "contract.playback-key", Rule: ruleToken,
			Proves: "The playback key is the private half of a playback key of the stack.",
			run:    playbackKeyMatches},
	}
}

// outputsAgree compares what the later checks derive requests from.
func outputsAgree(_ context.Context, s *session) error {
	if err := s.Stack.Validate(); err != nil {
		return contractFailure("outputs of version "+fmt.Sprint(outputs.SchemaVersion), err.Error())
	}
	if pathStyleHost(s.Stack) == "" || globalHost(s.Stack) == "" {
		return contractFailure(
			fmt.Sprintf("bucketRegionalDomainName of bucket %q in region %q", s.Stack.BucketName, s.Stack.Region),
			fmt.Sprintf("%q", s.Stack.BucketRegionalDomainName))
	}
	for _, ch := range s.Stack.Channels {
		if err := s.channelAgrees(ch); err != nil {
			return err
		}
	}
	return nil
}

// channelAgrees wants a channel's address and ARN in the stack's region.
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_Channel.html
func (s *session) channelAgrees(ch outputs.Channel) error {
	suffix := "." + s.Stack.Region + ".playback.live-video.net"
	u, err := url.Parse(ch.PlaybackURL)
	if err != nil || !strings.HasSuffix(u.Hostname(), suffix) {
		return contractFailure(fmt.Sprintf("a playbackUrl of channel %q on a host that ends in %q", ch.Name, suffix),
			fmt.Sprintf("%q", Mask(ch.PlaybackURL)))
	}
	prefix := "arn:aws:ivs:" + s.Stack.Region + ":"
	if !strings.HasPrefix(ch.ARN, prefix) {
		return contractFailure(fmt.Sprintf("an arn of channel %q that starts with %q", ch.Name, prefix),
			fmt.Sprintf("%q", ch.ARN))
	}
	return nil
}

func signingKeyMatches(_ context.Context, s *session) error {
	if s.signingErr != nil {
		return contractFailure("the private half of one of signingKeys", s.signingErr.Error())
	}
	return nil
}

func playbackKeyMatches(_ context.Context, s *session) error {
	switch {
	case len(s.Stack.PlaybackKeys) == 0:
		return skip("the stack has no playback keys")
	case s.PlaybackKey == nil:
		return skip("no playback key was given")
	case s.tokenErr != nil:
		return contractFailure("the private half of one of playbackKeys", s.tokenErr.Error())
	}
	return nil
}

func contractFailure(want, got string) error {
	return &Failure{Asked: "the stack outputs and the keys given", Want: want, Got: got, Cause: "outputs-stale"}
}
