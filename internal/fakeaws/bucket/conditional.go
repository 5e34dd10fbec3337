package bucket

import (
	"net/http"
	"strings"
)

// Conditional requests, after
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and
// RFC 9110, section 13: If-Match comes before If-Unmodified-Since and
// If-None-Match before If-Modified-Since, and the first silences the second.

// conditional gives 412 when a precondition does not hold. header gives the
// value of a header, or "".
func conditional(header func(string) string, o *Object) *refusal {
	if v := header("If-Match"); v != "" {
		if !namesTag(v, o.ETag) {
			return errPrecondition.with("Condition", "If-Match").because("If-Match does not name the ETag of the object, %q", o.ETag)
		}
		return nil
	}
	if t, err := http.ParseTime(header("If-Unmodified-Since")); err == nil && o.LastModified.After(t) {
		return errPrecondition.with("Condition", "If-Unmodified-Since").because("the object was changed after If-Unmodified-Since, on %s", o.LastModified.Format(http.TimeFormat))
	}
	return nil
}

// notModified reports whether the caller's copy is current.
func notModified(header func(string) string, o *Object) bool {
	if v := header("If-None-Match"); v != "" {
		return namesTag(v, o.ETag)
	}
	t, err := http.ParseTime(header("If-Modified-Since"))
	return err == nil && !o.LastModified.After(t)
}

// ifRange reports whether a range may be served: If-Range is absent, or names
// the object as it is.
func (e *exchange) ifRange(o *Object) bool {
	v := e.r.Header.Get("If-Range")
	if v == "" || v == `"`+o.ETag+`"` {
		return true
	}
	t, err := http.ParseTime(v)
	return err == nil && o.LastModified.Equal(t)
}

// namesTag reports whether a list of entity tags has this one. S3 takes tags
// without quotes as well.
func namesTag(list, tag string) bool {
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
		if item == "*" || strings.Trim(item, `"`) == tag {
			return true
		}
	}
	return false
}
