package inspect

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// policy is what a canned or custom policy says, as far as it could be read:
//
//	{"Statement":[{"Resource":"…","Condition":{
//	  "DateLessThan":{"AWS:EpochTime":1767290400},
//	  "DateGreaterThan":{"AWS:EpochTime":1767286800},
//	  "IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}}}]}
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
type policy struct {
	resource string // "" for any
	until    *int64 // Unix seconds
	from     *int64
	source   netip.Prefix
	faults   []fault
}

// fault is what makes a policy malformed.
type fault struct {
	code Code
	text string
}

func (p *policy) fault(code Code, format string, args ...any) {
	p.faults = append(p.faults, fault{code, fmt.Sprintf(format, args...)})
}

// parsePolicy reads a custom policy and collects all that is wrong with it.
func parsePolicy(data []byte) policy {
	var p policy
	top, ok := parseJSON(data)
	if !ok {
		p.fault(PolicyJSON, "The policy is not JSON in UTF-8, so it was damaged or never right.")
		return p
	}
	if hasSpace(data) {
		p.fault(PolicyWhiteSpace, "The policy has white space or a line end outside of its strings.")
	}
	if !p.checkObject("The policy", top, "Statement") {
		return p
	}
	statements, _ := top.member("Statement")
	if statements.kind != list || len(statements.items) != 1 {
		p.fault(PolicyStatements, "Statement is %s, want a list of exactly one.", countName(statements))
		if len(statements.items) == 0 || statements.kind != list {
			return p
		}
	}
	statement := statements.items[0]
	if !p.checkObject("The statement", statement, "Resource", "Condition") {
		return p
	}
	if r, ok := statement.member("Resource"); ok {
		if r.kind != text || r.text == "" {
			p.fault(PolicyResourceForm, "Resource is %s, want a string that is not empty.", emptyName(r))
		}
		p.resource = r.text
	}
	condition, _ := statement.member("Condition")
	p.readCondition(condition)
	return p
}

func (p *policy) readCondition(condition node) {
	if condition.kind != 0 && !p.checkObject("Condition", condition, "DateLessThan", "DateGreaterThan", "IpAddress") {
		return
	}
	if n, ok := condition.member("DateLessThan"); ok {
		p.until = p.readEpoch("DateLessThan", n)
	} else {
		p.fault(PolicyNoExpiry, "The policy has no DateLessThan, the one condition that is required.")
	}
	if n, ok := condition.member("DateGreaterThan"); ok {
		p.from = p.readEpoch("DateGreaterThan", n)
	}
	if n, ok := condition.member("IpAddress"); ok {
		p.readAddress(n)
	}
}

func (p *policy) readEpoch(name string, operand node) *int64 {
	if !p.checkObject(name, operand, "AWS:EpochTime") {
		return nil
	}
	n, ok := operand.member("AWS:EpochTime")
	switch {
	case !ok:
		p.fault(EpochForm, "%s has no AWS:EpochTime.", name)
		return nil
	case n.kind == text:
		p.fault(EpochString, "%s is a number in quotes.", name)
	case n.kind != number:
		p.fault(EpochForm, "%s is %s, want a number of seconds.", name, n.kindName())
		return nil
	}
	seconds, f := readEpoch(name, n.text)
	if f.code != "" && n.kind == number {
		p.faults = append(p.faults, f)
	}
	return seconds
}

// maxEpoch lies above every date that is meant in seconds (it is in the year
// 5138) and below every present one in milliseconds.
const maxEpoch = 100_000_000_000

// readEpoch reads Unix seconds as they must be written. From milliseconds it
// returns the seconds that were meant, together with the fault.
func readEpoch(name, written string) (*int64, fault) {
	v, ok := plainInteger(written)
	switch {
	case !ok:
		return nil, fault{EpochForm, fmt.Sprintf("%s is %s, want whole seconds in plain digits.", name, showWord(written))}
	case v >= maxEpoch:
		seconds := v / 1000
		for seconds >= maxEpoch {
			seconds /= 1000
		}
		return &seconds, fault{EpochMilliseconds, fmt.Sprintf("%s has %d digits: it counts milliseconds or less where seconds are meant.", name, len(written))}
	}
	return &v, fault{}
}

// readAddress reads one IPv4 range.
func (p *policy) readAddress(operand node) {
	if !p.checkObject("IpAddress", operand, "AWS:SourceIp") {
		return
	}
	n, _ := operand.member("AWS:SourceIp")
	if n.kind != text {
		p.fault(PolicyAddressForm, "AWS:SourceIp is %s, want one range as a string.", n.kindName())
		return
	}
	prefix, err := netip.ParsePrefix(n.text)
	if err != nil {
		if a, err := netip.ParseAddr(n.text); err == nil && a.Is4() {
			p.fault(PolicyAddressForm, "AWS:SourceIp is %s, an address without its mask.", a)
			p.source = netip.PrefixFrom(a, 32)
			return
		}
		p.fault(PolicyAddressForm, "AWS:SourceIp is %s, which is no range of addresses.", show(n.text))
		return
	}
	switch {
	case !prefix.Addr().Is4():
		p.fault(PolicyAddressForm, "AWS:SourceIp is %s, and CloudFront takes IPv4 alone.", prefix)
	case prefix.Masked() != prefix:
		p.fault(PolicyAddressForm, "AWS:SourceIp is %s, which has bits behind its mask; the range is %s.", prefix, prefix.Masked())
		p.source = prefix.Masked()
	default:
		p.source = prefix
	}
}

// checkObject reports members that CloudFront does not know or that come
// twice. It returns whether what is known can be read.
func (p *policy) checkObject(what string, n node, known ...string) bool {
	if n.kind != object {
		p.fault(PolicyJSON, "%s is %s, want an object.", what, n.kindName())
		return false
	}
	if name, twice := n.doubled(); twice {
		p.fault(PolicyMember, "%s has %s twice.", what, showWord(name))
	}
	for _, name := range n.names {
		if slices.Contains(known, name) {
			continue
		}
		hint := ""
		for _, k := range known {
			if strings.EqualFold(name, k) || strings.EqualFold("AWS:"+name, k) {
				hint = fmt.Sprintf("; %s is meant", k)
			}
		}
		p.fault(PolicyMember, "%s has the member %s, which CloudFront does not know%s.", what, showWord(name), hint)
	}
	return true
}

func countName(n node) string {
	if n.kind == list {
		return fmt.Sprintf("a list of %d", len(n.items))
	}
	return n.kindName()
}

func emptyName(n node) string {
	if n.kind == text {
		return "empty"
	}
	return n.kindName()
}
