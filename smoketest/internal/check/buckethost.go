package check

import (
	"strings"

	"privateplayback/infra/outputs"
)

// The names under which S3 answers for the stack's bucket. Each is empty where
// bucketRegionalDomainName has another form than S3's.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/dual-stack-endpoints.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html

// bucketHosts are all of them.
func bucketHosts(stack *outputs.Stack) []string {
	return append(websiteHosts(stack), stack.BucketRegionalDomainName, pathStyleHost(stack), globalHost(stack),
		dualStackHost(stack), accelerateHost(stack))
}

// pathStyleHost is the regional S3 endpoint of the stack's bucket.
func pathStyleHost(stack *outputs.Stack) string {
	host, ok := strings.CutPrefix(stack.BucketRegionalDomainName, stack.BucketName+".")
	if !ok {
		return ""
	}
	return host
}

// storageDomain is the partition's: "amazonaws.com".
func storageDomain(stack *outputs.Stack) string {
	domain, ok := strings.CutPrefix(pathStyleHost(stack), "s3."+stack.Region+".")
	if !ok {
		return ""
	}
	return domain
}

// underService is a name of the bucket under a service of S3.
func underService(stack *outputs.Stack, service string) string {
	if domain := storageDomain(stack); domain != "" {
		return stack.BucketName + "." + service + "." + domain
	}
	return ""
}

// globalHost is the bucket's legacy name, the one without a region.
func globalHost(stack *outputs.Stack) string { return underService(stack, "s3") }

// dualStackHost answers over IPv6 too.
func dualStackHost(stack *outputs.Stack) string {
	return underService(stack, "s3.dualstack."+stack.Region)
}

// accelerateHost is for transfer acceleration.
func accelerateHost(stack *outputs.Stack) string { return underService(stack, "s3-accelerate") }

// websiteHosts are the two forms of a website's name, of which a region has one
// at least. They speak plain HTTP only.
func websiteHosts(stack *outputs.Stack) []string {
	return []string{underService(stack, "s3-website-"+stack.Region), underService(stack, "s3-website."+stack.Region)}
}
