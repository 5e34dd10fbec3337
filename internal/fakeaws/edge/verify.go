package edge

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha1" // the default hash of signed URLs
	_ "crypto/sha256"
	"net/http"
	"net/netip"
	"time"
)

// authorize checks the signature of a request to a private behavior. t is the
// request's URL without the signature, which is in fromURL; cookies are looked
// at only if fromURL is empty. It returns nil for an authorized viewer.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-choosing-signed-urls-cookies.html
func (s *Service) authorize(r *http.Request, t target, fromURL members, keys map[string]crypto.PublicKey) *refusal {
	m, fromCookies := fromURL, false
	if len(m) == 0 {
		m, _ = splitCookies(r.Header)
		fromCookies = true
	}
	ids := m[memberKeyPairID]
	if len(ids) == 0 || ids[0] == "" {
		return missingKey()
	}
	key, ok := keys[ids[0]]
	if !ok || len(ids) > 1 {
		return invalidKey()
	}
	if len(m[memberSignature]) != 1 {
		return malformedSignature()
	}
	signature, err := decodeBase64(m[memberSignature][0])
	if err != nil {
		return malformedSignature()
	}
	st, signed, err := m.statement(t)
	if err != nil {
		return malformedPolicy()
	}
	hash, ok := m.hash()
	if !ok || !s.verified.verify(key, hash, signed, signature) {
		return accessDenied()
	}
	custom := len(m[memberPolicy]) > 0
	if custom && st.resource != "" && !covers(st.resource, t, fromCookies) {
		return accessDenied()
	}
	if !st.holds(s.now(), r.RemoteAddr) {
		return accessDenied()
	}
	return nil
}

// statement returns the policy of the signature, and the bytes that were
// signed: the sent ones of a custom policy, rebuilt ones for a canned policy.
func (m members) statement(t target) (statement, []byte, error) {
	policies, expires := m[memberPolicy], m[memberExpires]
	if len(policies)+len(expires) != 1 {
		return statement{}, nil, errPolicy
	}
	if len(policies) == 1 {
		sent, err := decodeBase64(policies[0])
		if err != nil {
			return statement{}, nil, err
		}
		st, err := parsePolicy(sent)
		return st, sent, err
	}
	until, err := parseEpoch(expires[0])
	return statement{expires: until}, cannedPolicy(t.url(), expires[0]), err
}

// hash returns the declared hash; SHA-1 if none is.
//
// https://aws.amazon.com/about-aws/whats-new/2026/04/amazon-cloudfront-sha-256-signed-urls/
func (m members) hash() (crypto.Hash, bool) {
	switch names := m[memberHash]; {
	case len(names) == 0:
		return crypto.SHA1, true
	case len(names) > 1:
		return 0, false
	case names[0] == "SHA1":
		return crypto.SHA1, true
	case names[0] == "SHA256":
		return crypto.SHA256, true
	}
	return 0, false
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

// holds checks dates and source address. The upper bound is exclusive; the
// lower one too, as documented: denied on or before it.
func (st statement) holds(now time.Time, remoteAddr string) bool {
	second := now.Unix()
	if second >= st.expires || st.notBefore != nil && second <= *st.notBefore {
		return false
	}
	if !st.source.IsValid() {
		return true
	}
	viewer, err := netip.ParseAddrPort(remoteAddr)
	return err == nil && st.source.Contains(viewer.Addr().Unmap())
}
