package edge

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var goodPolicies = map[string]statement{
	`{"Statement":[{"Resource":"https://a/b","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400}}}]}`: {resource: "https://a/b", expires: 1767290400},
	`{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1}}}]}`:                                   {expires: 1},
	`{"Statement":[{"Condition":{"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},"DateGreaterThan":{"AWS:EpochTime":5},"DateLessThan":{"AWS:EpochTime":9}},"Resource":"*"}]}`: {
		resource: "*", expires: 9, notBefore: new(int64(5)), source: netip.MustParsePrefix("192.0.2.0/24")},
	`{"Statement":[{"Resource":"https:\/\/a\u0026b","Condition":{"DateLessThan":{"AWS:EpochTime":99999999999}}}]}`:            {resource: "https://a&b", expires: 99999999999},
	`{"Statement":[{"Condition":{"IpAddress":{"AWS:SourceIp":"0.0.0.0/0"},"DateLessThan":{"AWS:EpochTime":9}}}]}`:             {expires: 9, source: netip.MustParsePrefix("0.0.0.0/0")},
	`{"Statement":[{"Resource":"http://x/a b?c=\"d\"","Condition":{"DateLessThan":{"AWS:EpochTime":9}}}]}`:                    {resource: `http://x/a b?c="d"`, expires: 9},
	`{"Statement":[{"Resource":"http://a","Condition":{"DateLessThan":{"AWS:EpochTime":0}}}]}`:                                {resource: "http://a"},
	`{"Statement":[{"Resource":"http://a/é","Condition":{"DateLessThan":{"AWS:EpochTime":1}}}]}`:                              {resource: "http://a/é", expires: 1},
	`{"Statement":[{"Condition":{"IpAddress":{"AWS:SourceIp":"198.51.100.7/32"},"DateLessThan":{"AWS:EpochTime":9}}}]}`:       {expires: 9, source: netip.MustParsePrefix("198.51.100.7/32")},
	`{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":2},"DateGreaterThan":{"AWS:EpochTime":0}}}]}`:                {expires: 2, notBefore: new(int64(0))},
	`{"Statement":[{"Resource":"Statement","Condition":{"DateLessThan":{"AWS:EpochTime":2}}}]}`:                               {resource: "Statement", expires: 2},
	`{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":2},"DateGreaterThan":{"AWS:EpochTime":3}},"Resource":"x"}]}`: {resource: "x", expires: 2, notBefore: new(int64(3))},
}

const condition = `"Condition":{"DateLessThan":{"AWS:EpochTime":9}}`

var badPolicies = map[string]string{
	"empty":                  ``,
	"not JSON":               `{"Statement":[`,
	"null":                   `null`,
	"array":                  `[]`,
	"two documents":          `{"Statement":[{` + condition + `}]}{}`,
	"white space":            `{"Statement": [{` + condition + `}]}`,
	"newline after":          `{"Statement":[{` + condition + `}]}` + "\n",
	"not UTF-8":              `{"Statement":[{"Resource":"` + "\xff" + `",` + condition + `}]}`,
	"no statement":           `{}`,
	"null statement":         `{"Statement":null}`,
	"statement object":       `{"Statement":{` + condition + `}}`,
	"zero statements":        `{"Statement":[]}`,
	"two statements":         `{"Statement":[{` + condition + `},{` + condition + `}]}`,
	"lower-case name":        `{"statement":[{` + condition + `}]}`,
	"unknown outer member":   `{"Version":"2012-10-17","Statement":[{` + condition + `}]}`,
	"unknown inner member":   `{"Statement":[{"Effect":"Allow",` + condition + `}]}`,
	"unknown condition":      `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":9},"Bool":{}}}]}`,
	"unknown operand":        `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":9,"x":1}}}]}`,
	"statement twice":        `{"Statement":[{` + condition + `}],"Statement":[{` + condition + `}]}`,
	"resource twice":         `{"Statement":[{"Resource":"a","Resource":"b",` + condition + `}]}`,
	"no condition":           `{"Statement":[{"Resource":"*"}]}`,
	"empty condition":        `{"Statement":[{"Condition":{}}]}`,
	"no DateLessThan":        `{"Statement":[{"Condition":{"DateGreaterThan":{"AWS:EpochTime":9}}}]}`,
	"quoted epoch":           `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":"9"}}}]}`,
	"fractional epoch":       `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":9.0}}}]}`,
	"exponent":               `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1e9}}}]}`,
	"negative epoch":         `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":-9}}}]}`,
	"milliseconds":           `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":1767290400000}}}]}`,
	"beyond 64 bits":         `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":9223372036854775808}}}]}`,
	"bad DateGreaterThan":    `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":9},"DateGreaterThan":{}}}]}`,
	"empty resource":         `{"Statement":[{"Resource":"",` + condition + `}]}`,
	"resource list":          `{"Statement":[{"Resource":["a"],` + condition + `}]}`,
	"address without mask":   withAddress(`"192.0.2.1"`),
	"address with host bits": withAddress(`"192.0.2.1/24"`),
	"IPv6":                   withAddress(`"2001:db8::/32"`),
	"address list":           withAddress(`["192.0.2.0/24"]`),
	"address null":           withAddress(`null`),
	"deep":                   strings.Repeat("[", 20000),
}

func withAddress(value string) string {
	return `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":9},"IpAddress":{"AWS:SourceIp":` + value + `}}}]}`
}

func TestParsePolicy(t *testing.T) {
	for in, want := range goodPolicies {
		got, err := parsePolicy([]byte(in))
		if err != nil {
			t.Errorf("parsePolicy(%s): %v", in, err)
			continue
		}
		opts := cmp.Options{cmp.AllowUnexported(statement{}), cmpopts.EquateComparable(netip.Prefix{})}
		if diff := cmp.Diff(want, got, opts); diff != "" {
			t.Errorf("parsePolicy(%s) (-want +got):\n%s", in, diff)
		}
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	for name, in := range badPolicies {
		if got, err := parsePolicy([]byte(in)); err == nil {
			t.Errorf("%s: parsePolicy = %+v, want an error", name, got)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	for in := range goodPolicies {
		f.Add([]byte(in))
	}
	for _, in := range badPolicies {
		f.Add([]byte(in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		st, err := parsePolicy(in)
		if err == nil && (st.expires < 0 || st.expires >= maxEpoch) {
			t.Errorf("parsePolicy(%q) accepts the date %d", in, st.expires)
		}
	})
}
