package bucket

import "net/http"

// operation is what a request asks for. Its serve is nil for operations that
// the stand-in decides on and does not carry out.
type operation struct {
	action    string
	ownerOnly bool // callers of other accounts get 405 even when granted
	perKey    bool // the operation asks for permission itself, key by key
	serve     func(*exchange)
}

// subresource is a query parameter that makes a request another operation. The
// actions are by method; "" is not allowed.
type subresource struct {
	name                   string
	get, put, post, delete string
}

var bucketSubresources = []subresource{
	{name: "accelerate", get: "GetAccelerateConfiguration", put: "PutAccelerateConfiguration"},
	{name: "acl", get: "GetBucketAcl", put: "PutBucketAcl"},
	{name: "analytics", get: "GetAnalyticsConfiguration", put: "PutAnalyticsConfiguration", delete: "PutAnalyticsConfiguration"},
	{name: "cors", get: "GetBucketCORS", put: "PutBucketCORS", delete: "PutBucketCORS"},
	{name: "delete", post: "DeleteObject"},
	{name: "encryption", get: "GetEncryptionConfiguration", put: "PutEncryptionConfiguration", delete: "PutEncryptionConfiguration"},
	{name: "intelligent-tiering", get: "GetIntelligentTieringConfiguration", put: "PutIntelligentTieringConfiguration", delete: "PutIntelligentTieringConfiguration"},
	{name: "inventory", get: "GetInventoryConfiguration", put: "PutInventoryConfiguration", delete: "PutInventoryConfiguration"},
	{name: "lifecycle", get: "GetLifecycleConfiguration", put: "PutLifecycleConfiguration", delete: "PutLifecycleConfiguration"},
	{name: "location", get: "GetBucketLocation"},
	{name: "logging", get: "GetBucketLogging", put: "PutBucketLogging"},
	{name: "metrics", get: "GetMetricsConfiguration", put: "PutMetricsConfiguration", delete: "PutMetricsConfiguration"},
	{name: "notification", get: "GetBucketNotification", put: "PutBucketNotification"},
	{name: "object-lock", get: "GetBucketObjectLockConfiguration", put: "PutBucketObjectLockConfiguration"},
	{name: "ownershipControls", get: "GetBucketOwnershipControls", put: "PutBucketOwnershipControls", delete: "PutBucketOwnershipControls"},
	{name: "policy", get: "GetBucketPolicy", put: "PutBucketPolicy", delete: "DeleteBucketPolicy"},
	{name: "policyStatus", get: "GetBucketPolicyStatus"},
	{name: "publicAccessBlock", get: "GetBucketPublicAccessBlock", put: "PutBucketPublicAccessBlock", delete: "PutBucketPublicAccessBlock"},
	{name: "replication", get: "GetReplicationConfiguration", put: "PutReplicationConfiguration", delete: "PutReplicationConfiguration"},
	{name: "requestPayment", get: "GetBucketRequestPayment", put: "PutBucketRequestPayment"},
	{name: "tagging", get: "GetBucketTagging", put: "PutBucketTagging", delete: "PutBucketTagging"},
	{name: "uploads", get: "ListBucketMultipartUploads"},
	{name: "versioning", get: "GetBucketVersioning", put: "PutBucketVersioning"},
	{name: "versions", get: "ListBucketVersions"},
	{name: "website", get: "GetBucketWebsite", put: "PutBucketWebsite", delete: "DeleteBucketWebsite"},
}

var objectSubresources = []subresource{
	{name: "acl", get: "GetObjectAcl", put: "PutObjectAcl"},
	{name: "attributes", get: "GetObjectAttributes"},
	{name: "legal-hold", get: "GetObjectLegalHold", put: "PutObjectLegalHold"},
	{name: "partNumber", get: "GetObject", put: "PutObject"},
	{name: "restore", post: "RestoreObject"},
	{name: "retention", get: "GetObjectRetention", put: "PutObjectRetention"},
	{name: "select", post: "GetObject"},
	{name: "tagging", get: "GetObjectTagging", put: "PutObjectTagging", delete: "DeleteObjectTagging"},
	{name: "torrent", get: "GetObjectTorrent"},
	{name: "uploadId", get: "ListMultipartUploadParts", put: "PutObject", post: "PutObject", delete: "AbortMultipartUpload"},
	{name: "uploads", post: "PutObject"},
	{name: "versionId", get: "GetObjectVersion", delete: "DeleteObjectVersion"},
}

// operation finds what the request asks for; false: the method does not fit.
func (e *exchange) operation() (operation, bool) {
	table, plain := objectSubresources, e.objectOperation
	if e.key == "" {
		table, plain = bucketSubresources, e.bucketOperation
	}
	for _, sub := range table {
		if !e.query.Has(sub.name) {
			continue
		}
		name := map[string]string{
			http.MethodGet: sub.get, http.MethodHead: sub.get, http.MethodPut: sub.put,
			http.MethodPost: sub.post, http.MethodDelete: sub.delete,
		}[e.r.Method]
		return operation{action: lowerAction(name), ownerOnly: sub.name == "policy", perKey: sub.name == "delete",
			serve: served(e.r.Method, sub.name, e.key != "")}, name != ""
	}
	return plain()
}

// served gives what carries out an operation on a sub-resource, or nil.
func served(method, name string, object bool) func(*exchange) {
	if !object {
		switch method + " " + name {
		case "GET location":
			return (*exchange).location
		case "GET uploads":
			return (*exchange).listUploads
		case "GET versioning":
			return (*exchange).showVersioning
		case "PUT versioning":
			return (*exchange).putVersioning
		case "GET versions":
			return (*exchange).listVersions
		case "POST delete":
			return (*exchange).deleteObjects
		}
		return nil
	}
	switch method + " " + name {
	case "GET tagging":
		return (*exchange).tags
	case "GET versionId", "HEAD versionId":
		return (*exchange).get
	case "DELETE versionId":
		return (*exchange).deleteObject
	case "POST uploads":
		return (*exchange).createUpload
	case "PUT partNumber":
		return (*exchange).putPart
	case "GET uploadId":
		return (*exchange).listParts
	case "POST uploadId":
		return (*exchange).completeUpload
	case "DELETE uploadId":
		return (*exchange).abortUpload
	}
	return nil
}

func (e *exchange) bucketOperation() (operation, bool) {
	switch e.r.Method {
	case http.MethodGet:
		return operation{action: lowerAction("ListBucket"), serve: (*exchange).list}, true
	case http.MethodHead:
		return operation{action: lowerAction("ListBucket"), serve: (*exchange).headBucket}, true
	case http.MethodPut:
		return operation{action: lowerAction("CreateBucket")}, true
	case http.MethodPost: // a form upload
		return operation{action: lowerAction("PutObject")}, true
	case http.MethodDelete:
		return operation{action: lowerAction("DeleteBucket")}, true
	}
	return operation{}, false
}

func (e *exchange) objectOperation() (operation, bool) {
	switch e.r.Method {
	case http.MethodGet, http.MethodHead:
		return operation{action: lowerAction("GetObject"), serve: (*exchange).get}, true
	case http.MethodPut:
		return operation{action: lowerAction("PutObject"), serve: (*exchange).putObject}, true
	case http.MethodDelete:
		return operation{action: lowerAction("DeleteObject"), serve: (*exchange).deleteObject}, true
	}
	return operation{}, false
}

// headBucket answers HEAD on the bucket, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html.
func (e *exchange) headBucket() {
	e.w.Header().Set("X-Amz-Bucket-Region", e.service.options.Region)
	e.w.Header().Set("Content-Type", "application/xml")
	e.w.WriteHeader(http.StatusOK)
}
