package provider

import (
	"fmt"
	"strings"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/route53"
)

type zoneInputs struct {
	Name         string            `json:"name" schema:"forcenew"`
	Comment      string            `json:"comment,omitempty" default:"Managed by Pulumi"`
	ForceDestroy bool              `json:"forceDestroy,omitempty"`
	Tags         map[string]string `json:"tags,omitempty"`
}

func (zoneInputs) limits() map[string]string { return unmodelled("delegationSetId vpcs") }

func zoneOutputs(z route53.Zone) outputs {
	servers := []any{}
	for _, name := range z.NameServers {
		servers = append(servers, name)
	}
	out := outputs{"arn": z.ARN(), "zoneId": z.ID, "nameServers": servers, "primaryNameServer": ""}
	if len(servers) > 0 {
		out["primaryNameServer"] = servers[0]
	}
	return out
}

func zoneType() resourceType {
	return kind[zoneInputs]{
		computed: []string{"arn", "zoneId", "nameServers", "primaryNameServer"},
		create: func(c *fakeaws.Cloud, in zoneInputs) (string, error) {
			z, err := c.Route53.CreateHostedZone(callerReference(), in.Name, in.Comment)
			return z.ID, err
		},
		read: func(c *fakeaws.Cloud, id string, last zoneInputs) (zoneInputs, outputs, error) {
			z, err := c.Route53.HostedZone(id)
			last.Comment = z.Comment
			if !strings.EqualFold(strings.TrimSuffix(last.Name, "."), z.Name) {
				last.Name = z.Name
			}
			return last, zoneOutputs(z), err
		},
		update: func(c *fakeaws.Cloud, id string, in zoneInputs, _ outputs) error {
			_, err := c.Route53.UpdateHostedZoneComment(id, in.Comment)
			return err
		},
		delete: deleteZone,
	}
}

// deleteZone empties the zone first if the program says so.
func deleteZone(c *fakeaws.Cloud, id string, in zoneInputs, _ outputs) error {
	if in.ForceDestroy {
		records, err := c.Route53.ResourceRecordSets(id)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := c.Route53.ChangeResourceRecordSets(id, "DELETE", r); err != nil {
				return err
			}
		}
	}
	return c.Route53.DeleteHostedZone(id)
}

type recordInputs struct {
	ZoneID         string        `json:"zoneId" schema:"forcenew"`
	Name           string        `json:"name" schema:"forcenew"`
	Type           string        `json:"type" schema:"forcenew" oneof:"A AAAA CAA CNAME DS MX NAPTR NS PTR SOA SPF SRV TXT HTTPS SSHFP SVCB TLSA"`
	TTL            *int64        `json:"ttl,omitempty"`
	Records        []string      `json:"records,omitempty" schema:"set"`
	Aliases        []recordAlias `json:"aliases,omitempty"`
	AllowOverwrite bool          `json:"allowOverwrite,omitempty"`
}

func (recordInputs) limits() map[string]string {
	return unmodelled(`cidrRoutingPolicy failoverRoutingPolicies geolocationRoutingPolicies geoproximityRoutingPolicy healthCheckId
		latencyRoutingPolicies multivalueAnswerRoutingPolicy setIdentifier weightedRoutingPolicies`)
}

type recordAlias struct {
	Name                 string `json:"name"`
	ZoneID               string `json:"zoneId"`
	EvaluateTargetHealth bool   `json:"evaluateTargetHealth"`
}

// set turns inputs into a record set; a name may be given without the zone's, and
// a TXT value without its quotes.
func (in recordInputs) set(z route53.Zone) (route53.RecordSet, error) {
	r := route53.RecordSet{Name: strings.ToLower(strings.TrimSuffix(in.Name, ".")), Type: in.Type}
	if r.Name == "" {
		r.Name = z.Name
	} else if r.Name != z.Name && !strings.HasSuffix(r.Name, "."+z.Name) {
		r.Name += "." + z.Name
	}
	for _, value := range in.Records {
		if in.Type == "TXT" && !strings.HasPrefix(value, `"`) {
			value = `"` + value + `"`
		}
		r.Values = append(r.Values, value)
	}
	switch {
	case len(in.Aliases) > 1:
		return r, fmt.Errorf("record %q has %d aliases; one is possible", r.Name, len(in.Aliases))
	case len(in.Aliases) == 1 && (in.TTL != nil || len(in.Records) > 0):
		return r, fmt.Errorf("record %q has aliases beside ttl or records; an alias has neither", r.Name)
	case len(in.Aliases) == 1:
		a := in.Aliases[0]
		r.Alias = &route53.AliasTarget{HostedZoneID: a.ZoneID, DNSName: a.Name, EvaluateTargetHealth: a.EvaluateTargetHealth}
	case in.TTL == nil:
		return r, fmt.Errorf("record %q has no ttl; only an alias goes without", r.Name)
	default:
		r.TTL = *in.TTL
	}
	return r, nil
}

func recordType() resourceType {
	return kind[recordInputs]{
		computed: []string{"fqdn"},
		create: func(c *fakeaws.Cloud, in recordInputs) (string, error) {
			action := "CREATE"
			if in.AllowOverwrite {
				action = "UPSERT"
			}
			r, err := changeRecord(c, action, in)
			return in.ZoneID + "_" + r.Name + "_" + r.Type, err
		},
		read: readRecord,
		update: func(c *fakeaws.Cloud, _ string, in recordInputs, _ outputs) error {
			_, err := changeRecord(c, "UPSERT", in)
			return err
		},
		delete: func(c *fakeaws.Cloud, id string, in recordInputs, _ outputs) error {
			zoneID, r, err := findRecord(c, id)
			if err != nil {
				return err
			}
			return c.Route53.ChangeResourceRecordSets(zoneID, "DELETE", r)
		},
	}
}

func changeRecord(c *fakeaws.Cloud, action string, in recordInputs) (route53.RecordSet, error) {
	z, err := c.Route53.HostedZone(in.ZoneID)
	if err != nil {
		return route53.RecordSet{}, err
	}
	r, err := in.set(z)
	if err != nil {
		return r, err
	}
	return r, c.Route53.ChangeResourceRecordSets(in.ZoneID, action, r)
}

// findRecord reads the record set of an id, "Z…_name_TYPE"; the name may begin
// with an underscore.
func findRecord(c *fakeaws.Cloud, id string) (zoneID string, r route53.RecordSet, err error) {
	zoneID, rest, _ := strings.Cut(id, "_")
	last := strings.LastIndex(rest, "_")
	if last < 0 {
		return "", r, fmt.Errorf("record id %q is not ZONEID_name_TYPE", id)
	}
	r, err = c.Route53.ResourceRecordSet(zoneID, rest[:last], rest[last+1:])
	return zoneID, r, err
}

// readRecord keeps the inputs of the last run where they mean what is there.
func readRecord(c *fakeaws.Cloud, id string, last recordInputs) (recordInputs, outputs, error) {
	zoneID, now, err := findRecord(c, id)
	if err != nil {
		return last, nil, err
	}
	in := recordInputs{ZoneID: zoneID, Name: last.Name, Type: now.Type, AllowOverwrite: last.AllowOverwrite}
	if in.Name == "" {
		in.Name = now.Name
	}
	if a := now.Alias; a != nil {
		in.Aliases = []recordAlias{{a.DNSName, a.HostedZoneID, a.EvaluateTargetHealth}}
		return in, outputs{"fqdn": now.Name}, nil
	}
	in.TTL, in.Records = &now.TTL, now.Values
	if z, err := c.Route53.HostedZone(zoneID); err == nil {
		if told, err := last.set(z); err == nil && told.Equal(now) {
			in.Records = last.Records
		}
	}
	return in, outputs{"fqdn": now.Name}, nil
}

type zoneArgs struct {
	ZoneID string `json:"zoneId,omitempty"`
	Name   string `json:"name,omitempty"`
}

func (zoneArgs) limits() map[string]string {
	return unmodelled("privateZone resourceRecordSetCount tags vpcId")
}

// hostedZone answers aws:route53/getZone by id or by name.
func hostedZone(c *fakeaws.Cloud, in zoneArgs) (outputs, error) {
	z, err := oneZone(c, in.ZoneID, in.Name)
	if err != nil {
		return nil, err
	}
	out := zoneOutputs(z)
	out["id"], out["name"], out["comment"], out["callerReference"] = z.ID, z.Name, z.Comment, z.CallerReference
	out["privateZone"], out["tags"] = false, map[string]any{}
	return out, nil
}

func oneZone(c *fakeaws.Cloud, id, name string) (route53.Zone, error) {
	if (id == "") == (name == "") {
		return route53.Zone{}, fmt.Errorf("getZone: give either zoneId or name")
	}
	if id != "" {
		return c.Route53.HostedZone(id)
	}
	zones := c.Route53.HostedZonesByName(name)
	switch len(zones) {
	case 0:
		return route53.Zone{}, fmt.Errorf("getZone: no hosted zone %q; create it, or check the name", name)
	case 1:
		return zones[0], nil
	}
	return route53.Zone{}, fmt.Errorf("getZone: %d hosted zones %q; give zoneId instead", len(zones), name)
}
