package inspect

import "strings"

// members are the parts of a CloudFront signature as they came. A part that
// came twice has two values.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
type members struct {
	expires, policy, signature, keyID, hash []string
}

// names are those of the query parameters; as cookies they bear cookiePrefix.
func names() [5]string {
	return [5]string{"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"}
}

const cookiePrefix = "CloudFront-"

// of returns the values of a name, nil for a name that is not reserved.
func (m *members) of(name string) *[]string {
	switch name {
	case "Expires":
		return &m.expires
	case "Policy":
		return &m.policy
	case "Signature":
		return &m.signature
	case "Key-Pair-Id":
		return &m.keyID
	case "Hash-Algorithm":
		return &m.hash
	}
	return nil
}

// empty tells that nothing is signed.
func (m members) empty() bool {
	return len(m.expires)+len(m.policy)+len(m.signature)+len(m.keyID)+len(m.hash) == 0
}

// whole tells that all that a signature needs is there.
func (m members) whole() bool {
	return len(m.expires)+len(m.policy) > 0 && len(m.signature) > 0 && len(m.keyID) > 0
}

// cutMembers takes the signature out of a query. The other parameters keep
// order and spelling.
func cutMembers(query string) (m members, own string) {
	if query == "" {
		return m, ""
	}
	var rest []string
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if list := m.of(name); list != nil {
			*list = append(*list, value)
		} else {
			rest = append(rest, part)
		}
	}
	return m, strings.Join(rest, "&")
}

// likeMember returns the reserved name that was meant by name: in other
// letters, or with other dashes.
func likeMember(name string) (string, bool) {
	fold := func(s string) string {
		return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(s))
	}
	for _, reserved := range names() {
		if fold(name) == fold(reserved) {
			return reserved, true
		}
	}
	return "", false
}
