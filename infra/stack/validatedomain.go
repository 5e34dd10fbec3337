package stack

import (
	"regexp"
	"strings"
)

// Longest names in bytes: of DNS, and of the first name of a certificate that ACM
// issues, by https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html.
const (
	maxName      = 253
	maxFirstName = 64
)

// tlsPolicies are CloudFront's from TLS 1.2 on. TLSv1.2_2025 and TLSv1.3_2025 came
// after the provider that go.mod pins, which refuses them
// (https://github.com/hashicorp/terraform-provider-aws/issues/43840).
var tlsPolicies = []string{"TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021"}

var (
	domainName     = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)
	zoneID         = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
	certificateARN = regexp.MustCompile(`^arn:aws:acm:([a-z0-9-]+):\d{12}:certificate/[0-9a-f-]{36}$`)
)

// CheckDomain tells whether name could be the Domain of a stack that requests the
// certificate: the error says what is wrong with it.
func CheckDomain(name string) error {
	m := mistakes{}
	m.domainName(Domain{Name: name})
	return m.err()
}

// within tells whether a host name is domain or below it.
func within(name, domain string) bool { return name == domain || strings.HasSuffix(name, "."+domain) }

func (m *mistakes) domain(d Domain) {
	if !d.used() {
		return
	}
	m.domainName(d)
	m.zone(d.ZoneID)
	m.certificate(d.CertificateARN)
	if d.ZoneID == "" && d.CertificateARN == "" {
		m.add("domain", "has neither zoneId nor certificateArn; give the name's public hosted zone in Route 53, or the ARN of a certificate for it in us-east-1")
	}
	m.oneOf("domain.tlsPolicy", d.TLSPolicy, tlsPolicies...)
}

func (m *mistakes) domainName(d Domain) {
	const key = "domain.name"
	switch name := d.Name; {
	case name == "":
		m.add(key, "is missing; write the host that viewers ask, such as video.example.com")
	case strings.Contains(name, "://") || strings.ContainsAny(name, "/:?#@"):
		m.add(key, "is %q, want a host name only, such as video.example.com", name)
	case strings.Contains(name, "*"):
		m.add(key, "is %q, but the base URL needs one host; a certificate may have a wildcard, the name may not", name)
	case strings.HasSuffix(name, "."):
		m.add(key, "is %q, which ends in a dot; write %q", name, strings.TrimRight(name, "."))
	case strings.ToLower(name) != name:
		m.add(key, "is %q; write %q", name, strings.ToLower(name))
	case !domainName.MatchString(name) || len(name) > maxName:
		m.add(key, "is %q, want a host name such as video.example.com: letters, digits and hyphens (an international name as xn--…)", name)
	case within(name, "cloudfront.net"):
		m.add(key, "is %q, a name of CloudFront's; leave domain out for that, or write a name of your own", name)
	case within(name, "amazonaws.com"), within(name, "live-video.net"):
		m.add(key, "is %q, a name of AWS's; write a name of your own", name)
	case len(name) > maxFirstName && d.CertificateARN == "":
		m.add(key, "has %d characters, and ACM issues certificates for at most %d; use a shorter name, or certificateArn", len(name), maxFirstName)
	}
}

func (m *mistakes) zone(id string) {
	const key = "domain.zoneId"
	switch bare := strings.TrimPrefix(id, "/hostedzone/"); {
	case id == "":
	case bare != id && zoneID.MatchString(bare):
		m.add(key, "is %q; write %q", id, bare)
	case !zoneID.MatchString(id):
		m.add(key, "is %q, want the id of a hosted zone, such as Z0123456789ABCDEFGHIJ; `aws route53 list-hosted-zones` lists them", id)
	}
}

func (m *mistakes) certificate(arn string) {
	const key = "domain.certificateArn"
	parts := certificateARN.FindStringSubmatch(arn)
	switch {
	case arn == "":
	case parts == nil:
		m.add(key, "is %q, want arn:aws:acm:us-east-1:123456789012:certificate/…; `aws acm list-certificates --region us-east-1` lists them", arn)
	case parts[1] != certificateRegion:
		m.add(key, "is of %s, but CloudFront takes certificates of us-east-1 only; request or import it there", parts[1])
	}
}
