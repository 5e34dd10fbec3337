package edge

import (
	"bytes"
	"encoding/json"
	"errors"
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
}

// maxEpoch is above every date that is meant in seconds (the year 5138) and
// below every current one in milliseconds, which the edge calls malformed.
const maxEpoch = 100_000_000_000

var errPolicy = errors.New("malformed policy")

// parsePolicy reads a custom policy: UTF-8, no white space between tokens, the
// documented members only, each at most once.
func parsePolicy(data []byte) (statement, error) {
	var compact bytes.Buffer
	if !utf8.Valid(data) || json.Compact(&compact, data) != nil || compact.Len() != len(data) {
		return statement{}, errPolicy
	}
	policy, err := jsonObject(data, "Statement")
	if err != nil {
		return statement{}, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(policy["Statement"], &list); err != nil || len(list) != 1 {
		return statement{}, errPolicy
	}
	parts, err := jsonObject(list[0], "Resource", "Condition")
	if err != nil {
		return statement{}, err
	}
	var st statement
	if raw, ok := parts["Resource"]; ok {
		if st.resource, err = jsonString(raw); err != nil {
			return statement{}, err
		}
	}
	return st, st.parseCondition(parts["Condition"])
}

func (st *statement) parseCondition(raw json.RawMessage) error {
	condition, err := jsonObject(raw, "DateLessThan", "DateGreaterThan", "IpAddress")
	if err != nil {
		return err
	}
	if st.expires, err = epoch(condition["DateLessThan"]); err != nil {
		return err
	}
	if raw, ok := condition["DateGreaterThan"]; ok {
		from, err := epoch(raw)
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
// exactly, unlike in [json.Unmarshal].
func jsonObject(raw json.RawMessage, names ...string) (map[string]json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, errPolicy
	}
	members := map[string]json.RawMessage{}
	for d.More() {
		token, err := d.Token()
		name, ok := token.(string)
		if err != nil || !ok || !slices.Contains(names, name) {
			return nil, errPolicy
		}
		var value json.RawMessage
		if _, twice := members[name]; twice || d.Decode(&value) != nil {
			return nil, errPolicy
		}
		members[name] = value
	}
	return members, nil
}

func epoch(raw json.RawMessage) (int64, error) {
	parts, err := jsonObject(raw, "AWS:EpochTime")
	if err != nil {
		return 0, err
	}
	return parseEpoch(string(parts["AWS:EpochTime"]))
}

// parseEpoch reads Unix seconds written the one canonical way.
func parseEpoch(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n >= maxEpoch || strconv.FormatInt(n, 10) != s {
		return 0, errPolicy
	}
	return n, nil
}

// sourceRange reads one IPv4 range in CIDR form with no host bits set.
func sourceRange(raw json.RawMessage) (netip.Prefix, error) {
	parts, err := jsonObject(raw, "AWS:SourceIp")
	if err != nil {
		return netip.Prefix{}, err
	}
	s, err := jsonString(parts["AWS:SourceIp"])
	if err != nil {
		return netip.Prefix{}, err
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || !p.Addr().Is4() || p.Masked() != p {
		return netip.Prefix{}, errPolicy
	}
	return p, nil
}

// jsonString reads a JSON string that is not empty.
func jsonString(raw json.RawMessage) (string, error) {
	var s string
	if !strings.HasPrefix(string(raw), `"`) || json.Unmarshal(raw, &s) != nil || s == "" {
		return "", errPolicy
	}
	return s, nil
}
