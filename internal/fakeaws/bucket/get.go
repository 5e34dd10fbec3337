package bucket

import (
	"fmt"
	"net/http"
	"strconv"

	"privateplayback/internal/fakeaws/journal"
)

// overrides are the query parameters of signed requests that replace response
// headers, see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html.
var overrides = []struct{ parameter, header string }{
	{"response-cache-control", "Cache-Control"},
	{"response-content-disposition", "Content-Disposition"},
	{"response-content-encoding", "Content-Encoding"},
	{"response-content-language", "Content-Language"},
	{"response-content-type", "Content-Type"},
	{"response-expires", "Expires"},
}

// get answers GET and HEAD on an object, or on one version of it, that the
// caller may read.
func (e *exchange) get() {
	v, f := e.find(e.bucket, e.key, e.query["versionId"])
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	if v == nil || v.marker || v.Encryption == EncryptionKMS && !e.ownersAccount() {
		e.missing(v)
		return
	}
	h := e.w.Header()
	e.showVersion(v)
	if f := conditional(e.r.Header.Get, &v.Object); f != nil {
		f.write(e.w, e.r)
		return
	}
	h.Set("ETag", `"`+v.ETag+`"`)
	h.Set("Last-Modified", v.LastModified.Format(http.TimeFormat))
	if v.CacheControl != "" {
		h.Set("Cache-Control", v.CacheControl)
	}
	if notModified(e.r.Header.Get, &v.Object) {
		journal.Note(e.r.Context(), "s3: the caller's copy is current by If-None-Match or If-Modified-Since: 304")
		e.w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Accept-Ranges", "bytes")
	h.Set("X-Amz-Server-Side-Encryption", v.Encryption)
	v.describe(h)
	if !e.override() {
		return
	}
	e.send(v)
}

// find gives the version that a versionId parameter names, nil when there is
// none, or the refusal of the parameter.
func (e *exchange) find(bucket, key string, ids []string) (*version, *refusal) {
	if len(ids) == 0 {
		return e.service.version(bucket, key, ""), nil
	}
	if f := checkVersionID(ids[0]); f != nil {
		return nil, f
	}
	return e.service.version(bucket, key, ids[0]), nil
}

// missing answers for what cannot be read: nothing, a delete marker or an
// object under KMS. Who may not list must not learn which keys exist, and an
// identity of another account has no way to the KMS key.
func (e *exchange) missing(v *version) {
	if v != nil && !v.marker {
		errAccessDenied.because("the object is encrypted under aws:kms, and %s has no access to the KMS key", e.caller).write(e.w, e.r)
		return
	}
	if d := e.mayList(); !d.allowed {
		errAccessDenied.because("key %q does not exist, and ListBucket is missing, so 403 in place of 404: %s", e.key, d.why()).write(e.w, e.r)
		return
	}
	named := e.query.Has("versionId")
	f := errNoSuchKey.with("Key", e.key).because("key %q does not exist in bucket %q, which this caller may learn", e.key, e.bucket)
	if v != nil {
		f.why = fmt.Sprintf("key %q is deleted: its latest version is a delete marker", e.key)
		e.w.Header().Set("X-Amz-Delete-Marker", "true")
		e.showVersion(v)
	}
	switch {
	case named && v == nil:
		f = errNoSuchVersion.with("Key", e.key).with("VersionId", e.query.Get("versionId")).because("key %q has no version %q", e.key, e.query.Get("versionId"))
	case named:
		e.w.Header().Set("Last-Modified", v.LastModified.Format(http.TimeFormat))
		e.w.Header().Set("Allow", http.MethodDelete)
		f = errNotAllowed.with("Method", e.r.Method).with("ResourceType", "DeleteMarker").because("the version is a delete marker, which can only be deleted")
	}
	f.write(e.w, e.r)
}

// showVersion names the version where the bucket has or had versioning.
func (e *exchange) showVersion(v *version) {
	if e.versioning != "" {
		e.w.Header().Set("X-Amz-Version-Id", v.id)
	}
}

// mayList reports whether the caller may learn that a key does not exist.
func (e *exchange) mayList() decision {
	return e.allows(lowerAction("ListBucket"), bucketARN(e.bucket))
}

// describe sets the headers that were given with the object.
func (v *version) describe(h http.Header) {
	h.Set("Content-Type", v.ContentType)
	for name, value := range map[string]string{
		"Content-Disposition": v.ContentDisposition, "Content-Encoding": v.ContentEncoding,
		"Content-Language": v.ContentLanguage, "Expires": v.Expires, "X-Amz-Storage-Class": v.StorageClass,
	} {
		if value != "" {
			h.Set(name, value)
		}
	}
	for name, value := range v.Metadata {
		h.Set(metaPrefix+name, value)
	}
}

// override replaces response headers; false: the request was refused.
func (e *exchange) override() bool {
	for _, o := range overrides {
		if !e.query.Has(o.parameter) {
			continue
		}
		if e.caller.kind == anonymous {
			clearObjectHeaders(e.w.Header())
			invalidRequest("Request specific response headers cannot be used for anonymous GET requests.").write(e.w, e.r)
			return false
		}
		e.w.Header().Set(o.header, e.query.Get(o.parameter))
	}
	return true
}

// send writes the object or the part of it that was asked for.
func (e *exchange) send(v *version) {
	h, body, status := e.w.Header(), v.Body, http.StatusOK
	if value := e.r.Header.Get("Range"); value != "" && e.ifRange(&v.Object) {
		part, ok, satisfiable := parseRange(value, len(v.Body))
		if ok && !satisfiable {
			clearObjectHeaders(h)
			h.Set("Content-Range", "bytes */"+strconv.Itoa(len(v.Body)))
			errInvalidRange.with("RangeRequested", value).with("ActualObjectSize", strconv.Itoa(len(v.Body))).because("the range begins beyond the object, which has %d bytes", len(v.Body)).write(e.w, e.r)
			return
		}
		if ok {
			status, body = http.StatusPartialContent, v.Body[part.first:part.last+1]
			h.Set("Content-Range", part.header(len(v.Body)))
		}
	}
	if status == http.StatusOK && e.field("x-amz-checksum-mode") == "ENABLED" {
		v.checksum.show(h)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	e.w.WriteHeader(status)
	if e.r.Method != http.MethodHead {
		e.w.Write(body)
	}
}

// clearObjectHeaders takes back what describes the object, before an error.
func clearObjectHeaders(h http.Header) {
	for _, name := range []string{"ETag", "Last-Modified", "Cache-Control", "Accept-Ranges", "X-Amz-Server-Side-Encryption", "X-Amz-Storage-Class"} {
		h.Del(name)
	}
	for _, o := range overrides {
		h.Del(o.header)
	}
	for name := range h {
		if len(name) > len(metaPrefix) && name[:len(metaPrefix)] == metaPrefix {
			h.Del(name)
		}
	}
}
