package serve

import (
	"fmt"
	"os"
	"path/filepath"
)

// folder is the place of everything that survives a restart:
//
//	state/          the stand-in: what is deployed, and the objects
//	pulumi/         the engine's home and backend
//	signing.pem     the private key of the viewers' grants, mode 0600
//	playback.pem    the private key of the playback tokens, mode 0600
//	ca.pem          what clients must trust, new at each start
//	env             what a shell needs, mode 0600, while the stand-in runs
type folder struct{ root string }

func newFolder(dir string) (folder, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return folder{}, err
	}
	f := folder{root}
	for _, dir := range []string{f.pulumi("home"), f.pulumi("backend")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return f, fmt.Errorf("making the folder of the local cloud: %w; choose another with --dir", err)
		}
	}
	return f, nil
}

func (f folder) path(name string) string { return filepath.Join(f.root, name) }
func (f folder) state() string           { return f.path("state") }
func (f folder) env() string             { return f.path("env") }

func (f folder) pulumi(name string) string { return filepath.Join(f.root, "pulumi", name) }
