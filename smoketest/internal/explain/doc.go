// Package explain says why a viewer is refused: of a URL, cookies or a token that
// somebody shows, first by itself and then, if wanted, by asking.
//
//	e, err := explain.Explain(ctx, explain.Subject{Text: text, Stack: stack, At: time.Now()}, explain.Asking{})
//	fmt.Print(e)
//
// What package inspect finds and what the service answers both lead to rows of the
// cause table. No text of an explanation holds a signature, policy, token or cookie.
package explain
