package inspect_test

import (
	"crypto"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"
)

// pick draws one of the values.
func pick[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// uuid makes a UUID that was not used before.
func uuid(r *rand.Rand) string {
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", r.Uint32(), r.Uint32()&0xffff, r.Uint32()&0xffff, r.Uint32()&0xffff, r.Uint64()&0xffffffffffff)
}

// randomClaims changes up to three claims of a good token.
func (w *world) randomClaims(r *rand.Rand) map[string]any {
	changed := map[string]any{}
	values := []func(){
		func() {
			changed["exp"] = pick[any](r, w.in(9*time.Minute), w.in(10*time.Minute), w.in(10*time.Minute+time.Second), w.in(0), w.in(time.Second), w.in(-time.Hour),
				w.in(time.Hour), w.in(time.Minute)*1000, fmt.Sprint(w.in(time.Minute)), 1.5, -1, 0, true, nil, "soon", []int{1})
		},
		func() {
			changed["aws:channel-arn"] = pick[any](r, w.stack.Channels[1].ARN, strings.Replace(w.stack.Channels[0].ARN, "eu-central-1", "us-west-2", 1),
				w.stack.Channels[0].PlaybackURL, strings.ToUpper(w.stack.Channels[0].ARN), "", "*", 7, nil, []string{w.stack.Channels[0].ARN})
		},
		func() {
			changed["aws:access-control-allow-origin"] = pick[any](r, origin, "*", origin+",https://b.example.com", "https://*.example.com", "https://*.app.example.com",
				"https://*", "https://b.example.com", origin+"/", "app.example.com", "https://APP.example.com", origin+", https://b.example.com", origin+":443",
				"http://app.example.com", "", ",", []string{origin}, 1, nil, strings.Repeat(origin+",", 5)+origin, strings.Repeat(origin+",", 4)+origin,
				strings.Repeat("https://a.example.com,", 80)+origin, "https://app.example.com:123456", "null", "ftp://app.example.com", "https://a.*.com")
		},
		func() {
			changed["aws:strict-origin-enforcement"] = pick[any](r, true, true, true, false, "true", 1, nil, map[string]int{})
		},
		func() {
			changed["aws:single-use-uuid"] = pick[any](r, uuid(r), uuid(r), strings.ToUpper(uuid(r)), "once", "", 7, true, nil)
		},
		func() {
			changed["aws:viewer-id"] = pick[any](r, "v1", strings.Repeat("é", 40), strings.Repeat("x", 41), "", 7, nil)
		},
		func() {
			changed["aws:viewer-session-version"] = pick[any](r, 0, 1, int64(1)<<62, uint64(1)<<63, -1, 1.5, "1", true, nil)
		},
		func() { changed["aws:maximum-resolution"] = pick[any](r, "SD", "HD", "FULL_HD", "hd", "", 720) },
		func() { changed["aws:ads-opt-out"] = pick[any](r, true, false, "true", 0) },
		func() { changed["aws:ads-reporting-mode"] = pick[any](r, "CLIENT", "SERVER", "client", 1) },
		func() { changed["aws:ads-playback-config-name"] = "ads" },
		func() {
			changed["aws:ads-player-params"] = pick[any](r, map[string]any{"a": "b"}, map[string]any{"a": 1}, map[string]any{"a": strings.Repeat("x", 999)},
				map[string]any{"a": strings.Repeat("x", 1000)}, []string{"a"}, "a", map[string]any{})
		},
		func() { changed["nbf"] = pick[any](r, w.in(-time.Minute), w.in(0), w.in(time.Minute), "1", 0, -1) },
		func() { changed["iat"] = pick[any](r, w.in(0), w.in(time.Hour), w.in(0)*1000, "1", 1.5) },
		func() {
			changed[pick(r, "channel-arn", "aws:exp", "sub", "aws:viewerid", "EXP", "", "strict-origin-enforcement")] = "x"
		},
	}
	for range r.IntN(4) {
		values[r.IntN(len(values))]()
	}
	return changed
}

// randomToken makes a token, most of them well-formed.
func (w *world) randomToken(r *rand.Rand) string {
	payload := marshal(w.t, w.claims(w.randomClaims(r)))
	header := es384
	key, hash := w.playback, crypto.SHA384
	switch r.IntN(16) {
	case 0:
		header = pick(r, `{"alg":"ES256","typ":"JWT"}`, `{"alg":"none","typ":"JWT"}`, `{"typ":"JWT","alg":"ES384"}`, `{"alg":"ES384"}`, `{"alg":"ES384","typ":"jwt"}`,
			`{"alg":"ES384","typ":"JWT","kid":"1"}`, `{"alg":"ES384","alg":"ES384","typ":"JWT"}`, `{ "alg": "ES384", "typ": "JWT" }`, `[]`, `null`, `x`, `{"alg":null,"typ":"JWT"}`, `{"ALG":"ES384","typ":"JWT"}`)
	case 1:
		payload = pick(r, payload+" ", payload+"x", "null", "[]", "{}", payload[:len(payload)-1]+`,"exp":1}`, `{"exp":1,`+payload[1:], "\xff", "{\"a\":\"\xff\"}", strings.ReplaceAll(payload, ":", " : "))
	case 2:
		key = pick(r, w.spare, w.foreign, w.spare)
	case 3:
		key, hash = w.current, crypto.SHA256
		header = pick(r, es384, `{"alg":"ES256","typ":"JWT"}`)
	case 4:
		return inDER(w.t, token(w.t, key, hash, header, payload))
	}
	return token(w.t, key, hash, header, payload)
}

// inDER writes the signature of a token in ASN.1.
func inDER(t testing.TB, text string) string {
	t.Helper()
	i := strings.LastIndexByte(text, '.')
	raw, err := base64.RawURLEncoding.DecodeString(text[i+1:])
	check(t, err)
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(raw[:len(raw)/2]), new(big.Int).SetBytes(raw[len(raw)/2:])})
	check(t, err)
	return text[:i+1] + base64.RawURLEncoding.EncodeToString(der)
}

// playMutations are for playback URLs with a token.
var playMutations = []mutation{
	{"no token", wrap(func(_ *rand.Rand, s string) string { base, _, _ := strings.Cut(s, "?"); return base })},
	{"empty token", wrap(func(_ *rand.Rand, s string) string { base, _, _ := strings.Cut(s, "="); return base + "=" })},
	{"undefined", wrap(func(_ *rand.Rand, s string) string { base, _, _ := strings.Cut(s, "="); return base + "=undefined" })},
	{"twice", wrap(func(_ *rand.Rand, s string) string { _, query, _ := strings.Cut(s, "?"); return s + "&" + query })},
	{"twice with ?", wrap(func(_ *rand.Rand, s string) string { _, query, _ := strings.Cut(s, "?"); return s + "?" + query })},
	{"encoded ?", replace("?token", "%3Ftoken")},
	{"encoded =", replace("token=", "token%3D")},
	{"encoded dots", wrap(func(_ *rand.Rand, s string) string {
		base, query, _ := strings.Cut(s, "?")
		return base + "?" + strings.ReplaceAll(query, ".", "%2E")
	})},
	{"encoded twice", wrap(func(_ *rand.Rand, s string) string {
		base, query, _ := strings.Cut(s, "?")
		return base + "?" + strings.ReplaceAll(query, ".", "%252E")
	})},
	{"padding", wrap(func(_ *rand.Rand, s string) string { return s + "=" })},
	{"standard base64", wrap(func(_ *rand.Rand, s string) string {
		base, query, _ := strings.Cut(s, "?")
		return base + "?" + strings.NewReplacer("-", "+", "_", "/").Replace(query)
	})},
	{"name", replace("?token", "?Token")},
	{"others", replace("?token", "?player_version=1.56&token")},
	{"bad others", wrap(func(r *rand.Rand, s string) string { return s + pick(r, "&x=%zz", "&x;y=1", "&%", "&x=%41") })},
	{"plain http", replace("https://", "http://")},
	{"upper host", func(w *world, _ *rand.Rand, s string) string {
		host, rest, _ := strings.Cut(s[len("https://"):], "/")
		return "https://" + strings.ToUpper(host) + "/" + rest
	}},
	{"port", replace(".net/", ".net:443/")},
	{"other channel", func(w *world, _ *rand.Rand, s string) string {
		_, query, _ := strings.Cut(s, "?")
		return w.stack.Channels[1].PlaybackURL + "?" + query
	}},
	{"html", replace("?token", "?a=1&amp;token")},
	{"fragment", wrap(func(_ *rand.Rand, s string) string { return s + "#t=1" })},
	{"long", wrap(func(_ *rand.Rand, s string) string { return s + strings.Repeat("A", 2048) })},
}

func TestTokensLikeTheStandIn(t *testing.T) {
	w := newWorld(t)
	r := rand.New(rand.NewPCG(5, 6))
	seen := tally{}
	for i := range rounds() {
		raw, names := w.playURL(w.randomToken(r)), []string(nil)
		if r.IntN(2) == 0 {
			raw, names = w.mutate(r, raw, textMutations, playMutations, playMutations)
		}
		request := w.circumstances(r)
		request.Origin = pick(r, origin, origin, origin, "", "https://b.example.com", "null", "http://app.example.com", "https://a.b.example.com", origin+":8443", "https://*.example.com")
		header := http.Header{}
		if request.Origin != "" {
			header.Set("Origin", request.Origin)
		}
		w.now = request.At
		want, ok := ask(w.ivs, raw, client, header)
		w.now = start
		if !ok || strings.Contains(raw, " ") {
			continue // no client sends it
		}
		if want.code == "not_found" || want.code == "https_required" {
			want.code = "" // the stand-in's own, since AWS's are not known
		}
		seen[want]++
		w.compare(w.Token(raw, request), want, fmt.Sprintf("case %d %q Origin %q\n%s", i, names, request.Origin, raw))
	}
	seen.demand(t, map[answer]int{{200, ""}: 250, {403, "invalid_playback_auth_token"}: 600, {404, ""}: 30, {403, ""}: 20})
}

// A token alone is judged like the same token at the playback URL of its
// channel.
func TestBareTokensLikeTheirURLs(t *testing.T) {
	w := newWorld(t)
	r := rand.New(rand.NewPCG(7, 8))
	for range rounds() / 10 {
		text := w.randomToken(r)
		want := w.Token(w.playURL(text), w.request())
		request := w.request()
		request.URL = w.stack.Channels[0].PlaybackURL
		if got := w.Token(text, request); foretold(got) != foretold(want) {
			t.Errorf("token alone: %vin its URL: %v", got, want)
		}
	}
}
