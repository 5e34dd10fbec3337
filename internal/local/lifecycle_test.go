package local

import (
	"bytes"
	"context"
	"crypto"
	"encoding/pem"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
)

// One stack lives through everything that an infra engineer does to it, under
// the project file and the engine that AWS would see.
func TestLifecycle(t *testing.T) {
	ctx := t.Context()
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	project, err := workspace.LoadProject(filepath.Join("..", "..", "Pulumi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := prepare(ctx, Options{project: project, Progress: func(line string) { t.Log(line) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
			t.Errorf("Close left %v in the temporary folder, error %v", left, err)
		}
	})
	var printed bytes.Buffer

	preview := func() map[string]int {
		t.Helper()
		result, err := d.stack.Preview(ctx, optpreview.ProgressStreams(&printed))
		if err != nil {
			t.Fatal(err)
		}
		changes := map[string]int{}
		for op, n := range result.ChangeSummary {
			changes[string(op)] = n
		}
		return changes
	}
	up := func() *eventLog {
		t.Helper()
		log, values, err := d.run(ctx, up)
		if err != nil {
			t.Fatal(err)
		}
		if d.OutputsJSON, err = outputsJSON(values); err != nil {
			t.Fatal(err)
		}
		return log
	}
	set := func(key, value string) {
		t.Helper()
		if err := d.stack.SetConfigWithOptions(ctx, projectName+":"+key, auto.ConfigValue{Value: value}, &auto.ConfigOptions{Path: true}); err != nil {
			t.Fatal(err)
		}
	}

	const resources = 58 // with the stack itself
	if got := preview(); got["create"] != resources || len(got) != 1 {
		t.Fatalf("preview of an empty stack = %v, want %d to create", got, resources)
	}
	if left := d.Cloud.Resources(); len(left) > 0 {
		t.Fatalf("preview deployed %q", left)
	}
	if got := up().counts; got["create"] != resources {
		t.Fatalf("up = %v, want %d created", got, resources)
	}
	first := parse(t, d.OutputsJSON)

	if got := preview(); got["same"] != resources || len(got) != 1 {
		t.Errorf("preview after up = %v, want %d unchanged", got, resources)
	}
	if got := up().counts; got["same"] != resources || len(got) != 1 {
		t.Errorf("up again = %v, want %d unchanged", got, resources)
	}

	set("comment", "changed")
	wantSteps(t, "a changed comment", up(), []step{
		{"update", "aws:cloudfront/originAccessIdentity:OriginAccessIdentity", "media"},
		{"update", "aws:cloudfront/distribution:Distribution", "media"},
	})
	if second := parse(t, d.OutputsJSON); second.DistributionDomainName != first.DistributionDomainName {
		t.Errorf("a changed comment moved the distribution from %q to %q", first.DistributionDomainName, second.DistributionDomainName)
	}

	// A new key is in place before the old one goes.
	key, err := signer.GenerateSigningKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := PublicPEM(key)
	if err != nil {
		t.Fatal(err)
	}
	set("signingKeys[0].publicKey", public)
	rotated := up()
	names := keyNames(rotated)
	if len(names) != 2 {
		t.Fatalf("a changed key touched the public keys %q, want two", names)
	}
	wantSteps(t, "a changed key", rotated, []step{
		{"create", "aws:cloudfront/publicKey:PublicKey", names[0]},
		{"update", "aws:cloudfront/keyGroup:KeyGroup", "viewers"},
		{"delete", "aws:cloudfront/publicKey:PublicKey", names[1]},
	})
	if after := parse(t, d.OutputsJSON); after.SigningKeys[0].ID == first.SigningKeys[0].ID || after.KeyGroupID != first.KeyGroupID {
		t.Errorf("after a changed key: id %q, group %q; want another id in the group %q", after.SigningKeys[0].ID, after.KeyGroupID, first.KeyGroupID)
	}

	// What somebody deletes by hand is found and made again.
	if err := d.Cloud.Bucket.DeletePolicy(first.BucketName); err != nil {
		t.Fatal(err)
	}
	refreshed, _, err := d.run(ctx, func(ctx context.Context, s *auto.Stack, log *eventLog) (auto.OutputMap, error) {
		_, err := s.Refresh(ctx, optrefresh.ProgressStreams(&printed), optrefresh.EventStreams(log.channel))
		return nil, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if changes := refreshed.counts; changes["delete"] != 1 || changes["same"] != resources-1 {
		t.Errorf("refresh after a deletion by hand = %v, want 1 deleted and %d unchanged", changes, resources-1)
	}
	wantSteps(t, "up after a deletion by hand", up(), []step{{"create", "aws:s3/bucketPolicy:BucketPolicy", "media"}})

	searchSecrets(t, d, temp, printed.Bytes())

	if err := d.Destroy(ctx); err != nil {
		t.Fatal(err)
	}
	if left := d.Cloud.Resources(); len(left) > 0 {
		t.Errorf("destroy left %q", left)
	}
}

func parse(t *testing.T, data []byte) *outputs.Stack {
	t.Helper()
	stack, err := outputs.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return stack
}

// wantSteps compares what the engine did, in order, apart from the stack itself
// and what stayed the same.
func wantSteps(t *testing.T, what string, log *eventLog, want []step) {
	t.Helper()
	got := slices.DeleteFunc(slices.Clone(log.steps), func(s step) bool { return s.op == "same" || s.kind == "pulumi:pulumi:Stack" })
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(step{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func keyNames(log *eventLog) []string {
	names := []string{}
	for _, s := range log.steps {
		if s.kind == "aws:cloudfront/publicKey:PublicKey" && s.op != "same" {
			names = append(names, s.name)
		}
	}
	return names
}

// searchSecrets looks for the stream key and the private keys in everything that
// the run wrote: state, history, backups, config and output.
func searchSecrets(t *testing.T, d *Deployment, folder string, printed []byte) {
	t.Helper()
	stack := parse(t, d.OutputsJSON)
	streamKey, err := d.Cloud.IVS.StreamKey(stack.Channels[0].ARN)
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string][]byte{"stream key": []byte(streamKey.Value)}
	private := map[string]crypto.Signer{"signing key": d.SigningKey, "playback key": d.PlaybackKey}
	for i, key := range slices.Concat(d.MoreSigningKeys, d.MorePlaybackKeys) {
		private[fmt.Sprintf("key %d of the others", i)] = key
	}
	for name, key := range private {
		data, err := signer.MarshalPrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(data)
		lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
		secrets[name+" (PEM)"], secrets[name+" (DER)"] = lines[1], block.Bytes
	}
	search := func(where string, data []byte) {
		for name, secret := range secrets {
			escaped := []byte(url.QueryEscape(string(secret)))
			if bytes.Contains(data, secret) || bytes.Contains(data, escaped) {
				t.Errorf("%s holds the %s in clear", where, name)
			}
		}
	}
	search("the engine's output", printed)
	search("OutputsJSON", d.OutputsJSON)
	kinds := map[string]int{}
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, kind := range []string{"stacks", "history", "backups"} {
			if strings.Contains(path, string(filepath.Separator)+kind+string(filepath.Separator)) {
				kinds[kind]++
			}
		}
		below, _ := filepath.Rel(folder, path)
		search(below, data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"stacks", "history", "backups"} {
		if kinds[kind] == 0 {
			t.Errorf("the search saw no file of %q, so it proves nothing about them", kind)
		}
	}
}
