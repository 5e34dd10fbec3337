//lint:file-ignore ST1005 an error begins with the name that the parameter or the member has

package edge

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha1" // the default hash of signed URLs
	_ "crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

// authorize checks the signature of a request to a private behavior. t is the
// request's URL without the signature, which is in fromURL; cookies are looked
// at only if fromURL is empty. It returns nil for an authorized viewer.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-signed-urls-cookies.html
func (s *Service) authorize(r *http.Request, t target, fromURL members, keys map[string]trustedKey) *refusal {
	m, carrier := fromURL, "URL"
	if len(m) == 0 {
		m, _ = splitCookies(r.Header)
		carrier = "cookies"
	}
	id, f := m.keyID(carrier, keys)
	if f != nil {
		return f
	}
	key := keys[id]
	if n := len(m[memberSignature]); n != 1 {
		return malformedSignature(fmt.Sprintf("Signature is %d times in the %s, not once", n, carrier))
	}
	signature, err := decodeBase64(m[memberSignature][0])
	if err != nil {
		return malformedSignature("Signature is " + err.Error())
	}
	st, signed, err := m.statement(t)
	if err != nil {
		return malformedPolicy(err.Error())
	}
	hash, err := m.hash()
	if err != nil {
		return accessDenied(err.Error())
	}
	if !s.verified.verify(key.PublicKey, hash, signed, signature) {
		return accessDenied(m.mismatch(r, t, keys, id, signed, signature))
	}
	journal.Note(r.Context(), "key ", id, " is in key group ", key.group, " of that behavior, and made the signature in the ", carrier)
	if st.resource != "" && !covers(st.resource, t, carrier == "cookies") {
		why := "custom policy covers " + journal.MaskURL(st.resource) + ", which does not cover " + journal.MaskURL(t.url())
		if covers(st.resource, t, false) {
			why += ": in cookies no wildcard stands for the protocol"
		}
		return accessDenied(why)
	}
	if why := st.violation(s.now(), r.RemoteAddr); why != "" {
		return accessDenied(why)
	}
	st.note(r)
	return nil
}

// keyID returns the one key that the signature names, which is among keys.
func (m members) keyID(carrier string, keys map[string]trustedKey) (string, *refusal) {
	ids := m[memberKeyPairID]
	switch {
	case len(m) == 0:
		return "", missingKey("that behavior trusts key groups, and neither URL nor cookies hold any part of a signature")
	case len(ids) == 0 || ids[0] == "":
		return "", missingKey("there are parts of a signature in the " + carrier + ", and no Key-Pair-Id")
	}
	if _, ok := keys[ids[0]]; !ok {
		return "", invalidKey(fmt.Sprintf("Key-Pair-Id %.40q is in no key group that the behavior trusts; it takes %s",
			ids[0], strings.Join(slices.Sorted(maps.Keys(keys)), ", ")))
	}
	if len(ids) > 1 {
		return "", invalidKey("Key-Pair-Id is " + strconv.Itoa(len(ids)) + " times in the " + carrier)
	}
	return ids[0], nil
}

// statement returns the policy of the signature, and the bytes that were
// signed: the sent ones of a custom policy, rebuilt ones for a canned policy.
func (m members) statement(t target) (statement, []byte, error) {
	policies, expires := m[memberPolicy], m[memberExpires]
	if len(policies)+len(expires) != 1 {
		return statement{}, nil, fmt.Errorf("Policy is there %d times and Expires %d times, and a signature has one of them, once",
			len(policies), len(expires))
	}
	if len(policies) == 1 {
		sent, err := decodeBase64(policies[0])
		if err != nil {
			return statement{}, nil, fmt.Errorf("Policy is %v", err)
		}
		st, err := parsePolicy(sent)
		st.custom = true
		return st, sent, err
	}
	until, err := parseEpoch(expires[0])
	if err != nil {
		err = fmt.Errorf("Expires is not a date: %v", err)
	}
	return statement{expires: until}, cannedPolicy(t.url(), expires[0]), err
}

// hash returns the declared hash; SHA-1 if none is.
//
// https://aws.amazon.com/about-aws/whats-new/2026/04/amazon-cloudfront-sha-256-signed-urls/
func (m members) hash() (crypto.Hash, error) {
	switch names := m[memberHash]; {
	case len(names) == 0:
		return crypto.SHA1, nil
	case len(names) > 1:
		return 0, fmt.Errorf("Hash-Algorithm is there %d times", len(names))
	case names[0] == "SHA1":
		return crypto.SHA1, nil
	case names[0] == "SHA256":
		return crypto.SHA256, nil
	default:
		return 0, fmt.Errorf("Hash-Algorithm %.20q is neither SHA1 nor SHA256", names[0])
	}
}

// verify checks RSASSA-PKCS1-v1_5 (RFC 8017) or ECDSA in ASN.1 DER.
func verify(key crypto.PublicKey, hash crypto.Hash, message, signature []byte) bool {
	h := hash.New()
	h.Write(message)
	digest := h.Sum(nil)
	switch k := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(k, hash, digest, signature) == nil
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(k, digest, signature)
	}
	return false
}

// violation says which of dates and source address does not hold; "" if all do.
// The upper bound is exclusive (assumption signature.last-second); the lower one
// too, as documented: denied on or before it.
func (st statement) violation(now time.Time, remoteAddr string) string {
	second := now.Unix()
	if second >= st.expires {
		return st.kind() + " policy expired " + journal.Time(time.Unix(st.expires, 0)) + ", and it is " + journal.Time(now)
	}
	if st.notBefore != nil && second <= *st.notBefore {
		return "custom policy begins after " + journal.Time(time.Unix(*st.notBefore, 0)) + ", and it is " + journal.Time(now)
	}
	if !st.source.IsValid() {
		return ""
	}
	viewer, err := netip.ParseAddrPort(remoteAddr)
	if err != nil || !st.source.Contains(viewer.Addr().Unmap()) {
		return "custom policy is for viewers from " + st.source.String() + ", and this one comes from " + remoteAddr
	}
	return ""
}
