package stack

import (
	"bytes"
	"encoding/json"
	"fmt"
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
	r.object("signingKeys", &c.SigningKeys)
	r.object("playbackKeys", &c.PlaybackKeys)
	r.object("playerOrigins", &c.PlayerOrigins)
	r.object("readers", &c.Readers)
	r.text("priceClass", &c.PriceClass)
	r.text("defaultRootObject", &c.DefaultRootObject)
	r.text("comment", &c.Comment)
	r.boolean("enabled", &c.Enabled)
	r.text("viewerProtocolPolicy", &c.ViewerProtocolPolicy)
	r.object("channels", &c.Channels)
	r.boolean("sampleContent", &c.SampleContent)
	r.text("contentDir", &c.ContentDir)
	r.boolean("dataProtection", &c.DataProtection)
	c.fill()
	region, _ := ctx.GetConfig("aws:region")
	return c, append(r.mistakes, c.mistakes(region)...).err()
}

// reader takes single settings and gathers what is wrong with them.
type reader struct {
	ctx      *pulumi.Context
	mistakes mistakes
}

func (r *reader) text(key string, into *string) {
	if v, ok := r.ctx.GetConfig(r.ctx.Project() + ":" + key); ok {
		*into = v
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

// object decodes a structured setting strictly: a misspelt member is a mistake.
func (r *reader) object(key string, into any) {
	var text string
	r.text(key, &text)
	if text == "" {
		return
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		r.mistakes.add(key, "cannot be read: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
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
