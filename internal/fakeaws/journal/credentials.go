package journal

import (
	"net/http"
	"slices"
	"strings"
)

// credentialParameters are the parameters and, after "CloudFront-", the cookies
// that belong to being let in, secret or not.
var credentialParameters = []string{
	"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm", "token", "dna",
	"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature",
	"X-Amz-Security-Token", "AWSAccessKeyId",
}

// minSecret is the length from which a secret is taken out of rules: shorter ones
// would take words with them.
const minSecret = 8

// credentials names what a request shows, and lists what in it is secret as pairs
// for a [strings.Replacer].
func credentials(r *http.Request) (presented, secrets []string) {
	hide := func(texts ...string) {
		for _, text := range texts {
			if len(text) >= minSecret {
				secrets = append(secrets, text, masked)
			}
		}
	}
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		name, value, _ := strings.Cut(pair, "=")
		for _, known := range credentialParameters {
			if strings.EqualFold(plain(name), known) {
				presented = append(presented, "query "+known)
			}
		}
		if isSecret(pair) {
			hide(value, decode(value), accessKey(decode(value)))
		}
	}
	for _, cookie := range r.Cookies() {
		for _, known := range credentialParameters {
			if cookie.Name == "CloudFront-"+known {
				presented = append(presented, "cookie "+cookie.Name)
			}
		}
		if isSecret(cookie.Name) {
			hide(cookie.Value)
		}
	}
	for _, name := range []string{"Authorization", "X-Amz-Security-Token"} {
		if values := r.Header.Values(name); len(values) > 0 {
			presented = append(presented, "header "+name)
			hide(values...)
			hide(signedWith(values[0])...)
		}
	}
	hide(hiddenPath(r)...)
	if origin := r.Header.Get("Origin"); maskOrigin(origin) != origin {
		hide(origin)
	}
	slices.Sort(presented)
	return slices.Compact(presented), secrets
}

// hiddenPath gives the segments of a path that is masked, as they came and as
// services decode them.
func hiddenPath(r *http.Request) []string {
	path := r.URL.EscapedPath()
	if maskPath(path, isIVS(r.Host)) == path {
		return nil
	}
	decoded := decode(path)
	segments := slices.Concat(strings.Split(path, "/"), strings.Split(decoded, "/"), strings.Split(strings.ReplaceAll(decoded, "+", " "), "/"))
	return slices.DeleteFunc(segments, func(segment string) bool { return segment == "playlist" || segment == "segment" })
}

// accessKey is the first part of a credential, "AKIA…/20260301/eu-central-1/s3/aws4_request".
func accessKey(credential string) string {
	id, _, ok := strings.Cut(credential, "/")
	if !ok {
		return ""
	}
	return id
}

// signedWith gives what is secret in an Authorization header of Signature Version 4.
func signedWith(authorization string) []string {
	var secrets []string
	for field := range strings.FieldsFuncSeq(authorization, func(c rune) bool { return c == ' ' || c == ',' }) {
		if value, ok := strings.CutPrefix(field, "Signature="); ok {
			secrets = append(secrets, value)
		}
		if value, ok := strings.CutPrefix(field, "Credential="); ok {
			secrets = append(secrets, value, accessKey(value))
		}
	}
	return secrets
}
