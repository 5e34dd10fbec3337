package check

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

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
		{ID: "contract.something", Rule: ruleContract,
			Proves: "The stack has content or a channel, without which nothing is proved.",
			run:    somethingToProve},
		{ID: "contract.clock", Rule: ruleDate,
			Proves: "The distribution answers under its name, and this machine's clock agrees with it.",
			run:    clockAgrees},
	}
}

func (s *session) hasSomething() bool { return len(s.Stack.ContentPlaylists)+len(s.Stack.Channels) > 0 }

func somethingToProve(_ context.Context, s *session) error {
	if s.hasSomething() {
		return nil
	}
	return &Failure{Asked: "the stack outputs", Want: "a playlist in contentPlaylists, or a channel", Got: "neither", Cause: "nothing-to-prove"}
}

// clockAgrees compares the clock with the Date of an answer that the edge made just
// now: a signature that is dated by another clock starts too late or ends too early.
func clockAgrees(ctx context.Context, s *session) error {
	if !s.hasSomething() {
		return skip("the stack has nothing to ask for")
	}
	req, err := plain(ctx, s.objectURL("smoketest-clock"))
	if err != nil {
		return err
	}
	x, err := s.do(req)
	if err != nil {
		return err
	}
	if id := x.interposed(); id != "" {
		return &Failure{Asked: x.asked, Want: "an answer of CloudFront", Got: x.got(), Cause: id}
	}
	if skew := x.skew(); skew.Abs() > skewed {
		return &Failure{Asked: x.asked, Want: fmt.Sprintf("a Date within %v of this machine's clock", skewed),
			Got: fmt.Sprintf("this machine's clock is %v ahead", skew.Round(time.Second)), Cause: "clock"}
	}
	return nil
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
