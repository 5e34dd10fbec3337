package kmskey

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

// maxID is the longest key id that KMS takes, in bytes.
const maxID = 2048

// checkID refuses what cannot name a key, so that a mistyped setting is not
// looked up over the network. What it lets through may still name nothing.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html#API_GetPublicKey_RequestParameters
func checkID(id string) error {
	other := func(r rune) bool { return r <= ' ' || r > '~' }
	if len(id) > maxID || strings.ContainsFunc(id, other) || !namesKey(id) {
		return fmt.Errorf("%w: not an id that KMS takes; give a key id, a key ARN, alias/NAME or an alias ARN", ErrNotFound)
	}
	return nil
}

// namesKey reports whether id has one of the four forms:
//
//	1234abcd-12ab-34cd-56ef-1234567890ab
//	arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab
//	alias/NAME
//	arn:aws:kms:us-east-2:111122223333:alias/NAME
func namesKey(id string) bool {
	resource := "key/" + id
	switch {
	case strings.HasPrefix(id, "arn:"):
		a, err := arn.Parse(id)
		if err != nil || a.Service != "kms" || a.Region == "" || a.AccountID == "" {
			return false
		}
		resource = a.Resource
	case strings.HasPrefix(id, "alias/"):
		resource = id
	}
	if name, ok := strings.CutPrefix(resource, "alias/"); ok {
		return name != ""
	}
	name, ok := strings.CutPrefix(resource, "key/")
	return ok && name != "" && !strings.ContainsAny(name, "/:")
}

// regionOf returns the region in an ARN, or none for another id.
func regionOf(id string) string {
	a, err := arn.Parse(id)
	if err != nil {
		return ""
	}
	return a.Region
}
