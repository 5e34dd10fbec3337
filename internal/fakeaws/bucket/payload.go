package bucket

import (
	"bufio"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
)

var (
	errBadDigest     = refusal{status: http.StatusBadRequest, code: "BadDigest", message: "The Content-MD5 you specified did not match what we received."}
	errInvalidDigest = refusal{status: http.StatusBadRequest, code: "InvalidDigest", message: "The Content-MD5 you specified was invalid."}
	errNoLength      = refusal{status: http.StatusLengthRequired, code: "MissingContentLength", message: "You must provide the Content-Length HTTP header."}
	errPayloadHash   = refusal{status: http.StatusBadRequest, code: "XAmzContentSHA256Mismatch", message: "The provided 'x-amz-content-sha256' header does not match what was computed."}
)

// payload is the decoded body of a request.
type payload struct {
	body     []byte
	checksum checksum // as the caller declared it and we checked it
	digest   bool     // Content-MD5 or a checksum was there
}

// readPayload reads the body, at most limit bytes of it decoded, and checks it
// against everything that the caller says of it.
func (e *exchange) readPayload(limit int64) (payload, *refusal) {
	c, trailing, f := e.declaredChecksum()
	if f != nil {
		return payload{}, f
	}
	return e.readBody(limit, c, trailing)
}

// readBody is readPayload for a checksum that is already known, or, when it is
// trailing, still to come.
func (e *exchange) readBody(limit int64, c checksum, trailing bool) (p payload, f *refusal) {
	p.checksum = c
	chunked := strings.HasPrefix(e.payloadHash, "STREAMING-")
	if trailing != strings.HasSuffix(e.payloadHash, "-TRAILER") {
		return p, invalidRequest("The x-amz-trailer header and x-amz-content-sha256 do not go together.")
	}
	length := e.r.ContentLength
	if chunked {
		length, f = e.decodedLength()
	} else if length < 0 {
		f = &errNoLength
	}
	if f != nil {
		return p, f
	}
	if length > limit {
		return p, errTooLarge.with("ProposedSize", strconv.FormatInt(length, 10)).with("MaxSizeAllowed", strconv.FormatInt(limit, 10)).
			because("the body has %d bytes, the stand-in takes %d", length, limit)
	}
	var raw io.Reader = http.NoBody
	if e.r.Body != nil {
		raw = e.r.Body
	}
	if chunked {
		r := chunkReader{body: bufio.NewReader(raw), expected: length, trailer: e.field("x-amz-trailer")}
		if strings.HasPrefix(e.payloadHash, signedChunks) {
			r.chain = e.chain
		}
		var trailer string
		if p.body, trailer, f = r.read(); f != nil {
			return p, f
		}
		if trailing {
			p.checksum.value = trailer
		}
	} else {
		var err error
		p.body, err = io.ReadAll(io.LimitReader(raw, length))
		if err != nil || int64(len(p.body)) != length {
			return p, errIncomplete.because("the body has %d bytes, and Content-Length says %d", len(p.body), length)
		}
	}
	return p, e.checkPayload(&p)
}

// decodedLength is the length of a body in aws-chunked encoding.
func (e *exchange) decodedLength() (int64, *refusal) {
	if e.chain == nil && e.payloadHash != unsignedChunksAndTrailer {
		return 0, errSignature.because("the chunks of the body are signed, and the request is not")
	}
	n, err := strconv.ParseInt(e.r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 63)
	if err != nil || n < 0 {
		return 0, &errNoLength
	}
	return n, nil
}

func (e *exchange) checkPayload(p *payload) *refusal {
	if payloadHashForm.MatchString(e.payloadHash) {
		if got := hashHex(p.body); !hmac.Equal([]byte(got), []byte(e.payloadHash)) {
			f := errPayloadHash.with("ClientComputedContentSHA256", e.payloadHash).with("S3ComputedContentSHA256", got)
			return &f
		}
	}
	if values := e.r.Header.Values("Content-Md5"); len(values) > 0 {
		want, err := base64.StdEncoding.DecodeString(values[0])
		got := md5.Sum(p.body)
		if err != nil || len(want) != len(got) {
			return &errInvalidDigest
		}
		if !hmac.Equal(want, got[:]) {
			return &errBadDigest
		}
		p.digest = true
	}
	p.digest = p.digest || p.checksum.algorithm != ""
	return p.checksum.check(p.body)
}
