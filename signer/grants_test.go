package signer_test

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"privateplayback/signer"
)

// counted returns a cache in front of a remote key, and how often the key was
// used. sign is called within each use.
func counted(t *testing.T, limit int, sign func(context.Context) error) (*signer.Grants, *atomic.Int32) {
	t.Helper()
	var n atomic.Int32
	c := newCloudFront(t, remote{p256(), func(ctx context.Context) error {
		n.Add(1)
		if sign == nil {
			return nil
		}
		return sign(ctx)
	}})
	g := signer.NewGrants(c, limit)
	g.Now = func() time.Time { return notBefore }
	return g, &n
}

func asset(i int) signer.Policy {
	return signer.Policy{Resource: fmt.Sprintf("%s/%d/*", host, i), Expires: expires}
}

func TestGrantsKeep(t *testing.T) {
	g, n := counted(t, 10, nil)
	first := must(g.Grant(t.Context(), asset(1)))
	same := asset(1)
	same.Expires = expires.Add(time.Second / 2).UTC()
	if must(g.Grant(t.Context(), same)) != first || n.Load() != 1 {
		t.Errorf("the same policy was signed %d times, want once", n.Load())
	}
	for _, change := range []func(*signer.Policy){
		func(p *signer.Policy) { p.Resource = "*" },
		func(p *signer.Policy) { p.Expires = expires.Add(time.Second) },
		func(p *signer.Policy) { p.NotBefore = notBefore },
		func(p *signer.Policy) { p.SourceIP = netip.MustParsePrefix("192.0.2.0/24") },
	} {
		other := asset(1)
		change(&other)
		if must(g.Grant(t.Context(), other)) == first {
			t.Errorf("policy %+v got the grant of another", other)
		}
	}
}

// TestGrantsLimit: the grants used last stay.
func TestGrantsLimit(t *testing.T) {
	g, n := counted(t, 2, nil)
	for _, step := range []struct {
		asset int
		want  int32 // signatures so far
	}{{1, 1}, {2, 2}, {1, 2}, {3, 3}, {1, 3}, {2, 4}, {3, 5}} {
		must(g.Grant(t.Context(), asset(step.asset)))
		if n.Load() != step.want {
			t.Errorf("asset %d: %d signatures, want %d", step.asset, n.Load(), step.want)
		}
	}
	g, n = counted(t, 0, nil)
	must(g.Grant(t.Context(), asset(1)))
	must(g.Grant(t.Context(), asset(1)))
	if n.Load() != 1 {
		t.Errorf("with limit 0: %d signatures, want 1", n.Load())
	}
}

// TestGrantsExpire: what has expired is signed when asked for, and not kept.
func TestGrantsExpire(t *testing.T) {
	g, n := counted(t, 2, nil)
	now := notBefore
	g.Now = func() time.Time { return now }
	must(g.Grant(t.Context(), asset(1)))
	now = expires
	late := asset(2)
	late.Expires = expires.Add(time.Hour)
	must(g.Grant(t.Context(), late)) // drops asset 1
	must(g.Grant(t.Context(), asset(1)))
	must(g.Grant(t.Context(), asset(1)))
	if n.Load() != 4 {
		t.Errorf("%d signatures, want 4: an expired grant is not kept", n.Load())
	}
}

func TestGrantsErrors(t *testing.T) {
	down := errors.New("throttled")
	failing := true
	g, n := counted(t, 2, func(context.Context) error {
		if failing {
			return down
		}
		return nil
	})
	_, err := g.Grant(t.Context(), asset(1))
	checkRefusal(t, err, down)
	failing = false
	if _, err := g.Grant(t.Context(), asset(1)); err != nil || n.Load() != 2 {
		t.Errorf("after an error: %v, %d signatures, want a second try", err, n.Load())
	}
	must(g.Grant(t.Context(), signer.Policy{Resource: "*", Expires: expires}))
	for _, p := range []signer.Policy{{Expires: expires}, {Resource: "*"}, {Resource: "*", Expires: expires, SourceIP: netip.PrefixFrom(netip.MustParseAddr("192.0.2.1"), 33)}} {
		_, err := g.Grant(t.Context(), p)
		checkRefusal(t, err, signer.ErrInvalidPolicy)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = g.Grant(ctx, asset(1))
	checkRefusal(t, err, context.Canceled)
}

// TestGrantsSingleFlight: callers of one policy wait for one signature, and one
// that gives up does not take the others with it.
func TestGrantsSingleFlight(t *testing.T) {
	begun, goOn := make(chan struct{}, 1), make(chan struct{})
	g, n := counted(t, 2, func(ctx context.Context) error {
		begun <- struct{}{}
		select {
		case <-goOn:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	impatient, giveUp := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := g.Grant(impatient, asset(1))
		first <- err
	}()
	<-begun
	var others sync.WaitGroup
	grants := make([]*signer.Grant, 8)
	waiting := make(chan struct{}, len(grants))
	for i := range grants {
		others.Go(func() {
			waiting <- struct{}{}
			grants[i], _ = g.Grant(t.Context(), asset(1))
		})
	}
	for range grants {
		<-waiting
	}
	time.Sleep(10 * time.Millisecond) // lets the others join; if late, they find it kept
	giveUp()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v, want its own context's error", err)
	}
	close(goOn)
	others.Wait()
	for _, grant := range grants {
		if grant == nil || grant != grants[0] {
			t.Errorf("a caller got %v, want the one grant", grant)
		}
	}
	if n.Load() != 1 {
		t.Errorf("%d signatures, want 1", n.Load())
	}
}

// TestGrantsLastCallerLeaves: then the key's context ends, and the next caller
// begins anew.
func TestGrantsLastCallerLeaves(t *testing.T) {
	begun, ended := make(chan struct{}, 2), make(chan struct{}, 2)
	var slow atomic.Bool
	slow.Store(true)
	g, n := counted(t, 2, func(ctx context.Context) error {
		begun <- struct{}{}
		if slow.Load() {
			<-ctx.Done()
			ended <- struct{}{}
		}
		return ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	_, err := g.Grant(ctx, asset(1))
	checkRefusal(t, err, context.Canceled)
	<-ended
	slow.Store(false)
	if _, err := g.Grant(t.Context(), asset(1)); err != nil || n.Load() != 2 {
		t.Errorf("next caller: %v, %d signatures, want a new one", err, n.Load())
	}
}

func TestGrantsConcurrently(t *testing.T) {
	g := signer.NewGrants(newCloudFront(t, p256(), signer.WithHash(crypto.SHA256)), 4)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 50 {
				p := asset((i + j) % 6)
				if grant, err := g.Grant(t.Context(), p); err != nil || grant.Policy().Resource != p.Resource {
					t.Errorf("Grant(%q) = %v, %v", p.Resource, grant, err)
				}
			}
		})
	}
	all.Wait()
}

// panicking is a key that does what no key should.
type panicking struct{ crypto.Signer }

func (panicking) SignMessageContext(context.Context, []byte, crypto.SignerOpts) ([]byte, error) {
	panic("out of order")
}

// TestGrantsSurvive: neither a broken key nor a missing signer ends the process,
// and the next caller is not kept waiting for what will never come.
func TestGrantsSurvive(t *testing.T) {
	p := signer.Policy{Resource: host + "/*", Expires: expires}
	broken := signer.NewGrants(newCloudFront(t, panicking{p256()}), 10)
	for range 2 {
		if _, err := broken.Grant(t.Context(), p); err == nil || !strings.Contains(err.Error(), "the key panicked") {
			t.Errorf("Grant of a key that panics = %v, want an error that says so", err)
		}
	}
	for name, g := range map[string]*signer.Grants{"no signer": signer.NewGrants(nil, 1), "zero": {}} {
		if _, err := g.Grant(t.Context(), p); !errors.Is(err, signer.ErrNoKey) {
			t.Errorf("%s: Grant = %v, want ErrNoKey", name, err)
		}
	}
}
