package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

const fakeARN = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

// newFakeKMS serves an AWS KMS with one ECC_NIST_P256 key, known as
// alias/signing and by its ARN, and returns its endpoint. Its protocol is AWS
// JSON 1.1.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
func newFakeKMS(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			KeyId, MessageType, SigningAlgorithm string
			Message                              []byte
		}
		err := json.NewDecoder(r.Body).Decode(&in)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		answer := map[string]any{"KeyId": fakeARN}
		switch target := r.Header.Get("X-Amz-Target"); {
		case err == nil && in.KeyId != "alias/signing" && in.KeyId != fakeARN:
			w.WriteHeader(http.StatusBadRequest)
			answer = map[string]any{"__type": "NotFoundException"}
		case err == nil && target == "TrentService.GetPublicKey":
			answer["PublicKey"], answer["KeySpec"], answer["KeyUsage"] = spki, "ECC_NIST_P256", "SIGN_VERIFY"
			answer["SigningAlgorithms"] = []string{"ECDSA_SHA_256"}
		case err == nil && target == "TrentService.Sign" && in.MessageType == "RAW" && in.SigningAlgorithm == "ECDSA_SHA_256":
			digest := sha256.Sum256(in.Message)
			signature, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
			if err != nil {
				t.Error(err)
			}
			answer["Signature"], answer["SigningAlgorithm"] = signature, in.SigningAlgorithm
		default:
			w.WriteHeader(http.StatusBadRequest)
			answer = map[string]any{"__type": "ValidationException"}
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}
