package assumption

func domainAssumptions() []Assumption {
	const (
		dnsValidation = acmGuide + "dns-validation.html"
		aliasTarget   = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html"
	)
	return []Assumption{
		{"acm.chain", "CloudFront wants an imported certificate's chain; whether its root is trusted is not judged.", Inferred, ownDomain, "api: create-distribution with a certificate imported without chain, and with one of a private authority"},
		{"acm.key-kinds", "CloudFront takes RSA_2048 and EC_prime256v1 and no larger keys.", Inferred, ownDomain, "api: create-distribution with an imported certificate of RSA 3072"},
		{"acm.validation-record", "The validation record of a domain is the same for every request of an account, and shared by its wildcard.", Documented, dnsValidation, "api: request-certificate twice for one name, describe-certificate of both; one ResourceRecord is assumed"},
		{"acm.validation-window", "Validation ends after 72 hours; an issued certificate stays issued without its records.", Documented, dnsValidation, "api: delete the record of an issued certificate, describe-certificate; ISSUED is assumed"},
		{"acm.limits", "A certificate has at most ten names and is valid for 198 days.", Inferred, acmGuide + "acm-limits.html", "api: request-certificate for 11 names: LimitExceededException is assumed; describe-certificate of an issued one: NotAfter minus NotBefore is 198 days"},
		{"acm.validation-wait", "CertificateValidation does not wait: it fails at once and names the records that are missing.", Chosen, provider, "deploy: the provider waits for 75 minutes on AWS"},
		{"route53.delegated", "Every zone counts as delegated; the closest answers, of two of one name the older.", Inferred, "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-working-with.html", "api: create two hosted zones of one name, dig a record of the newer at a public resolver; nothing is assumed to come"},
		{"route53.alias-target", "An alias needs only a name below cloudfront.net; whether it exists is not checked.", Inferred, aliasTarget, "api: change-resource-record-sets with an alias to nobody.cloudfront.net in zone Z2FDTNDATAQYW2; it is taken"},
		{"route53.leads", "A host leads to the edges if an alias or CNAME in its zone leads to any distribution; if no zone of the account holds it, as an alias.", Inferred, aliasTarget, "api: let the record of an alias lead to another distribution's name; a signed URL opens all the same"},
		{"route53.alias-health", "An alias to CloudFront with EvaluateTargetHealth is refused.", Documented, aliasTarget, "api: change-resource-record-sets with an alias to CloudFront and EvaluateTargetHealth true; InvalidChangeBatch is assumed"},
		{"route53.texts", "The texts of refusals of ACM and Route 53 are ours; their codes are AWS's.", Inferred, "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html", "api: request-certificate for 11 names, change-resource-record-sets with a CNAME at the zone's name; compare the messages"},
	}
}
