package assumption

func s3Assumptions() []Assumption {
	return []Assumption{
		{"s3.restrict-public", "Under RestrictPublicBuckets an identity that has a statement of its own still reads.", Inferred, publicAccess, "deploy: add a public statement while BlockPublicPolicy is off, open a signed URL"},
		{"s3.public-principals", `Conditions on aws:PrincipalArn, aws:Referer and TLS do not make a policy for "*" less public.`, Documented, publicAccess, "api: get-bucket-policy-status for each"},
		{"s3.iam-readers", "A reader named by ARN need only be well-formed: there is no IAM.", Chosen, s3Guide + "s3-bucket-user-policy-specifying-principal-intro.html", "deploy: name a user that does not exist in readers; MalformedPolicy on AWS"},
		{"s3.anonymous-keys", "An anonymous caller has neither aws:PrincipalArn nor aws:PrincipalIsAWSService.", Documented, policyKeys, "deploy: add a Deny with Null on aws:PrincipalArn"},
		{"s3.policy-version", "A policy without Version is taken, one with another than the two known is MalformedPolicy.", Documented, s3Errors, "api: put-bucket-policy"},
		{"s3.policy-repeats", "Repeated members and Sids, and the Resource bucket*, are MalformedPolicy.", Inferred, s3Errors, "api: put-bucket-policy"},
		{"s3.unknown-condition-key", "Unknown aws: condition keys are refused, although S3 is seen to take them.", Reported, policyKeys, "api: put-bucket-policy with aws:NoSuchKey"},
		{"s3.not-evaluated", "Known operators and keys that the stand-in does not evaluate are 501 NotImplemented.", Chosen, policyKeys, "api: nothing to settle, S3 evaluates them"},
		{"s3.policy-size", "A policy over 20 KB is MalformedPolicy.", Reported, s3Guide + "bucket-policies.html", "api: put-bucket-policy with 20,481 bytes"},
		{"s3.plus-in-path", "A plus sign in a path is a space; a key with a plus needs %2B.", Reported, "https://github.com/s3tools/s3cmd/issues/554", "api: put an object a+b, sign and ask for /a+b and /a%2Bb"},
		{"s3.cors-disabled", "The refusal of a preflight by a bucket without CORS has ResourceType BUCKET.", Reported, "https://github.com/versity/versitygw/issues/2083", "api: delete-bucket-cors, then OPTIONS on an object"},
		{"s3.preflight-methods", "Access-Control-Allow-Methods of a preflight lists the rule's methods.", Reported, s3Guide + "testing-cors.html", "vod.cors.preflight"},
		{"s3.preflight-without-origin", "A preflight without Origin is 400 BadRequest.", Reported, s3CORS, "assume.s3.preflight-without-origin"},
		{"s3.preflight-without-method", "A preflight that names no method is 400 BadRequest.", Reported, s3CORS, "assume.s3.preflight-without-method"},
		{"s3.preflight-foreign-origin", "A preflight that no rule allows is 403 AccessForbidden.", Documented, s3API + "RESTOPTIONSobject.html", "assume.s3.preflight-foreign-origin"},
		{"s3.error-with-cors", "Refusals have CORS headers where a rule allows the page.", Reported, s3CORS, "assume.s3.error-with-cors"},
		{"s3.legacy-name", "The name without a region answers 307 for a bucket of another region, or 301 with the Endpoint.", Reported, s3Guide + "VirtualHosting.html", "vod.origin.direct-global"},
		{"s3.cloudfront-query", "A signing parameter of CloudFront in a request to S3 itself is 403 AccessDenied.", Inferred, s3Errors, "api: ask the bucket's host with a signed URL's query"},
		{"s3.owner-key", "A key of the account's owner may do what the bucket policy does not deny; there is no other key.", Chosen, s3Guide + "access-policy-language-overview.html", "api: nothing to settle, IAM decides on AWS"},
		{"s3.order-of-sigv4", "A signature of version 4 is judged in the order form, scope, time, key, signature.", Inferred, s3API + "sigv4-auth-using-authorization-header.html", "api: presign with an unknown key and a past date; AccessDenied is assumed"},
		{"s3.presigned-later", "A presigned URL for later, or expired, is 403 AccessDenied.", Reported, s3Guide + "using-presigned-url.html", "api: presign --expires-in 1, wait, ask"},
		{"s3.unsigned-headers", "An x-amz-* header that is not signed is AccessDenied.", Documented, s3API + "sig-v4-header-based-auth.html", "api: curl a presigned URL with x-amz-acl"},
		{"s3.other-credentials", "Session tokens and signatures of version 2 and 4A are 400.", Chosen, s3API + "sig-v4-authenticating-requests.html", "api: nothing to settle, S3 takes session tokens and 4A"},
		{"s3.missing-version", "A version that does not exist is 404 only for who may list.", Documented, s3API + "API_GetObject.html", "api: ask CloudFront for ?versionId of nothing with the query forwarded"},
		{"s3.first-versioning", "The first enabling of versioning holds at once.", Chosen, s3Guide + "manage-versioning-examples.html", "api: put-bucket-versioning, then put-object at once"},
		{"s3.kms-and-access-control", "An object under SSE-KMS is refused to every distribution: there are no key policies.", Chosen, originIdentity, "deploy: encrypt an object with a key whose policy names the distribution; 200 on AWS behind an origin access control"},
		{"s3.bucket-secret-reads", "That the owner's readers are refused without TLS, that public access is blocked while no policy is public, and that a key group holds no stranger's key cannot be seen by a viewer.", Documented, publicAccess, "api: get-public-access-block, get-bucket-policy, get-key-group"},
	}
}
