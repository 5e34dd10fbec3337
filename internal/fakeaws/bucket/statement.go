package bucket

import (
	"slices"
	"strings"
)

// statement is one statement of a policy.
type statement struct {
	sid          string
	deny         bool
	principals   []principal
	notPrincipal bool
	actions      []string // lower-case patterns
	notAction    bool
	resources    []string // patterns
	notResource  bool
	conditions   []condition
}

func (p *policyParser) statement(n *node) (st statement, f *refusal) {
	if !n.only("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition") {
		return st, malformedPolicy("Invalid policy syntax.")
	}
	if sid := n.member("Sid"); sid != nil {
		if sid.kind != stringNode {
			return st, malformedPolicy("Invalid policy syntax.")
		}
		st.sid = sid.text
	}
	effect := n.member("Effect")
	switch {
	case effect == nil:
		return st, malformedPolicy("Missing required field Effect")
	case effect.kind != stringNode || effect.text != "Allow" && effect.text != "Deny":
		return st, malformedPolicy("Invalid effect: %s", effect.text)
	}
	st.deny = effect.text == "Deny"
	if f = p.principalElement(n, &st); f != nil {
		return st, f
	}
	if f = actionElement(n, &st); f != nil {
		return st, f
	}
	if f = p.resourceElement(n, &st); f != nil {
		return st, f
	}
	if c := n.member("Condition"); c != nil {
		st.conditions, f = parseConditions(c, st)
	}
	return st, f
}

// either gives the value of the element or of its negation, of which exactly
// one must be there.
func either(n *node, name string) (value *node, negated bool, f *refusal) {
	value, not := n.member(name), n.member("Not"+name)
	switch {
	case value == nil && not == nil:
		return nil, false, malformedPolicy("Missing required field %s", name)
	case value != nil && not != nil:
		return nil, false, malformedPolicy("Invalid policy syntax.")
	case not != nil:
		return not, true, nil
	}
	return value, false, nil
}

func actionElement(n *node, st *statement) *refusal {
	value, negated, f := either(n, "Action")
	if f != nil {
		return f
	}
	names, ok := value.strings()
	if !ok {
		return malformedPolicy("Policy has invalid action")
	}
	for _, name := range names {
		pattern := strings.ToLower(name)
		if len(matchingActions(pattern)) == 0 {
			return malformedPolicy("Policy has invalid action")
		}
		st.actions = append(st.actions, pattern)
	}
	st.notAction = negated
	return nil
}

// resourceElement takes the bucket's own ARN and patterns of object ARNs in
// it. Every action must fit at least one of them.
func (p *policyParser) resourceElement(n *node, st *statement) *refusal {
	value, negated, f := either(n, "Resource")
	if f != nil {
		return f
	}
	resources, ok := value.strings()
	if !ok {
		return malformedPolicy("Policy has invalid resource")
	}
	arn := bucketARN(p.bucket)
	withBucket, withObjects := false, false
	for _, r := range resources {
		object, isObject := strings.CutPrefix(r, arn+"/")
		switch {
		case strings.Contains(r, "${"), r != arn && !isObject, isObject && object == "":
			return malformedPolicy("Policy has invalid resource")
		}
		withBucket = withBucket || !isObject
		withObjects = withObjects || isObject
	}
	st.resources, st.notResource = resources, negated
	if negated || st.notAction {
		return nil
	}
	for _, pattern := range st.actions {
		fits := slices.ContainsFunc(matchingActions(pattern), func(a action) bool {
			return a.object && withObjects || !a.object && withBucket
		})
		if !fits {
			return malformedPolicy("Action does not apply to any resource(s) in statement")
		}
	}
	return nil
}

// bucketARN and objectARN name resources as policies do.
func bucketARN(bucket string) string      { return "arn:aws:s3:::" + bucket }
func objectARN(bucket, key string) string { return bucketARN(bucket) + "/" + key }
