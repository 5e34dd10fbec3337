package route53

import (
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"strings"
)

// quoted is a TXT value: strings of at most 255 bytes in double quotes.
var quoted = regexp.MustCompile(`^"([^"\\]|\\.){0,255}"( "([^"\\]|\\.){0,255}")*$`)

// check returns what is wrong with a record set of the zone, or "".
//
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html
func (z *zone) check(r RecordSet) string {
	named := strings.TrimPrefix(r.Name, "*.") + "."
	switch {
	case !domainName.MatchString(named):
		return fmt.Sprintf("FATAL problem: DomainNameInvalid encountered with '%s.'", r.Name)
	case !z.holds(r.Name):
		return fmt.Sprintf("RRSet with DNS name %s. is not permitted in zone %s.", r.Name, z.Name)
	case r.Type == "CNAME" && r.Name == z.Name:
		return fmt.Sprintf("RRSet of type CNAME with DNS name %s. is not permitted at apex in zone %s.", r.Name, z.Name)
	}
	for _, other := range z.records {
		if other.Name == r.Name && other.Type != r.Type && (other.Type == "CNAME" || r.Type == "CNAME") {
			return fmt.Sprintf("RRSet of type %s with DNS name %s. is not permitted because a conflicting RRSet of type %s with the same DNS name already exists in zone %s.",
				r.Type, r.Name, other.Type, z.Name)
		}
	}
	if r.Alias != nil {
		return r.checkAlias()
	}
	return r.checkValues()
}

func (r RecordSet) checkAlias() string {
	target := fmt.Sprintf("Tried to create an alias that targets %s., type %s in zone %s, but ", r.Alias.DNSName, r.Type, r.Alias.HostedZoneID)
	switch {
	case r.Type != "A" && r.Type != "AAAA":
		return target + "an alias to a distribution has type A or AAAA"
	case r.TTL != 0 || len(r.Values) > 0:
		return "Invalid request: an alias has neither TTL nor resource records"
	case r.Alias.HostedZoneID != CloudFrontZoneID:
		return target + "the stand-in has aliases to distributions only, in zone " + CloudFrontZoneID
	case !domainName.MatchString(r.Alias.DNSName+".") || !strings.HasSuffix(r.Alias.DNSName, ".cloudfront.net"):
		return target + "the alias target name does not lie within the target zone"
	case r.Alias.EvaluateTargetHealth:
		return target + "EvaluateTargetHealth cannot be true for a distribution"
	}
	return ""
}

func (r RecordSet) checkValues() string {
	switch {
	case len(r.Values) == 0:
		return "Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none"
	case r.TTL < 0 || r.TTL > math.MaxInt32:
		return "Invalid request: TTL must be between 0 and 2147483647"
	case r.Type == "CNAME" && len(r.Values) > 1:
		return "Invalid Resource Record: a CNAME record set has exactly one value"
	}
	for i, value := range r.Values {
		if i > 0 && value == r.Values[i-1] {
			return fmt.Sprintf("Duplicate Resource Record: '%s'", value)
		}
		if !fits(r.Type, value) {
			return fmt.Sprintf("Invalid Resource Record: '%s' is no value of a record of type %s", value, r.Type)
		}
	}
	return ""
}

// fits tells whether a value is one of the type; the stand-in has no other types.
func fits(recordType, value string) bool {
	switch recordType {
	case "A":
		ip, err := netip.ParseAddr(value)
		return err == nil && ip.Is4()
	case "AAAA":
		ip, err := netip.ParseAddr(value)
		return err == nil && ip.Is6() && ip.Zone() == ""
	case "CNAME":
		return domainName.MatchString(canonical(value))
	case "TXT":
		return quoted.MatchString(value)
	}
	return false
}
