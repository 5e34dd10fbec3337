// Package inspect says why CloudFront or Amazon IVS would refuse a grant,
// before any request is made.
//
// A 403 of the edge names one of five codes and never its cause. This package
// takes the signed URL, the cookies or the playback token apart, checks them
// as the edge does, and names every reason, the likeliest first, each with a
// next step and the source of the rule.
//
// Read the stack outputs into a [Deployment], describe the request, and hand
// over what the viewer has:
//
//	stack, err := outputs.Parse(data)
//	if err != nil {
//		return err
//	}
//	deployment, err := inspect.FromOutputs(stack)
//	if err != nil {
//		return err
//	}
//	report, err := deployment.Any(text, inspect.Request{At: time.Now()})
//	if err != nil {
//		return err // neither URL nor cookies nor token
//	}
//	fmt.Print(report)
//
// [Deployment.URL], [Deployment.Cookies] and [Deployment.Token] are for a
// caller that knows what it has. [FromPublicKey] checks against a single public
// key, and a nil *Deployment against none: the rest is still checked, and the
// verdict is [Undecided] at best.
//
// # What is promised
//
// Every input has a report and none makes a panic. No text of a report holds a
// signature, a policy as it was sent, a token, or the query of a requested
// URL; key ids, resource patterns, origins, channels and viewer ids do appear.
// Codes are stable, sentences are not.
// Nothing is fetched. The package is of its own code: neither what signs nor
// the stand-in's edge is used, and a test holds it and the stand-in to the
// same answers.
//
// # How certain
//
// AWS documents the rules of a good grant better than what breaks the others.
// [Finding.Source] begins with "documented", "reported" (seen by users) or
// "inferred"; where AWS is silent, the verdict is a refusal.
//
// # What is left out
//
// What no grant shows: whether an object exists, a channel is on air, a
// single-use token was used or a viewer's session revoked; geographic
// restrictions, web application firewalls, and configuration that is still on
// its way to the edge. The request is taken to be a GET.
package inspect
