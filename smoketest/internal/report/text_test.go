package report

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"privateplayback/smoketest/internal/check"
)

func named(id string) check.Check { return check.Check{ID: id, Proves: "It holds."} }

func waits(id string, left time.Duration) check.Wait {
	return check.Wait{Check: named(id), Failure: &check.Failure{Got: "403 AccessDenied"}, Pause: 2 * time.Second, Left: left}
}

// On a terminal the last line tells what goes on, and lines of results take its place.
func TestTerminal(t *testing.T) {
	var out bytes.Buffer
	text := NewText(&out)
	text.live = newTerminal(&out, func() int { return 60 })
	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	text.live.now = func() time.Time { return at }
	text.live.planned = 112

	text.Running(named("vod.cors.allowed"), true)
	text.Running(named("vod.cors.preflight"), true)
	text.Running(named("vod.cors.allowed"), false)
	text.Waiting(waits("vod.cors.allowed", 14*time.Minute))
	at = at.Add(time.Minute)
	text.Running(named("vod.cors.preflight"), false)
	text.Check(check.Result{Check: named("vod.cors.preflight"), Verdict: check.Pass})
	text.Running(named("vod.cors.credentials-of-another-origin"), true)
	s := Summarize("stack dev", 1, []check.Result{{Check: named("vod.cors.preflight"), Verdict: check.Pass}})
	if err := text.Finish(s); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		wipe + "0/112 running: vod.cors.allowed",
		wipe + "0/112 running: vod.cors.allowed, vod.cors.preflight",
		wipe + "0/112 running: vod.cors.preflight",
		wipe + "0/112 not yet: 1, 14m0s left; running: vod.cors.preflight",
		wipe + "0/112 not yet: 1, 13m0s left",
		wipe + "pass  vod.cors.preflight                 It holds.\n",
		wipe + "1/112 not yet: 1, 13m0s left",
		wipe + "1/112 not yet: 1, 13m0s left; running: vod.cors.credential…",
		wipe + "\n1 check of stack dev: 1 passed, 0 failed, 0 skipped (0s)\n",
	}, "")
	if got := out.String(); got != want {
		t.Errorf("terminal:\n%q\nwant\n%q", got, want)
	}
}

// A log hears of checks that wait, but not of each at each turn.
func TestWaitingInLog(t *testing.T) {
	var out bytes.Buffer
	text := NewText(&out)
	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	text.waits.now = func() time.Time { return at }
	text.Running(named("a.b"), true)
	text.Waiting(waits("a.b", 15*time.Minute))
	text.Waiting(waits("a.c", 15*time.Minute))
	at = at.Add(stillWaiting)
	text.Waiting(waits("a.b", 14*time.Minute))
	const want = "...   a.b                                waits for a change to spread, 15m0s left: 403 AccessDenied\n" +
		"...   a.b                                and 1 more wait for a change to spread, 14m0s left: 403 AccessDenied\n"
	if got := out.String(); got != want {
		t.Errorf("log:\n%s\nwant\n%s", got, want)
	}
}

// Checks begin, wait and end at the same time; each line stays whole.
func TestTextFromManyGoroutines(t *testing.T) {
	var out bytes.Buffer
	text := NewText(&out)
	text.live = newTerminal(&out, func() int { return 80 })
	all := Reports{text, atEnd{&out, writeTAP}}
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			c := named(fmt.Sprintf("a.%d", i))
			all.Running(c, true)
			all.Waiting(waits(c.ID, time.Minute))
			all.Running(c, false)
		})
	}
	for i := range 20 {
		all.Check(check.Result{Check: named(fmt.Sprintf("b.%d", i)), Verdict: check.Pass})
	}
	group.Wait()
	if err := text.Finish(Summarize("stack dev", 0, nil)); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "  It holds.\n"); n != 20 {
		t.Errorf("%d lines of results, want 20:\n%q", n, out.String())
	}
}

// The log of a job hears of checks that wait outside of the folds.
func TestWaitingOnGitHub(t *testing.T) {
	var out bytes.Buffer
	all, err := New("github", Streams{Out: &out})
	if err != nil {
		t.Fatal(err)
	}
	pass := func(id string) check.Result { return check.Result{Check: named(id), Verdict: check.Pass} }
	all.Check(pass("a.b"))
	all.Waiting(waits("a.c", 15*time.Minute))
	all.Waiting(waits("a.d", 15*time.Minute))
	all.Check(pass("a.c"))
	const want = "::group::a\npass  a.b                                It holds.\n::endgroup::\n" +
		"...   a.c                                waits for a change to spread, 15m0s left: 403 AccessDenied\n" +
		"::group::a\npass  a.c                                It holds.\n"
	if got := out.String(); got != want {
		t.Errorf("log:\n%s\nwant\n%s", got, want)
	}
}
