package bucket

import (
	"crypto/sha256"
	"encoding/base32"
	"net/http"
	"slices"
	"strconv"
)

// maxPolicySize is in bytes, see
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html.
const maxPolicySize = 20 * 1024

// policy is a stored bucket policy. It is not changed once stored.
type policy struct {
	text       string
	identities []mention // origin access identities, in the order of the text
	statements []statement
	public     bool
}

// mention is a JSON string in a policy that names an origin access identity.
type mention struct {
	start, end int // text[start:end], quotes included
	arn        string
}

// PutPolicy replaces the bucket policy. The document is read strictly by the
// grammar of the policy language
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
// A CanonicalUser principal is stored rewritten as the ARN of its origin
// access identity.
//
// Refusals: NoSuchBucket; MalformedPolicy for what S3 does not take;
// NotImplemented for what S3 takes and the stand-in cannot evaluate;
// AccessDenied for a public policy under BlockPublicPolicy.
func (s *Service) PutPolicy(name, document string) error {
	const operation = "PutBucketPolicy"
	if _, err := s.view(operation, name); err != nil {
		return err
	}
	p, f := s.parsePolicy(name, document)
	if f != nil {
		return f.control(operation)
	}
	blocked := false
	err := s.update(operation, name, func(b *state) {
		blocked = p.public && b.block != nil && b.block.BlockPublicPolicy
		if !blocked {
			b.policy = p
		}
	})
	if blocked {
		return refusal{status: http.StatusForbidden, code: errAccessDenied.code,
			message: "User: arn:aws:iam::" + s.options.AccountID + ":root is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::" + name +
				"\" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."}.control(operation)
	}
	return err
}

// Policy reads the bucket policy as it is stored. In place of the ARN of an
// origin access identity that has since been deleted it shows an opaque id,
// which PutPolicy does not take. Refusals: NoSuchBucket, NoSuchBucketPolicy.
func (s *Service) Policy(name string) (string, error) {
	const operation = "GetBucketPolicy"
	b, err := s.view(operation, name)
	if err != nil {
		return "", err
	}
	if b.policy == nil {
		return "", refusal{status: http.StatusNotFound, code: "NoSuchBucketPolicy",
			message: "The bucket policy does not exist"}.control(operation)
	}
	text := b.policy.text
	for _, m := range slices.Backward(b.policy.identities) {
		if !s.options.PrincipalExists(m.arn) {
			text = text[:m.start] + strconv.Quote(opaqueID(m.arn)) + text[m.end:]
		}
	}
	return text, nil
}

// DeletePolicy removes the bucket policy; that there is none is no error.
// Refusals: NoSuchBucket.
func (s *Service) DeletePolicy(name string) error {
	return s.update("DeleteBucketPolicy", name, func(b *state) { b.policy = nil })
}

// opaqueID is the unique id that IAM shows for a principal that is gone, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids.
func opaqueID(arn string) string {
	sum := sha256.Sum256([]byte(arn))
	return "AIDA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// parsePolicy reads the document for the bucket of this name.
func (s *Service) parsePolicy(bucket, document string) (*policy, *refusal) {
	p := policyParser{service: s, bucket: bucket}
	parsed, f := p.parse(document)
	if f != nil || len(p.rewrites) == 0 {
		return parsed, f
	}
	for _, e := range slices.Backward(p.rewrites) {
		document = document[:e.start] + e.text + document[e.end:]
	}
	p = policyParser{service: s, bucket: bucket}
	return p.parse(document)
}

// rewrite replaces document[start:end].
type rewrite struct {
	start, end int
	text       string
}

type policyParser struct {
	service    *Service
	bucket     string
	identities []mention
	rewrites   []rewrite // CanonicalUser to AWS, in the order of the text
}

func (p *policyParser) parse(document string) (*policy, *refusal) {
	if len(document) > maxPolicySize {
		return nil, malformedPolicy("Policy exceeds the maximum allowed document size.")
	}
	root, f := parseDocument(document)
	if f != nil {
		return nil, f
	}
	if !root.only("Version", "Id", "Statement") {
		return nil, malformedPolicy("Invalid policy syntax.")
	}
	if v := root.member("Version"); v != nil {
		if v.kind != stringNode || v.text != "2012-10-17" && v.text != "2008-10-17" {
			return nil, malformedPolicy("The policy must contain a valid version string")
		}
	}
	if id := root.member("Id"); id != nil && id.kind != stringNode {
		return nil, malformedPolicy("Invalid policy syntax.")
	}
	parsed := &policy{text: document}
	if parsed.statements, f = p.statements(root.member("Statement")); f != nil {
		return nil, f
	}
	parsed.identities = p.identities
	parsed.public = slices.ContainsFunc(parsed.statements, statement.public)
	return parsed, nil
}

func (p *policyParser) statements(n *node) ([]statement, *refusal) {
	if n == nil {
		return nil, malformedPolicy("Missing required field Statement")
	}
	if len(n.list()) == 0 {
		return nil, malformedPolicy("Could not parse the policy: Statement is empty!")
	}
	var out []statement
	sids := map[string]bool{}
	for _, item := range n.list() {
		if item.kind != objectNode {
			return nil, malformedPolicy("Invalid policy syntax.")
		}
		st, f := p.statement(item)
		if f != nil {
			return nil, f
		}
		if st.sid != "" && sids[st.sid] {
			return nil, malformedPolicy("Statement IDs (SID) in a single policy must be unique.")
		}
		sids[st.sid] = true
		out = append(out, st)
	}
	return out, nil
}
