package kmskey

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"privateplayback/signer"
)

// explain turns what a client returned for action, such as "kms:Sign", into
// one line that says what to do. ctx is the caller's, limited the one that the
// client had.
func (k *Key) explain(ctx, limited context.Context, action string, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("waiting for KMS: %w", context.Canceled)
	case ctx.Err() != nil:
		return fmt.Errorf("%w: no answer before the caller's deadline: %w", ErrUnavailable, context.DeadlineExceeded)
	case limited.Err() != nil:
		return fmt.Errorf("%w: no answer within %v, retries included; see WithTimeout: %w", ErrUnavailable, k.timeout, context.DeadlineExceeded)
	}
	detail, class := classify(action, err)
	text := detail + trace(err)
	if class == nil {
		return errors.New(text)
	}
	return fmt.Errorf("%w: %s", class, text)
}

// classify finds the class of err, which is the SDK's or a fake's, and words
// for it. A nil class is a refusal that this package has no class for.
func classify(action string, err error) (detail string, class error) {
	var api smithy.APIError
	var response *smithyhttp.ResponseError
	var send *smithyhttp.RequestSendError
	var operation *smithy.OperationError
	switch {
	case foreign(err):
		// Before the API error: it may be that of the service which was to
		// give out the credentials.
		return "getting credentials failed; try: aws sts get-caller-identity", ErrCredentials
	case retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err).Bool():
		return "the account's rate of " + action + " is used up; sign one grant per asset and reuse it, or ask for a higher quota", ErrThrottled
	case errors.As(err, &api) && known(action, api.ErrorCode()) != nil:
		r := known(action, api.ErrorCode())
		return r.detail, r.class
	case errors.As(err, &api) && api.ErrorFault() == smithy.FaultServer,
		errors.As(err, &response) && response.HTTPStatusCode() >= 500:
		return "an internal error of the service; try again later", ErrUnavailable
	case errors.As(err, &api) && plain(api.ErrorCode()):
		return "KMS refused " + action + " with " + api.ErrorCode(), nil
	case errors.As(err, &send):
		return "no connection; check the network, the region and the endpoint", ErrUnavailable
	case errors.As(err, &response):
		return fmt.Sprintf("status %d with an answer that is not KMS's; check the endpoint and any proxy", response.HTTPStatusCode()), ErrUnavailable
	case errors.As(err, &operation):
		return "the request could not be made; try: aws sts get-caller-identity, aws configure list", ErrCredentials
	default:
		return "the client failed", ErrUnavailable
	}
}

// refusal is an error code of KMS in our words.
type refusal struct {
	class  error
	detail string
}

// known returns what an error code means, or nil.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_Errors
// https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html
func known(action, code string) *refusal {
	switch code {
	case "NotFoundException", "InvalidArnException":
		return &refusal{ErrNotFound, "no such key or alias in that account and region; check the id, that an alias begins with alias/, and the client's region"}
	case "AccessDeniedException":
		return &refusal{ErrDenied, "allow " + action + " on the key to this caller, in the key's policy or in IAM; who it is says: aws sts get-caller-identity"}
	case "DisabledException":
		return &refusal{ErrDisabled, "it is disabled; enable it (aws kms enable-key) or sign with another key"}
	case "KMSInvalidStateException":
		return &refusal{ErrDisabled, "its state does not allow " + action + ", as when it is to be deleted; see: aws kms describe-key"}
	case "InvalidKeyUsageException", "UnsupportedOperationException":
		return &refusal{signer.ErrKeyKind, "it is not a key that " + action + " works with; create one with usage SIGN_VERIFY"}
	case "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredTokenException", "ExpiredToken",
		"InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature", "IncompleteSignatureException",
		"MissingAuthenticationToken", "MissingAuthenticationTokenException", "RequestExpired", "OptInRequired":
		return &refusal{ErrCredentials, "AWS refused the credentials with " + code + "; renew them and check the clock"}
	default:
		return nil
	}
}

// foreign reports whether err comes from a call to another service than KMS,
// which the client made to get credentials.
func foreign(err error) bool {
	for operation := (*smithy.OperationError)(nil); errors.As(err, &operation); err = operation.Err {
		if operation.ServiceID != "KMS" {
			return true
		}
	}
	return false
}

// trace returns what helps to find the call: how often it was tried, and the
// request id.
func trace(err error) string {
	var parts []string
	var attempts *retry.MaxAttemptsError
	if errors.As(err, &attempts) {
		parts = append(parts, fmt.Sprintf("%d attempts", attempts.Attempt))
	}
	var response *awshttp.ResponseError
	if errors.As(err, &response) && plain(response.RequestID) {
		parts = append(parts, "request "+response.RequestID)
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// plain reports whether s looks like an error code or a request id, and not
// like text that a proxy or a stand-in put in its place.
func plain(s string) bool {
	other := func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-')
	}
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, other)
}
