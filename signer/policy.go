package signer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/cloudfront/sign"
)

// Policy is what a custom policy grants. Resource and Expires are required.
type Policy struct {
	// Resource is the pattern of URLs that the policy covers, such as
	// "https://d111111abcdef8.cloudfront.net/asset/*". "*" stands for any
	// number of characters, "?" for one, neither across the boundaries of
	// protocol, domain, path and query; a path that ends in "*" covers every
	// query as well. It starts with https://, http://, *:// or * (for cookies
	// CloudFront documents the first two alone). A pattern as wide as "*" is a
	// master key to all that the key group protects: name the host and the
	// asset.
	Resource string
	// Expires is the moment from which CloudFront refuses. Fractions of a
	// second are dropped. It is checked when a request arrives, so give a
	// player the length of the asset and a margin.
	Expires time.Time
	// NotBefore is the last second in which CloudFront still refuses; zero
	// means no start. CloudFront documents no tolerance for clocks that
	// differ: set it at least a minute early.
	NotBefore time.Time
	// SourceIP is the range of IPv4 addresses that may ask; the zero value
	// means anyone, and a single address is a /32. Do not set it on a
	// distribution with IPv6 switched on: there the viewer's address is
	// another.
	SourceIP netip.Prefix
}

// The signed text of a canned policy, which CloudFront rebuilds from the
// request, so it must agree byte for byte:
//
//	{"Statement":[{"Resource":"URL","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400}}}]}
//
// and of a custom policy, which travels with the request:
//
//	{"Statement":[{"Resource":"PATTERN","Condition":{"IpAddress":{"AWS:SourceIp":"192.0.2.0/24"},"DateGreaterThan":{"AWS:EpochTime":1767286800},"DateLessThan":{"AWS:EpochTime":1767290400}}}]}
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html

// appendCanned appends the text to sign for one literal URL. A checked URL has
// no character that JSON escapes, so none is: what
// feature/cloudfront/sign.NewCannedPolicy encodes, at a tenth of its cost.
func appendCanned(dst []byte, url string, expires time.Time) []byte {
	dst = append(dst, `{"Statement":[{"Resource":"`...)
	dst = append(dst, url...)
	dst = append(dst, `","Condition":{"DateLessThan":{"AWS:EpochTime":`...)
	dst = strconv.AppendInt(dst, expires.Unix(), 10)
	return append(dst, `}}}]}`...)
}

// document checks all of the policy but its Resource and returns the text to
// sign. Errors are ErrInvalidPolicy.
func (p Policy) document() ([]byte, error) {
	condition, err := p.condition()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidPolicy, err)
	}
	return encodePolicy(&sign.Policy{Statements: []sign.Statement{{Resource: p.Resource, Condition: condition}}})
}

func (p Policy) condition() (sign.Condition, error) {
	var c sign.Condition
	if err := checkEpoch("Expires", p.Expires); err != nil {
		return c, err
	}
	c.DateLessThan = sign.NewAWSEpochTime(p.Expires)
	if !p.NotBefore.IsZero() {
		if err := checkEpoch("NotBefore", p.NotBefore); err != nil {
			return c, err
		}
		if p.NotBefore.Unix() >= p.Expires.Unix() {
			return c, errors.New("NotBefore is not before Expires")
		}
		c.DateGreaterThan = sign.NewAWSEpochTime(p.NotBefore)
	}
	if p.SourceIP != (netip.Prefix{}) {
		switch {
		case !p.SourceIP.IsValid():
			return c, errors.New("SourceIP is not a valid prefix; write a single address as a /32")
		case !p.SourceIP.Addr().Is4():
			return c, fmt.Errorf("SourceIP %s is IPv6, CloudFront takes IPv4 alone", p.SourceIP)
		}
		c.IPAddress = &sign.IPAddress{SourceIP: p.SourceIP.Masked().String()}
	}
	return c, nil
}

// encodePolicy encodes as the SDK does when it signs. The SDK's v1.9.16 signs
// SHA-1 digests, makes cookies with RSA keys only, and has no context; signing
// may go to it once it has all three (aws/aws-sdk-go-v2 pull requests 3406 and
// 3325 bring the first two).
func encodePolicy(p *sign.Policy) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // "&" must stay "&"
	if err := e.Encode(p); err != nil {
		return nil, fmt.Errorf("encoding policy: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// maxEpoch is the end of the year 9999. AWS takes 64 bits, but a time beyond
// it is milliseconds taken for seconds.
const maxEpoch = 253402300799

// checkEpoch refuses times that no caller means. A time in the past is not one
// of them: tests of expiry need it.
func checkEpoch(name string, t time.Time) error {
	switch {
	case t.IsZero():
		return fmt.Errorf("missing %s", name)
	case t.Unix() <= 0:
		return fmt.Errorf("%s %s is before 1970", name, t.UTC().Format(time.RFC3339))
	case t.Unix() > maxEpoch:
		return fmt.Errorf("%s is after the year 9999; was a count of milliseconds taken for seconds?", name)
	}
	return nil
}
