package signer

import (
	"crypto"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// ParseToken reads a playback token and returns what it grants, as far as that
// can be read, and what is wrong with it: nil if IVS would accept it at now
// for the region that holds keys, ECDSA P-384 public keys as [ParsePublicKey]
// returns them. With no keys the signature cannot be judged, which is reported
// as a problem.
//
// The error is an [ErrInvalidToken] with a [*TokenError] behind it that lists
// every problem. The token is returned beside it; trust what it says only if
// the error is nil. Whether its origins, its single use and a revocation stand
// against it is decided by the request and not known here.
func ParseToken(token string, keys []crypto.PublicKey, now time.Time) (PlaybackToken, error) {
	if len(token) > maxToken {
		return PlaybackToken{}, fmt.Errorf("parsing token: %w", problems([]string{fmt.Sprintf("it has %d bytes, IVS takes %d", len(token), maxToken)}))
	}
	parser := jwt.NewParser(jwt.WithJSONNumber(), jwt.WithStrictDecoding())
	parsed, parts, err := parser.ParseUnverified(token, jwt.MapClaims{})
	if err != nil && !errors.Is(err, jwt.ErrTokenUnverifiable) { // that is a foreign alg, told below
		return PlaybackToken{}, fmt.Errorf("parsing token: %w", problems([]string{unreadable(token)}))
	}
	var list []string
	if problem := checkSignature(parsed, parser, parts, keys); problem != "" {
		list = append(list, problem)
	}
	t, wrong := readClaims(parsed.Claims.(jwt.MapClaims))
	list = append(list, wrong...)
	list = append(list, t.problemsAt(now)...)
	if err := problems(list); err != nil {
		return t, fmt.Errorf("parsing token: %w", err)
	}
	return t, nil
}

// unreadable says why a token cannot be read. The library's own words may hold
// parts of it.
func unreadable(token string) string {
	if n := strings.Count(token, ".") + 1; n != 3 {
		return fmt.Sprintf("it has %d parts, want 3", n)
	}
	return "it is not the base64url of two JSON objects and a signature, without padding"
}

func checkSignature(t *jwt.Token, parser *jwt.Parser, parts []string, keys []crypto.PublicKey) string {
	if alg, _ := t.Header["alg"].(string); alg != "ES384" {
		return fmt.Sprintf("algorithm %.20q, want ES384", alg)
	}
	signature, err := parser.DecodeSegment(parts[2])
	switch {
	case err != nil || len(signature) != 96:
		return fmt.Sprintf("signature of %d bytes, want r and s of 48 each", len(signature))
	case len(keys) == 0:
		return "no public key given to check the signature with"
	}
	for _, key := range keys {
		own, ok := key.(*ecdsa.PublicKey)
		if ok && keyKind(own) == kindP384 && jwt.SigningMethodES384.Verify(parts[0]+"."+parts[1], signature, own) == nil {
			return ""
		}
	}
	return fmt.Sprintf("signature verifies with none of %d public keys", len(keys))
}

// readClaims turns claims into a token, and reports those of a wrong type or
// name; the rules of their values are for problemsAt. Claims of others, such as
// iat, are passed over: IVS documents no refusal of them.
func readClaims(c jwt.MapClaims) (PlaybackToken, []string) {
	r := claimReader{claims: c}
	var t PlaybackToken
	t.ChannelARN = r.text("aws:channel-arn")
	if n := r.number("exp"); n != 0 {
		t.Expires = time.Unix(n, 0)
	}
	if origins := r.text("aws:access-control-allow-origin"); origins != "" {
		t.AllowOrigins = strings.Split(origins, ",")
	}
	t.StrictOrigin = r.flag("aws:strict-origin-enforcement")
	t.SingleUseID = r.text("aws:single-use-uuid")
	t.ViewerID = r.text("aws:viewer-id")
	t.ViewerSessionVersion = r.number("aws:viewer-session-version")
	t.MaxResolution = Resolution(r.text("aws:maximum-resolution"))
	t.AdsOptOut = r.flag("aws:ads-opt-out")
	t.AdsPlayerParams = r.texts("aws:ads-player-params")
	t.AdsPlaybackConfig = r.text("aws:ads-playback-config-name")
	t.AdsReporting = AdsReporting(r.text("aws:ads-reporting-mode"))
	for _, name := range slices.Sorted(maps.Keys(c)) {
		switch {
		case slices.Contains(r.read, name):
		case slices.Contains(r.read, "aws:"+name):
			r.wrong = append(r.wrong, fmt.Sprintf("claim %q lacks its prefix, write %q", name, "aws:"+name))
		case strings.HasPrefix(name, "aws:"):
			r.wrong = append(r.wrong, fmt.Sprintf("claim %q is not one of IVS", name))
		}
	}
	return t, r.wrong
}

// claimReader reads claims by type and collects what is wrong with them.
type claimReader struct {
	claims jwt.MapClaims
	read   []string
	wrong  []string
}

func (r *claimReader) value(name string) (any, bool) {
	r.read = append(r.read, name)
	v, ok := r.claims[name]
	return v, ok
}

func (r *claimReader) mismatch(name string, v any, want string) {
	r.wrong = append(r.wrong, fmt.Sprintf("claim %q is %s, want %s", name, jsonType(v), want))
}

func (r *claimReader) text(name string) string {
	v, ok := r.value(name)
	s, isText := v.(string)
	if ok && !isText {
		r.mismatch(name, v, "a string")
	}
	return s
}

func (r *claimReader) flag(name string) bool {
	v, ok := r.value(name)
	b, isBool := v.(bool)
	if ok && !isBool {
		r.mismatch(name, v, "true or false")
	}
	return b
}

func (r *claimReader) number(name string) int64 {
	v, ok := r.value(name)
	n, isNumber := v.(json.Number)
	if ok && !isNumber {
		r.mismatch(name, v, "a number")
	}
	if !isNumber {
		return 0
	}
	i, err := n.Int64()
	if err != nil {
		r.wrong = append(r.wrong, fmt.Sprintf("claim %q is not an integer of 64 bits", name))
	}
	return i
}

func (r *claimReader) texts(name string) map[string]string {
	v, ok := r.value(name)
	if !ok {
		return nil
	}
	members, isObject := v.(map[string]any)
	texts := make(map[string]string, len(members))
	for k, member := range members {
		s, isText := member.(string)
		isObject = isObject && isText
		texts[k] = s
	}
	if !isObject {
		r.mismatch(name, v, "an object of strings")
	}
	return texts
}

func jsonType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case []any:
		return "an array"
	default:
		return "an object"
	}
}
