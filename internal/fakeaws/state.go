//lint:file-ignore ST1005 an error begins with the member of state.json that it names

package fakeaws

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"privateplayback/internal/fakeaws/acm"
	"privateplayback/internal/fakeaws/bucket"
	"privateplayback/internal/fakeaws/edge"
	"privateplayback/internal/fakeaws/ivs"
	"privateplayback/internal/fakeaws/route53"
)

const stateVersion = 1

// state is state.json.
type state struct {
	Version int
	Region  string
	Bucket  bucket.State
	Edge    edge.State
	IVS     ivs.State
	ACM     acm.State
	Route53 route53.State
}

// snapshot gives what is to be saved and the bodies by their names. What refers
// goes first: buckets' policies to the edge's identities, distributions to
// certificates.
func (s *Store) snapshot() (state, map[string][]byte) {
	file := state{Version: stateVersion, Region: s.cloud.Region}
	file.Bucket = s.cloud.Bucket.State()
	file.Edge = s.cloud.Edge.State()
	file.IVS = s.cloud.IVS.State()
	file.ACM = s.cloud.ACM.State()
	file.Route53 = s.cloud.Route53.State()
	return file, s.nameBlobs(&file.Bucket)
}

// restore makes the cloud that state.json describes.
func (s *Store) restore(data []byte, o Options) error {
	path := s.path(stateName)
	file, err := parseState(data)
	if err != nil {
		return s.damaged(path, err)
	}
	if o.Region == "" {
		o.Region = file.Region
	}
	if o.Region != file.Region {
		return fmt.Errorf("%q is in region %q; use another folder for %q", s.dir, file.Region, o.Region)
	}
	if err := s.loadBlobs(&file.Bucket); err != nil {
		return err
	}
	cloud := newCloud(o, s.Derive)
	if err := cloud.Route53.Restore(file.Route53); err != nil {
		return s.damaged(path, fmt.Errorf("Route53.%w", err))
	}
	if err := cloud.ACM.Restore(file.ACM); err != nil {
		return s.damaged(path, fmt.Errorf("ACM.%w", err))
	}
	if err := cloud.Edge.Restore(file.Edge); err != nil {
		return s.damaged(path, fmt.Errorf("Edge.%w", err))
	}
	if err := cloud.Bucket.Restore(file.Bucket); err != nil {
		return s.damaged(path, fmt.Errorf("Bucket.%w", err))
	}
	if err := cloud.IVS.Restore(file.IVS); err != nil {
		return s.damaged(path, fmt.Errorf("IVS.%w", err))
	}
	s.cloud, s.saved = cloud, data
	return nil
}

// parseState looks at the version first: another one may have other members.
func parseState(data []byte) (state, error) {
	var file state
	var first struct{ Version int }
	if err := json.Unmarshal(data, &first); err != nil {
		return file, err
	}
	if first.Version != stateVersion {
		return file, fmt.Errorf("Version: %d, want %d", first.Version, stateVersion)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&file); err != nil {
		return file, err
	}
	if file.Region == "" {
		return file, errors.New("Region is missing")
	}
	return file, nil
}

// damaged says what to do about a file that cannot be used.
func (s *Store) damaged(path string, err error) error {
	return fmt.Errorf("%q: %w; put a good copy back, or delete the folder %q to begin anew", path, err, s.dir)
}
