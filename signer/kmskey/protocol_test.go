package kmskey_test

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"

	"privateplayback/signer"
	"privateplayback/signer/kmskey"
)

// secret is what no error may hold: it stands for the credentials, and is in
// every text that the server answers with.
const secret = "wJalrXUtnFEMISECRET"

func TestProtocol(t *testing.T) {
	for _, s := range specs() {
		t.Run(s.name, func(t *testing.T) {
			client, _ := (&server{kms: newFake()}).start(t)
			key := open(t, client, s.id)
			for _, length := range []int{1, 4096, 4097} {
				message := make([]byte, length)
				signature, err := key.SignMessageContext(t.Context(), message, s.hash)
				if err != nil {
					t.Fatal(err)
				}
				verified(t, s.private().Public(), s.hash, message, signature)
			}
		})
	}
}

// refusals are the answers of KMS and of what may stand in its place.
func refusals() []refusalCase {
	return []refusalCase{
		{"AccessDeniedException", 400, kmskey.ErrDenied, "allow ACTION on the key"},
		{"DisabledException", 400, kmskey.ErrDisabled, "aws kms enable-key"},
		{"KMSInvalidStateException", 400, kmskey.ErrDisabled, "aws kms describe-key"},
		{"NotFoundException", 400, kmskey.ErrNotFound, "check the id"},
		{"InvalidArnException", 400, kmskey.ErrNotFound, "check the id"},
		{"InvalidKeyUsageException", 400, signer.ErrKeyKind, "SIGN_VERIFY"},
		{"UnsupportedOperationException", 400, signer.ErrKeyKind, "SIGN_VERIFY"},
		{"ThrottlingException", 400, kmskey.ErrThrottled, "one grant per asset and reuse it, or ask for a higher quota (3 attempts, request " + requestID + ")"},
		{"TooManyRequestsException", 429, kmskey.ErrThrottled, "quota"},
		{"KMSInternalException", 500, kmskey.ErrUnavailable, "try again later (3 attempts"},
		{"DependencyTimeoutException", 503, kmskey.ErrUnavailable, "try again later"},
		{"KeyUnavailableException", 500, kmskey.ErrUnavailable, "try again later"},
		{"ServiceUnavailable", 503, kmskey.ErrUnavailable, "try again later"},
		{"UnrecognizedClientException", 400, kmskey.ErrCredentials, "renew them"},
		{"ExpiredTokenException", 400, kmskey.ErrCredentials, "renew them"},
		{"InvalidSignatureException", 400, kmskey.ErrCredentials, "check the clock"},
		{"IncompleteSignature", 403, kmskey.ErrCredentials, "renew them"},
	}
}

type refusalCase struct {
	code   string
	status int
	class  error
	text   string
}

// classes are all that an error may belong to.
func classes() []error {
	return []error{
		kmskey.ErrNotFound, kmskey.ErrDenied, kmskey.ErrCredentials, kmskey.ErrDisabled, kmskey.ErrThrottled,
		kmskey.ErrUnavailable, signer.ErrHash, kmskey.ErrSignature, signer.ErrKeyKind,
	}
}

// wantError checks an error's class, words and discretion.
func wantError(t *testing.T, err, class error, text string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %v", class)
	}
	for _, c := range classes() {
		if got, want := errors.Is(err, c), c == class; got != want {
			t.Errorf("%v: errors.Is(err, %q) = %v, want %v", err, c, got, want)
		}
	}
	line := err.Error()
	if !strings.Contains(line, text) || !strings.Contains(line, p256ID) || strings.Contains(line, "\n") {
		t.Errorf("%q, want one line with %q and the key's id", line, text)
	}
	var sdk smithy.APIError
	if strings.Contains(fmt.Sprintf("%+v %#v", err, err), secret) || errors.As(err, &sdk) {
		t.Errorf("%q gives away the service's text or the SDK's error", line)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range refusals() {
		t.Run(c.code, func(t *testing.T) {
			var refusing atomic.Bool
			s := &server{kms: newFake(), instead: func(w http.ResponseWriter, r *http.Request) bool {
				if refusing.Load() {
					refuse(w, c.status, c.code, "The Canonical String should have been\n"+secret)
				}
				return refusing.Load()
			}}
			client, _ := s.start(t)
			key := open(t, client, p256ID)
			refusing.Store(true)

			_, err := key.SignMessageContext(t.Context(), []byte("policy"), crypto.SHA256)
			wantError(t, err, c.class, strings.ReplaceAll(c.text, "ACTION", "kms:Sign"))
			_, err = key.Sign(nil, make([]byte, 32), crypto.SHA256)
			wantError(t, err, c.class, requestID)
			_, err = kmskey.New(t.Context(), client, p256ID)
			wantError(t, err, c.class, strings.ReplaceAll(c.text, "ACTION", "kms:GetPublicKey"))
		})
	}
}

// What a fake or another client returns need not come by HTTP.
func TestRefusalsInProcess(t *testing.T) {
	for _, c := range []struct {
		err   error
		class error
		text  string
	}{
		{&types.DisabledException{Message: aws.String(secret)}, kmskey.ErrDisabled, "enable it"},
		{&types.KMSInternalException{Message: aws.String(secret)}, kmskey.ErrUnavailable, "try again later"},
		{&types.DependencyTimeoutException{Message: aws.String(secret)}, kmskey.ErrUnavailable, "try again later"},
		{&types.InvalidGrantTokenException{Message: aws.String(secret)}, nil, "KMS refused kms:Sign with InvalidGrantTokenException"},
		{&smithy.GenericAPIError{Code: "ThrottlingException", Message: secret}, kmskey.ErrThrottled, "quota"},
		{&smithy.GenericAPIError{Code: secret + "\n" + secret, Message: secret}, kmskey.ErrUnavailable, "the client failed"},
		{&smithy.OperationError{ServiceID: "KMS", Err: errors.New(secret)}, kmskey.ErrCredentials, "could not be made"},
		// A refusal of the role that the client assumes, not of the key.
		{&smithy.OperationError{ServiceID: "KMS", Err: &smithy.OperationError{ServiceID: "STS", Err: &smithy.GenericAPIError{Code: "AccessDeniedException", Message: secret}}}, kmskey.ErrCredentials, "getting credentials failed"},
		{errors.New(secret), kmskey.ErrUnavailable, "the client failed"},
	} {
		fake := newFake()
		key := open(t, fake, p256ID)
		fake.fail = func(context.Context, string) error { return c.err }
		_, err := key.SignMessage(nil, []byte("policy"), crypto.SHA256)
		wantError(t, err, c.class, c.text)
	}
}

func TestThrottlingIsTriedAgain(t *testing.T) {
	var calls atomic.Int32
	s := &server{kms: newFake(), instead: func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("X-Amz-Target") != "TrentService.Sign" || calls.Add(1) > 2 {
			return false
		}
		refuse(w, http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
		return true
	}}
	client, _ := s.start(t)
	key := open(t, client, p256ID)
	signature, err := key.SignMessageContext(t.Context(), []byte("policy"), crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	verified(t, key.Public(), crypto.SHA256, []byte("policy"), signature)
	if calls.Load() != 3 {
		t.Errorf("%d calls of Sign, want 3", calls.Load())
	}
}

// A server that never answers ends with the context, not with the SDK.
func TestSlowAnswers(t *testing.T) {
	var slow atomic.Bool
	s := &server{kms: newFake(), instead: func(_ http.ResponseWriter, r *http.Request) bool {
		if slow.Load() {
			<-r.Context().Done()
		}
		return slow.Load()
	}}
	client, _ := s.start(t)
	key := open(t, client, p256ID)
	bounded := open(t, client, p256ID, kmskey.WithTimeout(time.Second))
	slow.Store(true)

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := key.SignMessageContext(ctx, []byte("policy"), crypto.SHA256)
	wantError(t, err, kmskey.ErrUnavailable, "caller's deadline")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want a context.DeadlineExceeded", err)
	}
	_, err = bounded.Sign(nil, make([]byte, 32), crypto.SHA256)
	wantError(t, err, kmskey.ErrUnavailable, "within 1s")

	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	_, err = kmskey.New(ctx, client, p256ID)
	wantError(t, err, nil, "waiting for KMS")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want a context.Canceled", err)
	}
}

func TestOtherServers(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		text   string
	}{
		{"a proxy's page", 403, "<html>" + secret + "</html>", "status 403"},
		{"a gateway's page", 502, "<html>" + secret + "</html>", "try again later"},
		{"a page instead of an answer", 200, "<html>" + secret + "</html>", "status 200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, _ := (&server{instead: func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("X-Amzn-Requestid", secret+" "+secret)
				w.WriteHeader(c.status)
				w.Write([]byte(c.body))
				return true
			}}).start(t)
			_, err := kmskey.New(t.Context(), client, p256ID)
			wantError(t, err, kmskey.ErrUnavailable, c.text)
		})
	}
}

func TestNoServer(t *testing.T) {
	client, ts := (&server{kms: newFake()}).start(t)
	key := open(t, client, p256ID)
	ts.Close()
	_, err := key.SignMessage(nil, []byte("policy"), crypto.SHA256)
	wantError(t, err, kmskey.ErrUnavailable, "no connection")
}

func TestClientWithoutSettings(t *testing.T) {
	client, ts := (&server{kms: newFake()}).start(t)
	credentials := client.Options().Credentials
	failing := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, errors.New(secret)
	})
	for _, c := range []struct {
		name    string
		options kms.Options
		text    string
	}{
		{"no region", kms.Options{Credentials: credentials}, "could not be made; try: aws sts get-caller-identity"},
		{"failing credentials", kms.Options{Region: "us-east-1", Credentials: failing, BaseEndpoint: &ts.URL}, "could not be made"},
		{"no credentials", kms.Options{Region: "us-east-1", BaseEndpoint: &ts.URL}, "MissingAuthenticationTokenException; renew them"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := kmskey.New(t.Context(), kms.New(c.options), p256ID)
			wantError(t, err, kmskey.ErrCredentials, c.text)
		})
	}
}
