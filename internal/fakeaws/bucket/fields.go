package bucket

import (
	"net/http"
	"slices"
	"strings"
)

// metaPrefix begins the headers of user metadata, of which
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
// allows 2 KB.
const (
	metaPrefix  = "X-Amz-Meta-"
	maxMetadata = 2048
)

// uploadFields are the x-amz- headers that an upload or copy may have beside
// metadata and checksums. Any other one would ask for what is not done here.
const uploadFields = ` x-amz-acl x-amz-algorithm x-amz-bucket-region x-amz-content-sha256 x-amz-copy-source
	x-amz-copy-source-if-match x-amz-copy-source-if-modified-since x-amz-copy-source-if-none-match
	x-amz-copy-source-if-unmodified-since x-amz-copy-source-range x-amz-credential x-amz-date
	x-amz-decoded-content-length x-amz-expected-bucket-owner x-amz-expires x-amz-metadata-directive
	x-amz-mp-object-size x-amz-sdk-checksum-algorithm x-amz-server-side-encryption x-amz-signature
	x-amz-signedheaders x-amz-source-expected-bucket-owner x-amz-storage-class x-amz-tagging-directive
	x-amz-te x-amz-trailer x-amz-user-agent `

// readyClasses are the storage classes whose objects can be read at once.
const readyClasses = `STANDARD REDUCED_REDUNDANCY STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING GLACIER_IR`

var errNoACLs = refusal{status: http.StatusBadRequest, code: "AccessControlListNotSupported", message: "The bucket does not allow ACLs"}

// amzFields gives the x-amz- headers by lower-case name, and those parameters
// of a presigned URL that stand for one.
func (e *exchange) amzFields() map[string]string {
	out := map[string]string{}
	add := func(name string, values []string) {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-amz-") {
			out[name] = strings.Join(values, ",")
		}
	}
	if e.presigned {
		for name, values := range e.query {
			add(name, values)
		}
	}
	for name, values := range e.r.Header {
		add(name, values)
	}
	return out
}

// checkFields refuses what the request asks for and does not get here.
func (e *exchange) checkFields() *refusal {
	fields := e.amzFields()
	for _, name := range sortedKeys(fields) {
		switch {
		case strings.HasPrefix(name, "x-amz-grant-"):
			if e.ownership == BucketOwnerEnforced {
				return errNoACLs.because("object ownership BucketOwnerEnforced switches ACLs off, and the request has %s", name)
			}
		case strings.HasPrefix(name, "x-amz-meta-"), strings.HasPrefix(name, checksumPrefix), slices.Contains(strings.Fields(uploadFields), name):
			continue
		}
		return errNotServed.with("Header", name).because("the stand-in does not do what header %s asks for", name)
	}
	return e.checkACL(fields["x-amz-acl"])
}

// checkACL refuses the ACL of an upload, see
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-ownership-error-responses.html.
// ACLs count for nothing here, so that only those are taken which grant nobody
// but the owner.
func (e *exchange) checkACL(acl string) *refusal {
	public := acl == "public-read" || acl == "public-read-write" || acl == "authenticated-read"
	switch {
	case acl == "":
		return nil
	case !public && !slices.Contains([]string{"private", "aws-exec-read", "bucket-owner-read", "bucket-owner-full-control"}, acl):
		return invalidArgument("x-amz-acl", acl, "").because("x-amz-acl %q is no canned ACL", acl)
	case e.ownership == BucketOwnerEnforced && acl != "bucket-owner-full-control":
		return errNoACLs.because("object ownership BucketOwnerEnforced switches ACLs off, and x-amz-acl is %q", acl)
	case public && e.block != nil && e.block.BlockPublicAcls:
		return errAccessDenied.because("BlockPublicAcls refuses the public ACL %q", acl)
	}
	if f := e.permits(lowerAction("PutObjectAcl"), e.resource()); f != nil {
		return f
	}
	if acl != "private" && acl != "bucket-owner-full-control" {
		return errNotServed.because("the stand-in keeps no ACLs, and %q would grant to others", acl)
	}
	return nil
}

// described reads what the headers say of an object that is put.
func (e *exchange) described() (*version, *refusal) {
	if f := e.checkFields(); f != nil {
		return nil, f
	}
	// The object would belong to the other account, out of the bucket
	// policy's reach.
	if e.caller.kind == accountCaller && !e.ownersAccount() && e.ownership != BucketOwnerEnforced {
		return nil, errNotServed.because("the object would belong to another account, by object ownership %q", e.ownership)
	}
	h, v := e.r.Header, &version{}
	v.ContentType, v.CacheControl, v.ContentDisposition = h.Get("Content-Type"), h.Get("Cache-Control"), h.Get("Content-Disposition")
	v.ContentLanguage, v.Expires = h.Get("Content-Language"), h.Get("Expires")
	v.ContentEncoding = withoutChunked(h.Values("Content-Encoding"))
	size := 0
	for name, value := range e.amzFields() {
		if short, ok := strings.CutPrefix(name, "x-amz-meta-"); ok {
			if v.Metadata == nil {
				v.Metadata = map[string]string{}
			}
			v.Metadata[short] = value
			size += len(short) + len(value)
		}
	}
	if size > maxMetadata {
		return nil, &refusal{status: http.StatusBadRequest, code: "MetadataTooLarge", message: "Your metadata headers exceed the maximum allowed metadata size"}
	}
	if f := e.storageClass(v); f != nil {
		return nil, f
	}
	return v, e.chosenEncryption(v)
}

func (e *exchange) storageClass(v *version) *refusal {
	switch class := e.field("x-amz-storage-class"); {
	case class == "" || class == "STANDARD":
	case slices.Contains(strings.Fields(readyClasses), class):
		v.StorageClass = class
	case class == "GLACIER" || class == "DEEP_ARCHIVE":
		return errNotServed.because("objects of storage class %s cannot be read at once", class)
	default:
		return &refusal{status: http.StatusBadRequest, code: "InvalidStorageClass", message: "The storage class you specified is not valid"}
	}
	return nil
}

// chosenEncryption reads x-amz-server-side-encryption. A key of KMS is one of
// the owner's account, to which no other account has access here.
func (e *exchange) chosenEncryption(v *version) *refusal {
	v.Encryption = e.field("x-amz-server-side-encryption")
	switch v.Encryption {
	case "", EncryptionS3, EncryptionKMS:
	case "aws:kms:dsse":
		return errNotServed.because("the stand-in has no double encryption, aws:kms:dsse")
	default:
		f := invalidArgument("x-amz-server-side-encryption", v.Encryption, "The encryption method specified is not supported")
		return &f
	}
	kms := v.Encryption == EncryptionKMS || v.Encryption == "" && e.encryption == EncryptionKMS
	if kms && !e.ownersAccount() {
		return errAccessDenied.because("the object would be encrypted under aws:kms, and %s has no access to the KMS key", e.caller)
	}
	return nil
}

// withoutChunked gives Content-Encoding as it is stored: aws-chunked is of the
// transfer.
func withoutChunked(values []string) string {
	var out []string
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if item = strings.TrimSpace(item); item != "" && !strings.EqualFold(item, "aws-chunked") {
			out = append(out, item)
		}
	}
	return strings.Join(out, ",")
}
