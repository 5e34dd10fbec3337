package stack

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// docs/own-domain.md lists the members of the setting, and what it shows is accepted.
func TestDomainDocument(t *testing.T) {
	data, err := os.ReadFile("../../docs/own-domain.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := []string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllSubmatch(data, -1) {
		listed = append(listed, string(row[1]))
	}
	members := []string{}
	for i := range reflect.TypeFor[Domain]().NumField() {
		members = append(members, reflect.TypeFor[Domain]().Field(i).Tag.Get("json"))
	}
	if !reflect.DeepEqual(listed, members) {
		t.Errorf("docs/own-domain.md lists %q, the setting has %q", listed, members)
	}
	k := testKeys()
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(data, -1)
	if len(blocks) < 2 {
		t.Errorf("docs/own-domain.md shows %d settings, want one of each kind", len(blocks))
	}
	for _, block := range blocks {
		var file struct{ Config map[string]any }
		if err := yaml.Unmarshal(block[1], &file); err != nil {
			t.Fatal(err)
		}
		settings := map[string]string{
			"signingKeys": toJSON(t, keyList(k.p256)), "playbackKeys": toJSON(t, keyList(k.p384)), "playerOrigins": `["https://app.example.com"]`,
		}
		for key, value := range file.Config {
			settings[key] = toJSON(t, value)
		}
		if c, err := read(t, settings); err != nil || !c.Domain.used() {
			t.Errorf("%s is read as %+v, %v", block[1], c.Domain, err)
		}
	}
	for _, policy := range tlsPolicies {
		if !strings.Contains(string(data), "`"+policy+"`") {
			t.Errorf("docs/own-domain.md does not name %s", policy)
		}
	}
}
