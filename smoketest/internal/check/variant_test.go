package check

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariants(t *testing.T) {
	got := variants(text("#EXTM3U", `#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="160p",NAME="160p"`,
		`#EXT-X-STREAM-INF:BANDWIDTH=230000,RESOLUTION=284x160,CODECS="avc1.4D401F,mp4a.40.2",VIDEO="160p"`, "", "https://a/x.m3u8", "stray",
		"#EXT-X-STREAM-INF:BANDWIDTH=1", "# a comment", "y.m3u8"))
	want := []variant{
		{"https://a/x.m3u8", "230000", "284x160", "avc1.4D401F,mp4a.40.2"},
		{"y.m3u8", "1", "", ""},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(variant{})); diff != "" {
		t.Errorf("variants differ (-want +got):\n%s", diff)
	}
	if v := got[0]; !v.has(videoCodecs) || !v.has(audioCodecs) || got[1].has(videoCodecs) {
		t.Errorf("has of %+v is not right", got)
	}
}

func TestLines(t *testing.T) {
	for resolution, want := range map[string]int{"640x360": 360, "480x854": 480, "": 0, "360p": 0, "640x": 0} {
		if got := (variant{resolution: resolution}).lines(); got != want {
			t.Errorf("lines of %q = %d, want %d", resolution, got, want)
		}
	}
}

func TestMadeUpVariant(t *testing.T) {
	u, err := url.Parse("https://a.live-video.net/v1/playlist/abc%2Fdef.m3u8?session=1")
	if err != nil {
		t.Fatal(err)
	}
	const want = "https://a.live-video.net/v1/playlist/abc/AAA.m3u8"
	if got := madeUpVariant(&opening{variant: &exchange{url: u}}).String(); got != want {
		t.Errorf("madeUpVariant = %q, want %q", got, want)
	}
}

func TestOtherRegionARN(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:ivs:us-west-2:123456789012:channel/a": "arn:aws:ivs:eu-west-1:123456789012:channel/a",
		"arn:aws:ivs:eu-west-1:123456789012:channel/a": "arn:aws:ivs:us-west-2:123456789012:channel/a",
		"a": "a",
	} {
		if got := otherRegionARN(arn); got != want {
			t.Errorf("otherRegionARN(%q) = %q, want %q", arn, got, want)
		}
	}
}
