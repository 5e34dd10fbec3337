//lint:file-ignore ST1005 an error begins with the name that the parameter or the member has

package edge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A statement is the one statement of a policy.
//
//	{"Statement":[{"Resource":"…","Condition":{
//	  "DateLessThan":{"AWS:EpochTime":1767290400},
//	  "DateGreaterThan":{"AWS:EpochTime":1767286800},
//	  "IpAddress":{"AWS:SourceIp":"192.0.2.0/24"}}}]}
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-custom-policy.html
type statement struct {
	resource  string       // "" if omitted: any resource
	expires   int64        // DateLessThan, Unix seconds
	notBefore *int64       // DateGreaterThan, Unix seconds
	source    netip.Prefix // zero if omitted
	custom    bool         // the policy was sent, not rebuilt
}

// maxEpoch is above every date that is meant in seconds (the year 5138) and
// below every current one in milliseconds, which the edge calls malformed.
const maxEpoch = 100_000_000_000

// parsePolicy reads a custom policy: UTF-8, no white space between tokens, the
// documented members only, each at most once.
func parsePolicy(data []byte) (statement, error) {
	var compact bytes.Buffer
	switch {
	case !utf8.Valid(data):
		return statement{}, fmt.Errorf("Policy is not UTF-8")
	case json.Compact(&compact, data) != nil:
		return statement{}, fmt.Errorf("Policy is not JSON")
	case compact.Len() != len(data):
		return statement{}, fmt.Errorf("Policy has white space between its tokens")
	}
	policy, err := jsonObject("Policy", data, "Statement")
	if err != nil {
		return statement{}, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(policy["Statement"], &list); err != nil || len(list) != 1 {
		return statement{}, fmt.Errorf("Policy does not have a list of exactly one Statement")
	}
	parts, err := jsonObject("Statement", list[0], "Resource", "Condition")
	if err != nil {
		return statement{}, err
	}
	var st statement
	if raw, ok := parts["Resource"]; ok {
		if st.resource, err = jsonString("Resource", raw); err != nil {
			return statement{}, err
		}
	}
	return st, st.parseCondition(parts["Condition"])
}

func (st *statement) parseCondition(raw json.RawMessage) error {
	condition, err := jsonObject("Condition", raw, "DateLessThan", "DateGreaterThan", "IpAddress")
	if err != nil {
		return err
	}
	if st.expires, err = epoch("DateLessThan", condition["DateLessThan"]); err != nil {
		return err
	}
	if raw, ok := condition["DateGreaterThan"]; ok {
		from, err := epoch("DateGreaterThan", raw)
		if err != nil {
			return err
		}
		st.notBefore = &from
	}
	if raw, ok := condition["IpAddress"]; ok {
		if st.source, err = sourceRange(raw); err != nil {
			return err
		}
	}
	return nil
}

// cannedPolicy is the text that a canned signature covers.
func cannedPolicy(url, expires string) []byte {
	return []byte(`{"Statement":[{"Resource":"` + url + `","Condition":{"DateLessThan":{"AWS:EpochTime":` + expires + `}}}]}`)
}

// jsonObject reads a JSON object whose members all are among names. Names compare
// exactly, unlike in [json.Unmarshal]. what names the object in errors.
func jsonObject(what string, raw json.RawMessage, names ...string) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, fmt.Errorf("%s is missing or no JSON object", what)
	}
	members := map[string]json.RawMessage{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok || !slices.Contains(names, name) {
			return nil, fmt.Errorf("%s has a member %.40q; it takes %s", what, name, strings.Join(names, ", "))
		}
		var value json.RawMessage
		if _, twice := members[name]; twice || d.Decode(&value) != nil {
			return nil, fmt.Errorf("%s has the member %s twice", what, name)
		}
		members[name] = value
	}
	return members, nil
}

func epoch(what string, raw json.RawMessage) (int64, error) {
	parts, err := jsonObject(what, raw, "AWS:EpochTime")
	if err != nil {
		return 0, err
	}
	n, err := parseEpoch(string(parts["AWS:EpochTime"]))
	if err != nil {
		return 0, fmt.Errorf("AWS:EpochTime of %s: %v", what, err)
	}
	return n, nil
}

// parseEpoch reads Unix seconds written the one canonical way.
func parseEpoch(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n < 0 || strconv.FormatInt(n, 10) != s:
		return 0, fmt.Errorf("%.40q is no plain number of seconds", s)
	case n >= maxEpoch:
		return 0, fmt.Errorf("%d is beyond every date in seconds; is it in milliseconds?", n)
	}
	return n, nil
}

// sourceRange reads one IPv4 range in CIDR form with no host bits set.
func sourceRange(raw json.RawMessage) (netip.Prefix, error) {
	parts, err := jsonObject("IpAddress", raw, "AWS:SourceIp")
	if err != nil {
		return netip.Prefix{}, err
	}
	s, err := jsonString("AWS:SourceIp", parts["AWS:SourceIp"])
	if err != nil {
		return netip.Prefix{}, err
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || !p.Addr().Is4() || p.Masked() != p {
		return netip.Prefix{}, fmt.Errorf("AWS:SourceIp %.40q is no IPv4 range such as 192.0.2.0/24, without bits beyond its mask", s)
	}
	return p, nil
}

// jsonString reads a JSON string that is not empty; what names it in errors.
func jsonString(what string, raw json.RawMessage) (string, error) {
	var s string
	if !strings.HasPrefix(string(raw), `"`) || json.Unmarshal(raw, &s) != nil || s == "" {
		return "", fmt.Errorf("%s is not one JSON string with something in it", what)
	}
	return s, nil
}
