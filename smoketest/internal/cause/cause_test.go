package cause

import (
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite docs/troubleshooting.md")

const root = "../../.."

func TestDocument(t *testing.T) {
	document := filepath.Join(root, "docs/troubleshooting.md")
	if *update {
		if err := os.WriteFile(document, Document(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(Document()), string(got)); diff != "" {
		t.Errorf("docs/troubleshooting.md is not made of the tables; run go test ./smoketest/internal/cause -update (-tables +file):\n%s", diff)
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestRows(t *testing.T) {
	seen := map[ID]bool{}
	for _, section := range Sections() {
		for _, c := range section.Causes {
			if seen[c.ID] || !idForm.MatchString(string(c.ID)) {
				t.Errorf("id %q is there twice, or has another form than %v", c.ID, idForm)
			}
			seen[c.ID] = true
			for _, text := range []string{c.Seen, c.Why, c.Next} {
				if text == "" || strings.HasSuffix(text, ".") || strings.Contains(text, "\n") {
					t.Errorf("%s: %q is empty, has a final stop, or several lines", c.ID, text)
				}
			}
			if u, err := url.Parse(c.Source); err != nil || u.Scheme != "https" || u.Host == "" {
				t.Errorf("%s: source %q is no address", c.ID, c.Source)
			}
		}
	}
}

// declared is a place in the declaration that a row leads to.
var declared = regexp.MustCompile(`(\w+)[^()]*\((?:(\w+) in )?(infra/stack/\w+\.go)`)

// What a row says of the declaration is there: the file, and the property or
// function before it.
func TestPlacesExist(t *testing.T) {
	found := 0
	for _, section := range Sections() {
		for _, c := range section.Causes {
			for _, m := range declared.FindAllStringSubmatch(c.Next, -1) {
				found++
				source, err := os.ReadFile(filepath.Join(root, m[3]))
				if err != nil {
					t.Errorf("%s leads to %s: %v", c.ID, m[3], err)
				} else if m[2] != "" && !strings.Contains(strings.ToLower(string(source)), strings.ToLower(m[2])) {
					t.Errorf("%s leads to %s in %s, which is not there", c.ID, m[2], m[3])
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("%d places found, want more: has the form changed?", found)
	}
}

// pitfalls are what users trip over most, as they tell it themselves: the list that
// this project was begun for, and what two people wrote down who did all of it by
// hand. Each has a row at least.
var pitfalls = map[string][]ID{
	"only the master playlist is signed":              {"children-unsigned"},
	"403 with no reason":                              {"signature-missing", "key-not-in-group", "signature-mismatch", "policy-malformed", "signature-malformed"},
	"CORS works, then fails":                          {"cors-missing", "cors-vary", "cors-credentials"},
	"rotating a public key fails":                     {"key-replaced", "key-dropped-plays"},
	"cookies are not sent":                            {"cookies-unsent", "player-credentials"},
	"native players have no request hook":             {"player-no-hook"},
	"a grant expires in mid-play":                     {"expired-in-play"},
	"signing is slow":                                 {"signing-slow"},
	"signed URLs defeat the browser's cache":          {"url-changes"},
	"path or query encoded otherwise":                 {"url-reencoded", "player-reencodes"},
	"wildcard with a canned policy":                   {"wildcard-canned"},
	"ECDSA and SHA-256":                               {"key-kind", "hash-undeclared"},
	"keys in KMS":                                     {"key-kind"},
	"a distribution takes minutes":                    {"spreading", "dns"},
	"a key group or setting dropped silently":         {"behavior-public"},
	"stack outputs hard to use":                       {"outputs-masked", "outputs-stale"},
	"an IVS token fails without a reason":             {"token-refused", "key-quota"},
	"strict origin fails in native apps":              {"strict-origin"},
	"long signed URLs break proxies":                  {"url-long"},
	"no free local CloudFront that checks signatures": {"no-local-cloudfront"},
	"times in milliseconds or as text":                {"policy-malformed"},
	"a missing object looks like a refusal":           {"origin-refused", "bucket-lists"},
	"a new bucket is redirected":                      {"redirected"},
	"content types at upload":                         {"content-type"},
	"an idle channel looks like an error":             {"channel-idle"},
	"this machine's clock":                            {"clock"},
	"the wrong private key":                           {"key-other"},
	"a reserved parameter turns cookies off":          {"query-signs"},
}

func TestPitfallsAreCovered(t *testing.T) {
	for pitfall, ids := range pitfalls {
		for _, id := range ids {
			if _, ok := Find(id); !ok {
				t.Errorf("%s: there is no row %q", pitfall, id)
			}
		}
	}
	if _, ok := Find(""); ok {
		t.Error("the empty id has a row")
	}
}
