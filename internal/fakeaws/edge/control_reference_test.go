package edge

import (
	"crypto/elliptic"
	"fmt"
	"testing"
)

// The rows of "Deleting and rotating", cell by cell; a flat-rate plan is not
// modelled.
func TestDeletingOfTheReference(t *testing.T) {
	w := newWorld(t)
	key, err := w.PublicKey(w.keyID)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		call   string
		delete func(id, etag string) error
		id     string
		etag   string
		used   string // the code while it is in use
		gone   string // the code of what does not exist
	}{
		{"DeletePublicKey", w.DeletePublicKey, key.ID, key.ETag, "PublicKeyInUse", "NoSuchPublicKey"},
		{"DeleteKeyGroup", w.DeleteKeyGroup, w.group.ID, w.group.ETag, "ResourceInUse", "NoSuchResource"},
		{"DeleteCloudFrontOriginAccessIdentity", w.DeleteOriginAccessIdentity, w.identity.ID, w.identity.ETag,
			"CloudFrontOriginAccessIdentityInUse", "NoSuchCloudFrontOriginAccessIdentity"},
		{"DeleteDistribution", w.DeleteDistribution, w.dist.ID, w.dist.ETag, "DistributionNotDisabled", "NoSuchDistribution"},
	} {
		wantCode(t, row.call+" in use", row.delete(row.id, row.etag), 409, row.used)
		wantCode(t, row.call+" without an ETag", row.delete(row.id, ""), 400, "InvalidIfMatchVersion")
		wantCode(t, row.call+" with an old ETag", row.delete(row.id, "E2QWRUHAPOMQZL"), 412, "PreconditionFailed")
		wantCode(t, row.call+" of nothing", row.delete("E0", row.etag), 404, row.gone)
	}
}

// The row of CreatePublicKey.
func TestCreatePublicKeyOfTheReference(t *testing.T) {
	w := newWorld(t)
	good := PublicKeyConfig{CallerReference: "second", Name: "second", EncodedKey: spki(t, w.signer)}
	bad := good
	bad.EncodedKey = "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"
	_, err := w.CreatePublicKey(bad)
	wantCode(t, "bad PEM", err, 400, "InvalidArgument")
	bad.EncodedKey = spki(t, ecdsaKey(t, elliptic.P384()))
	_, err = w.CreatePublicKey(bad)
	wantCode(t, "bad key size", err, 400, "InvalidArgument")
	if _, err := w.CreatePublicKey(good); err != nil {
		t.Fatal(err)
	}
	_, err = w.CreatePublicKey(good)
	wantCode(t, "the same again", err, 409, "PublicKeyAlreadyExists")
	for i := 2; i < maxPublicKeys; i++ {
		w.addKey(fmt.Sprint("k", i), w.signer)
	}
	good.CallerReference, good.Name = "last", "last"
	_, err = w.CreatePublicKey(good)
	wantCode(t, "one more than the quota", err, 400, "TooManyPublicKeys")
}

// The rotation that follows the table: the old signature passes until its key
// leaves the group, the new one from when its key has joined.
func TestRotationOfTheReference(t *testing.T) {
	w := newWorld(t)
	old, next := w.keyID, ecdsaKey(t, elliptic.P256())
	oldURL := w.custom(path, w.policy("*"))
	w.signer, w.keyID = next, w.addKey("next", next)
	newURL := w.custom(path, w.policy("*"))
	for _, step := range []struct {
		name             string
		items            []string
		wantOld, wantNew string
	}{
		{"created", []string{old}, "200", "403 InvalidKey"},
		{"added to the group", []string{old, w.keyID}, "200", "200"},
		{"old key out of the group", []string{w.keyID}, "403 InvalidKey", "200"},
	} {
		g, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, KeyGroupConfig{Name: "viewers", Items: step.items})
		if err != nil {
			t.Fatal(err)
		}
		w.group = g
		if got := [2]string{verdict(w.get(oldURL)), verdict(w.get(newURL))}; got != [2]string{step.wantOld, step.wantNew} {
			t.Errorf("%s: old and new signature get %q, want %q and %q", step.name, got, step.wantOld, step.wantNew)
		}
	}
	k, err := w.PublicKey(old)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.DeletePublicKey(old, k.ETag); err != nil {
		t.Errorf("deleting the old key: %v", err)
	}
}

// A row of "Quotas": 100 distributions for one key group.
func TestDistributionsPerKeyGroup(t *testing.T) {
	w := newWorld(t)
	for i := 1; i < maxTrustingKeyGroup; i++ {
		c := w.config()
		c.CallerReference = fmt.Sprint(i)
		if _, err := w.CreateDistribution(c); err != nil {
			t.Fatal(err)
		}
	}
	c := w.config()
	c.CallerReference = "one more"
	_, err := w.CreateDistribution(c)
	wantCode(t, "distribution 101", err, 400, "TooManyDistributionsAssociatedToKeyGroup")
	w.update(func(c *DistributionConfig) { c.Comment = "one of the hundred" })
}
