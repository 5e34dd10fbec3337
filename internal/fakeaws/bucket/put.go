package bucket

import (
	"net/http"
	"strings"
)

// putObject answers PUT on an object, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html.
func (e *exchange) putObject() {
	if len(e.r.Header.Values("X-Amz-Copy-Source")) > 0 || e.presigned && e.field("x-amz-copy-source") != "" {
		e.copyObject()
		return
	}
	v, f := e.described()
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	p, f := e.readPayload(e.service.options.MaxObjectSize)
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	v.Body, v.checksum = p.body, p.checksum
	e.service.complete(v)
	if f := e.store(v, (*state).encrypt); f != nil {
		f.write(e.w, e.r)
		return
	}
	h := e.w.Header()
	h.Set("ETag", `"`+v.ETag+`"`)
	h.Set("X-Amz-Server-Side-Encryption", v.Encryption)
	e.showVersion(v)
	v.checksum.show(h)
	h.Set("Content-Length", "0")
	e.w.WriteHeader(http.StatusOK)
}

// store adds the version to the bucket unless a condition of the request fails.
// finish is called under the lock.
func (e *exchange) store(v *version, finish func(*state, *version)) (f *refusal) {
	err := e.service.update("PutObject", e.bucket, func(b *state) {
		if f = e.mayReplace(b.current(e.key)); f == nil {
			finish(b, v)
			b.add(e.key, v)
			e.settings = b.settings
		}
	})
	if err != nil { // deleted meanwhile
		f = errNoSuchBucket.because("the bucket was deleted meanwhile")
	}
	return f
}

// mayReplace judges a conditional write, after
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html.
func (e *exchange) mayReplace(have *version) *refusal {
	exists := have != nil && !have.marker
	if v := e.r.Header.Get("If-None-Match"); v != "" {
		if v != "*" {
			return errNotServed.because("a conditional write takes If-None-Match: * only")
		}
		if exists {
			return errPrecondition.with("Condition", "If-None-Match").because("If-None-Match: * refuses to replace the object that is there")
		}
	}
	if v := e.r.Header.Get("If-Match"); v != "" {
		if !exists {
			return errNoSuchKey.with("Key", e.key).because("If-Match needs an object, and there is none under the key")
		}
		if strings.Trim(v, `"`) != have.ETag {
			return errPrecondition.with("Condition", "If-Match").because("If-Match does not name the ETag of the object that is there, %q", have.ETag)
		}
	}
	return nil
}
