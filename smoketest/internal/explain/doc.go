// Package explain says why a URL, cookies or a playback token do not open what they
// should: a stranger's 403.
//
//	subject, err := explain.Recognize(text, url, origin)
//	if err != nil {
//		return err // a mistake of whoever asks
//	}
//	e, err := explain.Inquiry{Subject: subject, Stack: stack}.Explain(ctx)
//	if err != nil {
//		return err
//	}
//	fmt.Print(e)
//
// First package inspect takes the grant apart, without any request. Then one request
// with the grant goes to where it is for, as the viewer's would, and the answer is read
// as the checks read theirs. Both lead to a row of the cause table.
//
// Nothing is sent to a host that is neither AWS's nor named by the outputs or by whoever
// asks, no grant goes over plain HTTP, and a token for a single use is not spent. Of a
// Cookie header only CloudFront's own cookies are sent. No text of an [Explanation]
// holds a signature, policy, token, cookie or session address.
package explain
