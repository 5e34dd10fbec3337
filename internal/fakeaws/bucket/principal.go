package bucket

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

type principalKind int

const (
	everyone         principalKind = iota // "*" and {"AWS": "*"}
	exactPrincipal                        // one ARN
	accountPrincipal                      // a whole account, by its root or number
	servicePrincipal
)

// principal is one entry of a Principal element, after
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html.
type principal struct {
	kind  principalKind
	value string // ARN, account number or service name
}

// knownServices are the service principals that a bucket policy is likely to
// name. AWS refuses services that it does not know.
const knownServices = ` cloudfront.amazonaws.com cloudtrail.amazonaws.com config.amazonaws.com
	delivery.logs.amazonaws.com ivs.amazonaws.com logging.s3.amazonaws.com
	mediaconvert.amazonaws.com s3.amazonaws.com `

var errPrincipal = malformedPolicy("Invalid principal in policy")

func (p *policyParser) principalElement(n *node, st *statement) *refusal {
	value, negated, f := either(n, "Principal")
	if f != nil {
		return f
	}
	st.notPrincipal = negated
	if st.principals, f = p.principals(value); f != nil {
		return f
	}
	all := slices.ContainsFunc(st.principals, func(e principal) bool { return e.kind == everyone })
	if negated && (!st.deny || all) {
		return errPrincipal
	}
	return nil
}

func (p *policyParser) principals(n *node) ([]principal, *refusal) {
	if n.kind == stringNode && n.text == "*" {
		return []principal{{kind: everyone}}, nil
	}
	if n.kind != objectNode || len(n.members) == 0 || !n.only("AWS", "CanonicalUser", "Service") {
		return nil, errPrincipal
	}
	var out []principal
	for _, m := range n.members {
		if _, ok := m.value.strings(); !ok {
			return nil, errPrincipal
		}
		for _, v := range m.value.list() {
			e, ok := p.principal(m.name, v)
			if !ok {
				return nil, errPrincipal
			}
			out = append(out, e)
		}
	}
	if n.member("CanonicalUser") != nil {
		p.rewrites = append(p.rewrites, p.rewritten(n))
	}
	return out, nil
}

// principal reads one entry under "AWS", "CanonicalUser" or "Service".
func (p *policyParser) principal(kind string, n *node) (principal, bool) {
	v := n.text
	switch kind {
	case "Service":
		return principal{servicePrincipal, v}, serviceName.MatchString(v) && slices.Contains(strings.Fields(knownServices), v)
	case "CanonicalUser":
		arn := p.service.options.CanonicalUserARN(v)
		// Whether the ARN exists is seen when the rewritten policy is read.
		return principal{exactPrincipal, arn}, originIdentityARN.MatchString(arn)
	}
	m := identityARN.FindStringSubmatch(v)
	switch {
	case v == "*":
		return principal{kind: everyone}, true
	case accountID.MatchString(v):
		return principal{accountPrincipal, v}, true
	case m != nil && m[2] == "root":
		return principal{accountPrincipal, m[1]}, true
	case m != nil:
		return principal{exactPrincipal, v}, !strings.ContainsAny(v, "*?")
	case originIdentityARN.MatchString(v):
		p.identities = append(p.identities, mention{n.start, n.end, v})
		return principal{exactPrincipal, v}, p.service.options.PrincipalExists(v)
	}
	return principal{}, false
}

// rewritten gives the Principal element as S3 stores one with CanonicalUser.
func (p *policyParser) rewritten(n *node) rewrite {
	var arns []string
	stored := map[string]any{}
	for _, m := range n.members {
		values, _ := m.value.strings()
		switch m.name {
		case "Service":
			stored["Service"] = values
		case "AWS":
			arns = append(arns, values...)
		case "CanonicalUser":
			for _, id := range values {
				arns = append(arns, p.service.options.CanonicalUserARN(id))
			}
		}
	}
	stored["AWS"] = arns
	if len(arns) == 1 {
		stored["AWS"] = arns[0]
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(stored)
	return rewrite{n.start, n.end, strings.TrimSuffix(b.String(), "\n")}
}

// concerns reports whether the statement's principal element covers the
// caller.
func (st statement) concerns(c caller) bool {
	if !st.notPrincipal {
		return slices.ContainsFunc(st.principals, func(e principal) bool { return e.covers(c, st.deny) })
	}
	// A denied NotPrincipal spares an IAM user or role only if its account is
	// listed as well.
	listed, account := false, c.kind != accountCaller || c.root
	for _, e := range st.principals {
		listed = listed || e.covers(c, false)
		account = account || e.kind == accountPrincipal && e.value == c.account
	}
	return !(listed && account)
}

// covers reports whether the entry means the caller. An account in an Allow
// hands the decision to that account's identity policies, of which the stand-in
// has none, and so means its root alone; in a Deny it means everybody in it.
func (e principal) covers(c caller, deny bool) bool {
	switch e.kind {
	case everyone:
		return true
	case exactPrincipal:
		return (c.kind == accountCaller || c.kind == originIdentity) && c.arn == e.value
	case accountPrincipal:
		return c.kind == accountCaller && c.account == e.value && (c.root || deny)
	case servicePrincipal:
		return c.kind == serviceCaller && c.arn == e.value
	}
	return false
}
