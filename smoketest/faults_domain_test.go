package main

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// domainFaults are those of a domain of one's own.
func domainFaults() []fault {
	return []fault{
		{name: "no alias", domain: ownDomain, change: on(func(d *distribution) { d.Aliases = nil }),
			fails: "contract.clock", cause: "tls", also: allVOD},
		{name: "record of another name", domain: ownDomain, change: onViewersRecord(func(r *route53.RecordArgs) { r.Name = pulumi.String("media.example.com") }),
			fails: "contract.clock", cause: "dns", also: allVOD},
		{name: "record of a distribution that is gone", domain: ownDomain, change: onViewersRecord(func(r *route53.RecordArgs) {
			r.Aliases.(route53.RecordAliasArray)[0].(*route53.RecordAliasArgs).Name = pulumi.String("d111111abcdef8.cloudfront.net")
		}), fails: "contract.clock", cause: "dns", also: allVOD},
		{name: "no record for viewers over IPv4", domain: ownDomain, change: onViewersRecord(func(r *route53.RecordArgs) { r.Type = pulumi.String("AAAA") }),
			fails: "contract.clock", cause: "dns", also: allVOD},
		{name: "TLS 1.0 on the domain", domain: ownDomain, change: viewerTLS("TLSv1"),
			fails: "vod.protocol.tls-old", cause: "tls-old", also: "vod.protocol.tls-ciphers"},
		{name: "TLS 1.1 on the domain", domain: ownDomain, change: viewerTLS("TLSv1.1_2016"),
			fails: "vod.protocol.tls-old", cause: "tls-old", also: "vod.protocol.tls-ciphers"},
		{name: "ciphers of an older policy", domain: ownDomain, change: viewerTLS("TLSv1.2_2019"),
			fails: "vod.protocol.tls-ciphers", cause: "tls-ciphers"},
		{name: "a certificate that nobody renews", domain: ownDomain, later: 190 * 24 * time.Hour,
			fails: "vod.domain.certificate", cause: "certificate-ending", also: "contract.clock"}, // the Date is the machine's
		{name: "no key group behind the domain", domain: ownDomain, change: onBehavior(func(b *defaultBehavior) { b.TrustedKeyGroups = nil }),
			fails: "vod.domain.own-name-unsigned", cause: "behavior-public", also: unprotected + " vod.domain.*"},
	}
}

// onViewersRecord changes the A record, and not the one that validates.
func onViewersRecord(edit func(*route53.RecordArgs)) change {
	return on(func(r *route53.RecordArgs) {
		if r.Aliases != nil {
			edit(r)
		}
	})
}

// viewerTLS changes the least that the distribution wants of viewers' connections.
func viewerTLS(policy string) change {
	return on(func(d *distribution) {
		d.ViewerCertificate.(*cloudfront.DistributionViewerCertificateArgs).MinimumProtocolVersion = pulumi.String(policy)
	})
}
