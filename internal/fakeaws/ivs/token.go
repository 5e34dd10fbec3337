package ivs

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxTokenSize is the documented 2 KB, in bytes.
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html
const maxTokenSize = 2048

// signatureSize is that of an ES384 signature: r and s, 48 bytes each (RFC
// 7518, section 3.4).
const signatureSize = 96

// token is a playback token that has the right form. Nothing of it is to be
// believed before verify.
type token struct {
	signed    string // header and payload as they were signed
	payload   []byte
	signature []byte // r‖s, signatureSize bytes
}

// parseToken reads the compact form (RFC 7515, section 7.1)
//
//	base64url({"alg":"ES384","typ":"JWT"}) . base64url(payload) . base64url(r‖s)
//
// and takes no other header: no other algorithm, no further member.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-generate-tokens.html
func parseToken(text string) (token, *refusal) {
	if len(text) > maxTokenSize {
		return token{}, tokenRefusal("token is longer than 2048 bytes").because("it has %d", len(text))
	}
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return token{}, tokenRefusal("token contains an invalid number of segments").because("it has %d parts between dots, a JWT has 3", len(parts))
	}
	var decoded [3][]byte
	for i, part := range parts {
		b, ok := decodeSegment(part)
		if !ok {
			return token{}, tokenRefusal("token has a malformed segment").because("the %s is not base64url without padding", [3]string{"header", "payload", "signature"}[i])
		}
		decoded[i] = b
	}
	header, ok := strictObject(decoded[0])
	if !ok {
		return token{}, tokenRefusal("token header is not a JSON object").because("or it has a member twice, or is not UTF-8")
	}
	if alg, ok := jsonString(header["alg"]); !ok || alg != "ES384" {
		return token{}, tokenRefusal("token signing method is not ES384").because("alg of the header must be \"ES384\" in these letters")
	}
	if typ, ok := jsonString(header["typ"]); !ok || typ != "JWT" {
		return token{}, tokenRefusal("token type is not JWT").because("typ of the header must be \"JWT\" in these letters")
	}
	if len(header) != 2 {
		return token{}, tokenRefusal("token header has an unknown member").because("the header takes alg and typ alone")
	}
	if len(decoded[2]) != signatureSize {
		return token{}, tokenRefusal("token signature is invalid").because("it has %d bytes; ES384 has r and s of 48 bytes each", len(decoded[2]))
	}
	return token{signed: parts[0] + "." + parts[1], payload: decoded[1], signature: decoded[2]}, nil
}

// verify tells whether the token was signed with the private half of public.
func (t token) verify(public *ecdsa.PublicKey) bool {
	digest := sha512.Sum384([]byte(t.signed))
	r := new(big.Int).SetBytes(t.signature[:signatureSize/2])
	s := new(big.Int).SetBytes(t.signature[signatureSize/2:])
	return ecdsa.Verify(public, digest[:], r, s)
}

var segmentPattern = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// decodeSegment decodes base64url without padding. The decoder alone would
// skip line breaks.
func decodeSegment(text string) ([]byte, bool) {
	if !segmentPattern.MatchString(text) {
		return nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return b, err == nil
}

// strictObject reads one JSON object whose member names differ, in UTF-8, with
// nothing after it. Names keep their case.
func strictObject(data []byte) (map[string]json.RawMessage, bool) {
	if !utf8.Valid(data) {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	members := map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		name, isString := t.(string)
		if err != nil || !isString {
			return nil, false
		}
		if _, twice := members[name]; twice {
			return nil, false
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, false
		}
		members[name] = value
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return nil, false
	}
	_, err := d.Token()
	return members, err == io.EOF
}

// jsonString reads a JSON string; null is none.
func jsonString(raw json.RawMessage) (string, bool) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}
