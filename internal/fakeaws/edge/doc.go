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
// next request, unless [Options.Propagation] makes it spread as it does on AWS.
//
// A request is handled in this order:
//
//  1. size limits, host name, distribution enabled
//  2. cache behavior by path pattern
//  3. geographic restriction
//  4. viewer protocol policy, method
//  5. signature: URL parameters or cookies, key, policy
//  6. cache, compressed or not as the viewer accepts
//  7. origin, through [Options.Fetch]
//
// Errors from the third step on may have a custom page.
//
// Everything is in memory. A Service is safe for concurrent use.
//
// Left out: brotli (the edge passes it on, but does not make it), invalidations,
// functions, custom (non-S3) origins, origin groups, the Server-Timing header,
// and trusted signers other than key groups. What cannot be imitated is refused
// at creation. TLS is the caller's: [Service.Serves] knows the host names.
package edge
