package report_test

import (
	"slices"
	"strings"
	"time"

	"privateplayback/smoketest/internal/cause"
	"privateplayback/smoketest/internal/check"
)

func start() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) }

// run is a run with one check of each common verdict.
func run() []check.Result {
	return []check.Result{
		{
			Check:   check.Check{ID: "contract.outputs", Proves: "The outputs agree.", Rule: "https://example.com/contract", Harm: check.Breaks},
			Verdict: check.Pass, Started: start(), Elapsed: 2 * time.Millisecond, Rounds: 1,
		},
		{
			Check: check.Check{ID: "vod.refuse.unsigned", Proves: "A URL without a signature is refused.", Rule: "https://example.com/refuse",
				Harm: check.Exposes, Needs: []check.Need{check.NeedContent}},
			Verdict: check.Fail, Started: start().Add(2 * time.Millisecond), Elapsed: 30 * time.Millisecond, Rounds: 3,
			Failure: &check.Failure{
				Asked: "GET https://d111111abcdef8.cloudfront.net/a.m3u8?Signature=***&Key-Pair-Id=K1",
				Want:  "403 MissingKey from CloudFront's signature check",
				Got:   "200, application/vnd.apple.mpegurl: #EXTM3U <…> & more",
				Cause: "behavior-public",
			},
			Requests: requests(),
		},
		{
			Check: check.Check{ID: "live.grant.play", Proves: "Every channel plays.", Rule: "https://example.com/live",
				Harm: check.Breaks, Needs: []check.Need{check.NeedChannel, check.NeedStream}},
			Verdict: check.Skip, Started: start().Add(1000 * time.Millisecond), Elapsed: 250 * time.Millisecond, Rounds: 1,
			Reason: `idle, 404 to a good token: channel "studio" of 1`,
		},
	}
}

// requests are a control on a new connection, what was to be refused, and one that
// nobody answered.
func requests() []check.Request {
	const asked = "GET https://d111111abcdef8.cloudfront.net/a.m3u8"
	return []check.Request{
		{Asked: asked + "?Expires=1790000000&Signature=***&Key-Pair-Id=K1", Control: true, Attempts: 1, Status: 200, Bytes: 1200,
			Started: start().Add(2 * time.Millisecond), Elapsed: 21500 * time.Microsecond, Cache: "Miss", Edge: "FRA56-P4",
			Timing: check.Timing{DNS: 1200 * time.Microsecond, Connect: 3 * time.Millisecond, TLS: 6100 * time.Microsecond, FirstByte: 19 * time.Millisecond}},
		{Asked: asked + "?Signature=***&Key-Pair-Id=K1", Attempts: 2, Status: 200, Bytes: 1200,
			Started: start().Add(24 * time.Millisecond), Elapsed: 5 * time.Millisecond, Cache: "Hit", Edge: "FRA56-P4",
			Timing: check.Timing{FirstByte: 4 * time.Millisecond}},
		{Asked: asked, Attempts: 1, Error: "connection reset by peer",
			Started: start().Add(29 * time.Millisecond), Elapsed: 2 * time.Millisecond},
	}
}

func passing() []check.Result {
	all := run()
	return []check.Result{all[0], all[2]}
}

// notYet is a failure that may pass by itself.
func notYet() check.Result {
	r := run()[1]
	r.Verdict, r.Rounds = check.NotYet, 7
	return r
}

// many are failures of which some have a cause in common.
func many() []check.Result {
	failed := []check.Result{}
	for id, row := range map[string]cause.ID{"vod.refuse.a": "refused-otherwise", "vod.refuse.b": "behavior-public", "vod.refuse.c": "", "vod.refuse.d": "behavior-public"} {
		r := run()[1]
		failure := *r.Failure
		failure.Cause, r.Failure, r.Check.ID, r.Requests = row, &failure, id, nil
		failed = append(failed, r)
	}
	slices.SortFunc(failed, func(a, b check.Result) int { return strings.Compare(a.Check.ID, b.Check.ID) })
	return failed
}

// learning is a run in which AWS answers otherwise than is assumed.
func learning() []check.Result {
	return append(passing(), check.Result{
		Check: check.Check{ID: "assume.signature.unknown-hash", Proves: "A hash that is not known is access denied.", Rule: "https://example.com/hash",
			Harm: check.Breaks},
		Verdict: check.Differs, Started: start().Add(2 * time.Second), Elapsed: 20 * time.Millisecond, Rounds: 1,
		Failure: &check.Failure{
			Asked: "GET https://d111111abcdef8.cloudfront.net/a.m3u8?Signature=***&Hash-Algorithm=MD5",
			Want:  "403 AccessDenied from CloudFront's signature check",
			Got:   "403 MalformedPolicy from CloudFront's signature check",
		},
	})
}

// strange is text that means something to one format or another.
const strange = "a|b `c` *d* _e_ [f](g) # SKIP \\ % %0A ]]> --> <script>alert(1)</script> &amp; \"q\" 'r' ::error::s ##[add-mask]t @u : , \x1b[31m\x00\xff\u2028\r\nnot ok 9\n::error::v\n  ...\n| w"

// hostile is a run of a deployment that answers with all of it.
func hostile() []check.Result {
	failed, skipped := run()[1], run()[2]
	failed.Failure = &check.Failure{Asked: strange, Want: strange, Got: strange}
	failed.Requests = []check.Request{{Asked: strange, Error: strange, Attempts: 1, Started: start(), Elapsed: time.Millisecond, Cache: strange, Edge: strange}}
	failed.Check.Rule = "javascript:alert(1)"
	skipped.Reason = strange
	return []check.Result{failed, skipped}
}
