// Package cause is the table of what goes wrong with private playback: what one
// sees, what that most often means, and what to do next. Failures of the smoke test
// name its rows, smoketest explain prints them, and docs/troubleshooting.md is made
// of them:
//
//	go test ./smoketest/internal/cause -update
//
// The rows stand by section: contract.go, signature.go, edge.go, origin.go,
// cors.go, cache.go, media.go, live.go, network.go, player.go.
package cause

// ID names a row: "behavior-public". The empty one stands for an unknown cause.
type ID string

// Cause is one row. Its texts are sentences or parts of one, without a final stop.
type Cause struct {
	ID     ID
	Seen   string // what one sees: "403 MissingKey"
	Why    string // what that most often means
	Next   string // what to do: the line of the declaration, the setting, or the command
	Source string // address of the rule or of those who met it

	// Spreads tells that a deployment which is still spreading shows the same: an
	// edge that has not heard of a change answers as before it.
	Spreads bool
}

// Section is a part of the table.
type Section struct {
	Title  string
	Causes []Cause
}

// Sections returns the whole table.
func Sections() []Section {
	return []Section{
		{"Outputs and keys", contractCauses()},
		{"Signatures, policies and cookies", signatureCauses()},
		{"The distribution", edgeCauses()},
		{"The bucket", originCauses()},
		{"CORS", corsCauses()},
		{"Caching", cacheCauses()},
		{"Playlists and media", mediaCauses()},
		{"Live", liveCauses()},
		{"Network and machine", networkCauses()},
		{"Players and applications", playerCauses()},
	}
}

// Find returns the row of an id.
func Find(id ID) (Cause, bool) {
	for _, s := range Sections() {
		for _, c := range s.Causes {
			if c.ID == id {
				return c, true
			}
		}
	}
	return Cause{}, false
}

// The pages that several rows rest on.
const (
	cloudFrontGuide = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/"
	s3Guide         = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
	ivsGuide        = "https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/"

	signatureArticle = "https://repost.aws/knowledge-center/cloudfront-troubleshoot-signed-url-cookies"
	trustedKeys      = cloudFrontGuide + "private-content-trusted-signers.html"
	deniedArticle    = cloudFrontGuide + "http-403-permission-denied.html"
	storageDenied    = s3Guide + "troubleshoot-403-errors.html"
	corsArticle      = cloudFrontGuide + "header-caching.html#header-caching-web-cors"
	tokens           = ivsGuide + "private-channels-generate-tokens.html"
)
