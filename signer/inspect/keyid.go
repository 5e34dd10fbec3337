package inspect

import (
	"fmt"
	"strings"
)

// findKey looks for the key of the id.
func (a *attempt) findKey() {
	if len(a.members.keyID) == 0 {
		return
	}
	id := a.members.keyID[0]
	a.grants.KeyPairID = strings.Trim(showID(id), `"`)
	if a.d == nil {
		return
	}
	for i, k := range a.d.signing {
		if k.id == id || k.id == "" {
			a.named = &a.d.signing[i]
			return
		}
	}
	a.unknown = len(a.d.signing) > 0
}

func (a *attempt) noKeys() bool { return a.d == nil || len(a.d.signing) == 0 }

// checkKey explains a missing or unknown key id.
func (a *attempt) checkKey() {
	ids := a.members.keyID
	belongs := ""
	if a.fit != nil && a.fit.key.id != "" {
		belongs = fmt.Sprintf("; the signature is by the key %s (%s)", show(a.fit.key.id), a.fit.key.role)
	}
	if len(ids) == 0 || ids[0] == "" {
		a.refuse(KeyIDMissing, "There is no %s%s.", a.part("Key-Pair-Id"), belongs)
		return
	}
	if len(ids) > 1 {
		a.refuse(KeyIDTwice, "%s comes %d times%s.", a.part("Key-Pair-Id"), len(ids), belongs)
	}
	id := ids[0]
	switch like := a.idLike(id); {
	case a.named != nil && a.named.id == id:
	case a.d != nil && a.d.keyGroupID != "" && strings.EqualFold(id, a.d.keyGroupID):
		a.refuse(KeyIDIsGroup, "%s is the id of the key group, not of a public key%s.", a.part("Key-Pair-Id"), belongs)
	case isUUID(id):
		a.refuse(KeyIDIsGroup, "%s is a UUID, as ids of key groups are, not of public keys%s.", a.part("Key-Pair-Id"), belongs)
	case !a.unknown && strings.Trim(id, alphanumeric) == "":
	case like != "":
		a.refuse(KeyIDMangled, "%s is %s, written otherwise.", a.part("Key-Pair-Id"), show(like))
	case strings.Trim(id, alphanumeric) != "":
		a.refuse(KeyIDMalformed, "%s has characters that no id has%s.", a.part("Key-Pair-Id"), belongs)
	case belongs != "":
		a.refuseAt(stageInvalidKey, KeyOfOtherID, "There is no key %s%s.", showID(id), belongs)
	case strings.HasPrefix(id, "APKA"):
		a.refuse(KeyIDLegacy, "%s is that of an account key pair.", a.part("Key-Pair-Id"))
	default:
		a.refuse(KeyIDUnknown, "There is no key %s among the %d of the outputs.", showID(id), len(a.d.signing))
	}
	if a.named != nil && a.named.id == "" {
		a.note(NoteUnknownKeyIDs, "Whether %s is the id of the given key was not checked.", showID(id))
	}
}

// idLike returns the id that is meant by one in other letters, encoded, or with
// something around it.
func (a *attempt) idLike(id string) string {
	if a.noKeys() {
		return ""
	}
	bare := strings.Trim(unescape(id), "\"' \t\r\n")
	for _, k := range a.d.signing {
		if k.id != "" && k.id != id && strings.EqualFold(k.id, bare) {
			return k.id
		}
	}
	return ""
}

func isUUID(s string) bool {
	groups := strings.Split(s, "-")
	if len(groups) != 5 {
		return false
	}
	for i, size := range [5]int{8, 4, 4, 4, 12} {
		if len(groups[i]) != size || strings.Trim(groups[i], digits+"abcdefABCDEF") != "" {
			return false
		}
	}
	return true
}
