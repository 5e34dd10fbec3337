package assumption

func domainAssumptions() []Assumption {
	const (
		dnsValidation = acmGuide + "dns-validation.html"
		aliasTarget   = "https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html"
	)
	return []Assumption{
		{"acm.chain", "CloudFront wants an imported certificate's chain; whether its root is trusted is not judged.", Inferred, ownDomain, "api: create-distribution with a certificate imported without chain, and with one of a private authority"},
		{"acm.key-kinds", "CloudFront takes RSA_2048 and EC_prime256v1 and no larger keys.", Inferred, ownDomain, "api: create-distribution with an imported certificate of RSA 3072"},
		{"acm.validation-record", "The validation record of a domain is the same for every request of an account, and shared by its wildcard.", Documented, dnsValidation, "api: request-certificate twice, describe both"},
		{"acm.validation-window", "Validation ends after 72 hours; an issued certificate stays issued without its records.", Documented, dnsValidation, "api: delete the record of an issued certificate, describe it"},
		{"acm.limits", "A certificate has at most ten names and is valid for 198 days.", Inferred, acmGuide + "acm-limits.html", "api: describe-certificate of a new one"},
		{"acm.validation-wait", "CertificateValidation does not wait: it fails at once and names the records that are missing.", Chosen, provider, "deploy: the provider waits for 75 minutes on AWS"},
		{"route53.delegated", "Every zone counts as delegated; the closest answers, of two of one name the older.", Inferred, "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-working-with.html", "api: dig the record at a public resolver"},
		{"route53.alias-target", "An alias needs only a name below cloudfront.net; whether it exists is not checked.", Inferred, aliasTarget, "api: change-resource-record-sets with an alias to a name that nobody has"},
		{"route53.alias-health", "An alias to CloudFront with EvaluateTargetHealth is refused.", Documented, aliasTarget, "api: change-resource-record-sets with EvaluateTargetHealth true"},
		{"route53.texts", "The texts of refusals of ACM and Route 53 are ours; their codes are AWS's.", Inferred, "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html", "api: provoke each"},
	}
}
