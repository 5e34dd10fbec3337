package stack

import (
	"encoding/json"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// policyDocument is a bucket policy in the language of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html.
type policyDocument struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid       string
	Effect    string
	Principal any
	Action    any
	Resource  any
	Condition any `json:",omitempty"`
}

// bucketPolicy lets the distribution's identity read objects, refuses whoever
// comes without TLS, and lets the named readers list and read. The identity is
// named by ARN: S3 rewrites its canonical user id, which would show as a change
// at every update.
func bucketPolicy(bucketARN, identityARN pulumi.StringOutput, readers []string) pulumi.StringOutput {
	return pulumi.All(bucketARN, identityARN).ApplyT(func(args []any) (string, error) {
		bucket, identity := args[0].(string), args[1].(string)
		text, err := json.Marshal(newPolicyDocument(bucket, identity, readers))
		return string(text), err
	}).(pulumi.StringOutput)
}

func newPolicyDocument(bucket, identity string, readers []string) policyDocument {
	objects := bucket + "/*"
	doc := policyDocument{
		Version: "2012-10-17",
		Statement: []statement{
			{
				Sid:       "DistributionReads",
				Effect:    "Allow",
				Principal: map[string]any{"AWS": identity},
				Action:    "s3:GetObject",
				Resource:  objects,
			},
			{
				Sid:       "TLSOnly",
				Effect:    "Deny",
				Principal: "*",
				Action:    "s3:*",
				Resource:  []string{bucket, objects},
				Condition: map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
			},
		},
	}
	if len(readers) == 0 {
		return doc
	}
	principal := map[string]any{"AWS": readers}
	doc.Statement = append(doc.Statement,
		statement{Sid: "ReadersList", Effect: "Allow", Principal: principal, Action: "s3:ListBucket", Resource: bucket},
		statement{Sid: "ReadersRead", Effect: "Allow", Principal: principal, Action: "s3:GetObject", Resource: objects},
	)
	return doc
}
