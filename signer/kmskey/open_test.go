package kmskey_test

import (
	"context"
	"crypto"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"privateplayback/signer/kmskey"
)

// configure makes the default AWS configuration one that leads to endpoint,
// whatever that of this machine is.
func configure(t *testing.T, endpoint string) {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, value) // restores it
			os.Unsetenv(name)
		}
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "credentials"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_ENDPOINT_URL_KMS", endpoint)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
}

func TestOpen(t *testing.T) {
	var scope atomic.Value
	_, ts := (&server{kms: newFake(), instead: func(_ http.ResponseWriter, r *http.Request) bool {
		scope.Store(r.Header.Get("Authorization"))
		return false
	}}).start(t)
	for _, c := range []struct{ id, region, want string }{
		{account + "key/" + p256ID, "", "/us-east-1/kms/"},
		{account + "key/" + p256ID, "eu-west-1", "/us-east-1/kms/"},
		{account + "alias/playback", "eu-west-1", "/us-east-1/kms/"},
		{p256ID, "eu-west-1", "/eu-west-1/kms/"},
	} {
		configure(t, ts.URL)
		t.Setenv("AWS_REGION", c.region)
		key, err := kmskey.Open(t.Context(), c.id)
		if err != nil {
			t.Errorf("Open(%q) in %q: %v", c.id, c.region, err)
			continue
		}
		if got := scope.Load().(string); !strings.Contains(got, c.want) {
			t.Errorf("Open(%q) in %q signed its request for %q, want %q", c.id, c.region, got, c.want)
		}
		signature, err := key.SignMessageContext(t.Context(), []byte("policy"), crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		verified(t, p256Key().Public(), crypto.SHA256, []byte("policy"), signature)
	}
}

func TestOpenRefuses(t *testing.T) {
	_, ts := (&server{kms: newFake()}).start(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	damaged := filepath.Join(t.TempDir(), "damaged")
	if err := os.WriteFile(damaged, []byte("[profile live]\nrole_arn = arn:aws:iam::111122223333:role/live\nsource_profile = "+secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		ctx  context.Context
		id   string
		want error
		text string
	}{
		{"no region", nil, t.Context(), p256ID, kmskey.ErrCredentials, "set AWS_REGION"},
		{"unknown profile", map[string]string{"AWS_PROFILE": "nobody"}, t.Context(), account + "key/" + p256ID, kmskey.ErrCredentials, "aws configure list"},
		{"damaged profile", map[string]string{"AWS_PROFILE": "live", "AWS_CONFIG_FILE": damaged, "AWS_ACCESS_KEY_ID": ""}, t.Context(), account + "key/" + p256ID, kmskey.ErrCredentials, "aws configure list"},
		{"no credentials", map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, t.Context(), account + "key/" + p256ID, kmskey.ErrCredentials, "aws sts get-caller-identity"},
		{"another service", nil, t.Context(), "arn:aws:s3:::bucket", kmskey.ErrNotFound, "not an id"},
		{"cancelled", nil, cancelled, account + "key/" + p256ID, context.Canceled, "canceled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			configure(t, ts.URL)
			t.Setenv("AWS_REGION", "")
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			_, err := kmskey.Open(c.ctx, c.id)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) || !strings.Contains(err.Error(), c.id) {
				t.Fatalf("Open(%q) = %v, want %v that says %q", c.id, err, c.want, c.text)
			}
			if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Open(%q) = %q, want one line without secrets", c.id, err)
			}
		})
	}
}
