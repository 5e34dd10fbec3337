package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/google/renameio/v2/maybe"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"

	"privateplayback/infra/stack"
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/fakeaws/journal"
	"privateplayback/internal/fakeaws/provider"
	"privateplayback/internal/local"
	"privateplayback/internal/serve/language"
	"privateplayback/internal/serve/status"
)

// DefaultPort is the first of the four ports, unless told otherwise.
const DefaultPort = 4430

// DefaultDir is the folder of state and keys in the project's folder, unless told
// otherwise.
const DefaultDir = ".private-playback"

// Options says where and how to serve. The zero value is usable.
type Options struct {
	// Dir is the folder of state and keys, made if there is none; "" is DefaultDir.
	Dir string

	// Port is the first of four ports in a row on 127.0.0.1; 0 is DefaultPort.
	Port int

	// MediaDir is a folder whose files are kept in every bucket below "media/";
	// "" for none.
	MediaDir string

	// Domain is a name for the stack's distribution, "video.example.com", for which the
	// account gets a hosted zone if it has none, and a new stack the setting; "" for
	// none.
	Domain string

	// Propagation is how long old and new configuration of a distribution answer
	// side by side after a change; 0 is not at all.
	Propagation time.Duration

	// Progress hears each step, a line each; nil for silence.
	Progress func(line string)
}

// server is a running stand-in.
type server struct {
	Options
	folder  folder
	project string // the folder of Pulumi.yaml
	cli     local.CLI
	cloud   *fakeaws.Cloud
	store   *fakeaws.Store
	journal *journal.Journal
	keys    keys
	atStop  []func() error // in the order of the start
}

// Run serves until ctx ends, and then stops cleanly: the state is saved, nothing
// listens any more. An error says what could not be started or saved.
func Run(ctx context.Context, o Options) (err error) {
	if o.Port == 0 {
		o.Port = DefaultPort
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	s := &server{Options: o, journal: journal.New(0, nil)}
	if err := s.open(ctx); err != nil {
		return whyNotUp(ctx, err)
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.atStop = append(s.atStop, s.store.Close, func() error { stop(); return nil })
	defer func() {
		for _, f := range slices.Backward(s.atStop) {
			err = errors.Join(err, f())
		}
	}()
	if err := s.listen(ctx, serving); err != nil {
		return whyNotUp(ctx, err)
	}
	<-ctx.Done()
	return nil
}

// whyNotUp is the error of a start, unless it was interrupted.
func whyNotUp(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.New("interrupted before the local cloud was up")
	}
	return err
}

// open makes or finds everything that is on the disk.
func (s *server) open(ctx context.Context) (err error) {
	if s.project, err = projectDir(); err != nil {
		return err
	}
	if s.Dir == "" {
		s.Dir = filepath.Join(s.project, DefaultDir)
	}
	if s.MediaDir != "" {
		if err := checkMedia(s.MediaDir); err != nil {
			return err
		}
	}
	if s.Domain != "" {
		if err := stack.CheckDomain(s.Domain); err != nil {
			return err
		}
	}
	if s.cli, err = local.Engine(ctx, s.Progress); err != nil {
		return err
	}
	if s.folder, err = newFolder(s.Dir); err != nil {
		return err
	}
	s.cloud, s.store, err = fakeaws.Open(s.folder.state(), fakeaws.Options{Journal: s.journal, Propagation: s.Propagation})
	if err != nil {
		return err
	}
	// The folder is locked by now: an env in it is of a start that was killed.
	if err = os.RemoveAll(s.folder.env()); err == nil {
		s.keys, err = s.folder.keys()
	}
	if err != nil {
		return errors.Join(err, s.store.Close())
	}
	return nil
}

// listen opens the four ports, writes what a shell needs to use them, and tells
// how.
func (s *server) listen(ctx, serving context.Context) error {
	endpoint, err := fakeaws.Listen(s.cloud, s.address(0))
	if err != nil {
		return inUse(err, s.Port)
	}
	s.atStop = append(s.atStop, endpoint.Close)
	page := status.New(status.Options{Cloud: s.cloud, Journal: s.journal, Address: endpoint.Addr(), Env: s.shown("env"), Viewer: s.viewer(endpoint)})
	if err := status.Serve(serving, page, s.address(1)); err != nil {
		return inUse(err, s.Port+1)
	}
	providing, stop := context.WithCancel(serving)
	providers, wait, err := provider.Serve(providing, func() plugin.Provider { return saving{provider.New(s.cloud), s.store} }, s.address(2))
	if err != nil {
		stop()
		return inUse(err, s.Port+2)
	}
	s.atStop = append(s.atStop, func() error { stop(); wait(); return nil })
	if _, err := language.Serve(serving, s.address(3), s.project); err != nil {
		return inUse(err, s.Port+3)
	}
	if err := maybe.WriteFile(s.folder.path("ca.pem"), endpoint.CAPEM(), 0o644); err != nil {
		return err
	}
	shell := s.shell(endpoint.Addr(), providers)
	if err := s.makeStack(ctx, shell); err != nil {
		return err
	}
	// Last, so that whoever finds it finds everything else.
	if err := maybe.WriteFile(s.folder.env(), []byte(shell.script()), 0o600); err != nil {
		return err
	}
	s.atStop = append(s.atStop, func() error { return os.RemoveAll(s.folder.env()) }) // no error if it is gone
	go s.saveOften(serving)
	if s.MediaDir != "" {
		go newMirror(s.MediaDir, s.cloud.Bucket, s.Progress).run(serving)
	}
	s.greet(endpoint.Addr())
	return nil
}

// address is the nth of the ports in a row.
func (s *server) address(n int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port+n))
}

func (s *server) greet(address string) {
	name := func(file string) string { return local.ShellWord(s.shown(file)) }
	for _, line := range []string{
		"stand-in for S3, CloudFront and IVS listens on " + address,
		"status page is http://" + s.address(1) + ", which also says how to watch in a browser",
		"in another terminal, in the project's folder:",
		"    . " + name("env"),
		"    pulumi up -s " + stackName,
		"    go run ./smoketest --stack " + stackName + " --signing-key " + name("signing.pem") + " --playback-key " + name("playback.pem"),
		"Ctrl-C stops; what is deployed stays in " + s.shown(""),
	} {
		s.Progress(line)
	}
}

// shown is a file of the folder as one writes it in the project's folder: "./env"
// where a bare name would be looked for on PATH.
func (s *server) shown(file string) string {
	path := s.folder.path(file)
	below, err := filepath.Rel(s.project, path)
	if err != nil || !filepath.IsLocal(below) {
		return path
	}
	return "." + string(filepath.Separator) + below
}

// projectDir is the folder of this project's Pulumi.yaml, from the working folder
// upwards.
func projectDir() (string, error) {
	dir, err := local.Above(filepath.Join("infra", "stack"))
	if err == nil && dir == "" {
		err = errors.New("the working folder is not in a checkout of private-playback; run this there")
	}
	return dir, err
}

func inUse(err error, port int) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("port %d is in use; choose four free ones in a row with --port", port)
	}
	return err
}
