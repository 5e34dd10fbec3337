package provider

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// types is the resource types that the stand-in has, by token.
func types() map[tokens.Type]resourceType {
	return map[tokens.Type]resourceType{
		"aws:s3/bucketV2:BucketV2":                                                                   bucketType(),
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls":                                     ownershipType(),
		"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":                                     publicAccessBlockType(),
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": encryptionType(),
		"aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2":                                 corsType(),
		"aws:s3/bucketVersioningV2:BucketVersioningV2":                                               versioningType(),
		"aws:s3/bucketPolicy:BucketPolicy":                                                           bucketPolicyType(),
		"aws:s3/bucketObjectv2:BucketObjectv2":                                                       objectType(),
		"aws:cloudfront/originAccessIdentity:OriginAccessIdentity":                                   identityType(),
		"aws:cloudfront/originAccessControl:OriginAccessControl":                                     accessControlType(),
		"aws:cloudfront/publicKey:PublicKey":                                                         publicKeyType(),
		"aws:cloudfront/keyGroup:KeyGroup":                                                           keyGroupType(),
		"aws:cloudfront/cachePolicy:CachePolicy":                                                     cachePolicyType(),
		"aws:cloudfront/originRequestPolicy:OriginRequestPolicy":                                     originRequestPolicyType(),
		"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy":                                 responseHeadersPolicyType(),
		"aws:cloudfront/distribution:Distribution":                                                   distributionType(),
		"aws:ivs/playbackKeyPair:PlaybackKeyPair":                                                    playbackKeyPairType(),
		"aws:ivs/channel:Channel":                                                                    channelType(),
		"aws:acm/certificate:Certificate":                                                            acmCertificateType(),
		"aws:acm/certificateValidation:CertificateValidation":                                        certificateValidationType(),
		"aws:route53/zone:Zone":                                                                      zoneType(),
		"aws:route53/record:Record":                                                                  recordType(),
	}
}

// functions is the functions that the stand-in has, by token.
func functions() map[tokens.ModuleMember]function {
	return map[tokens.ModuleMember]function{
		"aws:ivs/getStreamKey:getStreamKey":                                invoked(streamKey),
		"aws:cloudfront/getCachePolicy:getCachePolicy":                     invoked(findCachePolicy),
		"aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy":     invoked(findOriginRequestPolicy),
		"aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy": invoked(findResponseHeadersPolicy),
		"aws:iam/getPolicyDocument:getPolicyDocument":                      invoked(policyDocument),
		"aws:index/getCallerIdentity:getCallerIdentity":                    invoked(callerIdentity),
		"aws:index/getPartition:getPartition":                              invoked(partition),
		"aws:index/getRegion:getRegion":                                    invoked(region),
		"aws:route53/getZone:getZone":                                      invoked(hostedZone),
	}
}
