package bucket

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
)

// shownVersion is a Version or DeleteMarker element.
type shownVersion struct {
	XMLName      xml.Name
	ETag         string `xml:",omitempty"`
	Size         *int   `xml:",omitempty"`
	StorageClass string `xml:",omitempty"`
	Key          string
	VersionId    string
	IsLatest     bool
	LastModified string
}

type versionListing struct {
	XMLName             xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListVersionsResult"`
	Name                string
	Prefix              string
	KeyMarker           string
	VersionIdMarker     string
	NextKeyMarker       string `xml:",omitempty"`
	NextVersionIdMarker string `xml:",omitempty"`
	MaxKeys             int
	Delimiter           string `xml:",omitempty"`
	EncodingType        string `xml:",omitempty"`
	IsTruncated         bool
	Entries             []shownVersion
	CommonPrefixes      []listedPrefix
}

// listVersions answers ListObjectVersions, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html.
func (e *exchange) listVersions() {
	most, f := e.count("max-keys", maxListKeys)
	q := e.query
	l := versionListing{Name: e.bucket, Prefix: q.Get("prefix"), KeyMarker: q.Get("key-marker"), VersionIdMarker: q.Get("version-id-marker"),
		MaxKeys: most, Delimiter: q.Get("delimiter"), EncodingType: q.Get("encoding-type")}
	switch {
	case f != nil:
	case l.EncodingType != "" && l.EncodingType != "url":
		bad := invalidArgument("encoding-type", l.EncodingType, "Invalid Encoding Method specified in Request")
		f = &bad
	case l.VersionIdMarker != "" && l.KeyMarker == "":
		bad := invalidArgument("version-id-marker", l.VersionIdMarker, "A version-id marker cannot be specified without a key marker.")
		f = &bad
	case l.VersionIdMarker != "":
		f = checkVersionID(l.VersionIdMarker)
	}
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	all, err := e.service.Versions(e.bucket)
	if err != nil {
		errNoSuchBucket.because("the bucket was deleted meanwhile").write(e.w, e.r)
		return
	}
	e.fillVersions(&l, all)
	if l.EncodingType != "" {
		l.encode()
	}
	e.sendXML(l)
}

// fillVersions collects one page of the versions, which come in order.
func (e *exchange) fillVersions(l *versionListing, all []Version) {
	skipping := l.VersionIdMarker != ""
	lastKey, lastID, group := "", "", ""
	for _, v := range all {
		entry := v.Key
		if l.Delimiter != "" && strings.HasPrefix(v.Key, l.Prefix) {
			if i := strings.Index(v.Key[len(l.Prefix):], l.Delimiter); i >= 0 {
				entry = v.Key[:len(l.Prefix)+i+len(l.Delimiter)]
			}
		}
		grouped := entry != v.Key
		switch {
		case !strings.HasPrefix(v.Key, l.Prefix), v.Key < l.KeyMarker, grouped && (entry == group || entry == l.KeyMarker):
			continue
		case v.Key == l.KeyMarker && l.VersionIdMarker == "" && l.KeyMarker != "":
			continue
		case v.Key == l.KeyMarker && skipping:
			skipping = v.ID != l.VersionIdMarker
			continue
		}
		if len(l.Entries)+len(l.CommonPrefixes) == l.MaxKeys {
			l.IsTruncated = l.MaxKeys > 0
			l.NextKeyMarker, l.NextVersionIdMarker = lastKey, lastID
			return
		}
		if grouped {
			group, lastKey, lastID = entry, entry, ""
			l.CommonPrefixes = append(l.CommonPrefixes, listedPrefix{entry})
			continue
		}
		lastKey, lastID = v.Key, v.ID
		l.Entries = append(l.Entries, e.shown(v))
	}
}

func (e *exchange) shown(v Version) shownVersion {
	out := shownVersion{XMLName: xml.Name{Space: xmlNamespace, Local: "DeleteMarker"}, Key: v.Key, VersionId: v.ID, IsLatest: v.Latest, LastModified: xmlTime(v.LastModified)}
	if o := e.service.version(e.bucket, v.Key, v.ID); o != nil && !o.marker {
		size := len(o.Body)
		out.XMLName.Local, out.ETag, out.Size, out.StorageClass = "Version", `"`+o.ETag+`"`, &size, o.class()
	}
	return out
}

// encode escapes the names as encoding-type=url asks.
func (l *versionListing) encode() {
	for _, s := range []*string{&l.Prefix, &l.Delimiter, &l.KeyMarker, &l.NextKeyMarker} {
		escapeName(s)
	}
	for i := range l.Entries {
		escapeName(&l.Entries[i].Key)
	}
	for i := range l.CommonPrefixes {
		escapeName(&l.CommonPrefixes[i].Prefix)
	}
}

func escapeName(s *string) { *s = strings.ReplaceAll(url.QueryEscape(*s), "%2F", "/") }

// versioningDocument is the body of the two operations on versioning, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html.
type versioningDocument struct {
	XMLName   xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ VersioningConfiguration"`
	Status    string   `xml:",omitempty"`
	MfaDelete string   `xml:",omitempty"`
}

func (e *exchange) showVersioning() { e.sendXML(versioningDocument{Status: e.versioning}) }

func (e *exchange) putVersioning() {
	var d versioningDocument
	f := e.readXML(&d, false)
	switch {
	case f != nil:
	case d.MfaDelete != "" && d.MfaDelete != "Disabled":
		f = errNotServed.because("the stand-in has no MFA delete")
	case d.Status != VersioningEnabled && d.Status != VersioningSuspended:
		f = errMalformedXML.because("versioning status %q is neither Enabled nor Suspended", d.Status)
	case e.service.PutVersioning(e.bucket, d.Status) != nil:
		f = errNoSuchBucket.because("the bucket was deleted meanwhile")
	}
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	e.w.Header().Set("Content-Length", "0")
	e.w.WriteHeader(http.StatusOK)
}
