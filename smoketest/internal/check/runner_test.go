package check

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// scripted is a check that ends with err.
func scripted(id string, err error) Check {
	return Check{ID: id, run: func(context.Context, *session) error { return err }}
}

func TestRunVerdicts(t *testing.T) {
	w := newWorld(t, files{})
	failure := &Failure{Asked: "GET ?token=" + secretText, Want: "200", Got: "403\n  ?Signature=" + secretText, Cause: "dns"}
	var streamed []string
	results, err := Run(context.Background(), w.target, []Check{
		scripted("a.pass", nil),
		scripted("a.skip", skip("no %s", "token="+secretText)),
		scripted("a.fail", failure),
		scripted("a.wrapped", fmt.Errorf("playing: %w", failure)),
		scripted("a.error", errors.New("no key: token="+secretText)),
	}, Options{Report: func(r Result) { streamed = append(streamed, r.Check.ID+" "+string(r.Verdict)) }})
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	want := []string{"a.pass pass", "a.skip skip", "a.fail fail", "a.wrapped fail", "a.error fail"}
	if diff := cmp.Diff(want, streamed); diff != "" {
		t.Errorf("results as they came (-want +got):\n%s", diff)
	}
	if got := results[1].Reason; got != "no token=***" {
		t.Errorf("reason of the skip = %q, want it masked", got)
	}
	if diff := cmp.Diff(&Failure{Asked: "GET ?token=***", Want: "200", Got: "403 ?Signature=***", Cause: "dns"}, results[2].Failure); diff != "" {
		t.Errorf("failure (-want +got):\n%s", diff)
	}
	if strings.Contains(fmt.Sprintf("%+v", results[4].Failure), secretText) {
		t.Errorf("failure of an error holds the secret: %+v", results[4].Failure)
	}
}

func TestRunStopsWhenCanceled(t *testing.T) {
	w := newWorld(t, files{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	interrupt := Check{ID: "a.interrupted", run: func(ctx context.Context, _ *session) error {
		cancel()
		return ctx.Err()
	}}
	results, err := Run(ctx, w.target, []Check{scripted("a.first", nil), interrupt, scripted("a.last", nil)}, Options{Concurrency: 1})
	if !errors.Is(err, context.Canceled) || len(results) != 1 || results[0].Check.ID != "a.first" {
		t.Errorf("Run = %d results, %v; want the first one and context.Canceled", len(results), err)
	}
}

// A request that is under way ends with the run and is no failure of its own.
func TestRunInterruptsARequest(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w := newWorld(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	w.target.Heard = func(x Exchange) { t.Errorf("heard %v, want nothing of a request that was interrupted", x) }
	results, err := Run(ctx, w.target, All(), Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v, want context.Canceled", err)
	}
	for _, r := range results {
		if r.Verdict == Fail {
			t.Errorf("%s failed with %v, want the interruption", r.Check.ID, r.Failure)
		}
	}
}

// Whoever listens hears each answer whole, with the check that asked, and each
// request that nothing answered; a line of it is masked.
func TestRunIsHeard(t *testing.T) {
	w := newWorld(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/gone" {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("X-Here", "1")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, "<Error><Code>MissingKey</Code></Error>")
	}))
	w.target.Wait = impatient(0)
	var heard []Exchange
	w.target.Heard = func(x Exchange) { heard = append(heard, x) }
	asks := func(id, path string) Check {
		return Check{ID: id, run: func(ctx context.Context, s *session) error {
			req, err := newRequest(ctx, http.MethodGet, s.base.String()+path)
			if err == nil {
				_, err = s.do(req)
			}
			return err
		}}
	}
	checks := []Check{asks("a.answered", "/a?Signature="+secretText), asks("a.gone", "/gone?token="+secretText),
		{ID: "a.unnamed", run: func(ctx context.Context, s *session) error {
			req, err := newRequest(ctx, http.MethodGet, "https://elsewhere.example.com/")
			if err == nil {
				_, err = s.do(req)
			}
			return err
		}}}
	if _, err := Run(context.Background(), w.target, checks, Options{Concurrency: 1}); err != nil {
		t.Fatal(err)
	}
	if len(heard) != 2 {
		t.Fatalf("heard %v, want the two requests that were sent", heard)
	}
	x := heard[0]
	if x.Check != "a.answered" || x.Status != 403 || x.Header.Get("X-Here") != "1" || !strings.HasSuffix(string(x.Body), "</Error>") ||
		x.Request.URL.RawQuery != "Signature="+secretText || x.Err != nil {
		t.Errorf("heard %+v, want the exchange whole", x)
	}
	if got, want := x.String(), "GET https://d111111abcdef8.cloudfront.net/a?Signature=***: 403 MissingKey from CloudFront's signature check"; got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
	gone := heard[1].String()
	if heard[1].Check != "a.gone" || heard[1].Status != 0 || heard[1].Err == nil ||
		!strings.HasPrefix(gone, "GET https://d111111abcdef8.cloudfront.net/gone?token=***: ") || strings.Contains(gone, secretText) {
		t.Errorf("heard %q, want a masked line with the error", gone)
	}
}

func TestRunRefusesTargets(t *testing.T) {
	good := newWorld(t, files{}).target
	noStack, noKey, noBase := good, good, good
	noStack.Stack = nil
	noKey.SigningKey = nil
	stack := *good.Stack
	stack.BaseURL = "http://d111111abcdef8.cloudfront.net/path"
	noBase.Stack = &stack
	for name, target := range map[string]Target{"no stack": noStack, "no key": noKey, "bad base URL": noBase} {
		if results, err := Run(context.Background(), target, All(), Options{}); err == nil {
			t.Errorf("%s: Run = %d results, want an error", name, len(results))
		}
	}
}

func TestRunMeasuresByTheTargetsClock(t *testing.T) {
	w := newWorld(t, files{})
	ticks := 0
	w.target.Now = func() time.Time {
		ticks++
		return now().Add(time.Duration(ticks) * time.Second)
	}
	results, err := Run(context.Background(), w.target, []Check{scripted("a.b", nil)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r := results[0]; r.Elapsed != time.Second || r.Started.Sub(now()) > time.Minute {
		t.Errorf("Started %v, Elapsed %v; want one tick of the target's clock", r.Started, r.Elapsed)
	}
}

func TestListIsWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range All() {
		if seen[c.ID] {
			t.Errorf("two checks are named %q", c.ID)
		}
		seen[c.ID] = true
		if strings.Trim(c.ID, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || c.Group() == c.ID {
			t.Errorf("id %q is not of the form group.what", c.ID)
		}
		if !strings.HasSuffix(c.Proves, ".") || strings.Contains(c.Proves, "\n") {
			t.Errorf("%s: %q is no sentence", c.ID, c.Proves)
		}
		if c.Group() != "contract" && !strings.HasPrefix(c.Rule, "https://") {
			t.Errorf("%s: rule %q is no address", c.ID, c.Rule)
		}
		if c.Harm != Exposes && c.Harm != Breaks && c.Harm != Weakens {
			t.Errorf("%s: harm %q is none", c.ID, c.Harm)
		}
		if c.run == nil {
			t.Errorf("%s does nothing", c.ID)
		}
	}
}

// Each check is said to begin and to end, in each of its rounds.
func TestRunning(t *testing.T) {
	var mu sync.Mutex
	said := map[string]int{}
	checks := []Check{
		{ID: "a.b", run: func(context.Context, *session) error { return nil }},
		{ID: "a.c", run: func(context.Context, *session) error { return skip("for no reason") }},
	}
	_, err := Run(t.Context(), newWorld(t, files{}).target, checks, Options{Running: func(c Check, now bool) {
		mu.Lock()
		defer mu.Unlock()
		if now {
			said[c.ID]++
		} else if said[c.ID] != 1 {
			t.Errorf("%s ends before it begins", c.ID)
		} else {
			said[c.ID]++
		}
	}})
	if want := map[string]int{"a.b": 2, "a.c": 2}; err != nil || !maps.Equal(said, want) {
		t.Errorf("Run = %v, said %v, want %v", err, said, want)
	}
}
