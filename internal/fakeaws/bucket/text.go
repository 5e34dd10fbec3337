package bucket

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// Text is the value of a header in a State. S3 keeps it byte by byte, which JSON
// does for UTF-8 alone: other values are encoded as "base64:…".
type Text string

const base64Prefix = "base64:"

// MarshalText implements encoding.TextMarshaler.
func (t Text) MarshalText() ([]byte, error) {
	if utf8.ValidString(string(t)) && !strings.HasPrefix(string(t), base64Prefix) {
		return []byte(t), nil
	}
	return []byte(base64Prefix + base64.StdEncoding.EncodeToString([]byte(t))), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Text) UnmarshalText(data []byte) error {
	*t = Text(data)
	encoded, ok := strings.CutPrefix(string(data), base64Prefix)
	if !ok {
		return nil
	}
	value, err := base64.StdEncoding.DecodeString(encoded)
	*t = Text(value)
	return err
}
