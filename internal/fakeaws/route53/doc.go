// Package route53 plays the part of Amazon Route 53 that a domain of one's own
// needs: public hosted zones with A, AAAA, CNAME and TXT records, and aliases to
// CloudFront distributions.
package route53
