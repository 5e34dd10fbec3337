package provider

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"privateplayback/internal/fakeaws"
)

// types is the resource types that the stand-in has, by token.
func types() map[tokens.Type]resourceType {
	return map[tokens.Type]resourceType{
		"aws:s3/bucketV2:BucketV2":                                                                   bucketType(),
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     ownershipType(),
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     publicAccessBlockType(),
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": encryptionType(),
		"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2":                                 corsType(),
		"aws:s3/bucketPolicy:BucketPolicy":                                                           bucketPolicyType(),
		"aws:s3/bucketObjectv2:BucketObjectv2":                                                       objectType(),
		"aws:cloudfront/originAccessIdentity:OriginAccessIdentity":                                   identityType(),
		"aws:cloudfront/publicKey:PublicKey":                                                         publicKeyType(),
		"aws:cloudfront/keyGroup:KeyGroup":                                                           keyGroupType(),
		"aws:cloudfront/cachePolicy:CachePolicy":                                                     cachePolicyType(),
		"aws:cloudfront/distribution:Distribution":                                                   distributionType(),
		"aws:ivs/playbackKeyPair:PlaybackKeyPair":                                                    playbackKeyPairType(),
		"aws:ivs/channel:Channel":                                                                    channelType(),
	}
}

// function is one of the provider's functions.
type function func(c *fakeaws.Cloud, args outputs) (outputs, error)

// functions is the functions that the stand-in has, by token.
func functions() map[tokens.ModuleMember]function {
	return map[tokens.ModuleMember]function{
		"aws:ivs/getStreamKey:getStreamKey": streamKey,
	}
}
