package inspect

import (
	"crypto"
	"crypto/fips140"
	"net/netip"
	"strings"
	"time"
)

// attempt is a CloudFront signature on its way through the checks of the edge:
// key, signature, policy, hash, then what the policy says.
//
// All checks are made, whatever the first one finds.
type attempt struct {
	*inspection
	d       *Deployment
	target  target // without the signature
	known   bool   // the target is known
	members members
	cookies bool // the members are cookies
	address netip.Addr

	named     *signingKey // of the key id; nil if there is none
	unknown   bool        // there are keys, and none has the id
	signature []byte      // nil if it cannot be read
	signed    []byte      // what it covers; nil if not known
	policy    policy
	hash      crypto.Hash
	hashKnown bool
	fit       *fit
}

// fit is a key and a text that the signature is of.
type fit struct {
	key     signingKey
	hash    crypto.Hash
	form    form
	changes []fault
	pair    string // of an ambiguous set: which parts belong together
}

// check makes all checks of a request to a private behavior.
func (a *attempt) check() {
	if a.members.empty() {
		a.refuse(Unsigned, "Nothing is signed: there is neither a signature in the query nor a CloudFront cookie.")
		return
	}
	a.readHash()
	a.readPolicy()
	a.readSignature()
	a.findKey()
	a.search()
	a.checkKey()
	a.checkSignature()
	a.checkPolicy()
	a.checkFit()
	a.checkResource()
	a.checkTime()
	a.checkAddress()
}

// part names a member as the request has it.
func (a *attempt) part(name string) string {
	if a.cookies {
		return cookiePrefix + name
	}
	return name
}

// custom tells which kind of policy is sent; none or both is neither.
func (a *attempt) custom() bool { return len(a.members.policy) == 1 && len(a.members.expires) == 0 }
func (a *attempt) canned() bool { return len(a.members.policy) == 0 && len(a.members.expires) == 1 }

// readHash applies the default. A declared hash is one of two words.
//
// https://aws.amazon.com/about-aws/whats-new/2026/04/amazon-cloudfront-sha-256-signed-urls/
func (a *attempt) readHash() {
	a.hash, a.hashKnown = crypto.SHA1, true
	switch h := a.members.hash; {
	case len(h) == 0:
	case len(h) == 1 && h[0] == "SHA1":
	case len(h) == 1 && h[0] == "SHA256":
		a.hash = crypto.SHA256
	case len(h) == 1:
		a.hashKnown = false
		a.refuse(HashUnknown, "%s is %s, want SHA1 or SHA256.", a.part("Hash-Algorithm"), showWord(h[0]))
	default:
		a.hashKnown = false
		a.refuse(HashUnknown, "%s comes %d times.", a.part("Hash-Algorithm"), len(h))
	}
	if a.hashKnown {
		a.grants.Hash = hashName(a.hash)
	}
}

func hashName(h crypto.Hash) string {
	if h == crypto.SHA256 {
		return "SHA-256"
	}
	return "SHA-1"
}

func (a *attempt) readPolicy() {
	switch {
	case a.custom():
		a.grants.Policy = "custom"
		if data, ok := decode(a.members.policy[0]); ok {
			a.signed = data
			a.policy = parsePolicy(data)
		} else {
			a.policy.fault(PolicyEncoding, "%s cannot be decoded.", a.part("Policy"))
		}
		a.grants.Resource = visible(a.policy.resource)
		if a.signed != nil && a.policy.resource == "" {
			a.grants.Resource = "*"
		}
	case a.canned():
		a.grants.Policy = "canned"
		var f fault
		a.policy.until, f = readEpoch(a.part("Expires"), a.members.expires[0])
		if f.code != "" {
			a.policy.faults = append(a.policy.faults, f)
		}
		if a.known {
			a.signed = cannedText(a.target.url(), a.members.expires[0])
			a.grants.Resource = visible(a.target.scheme + "://" + a.target.host + a.target.path)
			if a.target.query != "" {
				a.grants.Resource += "?…"
			}
		}
	}
	if a.policy.until != nil {
		a.grants.Until = time.Unix(*a.policy.until, 0).UTC()
	}
	if a.policy.from != nil {
		a.grants.From = time.Unix(*a.policy.from, 0).UTC()
	}
	a.grants.Address = a.policy.source
}

func (a *attempt) readSignature() {
	if len(a.members.signature) == 1 {
		a.signature, _ = decode(a.members.signature[0])
	}
}

func (a *attempt) checkSignature() {
	name := a.part("Signature")
	switch values := a.members.signature; {
	case len(values) == 0 || len(values) == 1 && values[0] == "":
		a.refuse(SignatureMissing, "There is no %s.", name)
	case len(values) > 1:
		a.refuse(SignatureTwice, "%s comes %d times%s.", name, len(values), a.pair())
	case a.signature == nil && len(values[0])%4 != 0:
		a.refuse(SignatureCut, "%s has %d characters, which is no multiple of four: it was cut, or lost its padding.", name, len(values[0]))
	case a.signature == nil:
		a.refuse(SignatureEncoding, "%s is not in CloudFront's base64.", name)
	}
}

func (a *attempt) checkPolicy() {
	policies, expires := len(a.members.policy), len(a.members.expires)
	switch {
	case policies+expires == 0:
		a.refuse(PolicyMissing, "There is neither %s nor %s.", a.part("Expires"), a.part("Policy"))
	case policies > 0 && expires > 0:
		a.refuse(PolicyAndExpires, "There are both %s and %s%s.", a.part("Expires"), a.part("Policy"), a.pair())
	case policies > 1:
		a.refuse(PolicyTwice, "%s comes %d times%s.", a.part("Policy"), policies, a.pair())
	case expires > 1:
		a.refuse(PolicyTwice, "%s comes %d times%s.", a.part("Expires"), expires, a.pair())
	}
	for _, f := range a.policy.faults {
		a.refuse(f.code, "%s", f.text)
	}
}

// pair goes on a sentence about a part that comes twice.
func (a *attempt) pair() string {
	if a.fit == nil || a.fit.pair == "" {
		return ""
	}
	return "; " + a.fit.pair + " belong together"
}

func (a *attempt) checkResource() {
	switch {
	case !a.custom() || a.policy.resource == "":
	case !a.known:
		a.leaveOpen(NoURL, "Whether the policy covers the request depends on its URL.")
	default:
		if code, but := covers(a.policy.resource, a.target, a.cookies); code != "" {
			a.refuse(code, "The policy is for %s, but %s.", show(a.policy.resource), but)
		}
	}
	if wide(a.policy.resource) && a.custom() && a.signed != nil {
		a.note(NoteWide, "The policy opens every file of every host that trusts the key.")
	}
}

func wide(resource string) bool {
	rest := resource
	if i := strings.Index(resource, "://"); i >= 0 {
		rest = resource[i+len("://"):]
	}
	return strings.Trim(rest, "*/") == ""
}

// near is how close to a bound a difference of clocks is the likelier cause.
const near = 5 * time.Minute

// checkTime: refused from the second of DateLessThan on, and up to and in that
// of DateGreaterThan.
func (a *attempt) checkTime() {
	until, from := a.policy.until, a.policy.from
	if until != nil && from != nil && *from >= *until {
		a.refuse(WindowEmpty, "The policy ends at %s, not after its start at %s.", showTime(a.grants.Until), showTime(a.grants.From))
	}
	if a.at.IsZero() {
		if until != nil {
			a.leaveOpen(NoTime, "Whether the policy holds depends on the time of the request.")
		}
		return
	}
	now := a.at.Unix()
	if until != nil && now >= *until {
		late := a.at.Sub(a.grants.Until)
		a.refuse(Expired, "It expired at %s, %s before the given time.", showTime(a.grants.Until), showSpan(late))
		if late < near {
			a.note(NoteClock, "It expired so shortly ago that a clock may be wrong: the signing machine's if it lives for minutes only, or the one that the time was read from.")
		}
	}
	if from != nil && now <= *from {
		early := a.grants.From.Sub(a.at)
		a.refuse(NotYetValid, "It is valid only after %s, %s after the given time.", showTime(a.grants.From), showSpan(early))
		if early < near {
			a.note(NoteClock, "It begins so soon that the clock of the machine that signs is likely fast.")
		}
	}
}

func (a *attempt) checkAddress() {
	source := a.policy.source
	switch {
	case !source.IsValid():
	case !a.address.IsValid():
		a.leaveOpen(NoAddress, "The policy is for viewers from %s.", source)
	case !source.Contains(a.address.Unmap()):
		hint := ""
		if !a.address.Unmap().Is4() {
			hint = ", which is IPv6"
		}
		a.refuse(AddressOutside, "The policy is for viewers from %s, and the request comes from %s%s.", source, a.address, hint)
	}
}

// checkFit explains a signature that is not of the key and the text that the
// edge checks.
func (a *attempt) checkFit() {
	switch {
	case a.noKeys():
		a.leaveOpen(NoKeys, "The signature was not checked: there is no public key of CloudFront to check it with.")
		return
	case !a.known && a.canned():
		a.leaveOpen(NoURL, "The signature was not checked: a canned policy covers the requested URL.")
		return
	case a.signature == nil || a.signed == nil:
		return
	case a.fit != nil:
		a.explainFit()
		return
	case fips140.Enforced() && a.hash == crypto.SHA1:
		a.leaveOpen(NoSHA1, "The signature was not checked: SHA-1 is not allowed here.")
		return
	case a.named == nil:
		return // the key id is the reason, and nothing more can be said
	}
	made := looksLike(a.signature)
	if made != "" && !strings.HasPrefix(a.named.kind, made) {
		a.refuse(SignatureKind, "The signature is one of %s, and the key %s is %s.", made, show(a.named.id), a.named.kind)
		return
	}
	covered := "the policy"
	if a.canned() {
		covered = showURL(a.target) + " until " + showWord(a.members.expires[0])
	}
	a.refuse(SignatureMismatch, "The signature is not one of the key %s over %s: it was made with another key, or for something else, or was changed.", show(a.named.id), covered)
}

func (a *attempt) explainFit() {
	f := a.fit
	a.grants.KeyRole, a.grants.KeyKind = f.key.role, f.key.kind
	if f.key.role == "retiring" {
		a.note(NoteRetiring, "It is signed with the retiring key %s, which will stop being trusted.", show(f.key.id))
	}
	if a.named != nil && a.named.id != f.key.id {
		a.refuseAt(stageAccessDenied, KeyOfOtherID, "The signature is by the key %s (%s), and %s says %s.", show(f.key.id), f.key.role, a.part("Key-Pair-Id"), show(a.named.id))
	}
	switch {
	case f.hash == a.hash || !a.hashKnown:
	case len(a.members.hash) == 0:
		a.refuse(HashUndeclared, "The signature is made with SHA-256, and without %s CloudFront checks SHA-1.", a.part("Hash-Algorithm"))
	default:
		a.refuse(HashOther, "The signature is made with %s, and %s declares %s.", hashName(f.hash), a.part("Hash-Algorithm"), hashName(a.hash))
	}
	switch f.form {
	case formRaw:
		a.refuse(SignatureRaw, "The signature is right, but written as r and s in a row.")
	case formPSS:
		a.refuse(SignaturePSS, "The signature is right, but padded by PSS.")
	}
	for _, c := range f.changes {
		made := "a canned policy made "
		if c.code == PolicyOtherText {
			made = "the policy "
		}
		a.refuse(c.code, "The signature fits another text than the edge checks: %s%s.", made, f.change(c))
	}
}

// change names one change, and after it the others.
func (f fit) change(first fault) string {
	words := first.text
	for _, c := range f.changes {
		if c != first {
			words += " and " + c.text
		}
	}
	return words
}
