package recording

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// got is a GET of a path and its answer.
func got(path string, a Answer) Exchange {
	return Exchange{Request: Request{Method: "GET", URL: "https://{distribution}" + path}, Answer: a}
}

func of(checks ...Check) *Recording {
	return &Recording{Version: Version, Recorded: "2026-11-27", Checks: checks}
}

func status(code int) Answer { return Answer{Status: code} }

func body(text string) Answer { return Answer{Status: 403, Body: Body{Length: len(text), Text: text}} }

func live(lines ...string) Answer {
	text := strings.Join(append([]string{"#EXTM3U"}, lines...), "\n")
	return Answer{Status: 200, Body: Body{Length: len(text), Live: true, Text: text}}
}

// same are answers that differ though nothing is wrong.
var same = []struct {
	name        string
	there, here Answer
}{
	{"dates", Answer{Header: Header{"Date: Fri, 27 Nov 2026 12:00:00 GMT", "Last-Modified: Fri, 27 Nov 2026 11:00:00 GMT"}},
		Answer{Header: Header{"Date: Sat, 28 Nov 2026 12:00:00 GMT", "Last-Modified: Mon, 23 Nov 2026 11:00:00 GMT"}}},
	{"request ids", Answer{Header: Header{"X-Amz-Cf-Id: abcd==", "X-Amz-Id-2: short", "X-Amz-Request-Id: 0123456789ABCDEF"}},
		Answer{Header: Header{"X-Amz-Cf-Id: efgh==", "X-Amz-Id-2: somewhat longer", "X-Amz-Request-Id: 0123456789ABCDE0"}}},
	{"edge", Answer{Header: Header{"Via: 1.1 " + strings.Repeat("a", 32) + ".cloudfront.net (CloudFront)", "X-Amz-Cf-Pop: NRT57-C3"}},
		Answer{Header: Header{"Via: 1.1 " + strings.Repeat("b", 32) + ".cloudfront.net (CloudFront)", "X-Amz-Cf-Pop: FRA2-P1"}}},
	{"cache", Answer{Header: Header{"Age: 5", "X-Cache: Hit from cloudfront"}}, Answer{Header: Header{"X-Cache: Miss from cloudfront"}}},
	{"entity tag", Answer{Header: Header{`Etag: "` + strings.Repeat("0", 32) + `"`}}, Answer{Header: Header{`Etag: "` + strings.Repeat("f", 32) + `"`}}},
	{"length of a text", Answer{Header: Header{"Content-Length: 4"}, Body: Body{Length: 4, Text: "same"}},
		Answer{Header: Header{"Content-Length: 9"}, Body: Body{Length: 9, Text: "same"}}},
	{"lines of a header", Answer{Header: Header{"Vary: Origin", "Vary: Accept-Encoding"}}, Answer{Header: Header{"Vary: Origin, Accept-Encoding"}}},
	{"cookie", Answer{Header: Header{"Set-Cookie: a=***; Expires=Fri, 27 Nov 2026 12:00:00 GMT; Path=/"}}, Answer{Header: Header{"Set-Cookie: a=***; Path=/"}}},
	{"expiry in a redirect", Answer{Header: Header{"Location: https://a/?Expires=1"}}, Answer{Header: Header{"Location: https://a/?Expires=2"}}},
	{"ids in XML", body("<Error><RequestId>A</RequestId><HostId>B</HostId></Error>"), body("<Error><RequestId>C</RequestId><HostId></HostId></Error>")},
	{"id in a page", body("<PRE>\nRequest ID: a==\n</PRE>"), body("<PRE>\nRequest ID: b==\n</PRE>")},
	{"broadcast", live("#EXT-X-MEDIA-SEQUENCE:7", "#EXT-X-DISCONTINUITY", "#EXTINF:2.000,live", "https://{edge}.hls.live-video.net/***.ts", `#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="a,b"`),
		live("#EXT-X-MEDIA-SEQUENCE:123", "#EXTINF:1.997,live", "https://{edge}.hls.live-video.net/***.ts", "#EXTINF:2.000,live", "https://{edge}.hls.live-video.net/***.ts", `#EXT-X-STREAM-INF:BANDWIDTH=25,CODECS="c"`)},
	{"media of a broadcast", Answer{Body: Body{Length: 5, Live: true}}, Answer{Body: Body{Length: 7, Live: true}}},
	{"words of an error", Answer{Error: "refused"}, Answer{Error: "timeout"}},
}

func TestAnswersAreTheSame(t *testing.T) {
	for _, tt := range same {
		if d := compareAnswers(tt.there, tt.here); len(d) > 0 {
			t.Errorf("%s: compareAnswers = %q, want no difference", tt.name, d)
		}
	}
}

// differing are answers of which somebody should hear.
var differing = []struct {
	name        string
	there, here Answer
	want        []Difference
}{
	{"status", status(403), status(404), []Difference{{What: "status", Recorded: "403", Here: "404"}}},
	{"header", Answer{Header: Header{"Server: CloudFront"}}, Answer{Header: Header{"Alt-Svc: h3"}},
		[]Difference{{What: "header Alt-Svc", Recorded: "absent", Here: `"h3"`}, {What: "header Server", Recorded: `"CloudFront"`, Here: "absent"}}},
	{"no date", Answer{Header: Header{"Date: Fri, 27 Nov 2026 12:00:00 GMT"}}, Answer{Header: Header{"Date: now"}},
		[]Difference{{What: "header Date", Recorded: `"Fri, 27 Nov 2026 12:00:00 GMT"`, Here: `"now"`}}},
	{"length of an id", Answer{Header: Header{"X-Amz-Cf-Id: abcd=="}}, Answer{Header: Header{"X-Amz-Cf-Id: abcde=="}},
		[]Difference{{What: "header X-Amz-Cf-Id", Recorded: `"abcd=="`, Here: `"abcde=="`}}},
	{"no cache", Answer{Header: Header{"X-Cache: Error from cloudfront"}}, Answer{Header: Header{"X-Cache: Miss from cloudfront"}},
		[]Difference{{What: "header X-Cache", Recorded: `"Error from cloudfront"`, Here: `"Miss from cloudfront"`}}},
	{"multipart", Answer{Header: Header{`Etag: "` + strings.Repeat("0", 32) + `"`}}, Answer{Header: Header{`Etag: "` + strings.Repeat("0", 32) + `-2"`}},
		[]Difference{{What: "header Etag", Recorded: `"\"` + strings.Repeat("0", 32) + `\""`, Here: `"\"` + strings.Repeat("0", 32) + `-2\""`}}},
	{"length alone", Answer{Header: Header{"Content-Length: 4"}}, Answer{Header: Header{"Content-Length: 5"}},
		[]Difference{{What: "header Content-Length", Recorded: `"4"`, Here: `"5"`}}},
	{"code of XML", body("<Error><Code>AccessDenied</Code></Error>"), body("<Error><Code>NoSuchKey</Code></Error>"),
		[]Difference{{What: "body code", Recorded: `"AccessDenied"`, Here: `"NoSuchKey"`}}},
	{"code of JSON", body(`[{"error_code":"a"}]`), body(`{"error_code":"a"}`),
		[]Difference{{What: "body code", Recorded: `"a"`, Here: "absent"}, {What: "body", Recorded: `"[{\"error_code\":\"{code}\"}]"`, Here: `"{\"error_code\":\"a\"}"`}}},
	{"text", body(strings.Repeat("x", 100) + "Denied" + strings.Repeat("y", 100)), body(strings.Repeat("x", 100) + "denied" + strings.Repeat("y", 100)),
		[]Difference{{What: "body", Recorded: `"…` + strings.Repeat("x", 24) + "Denied" + strings.Repeat("y", 54) + `…"`,
			Here: `"…` + strings.Repeat("x", 24) + "denied" + strings.Repeat("y", 54) + `…"`}}},
	{"text and media", body("no"), Answer{Status: 403, Body: Body{Length: 70, SHA256: strings.Repeat("0", 64)}},
		[]Difference{{What: "body", Recorded: `"no"`, Here: "70 bytes with SHA-256 000000000000…"}}},
	{"media", Answer{Body: Body{Length: 70, SHA256: "a"}}, Answer{}, []Difference{{What: "body", Recorded: "70 bytes with SHA-256 a…", Here: "empty"}}},
	{"small media", Answer{Body: Body{Length: 16}}, Answer{}, []Difference{{What: "body", Recorded: "16 bytes", Here: "empty"}}},
	{"broadcast", live("#EXT-X-PREFETCH:https://{edge}.hls.live-video.net/***.ts"), live("#EXT-X-VERSION:3"), []Difference{
		{What: "body line", Recorded: `"#EXT-X-PREFETCH:https://{edge}.hls.live-video.net/***.ts"`, Here: "absent"},
		{What: "body line", Recorded: "absent", Here: `"#EXT-X-VERSION:N"`}}},
	{"error", Answer{Error: "refused"}, body("<Error><Code>AccessDenied</Code></Error>"),
		[]Difference{{What: "error", Recorded: `no answer: "refused"`, Here: `403 with code "AccessDenied"`}}},
}

func TestAnswersDiffer(t *testing.T) {
	for _, tt := range differing {
		if diff := cmp.Diff(tt.want, compareAnswers(tt.there, tt.here)); diff != "" {
			t.Errorf("%s: compareAnswers (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestCompareMatchesRequests(t *testing.T) {
	const id = "vod.refuse.expired"
	asked := "GET https://{distribution}/a"
	tests := []struct {
		name        string
		there, here []Check
		want        Comparison
	}{
		{"in turn", []Check{{id, []Exchange{got("/a", status(200)), got("/a", status(403))}}},
			[]Check{{id, []Exchange{got("/a", status(200)), got("/a", status(404))}}},
			Comparison{Answers: 2, Differing: 1, Differences: []Difference{{id, asked, "status", "403", "404"}}}},
		{"whatever the expiry", []Check{{id, []Exchange{got("/a?Expires=1", status(200))}}},
			[]Check{{id, []Exchange{got("/a?Expires=2", status(200))}}}, Comparison{Answers: 1}},
		{"an expiry with a sign", []Check{{id, []Exchange{got("/a?Expires=+1", status(403))}}},
			[]Check{{id, []Exchange{got("/a?Expires=+2", status(403))}}}, Comparison{Answers: 1}},
		{"repetitions", []Check{{id, []Exchange{got("/a", status(200)), got("/a", status(200)), got("/a", status(404)), got("/a", status(200))}}},
			[]Check{{id, []Exchange{got("/a", status(200)), got("/a", status(404))}}}, Comparison{Answers: 2}},
		{"requests of one side", []Check{{id, []Exchange{got("/a", status(200)), got("/b", status(200))}}},
			[]Check{{id, []Exchange{got("/c", body("<Error><Code>No</Code></Error>")), got("/a", status(200)), got("/a", status(500))}}},
			Comparison{Answers: 1, Unmatched: 3, Differences: []Difference{
				{id, "GET https://{distribution}/c", "request", "not made", `403 with code "No"`},
				{id, asked, "request", "not made", "500"},
				{id, "GET https://{distribution}/b", "request", "200", "not made"}}}},
		{"checks of one side", []Check{{"a.there", []Exchange{got("/a", status(200))}}},
			[]Check{{"a.here", []Exchange{got("/a", status(200)), got("/b", status(200))}}},
			Comparison{Unmatched: 2, Differences: []Difference{
				{Check: "a.here", What: "check", Recorded: "no request", Here: "2 requests"},
				{Check: "a.there", What: "check", Recorded: "1 request", Here: "no request"}}}},
		{"other headers are another request", []Check{{id, []Exchange{{Request{"GET", "u", Header{"Range: bytes=0-1"}}, status(206)}}}},
			[]Check{{id, []Exchange{{Request{"GET", "u", Header{"Range: bytes=0-2"}}, status(206)}}}},
			Comparison{Unmatched: 2, Differences: []Difference{
				{id, "GET u, Range: bytes=0-2", "request", "not made", "206"},
				{id, "GET u, Range: bytes=0-1", "request", "206", "not made"}}}},
		{"nothing", nil, nil, Comparison{}},
	}
	for _, tt := range tests {
		tt.want.Recorded = "2026-11-27"
		if diff := cmp.Diff(tt.want, Compare(of(tt.there...), of(tt.here...))); diff != "" {
			t.Errorf("%s: Compare (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A file that somebody sends can neither steer a terminal nor forge a line.
func TestCompareIsPrintable(t *testing.T) {
	evil := "\x1b[2J\nx"
	there := of(Check{evil, []Exchange{{Request{evil, evil, Header{evil + ": " + evil}}, Answer{Error: evil}}}},
		Check{"a.b", []Exchange{{Request{"GET", evil, nil}, Answer{Status: 1, Header: Header{evil + ": " + evil}, Body: Body{Length: 1, SHA256: evil}}}}})
	here := of(Check{"a.b", []Exchange{{Request{"GET", evil, nil}, status(200)}, {Request{"GET", "u", nil}, status(200)}}})
	for _, d := range Compare(there, here).Differences {
		for _, text := range []string{d.Check, d.Asked, d.What, d.Recorded, d.Here} {
			if strings.ContainsAny(text, "\x1b\n") {
				t.Errorf("Compare of an evil file = %q, want it printable", d)
			}
		}
	}
}
