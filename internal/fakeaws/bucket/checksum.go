package bucket

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"net/http"
	"slices"
	"strings"
)

// nvme is the reversed polynomial of CRC-64/NVME.
const nvme = 0x9a6c9329ac4bc9b5

// checksums are the algorithms of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
// that the stand-in computes, by the end of their header's name.
var checksums = map[string]struct {
	element string // in XML, after "Checksum"
	new     func() hash.Hash
}{
	"crc32":     {"CRC32", func() hash.Hash { return crc32.NewIEEE() }},
	"crc32c":    {"CRC32C", func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) }},
	"crc64nvme": {"CRC64NVME", func() hash.Hash { return crc64.New(crc64.MakeTable(nvme)) }},
	"sha1":      {"SHA1", sha1.New},
	"sha256":    {"SHA256", sha256.New},
}

const checksumPrefix = "x-amz-checksum-"

// checksum is one of an object or part; the zero value is none.
type checksum struct {
	algorithm string // "crc32"
	value     string // base64
}

// sum computes a checksum by a known algorithm.
func sum(algorithm string, body []byte) checksum {
	h := checksums[algorithm].new()
	h.Write(body)
	return checksum{algorithm, base64.StdEncoding.EncodeToString(h.Sum(nil))}
}

// declaredChecksum finds the one checksum that a request sends in a header, or
// announces in its trailer; none is no error.
func (e *exchange) declaredChecksum() (c checksum, trailing bool, f *refusal) {
	for name, value := range e.amzFields() {
		algorithm, ok := strings.CutPrefix(name, checksumPrefix)
		if !ok || slices.Contains([]string{"algorithm", "type", "mode"}, algorithm) {
			continue
		}
		if c.algorithm != "" {
			return c, false, invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
		}
		if _, known := checksums[algorithm]; !known {
			return c, false, errNotServed.because("the request announces a checksum that the stand-in does not know")
		}
		c = checksum{algorithm, value}
	}
	trailer := e.field("x-amz-trailer")
	if trailer == "" {
		return c, false, c.fits(e.field("x-amz-sdk-checksum-algorithm"))
	}
	algorithm, ok := strings.CutPrefix(strings.ToLower(trailer), checksumPrefix)
	_, known := checksums[algorithm]
	switch {
	case !ok || !known:
		return c, false, invalidRequest("The value specified in the x-amz-trailer header is not supported")
	case c.algorithm != "":
		return c, false, invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
	}
	c = checksum{algorithm: algorithm}
	return c, true, c.fits(e.field("x-amz-sdk-checksum-algorithm"))
}

// fits refuses an announced algorithm without a checksum by it.
func (c checksum) fits(announced string) *refusal {
	if announced != "" && !strings.EqualFold(announced, c.algorithm) {
		return invalidRequest("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	}
	return nil
}

// check refuses a body that the checksum does not fit.
func (c checksum) check(body []byte) *refusal {
	if c.algorithm == "" {
		return nil
	}
	want := sum(c.algorithm, body).value
	if len(c.value) != len(want) {
		return invalidRequest("Value for %s%s header is invalid.", checksumPrefix, c.algorithm)
	}
	if c.value != want {
		f := errBadDigest
		f.message = "The " + checksums[c.algorithm].element + " you specified did not match the calculated checksum."
		return &f
	}
	return nil
}

// show sets the headers of a checksum.
func (c checksum) show(h http.Header) {
	if c.algorithm == "" {
		return
	}
	h.Set(checksumPrefix+c.algorithm, c.value)
	h.Set(checksumPrefix+"type", c.kind())
}

// kind is COMPOSITE for a checksum of checksums, which ends in the number of
// parts.
func (c checksum) kind() string {
	if strings.Contains(c.value, "-") {
		return "COMPOSITE"
	}
	return "FULL_OBJECT"
}
