package inspect

import (
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// maxToken is IVS's limit for a token in bytes.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/service-quotas.html
const maxToken = 2048

// ticket is a token on its way through the checks of IVS.
type ticket struct {
	*inspection
	d       *Deployment
	request Request

	channel string // ARN of the channel that is asked for; "" if not known
	bare    bool   // the token came without a playback URL
}

// Token inspects a playback token, alone or in a playback URL as ?token=. The
// channel asked for is that of the playback URL (or of r.URL); of a token
// alone, it is enough that the stack has the channel.
func (d *Deployment) Token(text string, r Request) *Report {
	text = strings.TrimSpace(text)
	first := d.newTicket(text, r)
	if !strings.Contains(text, "://") {
		first.bare = r.URL == ""
		if r.URL != "" {
			first.enterPlayback(r.URL)
		}
		first.check(text)
		return d.settleToken(first, text, text, r)
	}
	token := ""
	if query, ok := first.enterPlayback(text); ok {
		if token, ok = first.fromQuery(query); ok {
			first.check(token)
		}
	}
	return d.settleToken(first, text, token, r)
}

func (d *Deployment) newTicket(text string, r Request) *ticket {
	in := &inspection{kind: PlaybackToken, at: r.At}
	in.secret(jws.FindAllString(unescape(text), maxSecrets/2)...)
	for _, m := range secretValue.FindAllStringSubmatch(text, maxSecrets/2) {
		if !isNoToken(m[1]) {
			in.secret(m[1])
		}
	}
	if !strings.Contains(text, "://") && !isNoToken(text) {
		in.secret(text)
	}
	return &ticket{inspection: in, d: d, request: r}
}

// jws finds what looks like a token.
var jws = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+`)

// settleToken looks for a good token in text if the one that IVS reads has not
// three parts or another encoding, and goes on with it.
func (d *Deployment) settleToken(first *ticket, text, read string, r Request) *Report {
	plain := unescape(ampersand.ReplaceAllString(text, "&"))
	found := jws.FindString(plain)
	if found == "" || found == read || !slices.ContainsFunc(first.reasons, damaged) {
		return first.report(first.answer())
	}
	second := d.newTicket(text, r)
	second.secret(found)
	if base, _, _ := strings.Cut(plain, "?"); strings.Contains(base, "://") {
		second.enterPlayback(base)
	} else {
		second.bare = first.bare
	}
	second.check(found)
	damage := make([]fault, 0, len(first.reasons))
	for _, f := range first.reasons {
		damage = append(damage, fault{f.Code, f.Text})
	}
	return settle(first.inspection, second.inspection, damage)
}

// damaged tells whether a token may have come to harm on its way.
func damaged(r reason) bool {
	switch r.Code {
	case TokenMissing, TokenDoubled, TokenParts, TokenEncoding, QueryMalformed, QueryEncoded, HTMLEscaped, PlaybackURLUnknown:
		return true
	}
	return false
}

// encodedToken matches a token that has become a part of the path.
var encodedToken = regexp.MustCompile(`(?i)%(?:25)*3Ftoken(=|%(?:25)*3D)`)

// enterPlayback finds the channel of a playback URL and returns the query. ok
// is false if there is nothing to go on with.
func (k *ticket) enterPlayback(raw string) (query string, ok bool) {
	t, ok := cutTarget(raw)
	if !ok {
		k.refuse(URLUnreadable, "%s is not an absolute http or https URL.", show(raw))
		return "", false
	}
	if t.scheme == "http" {
		k.refuseAt(stagePage, PlainHTTP, "Playback is over HTTPS only.")
	}
	if k.d == nil || len(k.d.channels) == 0 {
		k.channel = channelOf(t)
		return t.query, true
	}
	for _, c := range k.d.channels {
		if p, ok := cutTarget(c.PlaybackURL); ok && p.hostname() == t.hostname() && p.path == t.path {
			k.channel = c.ARN
			return t.query, true
		}
	}
	if encodedToken.MatchString(t.path) {
		k.refuseAt(stageChannel, QueryEncoded, "The ? before the token is percent-encoded, so the token is a part of the path.")
		return "", false
	}
	k.refuse(PlaybackURLUnknown, "%s is the playback URL of none of the %d channels of the outputs.", showURL(target{scheme: t.scheme, host: t.host, path: t.path}), len(k.d.channels))
	return t.query, true
}

// channelOf reads the ARN out of a playback URL of the current shape,
// …/api/video/v1/REGION.ACCOUNT.channel.ID.m3u8; "" for any other.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/create-channel-cli.html
func channelOf(t target) string {
	name, ok := strings.CutPrefix(t.path, "/api/video/v1/")
	if !ok {
		return ""
	}
	name = strings.TrimPrefix(name, "aws.ivs.")
	parts := strings.Split(strings.TrimSuffix(name, ".m3u8"), ".")
	if len(parts) != 4 || parts[2] != "channel" {
		return ""
	}
	return "arn:aws:ivs:" + parts[0] + ":" + parts[1] + ":channel/" + parts[3]
}

// fromQuery reads the token parameter as a form.
func (k *ticket) fromQuery(query string) (token string, ok bool) {
	var tokens []string
	malformed := false
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		plainName, err1 := url.QueryUnescape(name)
		plainValue, err2 := url.QueryUnescape(value)
		if strings.Contains(pair, ";") || err1 != nil || err2 != nil {
			malformed = true
			continue
		}
		if plainName == "token" {
			tokens = append(tokens, plainValue)
		}
	}
	switch {
	case malformed && ampersand.MatchString("&"+query):
		k.refuse(HTMLEscaped, "The URL has &amp; for &: it was escaped for HTML and not unescaped.")
	case malformed:
		k.refuse(QueryMalformed, "The query has a part that is not percent-encoded as it must be, or a semicolon.")
	}
	switch len(tokens) {
	case 1:
		return tokens[0], true
	case 0:
		k.refuse(TokenMissing, "The URL has no parameter token.")
	default:
		k.refuse(TokenDoubled, "The URL has %d parameters token.", len(tokens))
	}
	return "", false
}

// check makes all checks that a token allows.
func (k *ticket) check(token string) {
	if !isNoToken(token) {
		k.secret(token)
	}
	if len(token) > maxToken {
		k.refuse(TokenTooLong, "The token has %d bytes, and IVS takes %d.", len(token), maxToken)
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		k.explainParts(token, len(parts))
		return
	}
	k.secret(parts...)
	var decoded [3][]byte
	for i, part := range parts {
		data, ok := decodePart(part)
		if !ok {
			k.refuse(TokenEncoding, "Its %s is not in base64url%s.", [3]string{"header", "payload", "signature"}[i], partHint(part))
		}
		decoded[i] = data
	}
	if decoded[0] != nil {
		k.checkHeader(decoded[0])
	}
	if decoded[1] != nil {
		k.checkPayload(decoded[1])
	}
	if decoded[2] != nil {
		k.checkSignature(parts[0]+"."+parts[1], decoded[2])
	}
}

func (k *ticket) explainParts(token string, n int) {
	switch {
	case token == "":
		k.refuse(TokenMissing, "The token is empty.")
	case isNoToken(token):
		k.refuse(TokenParts, "The token is the word %q: the application had none when it built the URL.", token)
	case strings.Contains(token, "token="):
		k.refuse(TokenDoubled, "There is a second token= inside the token.")
	case strings.Contains(token, "%"):
		k.refuse(TokenEncoding, "The token is percent-encoded more than once.")
	default:
		k.refuse(TokenParts, "The token has %d parts, want three: it was cut, or something was joined to it.", n)
	}
}

// isNoToken tells what JavaScript writes for a token that is not there.
func isNoToken(token string) bool {
	return token == "undefined" || token == "null" || token == "NaN" || token == "[object Object]"
}

// decodePart reads base64url without padding (RFC 7515, section 2).
func decodePart(part string) ([]byte, bool) {
	if part == "" || strings.Trim(part, alphanumeric+"-_") != "" {
		return nil, false
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil {
		return nil, false
	}
	return data, true
}

func partHint(part string) string {
	switch {
	case part == "":
		return ": it is empty"
	case strings.HasSuffix(part, "="):
		return ": it has padding"
	case strings.Contains(part, "%"):
		return ": it is percent-encoded"
	case strings.ContainsAny(part, "+/ "):
		return ": it is in standard base64, or a + became a space"
	case len(part)%4 == 1:
		return ": it was cut"
	}
	return ""
}

func (k *ticket) checkHeader(data []byte) {
	header, ok := parseJSON(data)
	if !ok || header.kind != object {
		k.refuse(TokenHeader, "Its header is not a JSON object.")
		return
	}
	if name, twice := header.doubled(); twice {
		k.refuse(TokenHeader, "Its header has %s twice.", showWord(name))
	}
	switch alg, _ := header.member("alg"); {
	case alg.kind != text:
		k.refuse(TokenAlgorithm, "Its header has no alg, or one that is not a string.")
	case alg.text == "ES256":
		k.refuse(TokenAlgorithm, "It is signed with ES256, the algorithm of P-256 keys; IVS takes ES384.")
	case alg.text != "ES384":
		k.refuse(TokenAlgorithm, "It is signed with %s; IVS takes ES384.", showWord(alg.text))
	}
	if typ, _ := header.member("typ"); typ.kind != text || typ.text != "JWT" {
		k.refuse(TokenType, "Its header has no typ of JWT.")
	}
	for _, name := range header.names {
		if name != "alg" && name != "typ" {
			k.refuse(TokenHeaderMember, "Its header has the member %s.", showWord(name))
		}
	}
}

// checkSignature looks for the key. A token does not name it, so IVS must try
// those of the region.
func (k *ticket) checkSignature(signed string, signature []byte) {
	raw := signature
	if len(signature) != 96 {
		if raw = fromDER(signature); raw == nil {
			k.refuse(TokenSignatureSize, "Its signature has %d bytes, and one of ES384 has 96%s.", len(signature), sizeHint(len(signature)))
			return
		}
		k.refuse(TokenSignatureDER, "Its signature is in ASN.1 DER.")
	}
	if k.d == nil || len(k.d.playback) == 0 {
		k.leaveOpen(NoKeys, "The signature was not checked: there is no playback key to check it with.")
		return
	}
	digest := sha512.Sum384([]byte(signed))
	for _, key := range k.d.playback {
		if !verifyRaw(key.key, digest[:], raw) {
			continue
		}
		k.grants.PlaybackKey, k.grants.KeyRole, k.grants.KeyKind = key.arn, key.role, kindP384
		if key.role == "retiring" {
			k.note(NoteRetiring, "It is signed with the retiring key %s, which will stop being trusted.", show(key.arn))
		}
		return
	}
	which := "does not fit the given key"
	if n := len(k.d.playback); n > 1 || k.d.playback[0].arn != "" {
		which = fmt.Sprintf("fits none of the %d playback keys of the outputs", n)
	}
	k.refuse(TokenKeyUnknown, "Its signature %s: it was made with another key, or the token was changed.", which)
}

// fromDER turns an ASN.1 signature into r‖s, nil if it is none of P-384.
func fromDER(signature []byte) []byte {
	var rs struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(signature, &rs)
	if err != nil || len(rest) > 0 || rs.R.Sign() <= 0 || rs.S.Sign() <= 0 || rs.R.BitLen() > 384 || rs.S.BitLen() > 384 {
		return nil
	}
	raw := make([]byte, 96)
	rs.R.FillBytes(raw[:48])
	rs.S.FillBytes(raw[48:])
	return raw
}

func sizeHint(n int) string {
	switch n {
	case 64:
		return "; 64 are those of ES256"
	case 256:
		return "; 256 are those of RSA"
	case 32:
		return "; 32 are those of HS256"
	}
	return ""
}
