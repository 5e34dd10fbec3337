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

const eastARN = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"

func domainNamed(name string) string { return `{"name":"` + name + `","zoneId":"Z1"}` }

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
		"wildcard origin":      {"playerOrigins": `["https://*.example.com"]`},
		"local origin":         {"playerOrigins": `["http://localhost:8080"]`},
		"readers":              {"readers": `["arn:aws:iam::123456789012:role/web/app","arn:aws:iam::123456789012:user/ann"]`},
		"no channels":          {"channels": "[]", "playbackKeys": "[]"},
		"no live region":       {"channels": "[]", "playbackKeys": "[]", "aws:region": "eu-north-1"},
		"two channels":         {"channels": `[{"name":"a"},{"name":"b","type":"BASIC","latencyMode":"NORMAL"}]`},
		"three playback keys":  {"playbackKeys": toJSON(t, keyList(k.p384, k.p384b))},
		"domain":               {"domain": `{"name":"video.example.com","zoneId":"Z0123456789ABCDEFGHIJ"}`},
		"no domain":            {"domain": "{}"},
		"given certificate":    {"domain": `{"name":"` + strings.Repeat("long.", 20) + `example.com","certificateArn":"` + eastARN + `","tlsPolicy":"TLSv1.2_2019"}`},
		"certificate and zone": {"domain": `{"name":"xn--bcher-kva.example","zoneId":"Z1","certificateArn":"` + eastARN + `"}`},
		"IPv6":                 {"ipv6": "true"},
		"retiring key":         {"signingKeys": toJSON(t, []map[string]string{{"publicKey": k.p256}, {"publicKey": k.rsa, "role": "retiring"}})},
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
		{"domain without a name", "domain", `{"zoneId":"Z1"}`, "domain.name is missing; write the host that viewers ask"},
		{"domain with neither", "domain", `{"name":"video.example.com"}`, "domain has neither zoneId nor certificateArn"},
		{"URL for a name", "domain", domainNamed("https://video.example.com"), `domain.name is "https://video.example.com", want a host name only`},
		{"name with a port", "domain", domainNamed("video.example.com:443"), "want a host name only"},
		{"wildcard name", "domain", domainNamed("*.example.com"), `domain.name is "*.example.com", but the base URL needs one host`},
		{"trailing dot", "domain", domainNamed("video.example.com."), `domain.name is "video.example.com.", which ends in a dot; write "video.example.com"`},
		{"upper-case name", "domain", domainNamed("Video.example.com"), `write "video.example.com"`},
		{"single label", "domain", domainNamed("video"), `domain.name is "video", want a host name such as`},
		{"international name", "domain", domainNamed("bücher.example"), "an international name as xn--…"},
		{"address", "domain", domainNamed("192.0.2.1"), "want a host name such as"},
		{"name of CloudFront's", "domain", domainNamed("d1.cloudfront.net"), "a name of CloudFront's"},
		{"CloudFront's own name", "domain", domainNamed("cloudfront.net"), "a name of CloudFront's"},
		{"name of S3's", "domain", domainNamed("media.s3.amazonaws.com"), "a name of AWS's; write a name of your own"},
		{"name of IVS's", "domain", domainNamed("a1.us-west-2.playback.live-video.net"), "a name of AWS's"},
		{"long name", "domain", domainNamed(strings.Repeat("long.", 20) + "example.com"), "domain.name has 111 characters, and ACM issues certificates for at most 64"},
		{"zone's path", "domain", `{"name":"a.b.example","zoneId":"/hostedzone/Z1"}`, `domain.zoneId is "/hostedzone/Z1"; write "Z1"`},
		{"zone's name", "domain", `{"name":"a.b.example","zoneId":"example.com"}`, `domain.zoneId is "example.com", want the id of a hosted zone`},
		{"certificate elsewhere", "domain", `{"name":"a.b.example","certificateArn":"` + strings.ReplaceAll(eastARN, "us-east-1", "eu-west-1") + `"}`, "domain.certificateArn is of eu-west-1, but CloudFront takes certificates of us-east-1 only"},
		{"certificate's id", "domain", `{"name":"a.b.example","certificateArn":"12345678"}`, `domain.certificateArn is "12345678", want arn:aws:acm:us-east-1`},
		{"old TLS", "domain", `{"name":"a.b.example","zoneId":"Z1","tlsPolicy":"TLSv1.1_2016"}`, `domain.tlsPolicy is "TLSv1.1_2016", want one of TLSv1.2_2018`},
		{"TLS policy after the provider", "domain", `{"name":"a.b.example","zoneId":"Z1","tlsPolicy":"TLSv1.3_2025"}`, `domain.tlsPolicy is "TLSv1.3_2025", want one of TLSv1.2_2018`},
		{"misspelt member of the domain", "domain", `{"name":"a.b.example","zoneID":"Z1","cert":""}`, `domain cannot be read: unknown field "cert"; write an object in Pulumi.test.yaml`},
		{"a list for the domain", "domain", `[]`, "domain cannot be read"},
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
