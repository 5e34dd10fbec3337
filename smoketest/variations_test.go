package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/local"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/check"
)

// variation is another sound stack: what is declared, what it is declared on, and
// what cannot be tried there.
type variation struct {
	name     string
	settings map[string]any
	media    func(*testing.T) string // nil: smallMedia
	signing  func(*testing.T) []crypto.Signer
	cloud    fakeaws.Options
	domain   string            // of one's own, in a zone of the account; "": none
	account  account           // what there is before the stack; nil: nothing
	skips    map[string]string // by a pattern of ids, a part of the reason; beside those of every variation
}

// skipped tells why a check cannot be tried; false if it can.
func (v variation) skipped(id string) (reason string, ok bool) {
	for pattern, reason := range v.skips {
		if matches(pattern, id) {
			return reason, true
		}
	}
	switch {
	case matches("vod.protocol.tls-old vod.protocol.tls-ciphers vod.domain.*", id) && v.domain == "" && v.account == nil:
		return "no domain of its own", true
	case id == "live.stream.idle" && v.cloud.OnAir == nil:
		return "every channel is on air", true
	}
	return "", false
}

func variations() []variation {
	type skips = map[string]string
	set := func(key string, value any) map[string]any { return map[string]any{key: value} }
	channel := func(name, kind, latency string) any {
		return map[string]any{"name": name, "type": kind, "latencyMode": latency}
	}
	return []variation{
		{name: "sample", media: func(*testing.T) string { return "" }},
		{name: "media with audio, byte ranges and I-frames", media: richMedia},
		{name: "one page", settings: set("playerOrigins", []string{"https://app.example.com"})},
		{name: "many pages", settings: set("playerOrigins", []string{
			"https://app.example.com", "https://admin.example.com", "http://localhost:3000", "https://www.example.org", "https://beta.example.net:8443",
		})},
		{name: "every subdomain", settings: set("playerOrigins", []string{"https://*.example.com"})},
		{name: "a page and every subdomain", settings: set("playerOrigins", []string{"https://example.com", "https://*.example.com"})},
		{name: "VOD alone", settings: map[string]any{"channels": []any{}, "playbackKeys": []any{}},
			skips: skips{"live.*": "no channels", "keys.live-*": "no channels", "contract.playback-key": "no playback keys"}},
		{name: "live alone", settings: set("sampleContent", "false"), media: func(*testing.T) string { return "" },
			skips: skips{"vod.*": "no content", "keys.[^lo]*": "no content"}},
		{name: "several channels", settings: set("channels", []any{
			channel("a", "STANDARD", "LOW"), channel("b", "BASIC", "NORMAL"), channel("c", "ADVANCED_HD", "LOW"), channel("d", "ADVANCED_SD", "NORMAL"),
		})},
		{name: "nobody broadcasts", cloud: fakeaws.Options{OnAir: func(string) bool { return false }},
			skips: skips{"live.grant.*": "idle", "live.stream.[^i]*": "idle", "live.stream.in-sync": "idle", "live.cors.*": "idle",
				"live.refuse.strict-variant": "idle", "live.refuse.strict-segment": "idle", "live.refuse.variant-without-session": "idle"}},
		{name: "one RSA key", signing: keys(rsaKey),
			skips: skips{"keys.next": "role next", "keys.retiring": "role retiring", "keys.ecdsa-*": "is an ECDSA key"}},
		{name: "one ECDSA key", signing: keys(signer.GenerateSigningKey),
			skips: skips{"keys.next": "role next", "keys.retiring": "role retiring", "keys.rsa-*": "is an RSA key"}},
		{name: "RSA, then ECDSA", signing: keys(rsaKey, signer.GenerateSigningKey), skips: skips{"keys.retiring": "role retiring"}},
		{name: "https only", settings: set("viewerProtocolPolicy", "https-only")},
		{name: "a domain of one's own", domain: ownDomain},
		{name: "a domain with a given certificate", account: givenCertificate(true), settings: set("ipv6", "true"),
			skips: skips{"vod.grant.ip": "over IPv6 too"}},
		{name: "a domain whose DNS is elsewhere", account: givenCertificate(false), settings: set("playerOrigins", []string{"https://example.com"})},
		{name: "a domain of another site", domain: "video.example.org"},
		{name: "a domain that shares no site with its pages", domain: "video.example.net", settings: set("playerOrigins", local.Origins()), skips: skips{"vod.domain.cookies": "shares a site"}},
		{name: "root object", settings: set("defaultRootObject", "content/ts/master.m3u8")},
		{name: "cheapest price class", settings: set("priceClass", "PriceClass_100")},
		{name: "middle price class", settings: set("priceClass", "PriceClass_200")},
		{name: "readers", settings: set("readers", []string{"arn:aws:iam::123456789012:role/player", "arn:aws:iam::123456789012:user/editor"})},
		{name: "Ireland", cloud: fakeaws.Options{Region: "eu-west-1"}},
		{name: "Northern Virginia", cloud: fakeaws.Options{Region: "us-east-1"}},
		{name: "protected data", settings: set("dataProtection", "true")},
	}
}

// Every sound stack passes every check, but for those that have nothing to try there.
func TestSoundVariations(t *testing.T) {
	small, cli := smallMedia(t), engine(t)
	for _, v := range variations() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			o := local.Options{MediaDir: small, CLI: cli, Settings: v.settings, Cloud: v.cloud, Domain: v.domain, Account: v.account}
			if v.media != nil {
				o.MediaDir = v.media(t)
			}
			if v.signing != nil {
				o.SigningKeys = v.signing(t)
			}
			v.judge(t, checked(t, readTarget(t, deploy(t, o))))
		})
	}
}

// judge wants every check to pass, or to be skipped for the reason that is given.
func (v variation) judge(t *testing.T, results []check.Result) {
	t.Helper()
	for _, r := range results {
		want := check.Pass
		reason, ok := v.skipped(r.Check.ID)
		if ok {
			want = check.Skip
		}
		if r.Verdict != want || !strings.Contains(r.Reason, reason) {
			t.Errorf("%s: %s %s%v, want %s %q", r.Check.ID, r.Verdict, r.Reason, r.Failure, want, reason)
		}
	}
}

func rsaKey() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) }

func keys(generate ...func() (crypto.Signer, error)) func(*testing.T) []crypto.Signer {
	return func(t *testing.T) []crypto.Signer {
		list := []crypto.Signer{}
		for _, g := range generate {
			key, err := g()
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, key)
		}
		return list
	}
}
