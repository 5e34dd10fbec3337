package ivs

import (
	"crypto/rand"
	"regexp"
)

// Resource types as they appear in ARNs:
//
//	arn:aws:ivs:us-west-2:123456789012:channel/abcdABCDefgh
//	arn:aws:ivs:us-west-2:123456789012:playback-key/KDJRJNQhiQzA
//	arn:aws:ivs:us-west-2:123456789012:stream-key/g1H2I3j4k5L6
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyAPIReference/API_Channel.html
const (
	typeChannel     = "channel"
	typePlaybackKey = "playback-key"
	typeStreamKey   = "stream-key"
)

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// arnPattern is the pattern of the API reference, with the type left open; an
// ARN has at most 128 characters.
var arnPattern = regexp.MustCompile(`^arn:aws:ivs:[a-z0-9-]+:[0-9]+:([a-z-]+)/[a-zA-Z0-9-]+$`)

// arn returns the ARN of this account's resource.
func (s *Service) arn(resourceType, id string) string {
	return "arn:aws:ivs:" + s.region + ":" + s.account + ":" + resourceType + "/" + id
}

// isARN tells whether text has the shape of an ARN of the given type.
func isARN(text, resourceType string) bool {
	if len(text) > 128 {
		return false
	}
	m := arnPattern.FindStringSubmatch(text)
	return m != nil && m[1] == resourceType
}

// newID returns a resource id: twelve random letters and digits.
func newID() string {
	id := make([]byte, 0, 12)
	var b [1]byte
	for len(id) < cap(id) {
		rand.Read(b[:])
		// 248 is four times 62: taking only bytes below keeps the draw even.
		if b[0] < 248 {
			id = append(id, alphanumerics[int(b[0])%len(alphanumerics)])
		}
	}
	return string(id)
}
