package edge

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOriginAccessIdentity(t *testing.T) {
	s := New(Options{})
	i, err := s.CreateOriginAccessIdentity("ref", "comment")
	if err != nil {
		t.Fatal(err)
	}
	for what, check := range map[string][2]string{
		"ID":                {i.ID, `^E[A-Z0-9]{13}$`},
		"S3CanonicalUserID": {i.S3CanonicalUserID, `^[0-9a-f]{96}$`},
		"IAMARN":            {i.IAMARN(), `^arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E[A-Z0-9]{13}$`},
	} {
		if !regexp.MustCompile(check[1]).MatchString(check[0]) {
			t.Errorf("%s = %q, want it to match %s", what, check[0], check[1])
		}
	}
	again, err := s.CreateOriginAccessIdentity("ref", "comment")
	if err != nil || again != i {
		t.Errorf("creating the same again: got %v, %v, want the same identity", again, err)
	}
	_, err = s.CreateOriginAccessIdentity("ref", "other")
	wantCode(t, "other comment", err, 409, "CloudFrontOriginAccessIdentityAlreadyExists")

	for _, principal := range []string{i.IAMARN(), i.S3CanonicalUserID} {
		if !s.PrincipalExists(principal) {
			t.Errorf("PrincipalExists(%q) = false, want true", principal)
		}
	}
	updated, err := s.UpdateOriginAccessIdentity(i.ID, i.ETag, "new")
	if err != nil || updated.Comment != "new" || updated.ETag == i.ETag {
		t.Errorf("update: got %+v, %v", updated, err)
	}
	if read, err := s.OriginAccessIdentity(i.ID); err != nil || read != updated {
		t.Errorf("read: got %+v, %v, want %+v", read, err, updated)
	}
	wantCode(t, "delete, old ETag", s.DeleteOriginAccessIdentity(i.ID, i.ETag), 412, "PreconditionFailed")
	wantCode(t, "delete, no ETag", s.DeleteOriginAccessIdentity(i.ID, ""), 400, "InvalidIfMatchVersion")
	if err := s.DeleteOriginAccessIdentity(i.ID, updated.ETag); err != nil {
		t.Error(err)
	}
	if s.PrincipalExists(i.IAMARN()) || s.PrincipalExists(i.S3CanonicalUserID) {
		t.Error("PrincipalExists of a deleted identity = true, want false")
	}
	_, err = s.OriginAccessIdentity(i.ID)
	wantCode(t, "read deleted", err, 404, "NoSuchCloudFrontOriginAccessIdentity")
}

func TestOriginAccessIdentityRefusals(t *testing.T) {
	w := newWorld(t)
	wantCode(t, "delete in use", w.DeleteOriginAccessIdentity(w.identity.ID, w.identity.ETag), 409, "CloudFrontOriginAccessIdentityInUse")
	_, err := w.CreateOriginAccessIdentity("", "")
	wantCode(t, "no caller reference", err, 400, "InvalidArgument")
	_, err = w.CreateOriginAccessIdentity("x", strings.Repeat("c", 129))
	wantCode(t, "long comment", err, 400, "InvalidArgument")
	_, err = w.UpdateOriginAccessIdentity("E0", "x", "")
	wantCode(t, "update unknown", err, 404, "NoSuchCloudFrontOriginAccessIdentity")
}

func TestResources(t *testing.T) {
	w := newWorld(t)
	want := []string{
		"distribution/" + w.dist.ID, "key-group/" + w.group.ID,
		"origin-access-identity/" + w.identity.ID, "public-key/" + w.keyID,
	}
	if diff := cmp.Diff(want, w.Resources()); diff != "" {
		t.Errorf("Resources (-want +got):\n%s", diff)
	}
}
