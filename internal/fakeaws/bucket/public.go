package bucket

import (
	"net/netip"
	"slices"
	"strings"
)

// public reports whether the statement makes its policy public, after "The
// meaning of public" in
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html:
// it grants to everybody and no condition narrows that to fixed values.
func (st statement) public() bool {
	if st.deny {
		return false
	}
	all := slices.ContainsFunc(st.principals, func(e principal) bool { return e.kind == everyone })
	return all && !slices.ContainsFunc(st.conditions, condition.fixed)
}

// fixed reports whether the condition narrows to fixed values of a key on
// AWS's list: aws:SourceIp, aws:SourceArn, aws:SourceAccount.
func (c condition) fixed() bool {
	if c.negated || c.ifExists {
		return false
	}
	switch c.key {
	case "aws:sourceip":
		return c.family == addressFamily && !slices.ContainsFunc(c.prefixes, tooWide)
	case "aws:sourcearn", "aws:sourceaccount":
		return c.family != nullFamily && !slices.ContainsFunc(c.values, func(v string) bool { return strings.ContainsAny(v, "*?") })
	}
	return false
}

// tooWide reports whether AWS takes a range of addresses as public.
func tooWide(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() < 8
	}
	return p.Bits() < 32
}
