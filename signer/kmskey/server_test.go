package kmskey_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go"
)

// validation is an error that KMS has no type for, as the SDK reports it.
func validation(text string) error {
	return &smithy.GenericAPIError{Code: "ValidationException", Message: text, Fault: smithy.FaultClient}
}

// server speaks KMS's protocol, AWS JSON 1.1, for a fakeKMS:
//
//	POST / HTTP/1.1
//	Content-Type: application/x-amz-json-1.1
//	X-Amz-Target: TrentService.Sign
//
//	{"KeyId":"…","Message":"BASE64","MessageType":"RAW","SigningAlgorithm":"…"}
//
// answered by 200 and the members of SignOutput, or by 400 or 500 and
//
//	{"__type":"DisabledException","message":"…"}
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
type server struct {
	kms *fakeKMS
	// instead, if it returns true, has answered in KMS's place.
	instead func(w http.ResponseWriter, r *http.Request) bool
}

const requestID = "12345678-90ab-cdef-1234-567890abcdef"

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	w.Header().Set("X-Amzn-Requestid", requestID)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if s.instead != nil && s.instead(w, r) {
		return
	}
	switch {
	case r.Header.Get("Content-Type") != "application/x-amz-json-1.1":
		refuse(w, http.StatusBadRequest, "UnknownOperationException", "")
	case !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential="):
		refuse(w, http.StatusBadRequest, "MissingAuthenticationTokenException", "Missing Authentication Token")
	case r.Header.Get("X-Amz-Target") == "TrentService.GetPublicKey":
		var in kms.GetPublicKeyInput
		if json.Unmarshal(body, &in) != nil {
			refuse(w, http.StatusBadRequest, "SerializationException", "")
			return
		}
		out, err := s.kms.GetPublicKey(r.Context(), &in)
		answer(w, out, err)
	case r.Header.Get("X-Amz-Target") == "TrentService.Sign":
		var in kms.SignInput
		if json.Unmarshal(body, &in) != nil {
			refuse(w, http.StatusBadRequest, "SerializationException", "")
			return
		}
		out, err := s.kms.Sign(r.Context(), &in)
		answer(w, out, err)
	default:
		refuse(w, http.StatusBadRequest, "UnknownOperationException", "")
	}
}

func answer(w http.ResponseWriter, out any, err error) {
	var api smithy.APIError
	switch {
	case err == nil:
		// The fields of the SDK's structs are named as the members.
		json.NewEncoder(w).Encode(out)
	case errors.As(err, &api):
		refuse(w, http.StatusBadRequest, api.ErrorCode(), api.ErrorMessage())
	default:
		refuse(w, http.StatusInternalServerError, "KMSInternalException", err.Error())
	}
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"__type": code, "message": message})
}

// start serves s and returns an SDK client for it. It has the SDK's retries
// without their pauses.
func (s *server) start(t testing.TB) (*kms.Client, *httptest.Server) {
	t.Helper()
	ts := httptest.NewServer(s)
	t.Cleanup(ts.Close)
	return kms.New(kms.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(ts.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: secret, SessionToken: secret}, nil
		}),
		Retryer: retry.AddWithMaxBackoffDelay(retry.NewStandard(), time.Millisecond),
	}), ts
}
