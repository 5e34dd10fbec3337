package provider

import "privateplayback/internal/fakeaws/edge"

// behavior is what the default and the ordered behaviors share.
type behavior struct {
	TargetOriginID          string   `json:"targetOriginId"`
	ViewerProtocolPolicy    string   `json:"viewerProtocolPolicy" oneof:"allow-all https-only redirect-to-https"`
	AllowedMethods          []string `json:"allowedMethods" schema:"set" oneof:"DELETE GET HEAD OPTIONS PATCH POST PUT"`
	CachedMethods           []string `json:"cachedMethods" schema:"set" oneof:"DELETE GET HEAD OPTIONS PATCH POST PUT"`
	Compress                bool     `json:"compress,omitempty"`
	CachePolicyID           string   `json:"cachePolicyId,omitempty"`
	OriginRequestPolicyID   string   `json:"originRequestPolicyId,omitempty"`
	ResponseHeadersPolicyID string   `json:"responseHeadersPolicyId,omitempty"`
}

func (behavior) limits() map[string]string {
	limits := unmodelled("fieldLevelEncryptionId functionAssociations grpcConfig lambdaFunctionAssociations realtimeLogConfigArn smoothStreaming trustedSigners")
	for _, name := range []string{"forwardedValues", "minTtl", "defaultTtl", "maxTtl"} {
		limits[name] = "CloudFront refuses it beside cachePolicyId, which the stand-in requires; declare it in the cache policy"
	}
	return limits
}

// defaultBehavior keeps the key groups that it has if the program does not
// mention them any more; an empty list removes them.
//
// https://github.com/hashicorp/terraform-provider-aws/issues/35528
type defaultBehavior struct {
	behavior
	TrustedKeyGroups []string `json:"trustedKeyGroups,omitempty" schema:"computed"`
}

type orderedBehavior struct {
	PathPattern string `json:"pathPattern"`
	behavior
	TrustedKeyGroups []string `json:"trustedKeyGroups,omitempty"`
}

func (b behavior) config(pathPattern string, trusted []string) edge.Behavior {
	return edge.Behavior{
		PathPattern: pathPattern, TargetOriginID: b.TargetOriginID, ViewerProtocolPolicy: b.ViewerProtocolPolicy,
		AllowedMethods: b.AllowedMethods, CachedMethods: b.CachedMethods, Compress: b.Compress, CachePolicyID: b.CachePolicyID,
		OriginRequestPolicyID: b.OriginRequestPolicyID, ResponseHeadersPolicyID: b.ResponseHeadersPolicyID, TrustedKeyGroups: trusted,
	}
}

func behaviorOf(b edge.Behavior) behavior {
	return behavior{
		b.TargetOriginID, b.ViewerProtocolPolicy, b.AllowedMethods, b.CachedMethods, b.Compress,
		b.CachePolicyID, b.OriginRequestPolicyID, b.ResponseHeadersPolicyID,
	}
}
