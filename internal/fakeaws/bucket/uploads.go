package bucket

import (
	"encoding/xml"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

type shownPart struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int
}

// listParts answers ListParts, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html.
func (e *exchange) listParts() {
	most, f := e.count("max-parts", 1000)
	marker, f2 := e.count("part-number-marker", math.MaxInt32)
	if !e.query.Has("part-number-marker") {
		marker = 0
	}
	out := struct {
		XMLName              xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListPartsResult"`
		Bucket               string
		Key                  string
		UploadId             string
		StorageClass         string
		PartNumberMarker     int
		NextPartNumberMarker int
		MaxParts             int
		IsTruncated          bool
		Parts                []shownPart `xml:"Part"`
	}{Bucket: e.bucket, Key: e.key, UploadId: e.query.Get("uploadId"), PartNumberMarker: marker, MaxParts: most}
	if f == nil {
		f = f2
	}
	if f == nil {
		f = e.withUpload(func(_ *state, u *upload) *refusal {
			out.StorageClass = u.object.class()
			for _, n := range slices.Sorted(maps.Keys(u.parts)) {
				if n <= marker {
					continue
				}
				if len(out.Parts) == most {
					out.IsTruncated = most > 0
					break
				}
				p := u.parts[n]
				out.Parts = append(out.Parts, shownPart{n, xmlTime(p.at), `"` + p.etag + `"`, len(p.body)})
				out.NextPartNumberMarker = n
			}
			return nil
		})
	}
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	e.sendXML(out)
}

// count reads a parameter that is a number of at most most, which is also what
// it is when absent.
func (e *exchange) count(name string, most int) (int, *refusal) {
	v := e.query.Get(name)
	if v == "" {
		return most, nil
	}
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil || n < 0 {
		f := invalidArgument(name, v, "Provided "+name+" not an integer or within integer range")
		return 0, &f
	}
	return min(int(n), most), nil
}

type shownUpload struct {
	Key          string
	UploadId     string
	StorageClass string
	Initiated    string
}

// listUploads answers ListMultipartUploads in one page, which holds as many as
// there can be, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html.
func (e *exchange) listUploads() {
	if queryHasAny(e.query, "delimiter", "encoding-type", "key-marker", "max-uploads", "upload-id-marker") {
		errNotServed.because("the stand-in lists all uploads in one page").write(e.w, e.r)
		return
	}
	out := struct {
		XMLName     xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListMultipartUploadsResult"`
		Bucket      string
		Prefix      string
		MaxUploads  int
		IsTruncated bool
		Uploads     []shownUpload `xml:"Upload"`
	}{Bucket: e.bucket, Prefix: e.query.Get("prefix"), MaxUploads: maxUploads}
	e.service.update("ListMultipartUploads", e.bucket, func(b *state) {
		for id, u := range b.uploads {
			if strings.HasPrefix(u.key, out.Prefix) {
				out.Uploads = append(out.Uploads, shownUpload{u.key, id, u.object.class(), xmlTime(u.initiated)})
			}
		}
	})
	slices.SortFunc(out.Uploads, func(a, b shownUpload) int {
		return strings.Compare(a.Key+"\x00"+a.Initiated+a.UploadId, b.Key+"\x00"+b.Initiated+b.UploadId)
	})
	e.sendXML(out)
}

// tags answers GetObjectTagging: objects have no tags here.
func (e *exchange) tags() {
	v, f := e.find(e.bucket, e.key, e.query["versionId"])
	switch {
	case f != nil:
		f.write(e.w, e.r)
	case v == nil || v.marker:
		e.missing(v)
	default:
		e.showVersion(v)
		e.w.Header().Set("Content-Type", "application/xml")
		e.w.WriteHeader(http.StatusOK)
		e.w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Tagging xmlns="` + xmlNamespace + `"><TagSet/></Tagging>`))
	}
}
