package check

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/net/publicsuffix"

	"privateplayback/smoketest/internal/cause"
)

// How many seconds of a video must play where it may, and on the same page as the
// control of a refusal.
const (
	playSeconds    = 3
	controlSeconds = 0.5
)

// InBrowser are the checks with a real browser, for a target that has a Screen. They
// are no part of All, since each takes some seconds.
func InBrowser() []Check {
	return group([]Check{
		{ID: "browser.grant.ts", Rule: ruleCustomURL, Needs: []Need{NeedContent, NeedOrigins},
			Proves: "A page plays MPEG-TS from a rewritten playlist with signed URLs, without a script.",
			run:    showsKind(filmTS)},
		{ID: "browser.grant.fmp4", Rule: ruleCustomURL, Needs: []Need{NeedContent, NeedOrigins},
			Proves: "A page plays fragmented MP4 from a rewritten playlist with signed URLs, without a script.",
			run:    showsKind(filmMP4)},
		{ID: "browser.grant.aes", Rule: ruleCustomURL, Needs: []Need{NeedContent, NeedOrigins},
			Proves: "A page plays media encrypted with AES-128 from a rewritten playlist that signs the key's URL too.",
			run:    showsKind(filmAES)},
		{ID: "browser.grant.cookies", Rule: ruleCustomCookie, Needs: []Need{NeedContent, NeedOrigins, NeedOwnDomain},
			Proves: "Signed cookies, set by a page for the domain that it shares with the media, play what is not rewritten.",
			run:    showsWithCookies},
		{ID: "browser.grant.live", Rule: ruleToken, Needs: []Need{NeedChannel, NeedStream},
			Proves: "A page plays every channel with a token that names the page's origin.",
			run:    showsLive},
		{ID: "browser.refuse.unsigned", Rule: ruleTrustedKeys, Harm: Exposes, Needs: []Need{NeedContent, NeedOrigins},
			Proves: "A page does not play the playlist without a signature.",
			run:    unsignedDark},
		{ID: "browser.refuse.foreign-origin", Rule: ruleFetchCORS, Harm: Exposes, Needs: []Need{NeedContent, NeedOrigins},
			Proves: "A page of an origin that is not allowed does not play signed URLs.",
			run:    foreignDark},
		{ID: "browser.refuse.no-token", Rule: ruleChannels, Harm: Exposes, Needs: []Need{NeedChannel, NeedStream},
			Proves: "A page does not play a channel without a token.",
			run:    liveDark(noToken)},
		{ID: "browser.refuse.other-channel", Rule: ruleToken, Harm: Exposes, Needs: []Need{NeedChannel, NeedStream},
			Proves: "A page does not play a channel with a token for another one.",
			run:    liveDark(otherChannelsToken)},
	}, Breaks, NeedBrowser)
}

// unable is what becomes of a page in an old browser, or one that was built without
// codecs.
const unable = "this browser plays no HLS without a script; Chrome, and Chromium with its codecs, do from version 142 on"

// show shows a page and notes what it requested.
func (s *session) show(ctx context.Context, p Page, control bool) (Showing, error) {
	p.Hosts = s.reachable()
	shown, err := s.Screen.Show(ctx, p)
	switch {
	case ctx.Err() != nil:
		return shown, ctx.Err()
	case err != nil:
		return shown, &Failure{Asked: p.asked(), Want: "a browser that shows it", Got: err.Error(), Cause: "browser-failed"}
	case shown.Unable && s.ScreenRequired:
		return shown, &Failure{Asked: p.asked(), Want: "a browser that plays HLS without a script", Got: unable, Cause: "browser-cannot-play"}
	case shown.Unable:
		return shown, skip(unable)
	}
	for _, l := range shown.Loads {
		probeOf(ctx).note(Request{
			Asked: Mask("GET " + l.URL + " (browser)"), Control: control, Attempts: 1, Status: l.Status, Error: Mask(l.Error),
			Bytes: l.Bytes, Started: l.Sent, Elapsed: l.Elapsed, Timing: Timing{FirstByte: l.FirstByte},
		})
	}
	return shown, nil
}

// plays demands that the video of a page plays. A player that gives up although every
// request was answered may try once more: that of Chromium does so now and then.
func (s *session) plays(ctx context.Context, p Page, control bool) error {
	shown, err := s.show(ctx, p, control)
	if err == nil && shown.Error != "" && shown.failed() == nil {
		shown, err = s.show(ctx, p, control)
	}
	if err != nil || shown.played(p.Seconds) {
		return err
	}
	asked, want := p.asked(), fmt.Sprintf("%.1f s of a moving picture", p.Seconds)
	if control {
		asked, want = controlled+asked, want+", before a refusal can count"
	}
	return &Failure{Asked: asked, Want: want, Got: shown.String(), Cause: s.explainShowing(p, shown)}
}

// dark demands that the video of a page does not play because the first request that
// fails is refused. If it plays, exposed is why.
func (s *session) dark(ctx context.Context, p Page, refused func(Load) bool, want string, exposed cause.ID) error {
	shown, err := s.show(ctx, p, false)
	if err != nil {
		return err
	}
	failed := shown.failed()
	if shown.Advanced == 0 && failed != nil && refused(*failed) {
		return nil
	}
	failure := &Failure{Asked: p.asked(), Want: "no picture, and " + want, Got: shown.String(), Cause: exposed}
	if shown.Advanced == 0 {
		failure.Cause = s.explainShowing(p, shown)
	}
	return failure
}

func forbidden(l Load) bool  { return l.Status == http.StatusForbidden }
func unreadable(l Load) bool { return l.CORS && l.Status < 400 }

// reachable are the hosts that the outputs and the playlists so far have named. Which
// host serves a live session is decided anew for each one, so that the neighbours of a
// host that a live playlist has named come along.
func (s *session) reachable() []string {
	named := namedHosts(s.Stack, s.base)
	s.mu.Lock()
	defer s.mu.Unlock()
	hosts := []string{}
	for host := range s.hosts {
		hosts = append(hosts, host)
		if _, domain, ok := strings.Cut(host, "."); ok && !named[host] && s.streams(domain) {
			hosts = append(hosts, "*."+domain)
		}
	}
	return hosts
}

// streams reports whether a domain belongs to the site that the channels play from.
func (s *session) streams(domain string) bool {
	for _, ch := range s.Stack.Channels {
		site, err := publicsuffix.EffectiveTLDPlusOne(hostOf(ch.PlaybackURL))
		if err == nil && strings.HasSuffix("."+domain, "."+site) {
			return true
		}
	}
	return false
}
