package bucket

import (
	"encoding/xml"
	"net/url"
	"strings"
)

// copyResult is the answer of CopyObject and, under another name, of
// UploadPartCopy.
type copyResult struct {
	XMLName      xml.Name
	LastModified string
	ETag         string
}

// copyObject answers PUT with x-amz-copy-source, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html.
func (e *exchange) copyObject() {
	v, f := e.described()
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	source, from, f := e.copySource()
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	switch directive := e.field("x-amz-metadata-directive"); {
	case directive != "" && directive != "COPY" && directive != "REPLACE":
		f := invalidArgument("x-amz-metadata-directive", directive, "Unknown metadata directive.")
		f.write(e.w, e.r)
		return
	case directive != "REPLACE":
		if from == e.bucket+"/"+e.key && v.StorageClass == source.StorageClass && v.Encryption == "" {
			invalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.").write(e.w, e.r)
			return
		}
		class, encryption := v.StorageClass, v.Encryption
		v.Object = source.Object
		v.StorageClass, v.Encryption = class, encryption
	}
	v.Body = source.Body
	if algorithm := strings.ToLower(e.field("x-amz-checksum-algorithm")); algorithm != "" {
		if _, known := checksums[algorithm]; !known {
			errNotServed.because("x-amz-checksum-algorithm names no checksum that the stand-in knows").write(e.w, e.r)
			return
		}
		v.checksum = sum(algorithm, v.Body)
	}
	e.service.complete(v)
	if f := e.store(v, (*state).encrypt); f != nil {
		f.write(e.w, e.r)
		return
	}
	e.showVersion(v)
	e.w.Header().Set("X-Amz-Server-Side-Encryption", v.Encryption)
	e.sendXML(copyResult{xml.Name{Space: xmlNamespace, Local: "CopyObjectResult"}, xmlTime(v.LastModified), `"` + v.ETag + `"`})
}

// copySource finds what is to be copied, as the caller would read it. Unless a
// version is named, from is "BUCKET/KEY".
func (e *exchange) copySource() (source *version, from string, f *refusal) {
	value, query, versioned := strings.Cut(e.field("x-amz-copy-source"), "?")
	value, err := url.PathUnescape(value)
	bucket, key, ok := strings.Cut(strings.TrimPrefix(value, "/"), "/")
	if err != nil || !ok || checkKey(key) != nil || strings.HasPrefix(bucket, "arn:") {
		f := invalidArgument("x-amz-copy-source", e.field("x-amz-copy-source"), "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
		return nil, "", &f
	}
	action, ids := "GetObject", []string(nil)
	if versioned {
		id, ok := strings.CutPrefix(query, "versionId=")
		if !ok {
			id = ""
		}
		action, ids = "GetObjectVersion", []string{id}
	}
	b, exists := e.service.snapshot(bucket)
	if !exists {
		return nil, "", errNoSuchBucket.with("BucketName", bucket).because("bucket %q, the source of the copy, does not exist", bucket)
	}
	may := func(action, resource string) decision {
		return b.decide(request{e.caller, lowerAction(action), resource, e.conditionKeys()}, e.service.options.AccountID)
	}
	if d := may(action, objectARN(bucket, key)); !d.allowed {
		return nil, "", errAccessDenied.because("source of the copy: %s", d.why())
	}
	if !e.expects("x-amz-source-expected-bucket-owner") {
		return nil, "", errAccessDenied.because("x-amz-source-expected-bucket-owner does not name the account that owns the source")
	}
	v, f := e.find(bucket, key, ids)
	switch {
	case f != nil:
		return nil, "", f
	case (v == nil || v.marker) && !may("ListBucket", bucketARN(bucket)).allowed:
		return nil, "", errAccessDenied.because("key %q, the source of the copy, does not exist, and ListBucket is missing, so 403 in place of 404", key)
	case v != nil && v.Encryption == EncryptionKMS && !e.ownersAccount():
		return nil, "", errAccessDenied.because("the source of the copy is encrypted under aws:kms, and %s has no access to the KMS key", e.caller)
	case v != nil && v.marker && versioned:
		return nil, "", invalidRequest("The source of a copy request may not specifically refer to a delete marker by version id.")
	case v == nil && versioned:
		return nil, "", errNoSuchVersion.with("Key", key).with("VersionId", ids[0]).because("key %q, the source of the copy, has no version %q", key, ids[0])
	case v == nil || v.marker:
		return nil, "", errNoSuchKey.with("Key", key).because("key %q, the source of the copy, does not exist", key)
	}
	header := func(name string) string { return e.field("x-amz-copy-source-" + name) }
	if f := conditional(header, &v.Object); f != nil {
		return nil, "", f
	}
	if notModified(header, &v.Object) {
		return nil, "", errPrecondition.because("the source of the copy does not satisfy x-amz-copy-source-if-none-match or -if-modified-since")
	}
	if b.versioning != "" {
		e.w.Header().Set("X-Amz-Copy-Source-Version-Id", v.id)
	}
	if versioned { // an old version may become the latest
		return v, "", nil
	}
	return v, bucket + "/" + key, nil
}
