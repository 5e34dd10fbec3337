package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ownDomain is where ownName leads viewers.
const ownDomain = "video.example.com"

// ownName gives the distribution a name of one's own, with a certificate for it.
func ownName(ctx *pulumi.Context, d *distribution) error {
	certificate, err := certified(ctx)
	if err != nil {
		return err
	}
	d.Aliases = pulumi.ToStringArray([]string{ownDomain})
	d.ViewerCertificate = &cloudfront.DistributionViewerCertificateArgs{
		AcmCertificateArn: certificate.CertificateArn, SslSupportMethod: pulumi.String("sni-only"),
		MinimumProtocolVersion: pulumi.String("TLSv1.2_2021"),
	}
	return nil
}

// certified is a certificate of ACM, which shows that the name is ours by a record in
// its zone. CloudFront takes certificates of us-east-1 only.
func certified(ctx *pulumi.Context) (*acm.CertificateValidation, error) {
	east, err := aws.NewProvider(ctx, "us-east-1", &aws.ProviderArgs{Region: pulumi.String("us-east-1")})
	if err != nil {
		return nil, err
	}
	zone, err := route53.NewZone(ctx, "domain", &route53.ZoneArgs{Name: pulumi.String("example.com")})
	if err != nil {
		return nil, err
	}
	certificate, err := acm.NewCertificate(ctx, "video", &acm.CertificateArgs{
		DomainName: pulumi.String(ownDomain), ValidationMethod: pulumi.String("DNS"),
	}, pulumi.Provider(east))
	if err != nil {
		return nil, err
	}
	option := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(ctx, "validation", &route53.RecordArgs{
		ZoneId: zone.ZoneId, Name: option.ResourceRecordName().Elem(), Type: option.ResourceRecordType().Elem(),
		Ttl: pulumi.Int(60), Records: pulumi.StringArray{option.ResourceRecordValue().Elem()},
	})
	if err != nil {
		return nil, err
	}
	return acm.NewCertificateValidation(ctx, "video", &acm.CertificateValidationArgs{
		CertificateArn: certificate.Arn, ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, pulumi.Provider(east))
}
