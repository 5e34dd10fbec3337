package bucket

import (
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
)

// createUpload answers CreateMultipartUpload, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html.
func (e *exchange) createUpload() {
	v, f := e.described()
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	algorithm, kind := strings.ToLower(e.field("x-amz-checksum-algorithm")), e.field("x-amz-checksum-type")
	u := &upload{key: e.key, object: *v, algorithm: algorithm, whole: kind == "FULL_OBJECT" || algorithm == "crc64nvme", parts: map[int]*part{}}
	if _, known := checksums[algorithm]; algorithm != "" && !known {
		errNotServed.because("x-amz-checksum-algorithm names no checksum that the stand-in knows").write(e.w, e.r)
		return
	}
	if kind != "" && kind != "FULL_OBJECT" && kind != "COMPOSITE" || kind != "" && algorithm == "" ||
		kind == "COMPOSITE" && u.whole || kind == "FULL_OBJECT" && strings.HasPrefix(algorithm, "sha") {
		invalidRequest("The %s checksum type cannot be used with the %s checksum algorithm.", kind, algorithm).write(e.w, e.r)
		return
	}
	u.initiated = e.service.options.Now()
	id, full := randomText(64), false
	err := e.service.update("CreateMultipartUpload", e.bucket, func(b *state) {
		if full = len(b.uploads) >= maxUploads; !full {
			if u.object.Encryption == "" {
				u.object.Encryption = b.encryption
			}
			b.uploads[id] = u
		}
	})
	switch {
	case err != nil:
		errNoSuchBucket.because("the bucket was deleted meanwhile").write(e.w, e.r)
		return
	case full:
		errSlowDown.because("the bucket has %d multipart uploads in progress, which is as many as the stand-in keeps", maxUploads).write(e.w, e.r)
		return
	}
	e.w.Header().Set("X-Amz-Server-Side-Encryption", u.object.Encryption)
	if algorithm != "" {
		e.w.Header().Set("X-Amz-Checksum-Algorithm", strings.ToUpper(algorithm))
		e.w.Header().Set("X-Amz-Checksum-Type", map[bool]string{true: "FULL_OBJECT", false: "COMPOSITE"}[u.whole])
	}
	e.sendXML(struct {
		XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ InitiateMultipartUploadResult"`
		Bucket   string
		Key      string
		UploadId string
	}{Bucket: e.bucket, Key: e.key, UploadId: id})
}

// withUpload runs do on the upload that the query names, under the lock.
func (e *exchange) withUpload(do func(*state, *upload) *refusal) (f *refusal) {
	id := e.query.Get("uploadId")
	err := e.service.update("UploadPart", e.bucket, func(b *state) {
		u := b.uploads[id]
		if u == nil || u.key != e.key {
			f = errNoSuchUpload.with("UploadId", id).because("no upload in progress for key %q has this uploadId", e.key)
			return
		}
		f = do(b, u)
	})
	if err != nil {
		f = errNoSuchBucket.because("the bucket was deleted meanwhile")
	}
	return f
}

// putPart answers UploadPart and UploadPartCopy, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html.
func (e *exchange) putPart() {
	number, err := strconv.Atoi(e.query.Get("partNumber"))
	if err != nil || number < 1 || number > maxParts || !e.query.Has("uploadId") {
		invalidArgument("partNumber", e.query.Get("partNumber"), "Part number must be an integer between 1 and 10000, inclusive").write(e.w, e.r)
		return
	}
	p, copied, f := e.part()
	if f == nil {
		f = e.withUpload(func(_ *state, u *upload) *refusal {
			switch {
			case u.algorithm == "":
			case p.checksum.algorithm == "" && (copied || u.whole):
				p.checksum = sum(u.algorithm, p.body)
			case p.checksum.algorithm != u.algorithm:
				return invalidRequest("Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s", u.algorithm, orNull(p.checksum.algorithm))
			}
			e.w.Header().Set("X-Amz-Server-Side-Encryption", u.object.Encryption)
			return u.put(number, p, e.service.options.MaxObjectSize)
		})
	}
	if f != nil {
		e.w.Header().Del("X-Amz-Server-Side-Encryption")
		f.write(e.w, e.r)
		return
	}
	if copied {
		e.sendXML(copyResult{xml.Name{Space: xmlNamespace, Local: "CopyPartResult"}, xmlTime(p.at), `"` + p.etag + `"`})
		return
	}
	if p.checksum.algorithm != "" {
		e.w.Header().Set(checksumPrefix+p.checksum.algorithm, p.checksum.value)
	}
	e.w.Header().Set("ETag", `"`+p.etag+`"`)
	e.w.Header().Set("Content-Length", "0")
	e.w.WriteHeader(http.StatusOK)
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}

// part reads a part from the body or from the object to copy.
func (e *exchange) part() (p *part, copied bool, f *refusal) {
	if f := e.checkFields(); f != nil {
		return nil, false, f
	}
	p = &part{at: e.service.options.Now()}
	if copied = e.field("x-amz-copy-source") != ""; copied {
		source, _, f := e.copySource()
		if f != nil {
			return nil, copied, f
		}
		p.body = source.Body
		if value := e.field("x-amz-copy-source-range"); value != "" {
			r, ok, satisfiable := parseRange(value, len(source.Body))
			if !ok || !satisfiable || value != "bytes="+strconv.Itoa(r.first)+"-"+strconv.Itoa(r.last) {
				f := invalidArgument("x-amz-copy-source-range", value, "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
				return nil, copied, &f
			}
			p.body = source.Body[r.first : r.last+1]
		}
	} else {
		read, f := e.readPayload(e.service.options.MaxObjectSize)
		if f != nil {
			return nil, copied, f
		}
		p.body, p.checksum = read.body, read.checksum
	}
	p.etag = entityTag(p.body, EncryptionS3)
	return p, copied, nil
}

// completeUpload answers CompleteMultipartUpload, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html.
func (e *exchange) completeUpload() {
	var q struct {
		XMLName xml.Name
		Parts   []listedPart `xml:"Part"`
	}
	want, f := e.completeDocument(&q)
	if f == nil && (q.XMLName.Local != "CompleteMultipartUpload" || len(q.Parts) == 0 || len(q.Parts) > maxParts) {
		f = errMalformedXML.because("the document is no CompleteMultipartUpload with parts")
	}
	var v *version
	if f == nil {
		f = e.withUpload(func(b *state, u *upload) *refusal {
			var f *refusal
			if v, f = u.assemble(q.Parts); f != nil {
				return f
			}
			if want.algorithm != "" && want != v.checksum {
				f := errBadDigest
				f.message = "The " + checksums[want.algorithm].element + " you specified did not match the calculated checksum."
				return &f
			}
			if size := e.field("x-amz-mp-object-size"); size != "" && size != strconv.Itoa(len(v.Body)) {
				return invalidRequest("The provided 'x-amz-mp-object-size' header value does not match the size of the object.")
			}
			if f := e.mayReplace(b.current(e.key)); f != nil {
				return f
			}
			e.service.complete(v)
			b.add(e.key, v)
			delete(b.uploads, e.query.Get("uploadId"))
			e.settings = b.settings
			return nil
		})
	}
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	e.showVersion(v)
	e.w.Header().Set("X-Amz-Server-Side-Encryption", v.Encryption)
	e.sendXML(struct {
		XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CompleteMultipartUploadResult"`
		Location     string
		Bucket       string
		Key          string
		ETag         string
		Checksum     namedText
		ChecksumType string
	}{Location: "https://" + e.service.endpoint(e.bucket) + "/" + strings.ReplaceAll(uriEncode(e.key), "%2F", "/"),
		Bucket: e.bucket, Key: e.key, ETag: `"` + v.ETag + `"`,
		Checksum:     namedText{xml.Name{Space: xmlNamespace, Local: "Checksum" + checksums[v.checksum.algorithm].element}, v.checksum.value},
		ChecksumType: v.checksum.kind()})
}

// namedText is an element whose name depends on what it holds.
type namedText struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
}

// completeDocument reads the list of parts. Checksum headers here are of the
// object and not of the document.
func (e *exchange) completeDocument(into any) (want checksum, f *refusal) {
	want, trailing, f := e.declaredChecksum()
	if f != nil {
		return want, f
	}
	p, f := e.readBody(maxDocument, checksum{}, trailing)
	if f != nil {
		return want, f
	}
	if err := xml.Unmarshal(p.body, into); err != nil {
		return want, errMalformedXML.because("the body is not the XML document of the operation: %v", err)
	}
	return want, nil
}

// abortUpload answers AbortMultipartUpload, see
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html.
func (e *exchange) abortUpload() {
	f := e.withUpload(func(b *state, _ *upload) *refusal {
		delete(b.uploads, e.query.Get("uploadId"))
		return nil
	})
	if f != nil {
		f.write(e.w, e.r)
		return
	}
	e.w.WriteHeader(http.StatusNoContent)
}
