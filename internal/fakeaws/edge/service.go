package edge

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"sort"
	"sync"
	"time"

	"privateplayback/internal/fakeaws/apierror"
)

// accountID is the account that owns everything here, as in AWS's examples.
const accountID = "123456789012"

// Options are what the edge needs from its surroundings.
type Options struct {
	// Now is the edge's clock; nil means [time.Now].
	Now func() time.Time

	// Fetch asks an origin. req.URL holds scheme, origin host and raw path,
	// req.Host the Host header, and req.TLS is set if and only if the viewer
	// came over TLS. identity is the IAM ARN of the origin access identity;
	// [ServicePrincipal] for a request that an origin access control signs,
	// with the distribution's ARN in [SourceARN] of the request's context; or
	// "" for none. An error becomes a 502 for the viewer. nil answers 502 to
	// everything that is not cached.
	Fetch func(req *http.Request, identity string) (*http.Response, error)

	// Country returns the viewer's country as a code of two capital letters,
	// or "" where it is unknown, and is called concurrently. nil means that it
	// is unknown for everybody: geographic restrictions then let all pass, as
	// CloudFront does.
	Country func(*http.Request) string

	// Propagation is how long a change of a distribution, or of what it uses,
	// takes to reach every edge. Until then its status is "InProgress", and
	// requests are answered by the previous and the current configuration in
	// turns. Zero means at once.
	Propagation time.Duration

	// CertificateNames returns the names that the ACM certificate with the
	// given ARN is for; none if there is no such certificate. nil: there are
	// none. It must not call the Service.
	CertificateNames func(arn string) []string
}

// A Service is one CloudFront: its control plane and one edge location. Make
// it with [New]. It is safe for concurrent use.
type Service struct {
	now              func() time.Time
	fetch            func(req *http.Request, identity string) (*http.Response, error)
	country          func(*http.Request) string
	certificateNames func(arn string) []string
	propagation      time.Duration
	node             string // 32 hexadecimal digits, the edge's name in Via
	cache            *store
	verified         *verified

	mu               sync.RWMutex // guards the maps; their values are never changed in place
	identities       map[string]OriginAccessIdentity
	accessControls   map[string]OriginAccessControl
	publicKeys       map[string]storedKey
	keyGroups        map[string]KeyGroup
	cachePolicies    map[string]CachePolicy // own ones, as in the next two; managed ones are in managed.go
	requestPolicies  map[string]OriginRequestPolicy
	responsePolicies map[string]ResponseHeadersPolicy
	distributions    map[string]*Distribution
	rollouts         map[string]*rollout // by distribution id
	hosts            map[string]string   // lower-case domain name or alias to distribution id
}

// New returns an empty CloudFront.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Fetch == nil {
		o.Fetch = func(*http.Request, string) (*http.Response, error) { return nil, errNoOrigin }
	}
	if o.Country == nil {
		o.Country = func(*http.Request) string { return "" }
	}
	if o.CertificateNames == nil {
		o.CertificateNames = func(string) []string { return nil }
	}
	return &Service{
		now:              o.Now,
		fetch:            o.Fetch,
		country:          o.Country,
		certificateNames: o.CertificateNames,
		propagation:      max(0, o.Propagation),
		node:             randomHex(16),
		cache:            newStore(maxObjectBytes, maxStoreBytes),
		verified:         newVerified(maxVerified),
		identities:       map[string]OriginAccessIdentity{},
		accessControls:   map[string]OriginAccessControl{},
		publicKeys:       map[string]storedKey{},
		keyGroups:        map[string]KeyGroup{},
		cachePolicies:    map[string]CachePolicy{},
		requestPolicies:  map[string]OriginRequestPolicy{},
		responsePolicies: map[string]ResponseHeadersPolicy{},
		distributions:    map[string]*Distribution{},
		rollouts:         map[string]*rollout{},
		hosts:            map[string]string{},
	}
}

// Resources lists what exists, sorted, as "kind/id" with the kinds
// cache-policy, distribution, key-group, origin-access-control,
// origin-access-identity, origin-request-policy, public-key and
// response-headers-policy. Managed policies are not listed.
func (s *Service) Resources() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := []string{}
	for id := range s.identities {
		list = append(list, "origin-access-identity/"+id)
	}
	for id := range s.accessControls {
		list = append(list, "origin-access-control/"+id)
	}
	for id := range s.requestPolicies {
		list = append(list, "origin-request-policy/"+id)
	}
	for id := range s.responsePolicies {
		list = append(list, "response-headers-policy/"+id)
	}
	for id := range s.publicKeys {
		list = append(list, "public-key/"+id)
	}
	for id := range s.keyGroups {
		list = append(list, "key-group/"+id)
	}
	for id := range s.cachePolicies {
		list = append(list, "cache-policy/"+id)
	}
	for id := range s.distributions {
		list = append(list, "distribution/"+id)
	}
	sort.Strings(list)
	return list
}

// checkETag applies the If-Match rule of every update and delete. It returns
// nil when the caller holds the current version.
func checkETag(op, ifMatch, current string) error {
	switch ifMatch {
	case current:
		return nil
	case "":
		return refuse(op, http.StatusBadRequest, "InvalidIfMatchVersion",
			"The If-Match version is missing or not valid for the resource.")
	}
	return refuse(op, http.StatusPreconditionFailed, "PreconditionFailed",
		"The request failed because it didn't meet the preconditions in one or more request-header fields.")
}

func illegalUpdate(op string) error {
	return refuse(op, http.StatusBadRequest, "IllegalUpdate",
		"The update contains modifications that are not allowed: managed policies cannot be changed.")
}

func illegalDelete(op string) error {
	return refuse(op, http.StatusBadRequest, "IllegalDelete", "You cannot delete a managed policy.")
}

// anyBehavior tells whether a behavior of any distribution satisfies uses.
func (s *Service) anyBehavior(uses func(*Behavior) bool) bool {
	for _, d := range s.distributions {
		for b := range d.behaviors() {
			if uses(b) {
				return true
			}
		}
	}
	return false
}

func refuse(op string, status int, code, message string) error {
	return &apierror.Error{Service: "CloudFront", Operation: op, Status: status, Code: code, Message: message}
}

func invalidArgument(op, message string) error {
	return refuse(op, http.StatusBadRequest, "InvalidArgument", message)
}

const (
	upperAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	lowerAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
)

// randomID returns prefix and 13 random characters of the alphabet.
func randomID(prefix, alphabet string) string {
	b := make([]byte, 13)
	rand.Read(b) // never fails since Go 1.24
	for i, v := range b {
		b[i] = alphabet[int(v)%len(alphabet)]
	}
	return prefix + string(b)
}

func newETag() string { return randomID("E", upperAlphabet) }

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func randomUUID() string {
	b := make([]byte, 16)
	rand.Read(b)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
