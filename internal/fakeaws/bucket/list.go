package bucket

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// xmlNamespace is that of every answer in XML but errors.
const xmlNamespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// maxListKeys is the length of a page, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html.
const maxListKeys = 1000

// listing is the answer of ListObjects and ListObjectsV2. Owners are left out.
type listing struct {
	XMLName               xml.Name       `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name                  string         `xml:"Name"`
	Prefix                string         `xml:"Prefix"`
	Marker                *string        `xml:"Marker,omitempty"`
	NextMarker            string         `xml:"NextMarker,omitempty"`
	StartAfter            string         `xml:"StartAfter,omitempty"`
	ContinuationToken     string         `xml:"ContinuationToken,omitempty"`
	NextContinuationToken string         `xml:"NextContinuationToken,omitempty"`
	KeyCount              *int           `xml:"KeyCount,omitempty"`
	MaxKeys               int            `xml:"MaxKeys"`
	Delimiter             string         `xml:"Delimiter,omitempty"`
	EncodingType          string         `xml:"EncodingType,omitempty"`
	IsTruncated           bool           `xml:"IsTruncated"`
	Contents              []listedObject `xml:"Contents"`
	CommonPrefixes        []listedPrefix `xml:"CommonPrefixes"`
}

type listedObject struct {
	Key          string
	LastModified string
	ETag         string
	Size         int
	StorageClass string
}

type listedPrefix struct{ Prefix string }

// list answers GET on the bucket.
func (e *exchange) list() {
	v2 := e.query.Has("list-type")
	if v2 && e.query.Get("list-type") != "2" {
		invalidArgument("list-type", e.query.Get("list-type"), "Invalid List Type specified in Request").write(e.w, e.r)
		return
	}
	l := listing{Name: e.bucket, Prefix: e.query.Get("prefix"), Delimiter: e.query.Get("delimiter"),
		EncodingType: e.query.Get("encoding-type"), MaxKeys: maxListKeys}
	if l.EncodingType != "" && l.EncodingType != "url" {
		invalidArgument("encoding-type", l.EncodingType, "Invalid Encoding Method specified in Request").write(e.w, e.r)
		return
	}
	if v := e.query.Get("max-keys"); v != "" {
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil || n < 0 {
			invalidArgument("max-keys", v, "Provided max-keys not an integer or within integer range").write(e.w, e.r)
			return
		}
		l.MaxKeys = min(int(n), maxListKeys)
	}
	after, f := e.listAfter(v2, &l)
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	last := e.fill(&l, after)
	count := len(l.Contents) + len(l.CommonPrefixes)
	switch {
	case v2:
		l.KeyCount = &count
		if l.IsTruncated {
			l.NextContinuationToken = base64.URLEncoding.EncodeToString([]byte(last))
		}
	case l.IsTruncated && l.Delimiter != "":
		l.NextMarker = last
	}
	l.encode()
	e.sendXML(l)
}

// listAfter gives the key or common prefix after which the page begins.
func (e *exchange) listAfter(v2 bool, l *listing) (string, *refusal) {
	if !v2 {
		marker := e.query.Get("marker")
		l.Marker = &marker
		return marker, nil
	}
	l.StartAfter = e.query.Get("start-after")
	if !e.query.Has("continuation-token") {
		return l.StartAfter, nil
	}
	l.ContinuationToken = e.query.Get("continuation-token")
	token, err := base64.URLEncoding.DecodeString(l.ContinuationToken)
	if err != nil || len(token) == 0 {
		f := invalidArgument("continuation-token", l.ContinuationToken, "The continuation token provided is incorrect")
		return "", &f
	}
	return string(token), nil
}

// fill collects one page and gives its last entry.
func (e *exchange) fill(l *listing, after string) (last string) {
	keys, _ := e.service.Keys(e.bucket)
	group := ""
	for _, key := range keys {
		if key <= after || !strings.HasPrefix(key, l.Prefix) {
			continue
		}
		entry, grouped := key, false
		if i := strings.Index(key[len(l.Prefix):], l.Delimiter); l.Delimiter != "" && i >= 0 {
			entry = key[:len(l.Prefix)+i+len(l.Delimiter)]
			if entry == group || entry == after {
				continue
			}
			group, grouped = entry, true
		}
		if len(l.Contents)+len(l.CommonPrefixes) == l.MaxKeys {
			l.IsTruncated = l.MaxKeys > 0
			return last
		}
		if last = entry; grouped {
			l.CommonPrefixes = append(l.CommonPrefixes, listedPrefix{entry})
		} else if o := e.service.version(e.bucket, key, ""); o != nil && !o.marker {
			l.Contents = append(l.Contents, listedObject{key, xmlTime(o.LastModified),
				`"` + o.ETag + `"`, len(o.Body), o.class()})
		}
	}
	return last
}

// encode escapes the names when the caller asked for encoding-type=url.
func (l *listing) encode() {
	if l.EncodingType == "" {
		return
	}
	for _, s := range []*string{&l.Prefix, &l.Delimiter, &l.StartAfter, &l.NextMarker} {
		escapeName(s)
	}
	if l.Marker != nil {
		escapeName(l.Marker)
	}
	for i := range l.Contents {
		escapeName(&l.Contents[i].Key)
	}
	for i := range l.CommonPrefixes {
		escapeName(&l.CommonPrefixes[i].Prefix)
	}
}

// xmlTime is how S3 writes a time in XML.
func xmlTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (e *exchange) sendXML(v any) {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	if err := xml.NewEncoder(&b).Encode(v); err != nil {
		refusal{status: http.StatusInternalServerError, code: "InternalError", message: "We encountered an internal error. Please try again."}.write(e.w, e.r)
		return
	}
	e.w.Header().Set("Content-Type", "application/xml")
	e.w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	e.w.Header().Set("X-Amz-Bucket-Region", e.service.options.Region)
	e.w.Write(b.Bytes())
}
