package bucket

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The condition operators and keys that the stand-in evaluates, after
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html:
//
//   - Operators and keys of one statement must all hold; one of the values of
//     a key must hold, and for a negated operator none may.
//   - A key that the request does not have fails an operator, holds for a
//     negated one, and holds for …IfExists.

// family is what an operator compares.
type family int

const (
	stringFamily family = iota
	patternFamily
	numberFamily
	boolFamily
	addressFamily
	arnFamily
	nullFamily
)

type operator struct {
	family  family
	negated bool
	fold    bool                          // strings without regard to case
	holds   func(have, want float64) bool // of numberFamily
}

var operators = map[string]operator{
	"StringEquals":              {family: stringFamily},
	"StringNotEquals":           {family: stringFamily, negated: true},
	"StringEqualsIgnoreCase":    {family: stringFamily, fold: true},
	"StringNotEqualsIgnoreCase": {family: stringFamily, fold: true, negated: true},
	"StringLike":                {family: patternFamily},
	"StringNotLike":             {family: patternFamily, negated: true},
	"NumericEquals":             {family: numberFamily, holds: func(have, want float64) bool { return have == want }},
	"NumericNotEquals":          {family: numberFamily, holds: func(have, want float64) bool { return have == want }, negated: true},
	"NumericLessThan":           {family: numberFamily, holds: func(have, want float64) bool { return have < want }},
	"NumericLessThanEquals":     {family: numberFamily, holds: func(have, want float64) bool { return have <= want }},
	"NumericGreaterThan":        {family: numberFamily, holds: func(have, want float64) bool { return have > want }},
	"NumericGreaterThanEquals":  {family: numberFamily, holds: func(have, want float64) bool { return have >= want }},
	"Bool":                      {family: boolFamily},
	"IpAddress":                 {family: addressFamily},
	"NotIpAddress":              {family: addressFamily, negated: true},
	"ArnEquals":                 {family: arnFamily},
	"ArnLike":                   {family: arnFamily},
	"ArnNotEquals":              {family: arnFamily, negated: true},
	"ArnNotLike":                {family: arnFamily, negated: true},
	"Null":                      {family: nullFamily},
}

// keyFamilies gives, by lower-case condition key, the operators beside Null
// that compare it.
var keyFamilies = map[string][]family{
	"aws:securetransport":       {boolFamily, stringFamily},
	"aws:principalisawsservice": {boolFamily, stringFamily},
	"aws:sourceip":              {addressFamily},
	"aws:sourcearn":             {arnFamily, stringFamily, patternFamily},
	"aws:sourceaccount":         {stringFamily, patternFamily},
	"aws:principalarn":          {arnFamily, stringFamily, patternFamily},
	"aws:referer":               {stringFamily, patternFamily},
	"aws:useragent":             {stringFamily, patternFamily},
	"s3:tlsversion":             {numberFamily, stringFamily},
	"s3:prefix":                 {stringFamily, patternFamily},
}

// What S3 takes and the stand-in does not evaluate.
const (
	otherOperators = `DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan
		DateGreaterThanEquals BinaryEquals`
	otherKeys = `aws:calledvia aws:currenttime aws:epochtime aws:multifactorauthage
		aws:multifactorauthpresent aws:principalaccount aws:principalorgid aws:principalorgpaths
		aws:principalservicename aws:principaltype aws:requestedregion aws:resourceaccount
		aws:sourceorgid aws:sourcevpc aws:sourcevpce aws:userid aws:username aws:viaawsservice
		aws:vpcsourceip s3:authtype s3:dataaccesspointaccount s3:dataaccesspointarn s3:delimiter
		s3:existingobjecttag s3:locationconstraint s3:max-keys s3:resourceaccount s3:signatureage
		s3:signatureversion s3:versionid s3:x-amz-acl s3:x-amz-content-sha256
		s3:x-amz-server-side-encryption s3:x-amz-storage-class`
)

var decimal = regexp.MustCompile(`^-?\d{1,15}(\.\d{1,15})?$`)

// condition is one operator on one key.
type condition struct {
	operator
	ifExists bool
	key      string // lower case
	name     string // the key as it was written
	values   []string
	prefixes []netip.Prefix // of addressFamily
}

func parseConditions(n *node, st statement) ([]condition, *refusal) {
	if n.kind != objectNode {
		return nil, malformedPolicy("Invalid policy syntax.")
	}
	var out []condition
	for _, block := range n.members {
		op, ifExists, f := parseOperator(block.name)
		if f != nil {
			return nil, f
		}
		if block.value.kind != objectNode || len(block.value.members) == 0 {
			return nil, malformedPolicy("Invalid policy syntax.")
		}
		for _, m := range block.value.members {
			c := condition{operator: op, ifExists: ifExists, key: strings.ToLower(m.name), name: m.name}
			if f := c.checkKey(block.name, st); f != nil {
				return nil, f
			}
			if f := c.parseValues(block.name, m.value); f != nil {
				return nil, f
			}
			out = append(out, c)
		}
	}
	return out, nil
}

func parseOperator(name string) (op operator, ifExists bool, f *refusal) {
	base, ifExists := strings.CutSuffix(name, "IfExists")
	op, ok := operators[base]
	if ok && !(ifExists && op.family == nullFamily) {
		return op, ifExists, nil
	}
	for _, set := range []string{"ForAllValues:", "ForAnyValue:"} {
		inner, _ := strings.CutPrefix(base, set)
		if _, ok := operators[inner]; ok && inner != base {
			return op, false, notEvaluated("condition operator %s", name)
		}
	}
	if slices.Contains(strings.Fields(otherOperators), base) {
		return op, false, notEvaluated("condition operator %s", name)
	}
	return op, false, malformedPolicy("Invalid Condition type : %s", name)
}

// checkKey refuses unknown keys, operators that do not compare the key, and
// s3:prefix on actions that have none.
func (c condition) checkKey(operatorName string, st statement) *refusal {
	families, ok := keyFamilies[c.key]
	if !ok {
		base, _, _ := strings.Cut(c.key, "/")
		if slices.Contains(strings.Fields(otherKeys), base) {
			return notEvaluated("condition key %s", c.key)
		}
		return malformedPolicy("Policy has an invalid condition key")
	}
	if c.family != nullFamily && !slices.Contains(families, c.family) {
		return malformedPolicy("Invalid Condition type : %s", operatorName)
	}
	if c.key == "s3:prefix" {
		for _, pattern := range st.actions {
			if st.notAction || !slices.ContainsFunc(matchingActions(pattern), action.takesPrefix) {
				return malformedPolicy("Conditions do not apply to combination of actions and resources in statement")
			}
		}
	}
	return nil
}

// parseValues takes strings, and the JSON booleans and numbers that stand for
// them.
func (c *condition) parseValues(operatorName string, n *node) *refusal {
	invalid := malformedPolicy("Invalid value in Conditions for operator %s", operatorName)
	for _, item := range n.list() {
		switch item.kind {
		case stringNode, boolNode, numberNode:
		default:
			return invalid
		}
		v := item.text
		if strings.Contains(v, "${") {
			return malformedPolicy("Policy variables are not supported in Conditions")
		}
		switch c.family {
		case boolFamily, nullFamily:
			v = strings.ToLower(v)
			if v != "true" && v != "false" {
				return invalid
			}
		case numberFamily:
			if !decimal.MatchString(v) {
				return invalid
			}
		case addressFamily:
			prefix, ok := parsePrefix(v)
			if !ok {
				return malformedPolicy("Invalid IP address in Conditions")
			}
			c.prefixes = append(c.prefixes, prefix)
		}
		c.values = append(c.values, v)
	}
	if len(c.values) == 0 {
		return invalid
	}
	return nil
}

// parsePrefix reads an address or a CIDR range.
func parsePrefix(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

// holds evaluates the condition on the keys of a request.
func (c condition) holds(keys map[string]string) bool {
	have, present := keys[c.key]
	switch {
	case c.family == nullFamily:
		return slices.Contains(c.values, strconv.FormatBool(!present))
	case !present:
		return c.negated || c.ifExists
	case c.family == addressFamily:
		a, err := netip.ParseAddr(have)
		inside := err == nil && slices.ContainsFunc(c.prefixes, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
		return inside != c.negated
	}
	return slices.ContainsFunc(c.values, func(want string) bool { return c.matches(have, want) }) != c.negated
}

func (c condition) matches(have, want string) bool {
	switch c.family {
	case patternFamily:
		return matchPattern(want, have)
	case arnFamily:
		return matchARN(want, have)
	case numberFamily:
		h, err1 := strconv.ParseFloat(have, 64)
		w, err2 := strconv.ParseFloat(want, 64)
		return err1 == nil && err2 == nil && c.operator.holds(h, w)
	}
	return have == want || c.fold && strings.EqualFold(have, want)
}

// matchARN compares the six parts of two ARNs one by one.
func matchARN(pattern, arn string) bool {
	p, a := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(p) != len(a) {
		return false
	}
	for i := range p {
		if !matchPattern(p[i], a[i]) {
			return false
		}
	}
	return true
}
