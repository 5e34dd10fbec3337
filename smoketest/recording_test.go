package main

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"privateplayback/infra/outputs"
	"privateplayback/internal/local"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/check"
	"privateplayback/smoketest/internal/recording"
	"privateplayback/smoketest/internal/report"
)

// tampering lets every answer pass through change, and keeps what must not be
// recorded of it.
type tampering struct {
	next    http.RoundTripper
	change  func(*http.Request, *http.Response, []byte) []byte
	secrets map[string]bool
}

var (
	signedParts    = regexp.MustCompile(`(?:Signature|Policy|token)=([^&;]+)`)
	sessionAddress = regexp.MustCompile(`live-video\.net/v1/[a-z]+/([^./"]+)\.\w+(?:\?dna=(\S+))?`)
)

func (t *tampering) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	wire := req.URL.String() + "\n" + req.Header.Get("Cookie") + "\n" + resp.Header.Get("Location") + "\n" + string(body)
	for _, pattern := range []*regexp.Regexp{signedParts, sessionAddress} {
		for _, match := range pattern.FindAllStringSubmatch(wire, -1) {
			for _, secret := range match[1:] {
				// A shorter one is no secret: the checks send "!" and "garbage".
				if len(secret) > 8 {
					t.secrets[secret] = true
				}
			}
		}
	}
	if t.change != nil {
		body = t.change(req, resp, body)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// heard runs the checks and returns what a recorder heard.
func heard(t *testing.T, d *local.Deployment, wire *tampering, checks []check.Check) *recording.Recording {
	t.Helper()
	stack := readTarget(t, d).Stack
	client := d.Client()
	wire.next, client.Transport = client.Transport, wire
	recorder := recording.NewRecorder(stack)
	target := check.Target{Stack: stack, SigningKey: d.SigningKey, PlaybackKey: d.PlaybackKey, Client: client, Heard: recorder.Hear}
	if _, err := check.Run(t.Context(), target, checks, check.Options{Concurrency: 1}); err != nil {
		t.Fatal(err)
	}
	return recorder.Recording(time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC))
}

// Two runs of one deployment do not differ, a service that answers otherwise is
// named exactly, and nothing of it tells a secret or whose deployment it was.
func TestRecording(t *testing.T) {
	d := deploy(t, local.Options{})
	wire := &tampering{secrets: map[string]bool{}}
	first, assumed := heard(t, d, wire, check.All()), heard(t, d, wire, check.Assumed())
	if c := recording.Compare(first, heard(t, d, wire, check.All())); len(c.Differences) > 0 || c.Answers < 100 {
		t.Errorf("Compare of two runs = %d answers, want at least 100; differences %q, want none", c.Answers, c.Differences)
	}
	if c := recording.Compare(assumed, heard(t, d, wire, check.Assumed())); len(c.Differences) > 0 || c.Answers < 50 {
		t.Errorf("Compare of two runs for assumptions = %d answers, want at least 50; differences %q, want none", c.Answers, c.Differences)
	}
	few := fewChecks()
	before := heard(t, d, wire, few)
	wire.change = otherwise
	c := recording.Compare(before, heard(t, d, wire, few))
	expiry := regexp.MustCompile(`Expires=\d+`)
	for i, difference := range c.Differences {
		c.Differences[i].Asked = expiry.ReplaceAllString(difference.Asked, "Expires=T")
	}
	if diff := cmp.Diff(wantOtherwise(), c.Differences); diff != "" || c.Differing != len(c.Differences) {
		t.Errorf("Compare with other answers = %d of them differ (-want +got):\n%s", c.Differing, diff)
	}

	written := func(r *recording.Recording) string {
		file := filepath.Join(t.TempDir(), "answers.json")
		if err := recording.Write(file, r); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	var text bytes.Buffer
	if err := report.NewText(&text).Finish(report.Summary{Compared: "answers.json", Comparison: &c}); err != nil {
		t.Fatal(err)
	}
	for where, published := range map[string]string{"recording": written(first), "recording of assumptions": written(assumed), "report": text.String()} {
		for kind, words := range map[string][]string{"a secret": secretsOf(t, d, wire), "the deployment": identity(t, d)} {
			for _, word := range words {
				if strings.Contains(published, word) {
					t.Errorf("the %s tells %s: %q", where, kind, word)
				}
			}
		}
	}
}

// fewChecks are those in which the otherwise service shows, one for each way.
func fewChecks() []check.Check {
	checks := []check.Check{}
	for _, c := range check.All() {
		for _, d := range wantOtherwise() {
			if c.ID == d.Check {
				checks = append(checks, c)
			}
		}
	}
	return checks
}

// otherwise is a service that differs in four ways from the stand-in.
func otherwise(req *http.Request, resp *http.Response, body []byte) []byte {
	switch {
	case req.Method == http.MethodOptions:
		resp.StatusCode = http.StatusNoContent
	case req.Method == http.MethodHead:
		resp.Header.Del("X-Amz-Server-Side-Encryption")
	case strings.HasPrefix(req.URL.Host, "s3."):
		return bytes.Replace(body, []byte("<Code>AccessDenied<"), []byte("<Code>AllAccessDisabled<"), 1)
	case req.URL.RawQuery == "token=garbage":
		return bytes.Replace(body, []byte("invalid_playback_auth_token"), []byte("malformed_token"), 1)
	}
	return body
}

func wantOtherwise() []recording.Difference {
	const (
		object  = "https://{distribution}/sample/aes/index.m3u8"
		signed  = object + "?Expires=T&Signature=***&Key-Pair-Id={key-id}"
		channel = "https://{playback}.{region}.playback.live-video.net/api/video/v1/{region}.{account}.channel.{channel}.m3u8"
	)
	return []recording.Difference{
		{Check: "vod.grant.head", Asked: "HEAD " + signed + ", Accept-Encoding: identity", What: "header X-Amz-Server-Side-Encryption", Recorded: `"AES256"`, Here: "absent"},
		{Check: "vod.origin.direct-path-style", Asked: "GET https://s3.{region}.amazonaws.com/{bucket}/sample/aes/index.m3u8",
			What: "body code", Recorded: `"AccessDenied"`, Here: `"AllAccessDisabled"`},
		{Check: "vod.cors.preflight", Asked: "OPTIONS " + signed +
			", Access-Control-Request-Headers: range, Access-Control-Request-Method: GET, Origin: {origin}",
			What: "status", Recorded: "200", Here: "204"},
		{Check: "live.refuse.garbage-token", Asked: "GET " + channel + "?token=***",
			What: "body code", Recorded: `"invalid_playback_auth_token"`, Here: `"malformed_token"`},
	}
}

// secretsOf lists the private keys and all that went over the wire and opens
// something.
func secretsOf(t *testing.T, d *local.Deployment, wire *tampering) []string {
	t.Helper()
	secrets := []string{}
	for secret := range wire.secrets {
		secrets = append(secrets, secret)
	}
	if len(secrets) < 50 {
		t.Fatalf("saw %d secrets on the wire; is the search still right?", len(secrets))
	}
	streamKey, err := d.Cloud.IVS.StreamKey(identityStack(t, d).Channels[0].ARN)
	if err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, streamKey.Value)
	for _, key := range []crypto.Signer{d.SigningKey, d.PlaybackKey} {
		data, err := signer.MarshalPrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, strings.Split(string(data), "\n")[1])
	}
	return secrets
}

func identityStack(t *testing.T, d *local.Deployment) *outputs.Stack {
	t.Helper()
	stack, err := outputs.Parse(d.OutputsJSON)
	if err != nil {
		t.Fatal(err)
	}
	return stack
}

// identity lists what names the deployment.
func identity(t *testing.T, d *local.Deployment) []string {
	t.Helper()
	s := identityStack(t, d)
	channel := strings.Split(s.Channels[0].ARN, "/")[1]
	account := strings.Split(s.Channels[0].ARN, ":")[4]
	playback, _, _ := strings.Cut(strings.TrimPrefix(s.Channels[0].PlaybackURL, "https://"), ".")
	return append([]string{s.Region, s.BucketName, s.DistributionDomainName, s.DistributionID, s.OriginAccessIdentityID,
		s.KeyGroupID, s.SigningKeys[0].ID, channel, account, playback}, s.AllowedOrigins...)
}

// An interrupted run leaves no recording, and compares nothing.
func TestInterruptedRunIsNotRecorded(t *testing.T) {
	key, err := signer.GenerateSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "answers.json")
	ctx, interrupt := context.WithCancel(t.Context())
	stdout := interrupting{on: "contract.outputs", interrupt: interrupt}
	p := &program{options: options{format: "text", record: file, compare: "aws.json"}, stdout: &stdout, stderr: io.Discard, recorded: &recording.Recording{}}
	p.selected = p.checks()
	summary, err := p.check(ctx, "a stack", check.Target{Stack: &outputs.Stack{BaseURL: "https://d111111abcdef8.cloudfront.net"}, SigningKey: key})
	if err != nil || summary.Outcome != report.Incomplete || summary.Comparison != nil {
		t.Errorf("check = %+v, %v; want an incomplete run without a comparison", summary, err)
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v, want no file", left, err)
	}
}

// The id of a dropped key names the deployment though the outputs lack it.
func TestRecordingOfADroppedKey(t *testing.T) {
	const id = "K0DROPPEDKEY00"
	target := check.Target{
		Stack:         &outputs.Stack{BaseURL: "https://d111111abcdef8.cloudfront.net"},
		OldSigningKey: &check.OldSigningKey{ID: id},
	}
	p := &program{options: options{record: "answers.json"}}
	recorder := p.listen(&target)
	request, err := http.NewRequest(http.MethodGet, target.Stack.BaseURL+"/a?Key-Pair-Id="+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	target.Heard(check.Exchange{Check: "keys.dropped", Request: request, Status: http.StatusForbidden})
	asked := recorder.Recording(time.Now()).Checks[0].Exchanges[0].Request
	if text := fmt.Sprint(asked); strings.Contains(text, id) || !strings.Contains(text, "{key-id}") {
		t.Errorf("the recording of a dropped key holds %s, want {key-id} in place of the id", text)
	}
	if len(target.Stack.SigningKeys) != 0 {
		t.Errorf("listening changed the outputs: %v", target.Stack.SigningKeys)
	}
}
