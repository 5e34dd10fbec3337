package outputs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// What a caller can branch on; Parse wraps them with the detail.
var (
	// ErrVersion: the outputs are of another version of the contract.
	ErrVersion = errors.New("unsupported outputs version")

	// ErrMissing: a member is absent or empty.
	ErrMissing = errors.New("missing output")

	// ErrSecret: a member that must be public holds Pulumi's placeholder for a
	// secret.
	ErrSecret = errors.New("secret output")

	// ErrInvalid: the outputs cannot be read, or a member has a wrong value.
	ErrInvalid = errors.New("invalid outputs")
)

// placeholder is what `pulumi stack output` prints in place of a secret.
const placeholder = "[secret]"

// secretMember is the one member of the contract that Pulumi holds as a secret.
const secretMember = "streamKeys"

// Parse reads what `pulumi stack output --json` prints, with or without
// --show-secrets, and checks it. The secret StreamKeys are nil if they were
// masked. Members that the contract does not know are ignored.
//
// The error wraps one of ErrVersion, ErrMissing, ErrSecret and ErrInvalid, names
// the member, and says what to do next.
func Parse(data []byte) (*Stack, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some shells write one
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(data, &members); err != nil {
		return nil, fmt.Errorf("%w: want the JSON object of `pulumi stack output --json`: %v", ErrInvalid, err)
	}
	if err := checkVersion(members["schemaVersion"]); err != nil {
		return nil, err
	}
	if string(members[secretMember]) == `"`+placeholder+`"` {
		delete(members, secretMember)
	}
	for _, name := range slices.Concat(requiredMembers, laterMembers) {
		raw, ok := members[name]
		if (!ok || string(raw) == "null") && !slices.Contains(laterMembers, name) {
			return nil, missing(name)
		}
		if bytes.Contains(raw, []byte(`"`+placeholder+`"`)) {
			return nil, fmt.Errorf("%w: %q is masked, though it is public; look for what made it secret in the stack's settings, deploy, and read the outputs again", ErrSecret, name)
		}
	}
	return decode(members)
}

// requiredMembers must be present, whatever their value.
var requiredMembers = []string{
	"region", "bucketName", "bucketRegionalDomainName", "originAccessIdentityId",
	"distributionId", "distributionDomainName", "baseUrl", "viewerProtocolPolicy",
	"defaultRootObject", "keyGroupId", "signingKeys", "allowedOrigins",
	"contentPlaylists", "playbackKeys", "channels",
}

// laterMembers were added within the version; outputs of an older release have none.
var laterMembers = []string{"domainName", "tlsPolicy", "ipv6"}

func checkVersion(raw json.RawMessage) error {
	if raw == nil {
		return fmt.Errorf("%w: \"schemaVersion\"; are these the outputs of a private-playback stack, and has `pulumi up` run?", ErrMissing)
	}
	var version int
	if err := json.Unmarshal(raw, &version); err != nil || version != SchemaVersion {
		return fmt.Errorf("%w: schemaVersion is %s, this release reads %d; deploy with the release that you read with", ErrVersion, raw, SchemaVersion)
	}
	return nil
}

func decode(members map[string]json.RawMessage) (*Stack, error) {
	data, err := json.Marshal(members)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrInvalid, err)
	}
	var s Stack
	if err := json.Unmarshal(data, &s); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return nil, fmt.Errorf("%w: %q is a %s; read the outputs again with `pulumi stack output --json`", ErrInvalid, wrong.Field, wrong.Value)
		}
		return nil, fmt.Errorf("%w: %v", ErrInvalid, err)
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return &s, nil
}

func missing(name string) error {
	return fmt.Errorf("%w: %q; run `pulumi up` with this release, then read the outputs again", ErrMissing, name)
}

func invalid(name, value, want string) error {
	return fmt.Errorf("%w: %q is %q, want %s", ErrInvalid, name, value, want)
}

// Validate reports the first member that breaks the contract, wrapped as Parse
// does.
func (s *Stack) Validate() error {
	for _, m := range []struct{ name, value string }{
		{"region", s.Region},
		{"bucketName", s.BucketName},
		{"bucketRegionalDomainName", s.BucketRegionalDomainName},
		{"originAccessIdentityId", s.OriginAccessIdentityID},
		{"distributionId", s.DistributionID},
		{"distributionDomainName", s.DistributionDomainName},
		{"keyGroupId", s.KeyGroupID},
	} {
		if m.value == "" {
			return missing(m.name)
		}
	}
	if host, ok := strings.CutPrefix(s.BaseURL, "https://"); !ok || host == "" || strings.ContainsAny(host, "/?#@: ") {
		return invalid("baseUrl", s.BaseURL, "https://HOST and no more")
	}
	if s.DomainName != "" && s.BaseURL != "https://"+s.DomainName {
		return invalid("baseUrl", s.BaseURL, fmt.Sprintf("https:// and the domainName %q", s.DomainName))
	}
	if !slices.Contains([]string{"redirect-to-https", "https-only"}, s.ViewerProtocolPolicy) {
		return invalid("viewerProtocolPolicy", s.ViewerProtocolPolicy, "redirect-to-https or https-only")
	}
	if err := s.validateSigningKeys(); err != nil {
		return err
	}
	return s.validateLive()
}

func (s *Stack) validateSigningKeys() error {
	roles := []Role{}
	for i, k := range s.SigningKeys {
		name := fmt.Sprintf("signingKeys[%d]", i)
		if k.ID == "" {
			return missing(name + ".id")
		}
		if k.PublicKey == "" {
			return missing(name + ".publicKey")
		}
		roles = append(roles, k.Role)
	}
	return validateRoles("signingKeys", roles)
}

func (s *Stack) validateLive() error {
	roles := []Role{}
	for i, k := range s.PlaybackKeys {
		name := fmt.Sprintf("playbackKeys[%d]", i)
		if k.ARN == "" {
			return missing(name + ".arn")
		}
		if k.PublicKey == "" {
			return missing(name + ".publicKey")
		}
		roles = append(roles, k.Role)
	}
	for i, c := range s.Channels {
		name := fmt.Sprintf("channels[%d]", i)
		if c.Name == "" {
			return missing(name + ".name")
		}
		if c.ARN == "" {
			return missing(name + ".arn")
		}
		if !strings.HasPrefix(c.PlaybackURL, "https://") {
			return invalid(name+".playbackUrl", c.PlaybackURL, "an https URL")
		}
	}
	if len(s.Channels) == 0 && len(s.PlaybackKeys) == 0 {
		return nil
	}
	return validateRoles("playbackKeys", roles)
}

// validateRoles demands one current key, and in first place.
func validateRoles(name string, roles []Role) error {
	if len(roles) == 0 {
		return missing(name)
	}
	for i, role := range roles {
		want := "next or retiring"
		ok := role == Next || role == Retiring
		if i == 0 {
			want, ok = "current (the first key)", role == Current
		}
		if !ok {
			return invalid(fmt.Sprintf("%s[%d].role", name, i), string(role), want)
		}
	}
	return nil
}
