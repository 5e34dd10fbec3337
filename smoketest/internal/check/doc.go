// Package check holds what the smoke test asks of a deployment: a list of
// checks, each with a stable id and the rule of AWS it rests on, a player that
// walks HLS as a viewer's player does, and a runner.
//
//	results, err := check.Run(ctx, check.Target{
//		Stack:      stack,      // from outputs.Parse
//		SigningKey: signingKey, // from signer.ParsePrivateKey
//		Client:     &http.Client{Timeout: 30 * time.Second},
//	}, check.All(), check.Options{Report: func(r check.Result) { fmt.Println(r.Verdict, r.Check.ID) }})
//
// The checks send real requests under AWS's real host names and never learn
// what answers: a client whose dialer maps those names elsewhere is all that
// a stand-in needs. Requests go only to hosts that the outputs name, to the S3
// endpoints of the stack's bucket, and to hosts that a playlist of the stack
// names. Redirects are not followed.
//
// A refusal counts only after a control: the same object, asked for in the
// right way, must first have answered 200. It is then asserted by status and
// by the code in its body, which tells CloudFront's signature check, its edge,
// S3 and IVS apart.
//
// The checks of [Assumed] are apart: they settle what is taken for true where AWS
// is silent, and another answer than the assumed one is no failure.
//
// Those of [InBrowser] and [InFFprobe] are apart, too: they need clients by others, which
// a target has behind the interfaces [Screen] and [Prober].
//
// Nothing in a [Result] holds a signature, policy, token or cookie: every text
// passes [Mask].
package check
