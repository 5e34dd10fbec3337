package bucket

import (
	"sync"
	"time"
)

// Options configures a Service. The zero value is usable: region us-east-1,
// the system clock, and no origin access identity known.
type Options struct {
	// Region is the one region whose buckets this Service holds, for example
	// "eu-central-1". Empty means "us-east-1".
	Region string

	// AccountID is the twelve-digit account that owns every bucket. Empty
	// means "123456789012".
	AccountID string

	// MaxObjectSize bounds one object, and one multipart upload, in bytes, since
	// everything is held in memory. Zero means 256 MiB; S3 takes 5 GB at once.
	MaxObjectSize int64

	// Now tells the time for Date and Last-Modified. Nil means time.Now.
	Now func() time.Time

	// PrincipalExists reports whether an origin access identity is known. Its
	// argument is an ARN, "arn:aws:iam::cloudfront:user/CloudFront Origin
	// Access Identity E…". Nil means that none is. It is called without any
	// lock of the Service held.
	PrincipalExists func(arn string) bool

	// CanonicalUserARN gives the ARN of the origin access identity that has a
	// canonical user id, and "" when there is none. Nil means that no id can
	// be resolved, and a policy that names one is refused. It is called
	// without any lock of the Service held.
	CanonicalUserARN func(canonicalID string) string

	// Credentials gives the secret of an access key and the ARN of the IAM
	// root, user or role that it belongs to; not ok: there is no such key. Nil
	// means that there are no keys, and whoever signs is refused. Keys are
	// long-lived: a request with a session token is refused.
	//
	// A principal of AccountID has an identity policy that allows everything,
	// so it may do what the bucket policy does not deny. One of another account
	// may do what the bucket policy allows. It is called without any lock of
	// the Service held.
	Credentials func(accessKeyID string) (secret, arn string, ok bool)
}

// Service is S3 in one account and one region. It implements http.Handler for
// the REST endpoint and holds the control plane as methods, whose errors are
// all *apierror.Error. It is safe for concurrent use.
type Service struct {
	options Options
	mu      sync.RWMutex
	buckets map[string]*state
}

// state is one bucket.
type state struct {
	settings
	created time.Time
	objects map[string][]*version // the latest last; never empty
	uploads map[string]*upload    // by id
}

// settings is what is configured on a bucket. Nothing that it points to is
// changed in place, so a copy taken under the lock is a consistent snapshot.
type settings struct {
	block      *PublicAccessBlock // nil: deleted, all four off
	ownership  string             // "": deleted
	encryption string
	versioning string  // "": never enabled
	policy     *policy // nil: none
	cors       []CORSRule
}

// New gives a Service without buckets.
func New(o Options) *Service {
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	if o.AccountID == "" {
		o.AccountID = "123456789012"
	}
	if o.MaxObjectSize <= 0 {
		o.MaxObjectSize = 256 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.PrincipalExists == nil {
		o.PrincipalExists = func(string) bool { return false }
	}
	if o.CanonicalUserARN == nil {
		o.CanonicalUserARN = func(string) string { return "" }
	}
	return &Service{options: o, buckets: map[string]*state{}}
}

// snapshot gives the settings of a bucket; false: no such bucket.
func (s *Service) snapshot(name string) (settings, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.buckets[name]
	if !ok {
		return settings{}, false
	}
	return b.settings, true
}

// view is snapshot for the control plane.
func (s *Service) view(operation, name string) (settings, error) {
	b, ok := s.snapshot(name)
	if !ok {
		return settings{}, errNoSuchBucket.control(operation)
	}
	return b, nil
}

// update runs change on a bucket under the lock.
func (s *Service) update(operation, name string, change func(*state)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.buckets[name]
	if !ok {
		return errNoSuchBucket.control(operation)
	}
	change(b)
	return nil
}
