// Package apierror holds the refusals of the stand-in's control plane, in the
// vocabulary that AWS's APIs use, so that the provider reports what the real
// one would.
package apierror

import "fmt"

// Error is one refused API call. The zero value is not a valid error.
type Error struct {
	Service   string // "CloudFront", "S3", "ivs"
	Operation string // the API's own name: "DeletePublicKey"
	Status    int    // HTTP status of the answer
	Code      string // AWS error code: "PublicKeyInUse"
	Message   string // AWS's or our sentence; holds no secret
}

// Error renders the refusal in the shape in which the AWS SDKs print one.
func (e *Error) Error() string {
	return fmt.Sprintf("operation error %s: %s, https response error StatusCode: %d, %s: %s",
		e.Service, e.Operation, e.Status, e.Code, e.Message)
}
