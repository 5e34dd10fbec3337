package edge

import (
	"crypto"
	"maps"
	"net/http"
	"slices"
	"time"

	"privateplayback/internal/fakeaws/journal"
)

// mismatch says what is known of a signature that does not verify with the key
// that it names. Trying other keys is for the journal alone.
func (m members) mismatch(r *http.Request, t target, keys map[string]trustedKey, id string, signed, signature []byte) string {
	if !journal.Listens(r.Context()) {
		return ""
	}
	over := "the custom policy that was sent"
	if len(m[memberPolicy]) == 0 {
		over = "the canned policy for " + journal.MaskURL(t.url()) + " until " + m[memberExpires][0]
	}
	why := "Signature is not by key " + id + " over " + over
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
		for _, other := range slices.Sorted(maps.Keys(keys)) {
			if verify(keys[other].PublicKey, hash, signed, signature) {
				return why + ": it is by key " + other + " with " + hash.String()
			}
		}
	}
	return why + ": other bytes were signed, or with a key that the behavior does not trust"
}

func (st statement) kind() string {
	if st.custom {
		return "custom"
	}
	return "canned"
}

// note says what a policy that holds allows.
func (st statement) note(r *http.Request) {
	until := time.Unix(st.expires, 0)
	switch {
	case !st.custom:
		journal.Note(r.Context(), "canned policy is for this URL until ", until)
	case st.resource == "":
		journal.Note(r.Context(), "custom policy covers every URL of the distribution until ", until)
	default:
		journal.Note(r.Context(), "custom policy covers ", journal.URL(st.resource), " until ", until)
	}
	if st.source.IsValid() && journal.Listens(r.Context()) {
		journal.Note(r.Context(), "custom policy is for viewers from ", st.source.String(), ", and this one comes from ", r.RemoteAddr)
	}
}
