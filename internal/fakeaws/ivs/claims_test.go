package ivs

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"

func TestClaimsGood(t *testing.T) {
	f := newFixture(t)
	for _, changed := range []map[string]any{
		nil,
		{"exp": f.in(time.Second)},
		{"exp": f.in(24 * 365 * time.Hour)},
		{"exp": maxExpires},
		{"iat": f.in(0)},
		{"iat": f.in(0), "nbf": f.in(0)},
		{"aws:access-control-allow-origin": "*"},
		{"aws:strict-origin-enforcement": false},
		{"aws:single-use-uuid": uuid, "exp": f.in(10 * time.Minute)},
		{"aws:viewer-id": "v"},
		{"aws:viewer-id": strings.Repeat("é", 40)},
		{"aws:viewer-id": "v", "aws:viewer-session-version": 0},
		{"aws:viewer-id": "v", "aws:viewer-session-version": f.in(0)},
		{"aws:maximum-resolution": "SD"},
		{"aws:maximum-resolution": "HD"},
		{"aws:maximum-resolution": "FULL_HD"},
		{"aws:ads-opt-out": true},
		{"aws:ads-player-params": map[string]string{}},
		{"aws:ads-player-params": map[string]string{"k": strings.Repeat("v", 999)}},
		{"aws:ads-reporting-mode": "CLIENT"},
		{"aws:ads-reporting-mode": "SERVER"},
	} {
		if got := f.play(f.token(t, changed)); got.status != 200 {
			t.Errorf("claims %v: status %d, want 200: %s", changed, got.status, got.body)
		}
	}
}

func TestClaimsBad(t *testing.T) {
	f := newFixture(t)
	other := f.createChannel(t, true)
	for _, changed := range []map[string]any{
		{"exp": nil},
		{"exp": f.in(0)},
		{"exp": f.in(-time.Second)},
		{"exp": 0},
		{"exp": -1},
		{"exp": float64(f.in(time.Minute)) + 0.5},
		{"exp": fmt.Sprint(f.in(time.Minute))},
		{"exp": true},
		{"exp": f.now.Add(time.Minute).UnixMilli()},
		{"exp": maxExpires + 1},
		{"nbf": f.in(2 * time.Second)},
		{"nbf": "0"},
		{"nbf": f.now.UnixMilli()},
		{"iat": "now"},
		{"iat": 1.5},
		{"aws:channel-arn": nil},
		{"aws:channel-arn": ""},
		{"aws:channel-arn": "*"},
		{"aws:channel-arn": other.ARN},
		{"aws:channel-arn": f.channel.ARN + " "},
		{"aws:channel-arn": strings.ToUpper(f.channel.ARN)},
		{"aws:channel-arn": strings.Replace(f.channel.ARN, "eu-central-1", "us-west-2", 1)},
		{"aws:channel-arn": []string{f.channel.ARN}},
		{"aws:channel-arn": nil, "channel-arn": f.channel.ARN},
		{"aws:channel-arn": nil, "AWS:channel-arn": f.channel.ARN},
		{"aws:access-control-allow-origin": ""},
		{"aws:access-control-allow-origin": []string{"*"}},
		{"aws:strict-origin-enforcement": "false"},
		{"aws:strict-origin-enforcement": 0},
		{"aws:single-use-uuid": ""},
		{"aws:single-use-uuid": "once"},
		{"aws:single-use-uuid": uuid + "0"},
		{"aws:single-use-uuid": uuid, "exp": f.in(10*time.Minute + time.Second)},
		{"aws:viewer-id": "v", "exp": f.in(10*time.Minute + time.Second)},
		{"aws:viewer-id": ""},
		{"aws:viewer-id": 7},
		{"aws:viewer-id": strings.Repeat("v", 41)},
		{"aws:viewer-session-version": 1},
		{"aws:viewer-id": "v", "aws:viewer-session-version": "1"},
		{"aws:viewer-id": "v", "aws:viewer-session-version": -1},
		{"aws:viewer-id": "v", "aws:viewer-session-version": 1.5},
		{"aws:maximum-resolution": "sd"},
		{"aws:maximum-resolution": "4K"},
		{"aws:maximum-resolution": 480},
		{"aws:ads-opt-out": "true"},
		{"aws:ads-player-params": []string{}},
		{"aws:ads-player-params": map[string]any{"k": 1}},
		{"aws:ads-player-params": map[string]string{"k": strings.Repeat("v", 1000)}},
		{"aws:ads-playback-config-name": "some"},
		{"aws:ads-reporting-mode": "client"},
		{"aws:channel_arn": f.channel.ARN},
		{"strict-origin-enforcement": true},
		{"aud": "ivs"},
		{"sub": "viewer"},
		{"Exp": f.in(time.Minute)},
	} {
		t.Run(fmt.Sprint(changed), func(t *testing.T) {
			wantRefusal(t, f.play(f.token(t, changed)), 403, codeToken)
		})
	}
}

// badPayloads are refused by parseClaims alone, with the text it gives.
var badPayloads = map[string]string{
	`{}`:                                 "token lacks the claim aws:channel-arn",
	`{"exp":1}`:                          "token lacks the claim aws:channel-arn",
	`{"aws:channel-arn":""}`:             "token lacks the claim exp",
	`{"aws:channel-arn":null,"exp":1}`:   "token has an invalid claim aws:channel-arn",
	`{"aws:channel-arn":"a","exp":null}`: "token has an invalid claim exp",
	`{"aws:channel-arn":"a","exp":1e9}`:  "token has an invalid claim exp",
	`{"aws:channel-arn":"a","exp":1.0}`:  "token has an invalid claim exp",
	`{"aws:channel-arn":"a","exp":99999999999999999999999}`:                   "token has an invalid claim exp",
	`{"aws:channel-arn":"a","exp":01}`:                                        "token payload is not a JSON object",
	`{"aws:channel-arn":"a","exp":1,"x":1}`:                                   "token has an unknown claim",
	`{"aws:channel-arn":"a","exp":1,"aws:x":1}`:                               "token has an unknown claim",
	`{"aws:channel-arn":"a","exp":1,"aws:ads-player-params":{"a":"","a":""}}`: "token has an invalid claim aws:ads-player-params",
	`{"aws:channel-arn":"a","exp":1,"aws:strict-origin-enforcement":null}`:    "token has an invalid claim aws:strict-origin-enforcement",
}

func TestParseClaimsBad(t *testing.T) {
	for payload, want := range badPayloads {
		if _, got := parseClaims([]byte(payload)); got == nil || got.text != want {
			t.Errorf("parseClaims(%s) refuses with %+v, want %q", payload, got, want)
		}
	}
}

func TestTokenExpiresToTheSecond(t *testing.T) {
	f := newFixture(t)
	f.now = f.now.Truncate(time.Second)
	token := f.token(t, map[string]any{"exp": f.in(time.Minute)})
	f.now = f.now.Add(time.Minute - time.Nanosecond)
	if got := f.play(token); got.status != 200 {
		t.Errorf("just before exp: status %d, want 200", got.status)
	}
	f.now = f.now.Add(time.Nanosecond)
	wantRefusal(t, f.play(token), 403, codeToken)
}

func TestTokenSingleUse(t *testing.T) {
	f := newFixture(t)
	once := map[string]any{"aws:single-use-uuid": uuid, "aws:access-control-allow-origin": "https://app.example.com"}
	token := f.token(t, once)
	wantRefusal(t, f.play(token, "https://evil.example.com"), 403, codeToken) // uses nothing up
	if got := f.do("OPTIONS", f.channel.PlaybackURL+"?token="+token); got.status != 204 {
		t.Errorf("OPTIONS: status %d, want 204", got.status)
	}
	variant := f.start(t, token)
	wantRefusal(t, f.play(token), 403, codeToken)
	if got := f.do("GET", variant); got.status != 200 {
		t.Errorf("variant playlist of a used token: status %d, want 200", got.status)
	}

	once["iat"] = f.in(0)
	once["aws:single-use-uuid"] = strings.ToUpper(uuid)
	wantRefusal(t, f.play(f.token(t, once)), 403, codeToken) // another token, the same UUID

	f.now = f.now.Add(11 * time.Minute)
	wantRefusal(t, f.play(token), 403, codeToken)
	once["exp"] = f.in(time.Minute)
	f.start(t, f.token(t, once))
	if len(f.spent) != 1 {
		t.Errorf("%d used UUIDs are kept, want 1", len(f.spent))
	}
}

func TestTokenSingleUseByHeadOrOffline(t *testing.T) {
	f := newFixture(t)
	token := f.token(t, map[string]any{"aws:single-use-uuid": uuid})
	if got := f.do("HEAD", f.channel.PlaybackURL+"?token="+token); got.status != 200 {
		t.Errorf("HEAD: status %d, want 200", got.status)
	}
	wantRefusal(t, f.play(token), 403, codeToken)

	token = f.token(t, map[string]any{"aws:single-use-uuid": strings.Replace(uuid, "f", "a", 1)})
	f.offline = true
	wantRefusal(t, f.play(token), 404, "transcode_does_not_exist")
	f.offline = false
	wantRefusal(t, f.play(token), 403, codeToken)
}
