package inspect_test

import (
	"fmt"
	"net/netip"
	"time"

	"privateplayback/infra/outputs"
	"privateplayback/signer/inspect"
)

// viewerKeys are what `pulumi stack output --json` holds of keys.
var viewerKeys = &outputs.Stack{
	KeyGroupID: "f3a2c1d0-0b5e-4c0f-9d5c-0f6b1f1f8a11",
	SigningKeys: []outputs.SigningKey{{ID: "K2JCJMDEHXQW5F", Role: outputs.Current, PublicKey: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt
6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==
-----END PUBLIC KEY-----
`}},
}

func ExampleDeployment_URL() {
	deployment, err := inspect.FromOutputs(viewerKeys)
	if err != nil {
		fmt.Println(err)
		return
	}
	report := deployment.URL("https://d111111abcdef8.cloudfront.net/a.ts"+
		"?Expires=1798862645000&Signature=AAAA&Key-Pair-Id=f3a2c1d0-0b5e-4c0f-9d5c-0f6b1f1f8a11",
		inspect.Request{At: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)})
	fmt.Println(report.Verdict, report.Status, report.Code)
	for _, reason := range report.Reasons {
		fmt.Println("-", reason.Text)
	}
	// Output:
	// refused 403 InvalidKey
	// - Key-Pair-Id is the id of the key group, not of a public key.
	// - Expires has 13 digits: it counts milliseconds or less where seconds are meant.
}

func ExampleDeployment_Cookies() {
	deployment, err := inspect.FromOutputs(viewerKeys)
	if err != nil {
		fmt.Println(err)
		return
	}
	report := deployment.Cookies("CloudFront-Policy=e30_; CloudFront-Signature=AAAA; CloudFront-Key-Pair-Id=K2JCJMDEHXQW5F", inspect.Request{
		At:      time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC),
		Address: netip.MustParseAddr("192.0.2.1"),
		URL:     "https://media.example.com/asset/a.ts?Expires=never",
	})
	fmt.Println(report.Code)
	fmt.Println(report.Reasons[0].Text)
	fmt.Println(report.Reasons[0].Next)
	// Output:
	// MissingKey
	// The URL has the parameter Expires, so CloudFront takes it for a signed URL and ignores the cookies.
	// Rename that parameter, or leave it out: with it the cookies are not looked at.
}

func ExampleDeployment_Token() {
	var deployment *inspect.Deployment // no keys
	report := deployment.Token("https://c17b3fb37fc9.us-west-2.playback.live-video.net/api/video/v1/us-west-2.123456789012.channel.abcdABCDefgh.m3u8?token=undefined",
		inspect.Request{At: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)})
	fmt.Println(report.Code)
	fmt.Println(report.Reasons[0].Text)
	// Output:
	// invalid_playback_auth_token
	// The token is the word "undefined": the application had none when it built the URL.
}

func ExampleDeployment_Any() {
	deployment, err := inspect.FromOutputs(viewerKeys)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := deployment.Any("https://d111111abcdef8.cloudfront.net/a.ts?Expires=1798862645&amp;Signature=AAAA&amp;Key-Pair-Id=K2JCJMDEHXQW5F",
		inspect.Request{At: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(report)
	// Output:
	// refused: signed URL, 403 MissingKey (html-escaped, signature-mismatch)
	//
	// would grant
	//   policy     canned
	//   resource   https://d111111abcdef8.cloudfront.net/a.ts
	//   until      2027-01-02T04:04:05Z
	//   key id     K2JCJMDEHXQW5F
	//   hash       SHA-1
	//
	// reasons
	//   1. html-escaped: The URL has &amp; for &: it was escaped for HTML and not unescaped.
	//      next: Unescape the URL once where it leaves HTML or XML; do not escape it for a header or a JSON body.
	//      rule: documented: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
	//   2. signature-mismatch: The signature is not one of the key "K2JCJMDEHXQW5F" over "https://d111111abcdef8.cloudfront.net/a.ts" until "1798862645": it was made with another key, or for something else, or was changed.
	//      next: Sign again with the private key of this id, and compare the URL that was signed with the one requested.
	//      rule: reported: https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies
	//
	// notes
	//   1. repaired: The other reasons are those that are left with that undone.
	//      next: See the reasons for what was undone.
	//      rule: inferred: by this package
}

func ExampleFromPublicKey() {
	deployment, err := inspect.FromPublicKey([]byte(viewerKeys.SigningKeys[0].PublicKey))
	if err != nil {
		fmt.Println(err)
		return
	}
	report := deployment.URL("https://d111111abcdef8.cloudfront.net/a.ts", inspect.Request{At: time.Unix(1798862645, 0)})
	fmt.Println(report.Verdict, report.Code)
	// Output: refused MissingKey
}
