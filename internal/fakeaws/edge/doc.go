// Package edge stands in for Amazon CloudFront: the control plane as Go
// methods, and one edge location as an [http.Handler].
//
// A [Service] is configured the way CloudFront is, and only that way: create an
// origin access identity, public keys, key groups, cache policies and a
// distribution, then send requests whose Host is the distribution's domain:
//
//	cdn := edge.New(edge.Options{Now: time.Now, Fetch: fetch})
//	key, err := cdn.CreatePublicKey(edge.PublicKeyConfig{CallerReference: "1", Name: "viewer", EncodedKey: pem})
//	group, err := cdn.CreateKeyGroup(edge.KeyGroupConfig{Name: "viewers", Items: []string{key.ID}})
//	dist, err := cdn.CreateDistribution(edge.DistributionConfig{…, DefaultBehavior: edge.Behavior{…, TrustedKeyGroups: []string{group.ID}}})
//	cdn.ServeHTTP(w, r) // r.Host == dist.DomainName
//
// Control-plane methods refuse with *apierror.Error in CloudFront's codes and
// statuses. Updates and deletes take the current ETag. A change holds for the
// next request: there is no propagation, and the status is always "Deployed".
//
// A request is handled in this order:
//
//  1. size limits, host name, distribution enabled
//  2. cache behavior by path pattern
//  3. viewer protocol policy, method
//  4. signature: URL parameters or cookies, key, policy
//  5. cache
//  6. origin, through [Options.Fetch]
//
// Everything is in memory. A Service is safe for concurrent use.
//
// Left out: compression, custom error responses, invalidations, functions,
// aliases with own certificates, custom (non-S3) origins, own origin request
// and response headers policies, geographic restrictions, and trusted signers
// other than key groups. What cannot be imitated is refused at creation.
package edge
