package main

import (
	"errors"
	"strings"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/acm"
	"privateplayback/internal/fakeaws/route53"
)

// ownDomain is where viewers come in the tests that have a domain of one's own.
const ownDomain = "video.example.com"

// account makes what an account has, and tells the stack of it.
type account = func(*fakeaws.Cloud) (settings map[string]any, err error)

// givenCertificate is an account that has a certificate for every host below
// example.com, and with records the zone for the stack to use.
func givenCertificate(records bool) account {
	return func(cloud *fakeaws.Cloud) (map[string]any, error) {
		zone, err := cloud.Route53.CreateHostedZone("before", "example.com", "")
		if err != nil {
			return nil, err
		}
		arn, err := issued(cloud, zone.ID, "*.example.com")
		if err != nil {
			return nil, err
		}
		domain := map[string]any{"name": ownDomain, "certificateArn": arn, "tlsPolicy": "TLSv1.2_2019", "zoneId": zone.ID}
		if !records {
			delete(domain, "zoneId")
			err = leave(cloud, zone.ID)
		}
		return map[string]any{"domain": domain}, err
	}
}

// leave takes a zone's DNS elsewhere. What was issued by its records stays.
func leave(cloud *fakeaws.Cloud, zoneID string) error {
	records, err := cloud.Route53.ResourceRecordSets(zoneID)
	for _, r := range records {
		err = errors.Join(err, cloud.Route53.ChangeResourceRecordSets(zoneID, "DELETE", r))
	}
	return errors.Join(err, cloud.Route53.DeleteHostedZone(zoneID))
}

// issued is a certificate that its owner has requested and validated in a zone.
func issued(cloud *fakeaws.Cloud, zoneID, name string) (arn string, err error) {
	c, err := cloud.ACM.RequestCertificate(acm.Request{DomainName: name, ValidationMethod: "DNS"})
	if err != nil {
		return "", err
	}
	proof := c.DomainValidationOptions[0]
	err = cloud.Route53.ChangeResourceRecordSets(zoneID, "CREATE", route53.RecordSet{
		Name: strings.TrimSuffix(proof.RecordName, "."), Type: proof.RecordType, TTL: 60, Values: []string{proof.RecordValue},
	})
	if err == nil {
		c, err = cloud.ACM.Certificate(c.ARN) // which looks whether the record is there
	}
	return c.ARN, err
}
