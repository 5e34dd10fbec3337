package signer

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"
)

// Grants keeps the grants of one [CloudFront], so that a policy is signed once
// however often it is asked for. It is what a slow key needs in front of it.
// Round the expiry with [RoundUp], or no two policies are the same. It is safe
// for concurrent use.
type Grants struct {
	// Now is the clock by which grants expire; nil means [time.Now]. Set it
	// before the first use.
	Now func() time.Time

	by    *CloudFront
	limit int

	mu      sync.Mutex
	kept    map[policyKey]*list.Element // of *keptGrant
	recent  *list.List                  // used last first
	signing map[policyKey]*flight
}

// NewGrants returns an empty cache that keeps at most limit grants, those used
// last, and of these none that it finds expired. A limit below 1 means 1; without c every call is an
// [ErrNoKey]. A
// grant takes about two kilobytes and its Resource.
func NewGrants(c *CloudFront, limit int) *Grants {
	return &Grants{
		by:      c,
		limit:   max(limit, 1),
		kept:    map[policyKey]*list.Element{},
		recent:  list.New(),
		signing: map[policyKey]*flight{},
	}
}

// Grant returns the grant for p: the one that is kept, or the one that is being
// signed for another caller, or a new one. A caller whose context ends leaves
// with its error; the key's context ends when the last caller has left. Errors
// are those of [CloudFront.Grant] and are not kept; nor is a grant that has
// expired.
func (g *Grants) Grant(ctx context.Context, p Policy) (*Grant, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("signing policy: %w", err)
	}
	if g.by == nil {
		return nil, fmt.Errorf("signing policy: %w: this cache was not made by NewGrants with a signer", ErrNoKey)
	}
	key := p.key()
	grant, f := g.join(ctx, key, p)
	if grant != nil {
		return grant, nil
	}
	select {
	case <-f.done:
		return f.grant, f.err
	case <-ctx.Done():
		g.leave(key, f)
		return nil, fmt.Errorf("signing policy: %w", ctx.Err())
	}
}

// policyKey is a policy by its meaning, comparable.
type policyKey struct {
	resource           string
	expires, notBefore int64
	sourceIP           netip.Prefix
}

func (p Policy) key() policyKey {
	ip := p.SourceIP
	if ip.IsValid() {
		ip = ip.Masked()
	}
	return policyKey{p.Resource, p.Expires.Unix(), p.NotBefore.Unix(), ip}
}

// flight is a signature that is being made.
type flight struct {
	cancel  context.CancelFunc
	callers int           // guarded by Grants.mu
	done    chan struct{} // closed when grant and err are set
	grant   *Grant
	err     error
}

type keptGrant struct {
	key   policyKey
	grant *Grant
}

// join returns the grant that is kept, or the flight to wait for.
func (g *Grants) join(ctx context.Context, key policyKey, p Policy) (*Grant, *flight) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if e, ok := g.kept[key]; ok {
		g.recent.MoveToFront(e)
		return e.Value.(*keptGrant).grant, nil
	}
	f, ok := g.signing[key]
	if !ok {
		// The values of the first caller's context stay, its end does not:
		// others may come to wait for the same signature.
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		f = &flight{cancel: cancel, done: make(chan struct{})}
		g.signing[key] = f
		go g.sign(ctx, key, p, f)
	}
	f.callers++
	return nil, f
}

// sign makes the signature in a goroutine of its own, where a panic of the key
// would end the process: the callers get an error instead.
func (g *Grants) sign(ctx context.Context, key policyKey, p Policy, f *flight) {
	f.err = errors.New("signing policy: the key did not return")
	defer g.land(key, f)
	defer f.cancel()
	defer func() {
		if recover() != nil {
			f.grant, f.err = nil, errors.New("signing policy: the key panicked")
		}
	}()
	f.grant, f.err = g.by.Grant(ctx, p)
}

// land hands the result of a flight to its callers and keeps it.
func (g *Grants) land(key policyKey, f *flight) {
	now := time.Now
	if g.Now != nil {
		now = g.Now
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.signing[key] == f {
		delete(g.signing, key)
	}
	if f.err == nil {
		g.keep(key, f.grant, now().Unix())
	}
	close(f.done)
}

// keep adds a grant, and drops from the end what has expired or is too much.
func (g *Grants) keep(key policyKey, grant *Grant, now int64) {
	if _, ok := g.kept[key]; ok || key.expires <= now {
		return
	}
	g.kept[key] = g.recent.PushFront(&keptGrant{key, grant})
	for e := g.recent.Back(); e != nil; e = g.recent.Back() {
		last := e.Value.(*keptGrant).key
		if len(g.kept) <= g.limit && last.expires > now {
			return
		}
		g.recent.Remove(e)
		delete(g.kept, last)
	}
}

// leave takes a caller off a flight and ends it if there is none left. Whoever
// comes next begins anew.
func (g *Grants) leave(key policyKey, f *flight) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f.callers--; f.callers > 0 {
		return
	}
	f.cancel()
	if g.signing[key] == f {
		delete(g.signing, key)
	}
}
