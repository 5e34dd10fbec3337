package ivs

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Of many players with one single-use token, exactly one plays.
func TestConcurrentUse(t *testing.T) {
	f := newFixture(t)
	token := f.token(t, map[string]any{"aws:single-use-uuid": uuid, "exp": f.in(time.Minute)})
	public := f.createChannel(t, false)
	statuses := make([]int, 16)
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() {
			statuses[i] = f.play(token).status
			variant := playlistURLs(f.do("GET", public.PlaybackURL).body)[0]
			f.do("GET", variant)
			if _, _, err := f.CreateChannel(ChannelConfig{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	counts := map[int]int{}
	for _, status := range statuses {
		counts[status]++
	}
	if counts[200] != 1 || counts[403] != len(statuses)-1 {
		t.Errorf("statuses %v, want one 200 and the rest 403", counts)
	}
}

// Two hundred viewers watch at the same time, each from an address of their
// own; then half of them are revoked while all go on asking. Nobody else is
// disturbed. Tokens are few, since what is tested is not signatures.
func TestConcurrentViewers(t *testing.T) {
	const (
		viewers = 200
		ids     = 10
		revoked = ids / 2
	)
	f := newFixture(t)
	var tokens [ids]string
	for id := range tokens {
		tokens[id] = f.viewerToken(t, fmt.Sprint(id), 1)
	}
	var variants [viewers]string
	client := func(i int) string { return fmt.Sprintf("198.51.100.%d:1234", i) }
	each := func(do func(i int)) {
		t.Helper()
		var wg sync.WaitGroup
		for i := range viewers {
			wg.Go(func() { do(i) })
		}
		wg.Wait()
	}
	each(func(i int) {
		urls := playlistURLs(f.doFrom(client(i), "GET", f.channel.PlaybackURL+"?token="+tokens[i%ids]).body)
		if len(urls) != 2 {
			t.Errorf("viewer %d: %d renditions, want 2", i, len(urls))
			return
		}
		variants[i] = urls[i/ids%2]
		segments := playlistURLs(f.doFrom(client(i), "GET", variants[i]).body)
		if len(segments) != windowLength {
			t.Errorf("viewer %d: %d segments, want %d", i, len(segments), windowLength)
			return
		}
		if got := f.doFrom(client(i), "GET", segments[i%windowLength]); got.status != 200 {
			t.Errorf("viewer %d: segment has status %d", i, got.status)
		}
	})
	if got, err := f.Stream(f.channel.ARN); err != nil || got.ViewerCount != viewers {
		t.Fatalf("Stream = %+v, %v; want %d viewers", got, err, viewers)
	}

	var calls sync.WaitGroup
	for id := range revoked {
		calls.Go(func() {
			if err := f.StartViewerSessionRevocation(ViewerSession{f.channel.ARN, fmt.Sprint(id), 1}); err != nil {
				t.Error(err)
			}
		})
	}
	each(func(i int) {
		if got := f.doFrom(client(i), "GET", variants[i]).status; got != 200 && i%ids >= revoked {
			t.Errorf("viewer %d, who is not revoked: status %d", i, got)
		}
	})
	calls.Wait()
	var ended atomic.Int64
	each(func(i int) {
		if f.doFrom(client(i), "GET", variants[i]).status == 403 {
			ended.Add(1)
		}
	})
	if ended.Load() != viewers/2 || f.sessions.byAge.Len() != viewers/2 {
		t.Errorf("%d sessions ended and %d are kept, want %d of each", ended.Load(), f.sessions.byAge.Len(), viewers/2)
	}
}
