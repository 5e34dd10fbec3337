package local

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ownDomain declares what a domain of one's own needs, with certificates in a
// region of their own.
func ownDomain(ctx *pulumi.Context) error {
	east, err := aws.NewProvider(ctx, "us-east-1", &aws.ProviderArgs{Region: pulumi.String("us-east-1")})
	if err != nil {
		return err
	}
	zone, err := route53.NewZone(ctx, "domain", &route53.ZoneArgs{Name: pulumi.String("example.com")})
	if err != nil {
		return err
	}
	certificate, err := acm.NewCertificate(ctx, "video", &acm.CertificateArgs{
		DomainName: pulumi.String("video.example.com"), ValidationMethod: pulumi.String("DNS"),
	}, pulumi.Provider(east))
	if err != nil {
		return err
	}
	option := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(ctx, "validation", &route53.RecordArgs{
		ZoneId: zone.ZoneId, Name: option.ResourceRecordName().Elem(), Type: option.ResourceRecordType().Elem(),
		Ttl: pulumi.Int(60), Records: pulumi.StringArray{option.ResourceRecordValue().Elem()},
	})
	if err != nil {
		return err
	}
	_, err = acm.NewCertificateValidation(ctx, "video", &acm.CertificateValidationArgs{
		CertificateArn: certificate.Arn, ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, pulumi.Provider(east))
	return err
}

// The engine attaches the providers of two regions to one port; each resource
// finds its own, and a second run changes nothing.
func TestTwoRegions(t *testing.T) {
	ctx := t.Context()
	d, err := prepare(ctx, Options{Program: func(program pulumi.RunFunc) pulumi.RunFunc {
		return func(ctx *pulumi.Context) error {
			if err := program(ctx); err != nil {
				return err
			}
			return ownDomain(ctx)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, _, err := d.run(ctx, up); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"certificate/", "hosted-zone/", "record-set/"} {
		if !slices.ContainsFunc(d.Cloud.Resources(), func(name string) bool { return strings.HasPrefix(name, kind) }) {
			t.Errorf("up left no %s in %q", kind, d.Cloud.Resources())
		}
	}
	result, err := d.stack.Preview(ctx, optpreview.Refresh())
	if err != nil {
		t.Fatal(err)
	}
	for op, n := range result.ChangeSummary {
		if op != "same" {
			t.Errorf("preview after up: %d to %s, want all the same", n, op)
		}
	}
}
