package bucket

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Multipart uploads, after
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html. The bound
// on uploads at once is ours.
const (
	minPart    = 5 << 20
	maxParts   = 10000
	maxUploads = 1000
)

var (
	errNoSuchUpload = refusal{status: http.StatusNotFound, code: "NoSuchUpload", message: "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."}
	errInvalidPart  = refusal{status: http.StatusBadRequest, code: "InvalidPart", message: "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."}
	errPartOrder    = refusal{status: http.StatusBadRequest, code: "InvalidPartOrder", message: "The list of parts was not in ascending order. Parts must be ordered by part number."}
	errTooSmall     = refusal{status: http.StatusBadRequest, code: "EntityTooSmall", message: "Your proposed upload is smaller than the minimum allowed size"}
	errSlowDown     = refusal{status: http.StatusServiceUnavailable, code: "SlowDown", message: "Please reduce your request rate."}
)

// upload is a multipart upload under way. The lock of the Service guards it.
type upload struct {
	key       string
	initiated time.Time
	object    version // without a body
	algorithm string  // of the checksums, "" when none was announced
	whole     bool    // the checksum is of the whole object
	parts     map[int]*part
	size      int64
}

// part is one part; it is not changed once stored.
type part struct {
	body     []byte
	etag     string
	checksum checksum
	at       time.Time
}

// put stores a part in place of what had its number.
func (u *upload) put(number int, p *part, limit int64) *refusal {
	size := u.size + int64(len(p.body))
	if old := u.parts[number]; old != nil {
		size -= int64(len(old.body))
	}
	if size > limit {
		return errTooLarge.with("ProposedSize", strconv.FormatInt(size, 10)).with("MaxSizeAllowed", strconv.FormatInt(limit, 10)).
			because("the parts together have %d bytes, the stand-in takes %d", size, limit)
	}
	u.parts[number], u.size = p, size
	return nil
}

// listedPart is a part as CompleteMultipartUpload names it.
type listedPart struct {
	PartNumber        int
	ETag              string
	ChecksumCRC32     string
	ChecksumCRC32C    string
	ChecksumCRC64NVME string
	ChecksumSHA1      string
	ChecksumSHA256    string
}

// checksum is what the caller says of the part.
func (l listedPart) checksum() checksum {
	for algorithm, value := range map[string]string{"crc32": l.ChecksumCRC32, "crc32c": l.ChecksumCRC32C,
		"crc64nvme": l.ChecksumCRC64NVME, "sha1": l.ChecksumSHA1, "sha256": l.ChecksumSHA256} {
		if value != "" {
			return checksum{algorithm, value}
		}
	}
	return checksum{}
}

// assemble gives the object that the listed parts make.
func (u *upload) assemble(list []listedPart) (*version, *refusal) {
	v := u.object
	var body, tags, sums bytes.Buffer
	for i := range list {
		if i > 0 && list[i].PartNumber <= list[i-1].PartNumber {
			return nil, errPartOrder.because("part %d is listed after part %d", list[i].PartNumber, list[i-1].PartNumber)
		}
	}
	for i, l := range list {
		p := u.parts[l.PartNumber]
		if p == nil || strings.Trim(l.ETag, `"`) != p.etag || l.checksum() != (checksum{}) && l.checksum() != p.checksum {
			return nil, errInvalidPart.with("PartNumber", strconv.Itoa(l.PartNumber)).
				because("part %d was not uploaded, or its ETag or checksum is not the one listed", l.PartNumber)
		}
		if i < len(list)-1 && len(p.body) < minPart {
			return nil, errTooSmall.with("ProposedSize", strconv.Itoa(len(p.body))).with("MinSizeAllowed", strconv.Itoa(minPart)).
				with("PartNumber", strconv.Itoa(l.PartNumber)).with("ETag", p.etag).
				because("part %d, which is not the last, has %d bytes, S3 takes %d and more", l.PartNumber, len(p.body), minPart)
		}
		body.Write(p.body)
		tag, _ := hex.DecodeString(p.etag)
		tags.Write(tag)
		value, _ := base64.StdEncoding.DecodeString(p.checksum.value)
		sums.Write(value)
	}
	v.Body = body.Bytes()
	digest := md5.Sum(tags.Bytes())
	suffix := "-" + strconv.Itoa(len(list))
	v.ETag = hex.EncodeToString(digest[:]) + suffix
	switch {
	case u.algorithm == "":
		v.checksum = sum("crc64nvme", v.Body)
	case u.whole:
		v.checksum = sum(u.algorithm, v.Body)
	default:
		v.checksum = checksum{u.algorithm, sum(u.algorithm, sums.Bytes()).value + suffix}
	}
	return &v, nil
}
