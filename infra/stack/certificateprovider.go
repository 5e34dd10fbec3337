package stack

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// certificateRegion is where CloudFront takes certificates from.
const certificateRegion = "us-east-1"

// inherited are the settings of a provider but its region: who acts, in which
// account, with which tags, and by which way. Those of S3 mean nothing for a
// certificate.
const inherited = `accessKey allowedAccountIds assumeRole assumeRoleWithWebIdentity customCaBundle defaultTags
	ec2MetadataServiceEndpoint ec2MetadataServiceEndpointMode endpoints forbiddenAccountIds httpProxy httpsProxy ignoreTags
	insecure maxRetries noProxy profile retryMode secretKey sharedConfigFiles sharedCredentialsFiles
	skipCredentialsValidation skipMetadataApiCheck skipRegionValidation skipRequestingAccountId stsRegion token
	tokenBucketRateLimiterCapacity useDualstackEndpoint useFipsEndpoint`

// credentials are secrets of the state, however they are set.
var credentials = []string{"accessKey", "secretKey", "token"}

// newCertificateProvider is the stack's own provider in another region. An explicit
// provider reads no aws: setting of the stack by itself; they are handed on as they
// are, structured ones as the JSON in which every provider gets them.
func newCertificateProvider(ctx *pulumi.Context) (*aws.Provider, error) {
	settings := pulumi.Map{"region": pulumi.String(certificateRegion)}
	for _, name := range strings.Fields(inherited) {
		value, ok := ctx.GetConfig("aws:" + name)
		switch {
		case ok && (ctx.IsConfigSecret("aws:"+name) || slices.Contains(credentials, name)):
			settings[name] = pulumi.ToSecret(pulumi.String(value))
		case ok:
			settings[name] = pulumi.String(value)
		}
	}
	return aws.NewProvider(ctx, certificateRegion, &aws.ProviderArgs{}, pulumi.Transformations([]pulumi.ResourceTransformation{
		func(a *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			return &pulumi.ResourceTransformationResult{Props: settings, Opts: a.Opts}
		},
	}))
}
