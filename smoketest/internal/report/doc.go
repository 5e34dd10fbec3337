// Package report renders a run of the smoke test: for people and GitHub Actions
// line by line while it happens, for programs as one document at the end.
//
//	r, err := report.New("text", report.Streams{Out: os.Stdout, Err: os.Stderr})
//	how := check.Options{Report: r.Check, Waiting: r.Waiting, Running: r.Running}
//	results, err := check.Run(ctx, target, checks, how)
//	err = r.Finish(report.Summarize("stack dev", len(checks), results))
//
// Each format has a file of its own, and docs/report.md says what is in it. What a
// [check.Result] holds is masked already; nothing else gets into a report.
//
// Every reporter returns the first error of its writer from Finish.
package report
