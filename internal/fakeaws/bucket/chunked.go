package bucket

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// minChunk is the least size of a chunk that another one follows.
const minChunk = 8192

var (
	errIncomplete = refusal{status: http.StatusBadRequest, code: "IncompleteBody", message: "The request body terminated unexpectedly"}
	errChunkSize  = refusal{status: http.StatusForbidden, code: "InvalidChunkSizeError", message: "Only the last chunk is allowed to have a size less than 8192 bytes"}
	errTrailer    = refusal{status: http.StatusBadRequest, code: "MalformedTrailerError", message: "The request contained trailing data that was not well-formed or did not conform to our published schema."}
)

// chunkReader decodes the body of an upload in aws-chunked encoding, after
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html:
//
//	HEX-SIZE[;chunk-signature=HEX] CRLF data CRLF, the last one of size 0 without data
//	[name:value CRLF [x-amz-trailer-signature:HEX CRLF]] CRLF
type chunkReader struct {
	body     *bufio.Reader
	chain    *chain // nil: chunks are not signed
	trailer  string // the name of the one trailing header, or ""
	expected int64  // x-amz-decoded-content-length
}

// read gives the decoded body and the value of the trailing header.
func (c *chunkReader) read() (data []byte, trailer string, f *refusal) {
	var out bytes.Buffer
	small := false
	for {
		size, f := c.header(c.expected - int64(out.Len()))
		if f != nil {
			return nil, "", f
		}
		if size.n == 0 {
			if c.chain != nil && !c.signed(nil, size.signature) {
				return nil, "", errSignature.because("the signature of the last chunk does not follow from the one before it")
			}
			break
		}
		if small {
			return nil, "", errChunkSize.because("the chunk before the one that begins at byte %d has less than %d bytes", out.Len(), minChunk)
		}
		small = size.n < minChunk
		from := out.Len()
		if _, err := io.CopyN(&out, c.body, size.n); err != nil || c.line() != "\r\n" {
			return nil, "", errIncomplete.because("the body ends within a chunk, or the chunk is longer than it says")
		}
		if c.chain != nil && !c.signed(out.Bytes()[from:], size.signature) {
			return nil, "", errSignature.because("the signature of the chunk that ends at byte %d does not follow from the one before it", out.Len())
		}
	}
	if int64(out.Len()) != c.expected {
		return nil, "", errIncomplete.because("the chunks hold %d bytes, and X-Amz-Decoded-Content-Length says %d", out.Len(), c.expected)
	}
	trailer, f = c.end()
	return out.Bytes(), trailer, f
}

type chunkHeader struct {
	n         int64
	signature string
}

// header reads the line before a chunk, which may have up to most bytes.
func (c *chunkReader) header(most int64) (chunkHeader, *refusal) {
	line, ok := strings.CutSuffix(c.line(), "\r\n")
	digits, extension, _ := strings.Cut(line, ";")
	n, err := strconv.ParseUint(digits, 16, 31)
	signature, signed := strings.CutPrefix(extension, "chunk-signature=")
	if !ok || err != nil || int64(n) > most || signed != (c.chain != nil) || !signed && extension != "" {
		return chunkHeader{}, errIncomplete.because("the line before a chunk does not give its size, at most %d bytes, and its signature", most)
	}
	return chunkHeader{int64(n), signature}, nil
}

func (c *chunkReader) signed(data []byte, signature string) bool {
	return hmac.Equal([]byte(c.chain.chunk(data)), []byte(signature))
}

// end reads what follows the last chunk.
func (c *chunkReader) end() (string, *refusal) {
	value := ""
	if c.trailer != "" {
		line, ok := strings.CutSuffix(c.line(), "\r\n")
		name, v, _ := strings.Cut(line, ":")
		if value = strings.TrimSpace(v); !ok || !strings.EqualFold(strings.TrimSpace(name), c.trailer) {
			return "", &errTrailer
		}
		if c.chain != nil {
			line, _ := strings.CutSuffix(c.line(), "\r\n")
			signature, ok := strings.CutPrefix(line, "x-amz-trailer-signature:")
			if !ok {
				return "", &errTrailer
			}
			if !hmac.Equal([]byte(c.chain.trailer(strings.ToLower(c.trailer)+":"+value+"\n")), []byte(strings.TrimSpace(signature))) {
				return "", errSignature.because("the signature of the trailer does not follow from that of the last chunk")
			}
		}
	}
	if c.line() != "\r\n" {
		return "", &errTrailer
	}
	if _, err := c.body.ReadByte(); err != io.EOF {
		return "", &errTrailer
	}
	return value, nil
}

// line reads a line with its end, or "" when it is longer than any may be.
func (c *chunkReader) line() string {
	line, err := c.body.ReadSlice('\n')
	if err != nil {
		return ""
	}
	return string(line)
}
