package recording

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/infra/outputs"
	"privateplayback/smoketest/internal/check"
)

// secret stands for every secret in the tables: no output may hold it.
const secret = "S3cr3tS3cr3tS3cr3tS3cr3tS3cr3t"

func stack() *outputs.Stack {
	return &outputs.Stack{
		Region:                   "us-west-2",
		BucketName:               "media",
		BucketRegionalDomainName: "media.s3.us-west-2.amazonaws.com",
		OriginAccessIdentityID:   "E2QWRUHAPOMQZL",
		DistributionID:           "EDFDVBD632BHDS5",
		DistributionDomainName:   "d111111abcdef8.cloudfront.net",
		BaseURL:                  "https://video.acme.example",
		KeyGroupID:               "f3a2c1d0-0b5e-4c0f-9d5c-0f6b1f1f8a11",
		SigningKeys:              []outputs.SigningKey{{ID: "K2JCJMDEHXQW5F"}, {ID: "K3D5EWEUDCCXON"}},
		AllowedOrigins:           []string{"https://app.acme.example", "https://*.acme.example:8443"},
		PlaybackKeys:             []outputs.PlaybackKey{{ARN: "arn:aws:ivs:us-west-2:123456789012:playback-key/KDJRJNQhiQzA"}},
		Channels: []outputs.Channel{{ARN: "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh", IngestEndpoint: "a1b2c3d4e5f6.global-contribute.live-video.net",
			PlaybackURL: "https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8"}},
	}
}

func TestText(t *testing.T) {
	tests := []struct {
		where    place
		in, want string
	}{
		{anywhere, "https://video.acme.example/media/a.m3u8?Expires=1&Signature=" + secret + "&Key-Pair-Id=K3D5EWEUDCCXON",
			"https://{distribution}/{bucket}/a.m3u8?Expires=1&Signature=***&Key-Pair-Id={key-id}"},
		{anywhere, "https://d111111abcdef8.cloudfront.net/x", "https://{distribution}/x"},
		{anywhere, "https://media.s3.us-west-2.amazonaws.com/multimedia/media-b", "https://{bucket}.s3.{region}.amazonaws.com/multimedia/media-b"},
		{anywhere, "%2Fmedia%2F us-west-2-lax", "%2F{bucket}%2F us-west-2-lax"},
		{anywhere, "arn:aws:kms:eu-west-1:999999999999:key/x", "arn:aws:kms:eu-west-1:{account}:key/x"},
		{anywhere, "arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh", "arn:aws:ivs:{region}:{account}:channel/{channel}"},
		{anywhere, "read tcp 10.1.2.3:51234->192.0.2.7:443: reset", "read tcp {address}->{address}: reset"},
		{anywhere, "https://x.acme.example:8443 https://app.acme.example https://x.acme.example:8443", "{origin} {origin-2} {origin}"},
		{anywhere, `"http://www.w3.org/TR/html4/loose.dtd"`, `"http://www.w3.org/TR/html4/loose.dtd"`},
		{anywhere, "https://use13.playlist.live-video.net/v1/playlist/" + secret + ".m3u8", "https://{edge}.playlist.live-video.net/***.m3u8"},
		{inPlaylist, "https://cdn.example.org/" + secret + "/seg.ts?x=1", "https://{elsewhere}/***.ts"},
		{inSession, "https://c17b3fb37fc9.us-west-2.playback.live-video.net/v1/" + secret, "https://{playback}.{region}.playback.live-video.net/***"},
		{inSession, stack().Channels[0].PlaybackURL + "?token=" + secret,
			"https://{playback}.{region}.playback.live-video.net/api/video/v1/{region}.{account}.channel.{channel}.m3u8?token=***"},
		{inSession, "https://app.acme.example", "https://app.acme.example"},
		{anywhere, "", ""},
	}
	for _, tt := range tests {
		n := newNames(stack())
		got := n.text(tt.in, tt.where)
		if got != tt.want {
			t.Errorf("text(%q, %d) = %q, want %q", tt.in, tt.where, got, tt.want)
		}
		if again := n.text(got, tt.where); again != got {
			t.Errorf("text(text(%q)) = %q, want %q", tt.in, again, got)
		}
	}
}

// Where every page is allowed the checks' own pages stand for the allowed ones.
func TestOriginsOfAnyPage(t *testing.T) {
	s := stack()
	s.AllowedOrigins = []string{"*"}
	n := newNames(s)
	if got := n.text("https://smoketest-1.example.com https://smoketest-2.example.com https://smoketest-foreign.invalid", anywhere); got != "{origin} {origin-2} https://smoketest-foreign.invalid" {
		t.Errorf("text = %q, want the first two pages as placeholders", got)
	}
}

// hear is what a recorder keeps of one answer.
func hear(t *testing.T, x check.Exchange, address string) Exchange {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if x.Request == nil {
		x.Request = &http.Request{Method: "GET", Header: http.Header{}}
	}
	x.Request.URL, x.Check = u, "a.b"
	r := NewRecorder(stack())
	r.Hear(x)
	return r.checks[0].Exchanges[0]
}

const (
	object  = "https://video.acme.example/a.m3u8"
	session = "https://0c9d.j.cloudfront.hls.live-video.net/v1/playlist/" + secret + ".m3u8"
)

func TestBodies(t *testing.T) {
	lines := func(l ...string) string { return strings.Join(l, "\n") }
	media := strings.Repeat("G\x00", 100)
	tests := []struct {
		name, address string
		status        int
		kind, body    string
		want          Body
	}{
		{"playlist", object, 200, "application/vnd.apple.mpegurl", lines("#EXTM3U", `#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,`+secret+`"`, "a.ts?token="+secret),
			Body{Text: lines("#EXTM3U", `#EXT-X-KEY:METHOD=AES-128,URI="data:***"`, "a.ts?token=***")}},
		{"playlist of another type", object, 200, "text/plain", "#EXTM3U\n", Body{Text: "#EXTM3U\n"}},
		{"live playlist", session, 200, "application/x-mpegURL", lines("#EXTM3U", `#EXT-X-SESSION-DATA:DATA-ID="net.live-video.session",VALUE="`+secret+`"`,
			`#EXT-X-MAP:URI="init/`+secret+`.mp4?dna=`+secret+`"`, "#EXT-X-PREFETCH:https://video-edge-1.sjc03.hls.live-video.net/v1/segment/"+secret+".ts",
			"#EXT-X-OTHER:"+secret, `#EXT-X-STREAM-INF:CODECS="avc1.4D401E,mp4a.40.2"`, secret+".m3u8?dna="+secret, "https://video-edge-1.sjc03.hls.live-video.net/"+secret),
			Body{Live: true, Text: lines("#EXTM3U", `#EXT-X-SESSION-DATA:DATA-ID="net.live-video.session",VALUE="***"`,
				`#EXT-X-MAP:URI="***.mp4"`, "#EXT-X-PREFETCH:https://{edge}.hls.live-video.net/***.ts",
				"#EXT-X-OTHER:***", `#EXT-X-STREAM-INF:CODECS="avc1.4D401E,mp4a.40.2"`, "***.m3u8", "https://{edge}.hls.live-video.net/***")}},
		{"refusal of a session", session, 403, "application/json", `[{"url":"/v1/playlist/` + secret + `.m3u8","error_code":"invalid_playback_auth_token","id":"` + secret + `"}]`,
			Body{Text: `[{"url":"/***.m3u8","error_code":"invalid_playback_auth_token","id":"***"}]`}},
		{"refusal of a channel", stack().Channels[0].PlaybackURL, 403, "application/json", `[{"url":"/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8?token=` + secret + `"}]`,
			Body{Text: `[{"url":"/api/video/v1/{region}.{account}.channel.{channel}.m3u8?token=***"}]`}},
		{"refusal in plain words", object, 403, "", "no", Body{Text: "no"}},
		{"refusal that is no text", object, 403, "text/xml", "<\x00>", Body{}},
		{"media", object, 200, "video/mp2t", media, Body{SHA256: "61c691e03ec5876b73d4fb21ba89a8c5a2c652e128458286efe2603f36cf2d49"}},
		{"live media", session, 200, "video/mp2t", media, Body{Live: true}},
		{"content key", object, 200, "application/octet-stream", "0123456789abcdef", Body{}},
		{"content key in letters", object, 200, "text/plain", "0123456789abcdef", Body{}},
		{"part of a playlist", object, 206, "application/vnd.apple.mpegurl", secret, Body{}},
		{"empty", object, 200, "", "", Body{}},
		{"long text", object, 403, "text/plain", strings.Repeat("ä", MaxText), Body{Text: strings.Repeat("ä", MaxText/2), Cut: true}},
	}
	for _, tt := range tests {
		got := hear(t, check.Exchange{Status: tt.status, Header: http.Header{"Content-Type": {tt.kind}}, Body: []byte(tt.body)}, tt.address).Answer.Body
		tt.want.Length = len(tt.body)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: body (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestHeaders(t *testing.T) {
	x := check.Exchange{
		Request: &http.Request{Method: "GET", Header: http.Header{
			"Cookie":        {"CloudFront-Policy=" + secret + "; CloudFront-Signature=" + secret},
			"Authorization": {secret}, "Origin": {"https://app.acme.example"}, "User-Agent": {"x"},
		}},
		Status: 301,
		Header: http.Header{
			"Vary":       {"Origin", "Accept-Encoding"},
			"Location":   {object + "?Policy=" + secret},
			"Set-Cookie": {"id=" + secret + "; Path=/; Secure", "bare=" + secret},
		},
	}
	got := hear(t, x, object)
	want := Exchange{
		Request: Request{Method: "GET", URL: "https://{distribution}/a.m3u8", Header: Header{
			"Authorization: ***", "Cookie: CloudFront-Policy=***; CloudFront-Signature=***", "Origin: {origin}"}},
		Answer: Answer{Status: 301, Header: Header{"Location: https://{distribution}/a.m3u8?Policy=***",
			"Set-Cookie: id=***; Path=/; Secure", "Set-Cookie: bare=***", "Vary: Origin", "Vary: Accept-Encoding"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Hear (-want +got):\n%s", diff)
	}
	of := hear(t, check.Exchange{Status: 200, Header: http.Header{
		"X-Session": {secret}, "Vary": {"Access-Control-Request-Headers"}, "Location": {session}}}, session)
	if diff := cmp.Diff(Header{"Location: https://{edge}.hls.live-video.net/***.m3u8", "Vary: Access-Control-Request-Headers", "X-Session: ***"}, of.Answer.Header); diff != "" {
		t.Errorf("header of a live session (-want +got):\n%s", diff)
	}
	if of.Request.URL != "https://{edge}.hls.live-video.net/***.m3u8" {
		t.Errorf("URL of a live session = %q, want it masked", of.Request.URL)
	}
}

type failure string

func (f failure) Error() string { return string(f) }

func TestTransportErrors(t *testing.T) {
	err := failure(`Get "` + session + `?token=` + secret + `": dial tcp [2001:db8::1]:443: connect: connection refused`)
	got := hear(t, check.Exchange{Err: err}, session).Answer
	want := Answer{Error: `Get "https://{edge}.hls.live-video.net/***.m3u8": dial tcp {address}: connect: connection refused`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}
