package inspect

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// coding is CloudFront's base64: the standard one with "-", "_" and "~" for
// "+", "=" and "/".
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-linux-openssl.html
func coding() *base64.Encoding {
	return base64.NewEncoding(upper + lower + digits + "-~").WithPadding('_').Strict()
}

// decode reads a Policy or Signature.
func decode(value string) ([]byte, bool) {
	if value == "" || strings.ContainsAny(value, "\r\n") { // the decoder skips line ends
		return nil, false
	}
	data, err := coding().DecodeString(value)
	if err != nil {
		return nil, false
	}
	return data, true
}

// mend undoes what commonly happens to a Policy or Signature on its way, and
// names it. code is "" when nothing was done.
func mend(value string) (mended string, codes []Code) {
	if _, ok := decode(value); ok {
		return value, nil
	}
	if plain := unescape(value); plain != value {
		value, codes = plain, append(codes, ValuePercentEncoded)
	}
	if bare := strings.Trim(value, "\"' \t\r\n"); bare != value {
		value, codes = bare, append(codes, ValueQuoted)
	}
	if strings.ContainsAny(value, "+=/ ") {
		// A space is a "+" that was read as a form.
		value = strings.NewReplacer("+", "-", " ", "-", "=", "_", "/", "~").Replace(value)
		codes = append(codes, ValueBase64Standard)
	}
	if _, ok := decode(value); ok {
		return value, codes
	}
	// What has become padding above may have been a "/" of base64url.
	raw := strings.TrimRight(value, "_")
	for _, text := range []string{value, raw} {
		if data, err := base64.RawURLEncoding.Strict().DecodeString(text); err == nil && len(data) > 0 && !strings.ContainsAny(text, "\r\n") {
			return coding().EncodeToString(data), append(codes, ValueBase64URL)
		}
	}
	return value, codes
}

// unescape undoes percent-encoding, up to three layers of it.
func unescape(value string) string {
	for range 3 {
		if !strings.Contains(value, "%") {
			break
		}
		plain, err := url.PathUnescape(value)
		if err != nil {
			break
		}
		value = plain
	}
	return value
}
