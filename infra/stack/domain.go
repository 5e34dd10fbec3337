package stack

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The policies of viewers' connections: what a domain of one's own gets, and what
// CloudFront forces without one, by
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html.
const (
	defaultTLSPolicy = "TLSv1.2_2021"
	forcedTLSPolicy  = "TLSv1"
)

// domain is a name of one's own with its certificate; nil for none.
type domain struct {
	Domain
	certificate pulumi.StringInput // ARN, issued
}

func (d Domain) used() bool { return d != Domain{} }

// newDomain gets the certificate before the distribution asks for it: CloudFront
// takes a name only with an issued certificate that covers it, by
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html.
func newDomain(ctx *pulumi.Context, d Domain) (*domain, error) {
	if !d.used() {
		return nil, nil
	}
	if d.ZoneID != "" {
		if err := d.checkZone(ctx); err != nil {
			return nil, err
		}
	}
	if d.CertificateARN != "" {
		return &domain{d, pulumi.String(d.CertificateARN)}, nil
	}
	validation, err := newCertificate(ctx, d)
	if err != nil {
		return nil, err
	}
	return &domain{d, validation.CertificateArn}, nil
}

// checkZone asks which domain the zone is of, in a preview too: the provider appends
// the zone's name to a record outside of it, and the certificate would be waited for
// in vain.
func (d Domain) checkZone(ctx *pulumi.Context) error {
	zone, err := route53.LookupZone(ctx, &route53.LookupZoneArgs{ZoneId: &d.ZoneID})
	if err != nil { // which names the call, not the setting
		return fmt.Errorf("config: domain.zoneId is %q, which cannot be looked up; `aws route53 list-hosted-zones` lists the zones: %w", d.ZoneID, err)
	}
	name := strings.TrimSuffix(zone.Name, ".")
	if !within(d.Name, name) {
		return fmt.Errorf("config: domain.zoneId is %q, the zone of %q, which %q is not in; `aws route53 list-hosted-zones` lists the others", d.ZoneID, name, d.Name)
	}
	if zone.PrivateZone != nil && *zone.PrivateZone {
		return fmt.Errorf("config: domain.zoneId is %q, a private zone, which viewers do not see; use the public zone of %q", d.ZoneID, name)
	}
	return nil
}

// newCertificate requests a certificate and shows by a record that the name is ours.
func newCertificate(ctx *pulumi.Context, d Domain) (*acm.CertificateValidation, error) {
	east, err := newCertificateProvider(ctx)
	if err != nil {
		return nil, err
	}
	certificate, err := acm.NewCertificate(ctx, "domain", &acm.CertificateArgs{
		DomainName:       pulumi.String(d.Name),
		ValidationMethod: pulumi.String("DNS"),
		Tags:             tags(ctx),
	}, pulumi.Provider(east))
	if err != nil {
		return nil, err
	}
	proof := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(ctx, "domain-validation", &route53.RecordArgs{
		ZoneId:  pulumi.String(d.ZoneID),
		Name:    proof.ResourceRecordName().Elem(),
		Type:    proof.ResourceRecordType().Elem(),
		Ttl:     pulumi.Int(60),
		Records: pulumi.StringArray{proof.ResourceRecordValue().Elem()},
		// An account's record for a name is always the same, so another
		// certificate may have it already.
		AllowOverwrite: pulumi.Bool(true),
	})
	if err != nil {
		return nil, err
	}
	return acm.NewCertificateValidation(ctx, "domain", &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, pulumi.Provider(east))
}

func (d *domain) aliases() pulumi.StringArrayInput {
	if d == nil {
		return nil
	}
	return pulumi.ToStringArray([]string{d.Name})
}

func (d *domain) viewerCertificate() *cloudfront.DistributionViewerCertificateArgs {
	if d == nil {
		return &cloudfront.DistributionViewerCertificateArgs{CloudfrontDefaultCertificate: pulumi.Bool(true)}
	}
	return &cloudfront.DistributionViewerCertificateArgs{
		AcmCertificateArn:      d.certificate,
		SslSupportMethod:       pulumi.String("sni-only"),
		MinimumProtocolVersion: pulumi.String(d.TLSPolicy),
	}
}

// lead makes the records that lead viewers to the distribution, once it answers to
// the name. Where DNS is elsewhere it says which record to make there.
func (d *domain) lead(ctx *pulumi.Context, distribution *cloudfront.Distribution, ipv6 bool) error {
	if d == nil {
		return nil
	}
	if d.ZoneID == "" {
		distribution.DomainName.ApplyT(func(target string) error {
			return ctx.Log.Info(fmt.Sprintf("make this record where the DNS of %[1]s is: %[1]s. CNAME %[2]s.", d.Name, target), nil)
		})
		return nil
	}
	types := []string{"A"}
	if ipv6 {
		types = append(types, "AAAA")
	}
	for _, recordType := range types {
		_, err := route53.NewRecord(ctx, "domain-"+strings.ToLower(recordType), &route53.RecordArgs{
			ZoneId: pulumi.String(d.ZoneID),
			Name:   pulumi.String(d.Name),
			Type:   pulumi.String(recordType),
			Aliases: route53.RecordAliasArray{&route53.RecordAliasArgs{
				Name:                 distribution.DomainName,
				ZoneId:               distribution.HostedZoneId,
				EvaluateTargetHealth: pulumi.Bool(false),
			}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
