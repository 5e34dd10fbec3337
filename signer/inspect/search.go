package inspect

import (
	"crypto"
	"fmt"
)

// search looks for a key and a text that the signature is of: what the edge
// checks first, then other keys, hashes and forms, then the texts that people
// sign by mistake.
func (a *attempt) search() {
	if a.noKeys() {
		return
	}
	if a.signature == nil || a.signed == nil {
		a.searchPairs()
		return
	}
	exact := candidate{text: a.signed}
	if a.try(exact, a.signature, true) {
		return
	}
	for _, c := range a.mistakes() {
		if a.try(c, a.signature, false) {
			return
		}
	}
}

func (a *attempt) mistakes() []candidate {
	if a.canned() {
		return cannedMistakes(a.target, a.members.expires[0], a.d)
	}
	return policyMistakes(a.members.policy[0], a.signed, a.target, a.policy)
}

// hashes are the declared one, then the other.
func (a *attempt) hashes() [2]crypto.Hash {
	if a.hash == crypto.SHA256 {
		return [2]crypto.Hash{crypto.SHA256, crypto.SHA1}
	}
	return [2]crypto.Hash{crypto.SHA1, crypto.SHA256}
}

// keys are the named one first.
func (a *attempt) keys() []signingKey {
	if a.named == nil {
		return a.d.signing
	}
	list := []signingKey{*a.named}
	for _, k := range a.d.signing {
		if k.id != a.named.id {
			list = append(list, k)
		}
	}
	return list
}

// try sets a.fit if the signature is one of the candidate. Only the exact text
// is tried with other keys than the named one, and in other forms.
func (a *attempt) try(c candidate, signature []byte, exact bool) bool {
	keys := a.keys()
	if a.named != nil && !exact {
		keys = keys[:1]
	}
	for _, k := range keys {
		for _, h := range a.hashes() {
			if k.verifies(h, c.text, signature) {
				a.fit = &fit{key: k, hash: h, changes: c.changes}
				return true
			}
			if !exact {
				continue
			}
			if form, ok := k.verifiesOtherwise(h, c.text, signature); ok {
				a.fit = &fit{key: k, hash: h, form: form, changes: c.changes}
				return true
			}
		}
	}
	return false
}

// maxPairs bounds the parts of one name that are tried with one another.
const maxPairs = 4

// searchPairs finds which parts of a mixed set belong together.
func (a *attempt) searchPairs() {
	type named struct {
		what string
		text []byte
	}
	var texts []named
	for i, v := range a.members.policy[:min(len(a.members.policy), maxPairs)] {
		if data, ok := decode(v); ok {
			texts = append(texts, named{ordinal(i, len(a.members.policy)) + a.part("Policy"), data})
		}
	}
	for i, v := range a.members.expires[:min(len(a.members.expires), maxPairs)] {
		if a.known {
			texts = append(texts, named{ordinal(i, len(a.members.expires)) + a.part("Expires"), cannedText(a.target.url(), v)})
		}
	}
	for i, v := range a.members.signature[:min(len(a.members.signature), maxPairs)] {
		signature, ok := decode(v)
		if !ok {
			continue
		}
		for _, t := range texts {
			if a.try(candidate{text: t.text}, signature, false) {
				a.fit.pair = ordinal(i, len(a.members.signature)) + a.part("Signature") + " and " + t.what
				return
			}
		}
	}
}

// ordinal counts parts of one name from 1, if there are several.
func ordinal(i, of int) string {
	if of == 1 {
		return "the "
	}
	return fmt.Sprintf("the %d. ", i+1)
}
