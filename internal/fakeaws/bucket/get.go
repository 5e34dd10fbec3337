package bucket

import (
	"net/http"
	"strconv"
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

// get answers GET and HEAD on an object that the caller may read.
func (e *exchange) get() {
	o := e.service.object(e.bucket, e.key)
	switch {
	case o == nil && e.mayList():
		errNoSuchKey.with("Key", e.key).write(e.w, e.r)
		return
	case o == nil, o.Encryption == EncryptionKMS && !e.ownersAccount():
		// Who may not list must not learn which keys exist; and an identity
		// of another account has no way to the KMS key.
		errAccessDenied.write(e.w, e.r)
		return
	}
	if f := e.conditional(o); f != nil {
		f.write(e.w, e.r)
		return
	}
	h := e.w.Header()
	h.Set("ETag", `"`+o.ETag+`"`)
	h.Set("Last-Modified", o.LastModified.Format(http.TimeFormat))
	if o.CacheControl != "" {
		h.Set("Cache-Control", o.CacheControl)
	}
	if e.notModified(o) {
		e.w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Accept-Ranges", "bytes")
	h.Set("Content-Type", o.ContentType)
	h.Set("X-Amz-Server-Side-Encryption", o.Encryption)
	if !e.override() {
		return
	}
	e.send(o)
}

// mayList reports whether the caller may learn that a key does not exist.
func (e *exchange) mayList() bool {
	return e.allows(lowerAction("ListBucket"), bucketARN(e.bucket))
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
func (e *exchange) send(o *Object) {
	h, body, status := e.w.Header(), o.Body, http.StatusOK
	if value := e.r.Header.Get("Range"); value != "" && e.ifRange(o) {
		part, ok, satisfiable := parseRange(value, len(o.Body))
		if ok && !satisfiable {
			clearObjectHeaders(h)
			h.Set("Content-Range", "bytes */"+strconv.Itoa(len(o.Body)))
			errInvalidRange.with("RangeRequested", value).with("ActualObjectSize", strconv.Itoa(len(o.Body))).write(e.w, e.r)
			return
		}
		if ok {
			status, body = http.StatusPartialContent, o.Body[part.first:part.last+1]
			h.Set("Content-Range", part.header(len(o.Body)))
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	e.w.WriteHeader(status)
	if e.r.Method != http.MethodHead {
		e.w.Write(body)
	}
}

// clearObjectHeaders takes back what describes the object, before an error.
func clearObjectHeaders(h http.Header) {
	for _, name := range []string{"ETag", "Last-Modified", "Cache-Control", "Accept-Ranges", "X-Amz-Server-Side-Encryption"} {
		h.Del(name)
	}
	for _, o := range overrides {
		h.Del(o.header)
	}
}
