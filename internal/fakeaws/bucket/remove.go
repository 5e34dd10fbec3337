package bucket

import (
	"encoding/xml"
	"net/http"

	"privateplayback/internal/fakeaws/journal"
)

// maxDeletes and maxDocument bound DeleteObjects and other XML bodies.
const (
	maxDeletes  = 1000
	maxDocument = 2 << 20
)

// deleteObject answers DELETE on an object or version, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html.
func (e *exchange) deleteObject() {
	if e.field("x-amz-mfa") != "" || e.r.Header.Get("If-Match") != "" {
		errNotServed.because("the stand-in deletes without MFA and conditions only").write(e.w, e.r)
		return
	}
	id, marker, f := e.removed(e.key, e.query["versionId"])
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	if id != "" {
		e.w.Header().Set("X-Amz-Version-Id", id)
	}
	if marker {
		e.w.Header().Set("X-Amz-Delete-Marker", "true")
	}
	e.w.WriteHeader(http.StatusNoContent)
}

// removed deletes a key or one version of it. It gives the version that was
// made or named, and whether that is a delete marker.
func (e *exchange) removed(key string, ids []string) (id string, marker bool, f *refusal) {
	if len(ids) > 0 {
		if f := checkVersionID(ids[0]); f != nil {
			return "", false, f
		}
	}
	err := e.service.update("DeleteObject", e.bucket, func(b *state) {
		if len(ids) > 0 {
			v := b.removeVersion(key, ids[0])
			id, marker = ids[0], v != nil && v.marker
		} else if v := b.remove(key, e.service.options.Now()); v != nil {
			id, marker = v.id, true
		}
	})
	if err != nil {
		f = errNoSuchBucket.because("the bucket was deleted meanwhile")
	}
	return id, marker, f
}

type deleteRequest struct {
	XMLName xml.Name
	Quiet   bool
	Objects []struct {
		Key       string
		VersionId *string
		Other     []struct{ XMLName xml.Name } `xml:",any"`
	} `xml:"Object"`
}

type deletedObject struct {
	Key                   string
	VersionId             string `xml:",omitempty"`
	DeleteMarker          bool   `xml:",omitempty"`
	DeleteMarkerVersionId string `xml:",omitempty"`
}

type failedObject struct {
	Key       string
	VersionId string `xml:",omitempty"`
	Code      string
	Message   string
}

// deleteObjects answers DeleteObjects, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html. Each
// key needs its own permission.
func (e *exchange) deleteObjects() {
	var q deleteRequest
	if f := e.readXML(&q, true); f != nil {
		f.write(e.w, e.r)
		return
	}
	if q.XMLName.Local != "Delete" || len(q.Objects) == 0 || len(q.Objects) > maxDeletes {
		errMalformedXML.because("the document is no Delete of 1 to %d objects", maxDeletes).write(e.w, e.r)
		return
	}
	for _, o := range q.Objects {
		if len(o.Other) > 0 { // conditions
			errNotServed.because("the stand-in deletes several objects without conditions only").write(e.w, e.r)
			return
		}
	}
	out := struct {
		XMLName xml.Name        `xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
		Deleted []deletedObject `xml:"Deleted"`
		Failed  []failedObject  `xml:"Error"`
	}{}
	for _, o := range q.Objects {
		action, ids, named := "DeleteObject", []string(nil), ""
		if o.VersionId != nil && *o.VersionId != "" {
			action, ids, named = "DeleteObjectVersion", []string{*o.VersionId}, *o.VersionId
		}
		f := checkKey(o.Key)
		if f == nil {
			f = e.permits(lowerAction(action), objectARN(e.bucket, o.Key))
		}
		d := deletedObject{Key: o.Key, VersionId: named}
		if f == nil {
			var id string
			if id, d.DeleteMarker, f = e.removed(o.Key, ids); d.DeleteMarker {
				d.DeleteMarkerVersionId = id
			}
		}
		switch {
		case f != nil:
			journal.Note(e.r.Context(), "s3: refused for key ", journal.Quoted(o.Key), ": ", f.rule())
			out.Failed = append(out.Failed, failedObject{o.Key, named, f.code, f.message})
		case !q.Quiet:
			out.Deleted = append(out.Deleted, d)
		}
	}
	e.sendXML(out)
}

// readXML reads the document of a request; digest: one must be sent with it.
func (e *exchange) readXML(into any, digest bool) *refusal {
	p, f := e.readPayload(maxDocument)
	if f != nil {
		return f
	}
	if digest && !p.digest {
		return invalidRequest("Missing required header for this request: Content-MD5")
	}
	if err := xml.Unmarshal(p.body, into); err != nil {
		return errMalformedXML.because("the body is not the XML document of the operation: %v", err)
	}
	return nil
}
