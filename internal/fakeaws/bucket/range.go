package bucket

import (
	"regexp"
	"strconv"
)

// byteRange is inclusive on both sides.
type byteRange struct{ first, last int }

var singleRange = regexp.MustCompile(`^bytes=(\d*)-(\d*)$`)

// parseRange reads a Range header of one range, after RFC 9110, section 14.
// Not ok: several ranges or no range at all, and the whole object is the
// answer, see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html.
func parseRange(value string, size int) (part byteRange, ok, satisfiable bool) {
	m := singleRange.FindStringSubmatch(value)
	if m == nil || m[1] == "" && m[2] == "" {
		return byteRange{}, false, false
	}
	// More digits than fit become the largest number, which is beyond any object.
	first, _ := strconv.ParseInt(m[1], 10, 64)
	last, _ := strconv.ParseInt(m[2], 10, 64)
	total := int64(size)
	switch {
	case m[1] == "": // the last bytes
		if last == 0 || total == 0 {
			return byteRange{}, true, false
		}
		return byteRange{int(max(0, total-last)), size - 1}, true, true
	case m[2] == "":
		last = total - 1
	case last < first:
		return byteRange{}, false, false
	}
	if first >= total {
		return byteRange{}, true, false
	}
	return byteRange{int(first), int(min(last, total-1))}, true, true
}

// header is the Content-Range of the part of an object.
func (b byteRange) header(size int) string {
	return "bytes " + strconv.Itoa(b.first) + "-" + strconv.Itoa(b.last) + "/" + strconv.Itoa(size)
}
