package bucket

import (
	"fmt"
	"slices"
	"strings"
)

// request is what a policy is asked about.
type request struct {
	caller   caller
	action   string            // lower case: "s3:getobject"
	resource string            // ARN
	keys     map[string]string // condition keys, lower case
}

// misses gives the element of the statement that does not cover the request,
// "" if every one does. A condition that does not hold is named by its key.
func (st statement) misses(q request) (element, key string) {
	switch {
	case !st.concerns(q.caller):
		return "Principal", ""
	case slices.ContainsFunc(st.actions, func(p string) bool { return matchPattern(p, q.action) }) == st.notAction:
		return "Action", ""
	case slices.ContainsFunc(st.resources, func(p string) bool { return matchPattern(p, q.resource) }) == st.notResource:
		return "Resource", ""
	}
	for _, c := range st.conditions {
		if !c.holds(q.keys) {
			return "Condition", c.name
		}
	}
	return "", ""
}

// ground is why a decision is what it is.
type ground int

const (
	noStatement  ground = iota // allows
	denied                     // by an explicit Deny
	granted                    // by an Allow
	ownerGranted               // by the identity policy of the owner's principal
	restricted                 // by RestrictPublicBuckets, against an Allow
)

// decision is the answer to a request, with what decided.
type decision struct {
	allowed bool
	ground  ground
	number  int // of the statement that decided, from 1

	request request
	policy  *policy // nil: none
}

// decide decides a request: an explicit Deny, then an Allow, then
// RestrictPublicBuckets. owner is the account of the bucket. To its own
// principals who sign, an identity policy allows what is not denied here.
func (b settings) decide(q request, owner string) decision {
	d := decision{request: q, policy: b.policy, allowed: q.caller.owner}
	if d.allowed {
		d.ground = ownerGranted
	}
	if b.policy == nil {
		return d
	}
	fixed := false
	for i, st := range b.policy.statements {
		if element, _ := st.misses(q); element != "" {
			continue
		}
		if st.deny {
			d.allowed, d.ground, d.number = false, denied, i+1
			return d
		}
		if d.number == 0 {
			d.allowed, d.ground, d.number = true, granted, i+1
		}
		fixed = fixed || !st.public()
	}
	if d.allowed && b.block != nil && b.block.RestrictPublicBuckets && b.policy.public && !q.caller.unrestricted(owner, fixed) {
		d.allowed, d.ground = false, restricted
	}
	return d
}

// unrestricted reports whether RestrictPublicBuckets spares the caller; fixed
// is whether a statement that is not public grants to it.
func (c caller) unrestricted(owner string, fixed bool) bool {
	switch c.kind {
	case serviceCaller:
		return true
	case accountCaller:
		return c.account == owner
	case originIdentity:
		return fixed
	}
	return false
}

// why says what decided, for the journal.
func (d decision) why() string {
	asked := actionName(d.request.action) + " on " + d.request.resource + " to " + d.request.caller.String()
	switch d.ground {
	case denied:
		return "explicit Deny in " + d.policy.label(d.number) + d.policy.statements[d.number-1].conditionKeys()
	case granted:
		return "bucket policy " + d.policy.label(d.number) + " allows " + asked
	case ownerGranted:
		return "the identity policy of the owner's principal allows " + asked
	case restricted:
		return "RestrictPublicBuckets: the bucket policy is public, so what " + d.policy.label(d.number) + " allows is for the owner's account and AWS services only, not for " + d.request.caller.String()
	}
	if d.policy == nil {
		return "there is no bucket policy, so nothing allows " + asked
	}
	return "no statement allows " + asked + d.policy.nearest(d.request)
}

// nearest says of each Allow what of it does not cover the request.
func (p *policy) nearest(q request) string {
	var misses []string
	for i, st := range p.statements {
		if st.deny {
			continue
		}
		switch element, key := st.misses(q); element {
		case "Condition":
			misses = append(misses, p.label(i+1)+" has a Condition on "+key+" that does not hold")
		default:
			misses = append(misses, p.label(i+1)+" has another "+element)
		}
	}
	if len(misses) == 0 {
		return ": there is no Allow"
	}
	return ": " + strings.Join(misses, "; ")
}

// label names a statement by its number and, if it has one, its Sid.
func (p *policy) label(number int) string {
	if sid := p.statements[number-1].sid; sid != "" {
		return fmt.Sprintf("statement %q", sid)
	}
	return fmt.Sprintf("statement %d", number)
}

// conditionKeys lists what the statement's conditions look at, " (aws:SecureTransport)".
func (st statement) conditionKeys() string {
	if len(st.conditions) == 0 {
		return ""
	}
	var names []string
	for _, c := range st.conditions {
		names = append(names, c.name)
	}
	return " (" + strings.Join(names, ", ") + ")"
}
