package route53

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"privateplayback/internal/fakeaws/apierror"
)

var domainName = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+$`)

// A Service is one Route 53. Make it with [New]. It is safe for concurrent use.
type Service struct {
	mu    sync.RWMutex
	zones []*zone // in the order of creation
}

// A Zone is a public hosted zone.
type Zone struct {
	ID              string // "Z…"
	Name            string // "example.com", without the final dot
	CallerReference string // unique per zone
	Comment         string
	NameServers     []string // four, without the final dot
}

// ARN is the zone's ARN, which has neither region nor account.
func (z Zone) ARN() string { return "arn:aws:route53:::hostedzone/" + z.ID }

type zone struct {
	Zone
	records []RecordSet // without those that Route 53 makes: NS and SOA of the apex
}

// New returns a Route 53 without zones.
func New() *Service { return &Service{} }

// CreateHostedZone makes a zone for a domain. Two zones may have one name, but
// not one caller reference: HostedZoneAlreadyExists.
//
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
func (s *Service) CreateHostedZone(callerReference, name, comment string) (Zone, error) {
	const op = "CreateHostedZone"
	name = canonical(name)
	if !domainName.MatchString(name) || strings.Count(name, ".") < 2 {
		return Zone{}, refuse(op, http.StatusBadRequest, "InvalidDomainName", "The specified domain name is not valid: "+name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, z := range s.zones {
		if z.CallerReference == callerReference {
			return Zone{}, refuse(op, http.StatusConflict, "HostedZoneAlreadyExists",
				"A hosted zone has already been created with the specified caller reference.")
		}
	}
	z := &zone{Zone: Zone{ID: "Z" + rand.Text()[:20], Name: strings.TrimSuffix(name, "."), CallerReference: callerReference, Comment: comment}}
	for i, domain := range []string{"com", "net", "org", "co.uk"} {
		z.NameServers = append(z.NameServers, fmt.Sprintf("ns-%d.awsdns-%02d.%s", i*512+1, i, domain))
	}
	s.zones = append(s.zones, z)
	return z.view(), nil
}

// HostedZone reads a zone; NoSuchHostedZone if there is none.
func (s *Service) HostedZone(id string) (Zone, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	z, err := s.find("GetHostedZone", id)
	if err != nil {
		return Zone{}, err
	}
	return z.view(), nil
}

// HostedZonesByName lists the zones of a domain, the oldest first.
func (s *Service) HostedZonesByName(name string) []Zone {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := []Zone{}
	for _, z := range s.zones {
		if z.Name+"." == canonical(name) {
			list = append(list, z.view())
		}
	}
	return list
}

// UpdateHostedZoneComment replaces the comment, all that can change.
func (s *Service) UpdateHostedZoneComment(id, comment string) (Zone, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	z, err := s.find("UpdateHostedZoneComment", id)
	if err != nil {
		return Zone{}, err
	}
	z.Comment = comment
	return z.view(), nil
}

// DeleteHostedZone removes a zone; HostedZoneNotEmpty while it has records other
// than the two of Route 53's own.
func (s *Service) DeleteHostedZone(id string) error {
	const op = "DeleteHostedZone"
	s.mu.Lock()
	defer s.mu.Unlock()
	z, err := s.find(op, id)
	if err != nil {
		return err
	}
	if len(z.records) > 0 {
		return refuse(op, http.StatusBadRequest, "HostedZoneNotEmpty",
			"The specified hosted zone contains non-required resource record sets and so cannot be deleted.")
	}
	s.zones = slices.DeleteFunc(s.zones, func(other *zone) bool { return other == z })
	return nil
}

// Resources lists zones as "hosted-zone/ID" and records as
// "record-set/ID/NAME/TYPE", sorted.
func (s *Service) Resources() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := []string{}
	for _, z := range s.zones {
		list = append(list, "hosted-zone/"+z.ID)
		for _, r := range z.records {
			list = append(list, "record-set/"+z.ID+"/"+r.Name+"/"+r.Type)
		}
	}
	slices.Sort(list)
	return list
}

func (s *Service) find(op, id string) (*zone, error) {
	for _, z := range s.zones {
		if z.ID == id {
			return z, nil
		}
	}
	return nil, refuse(op, http.StatusNotFound, "NoSuchHostedZone", "No hosted zone found with ID: "+id)
}

func (z *zone) view() Zone {
	shown := z.Zone
	shown.NameServers = slices.Clone(shown.NameServers)
	return shown
}

// canonical is a name in lower case with its final dot.
func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) + "." }

func refuse(op string, status int, code, message string) error {
	return &apierror.Error{Service: "Route 53", Operation: op, Status: status, Code: code, Message: message}
}
