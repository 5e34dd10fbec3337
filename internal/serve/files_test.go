package serve

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"privateplayback/internal/fakeaws"
)

func TestKeysAreMadeOnce(t *testing.T) {
	f, err := newFolder(filepath.Join(t.TempDir(), "cloud"))
	if err != nil {
		t.Fatal(err)
	}
	first, err := f.keys()
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.keys()
	if err != nil {
		t.Fatal(err)
	}
	signing, playback, err := first.public()
	if err != nil {
		t.Fatal(err)
	}
	if s, p, err := again.public(); err != nil || s != signing || p != playback {
		t.Errorf("the second start has other keys, error %v", err)
	}
	for _, name := range []string{"signing.pem", "playback.pem"} {
		if info, err := os.Stat(f.path(name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, error %v, want 0600", name, info.Mode(), err)
		}
	}
	if err := os.WriteFile(f.path("signing.pem"), []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.keys(); err == nil || !strings.Contains(err.Error(), "signing.pem") || !strings.Contains(err.Error(), stackFile) {
		t.Errorf("a torn key: got error %v, want one that names the file and the next step", err)
	}
}

// The settings that serve writes are those that it accepts; others' are refused.
func TestStackFile(t *testing.T) {
	f, err := newFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &server{folder: f}
	if s.keys, err = f.keys(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), stackFile)
	if err := s.writeStackFile(path); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.checkStackFile(written); err != nil {
		t.Errorf("what was written is refused: %v", err)
	}
	if strings.Contains(string(written), "PRIVATE") {
		t.Error("the settings hold a private key")
	}
	s.Domain, s.cloud = "video.example.com", fakeaws.New(fakeaws.Options{})
	if err := s.writeStackFile(path); err != nil {
		t.Fatal(err)
	}
	zone := s.cloud.Route53.HostedZonesByName("example.com")
	if of, err := os.ReadFile(path); err != nil || len(zone) != 1 || !strings.Contains(string(of), "zoneId: "+zone[0].ID) {
		t.Errorf("settings with a domain = %s, %v, want those of the zone %v", of, err, zone)
	}
	told := ""
	s.Progress = func(line string) { told = line }
	if err := s.tellZone(); err != nil || !strings.Contains(told, "{name: video.example.com, zoneId: "+zone[0].ID+"}") {
		t.Errorf("tellZone of a stack that is there already said %q, %v, want the same zone", told, err)
	}
	if err := s.writeStackFile(filepath.Join(t.TempDir(), "none", stackFile)); err == nil || !strings.HasPrefix(err.Error(), "writing "+stackFile) {
		t.Errorf("a folder that cannot be written to: got error %v, want one that names %s", err, stackFile)
	}
	edited := strings.Replace(string(written), "private playback, local", "mine", 1) + "encryptionsalt: v1:abc\n"
	if err := s.checkStackFile([]byte(edited)); err != nil {
		t.Errorf("an edited file is refused: %v", err)
	}
	if err := s.checkStackFile([]byte("config:\n  private-playback:playbackKeys: []\n")); err != nil {
		t.Errorf("settings without channels are refused: %v", err)
	}
	for name, bad := range map[string]string{
		"other keys": strings.Replace(string(written), "MFkw", "MFkx", 1),
		"no YAML":    "config: [",
	} {
		if err := s.checkStackFile([]byte(bad)); err == nil || !strings.Contains(err.Error(), stackFile) {
			t.Errorf("%s: got error %v, want one that names %s", name, err, stackFile)
		}
	}
}

// A shell reads back what the script says, whatever the folder is called.
func TestScript(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh on PATH")
	}
	dir := filepath.Join(t.TempDir(), "it's a $folder")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := shell{
		root: dir, passphrase: `a "word"`, cliDir: filepath.Join(dir, "bin"), address: "127.0.0.1:1", ca: filepath.Join(dir, "ca.pem"),
		providers: "aws:2", languagePort: 3, owner: fakeaws.AccessKey{ID: "AKIA", Secret: "secret"},
	}
	env := filepath.Join(dir, "env")
	if err := os.WriteFile(env, []byte(s.script()), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"PULUMI_CONFIG_PASSPHRASE": `a "word"`, "PULUMI_DEBUG_PROVIDERS": "aws:2", "PULUMI_DEBUG_LANGUAGES": "go:3",
		"HTTPS_PROXY": "http://127.0.0.1:1", "SSL_CERT_FILE": s.ca, "AWS_SECRET_ACCESS_KEY": "secret",
		"PULUMI_HOME": filepath.Join(dir, "home"), "NODE_USE_ENV_PROXY": "1",
	} {
		got, err := exec.Command(sh, "-c", `. "$1"; printf %s "$`+name+`"`, "sh", env).CombinedOutput()
		if err != nil || string(got) != want {
			t.Errorf("%s is %q, error %v; want %q", name, got, err, want)
		}
	}
	cmd := exec.Command(sh, "-c", `. "$1"; printf %s "${AWS_PROFILE-none}"`, "sh", env)
	cmd.Env = append(os.Environ(), "AWS_PROFILE=mine")
	if got, err := cmd.CombinedOutput(); err != nil || string(got) != "none" {
		t.Errorf("AWS_PROFILE is %q, error %v; want it unset", got, err)
	}
	got, err := exec.Command(sh, "-c", `. "$1"; printf %s "$PATH"`, "sh", env).CombinedOutput()
	if err != nil || !strings.HasPrefix(string(got), s.cliDir+string(os.PathListSeparator)) {
		t.Errorf("PATH is %q, error %v; want %q in front", got, err, s.cliDir)
	}
}
