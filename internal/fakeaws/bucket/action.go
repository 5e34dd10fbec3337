package bucket

import "strings"

// action is a permission that a bucket policy can grant.
type action struct {
	name   string // lower case: "s3:getobject"
	object bool   // on objects; else on the bucket
}

// The actions of
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
// that apply to a general purpose bucket or its objects.
const (
	objectActions = `AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging
		DeleteObjectVersion DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes
		GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion
		GetObjectVersionAcl GetObjectVersionAttributes GetObjectVersionForReplication
		GetObjectVersionTagging GetObjectVersionTorrent InitiateReplication ListMultipartUploadParts
		ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl PutObjectLegalHold PutObjectRetention
		PutObjectTagging PutObjectVersionAcl PutObjectVersionTagging ReplicateDelete ReplicateObject
		ReplicateTags RestoreObject`
	bucketActions = `CreateBucket DeleteBucket DeleteBucketPolicy DeleteBucketWebsite
		GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAcl GetBucketCORS
		GetBucketLocation GetBucketLogging GetBucketNotification GetBucketObjectLockConfiguration
		GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock
		GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
		GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration
		GetLifecycleConfiguration GetMetricsConfiguration GetReplicationConfiguration ListBucket
		ListBucketMultipartUploads ListBucketVersions PutAccelerateConfiguration
		PutAnalyticsConfiguration PutBucketAcl PutBucketCORS PutBucketLogging PutBucketNotification
		PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy
		PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging PutBucketVersioning
		PutBucketWebsite PutEncryptionConfiguration PutIntelligentTieringConfiguration
		PutInventoryConfiguration PutLifecycleConfiguration PutMetricsConfiguration
		PutReplicationConfiguration`
)

// matchingActions gives the actions that a lower-case pattern covers; none
// means that the policy has an invalid action.
func matchingActions(pattern string) []action {
	if pattern != "*" && !strings.HasPrefix(pattern, "s3:") {
		return nil
	}
	var out []action
	for _, group := range []struct {
		names  string
		object bool
	}{{objectActions, true}, {bucketActions, false}} {
		for _, name := range strings.Fields(group.names) {
			a := action{lowerAction(name), group.object}
			if matchPattern(pattern, a.name) {
				out = append(out, a)
			}
		}
	}
	return out
}

// takesPrefix reports whether requests for the action have s3:prefix.
func (a action) takesPrefix() bool {
	return a.name == "s3:listbucket" || a.name == "s3:listbucketversions"
}

// actionName gives the usual spelling of an action: "s3:GetObject".
func actionName(lower string) string {
	for _, name := range strings.Fields(objectActions + " " + bucketActions) {
		if lowerAction(name) == lower {
			return "s3:" + name
		}
	}
	return lower
}

// lowerAction gives the action by its name without "s3:".
func lowerAction(name string) string { return "s3:" + strings.ToLower(name) }
