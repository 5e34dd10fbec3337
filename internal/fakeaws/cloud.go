package fakeaws

import (
	"crypto/rand"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"privateplayback/internal/fakeaws/acm"
	"privateplayback/internal/fakeaws/bucket"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/ivs"
	"privateplayback/internal/fakeaws/journal"
	"privateplayback/internal/fakeaws/route53"
)

// The account and the region that the stand-in plays unless told otherwise.
const (
	DefaultRegion = "us-west-2"
	AccountID     = "123456789012"
)

// Options configures a Cloud. The zero value is usable.
type Options struct {
	Region string                       // "": DefaultRegion
	Now    func() time.Time             // nil: time.Now
	OnAir  func(channelARN string) bool // which channels stream; nil: every one

	// Propagation is how long a change of a distribution is InProgress; see
	// edge.Options.
	Propagation time.Duration

	// Owner is a key of the account's owner, with which ordinary clients of S3 may
	// list and upload; the zero value is none.
	Owner AccessKey

	// Journal keeps the requests and what decided them; nil keeps none.
	Journal *journal.Journal
}

// AccessKey is a long-lived key of an IAM user.
type AccessKey struct {
	ID     string // "AKIA…"
	Secret string
}

// NewAccessKey returns a key that nobody else has.
func NewAccessKey() AccessKey {
	return AccessKey{"AKIA" + rand.Text()[:16], rand.Text() + rand.Text()[:14]}
}

// ownerARN is the user that an Options.Owner belongs to.
const ownerARN = "arn:aws:iam::" + AccountID + ":user/owner"

// credentials knows the owner's key.
func (k AccessKey) credentials(id string) (secret, arn string, ok bool) {
	return k.Secret, ownerARN, k.ID != "" && id == k.ID
}

// Cloud is the services, wired as AWS wires them: S3 knows CloudFront's
// identities, the edge fetches from S3 as one of them and takes certificates from
// ACM, and ACM looks for its validation records in Route 53. Each may call the
// next of edge, ACM and Route 53 while it holds its own lock, never the one
// before. A Cloud is safe for concurrent use.
type Cloud struct {
	Region  string
	Bucket  *bucket.Service
	Edge    *edge.Service
	IVS     *ivs.Service
	ACM     *acm.Service     // of us-east-1, whatever the Region
	Route53 *route53.Service // the public DNS: zones count as delegated

	journal *journal.Journal
}

// New returns a cloud in which nothing is deployed.
func New(o Options) *Cloud { return newCloud(o, nil) }

// newCloud takes stream keys from derive; nil: they are drawn at random.
func newCloud(o Options, derive func(label string) string) *Cloud {
	if o.Region == "" {
		o.Region = DefaultRegion
	}
	c := &Cloud{Region: o.Region, journal: o.Journal}
	c.Route53 = route53.New()
	c.ACM = acm.New(acm.Options{AccountID: AccountID, Now: o.Now, Lookup: c.Route53.LookupCNAME, Users: c.certificateUsers, Derive: derive})
	c.Edge = edge.New(edge.Options{Now: o.Now, Fetch: c.fetch, Propagation: o.Propagation, CertificateNames: c.ACM.Names})
	c.Bucket = bucket.New(bucket.Options{
		Region: o.Region, AccountID: AccountID, Now: o.Now,
		PrincipalExists: c.Edge.PrincipalExists, CanonicalUserARN: c.Edge.CanonicalUserARN,
		Credentials: o.Owner.credentials,
	})
	c.IVS = ivs.New(ivs.Options{Region: o.Region, AccountID: AccountID, Now: o.Now, OnAir: o.OnAir, Derive: derive})
	return c
}

// ServeHTTP is the data plane: the host decides which service answers. An IP
// address is an S3 endpoint that a client was told of. A host that is none of
// AWS's, nor an alias of a distribution, gets 421 Misdirected Request, which AWS
// never sends.
func (c *Cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, _ := strings.Cut(strings.ToLower(r.Host), ":")
	if _, err := netip.ParseAddr(host); err == nil {
		c.journal.ServeHTTP(w, r, journal.S3, c.Bucket)
		return
	}
	switch {
	case strings.HasSuffix(host, ".cloudfront.net"):
		c.journal.ServeHTTP(w, r, journal.CloudFront, c.Edge)
	case strings.HasSuffix(host, ".live-video.net"):
		c.journal.ServeHTTP(w, r, journal.IVS, c.IVS)
	case strings.HasSuffix(host, ".amazonaws.com"):
		c.journal.ServeHTTP(w, r, journal.S3, c.Bucket)
	case c.Edge.Serves(host):
		c.journal.ServeHTTP(w, r, journal.CloudFront, c.Edge)
	default:
		http.Error(w, "the stand-in plays no host of this name", http.StatusMisdirectedRequest)
	}
}

// plays tells whether a host name without port is AWS's or leads to a distribution:
// by the records of its zone, or as an alias if its DNS is elsewhere. Which
// distribution is all the same, since they share their edges.
func (c *Cloud) plays(host string) bool {
	host = strings.ToLower(host)
	if within(domains, host) {
		return !slices.Contains(domains, host)
	}
	if target, held := c.Route53.Leads(host); held {
		return within(domains, target) && c.Edge.Serves(target)
	}
	return c.Edge.Serves(host)
}

func (c *Cloud) certificateUsers(arn string) []string { return c.Edge.CertificateUsers(arn) }

// fetch carries an edge's request to an S3 origin within the process: as the
// identity with the given ARN, as the service on behalf of a distribution, or
// anonymously. The viewer's context goes with it, so that what S3 decides is in the
// viewer's entry of the journal.
func (c *Cloud) fetch(r *http.Request, identity string) (*http.Response, error) {
	ctx := bucket.WithPrincipal(r.Context(), identity)
	if identity == edge.ServicePrincipal {
		ctx = bucket.WithSource(ctx, edge.SourceARN(r.Context()))
	}
	return roundTrip(ctx, c.Bucket, r), nil
}

// Resources lists what is deployed, sorted within each service: "bucket/NAME",
// "distribution/ID", "certificate/ARN", "hosted-zone/ID", and so on. It is empty in a new cloud, and again when
// everything is destroyed.
func (c *Cloud) Resources() []string {
	list := append(c.Bucket.Resources(), c.Edge.Resources()...)
	list = append(list, c.IVS.Resources()...)
	list = append(list, c.ACM.Resources()...)
	return append(list, c.Route53.Resources()...)
}
