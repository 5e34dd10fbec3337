package stack

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/infra/outputs"
)

// projectDir is the checkout, seen from this package's tests.
const projectDir = "../.."

func deployed(t *testing.T, change func(*Config)) *recorder {
	t.Helper()
	k := testKeys()
	c := Defaults()
	c.SigningKeys, c.PlaybackKeys = []Key{{PublicKey: k.p256}, {PublicKey: k.rsa}}, []Key{{PublicKey: k.p384}}
	c.PlayerOrigins = []string{"https://app.example.com", "https://*.example.org"}
	if change != nil {
		change(&c)
	}
	c.fill()
	if err := c.mistakes("us-west-2").err(); err != nil {
		t.Fatal(err)
	}
	r, err := run(t, nil, func(ctx *pulumi.Context) error {
		out, err := Deploy(ctx, projectDir, c)
		if err != nil {
			return err
		}
		out.Export(ctx)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBucketIsClosed(t *testing.T) {
	r := deployed(t, nil)
	const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock media"
	for _, setting := range []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"} {
		if !r.property(t, block, setting).BoolValue() {
			t.Errorf("%s = false, want true", setting)
		}
	}
	if got := r.property(t, "aws:s3/bucketOwnershipControls:BucketOwnershipControls media", "rule", "objectOwnership").StringValue(); got != "BucketOwnerEnforced" {
		t.Errorf("objectOwnership = %q, want BucketOwnerEnforced", got)
	}
	sse := r.property(t, "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2 media",
		"rules", 0, "applyServerSideEncryptionByDefault", "sseAlgorithm").StringValue()
	if sse != "AES256" {
		t.Errorf("sseAlgorithm = %q, want AES256", sse)
	}
}

func TestBucketPolicy(t *testing.T) {
	allow := func(sid, action, res string, principal any) map[string]any {
		return map[string]any{"Sid": sid, "Effect": "Allow", "Principal": map[string]any{"AWS": principal}, "Action": action, "Resource": res}
	}
	base := []any{
		allow("DistributionReads", "s3:GetObject", "arn:of:media/*", "arn:identity"),
		map[string]any{
			"Sid": "TLSOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": []any{"arn:of:media", "arn:of:media/*"},
			"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
		},
	}
	reader := []any{"arn:aws:iam::123456789012:role/app"}
	for name, tc := range map[string]struct {
		readers []string
		want    []any
	}{
		"no readers": {nil, base},
		"a reader": {[]string{"arn:aws:iam::123456789012:role/app"}, append(slices.Clone(base),
			allow("ReadersList", "s3:ListBucket", "arn:of:media", reader), allow("ReadersRead", "s3:GetObject", "arn:of:media/*", reader))},
	} {
		t.Run(name, func(t *testing.T) {
			r := deployed(t, func(c *Config) { c.Readers = tc.readers })
			text := r.property(t, "aws:s3/bucketPolicy:BucketPolicy media", "policy").StringValue()
			got := map[string]any{}
			if err := json.Unmarshal([]byte(text), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]any{"Version": "2012-10-17", "Statement": tc.want}, got); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDistributionIsPrivate(t *testing.T) {
	r := deployed(t, nil)
	const distribution = "aws:cloudfront/distribution:Distribution media"
	for path, want := range map[string]any{
		"trustedKeyGroups":      []any{"id-of-viewers"},
		"viewerProtocolPolicy":  "redirect-to-https",
		"allowedMethods":        []any{"GET", "HEAD", "OPTIONS"},
		"cachedMethods":         []any{"GET", "HEAD"},
		"cachePolicyId":         "id-of-media",
		"originRequestPolicyId": corsS3Origin,
	} {
		got := r.property(t, distribution, "defaultCacheBehavior", path).Mappable()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("defaultCacheBehavior.%s (-want +got):\n%s", path, diff)
		}
	}
	if got := r.property(t, distribution, "origins", 0, "s3OriginConfig", "originAccessIdentity").StringValue(); got != "origin-access-identity/cloudfront/E1" {
		t.Errorf("originAccessIdentity = %q", got)
	}
	if got := r.property(t, distribution, "origins", 0, "domainName").StringValue(); got != "media-1.s3.us-west-2.amazonaws.com" {
		t.Errorf("origin = %q, want the bucket's regional name", got)
	}
	headers := r.property(t, "aws:cloudfront/cachePolicy:CachePolicy media", "parametersInCacheKeyAndForwardedToOrigin", "headersConfig", "headers", "items").Mappable()
	if !slices.Contains(headers.([]any), any("Origin")) {
		t.Errorf("headers in the cache key = %v, want Origin among them", headers)
	}
}

func TestNamesFollowKeys(t *testing.T) {
	k := testKeys()
	names := func(pems ...string) []string {
		r := deployed(t, func(c *Config) {
			c.SigningKeys = nil
			for _, text := range pems {
				c.SigningKeys = append(c.SigningKeys, Key{PublicKey: text})
			}
		})
		found := []string{}
		for name, args := range r.resources {
			if args.TypeToken == "aws:cloudfront/publicKey:PublicKey" {
				found = append(found, name)
				if args.Inputs.HasValue("name") {
					t.Errorf("%s has a name of its own, which would ask for deletion before replacement", name)
				}
			}
		}
		slices.Sort(found)
		return found
	}
	both := names(k.p256, k.p256b)
	if diff := cmp.Diff(both, names(k.p256b, k.p256)); diff != "" {
		t.Errorf("resources after a change of order (-before +after):\n%s", diff)
	}
	if one := names(k.p256); len(one) != 1 || !slices.Contains(both, one[0]) {
		t.Errorf("resources of one key = %q, want one of %q", one, both)
	}
}

func TestDataProtection(t *testing.T) {
	for _, protection := range []bool{true, false} {
		r := deployed(t, func(c *Config) { c.DataProtection = protection })
		for _, name := range []string{"aws:s3/bucketV2:BucketV2 media", "aws:cloudfront/distribution:Distribution media", "aws:ivs/channel:Channel channel-live"} {
			if got := r.resources[name].RegisterRPC.GetProtect(); got != protection {
				t.Errorf("dataProtection %t: %s has protect %t", protection, name, got)
			}
		}
		if got := r.property(t, "aws:s3/bucketV2:BucketV2 media", "forceDestroy").BoolValue(); got == protection {
			t.Errorf("dataProtection %t: forceDestroy = %t", protection, got)
		}
	}
}

func TestSampleContent(t *testing.T) {
	r := deployed(t, nil)
	for key, want := range map[string][2]string{
		"sample/ts/master.m3u8":       {"application/vnd.apple.mpegurl", "max-age=10"},
		"sample/ts/180p/seg000.ts":    {"video/mp2t", "max-age=31536000, immutable"},
		"sample/fmp4/180p/init.mp4":   {"video/mp4", "max-age=31536000, immutable"},
		"sample/fmp4/180p/seg000.m4s": {"video/mp4", "max-age=31536000, immutable"},
		"sample/aes/key.bin":          {"application/octet-stream", "max-age=10"},
	} {
		object := "aws:s3/bucketObjectv2:BucketObjectv2 " + key
		got := [2]string{r.property(t, object, "contentType").StringValue(), r.property(t, object, "cacheControl").StringValue()}
		if got != want {
			t.Errorf("%s: type and cache control %q, want %q", key, got, want)
		}
	}
	none := deployed(t, func(c *Config) { c.SampleContent = false })
	for name := range none.resources {
		if strings.HasPrefix(name, "aws:s3/bucketObjectv2") {
			t.Errorf("sampleContent false uploads %q", name)
		}
	}
}

// The exported names are the contract's, and every one of them.
func TestOutputsAreTheContract(t *testing.T) {
	want := []string{}
	for i := range reflect.TypeFor[outputs.Stack]().NumField() {
		name, _, _ := strings.Cut(reflect.TypeFor[outputs.Stack]().Field(i).Tag.Get("json"), ",")
		want = append(want, name)
	}
	got := []string{}
	k := testKeys()
	c := Defaults()
	c.SigningKeys, c.PlaybackKeys, c.PlayerOrigins = []Key{{PublicKey: k.p256}}, []Key{{PublicKey: k.p384}}, []string{"https://a.b"}
	c.fill()
	_, err := run(t, nil, func(ctx *pulumi.Context) error {
		out, err := Deploy(ctx, projectDir, c)
		if err != nil {
			return err
		}
		for name := range out.members() {
			got = append(got, name)
		}
		for name, key := range out.live.streamKeys {
			if !pulumi.IsSecret(key.(pulumi.StringOutput)) {
				t.Errorf("the stream key of %q is not secret", name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outputs (-contract +exported):\n%s", diff)
	}
}

func TestContentFolder(t *testing.T) {
	write := func(t *testing.T, files map[string]string) string {
		t.Helper()
		dir := t.TempDir()
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	master := "#EXTM3U\n#" + strings.Repeat("a long comment ", 10000) + "\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a\",URI=\"/content/audio/a.m3u8\"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/v.m3u8?x=1\n"
	t.Run("good", func(t *testing.T) {
		dir := write(t, map[string]string{
			"master.m3u8": master, "low/v.m3u8": "#EXTM3U\ns.ts\n", "audio/a.m3u8": "#EXTM3U\na.aac\n", "other/x.M3U8": "#EXTM3U\n",
			"low/s.ts": "media", "audio/a.aac": "media", ".DS_Store": "junk", ".git/config": "junk",
		})
		files, err := contentFiles("", dir)
		if err != nil {
			t.Fatal(err)
		}
		keys := []string{}
		for _, f := range files {
			keys = append(keys, f.key)
		}
		want := []string{"content/audio/a.aac", "content/audio/a.m3u8", "content/low/s.ts", "content/low/v.m3u8", "content/master.m3u8", "content/other/x.M3U8"}
		if diff := cmp.Diff(want, keys); diff != "" {
			t.Errorf("keys (-want +got):\n%s", diff)
		}
		entries, err := entryPlaylists(files)
		if diff := cmp.Diff([]string{"content/master.m3u8", "content/other/x.M3U8"}, entries); diff != "" || err != nil {
			t.Errorf("entry playlists, error %v (-want +got):\n%s", err, diff)
		}
	})
	t.Run("links", func(t *testing.T) {
		dir := write(t, map[string]string{"real/master.m3u8": "#EXTM3U\n"})
		if err := os.Symlink(filepath.Join(dir, "real", "master.m3u8"), filepath.Join(dir, "real", "linked.m3u8")); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
		if err := os.Symlink(filepath.Join(dir, "real"), filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		files, err := contentFiles("", filepath.Join(dir, "link"))
		if err != nil || len(files) != 2 {
			t.Errorf("contentFiles of a linked folder = %v, %v, want the file and the linked file", files, err)
		}
		if err := CheckContent(dir); err == nil || !strings.Contains(err.Error(), `holds "link", which is neither a file nor a link to one`) {
			t.Errorf("CheckContent with a linked folder inside = %v, want a refusal by name", err)
		}
	})
	for name, tc := range map[string]struct {
		dir  string
		want string
	}{
		"no such folder": {filepath.Join(t.TempDir(), "none"), "is not a folder"},
		"a file":         {filepath.Join(write(t, map[string]string{"f": ""}), "f"), "is not a folder"},
		"empty":          {t.TempDir(), "holds no .m3u8 playlist"},
		"a long name":    {write(t, map[string]string{"m.m3u8": "", strings.Repeat("long/", 250) + "s.ts": ""}), "whose name S3 does not take"},
		"no playlist":    {write(t, map[string]string{"s.ts": "media"}), "holds no .m3u8 playlist"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := CheckContent(tc.dir); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("CheckContent = %v, want %q", err, tc.want)
			}
		})
	}
}
