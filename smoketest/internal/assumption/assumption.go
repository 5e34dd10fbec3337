// Package assumption lists what the stand-in, the signer and the checks take for
// true where AWS's documentation is silent, contradicts itself, or is easy to miss,
// each with what would settle it on AWS.
//
//	for _, a := range assumption.All() { fmt.Println(a.ID, a.Statement) }
//
// The tables stand by area: signature.go, edge.go, s3.go, ivs.go, provider.go,
// signer.go. docs/assumptions.md is made of them:
//
//	go test ./smoketest/internal/assumption -update
//
// A comment in the stand-in may cite an entry as "assumption ID".
package assumption

import (
	"slices"
	"strings"
)

// Label says what an assumption rests on.
type Label string

// The labels.
const (
	Documented Label = "documented" // AWS says so, in a place that is easy to miss or contradicted elsewhere
	Reported   Label = "reported"   // users have seen it
	Inferred   Label = "inferred"   // a conclusion; the stand-in takes the strict reading
	Chosen     Label = "chosen"     // a simplification of our own
)

// Assumption is one thing taken for true.
type Assumption struct {
	ID        string // stable: "signature.last-second"
	Statement string // a sentence
	Label     Label
	Source    string // address of what it rests on, or of the page that is silent

	// Settled is what would show a difference on AWS: the id of a check, or
	// several, or what to do by hand, as "deploy: …" (with the program) or
	// "api: …" (with the AWS CLI).
	Settled string
}

// IsByHand tells an assumption that no check settles.
func (a Assumption) IsByHand() bool {
	return strings.HasPrefix(a.Settled, "deploy: ") || strings.HasPrefix(a.Settled, "api: ")
}

// Checks returns the ids of the checks that settle the assumption; none if that is
// done by hand.
func (a Assumption) Checks() []string {
	if a.IsByHand() {
		return nil
	}
	ids := strings.Split(a.Settled, ", ")
	for i, part := range ids {
		ids[i], _, _ = strings.Cut(part, " ")
	}
	return ids
}

// SettledBy returns the ids of the assumptions that a check settles.
func SettledBy(check string) []string {
	ids := []string{}
	for _, a := range All() {
		if slices.Contains(a.Checks(), check) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// Area is the assumptions about one part.
type Area struct {
	Title       string
	Assumptions []Assumption
}

// Areas returns every assumption by area, in the order of the document.
func Areas() []Area {
	return []Area{
		{"CloudFront signatures", signatureAssumptions()},
		{"CloudFront's edge and API", edgeAssumptions()},
		{"S3", s3Assumptions()},
		{"Amazon IVS", ivsAssumptions()},
		{"ACM and Route 53", domainAssumptions()},
		{"The Pulumi provider and the program", providerAssumptions()},
		{"What the signer refuses to sign", signerAssumptions()},
	}
}

// All returns every assumption.
func All() []Assumption {
	all := []Assumption{}
	for _, area := range Areas() {
		all = slices.Concat(all, area.Assumptions)
	}
	return all
}

// Pages that several assumptions rest on.
const (
	developerGuide = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
	cloudFrontAPI  = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/"
	s3Guide        = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
	s3API          = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
	ivsGuide       = "https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/"
	ivsAPI         = "https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/"
	acmGuide       = "https://docs.aws.amazon.com/acm/latest/userguide/"
	provider       = "https://github.com/hashicorp/terraform-provider-aws/"

	signatureCodes = "https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies"
	cannedURL      = developerGuide + "private-content-creating-signed-url-canned-policy.html"
	customURL      = developerGuide + "private-content-creating-signed-url-custom-policy.html"
	customCookie   = developerGuide + "private-content-setting-signed-cookie-custom-policy.html"
	expiration     = developerGuide + "private-content-signed-urls.html#private-content-check-expiration"
	precedence     = developerGuide + "private-content-choosing-signed-urls-cookies.html"
	sha256Launch   = "https://aws.amazon.com/about-aws/whats-new/2026/04/amazon-cloudfront-sha-256-signed-urls/"
	viewersHTTPS   = developerGuide + "using-https-viewers-to-cloudfront.html"
	errorCodes     = developerGuide + "HTTPStatusCodes.html"
	headersPolicy  = developerGuide + "understanding-response-headers-policies.html"
	ownDomain      = developerGuide + "cnames-and-https-requirements.html"
	originIdentity = developerGuide + "private-content-restricting-access-to-s3.html"
	publicAccess   = s3Guide + "access-control-block-public-access.html"
	policyKeys     = s3Guide + "amazon-s3-policy-keys.html"
	s3CORS         = s3Guide + "ManageCorsUsing.html"
	s3Errors       = s3API + "ErrorResponses.html"
	tokens         = ivsGuide + "private-channels-generate-tokens.html"
	sessions       = ivsGuide + "private-channels-session-protection.html"
	revocation     = ivsAPI + "API_StartViewerSessionRevocation.html"
	ivsQuotas      = ivsGuide + "service-quotas.html"
	seenToken      = "https://github.com/aws-samples/amazon-ivs-player-web-sample/issues/65"
)
