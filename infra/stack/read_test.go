package stack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/infra/outputs"
)

func read(t *testing.T, settings map[string]string) (Config, error) {
	t.Helper()
	var got Config
	_, err := run(t, settings, func(ctx *pulumi.Context) (err error) {
		got, err = Read(ctx)
		return err
	})
	return got, err
}

func TestReadDefaults(t *testing.T) {
	k := testKeys()
	got, err := read(t, map[string]string{
		"signingKeys":   toJSON(t, keyList(strings.TrimSpace(k.p256), "\n\n"+strings.ReplaceAll(k.rsa, "\n", "\r\n"))),
		"playbackKeys":  toJSON(t, keyList(k.p384)),
		"playerOrigins": `["https://app.example.com"]`,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		SigningKeys:          []Key{{k.p256, outputs.Current}, {k.rsa, outputs.Next}},
		PlaybackKeys:         []Key{{k.p384, outputs.Current}},
		PlayerOrigins:        []string{"https://app.example.com"},
		PriceClass:           "PriceClass_All",
		Comment:              "private playback",
		Enabled:              true,
		ViewerProtocolPolicy: "redirect-to-https",
		Channels:             []Channel{{"live", "STANDARD", "LOW"}},
		SampleContent:        true,
		DataProtection:       true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
}

func TestReadGood(t *testing.T) {
	k := testKeys()
	good := func(change map[string]string) map[string]string {
		settings := map[string]string{
			"signingKeys": toJSON(t, keyList(k.p256)), "playbackKeys": toJSON(t, keyList(k.p384)), "playerOrigins": `["https://app.example.com"]`,
		}
		for key, value := range change {
			settings[key] = value
		}
		return settings
	}
	for name, change := range map[string]map[string]string{
		"wildcard origin":     {"playerOrigins": `["https://*.example.com"]`},
		"local origin":        {"playerOrigins": `["http://localhost:8080"]`},
		"readers":             {"readers": `["arn:aws:iam::123456789012:role/web/app","arn:aws:iam::123456789012:user/ann"]`},
		"no channels":         {"channels": "[]", "playbackKeys": "[]"},
		"no live region":      {"channels": "[]", "playbackKeys": "[]", "aws:region": "eu-north-1"},
		"two channels":        {"channels": `[{"name":"a"},{"name":"b","type":"BASIC","latencyMode":"NORMAL"}]`},
		"three playback keys": {"playbackKeys": toJSON(t, keyList(k.p384, k.p384b))},
		"retiring key":        {"signingKeys": toJSON(t, []map[string]string{{"publicKey": k.p256}, {"publicKey": k.rsa, "role": "retiring"}})},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := read(t, good(change)); err != nil {
				t.Errorf("Read = %v, want no error", err)
			}
		})
	}
}

func TestReadBad(t *testing.T) {
	k := testKeys()
	private := "-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END EC PRIVATE KEY-----\n"
	for _, tc := range []struct{ name, key, value, want string }{
		{"no signing keys", "signingKeys", "[]", "signingKeys is missing; make a key with `go run ./signer/cmd/signer keygen --kind signing --out signing.pem`"},
		{"not a list", "signingKeys", `"pem"`, "signingKeys cannot be read"},
		{"misspelt member", "signingKeys", `[{"publickKey":"x"}]`, `unknown field "publickKey"`},
		{"not PEM", "signingKeys", `[{"publicKey":"hello"}]`, "signingKeys[0].publicKey is not PEM"},
		{"private key", "signingKeys", toJSON(t, keyList(private)), "signingKeys[0].publicKey is a private key"},
		{"certificate", "signingKeys", toJSON(t, keyList(strings.ReplaceAll(k.p256, "PUBLIC KEY", "CERTIFICATE"))), `is a "CERTIFICATE", want a PUBLIC KEY`},
		{"wrong curve", "signingKeys", toJSON(t, keyList(k.p384)), "signingKeys[0].publicKey is of another kind, want RSA 2048 or ECDSA P-256"},
		{"wrong size", "signingKeys", toJSON(t, keyList(k.rsa4096)), "signingKeys[0].publicKey is of another kind"},
		{"two blocks", "signingKeys", toJSON(t, keyList(k.p256+k.p256b)), "holds more than one PEM block"},
		{"the same key twice", "signingKeys", toJSON(t, keyList(k.p256, k.p256)), "signingKeys[1].publicKey is the same key as signingKeys[0]"},
		{"six keys", "signingKeys", toJSON(t, keyList(k.p256, "b", "c", "d", "e", "f")), "signingKeys has 6 keys, AWS takes at most 5"},
		{"first is not current", "signingKeys", toJSON(t, []map[string]string{{"publicKey": k.p256, "role": "next"}}), "signingKeys[0].role is \"next\", but the first key is the current one"},
		{"role", "signingKeys", toJSON(t, []map[string]string{{"publicKey": k.p256}, {"publicKey": k.rsa, "role": "old"}}), `signingKeys[1].role is "old", want next or retiring`},
		{"playback curve", "playbackKeys", toJSON(t, keyList(k.p256)), "playbackKeys[0].publicKey is of another kind, want ECDSA P-384"},
		{"four playback keys", "playbackKeys", toJSON(t, keyList(k.p384, k.p384b, "c", "d")), "playbackKeys has 4 keys, AWS takes at most 3"},
		{"no playback keys", "playbackKeys", "[]", "playbackKeys is missing"},
		{"no origins", "playerOrigins", "[]", "playerOrigins is missing"},
		{"bare host", "playerOrigins", `["app.example.com"]`, `playerOrigins[0] is "app.example.com", which has no scheme; write "https://app.example.com"`},
		{"origin with a path", "playerOrigins", `["https://app.example.com/"]`, `write "https://app.example.com"`},
		{"every origin", "playerOrigins", `["*"]`, "lets every page play"},
		{"wildcard inside", "playerOrigins", `["https://app.*.com"]`, "playerOrigins[0]"},
		{"upper case", "playerOrigins", `["https://App.example.com"]`, "lower-case host"},
		{"origin twice", "playerOrigins", `["https://a.b","https://a.b"]`, "playerOrigins[1] is \"https://a.b\", which is listed twice"},
		{"origin scheme", "playerOrigins", `["ftp://a.b"]`, "want the scheme https"},
		{"reader", "readers", `["app"]`, `readers[0] is "app", want the ARN of an IAM user or role`},
		{"every reader", "readers", `["*"]`, `readers[0] is "*"`},
		{"price class", "priceClass", "PriceClass_300", "priceClass is \"PriceClass_300\", want one of PriceClass_100"},
		{"protocol", "viewerProtocolPolicy", "allow-all", "viewerProtocolPolicy is \"allow-all\""},
		{"root object", "defaultRootObject", "/index.html", `defaultRootObject is "/index.html", which starts with a slash; write "index.html"`},
		{"root object's characters", "defaultRootObject", "a b.html", `defaultRootObject is "a b.html", want at most 255`},
		{"comment", "comment", strings.Repeat("é", 65), "comment has 130 bytes"},
		{"channel without a name", "channels", `[{"type":"BASIC"}]`, `channels[0].name is ""`},
		{"hole in the channels", "channels", `[null,{"name":"second"}]`, `channels[0].name is ""`},
		{"hole in the keys", "signingKeys", `[null]`, "signingKeys[0].publicKey is not PEM"},
		{"a list as text", "channels", `"[]"`, "channels cannot be read"},
		{"reader twice", "readers", `["arn:aws:iam::123456789012:role/a","arn:aws:iam::123456789012:role/a"]`, "readers[1]"},
		{"the same key in another form", "signingKeys", toJSON(t, keyList(k.p256, "a comment\n"+strings.ReplaceAll(k.p256, "KEY-----\nMFk", "KEY-----\n\nMFk"))), "signingKeys[1].publicKey is the same key"},
		{"young region", "aws:region", "ap-southeast-5", `aws:region is "ap-southeast-5", which origin access identities do not reach`},
		{"boolean", "enabled", "yes", `enabled is "yes", want true or false`},
		{"channel name", "channels", `[{"name":"my channel"}]`, `channels[0].name is "my channel"`},
		{"channel twice", "channels", `[{"name":"a"},{"name":"a"}]`, `channels[1].name is "a", which is used twice`},
		{"channel type", "channels", `[{"name":"a","type":"HD"}]`, "channels[0].type"},
		{"latency", "channels", `[{"name":"a","latencyMode":"ULTRA"}]`, "channels[0].latencyMode"},
		{"region", "aws:region", "eu-north-1", `aws:region is "eu-north-1"`},
		{"content without content", "contentDir", "videos", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			settings := map[string]string{
				"signingKeys": toJSON(t, keyList(k.p256)), "playbackKeys": toJSON(t, keyList(k.p384)), "playerOrigins": `["https://app.example.com"]`,
				tc.key: tc.value,
			}
			if tc.key == "contentDir" {
				settings["sampleContent"], tc.want = "false", "contentDir is set while sampleContent is false"
			}
			_, err := read(t, settings)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Read = %v, want %q", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "c2VjcmV0") {
				t.Errorf("Read = %v, which shows the key", err)
			}
		})
	}
}

// The environment says which region, and which settings nobody reads.
func TestReadEnvironment(t *testing.T) {
	k := testKeys()
	t.Setenv("AWS_REGION", "eu-north-1")
	t.Setenv("PULUMI_CONFIG", `{"private-playback:priceClas":"PriceClass_100","private-playback:comment":"x","aws:region":"x"}`)
	r := &recorder{resources: map[string]pulumi.MockResourceArgs{}}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := Read(ctx)
		return err
	}, pulumi.WithMocks("private-playback", "test", r), func(info *pulumi.RunInfo) {
		info.Config = map[string]string{
			"private-playback:signingKeys": toJSON(t, keyList(k.p256)), "private-playback:playbackKeys": toJSON(t, keyList(k.p384)),
			"private-playback:playerOrigins": `["https://app.example.com"]`,
		}
		info.ConfigSecretKeys = []string{"private-playback:signingKeys"}
	})
	if err == nil {
		t.Fatal("Read = nil, want an error")
	}
	for _, want := range []string{"3 mistakes", "\n  priceClas is no setting", `aws:region is "eu-north-1"`, "\n  signingKeys is encrypted"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Read = %v, want %q in it", err, want)
		}
	}
}

// All mistakes come at once, each with its key.
func TestReadManyMistakes(t *testing.T) {
	_, err := read(t, map[string]string{"playerOrigins": `["app.example.com"]`, "priceClass": "cheap", "enabled": "maybe"})
	if err == nil {
		t.Fatal("Read = nil, want an error")
	}
	for _, want := range []string{"5 mistakes", "\n  enabled ", "\n  signingKeys ", "\n  playbackKeys ", "\n  playerOrigins[0] ", "\n  priceClass "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Read = %v, want %q in it", err, want)
		}
	}
}
