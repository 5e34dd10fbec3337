package edge

import (
	"crypto"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"
)

// The AWS SDK's signer is an independent implementation of the same rules.
func TestAcceptsTheSDK(t *testing.T) {
	for name, signer := range map[string]crypto.Signer{"ECDSA": nil, "RSA": rsaKey()} {
		w := newWorld(t)
		if signer != nil {
			w.signer, w.keyID = signer, w.addKey("sdk", signer)
			if _, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{w.keyID}}); err != nil {
				t.Fatal(err)
			}
		}
		sdk := sign.NewURLSigner(w.keyID, w.signer)
		for _, target := range []string{"/a.ts", "/a%20b/c.ts?x=1&y=%2F", "/a.ts?x=<&>"} {
			signed, err := sdk.Sign(w.url(target), w.now.Add(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			if got := verdict(w.get(signed[len(w.url("")):])); got != "200" {
				t.Errorf("%s, canned, %s: got %s, want 200", name, target, got)
			}
		}
		policy := func() *sign.Policy {
			return &sign.Policy{Statements: []sign.Statement{{
				Resource: w.url("/vod/*"),
				Condition: sign.Condition{
					IPAddress:       &sign.IPAddress{SourceIP: "192.0.2.0/24"},
					DateGreaterThan: sign.NewAWSEpochTime(w.now.Add(-time.Minute)),
					DateLessThan:    sign.NewAWSEpochTime(w.now.Add(time.Minute)),
				},
			}}}
		}
		for target, want := range map[string]string{"/vod/a.ts": "200", "/vod/a.ts?x=1": "200", "/live/a.ts": "403 AccessDenied"} {
			signed, err := sdk.SignWithPolicy(w.url(target), policy())
			if err != nil {
				t.Fatal(err)
			}
			if got := verdict(w.get(signed[len(w.url("")):])); got != want {
				t.Errorf("%s, custom, %s: got %s, want %s", name, target, got, want)
			}
		}
	}
}

func TestAcceptsTheSDKCookies(t *testing.T) {
	w := newWorld(t)
	w.keyID = w.addKey("sdk", rsaKey())
	if _, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: []string{w.keyID}}); err != nil {
		t.Fatal(err)
	}
	cookies, err := sign.NewCookieSigner(w.keyID, rsaKey()).Sign(w.url("/vod/*"), w.now.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]string{"/vod/a.ts": "200", "/live/a.ts": "403 AccessDenied"} {
		r := w.request("GET", target)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		if got := verdict(w.do(r)); got != want {
			t.Errorf("%s: got %s, want %s", target, got, want)
		}
	}
}
