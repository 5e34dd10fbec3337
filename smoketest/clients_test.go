package main

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"privateplayback/internal/browser/browsertest"
	"privateplayback/internal/local"
	"privateplayback/smoketest/internal/check"
)

// unmasked finds what no report may hold, without the help of check.Mask.
var unmasked = regexp.MustCompile(`(Signature|Policy|token)=[^*]|eyJ|live-video\.net/v1/`)

// A whole run with both clients, on the command line.
func TestClients(t *testing.T) {
	browsertest.Path(t)
	ffprobePath(t)
	report := filepath.Join(t.TempDir(), "smoke.html")
	dir := browsertest.TempDir(t)
	var out, diagnostics syncBuffer
	code := run(t.Context(), []string{"--local", "--browser", "require", "--ffprobe", "auto", "--group", "browser", "--group", "ffprobe", "--report", report},
		os.Environ(), strings.NewReader(""), &out, &diagnostics)
	if code != exitPassed || !strings.Contains(out.String(), " checks of the local stack: 12 passed, 0 failed, 1 skipped") {
		t.Errorf("exit code %d, want %d\n%s%s", code, exitPassed, out.String(), diagnostics.String())
	}
	page, err := os.ReadFile(report)
	if err != nil || !strings.Contains(string(page), "browser.refuse.other-channel") || !strings.Contains(string(page), "(browser)") {
		t.Errorf("the report lacks what was played; %v", err)
	}
	for _, text := range []string{string(page), out.String(), diagnostics.String()} {
		if found := unmasked.FindString(text); found != "" {
			t.Errorf("a secret shows: %.20q…", found)
		}
	}
	browsertest.LeavesNothing(t, dir)
}

// An interrupt while a page is shown leaves nothing.
func TestClientsInterrupted(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("looks for processes in /proc")
	}
	browsertest.Path(t)
	dir := browsertest.TempDir(t)
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer interrupt()
		shows := func(p browsertest.Process) bool { return strings.Contains(p.Line, "--type=renderer") }
		for !slices.ContainsFunc(browsertest.Processes(t, dir), shows) {
			select {
			case <-ended:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	var out, diagnostics syncBuffer
	code := run(ctx, []string{"--local", "--browser", "require", "--group", "browser"}, os.Environ(), strings.NewReader(""), &out, &diagnostics)
	close(ended)
	if code != exitNotRun || !strings.Contains(out.String(), "interrupted") {
		t.Errorf("exit code %d, want %d\n%s%s", code, exitNotRun, out.String(), diagnostics.String())
	}
	browsertest.LeavesNothing(t, dir)
}

// Without a proxy the browser reaches the hosts of the page and no others, and starts
// anew when there are more.
func TestScreenReachesNamedHosts(t *testing.T) {
	s := newScreen(t.Context(), browsertest.Path(t), reach{})
	browsertest.TempDir(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	listener.Close() // how far a request gets tells its error
	page := check.Page{Origin: "https://app.example.com", Source: "https://localhost:" + port + "/a.m3u8", Seconds: 1}
	for _, test := range []struct {
		hosts []string
		want  string
	}{{nil, "ERR_NAME_NOT_RESOLVED"}, {[]string{"localhost"}, "ERR_CONNECTION_REFUSED"}} {
		page.Hosts = test.hosts
		shown, err := s.Show(t.Context(), page)
		if err != nil || len(shown.Loads) != 1 || !strings.Contains(shown.Loads[0].Error, test.want) {
			t.Errorf("Show with hosts %q = %+v, %v, want %s", test.hosts, shown, err, test.want)
		}
	}
	if len(s.all) != 2 {
		t.Errorf("%d browsers, want two", len(s.all))
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
	if _, err := s.Show(t.Context(), page); err == nil {
		t.Error("a page was shown after the end")
	}
}

// A browser that cannot start is tried once.
func TestScreenFails(t *testing.T) {
	s := newScreen(t.Context(), "/nonexistent/chromium", reach{})
	_, first := s.Show(t.Context(), check.Page{Origin: "https://app.example.com"})
	_, second := s.Show(t.Context(), check.Page{Origin: "https://app.example.com"})
	if first == nil || !strings.Contains(first.Error(), "/nonexistent/chromium") || !errors.Is(second, first) {
		t.Errorf("Show = %v, then %v, want one error that names the path", first, second)
	}
}

// In a shell of smoketest serve a browser goes where this process's own client goes.
func TestEnvironmentReach(t *testing.T) {
	d := deploy(t, local.Options{CLI: engine(t), MediaDir: smallMedia(t)})
	target := readTarget(t, d)
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, d.Endpoint().CAPEM(), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file)
	for proxy, want := range map[string]reach{
		"http://" + d.Endpoint().Addr(): {"http://" + d.Endpoint().Addr(), []string{d.Endpoint().KeyPin()}},
		"http://proxy.example.com:3128": {proxy: "http://proxy.example.com:3128"},
		"":                              {},
	} {
		t.Setenv("HTTPS_PROXY", proxy)
		if got := environmentReach(target.Stack.BaseURL); !cmp.Equal(got, want, cmp.AllowUnexported(reach{})) {
			t.Errorf("environmentReach with HTTPS_PROXY=%q = %+v, want %+v", proxy, got, want)
		}
	}
}

func TestReadFrames(t *testing.T) {
	for data, want := range map[string]check.Frames{
		`{"streams":[{"nb_read_frames":"300","avg_frame_rate":"30000/1000"}]}`: {Video: true, Count: 300, Rate: 30},
		`{"streams":[{"nb_read_frames":"N/A","avg_frame_rate":"0/0"}]}`:        {Video: true},
		`{"streams":[]}`: {},
		`{}`:             {},
	} {
		if got, err := readFrames([]byte(data)); got != want || err != nil {
			t.Errorf("readFrames(%s) = %+v, %v, want %+v", data, got, err, want)
		}
	}
	if _, err := readFrames([]byte("usage")); err == nil {
		t.Error("readFrames took what is no JSON")
	}
}

func TestProbeComplaint(t *testing.T) {
	for stderr, want := range map[string]string{
		"[hls @ 0x55d5] Skip ('#EXT-X-VERSION:3')\n": "",
		"[hls @ 0x55d5] keepalive request failed for 'https://h/s.ts?Signature=abc'\n[https @ 0x1] HTTP error 403 Forbidden\n": "HTTP error 403 Forbidden",
		"[tls @ 0x1] Error in the pull function.\n":                               "Error in the pull function.",
		"[hls @ 0x55d5] Failed to open 'https://h/s.ts?Policy=e&Signature=abc'\n": "Failed to open 'https://h/s.ts?Policy=***&Signature=***'",
	} {
		if got := probeComplaint(stderr); got != want {
			t.Errorf("probeComplaint(%q) = %q, want %q", stderr, got, want)
		}
	}
}

// What ffprobe is given is on no command line.
func TestProbeArguments(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("the stand-in for ffprobe is a shell script: apt-get install -y dash")
	}
	path := filepath.Join(t.TempDir(), "ffprobe")
	script := "#!" + sh + "\necho \"error: $*\" >&2\nexport >&2\ncat >/dev/null\nexit 1\n"
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SIGNING_KEY", "private")
	frames, err := prober{path: path, proxy: "http://127.0.0.1:1"}.Probe(t.Context(), "concat", "file 'https://h/a?token=opaque'", 7)
	if err != nil || !strings.Contains(frames.Complaint, "-f concat ") || !strings.Contains(frames.Complaint, "%+#7 -i pipe:0") || strings.Contains(frames.Complaint, "opaque") {
		t.Errorf("Probe = %+v, %v, want the arguments without the input", frames, err)
	}
	if _, err := (prober{path: "/nonexistent/ffprobe"}).Probe(t.Context(), "hls", "", 0); err == nil {
		t.Error("Probe without ffprobe succeeded")
	}
}

// A browser that is required must play, not only be there.
func TestRequiredBrowserMustPlay(t *testing.T) {
	browsertest.Path(t)
	for m, want := range map[mode]bool{modeAuto: false, modeRequire: true} {
		var p program
		p.clientOptions.browser = m
		if err := p.findClients(); err != nil {
			t.Fatal(err)
		}
		var target check.Target
		if err := p.found.join(t.Context(), &target, reach{})(); err != nil {
			t.Fatal(err)
		}
		if target.Screen == nil || target.ScreenRequired != want {
			t.Errorf("--browser %s: screen %v, required %t, want %t", m, target.Screen, target.ScreenRequired, want)
		}
	}
}

func TestModes(t *testing.T) {
	for value, on := range map[string]bool{"off": false, "auto": true, "require": true} {
		var m mode
		if err := m.Set(value); err != nil || m.on() != on || m.String() != value {
			t.Errorf("mode %q: on %v, %v, want %v", value, m.on(), err, on)
		}
	}
	if new(mode).on() {
		t.Error("the zero mode is on")
	}
}
