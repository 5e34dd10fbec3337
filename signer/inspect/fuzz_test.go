package inspect_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"privateplayback/signer/inspect"
)

// secretIn finds what a report must not show, without the package's own means.
var secretIn = regexp.MustCompile(`(?:Signature|Policy|token)=([A-Za-z0-9._~-]{16,})|(eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{16,})`)

// checkSecrets looks for secrets of the input in whatever a report says.
func checkSecrets(t *testing.T, input string, r *inspect.Report) {
	t.Helper()
	data, err := json.Marshal(r)
	check(t, err)
	for _, m := range secretIn.FindAllStringSubmatch(input, -1) {
		for _, secret := range m[1:] {
			if len(secret) > 0 && (strings.Contains(r.String(), secret) || strings.Contains(string(data), secret)) {
				t.Errorf("the report of %q shows %q:\n%v", input, secret, r)
			}
		}
	}
}

func TestNoSecrets(t *testing.T) {
	w := newWorld(t)
	for _, c := range w.badURLs() {
		checkSecrets(t, c.text, w.run(c, w.URL))
	}
	for _, c := range w.badCookies() {
		checkSecrets(t, c.text, w.run(c, w.Cookies))
	}
	for _, c := range w.badTokens() {
		checkSecrets(t, c.text, w.run(c, w.Token))
	}
	// A signature in a wrong place is one still.
	good := w.canned(w.url(assetPath))
	_, signature, _ := strings.Cut(good, "Signature=")
	signature, _, _ = strings.Cut(signature, "&")
	for _, text := range []string{
		strings.Replace(good, w.id(), signature, 1),
		strings.NewReplacer("Signature", "Key-Pair-Id", "Key-Pair-Id", "Signature").Replace(good),
		strings.Replace(good, "Expires=", "Expires="+signature, 1),
		good + "&Hash-Algorithm=" + signature,
		w.url("/") + "Signature=" + signature,
		w.url("/") + "?a=1&amp;Signature=" + signature,
		w.url("/") + "#Signature=" + signature,
		w.custom(w.url("/"), w.policy(good)),
	} {
		if r := w.URL(text, w.request()); strings.Contains(r.String(), signature) {
			t.Errorf("the report of %q shows the signature:\n%v", text, r)
		}
	}
}

func FuzzAny(f *testing.F) {
	w := newWorld(f)
	asset := w.url(assetPath)
	for _, list := range [][]badCase{w.badURLs(), w.badCookies(), w.badTokens()} {
		for _, c := range list {
			f.Add(c.text, asset, origin)
		}
	}
	f.Add("Set-Cookie: CloudFront-Policy=e30_; Domain=.example.com; Path=/a", "http://example.com/", "")
	f.Add("https://h/?Policy="+encode([]byte(w.policy("https://h/*?*"))), "", "null")
	f.Fuzz(func(t *testing.T, text, rawURL, from string) {
		r := w.request()
		r.URL, r.Origin = rawURL, from
		report, err := w.Any(text, r)
		if (report == nil) == (err == nil) {
			t.Fatalf("Any = %v, %v, want one of them", report, err)
		}
		reports := []*inspect.Report{w.URL(text, r), w.Cookies(text, r), w.Token(text, r)}
		if report != nil {
			reports = append(reports, report)
		}
		for _, report := range reports {
			if report.Verdict == inspect.Refused && (len(report.Reasons) == 0 || report.Status < 400) {
				t.Errorf("refused without reason or status: %v", report)
			}
			checkSecrets(t, text+"\n"+rawURL, report)
		}
	})
}

// Input of any size is answered in time that does not run away; what is beyond
// every limit is not looked into.
func TestLarge(t *testing.T) {
	w := newWorld(t)
	asset := w.url(assetPath)
	stars := w.policy("https://" + w.host + "/" + strings.Repeat("*?", 2000) + "x")
	r := w.request()
	r.URL = asset + strings.Repeat("/a", 3000)
	for name, text := range map[string]string{
		"dots":        strings.Repeat("abcdefgh.", 1<<14),
		"parameters":  asset + "?" + strings.Repeat("signature=aaaaaaaaa&", 1<<13),
		"playback":    w.stack.Channels[0].PlaybackURL + "?" + strings.Repeat("token=aaaaaaaaa&", 1<<13),
		"question":    asset + strings.Repeat("?Signature=aaaaaaaa", 1<<13),
		"brackets":    asset + "?Policy=" + encode([]byte(strings.Repeat("[", 5000))),
		"wildcards":   w.custom(asset+strings.Repeat("/a", 500), stars),
		"cookies":     strings.Repeat("CloudFront-Signature=aaaaaaaa;", 1<<13),
		"wild cookie": cookies(w.custom(asset, stars)),
		"origins":     w.token(map[string]any{"aws:access-control-allow-origin": strings.Repeat("https://*,", 1<<13)}),
	} {
		for _, report := range []*inspect.Report{w.URL(text, r), w.Cookies(text, r), w.Token(text, r)} {
			if report.Verdict == inspect.Accepted {
				t.Errorf("%s: accepted: %v", name, report)
			}
			checkSecrets(t, text[:min(len(text), 4096)], report)
		}
	}
}
