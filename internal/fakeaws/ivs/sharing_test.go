package ivs

import (
	"fmt"
	"testing"
	"time"
)

func TestClientAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:1234":                "192.0.2.1",
		"192.0.2.1:4321":                "192.0.2.1",
		"[::ffff:192.0.2.1]:1":          "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:1":      "2001:db8:1:2::/64",
		"[2001:db8:1:2:6:5:4:3]:2":      "2001:db8:1:2::/64",
		"[2001:db8:1:3:3:4:5:6]:1":      "2001:db8:1:3::/64",
		"[fe80::1%eth0]:1":              "fe80::/64",
		"@":                             "@",
		"":                              "",
		"somewhere.example.com:443":     "somewhere.example.com:443",
		"[2001:db8:1:2:3:4:5:6]":        "[2001:db8:1:2:3:4:5:6]",
		"[::ffff:192.0.2.1%interface]:": "[::ffff:192.0.2.1%interface]:",
	} {
		if got := clientAddress(remote); got != want {
			t.Errorf("clientAddress(%q) = %q, want %q", remote, got, want)
		}
	}
}

func address(i int) string { return fmt.Sprintf("198.51.100.%d:1234", i) }

// The fifth address at the same time ends the session for all.
func TestSharedSessionEnds(t *testing.T) {
	f := newFixture(t)
	token := f.token(t, nil)
	shared, mine := f.start(t, token), f.start(t, token) // from 192.0.2.1
	segment := playlistURLs(f.do("GET", shared).body)[0]
	for i, target := range []string{shared, segment, shared} {
		for range 2 {
			if got := f.doFrom(address(i), "GET", target); got.status != 200 {
				t.Errorf("address %d: status %d, want 200", i+2, got.status)
			}
		}
	}
	f.now = f.now.Add(clientWindow - time.Nanosecond)
	wantRefusal(t, f.doFrom(address(3), "GET", segment), 403, "invalid_playback_session")
	wantRefusal(t, f.do("GET", shared), 403, "invalid_playback_session")
	wantRefusal(t, f.do("GET", segment), 403, "invalid_playback_session")
	if got := f.do("GET", mine); got.status != 200 {
		t.Errorf("another session of the token: status %d, want 200", got.status)
	}
}

// A viewer may move through any number of networks, one after the other.
func TestMovingViewer(t *testing.T) {
	f := newFixture(t)
	variant := f.start(t, f.token(t, nil))
	for i := range 40 {
		f.now = f.now.Add(clientWindow / maxClients)
		if got := f.doFrom(address(i), "GET", variant); got.status != 200 {
			t.Fatalf("network %d: status %d, want 200", i+2, got.status)
		}
	}
}

func TestAllowSharing(t *testing.T) {
	f := newFixture(t)
	f.allowSharing = New(Options{AllowSharing: true}).allowSharing
	variant := f.start(t, f.token(t, nil))
	for i := range 40 {
		if got := f.doFrom(address(i), "GET", variant); got.status != 200 {
			t.Fatalf("address %d: status %d, want 200", i+2, got.status)
		}
	}
}
