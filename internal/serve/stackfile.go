package serve

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2/maybe"
	"gopkg.in/yaml.v3"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/local"
)

// The stack's name, and the file of its settings in the project's folder.
const (
	stackName = "local"
	stackFile = "Pulumi." + stackName + ".yaml"
)

const stackFileHead = `# The stack "local" on the stand-in, written by smoketest serve. Change it as you
# like; deleted, it is written anew at the next start. Only public keys belong here.
`

// makeStack sees to it that the stack is in the backend and its settings are in the
// project's folder.
func (s *server) makeStack(ctx context.Context, sh shell) error {
	path := filepath.Join(s.project, stackFile)
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		err = s.writeStackFile(path)
	case err == nil:
		err = errors.Join(s.checkStackFile(data), s.tellZone())
	}
	if err != nil {
		return err
	}
	_, stderr, _, err := s.cli.Run(ctx, s.project, nil, nil, nil, sh.pulumi(), "stack", "select", stackName, "--create", "--non-interactive")
	if err != nil {
		return fmt.Errorf("making the stack %q: %s", stackName, strings.TrimSpace(stderr))
	}
	return nil
}

func (s *server) writeStackFile(path string) error {
	settings, err := local.Settings(fakeaws.DefaultRegion, []crypto.Signer{s.keys.signing}, []crypto.Signer{s.keys.playback})
	if err != nil {
		return err
	}
	settings["private-playback:comment"] = "private playback, local"
	settings["private-playback:playerOrigins"] = append(local.OriginsBeside(s.Domain), viewerURL)
	if s.Domain != "" {
		if settings["private-playback:domain"], err = local.HostDomain(s.cloud, s.Domain); err != nil {
			return err
		}
	}
	data, err := yaml.Marshal(map[string]any{"config": settings})
	if err != nil {
		return err
	}
	if err := maybe.WriteFile(path, append([]byte(stackFileHead), data...), 0o644); err != nil {
		return fmt.Errorf("writing %s: %w; make the project's folder %q writable", stackFile, err, filepath.Dir(path))
	}
	return nil
}

// tellZone says how a stack that is there already gets the domain.
func (s *server) tellZone() error {
	if s.Domain == "" {
		return nil
	}
	domain, err := local.HostDomain(s.cloud, s.Domain)
	if err == nil {
		s.Progress(fmt.Sprintf("for the domain set domain in %s to {name: %s, zoneId: %s}", stackFile, domain["name"], domain["zoneId"]))
	}
	return err
}

// stackKey is a key in the settings.
type stackKey struct {
	PublicKey string `yaml:"publicKey"`
}

// checkStackFile refuses settings whose grants the folder's keys could not sign. A
// stack without channels has no playback keys.
func (s *server) checkStackFile(data []byte) error {
	var file struct {
		Config struct {
			Signing  []stackKey `yaml:"private-playback:signingKeys"`
			Playback []stackKey `yaml:"private-playback:playbackKeys"`
		}
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return fmt.Errorf("reading %s: %w; mend it, or delete it to have it written anew", stackFile, err)
	}
	signing, playback, err := s.keys.public()
	if err != nil {
		return err
	}
	for _, list := range []struct {
		keys []stackKey
		file string
		want string
	}{{file.Config.Signing, "signing.pem", signing}, {file.Config.Playback, "playback.pem", playback}} {
		holds := func(k stackKey) bool { return strings.TrimSpace(k.PublicKey) == strings.TrimSpace(list.want) }
		if len(list.keys) > 0 && !slices.ContainsFunc(list.keys, holds) {
			return fmt.Errorf("%s does not hold the public half of %q; add it, or delete %s to have it written anew", stackFile, s.folder.path(list.file), stackFile)
		}
	}
	return nil
}

// public is the public halves in PEM.
func (k keys) public() (signing, playback string, err error) {
	if signing, err = local.PublicPEM(k.signing); err != nil {
		return "", "", err
	}
	playback, err = local.PublicPEM(k.playback)
	return signing, playback, err
}
