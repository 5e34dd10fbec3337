// Package acm plays the part of AWS Certificate Manager in us-east-1 that
// CloudFront takes certificates from: certificates that are requested and
// validated by DNS, and certificates that are imported.
//
// A requested certificate has names and a status but no key: whoever serves it
// makes the key.
package acm
