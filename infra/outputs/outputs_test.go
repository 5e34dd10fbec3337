package outputs_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"privateplayback/infra/outputs"
)

// example is the outputs of a whole stack; docs/outputs.md shows the same.
func example(t *testing.T) map[string]any {
	t.Helper()
	data, err := os.ReadFile("testdata/outputs.json")
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(data, &members); err != nil {
		t.Fatal(err)
	}
	return members
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParseRoundTrip(t *testing.T) {
	want := example(t)
	stack, err := outputs.Parse(marshal(t, want))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	if err := json.Unmarshal(marshal(t, stack), &got); err != nil {
		t.Fatal(err)
	}
	delete(want, "streamKeys") // masked in the example, so not read
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse then Marshal (-want +got):\n%s", diff)
	}
	if stack.StreamKeys != nil {
		t.Errorf("StreamKeys = %d keys, want nil for masked ones", len(stack.StreamKeys))
	}
}

func TestParseGood(t *testing.T) {
	for name, change := range map[string]func(map[string]any){
		"as exported":       func(map[string]any) {},
		"secrets shown":     func(m map[string]any) { m["streamKeys"] = map[string]any{"live": "sk"} },
		"no secrets at all": func(m map[string]any) { delete(m, "streamKeys") },
		"a later member":    func(m map[string]any) { m["somethingNew"] = 1 },
		"no content":        func(m map[string]any) { m["contentPlaylists"] = []any{} },
		"without live":      func(m map[string]any) { m["channels"], m["playbackKeys"] = []any{}, []any{} },
		"three keys":        func(m map[string]any) { m["signingKeys"] = keys("current", "next", "retiring") },
		"https only":        func(m map[string]any) { m["viewerProtocolPolicy"] = "https-only" },
		"a default object":  func(m map[string]any) { m["defaultRootObject"] = "index.html" },
		"a domain": func(m map[string]any) {
			m["domainName"], m["baseUrl"] = "video.example.com", "https://video.example.com"
		},
		"before domains": func(m map[string]any) { delete(m, "domainName"); delete(m, "tlsPolicy"); delete(m, "ipv6") },
	} {
		t.Run(name, func(t *testing.T) {
			members := example(t)
			change(members)
			if _, err := outputs.Parse(marshal(t, members)); err != nil {
				t.Errorf("Parse = %v, want no error", err)
			}
		})
	}
}

func keys(roles ...string) []any {
	list := []any{}
	for _, role := range roles {
		list = append(list, map[string]any{"id": "K" + role, "role": role, "publicKey": "PEM"})
	}
	return list
}

func TestParseBad(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(map[string]any)
		want   error
		text   string
	}{
		{"no version", func(m map[string]any) { delete(m, "schemaVersion") }, outputs.ErrMissing, `"schemaVersion"`},
		{"later version", func(m map[string]any) { m["schemaVersion"] = 2 }, outputs.ErrVersion, "schemaVersion is 2"},
		{"version of a wrong type", func(m map[string]any) { m["schemaVersion"] = "1" }, outputs.ErrVersion, `"1"`},
		{"missing member", func(m map[string]any) { delete(m, "baseUrl") }, outputs.ErrMissing, `"baseUrl"`},
		{"null member", func(m map[string]any) { m["channels"] = nil }, outputs.ErrMissing, `"channels"`},
		{"empty member", func(m map[string]any) { m["keyGroupId"] = "" }, outputs.ErrMissing, `"keyGroupId"`},
		{"secret member", func(m map[string]any) { m["baseUrl"] = "[secret]" }, outputs.ErrSecret, `"baseUrl" is masked`},
		{"secret inside", func(m map[string]any) { m["channels"] = []any{map[string]any{"name": "[secret]"}} }, outputs.ErrSecret, `"channels" is masked`},
		{"wrong type", func(m map[string]any) { m["bucketName"] = 7 }, outputs.ErrInvalid, `"bucketName"`},
		{"plain URL", func(m map[string]any) { m["baseUrl"] = "http://d1.cloudfront.net" }, outputs.ErrInvalid, `"baseUrl"`},
		{"URL with a path", func(m map[string]any) { m["baseUrl"] = "https://d1.cloudfront.net/" }, outputs.ErrInvalid, `"baseUrl"`},
		{"URL with a user", func(m map[string]any) { m["baseUrl"] = "https://u:p@d1.cloudfront.net" }, outputs.ErrInvalid, `"baseUrl"`},
		{"URL of another domain", func(m map[string]any) { m["domainName"] = "video.example.com" }, outputs.ErrInvalid, `"baseUrl"`},
		{"masked domain", func(m map[string]any) { m["domainName"] = "[secret]" }, outputs.ErrSecret, `"domainName" is masked`},
		{"protocol policy", func(m map[string]any) { m["viewerProtocolPolicy"] = "allow-all" }, outputs.ErrInvalid, `"viewerProtocolPolicy"`},
		{"no keys", func(m map[string]any) { m["signingKeys"] = []any{} }, outputs.ErrMissing, `"signingKeys"`},
		{"no playback keys beside channels", func(m map[string]any) { m["playbackKeys"] = []any{} }, outputs.ErrMissing, `"playbackKeys"`},
		{"key without id", func(m map[string]any) {
			m["signingKeys"] = []any{map[string]any{"role": "current", "publicKey": "PEM"}}
		}, outputs.ErrMissing, `"signingKeys[0].id"`},
		{"first key not current", func(m map[string]any) { m["signingKeys"] = keys("next", "current") }, outputs.ErrInvalid, `"signingKeys[0].role"`},
		{"two current keys", func(m map[string]any) { m["signingKeys"] = keys("current", "current") }, outputs.ErrInvalid, `"signingKeys[1].role"`},
		{"channel without URL", func(m map[string]any) {
			m["channels"] = []any{map[string]any{"name": "live", "arn": "arn:aws:ivs:us-west-2:123456789012:channel/a"}}
		}, outputs.ErrInvalid, `"channels[0].playbackUrl"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			members := example(t)
			tc.change(members)
			_, err := outputs.Parse(marshal(t, members))
			checkError(t, err, tc.want, tc.text)
		})
	}
}

func TestParseNotJSON(t *testing.T) {
	for _, text := range []string{"", "[]", "null!", `"[secret]"`, "error: no stack selected"} {
		_, err := outputs.Parse([]byte(text))
		checkError(t, err, outputs.ErrInvalid, "pulumi stack output --json")
	}
}

func checkError(t *testing.T, err, want error, text string) {
	t.Helper()
	if !errors.Is(err, want) || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "\n") {
		t.Errorf("Parse = %v, want one line wrapping %v with %q", err, want, text)
	}
}

func FuzzParse(f *testing.F) {
	data, err := os.ReadFile("testdata/outputs.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"schemaVersion":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		stack, err := outputs.Parse(data)
		if (stack == nil) == (err == nil) {
			t.Errorf("Parse = %v, %v, want one of them", stack, err)
		}
	})
}
