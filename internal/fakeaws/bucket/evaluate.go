package bucket

import "slices"

// request is what a policy is asked about.
type request struct {
	caller   caller
	action   string            // lower case: "s3:getobject"
	resource string            // ARN
	keys     map[string]string // condition keys, lower case
}

// applies reports whether every element of the statement covers the request.
func (st statement) applies(q request) bool {
	return st.concerns(q.caller) &&
		slices.ContainsFunc(st.actions, func(p string) bool { return matchPattern(p, q.action) }) != st.notAction &&
		slices.ContainsFunc(st.resources, func(p string) bool { return matchPattern(p, q.resource) }) != st.notResource &&
		!slices.ContainsFunc(st.conditions, func(c condition) bool { return !c.holds(q.keys) })
}

// allows decides a request: an explicit Deny, then an Allow, then
// RestrictPublicBuckets. owner is the account of the bucket. To its own
// principals who sign, an identity policy allows what is not denied here.
func (b settings) allows(q request, owner string) bool {
	if b.policy == nil {
		return q.caller.owner
	}
	allowed, fixed := q.caller.owner, false
	for _, st := range b.policy.statements {
		if !st.applies(q) {
			continue
		}
		if st.deny {
			return false
		}
		allowed = true
		fixed = fixed || !st.public()
	}
	if !allowed || b.block == nil || !b.block.RestrictPublicBuckets || !b.policy.public {
		return allowed
	}
	switch q.caller.kind {
	case serviceCaller:
		return true
	case accountCaller:
		return q.caller.account == owner
	case originIdentity:
		return fixed
	}
	return false
}
