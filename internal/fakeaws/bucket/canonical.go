package bucket

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The canonical request and the signature of Signature Version 4, after
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
// S3 encodes the path once and does not normalize it.

// canonicalRequest gives the text that the caller hashed; false: the request
// cannot have been signed as it is.
func canonicalRequest(r *http.Request, signedHeaders []string, payloadHash string) (string, bool) {
	path, err := url.PathUnescape(r.URL.EscapedPath())
	if err != nil {
		return "", false
	}
	if path == "" {
		path = "/"
	}
	query, ok := canonicalQuery(r.URL.RawQuery)
	if !ok {
		return "", false
	}
	var b strings.Builder
	b.WriteString(r.Method + "\n" + strings.ReplaceAll(uriEncode(path), "%2F", "/") + "\n" + query + "\n")
	for _, name := range signedHeaders {
		value, ok := headerValue(r, name)
		if !ok {
			return "", false
		}
		b.WriteString(name + ":" + value + "\n")
	}
	b.WriteString("\n" + strings.Join(signedHeaders, ";") + "\n" + payloadHash)
	return b.String(), true
}

// canonicalQuery sorts the parameters by their encoded names and values.
func canonicalQuery(raw string) (string, bool) {
	type pair struct{ name, value string }
	var pairs []pair
	for item := range strings.SplitSeq(raw, "&") {
		if item == "" {
			continue
		}
		name, value, _ := strings.Cut(item, "=")
		n, err1 := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(value)
		// What url.Values would drop must not be signed either.
		if err1 != nil || err2 != nil || strings.Contains(item, ";") {
			return "", false
		}
		if n != "X-Amz-Signature" {
			pairs = append(pairs, pair{uriEncode(n), uriEncode(v)})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.value, b.value))
	})
	var out []string
	for _, p := range pairs {
		out = append(out, p.name+"="+p.value)
	}
	return strings.Join(out, "&"), true
}

// headerValue gives a header as it is signed. Some of them net/http keeps
// outside of the header map.
func headerValue(r *http.Request, name string) (string, bool) {
	values := r.Header.Values(name)
	switch {
	case name == "host":
		values = []string{r.Host}
	case name == "content-length" && len(values) == 0 && r.ContentLength >= 0:
		values = []string{strconv.FormatInt(r.ContentLength, 10)}
	case name == "transfer-encoding" && len(values) == 0:
		values = r.TransferEncoding
	}
	var out []string
	for _, v := range values {
		out = append(out, strings.Join(strings.Fields(v), " "))
	}
	return strings.Join(out, ","), len(out) > 0
}

// uriEncode is percent-encoding of all but RFC 3986's unreserved characters.
func uriEncode(s string) string {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; strings.IndexByte(unreserved, c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// chain signs a request and then, one after the other, the chunks of its body.
type chain struct {
	key         []byte
	date, scope string
	last        string // the signature before
}

func newChain(secret string, c claim) *chain {
	key := []byte("AWS4" + secret)
	for _, part := range []string{c.day, c.region, c.service, c.terminator} {
		key = hmacSHA256(key, part)
	}
	return &chain{key: key, date: c.at.UTC().Format(amzDateFormat), scope: c.scope()}
}

// request gives the signature of a canonical request.
func (c *chain) request(canonical string) string {
	return c.sign(signatureAlgorithm, hashHex([]byte(canonical)))
}

// chunk gives the signature of the next chunk.
func (c *chain) chunk(data []byte) string {
	return c.sign(signatureAlgorithm+"-PAYLOAD", c.last, hashHex(nil), hashHex(data))
}

// trailer gives the signature of the trailing headers.
func (c *chain) trailer(lines string) string {
	return c.sign(signatureAlgorithm+"-TRAILER", c.last, hashHex([]byte(lines)))
}

func (c *chain) sign(algorithm string, rest ...string) string {
	text := strings.Join(append([]string{algorithm, c.date, c.scope}, rest...), "\n")
	c.last = hex.EncodeToString(hmacSHA256(c.key, text))
	return c.last
}

func hmacSHA256(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hashHex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
