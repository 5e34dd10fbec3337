package check

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// Target is the deployment under test and what a caller holds to use it. Only
// Stack and SigningKey are required.
type Target struct {
	Stack       *outputs.Stack
	SigningKey  crypto.Signer // private half of one of Stack.SigningKeys
	PlaybackKey crypto.Signer // private half of one of Stack.PlaybackKeys; nil: live checks are skipped

	// MoreSigningKeys and MorePlaybackKeys are private halves of further keys of the
	// stack, in whatever role; the keys checks try each.
	MoreSigningKeys, MorePlaybackKeys []crypto.Signer

	// OldSigningKey and OldPlaybackKey were dropped from the stack, so that nothing
	// which they sign may open anything.
	OldSigningKey  *OldSigningKey
	OldPlaybackKey crypto.Signer

	// Client sends every request; its dialer and roots decide what answers
	// under AWS's names. Its CheckRedirect, Jar and Timeout are not used. Nil means
	// the default transport, proxies of the environment included.
	Client *http.Client

	// Timeout is what one request may take, attempts over a bad network included;
	// 0 means DefaultTimeout.
	Timeout time.Duration

	// Segments bounds how many segments of each playlist the vod.grant checks fetch,
	// the last ones, where a catalogue is too large to fetch five times over; 0 means
	// all.
	Segments int

	// Now is the clock that signatures and tokens are dated by; nil means
	// time.Now.
	Now func() time.Time

	// Wait pauses between two looks at a live playlist; nil means a timer.
	Wait func(context.Context, time.Duration) error

	// Origin is the page origin ("https://app.example.com") that the CORS
	// checks act for first. Empty means the first of Stack.AllowedOrigins,
	// with a wildcard filled in.
	Origin string

	// Screen and Prober are clients by other people that reach the same deployment, for
	// the checks of InBrowser and InFFprobe; nil where there is none.
	Screen Screen
	Prober Prober

	// ScreenRequired makes a Screen that is unable to play any page fail the checks of
	// InBrowser; without it they are skipped.
	ScreenRequired bool

	// Heard, if set, is called with each request that was sent, once its answer
	// is whole or will not come; an interrupted request is left out.
	Heard func(Exchange)
}

// OldSigningKey is a signing key that was dropped, with the id under which
// CloudFront knew it.
type OldSigningKey struct {
	ID  signer.KeyPairID
	Key crypto.Signer
}

// session is a target made ready: parsed addresses, signers, and the set of
// hosts that may be spoken to.
type session struct {
	Target
	client *http.Client
	base   *url.URL // of the distribution, without a trailing slash

	keyID      signer.KeyPairID
	cloudfront *signer.CloudFront
	signingErr error // why cloudfront is nil
	ivs        *signer.IVS
	tokenErr   error // why ivs is nil

	// Checks run side by side.
	finding sync.Mutex
	found   []*url.URL // what kinds has found
	filming sync.Mutex
	filmed  []film // what films has found
	hearing sync.Mutex
	weary   weariness
	mu      sync.Mutex
	hosts   map[string]bool
}

// newSession reports an error only for a target that no check could use.
func newSession(t Target) (*session, error) {
	if t.Stack == nil || t.SigningKey == nil {
		return nil, errors.New("preparing the checks: the target needs Stack and SigningKey")
	}
	base, err := url.Parse(strings.TrimSuffix(t.Stack.BaseURL, "/"))
	if err != nil || base.Scheme != "https" || base.Host == "" || base.Path != "" {
		return nil, fmt.Errorf("preparing the checks: baseUrl %q is not https://HOST", t.Stack.BaseURL)
	}
	if t.Now == nil {
		t.Now = time.Now
	}
	if t.Wait == nil {
		t.Wait = timer
	}
	if t.Timeout <= 0 {
		t.Timeout = DefaultTimeout
	}
	s := &session{Target: t, base: base, client: plainClient(t.Client, t.Timeout)}
	s.prepareSigners()
	s.hosts = namedHosts(t.Stack, base)
	return s, nil
}

// timer waits for d, or until ctx ends.
func timer(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// plainClient copies c so that redirects and cookies stay in the checks' hands. An
// HTTP/2 connection on which nothing comes any more would keep every further request;
// it is given up before the request's own attempt is.
func plainClient(c *http.Client, timeout time.Duration) *http.Client {
	plain := http.Client{Transport: http.DefaultTransport}
	if c != nil {
		plain = *c
	}
	if t, ok := plain.Transport.(*http.Transport); ok {
		t = t.Clone()
		t.MaxIdleConnsPerHost = 2 * DefaultConcurrency
		t.HTTP2 = &http.HTTP2Config{SendPingTimeout: timeout / (3 * stallParts), PingTimeout: timeout / (3 * stallParts)}
		plain.Transport = t
	}
	plain.Jar, plain.Timeout = nil, 0
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &plain
}

func (s *session) prepareSigners() {
	s.keyID, s.signingErr = signer.SigningKeyID(s.Stack.SigningKeys, s.SigningKey)
	if s.signingErr == nil {
		s.cloudfront, s.signingErr = signer.NewCloudFront(s.keyID, s.SigningKey)
	}
	if s.PlaybackKey == nil {
		s.tokenErr = errors.New("no playback key was given")
		return
	}
	s.tokenErr = signer.CheckPlaybackKey(s.Stack.PlaybackKeys, s.PlaybackKey)
	if s.tokenErr == nil {
		s.ivs, s.tokenErr = signer.NewIVS(s.PlaybackKey)
	}
}

// namedHosts lists whom the outputs allow the checks to speak to.
func namedHosts(stack *outputs.Stack, base *url.URL) map[string]bool {
	hosts := map[string]bool{
		base.Hostname():              true,
		stack.DistributionDomainName: true,
	}
	for _, host := range bucketHosts(stack) {
		hosts[host] = true
	}
	for _, ch := range stack.Channels {
		hosts[hostOf(ch.PlaybackURL)] = true
	}
	delete(hosts, "")
	return hosts
}

// serviceAt is who should answer at a host; unknownLayer for hosts of which that
// does not show in the answers.
func (s *session) serviceAt(host string) layer {
	switch {
	case host == s.base.Hostname(), host == s.Stack.DistributionDomainName:
		return edge
	case slices.Contains(bucketHosts(s.Stack), host):
		return storage
	case slices.ContainsFunc(s.Stack.Channels, func(c outputs.Channel) bool { return hostOf(c.PlaybackURL) == host }):
		return ivsLayer
	}
	return unknownLayer
}

// hostOf is the host of a URL; empty if it has none.
func hostOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// admit lets a host that a playlist names be spoken to.
func (s *session) admit(u *url.URL) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hosts[u.Hostname()] = true
}

func (s *session) admitted(u *url.URL) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hosts[u.Hostname()]
}

// ours reports whether u lies on the distribution, where signatures and
// cookies may go.
func (s *session) ours(u *url.URL) bool {
	return u.Scheme == "https" && strings.EqualFold(u.Host, s.base.Host)
}

// canceled tells an interrupted run from a target that does not answer.
func canceled(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() != nil
}

func timedOut(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout()
}
