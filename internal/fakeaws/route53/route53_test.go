package route53

import (
	"errors"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws/apierror"
)

func code(err error) string {
	var refused *apierror.Error
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

func newZone(t *testing.T, s *Service, name string) Zone {
	t.Helper()
	z, err := s.CreateHostedZone("reference of "+name, name, "")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func alias(name, recordType string) RecordSet {
	return RecordSet{Name: name, Type: recordType, Alias: &AliasTarget{HostedZoneID: CloudFrontZoneID, DNSName: "d1.cloudfront.net"}}
}

func values(name, recordType string, values ...string) RecordSet {
	return RecordSet{Name: name, Type: recordType, TTL: 300, Values: values}
}

func TestZone(t *testing.T) {
	s := New()
	z := newZone(t, s, "Example.com.")
	if z.Name != "example.com" || len(z.NameServers) != 4 || len(s.HostedZonesByName("example.com.")) != 1 {
		t.Errorf("zone = %+v, want example.com with four name servers, found by name", z)
	}
	if _, err := s.CreateHostedZone(z.CallerReference, "example.net", ""); code(err) != "HostedZoneAlreadyExists" {
		t.Errorf("CreateHostedZone with an old reference = %v, want HostedZoneAlreadyExists", err)
	}
	for _, name := range []string{"", "com", "a..com", "*.example.com", "a b.com"} {
		if _, err := s.CreateHostedZone("new", name, ""); code(err) != "InvalidDomainName" {
			t.Errorf("CreateHostedZone(%q) = %v, want InvalidDomainName", name, err)
		}
	}
	record := alias("example.com", "A")
	if err := s.ChangeResourceRecordSets(z.ID, "CREATE", record); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteHostedZone(z.ID); code(err) != "HostedZoneNotEmpty" {
		t.Errorf("DeleteHostedZone with a record = %v, want HostedZoneNotEmpty", err)
	}
	if err := s.ChangeResourceRecordSets(z.ID, "DELETE", record); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteHostedZone(z.ID); err != nil || len(s.Resources()) != 0 {
		t.Errorf("DeleteHostedZone = %v, left %q", err, s.Resources())
	}
	if err := s.DeleteHostedZone(z.ID); code(err) != "NoSuchHostedZone" {
		t.Errorf("DeleteHostedZone again = %v, want NoSuchHostedZone", err)
	}
}

func TestRecordsAccepted(t *testing.T) {
	s := New()
	z := newZone(t, s, "example.com")
	for _, r := range []RecordSet{
		alias("example.com", "A"), alias("example.com", "AAAA"), alias("*.example.com.", "A"),
		values("a.example.com", "A", "192.0.2.1", "192.0.2.2"), values("a.example.com", "AAAA", "2001:db8::1"),
		values("b.example.com", "CNAME", "D1.cloudfront.net."), values("example.com", "TXT", `"one" "two \" three"`),
		values("_x1.example.com", "CNAME", "_x2.acm-validations.aws."),
	} {
		if err := s.ChangeResourceRecordSets(z.ID, "CREATE", r); err != nil {
			t.Errorf("CREATE %v: %v", r, err)
		}
		if err := s.ChangeResourceRecordSets(z.ID, "UPSERT", r); err != nil {
			t.Errorf("UPSERT %v: %v", r, err)
		}
		if _, err := s.ResourceRecordSet(z.ID, r.Name, r.Type); err != nil {
			t.Errorf("read %v: %v", r, err)
		}
	}
}

func TestRecordsRefused(t *testing.T) {
	s := New()
	z := newZone(t, s, "example.com")
	for _, r := range []RecordSet{values("there.example.com", "A", "192.0.2.1"), values("name.example.com", "CNAME", "example.net")} {
		if err := s.ChangeResourceRecordSets(z.ID, "CREATE", r); err != nil {
			t.Fatal(err)
		}
	}
	target := func(edit func(*RecordSet)) RecordSet { r := alias("x.example.com", "A"); edit(&r); return r }
	for name, tc := range map[string]struct {
		action string
		record RecordSet
		want   string
	}{
		"duplicate":          {"CREATE", values("There.example.com.", "A", "192.0.2.9"), "already exists"},
		"other zone":         {"CREATE", values("example.net", "A", "192.0.2.1"), "not permitted in zone"},
		"suffix, not below":  {"CREATE", values("anexample.com", "A", "192.0.2.1"), "not permitted in zone"},
		"CNAME at the apex":  {"CREATE", values("example.com", "CNAME", "example.net"), "at apex"},
		"CNAME beside A":     {"CREATE", values("there.example.com", "CNAME", "example.net"), "conflicting RRSet"},
		"TXT beside CNAME":   {"CREATE", values("name.example.com", "TXT", `"x"`), "conflicting RRSet"},
		"alias beside CNAME": {"UPSERT", alias("name.example.com", "A"), "conflicting RRSet"},
		"delete nothing":     {"DELETE", values("gone.example.com", "A", "192.0.2.1"), "not found"},
		"delete other value": {"DELETE", values("there.example.com", "A", "192.0.2.9"), "do not match"},
		"action":             {"REPLACE", values("x.example.com", "A", "192.0.2.1"), "Invalid action"},
		"name":               {"CREATE", values("a..example.com", "A", "192.0.2.1"), "DomainNameInvalid"},
		"type":               {"CREATE", values("x.example.com", "MX", "10 a.example.com"), "no value"},
		"no value":           {"CREATE", values("x.example.com", "A"), "found none"},
		"value twice":        {"CREATE", values("x.example.com", "A", "192.0.2.1", "192.0.2.1"), "Duplicate Resource Record"},
		"two names":          {"CREATE", values("x.example.com", "CNAME", "a.example.net", "b.example.net"), "exactly one"},
		"IPv6 in A":          {"CREATE", values("x.example.com", "A", "2001:db8::1"), "no value"},
		"IPv4 in AAAA":       {"CREATE", values("x.example.com", "AAAA", "192.0.2.1"), "no value"},
		"TXT unquoted":       {"CREATE", values("x.example.com", "TXT", "x"), "no value"},
		"TTL":                {"CREATE", target(func(r *RecordSet) { r.TTL = -1; r.Alias = nil; r.Values = []string{"192.0.2.1"} }), "TTL"},
		"alias with TTL":     {"CREATE", target(func(r *RecordSet) { r.TTL = 300 }), "neither TTL"},
		"alias of TXT":       {"CREATE", target(func(r *RecordSet) { r.Type = "TXT" }), "type A or AAAA"},
		"alias elsewhere":    {"CREATE", target(func(r *RecordSet) { r.Alias.DNSName = "example.net" }), "target zone"},
		"alias to S3":        {"CREATE", target(func(r *RecordSet) { r.Alias.HostedZoneID = "Z3BJ6K6RIION7M" }), "distributions only"},
		"alias with health":  {"CREATE", target(func(r *RecordSet) { r.Alias.EvaluateTargetHealth = true }), "EvaluateTargetHealth"},
	} {
		err := s.ChangeResourceRecordSets(z.ID, tc.action, tc.record)
		if code(err) != "InvalidChangeBatch" || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: got %v, want InvalidChangeBatch with %q", name, err, tc.want)
		}
	}
	if err := s.ChangeResourceRecordSets("Z0", "CREATE", alias("x.example.com", "A")); code(err) != "NoSuchHostedZone" {
		t.Errorf("in no zone: got %v, want NoSuchHostedZone", err)
	}
	if got := len(s.Resources()); got != 3 {
		t.Errorf("%d resources, want the zone and two records", got)
	}
}

// The zone that is closest to a name answers for it.
func TestLookup(t *testing.T) {
	s := New()
	parent, child := newZone(t, s, "example.com"), newZone(t, s, "video.example.com")
	name := "_x.video.example.com"
	if err := s.ChangeResourceRecordSets(parent.ID, "CREATE", values(name, "CNAME", "parent.test.")); err != nil {
		t.Fatal(err)
	}
	if got, ok := s.LookupCNAME(name); ok {
		t.Errorf("LookupCNAME(%q) = %q of the parent, want none", name, got)
	}
	if err := s.ChangeResourceRecordSets(child.ID, "CREATE", values(name, "CNAME", "child.test.")); err != nil {
		t.Fatal(err)
	}
	if got, ok := s.LookupCNAME("_X.Video.example.com."); !ok || got != "child.test" {
		t.Errorf("LookupCNAME = %q, %t, want child.test", got, ok)
	}
	if _, ok := s.LookupCNAME("example.net"); ok {
		t.Error("LookupCNAME outside of every zone found something")
	}
}

// Viewers come over IPv4, which an AAAA record alone does not lead.
func TestLeads(t *testing.T) {
	s := New()
	zone := newZone(t, s, "example.com")
	const edge = "d1.cloudfront.net"
	alias := func(name, recordType string) RecordSet {
		return RecordSet{Name: name, Type: recordType, Alias: &AliasTarget{HostedZoneID: CloudFrontZoneID, DNSName: edge}}
	}
	for _, r := range []RecordSet{
		alias("both.example.com", "AAAA"), alias("both.example.com", "A"), alias("six.example.com", "AAAA"), values("name.example.com", "CNAME", edge+"."),
		values("address.example.com", "A", "192.0.2.1"),
	} {
		if err := s.ChangeResourceRecordSets(zone.ID, "CREATE", r); err != nil {
			t.Fatal(err)
		}
	}
	for host, want := range map[string]string{
		"both.example.com": edge, "Both.Example.com.": edge, "name.example.com": edge, "six.example.com": "", "address.example.com": "", "none.example.com": "",
	} {
		if got, held := s.Leads(host); got != want || !held {
			t.Errorf("Leads(%q) = %q, %t, want %q of a zone", host, got, held, want)
		}
	}
	if got, held := s.Leads("example.net"); got != "" || held {
		t.Errorf("Leads outside of every zone = %q, %t", got, held)
	}
}
