package main

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"privateplayback/smoketest/internal/check"
)

func checksNamed(ids ...string) []check.Check {
	checks := []check.Check{}
	for _, id := range ids {
		checks = append(checks, check.Check{ID: id})
	}
	return checks
}

func TestChoose(t *testing.T) {
	all := checksNamed("contract.outputs", "vod.grant.canned", "vod.grant.range", "vod.refuse.expired", "live.refuse.expired")
	tests := []struct {
		name      string
		selection selection
		want      []string
	}{
		{"nothing asked for", selection{}, []string{"contract.outputs", "vod.grant.canned", "vod.grant.range", "vod.refuse.expired", "live.refuse.expired"}},
		{"a star takes dots", selection{only: repeated{"*.expired"}}, []string{"vod.refuse.expired", "live.refuse.expired"}},
		{"globs add up, in the order of the checks", selection{only: repeated{"live.*", "contract.?utputs"}}, []string{"contract.outputs", "live.refuse.expired"}},
		{"a group", selection{under: repeated{"vod.grant"}}, []string{"vod.grant.canned", "vod.grant.range"}},
		{"what is below", selection{under: repeated{"vod"}}, []string{"vod.grant.canned", "vod.grant.range", "vod.refuse.expired"}},
		{"group and glob narrow", selection{under: repeated{"vod"}, only: repeated{"*.expired"}}, []string{"vod.refuse.expired"}},
		{"skip", selection{not: repeated{"vod.*", "contract.*"}}, []string{"live.refuse.expired"}},
		{"skip goes before check", selection{only: repeated{"vod.grant.*"}, not: repeated{"*.range"}}, []string{"vod.grant.canned"}},
	}
	for _, tt := range tests {
		chosen, err := tt.selection.choose(all)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		got := []string{}
		for _, c := range chosen {
			got = append(got, c.ID)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestChooseNothing(t *testing.T) {
	all := checksNamed("vod.cors.allowed", "vod.refuse.expired", "live.grant.play", "live.grant.window")
	tests := []struct {
		selection selection
		want      string
	}{
		{selection{only: repeated{"vod.cors.alowed"}}, `--check "vod.cors.alowed" matches nothing; the nearest: vod.cors.allowed, `},
		{selection{only: repeated{"live.grand.*"}}, `--check "live.grand.*" matches nothing; the nearest: live.grant.play, live.grant.window, `},
		{selection{only: repeated{"[v"}}, `--check "[v" matches nothing`},
		{selection{not: repeated{"vod.cors"}}, `--skip "vod.cors" matches nothing; the nearest: vod.cors.allowed, `},
		{selection{under: repeated{"vod.cor"}}, `--group "vod.cor" matches nothing; the nearest: vod.cors, `},
		{selection{under: repeated{"vo"}}, `--group "vo" matches nothing; the nearest: vod, `},
		{selection{only: repeated{"vod.*"}, under: repeated{"live"}}, "leave no check"},
		{selection{not: repeated{"*"}}, "leave no check"},
	}
	for _, tt := range tests {
		if got, err := tt.selection.choose(all); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("choose(%+v) = %d checks, %v, want an error with %q", tt.selection, len(got), err, tt.want)
		}
	}
}

func TestChanges(t *testing.T) {
	tests := []struct {
		from, to string
		want     int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "", 3}, {"", "abc", 3}, {"abc", "abd", 1}, {"abc", "ac", 1}, {"ac", "abc", 1},
		{"kitten", "sitting", 3}, {"a*", "abcdef", 0}, {"*", "", 0}, {"a*f", "abcdef", 0}, {"x*f", "abcdef", 1},
	}
	for _, tt := range tests {
		if got := changes(tt.from, tt.to); got != tt.want {
			t.Errorf("changes(%q, %q) = %d, want %d", tt.from, tt.to, got, tt.want)
		}
	}
}

// The list stays within its columns, but for addresses, and loses nothing.
func TestListFits(t *testing.T) {
	var list strings.Builder
	checks := append(check.All(), check.Speed(1e6))
	if err := listText(&list, checks); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(list.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > listWidth && !strings.HasPrefix(line, listIndent+"https://") {
			t.Errorf("%d columns, want at most %d: %s", n, listWidth, line)
		}
	}
	words := strings.Fields(list.String())
	for _, c := range checks {
		for _, word := range append(strings.Fields(c.Proves), c.ID, string(c.Harm), c.Rule) {
			if !slices.Contains(words, word) && !strings.Contains(c.Rule, word) {
				t.Errorf("%s: the list lacks %q", c.ID, word)
			}
		}
	}
}
