package inspect_test

import (
	"crypto/fips140"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"privateplayback/signer/inspect"
)

// Where SHA-1 is forbidden, a signature that needs it is left open; the test
// runs itself again in that mode.
func TestFIPSOnly(t *testing.T) {
	if !fips140.Enforced() {
		self, err := os.Executable()
		check(t, err)
		again := exec.Command(self, "-test.run=^TestFIPSOnly$")
		again.Env = append(os.Environ(), "GODEBUG=fips140=only")
		if out, err := again.CombinedOutput(); err != nil {
			t.Errorf("in FIPS-only mode: %v\n%s", err, out)
		}
		return
	}
	d, err := inspect.FromPublicKey([]byte(viewerKeys.SigningKeys[0].PublicKey))
	check(t, err)
	const signed = "https://d111111abcdef8.cloudfront.net/a.ts?Expires=1798862645&Signature=AAAA&Key-Pair-Id=K2JCJMDEHXQW5F"
	r := inspect.Request{At: time.Unix(1798862000, 0)}
	if got := d.URL(signed, r); got.Verdict != inspect.Undecided || !slices.Contains(codesOf(got.Open), inspect.NoSHA1) {
		t.Errorf("SHA-1: want it left open, got\n%v", got)
	}
	if got := d.URL(signed+"&Hash-Algorithm=SHA256", r); got.Verdict != inspect.Refused {
		t.Errorf("SHA-256: want it refused, got\n%v", got)
	}
}
