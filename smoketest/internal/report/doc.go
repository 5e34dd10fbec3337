// Package report renders a run of the smoke test: as text, line by line while
// it happens, or as one JSON document at the end.
//
//	r := report.NewText(os.Stdout)
//	results, err := check.Run(ctx, target, checks, check.Options{Report: r.Check})
//	err = r.Finish(report.Summarize("stack dev", len(checks), results))
//
// Both writers report the first error of their io.Writer from Finish.
package report
