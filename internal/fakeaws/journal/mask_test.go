package journal

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var shownURLs = []string{
	"https://d1.cloudfront.net/",
	"https://d1.cloudfront.net/videos/42/master.m3u8",
	"https://d1.cloudfront.net/v1/playlist.m3u8?v=1&lang=en",
	"https://d1.cloudfront.net/caf%C3%A9/segment/1.ts",
	"https://d1.cloudfront.net/a?Expires=1798862645&Key-Pair-Id=K2JCJMDEHXQW5F&Hash-Algorithm=SHA256",
	"https://media.s3.eu-west-1.amazonaws.com/?list-type=2&prefix=a/b",
	"https://media.s3.eu-west-1.amazonaws.com/a?X-Amz-Date=20260301T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host",
	"https://a1.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8",
	"https://d1.cloudfront.net/videos/*",
	"http*://d1.cloudfront.net/*?size=*",
	"*",
}

func TestMaskURLKeeps(t *testing.T) {
	for _, url := range shownURLs {
		if got := MaskURL(url); got != url {
			t.Errorf("MaskURL(%q) = %q, want it as it is", url, got)
		}
	}
}

func TestMaskURLHides(t *testing.T) {
	for url, want := range map[string]string{
		"https://d/a?Signature=x&v=1":                      "https://d/a?Signature=…&v=1",
		"https://d/a?SIGNATURE=x":                          "https://d/a?Signature=…",
		"https://d/a?Sig%6Eature=x":                        "https://d/a?Signature=…",
		"https://d/a?Sig%256Eature=x":                      "https://d/a?Signature=…",
		"https://d/a?Signature=x;y":                        "https://d/a?Signature=…",
		"https://d/a?v=1?token=x":                          "https://d/a?…",
		"https://d/a?v=1%26token%3Dx":                      "https://d/a?…",
		"https://d/a?token%3Dx":                            "https://d/a?…",
		"https://d/a?access_token=x":                       "https://d/a?…",
		"https://d/a%3Fpolicy=x":                           "https://d/…",
		"https://d/a;token=x/b":                            "https://d/…",
		"https://user:pass@d/a":                            "https://…/a",
		"https://d/v1/segment/x.ts?dna=y":                  "https://d/v1/segment/…?dna=…",
		"https://d/V1/%70laylist/x.m3u8":                   "https://d/v1/playlist/…",
		"https://e.hls.live-video.net/v2/x":                "https://e.hls.live-video.net/…",
		"https://e.playback.live-video.net/api/video/v1/x": "https://e.playback.live-video.net/…",
		"https://d/?X-Amz-Credential=AKIA%2F1&X-Amz-Security-Token=t&X-Amz-Signature=s": "https://d/?X-Amz-Credential=…&X-Amz-Security-Token=…&X-Amz-Signature=…",
		"https://d/eyJhbGciOi.eyJleHAiOj.x":                                             "https://d/…",
	} {
		if got := MaskURL(url); got != want {
			t.Errorf("MaskURL(%q) = %q, want %q", url, got, want)
		}
	}
}

// A way to write a name or value so that something still reads it.
var spellings = []func(*rand.Rand, string) string{
	func(_ *rand.Rand, s string) string { return s },
	func(_ *rand.Rand, s string) string { return strings.ToUpper(s) },
	func(_ *rand.Rand, s string) string { return strings.ToLower(s) },
	func(r *rand.Rand, s string) string { return escapeSome(r, s) },
	func(r *rand.Rand, s string) string { return strings.ReplaceAll(escapeSome(r, s), "%", "%25") },
	func(r *rand.Rand, s string) string { return escapeSome(r, strings.ToUpper(s)) },
}

func escapeSome(r *rand.Rand, s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch r.IntN(3) {
		case 0:
			fmt.Fprintf(&b, "%%%02x", s[i])
		case 1:
			fmt.Fprintf(&b, "%%%02X", s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// places put a secret where people and players put it.
var places = []func(name, value string) string{
	func(name, value string) string { return "https://d1.cloudfront.net/a.ts?" + name + "=" + value },
	func(name, value string) string {
		return "https://d1.cloudfront.net/a.ts?v=1&" + name + "=" + value + "&w=2"
	},
	func(name, value string) string { return "https://d1.cloudfront.net/a.ts?v=1?" + name + "=" + value },
	func(name, value string) string { return "https://d1.cloudfront.net/a.ts?v=1%26" + name + "%3D" + value },
	func(name, value string) string { return "https://d1.cloudfront.net/a.ts?v=1;" + name + "=" + value },
	func(name, value string) string { return "https://d1.cloudfront.net/a.ts%3F" + name + "=" + value },
	func(name, value string) string { return "https://d1.cloudfront.net/a.ts;" + name + "=" + value },
	func(name, value string) string {
		return "https://e.playback.live-video.net/x%3F" + name + "%3d" + value
	},
	func(_, value string) string {
		return "https://e.j.cloudfront.hls.live-video.net/v1/playlist/" + value + ".m3u8"
	},
	func(_, value string) string {
		return "https://e.j.cloudfront.hls.live-video.net/V1/Segment/" + value + ".ts"
	},
	func(_, value string) string { return "https://d1.cloudfront.net/v1/segment/" + value },
	func(_, value string) string { return "https://d1.cloudfront.net/v1%2Fplaylist/" + value },
}

// No spelling and no place lets a secret through.
func TestMaskURLProperty(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~.+"
		secret := make([]byte, 8+r.IntN(60))
		for i := range secret {
			secret[i] = alphabet[r.IntN(len(alphabet))]
		}
		name := spellings[r.IntN(len(spellings))](r, secretNames[r.IntN(len(secretNames))])
		value := spellings[r.IntN(len(spellings))](r, string(secret))
		url := places[r.IntN(len(places))](name, value)
		if got := MaskURL(url); strings.Contains(plain(got), strings.ToLower(string(secret))) || strings.Contains(got, value) {
			t.Fatalf("MaskURL(%q) = %q shows %q", url, got, secret)
		}
	}
}

func FuzzMaskURL(f *testing.F) {
	f.Add("https://d1.cloudfront.net/a.ts?v=1", "&Signature=")
	f.Add("https://d1.cloudfront.net/a.ts", "?%74oken=")
	f.Add("https://e.live-video.net/v1/", "playlist/x?dna=")
	f.Fuzz(func(t *testing.T, before, separator string) {
		const secret = "S3cretS3cret"
		masked := MaskURL(before + secretNames[len(before)%len(secretNames)] + "=" + secret + separator)
		if !strings.Contains(before, secret) && !strings.Contains(separator, secret) && strings.Contains(masked, secret) {
			t.Errorf("MaskURL(%q…%q) = %q", before, separator, masked)
		}
		if again := MaskURL(before + separator); len(again) > maxURL+len("…") {
			t.Errorf("MaskURL(%q) has %d bytes", before+separator, len(again))
		}
	})
}
