package main

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"privateplayback/signer"
	"privateplayback/smoketest/internal/check"
)

// edgeFaults are those of the distribution as a whole: keys, origin, errors.
func edgeFaults() []fault {
	return []fault{
		{name: "no key group", change: onBehavior(func(b *defaultBehavior) { b.TrustedKeyGroups = nil }),
			fails: "vod.refuse.unsigned", cause: "behavior-public", also: unprotected},
		{name: "another key group", change: with(trustOthers),
			fails: "vod.grant.canned", cause: "key-not-in-group", also: allVOD},
		{name: "key group without the key", change: with(groupOthers),
			fails: "vod.grant.canned", cause: "key-not-in-group", also: allVOD},
		{name: "another signing key", change: with(func(_ *pulumi.Context, k *cloudfront.PublicKeyArgs) error {
			text, err := publicKey(signer.GenerateSigningKey)
			k.EncodedKey = pulumi.String(text)
			return err
		}), fails: "vod.grant.canned", cause: "signature-mismatch", also: allVOD},
		{name: "the next key not in the group", change: on(func(g *cloudfront.KeyGroupArgs) { g.Items = without(g.Items, 1) }),
			fails: "keys.next", cause: "key-not-in-group", also: "keys.rsa-*"},
		{name: "the retiring key not in the group", change: on(func(g *cloudfront.KeyGroupArgs) { g.Items = without(g.Items, 2) }),
			fails: "keys.retiring", cause: "key-not-in-group"},
		droppedKeyStays(),
		{name: "disabled", change: on(func(d *distribution) { d.Enabled = pulumi.Bool(false) }),
			fails: "vod.grant.canned", cause: "edge-refused", also: allVOD},

		{name: "origin in a bucket of somebody else", change: onOrigin(func(o *origin) {
			o.DomainName = pulumi.String("somebody-elses.s3.us-west-2.amazonaws.com")
		}), fails: "vod.grant.canned", cause: "origin-gone", also: allVOD},
		{name: "origin in another region", change: onOrigin(func(o *origin) {
			o.DomainName = swapped(o.DomainName, "us-west-2", "eu-west-1")
		}), fails: "vod.grant.canned", cause: "redirected", also: allVOD},
		{name: "origin path", change: onOrigin(func(o *origin) { o.OriginPath = pulumi.String("/public") }),
			fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "no identity at the origin", change: onOrigin(func(o *origin) { o.S3OriginConfig = nil }),
			fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "another identity at the origin", change: with(func(ctx *pulumi.Context, d *distribution) error {
			other, err := cloudfront.NewOriginAccessIdentity(ctx, "other", nil)
			if err == nil {
				firstOrigin(d).S3OriginConfig = &cloudfront.DistributionOriginS3OriginConfigArgs{OriginAccessIdentity: other.CloudfrontAccessIdentityPath}
			}
			return err
		}), fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},

		{name: "a page for every refusal", change: errorPage(403, 200),
			fails: "vod.refuse.unsigned", cause: "error-disguised", also: "vod.refuse.* vod.origin.* vod.protocol.* vod.cache.error-status keys.dropped"},
		{name: "refusals as not found", change: errorPage(403, 404),
			fails: "vod.refuse.unsigned", cause: "error-disguised", also: "vod.refuse.* vod.origin.* vod.protocol.* vod.cache.error-status keys.dropped"},
		{name: "private page for every refusal", change: onErrors(&cloudfront.DistributionCustomErrorResponseArgs{
			ErrorCode: pulumi.Int(403), ResponseCode: pulumi.Int(200), ResponsePagePath: pulumi.String("/content/aes/index.m3u8"),
		}), fails: "vod.cache.error-status", cause: "error-disguised", also: "vod.refuse.query-added vod.protocol.method"},

		{name: "root object that the outputs do not tell", change: on(func(d *distribution) { d.DefaultRootObject = pulumi.String("content/aes/index.m3u8") }),
			fails: "vod.origin.list-edge", cause: "root-object"},
		{name: "HTTP/1.1 only", change: on(func(d *distribution) { d.HttpVersion = pulumi.String("http1.1") }),
			fails: "vod.protocol.http2", cause: "http1-only"},
	}
}

// swapped replaces a part of a text that is known only once it is deployed.
func swapped(text pulumi.StringPtrInput, old, new string) pulumi.StringOutput {
	return text.(pulumi.StringOutput).ApplyT(func(text string) string { return strings.Replace(text, old, new, 1) }).(pulumi.StringOutput)
}

// others is a key group of a key that nobody holds.
func others(ctx *pulumi.Context) (*cloudfront.PublicKey, error) {
	text, err := publicKey(signer.GenerateSigningKey)
	if err != nil {
		return nil, err
	}
	return cloudfront.NewPublicKey(ctx, "other", &cloudfront.PublicKeyArgs{EncodedKey: pulumi.String(text)})
}

// trustOthers trusts a key group of others.
func trustOthers(ctx *pulumi.Context, d *distribution) error {
	key, err := others(ctx)
	if err != nil {
		return err
	}
	group, err := cloudfront.NewKeyGroup(ctx, "other", &cloudfront.KeyGroupArgs{Items: pulumi.StringArray{key.ID()}})
	if err == nil {
		d.DefaultCacheBehavior.(*defaultBehavior).TrustedKeyGroups = pulumi.StringArray{group.ID()}
	}
	return err
}

// groupOthers puts a key of others in the place of the group's keys.
func groupOthers(ctx *pulumi.Context, g *cloudfront.KeyGroupArgs) error {
	key, err := others(ctx)
	if err == nil {
		g.Items = pulumi.StringArray{key.ID()}
	}
	return err
}

func onErrors(responses ...cloudfront.DistributionCustomErrorResponseInput) change {
	return on(func(d *distribution) {
		d.CustomErrorResponses = cloudfront.DistributionCustomErrorResponseArray(responses)
	})
}

// errorPage answers an error with a page that everybody may see, and another status.
func errorPage(from, to int) change {
	page := onErrors(&cloudfront.DistributionCustomErrorResponseArgs{
		ErrorCode: pulumi.Int(from), ResponseCode: pulumi.Int(to), ResponsePagePath: pulumi.String("/errors/page.html"),
	})
	upload := with(func(ctx *pulumi.Context, args *s3.BucketPolicyArgs) error {
		_, err := s3.NewBucketObjectv2(ctx, "error-page", &object{
			Bucket: args.Bucket, Key: pulumi.String("errors/page.html"), Content: pulumi.String("<p>Sorry.</p>"), ContentType: pulumi.String("text/html"),
		})
		return err
	})
	return both(upload, before("errors/*", public), page)
}

// without is a list of ids without one of them.
func without(list pulumi.StringArrayInput, at int) pulumi.StringArray {
	items := list.(pulumi.StringArray)
	return slices.Concat(items[:at], items[at+1:])
}

// droppedKeyStays leaves a key in the group that the outputs do not name any more.
func droppedKeyStays() fault {
	var old check.OldSigningKey
	return fault{
		name: "a dropped key stays in the group",
		change: with(func(ctx *pulumi.Context, g *cloudfront.KeyGroupArgs) error {
			var err error
			if old.Key, err = signer.GenerateSigningKey(); err != nil {
				return err
			}
			text, err := signer.MarshalPublicKey(old.Key.Public())
			if err != nil {
				return err
			}
			key, err := cloudfront.NewPublicKey(ctx, "dropped", &cloudfront.PublicKeyArgs{EncodedKey: pulumi.String(text)})
			if err != nil {
				return err
			}
			g.Items = append(g.Items.(pulumi.StringArray), key.ID().ApplyT(func(id pulumi.ID) string {
				old.ID = signer.KeyPairID(id)
				return string(id)
			}).(pulumi.StringOutput))
			return nil
		}),
		target: func(t *check.Target) { t.OldSigningKey = &old },
		fails:  "keys.dropped", cause: "key-dropped-plays",
	}
}
