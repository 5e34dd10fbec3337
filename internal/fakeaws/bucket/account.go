package bucket

import (
	"encoding/xml"
	"maps"
	"net/http"
	"slices"

	"privateplayback/internal/fakeaws/journal"
)

type listedBucket struct {
	Name         string
	CreationDate string
	BucketRegion string
}

// serveAccount answers requests that name no bucket. Only the owner's own
// principals have anything to see there.
func (e *exchange) serveAccount() {
	switch {
	case !e.caller.owner:
		errAccessDenied.because("no bucket is named, and only the account's own principals may list buckets, not %s", e.caller).write(e.w, e.r)
	case e.r.Method != http.MethodGet:
		errNotAllowed.with("Method", e.r.Method).with("ResourceType", "SERVICE").because("there is no operation for %s without a bucket", e.r.Method).write(e.w, e.r)
	case queryHasAny(e.query, "continuation-token", "max-buckets", "bucket-region"):
		errNotServed.because("the stand-in lists all buckets in one page").write(e.w, e.r)
	default:
		journal.Note(e.r.Context(), "s3: the account's own principals may list its buckets")
		e.listBuckets()
	}
}

// listBuckets answers ListBuckets, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html.
func (e *exchange) listBuckets() {
	out := struct {
		XMLName xml.Name       `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListAllMyBucketsResult"`
		Owner   string         `xml:"Owner>ID"`
		Buckets []listedBucket `xml:"Buckets>Bucket"`
		Prefix  string         `xml:",omitempty"`
	}{Owner: e.service.ownerID(), Prefix: e.query.Get("prefix")}
	e.service.mu.RLock()
	for _, name := range slices.Sorted(maps.Keys(e.service.buckets)) {
		if len(name) >= len(out.Prefix) && name[:len(out.Prefix)] == out.Prefix {
			out.Buckets = append(out.Buckets, listedBucket{name, xmlTime(e.service.buckets[name].created), e.service.options.Region})
		}
	}
	e.service.mu.RUnlock()
	e.sendXML(out)
}

// location answers GetBucketLocation, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html:
// us-east-1 is an empty element.
func (e *exchange) location() {
	region := e.service.options.Region
	if region == "us-east-1" {
		region = ""
	}
	e.sendXML(struct {
		XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LocationConstraint"`
		Region  string   `xml:",chardata"`
	}{Region: region})
}

// ownerID is the canonical user id of the account.
func (s *Service) ownerID() string { return hashHex([]byte(s.options.AccountID)) }
