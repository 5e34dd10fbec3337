package route53

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// CloudFrontZoneID is the zone of every distribution, for aliases.
//
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
const CloudFrontZoneID = "Z2FDTNDATAQYW2"

// A RecordSet is the records of one name and type: values, or an alias.
type RecordSet struct {
	Name   string // "video.example.com", without the final dot
	Type   string // "A", "AAAA", "CNAME" or "TXT"
	TTL    int64  // seconds; none with an alias
	Values []string
	Alias  *AliasTarget // of A and AAAA only
}

// An AliasTarget is a distribution's domain name.
type AliasTarget struct {
	HostedZoneID         string // CloudFrontZoneID
	DNSName              string // "d111111abcdef8.cloudfront.net"
	EvaluateTargetHealth bool   // must be false for a distribution
}

// ChangeResourceRecordSets applies one change to a zone: "CREATE" refuses what
// exists, "UPSERT" replaces it, and "DELETE" wants the record set exactly as it
// is. Refusals are InvalidChangeBatch, and NoSuchHostedZone.
//
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
func (s *Service) ChangeResourceRecordSets(zoneID, action string, r RecordSet) error {
	const op = "ChangeResourceRecordSets"
	r = r.clone()
	s.mu.Lock()
	defer s.mu.Unlock()
	z, err := s.find(op, zoneID)
	if err != nil {
		return err
	}
	if message := z.change(action, r); message != "" {
		return refuse(op, http.StatusBadRequest, "InvalidChangeBatch", "["+message+"]")
	}
	return nil
}

// change returns why it cannot be done, or "".
func (z *zone) change(action string, r RecordSet) string {
	at := slices.IndexFunc(z.records, func(old RecordSet) bool { return old.Name == r.Name && old.Type == r.Type })
	described := fmt.Sprintf("resource record set [name='%s.', type='%s']", r.Name, r.Type)
	switch {
	case action == "DELETE" && at < 0:
		return "Tried to delete " + described + " but it was not found"
	case action == "DELETE" && !reflect.DeepEqual(z.records[at], r):
		return "Tried to delete " + described + " but the values provided do not match the current values"
	case action == "DELETE":
		z.records = slices.Delete(z.records, at, at+1)
		return ""
	case action != "CREATE" && action != "UPSERT":
		return "Invalid action " + action
	case action == "CREATE" && at >= 0:
		return "Tried to create " + described + " but it already exists"
	}
	if message := z.check(r); message != "" {
		return message
	}
	if at >= 0 {
		z.records[at] = r
	} else {
		z.records = append(z.records, r)
	}
	return ""
}

// ResourceRecordSet reads a record set. The API has no such operation: its list
// comes back empty, which is NotFound here.
func (s *Service) ResourceRecordSet(zoneID, name, recordType string) (RecordSet, error) {
	const op = "ListResourceRecordSets"
	s.mu.RLock()
	defer s.mu.RUnlock()
	z, err := s.find(op, zoneID)
	if err != nil {
		return RecordSet{}, err
	}
	for _, r := range z.records {
		if r.Name+"." == canonical(name) && r.Type == recordType {
			return r.clone(), nil
		}
	}
	return RecordSet{}, refuse(op, http.StatusNotFound, "NotFound", "No resource record set of this name and type")
}

// ResourceRecordSets lists the record sets of a zone without NS and SOA of its
// apex; NoSuchHostedZone if there is none.
func (s *Service) ResourceRecordSets(zoneID string) ([]RecordSet, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	z, err := s.find("ListResourceRecordSets", zoneID)
	if err != nil {
		return nil, err
	}
	list := []RecordSet{}
	for _, r := range z.records {
		list = append(list, r.clone())
	}
	return list, nil
}

// Equal tells whether two record sets are the same as the service stores them.
func (r RecordSet) Equal(other RecordSet) bool { return reflect.DeepEqual(r.clone(), other.clone()) }

// LookupCNAME resolves a CNAME record as the public DNS does, where the zone that
// is closest to the name answers; of two of one name the older. Both names are
// without the final dot.
func (s *Service) LookupCNAME(name string) (value string, ok bool) {
	name = strings.TrimSuffix(canonical(name), ".")
	s.mu.RLock()
	defer s.mu.RUnlock()
	if z := s.closest(name); z != nil {
		for _, r := range z.records {
			if r.Name == name && r.Type == "CNAME" {
				return strings.TrimSuffix(r.Values[0], "."), true
			}
		}
	}
	return "", false
}

// Leads tells to which other name the records of a host lead a viewer who comes over
// IPv4, by an alias or a CNAME; "" if they do not. held is false if no zone here holds
// the host, whose DNS is then elsewhere. Both names are without the final dot.
func (s *Service) Leads(host string) (target string, held bool) {
	host = strings.TrimSuffix(canonical(host), ".")
	s.mu.RLock()
	defer s.mu.RUnlock()
	z := s.closest(host)
	if z == nil {
		return "", false
	}
	for _, r := range z.records {
		switch {
		case r.Name == host && r.Type == "A" && r.Alias != nil:
			return r.Alias.DNSName, true
		case r.Name == host && r.Type == "CNAME":
			return strings.TrimSuffix(r.Values[0], "."), true
		}
	}
	return "", true
}

// closest is the zone that answers for a name; nil if none does.
func (s *Service) closest(name string) *zone {
	var closest *zone
	for _, z := range s.zones {
		if z.holds(name) && (closest == nil || len(z.Name) > len(closest.Name)) {
			closest = z
		}
	}
	return closest
}

func (z *zone) holds(name string) bool { return name == z.Name || strings.HasSuffix(name, "."+z.Name) }

// clone copies r with its names in the form that is stored.
func (r RecordSet) clone() RecordSet {
	r.Name = strings.TrimSuffix(canonical(r.Name), ".")
	r.Values = slices.Clone(r.Values)
	slices.Sort(r.Values)
	if r.Alias != nil {
		target := *r.Alias
		target.DNSName = strings.TrimSuffix(canonical(target.DNSName), ".")
		r.Alias = &target
	}
	return r
}
