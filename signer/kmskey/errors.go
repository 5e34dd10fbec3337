package kmskey

import "errors"

// The classes of failure that a caller may branch on with [errors.Is]. The
// error reads "operation and key: class: detail and next step"; the detail is
// for people and may change. A key of the wrong usage or spec is a
// [signer.ErrKeyKind]; a hash or padding that the key does not sign, such as
// SHA-1, is a [signer.ErrHash]. A call that ran out of time is an ErrUnavailable and
// [context.DeadlineExceeded], one that its caller gave up is
// [context.Canceled].
//
// No error holds key material, a signature, a message, a credential, or any
// text of the service's answer: some of AWS's refusals quote the request with
// its session token. What is left of an answer is its code and, to find the
// call in CloudTrail, its request id. For the same reason the SDK's error is
// not wrapped.
var (
	// ErrNotFound: no key by that id in its account and region, or an id that
	// KMS cannot read.
	ErrNotFound = errors.New("KMS key not found")
	// ErrDenied: the caller lacks kms:GetPublicKey or kms:Sign on the key.
	ErrDenied = errors.New("KMS permission missing")
	// ErrCredentials: there is no region, no credential, or one that has
	// expired or is not AWS's; or the clock of this machine is wrong. Trying
	// again does not help.
	ErrCredentials = errors.New("AWS credentials or region unusable")
	// ErrDisabled: the key is disabled, pending deletion or import.
	ErrDisabled = errors.New("KMS key not enabled")
	// ErrThrottled: more calls than the account's quota, and the client's
	// retries are used up.
	ErrThrottled = errors.New("KMS is throttling")
	// ErrUnavailable: no answer, an internal error, or an answer that is not
	// KMS's. Trying again later may help.
	ErrUnavailable = errors.New("KMS unavailable")
	// ErrSignature: the answer is a signature that does not verify with the
	// key's public key.
	ErrSignature = errors.New("wrong signature from KMS")
)
