package stack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Read takes the config from the stack's settings, `private-playback:KEY` in
// Pulumi.STACK.yaml, over Defaults, and validates it. The error lists every
// mistake, a line each, starting with the key.
func Read(ctx *pulumi.Context) (Config, error) {
	c := Defaults()
	r := reader{ctx: ctx}
	list(&r, "signingKeys", &c.SigningKeys)
	list(&r, "playbackKeys", &c.PlaybackKeys)
	list(&r, "playerOrigins", &c.PlayerOrigins)
	list(&r, "readers", &c.Readers)
	r.text("priceClass", &c.PriceClass)
	r.text("defaultRootObject", &c.DefaultRootObject)
	r.object("domain", &c.Domain)
	r.boolean("ipv6", &c.IPv6)
	r.text("comment", &c.Comment)
	r.boolean("enabled", &c.Enabled)
	r.text("viewerProtocolPolicy", &c.ViewerProtocolPolicy)
	list(&r, "channels", &c.Channels)
	r.boolean("sampleContent", &c.SampleContent)
	r.text("contentDir", &c.ContentDir)
	r.boolean("dataProtection", &c.DataProtection)
	r.misspelt()
	c.fill()
	return c, append(r.mistakes, c.mistakes(region(ctx))...).err()
}

// region is the one that the provider takes: the stack's, or else that of the
// environment; "" if neither says.
func region(ctx *pulumi.Context) string {
	if name, ok := ctx.GetConfig("aws:region"); ok {
		return name
	}
	return cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))
}

// reader takes single settings and gathers what is wrong with them.
type reader struct {
	ctx      *pulumi.Context
	known    []string
	mistakes mistakes
}

func (r *reader) text(key string, into *string) {
	r.known = append(r.known, key)
	full := r.ctx.Project() + ":" + key
	if v, ok := r.ctx.GetConfig(full); ok {
		*into = v
	}
	if r.ctx.IsConfigSecret(full) {
		r.mistakes.add(key, "is encrypted, but becomes public with the stack's outputs; set it again without --secret")
	}
}

// misspelt reports settings of the project that nothing reads, where the engine
// hands them over: in PULUMI_CONFIG, as it does to a program of its own process.
func (r *reader) misspelt() {
	all := map[string]string{}
	if json.Unmarshal([]byte(os.Getenv("PULUMI_CONFIG")), &all) != nil {
		return
	}
	for _, full := range slices.Sorted(maps.Keys(all)) {
		key, ours := strings.CutPrefix(full, r.ctx.Project()+":")
		if ours && !slices.Contains(r.known, key) {
			r.mistakes.add(key, "is no setting; Pulumi.yaml lists them")
		}
	}
}

func (r *reader) boolean(key string, into *bool) {
	var text string
	r.text(key, &text)
	if text == "" {
		return
	}
	v, err := strconv.ParseBool(text)
	if err != nil {
		r.mistakes.add(key, "is %q, want true or false", text)
		return
	}
	*into = v
}

// list decodes a list; nothing of a default shines through.
func list[T any](r *reader, key string, into *[]T) {
	var items []T
	if r.structured(key, "a list", &items) {
		*into = items
	}
}

// object decodes a setting with members into a struct without defaults.
func (r *reader) object(key string, into any) { r.structured(key, "an object", into) }

// structured decodes a setting strictly, so that a misspelt member is a mistake, and
// tells whether there was something to decode.
func (r *reader) structured(key, form string, into any) bool {
	var text string
	r.text(key, &text)
	if text == "" {
		return false
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		r.mistakes.add(key, "cannot be read: %s; write %s in Pulumi.%s.yaml", strings.TrimPrefix(err.Error(), "json: "), form, r.ctx.Stack())
		return false
	}
	return true
}

// mistakes gathers what is wrong with a config.
type mistakes []string

func (m *mistakes) add(key, format string, args ...any) {
	*m = append(*m, key+" "+fmt.Sprintf(format, args...))
}

func (m mistakes) err() error {
	switch len(m) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("config: %s", m[0])
	}
	return fmt.Errorf("config: %d mistakes:\n  %s", len(m), strings.Join(m, "\n  "))
}
