package stack

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ivs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// viewers is the key group that the distribution trusts, and its public keys in
// the order of the config.
type viewers struct {
	keys  []*cloudfront.PublicKey
	group *cloudfront.KeyGroup
}

// newViewers names each public key after its own bytes and leaves the physical
// name to Pulumi. A changed key is then a new resource: it is created, the group
// is updated, and only then the old key, in use no longer, is deleted. A fixed
// name would ask for deletion first, which CloudFront refuses.
func newViewers(ctx *pulumi.Context, keys []Key) (*viewers, error) {
	v := &viewers{}
	ids := pulumi.StringArray{}
	for _, k := range keys {
		key, err := cloudfront.NewPublicKey(ctx, "signing-"+shortHash(k.PublicKey), &cloudfront.PublicKeyArgs{
			EncodedKey: pulumi.String(k.PublicKey),
			Comment:    pulumi.String("private playback: signs viewers' URLs and cookies"),
		})
		if err != nil {
			return nil, err
		}
		v.keys = append(v.keys, key)
		ids = append(ids, key.ID())
	}
	group, err := cloudfront.NewKeyGroup(ctx, "viewers", &cloudfront.KeyGroupArgs{
		Comment: pulumi.String("private playback: keys that viewers' grants are signed with"),
		Items:   ids,
	})
	if err != nil {
		return nil, err
	}
	v.group = group
	return v, nil
}

// newPlaybackKeys imports the public keys of playback tokens. The name follows the
// key as in newViewers. Every input of a key pair forces replacement, tags too, and
// the account has three places in a region: tags that name the stack would ask for
// a fourth when it is renamed, so there are none.
func newPlaybackKeys(ctx *pulumi.Context, keys []Key) ([]*ivs.PlaybackKeyPair, error) {
	pairs := []*ivs.PlaybackKeyPair{}
	for _, k := range keys {
		pair, err := ivs.NewPlaybackKeyPair(ctx, "playback-"+shortHash(k.PublicKey), &ivs.PlaybackKeyPairArgs{
			PublicKey: pulumi.String(k.PublicKey),
		})
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair)
	}
	return pairs, nil
}

// shortHash tells one public key from another in a resource's name.
func shortHash(publicKey string) string {
	sum := sha256.Sum256([]byte(publicKey))
	return hex.EncodeToString(sum[:4])
}
