package browser

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestArguments(t *testing.T) {
	o := Options{Resolve: map[string]string{"*.cloudfront.net": "127.0.0.1:2", "app.example.com": "127.0.0.1:1"}, Trust: []string{"a=", "b="}}
	args := o.Arguments("/tmp/p", "https://app.example.com")
	for _, want := range []string{
		"--user-data-dir=/tmp/p", "--no-proxy-server", "--ignore-certificate-errors-spki-list=a=,b=",
		"--host-resolver-rules=MAP *.cloudfront.net 127.0.0.1:2,MAP app.example.com 127.0.0.1:1,MAP * ~NOTFOUND",
	} {
		if !slices.Contains(args, want) {
			t.Errorf("Arguments = %q, want %q among them", args, want)
		}
	}
	if last := args[len(args)-1]; last != "https://app.example.com" {
		t.Errorf("Arguments end in %q", last)
	}
	proxied := func(arg string) bool { return strings.HasPrefix(arg, "--proxy-pac-url=data:") }
	if args := (Options{Proxy: "http://127.0.0.1:4430"}).Arguments("p", "u"); !slices.ContainsFunc(args, proxied) || slices.Contains(args, "--no-proxy-server") {
		t.Errorf("Arguments with a proxy = %q", args)
	}
	command := o.Command("https://app.example.com")
	if !strings.HasPrefix(command, `'chromium' --user-data-dir="$(mktemp -d)" '`) || !strings.Contains(command, " '--host-resolver-rules=MAP *.cloudfront.net 127.0.0.1:2,") {
		t.Errorf("Command = %s", command)
	}
}

// The browser speaks to a proxy as Go's client does.
func TestProxyScript(t *testing.T) {
	for address, want := range map[string]string{
		"http://user:secret@p.example.com:3128": "PROXY p.example.com:3128",
		"https://p.example.com:3129":            "HTTPS p.example.com:3129",
		"socks5://127.0.0.1:1080":               "SOCKS5 127.0.0.1:1080",
		"socks5h://127.0.0.1:1080":              "SOCKS5 127.0.0.1:1080",
	} {
		proxy, ok := proxyOf(Options{Proxy: address})
		if got := proxyScript(proxy, map[string]string{"h": ""}); !ok || !strings.Contains(got, `return "`+want+`";`) || strings.Contains(got, "secret") {
			t.Errorf("proxyScript(%q) =\n%s\nwant %q", address, got, want)
		}
	}
}

func TestHasDisplay(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("there always is one")
	}
	for name, want := range map[string]bool{"DISPLAY": true, "WAYLAND_DISPLAY": true, "TERM": false} {
		got := HasDisplay(func(asked string) string {
			if asked == name {
				return ":0"
			}
			return ""
		})
		if got != want {
			t.Errorf("HasDisplay with %s = %t, want %t", name, got, want)
		}
	}
}

// fakeBrowser is a program that makes a profile, starts a child, and does then.
func fakeBrowser(t *testing.T, then string) (path, told string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("it is a shell script, in a process group")
	}
	dir := t.TempDir()
	path, told = filepath.Join(dir, "chromium"), filepath.Join(dir, "told")
	script := "#!/bin/sh\nprofile=${1#--user-data-dir=}\nmkdir -p \"$profile\"\n: > \"$profile/Cookies\"\nsleep 600 &\n" +
		"echo \"$! $profile ${SECRET:-none} $HOME\" > " + told + ".new\nmv " + told + ".new " + told + "\n" + then + "\n"
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path, told
}

// wait returns what the browser told, once it has.
func wait(t *testing.T, told string) []string {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if data, err := os.ReadFile(told); err == nil {
			return strings.Fields(string(data))
		}
	}
	t.Fatal("the browser does not start")
	return nil
}

// Whoever ends it, the browser leaves neither a profile nor a process, and learns no
// secret of the environment.
func TestShowLeavesNothing(t *testing.T) {
	t.Setenv("SECRET", "key")
	for name, then := range map[string]string{"closed by the viewer": "exit 0", "closed by the end of the context": "wait"} {
		t.Run(name, func(t *testing.T) {
			path, told := fakeBrowser(t, then)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			done := make(chan error, 1)
			go func() { done <- Show(ctx, Options{Path: path}, "https://app.example.com") }()
			words := wait(t, told)
			if then == "wait" {
				cancel()
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
			child, profile := words[0], words[1]
			if words[2] != "none" || !strings.HasPrefix(profile, words[3]) {
				t.Errorf("the browser sees %q", words)
			}
			if _, err := os.Stat(filepath.Dir(profile)); !os.IsNotExist(err) {
				t.Errorf("the profile is left: %v", err)
			}
			for deadline := time.Now().Add(10 * time.Second); alive(child); time.Sleep(5 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("process %s is left", child)
				}
			}
		})
	}
}

// alive tells whether a process runs; one that has ended may wait for its parent.
func alive(pid string) bool {
	status, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(status), ") Z ")
}

func TestShowFails(t *testing.T) {
	path, _ := fakeBrowser(t, "exit 7")
	if err := Show(t.Context(), Options{Path: path}, "u"); err == nil || !strings.Contains(err.Error(), "exit status 7") {
		t.Errorf("Show of a browser that fails = %v", err)
	}
	if err := Show(t.Context(), Options{Path: path + "x"}, "u"); err == nil || !strings.Contains(err.Error(), "chromiumx") {
		t.Errorf("Show of no browser = %v", err)
	}
}

func TestOffer(t *testing.T) {
	path, told := fakeBrowser(t, "exit 0")
	t.Setenv("PATH", filepath.Dir(path)+":"+os.Getenv("PATH"))
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	served := 0
	serve := func(context.Context) error {
		if served++; os.Getenv("DISPLAY") != "" && served == 4 {
			wait(t, told)
		}
		return nil
	}
	offer := func(tell bool) string {
		said := []string{}
		if err := Offer(t.Context(), Options{}, "https://app.example.com", tell, func(line string) { said = append(said, line) }, serve); err != nil {
			t.Error(err)
		}
		return strings.Join(said, "\n")
	}
	for _, tell := range []bool{false, true} {
		if said := offer(tell); !strings.Contains(said, path) || !strings.Contains(said, "'https://app.example.com'") {
			t.Errorf("without a display Offer says %q", said)
		}
	}
	t.Setenv("DISPLAY", ":0")
	if said := offer(true); !strings.Contains(said, path) {
		t.Errorf("told to tell, Offer says %q", said)
	}
	if _, err := os.Stat(told); err == nil {
		t.Fatal("a browser was started without need")
	}
	if said := offer(false); said != "" || len(wait(t, told)) == 0 {
		t.Errorf("with a display Offer says %q", said)
	}
	t.Setenv("PATH", t.TempDir())
	if said := offer(false); !strings.Contains(said, Install) && !strings.Contains(said, "Google") {
		t.Errorf("without a browser Offer says %q", said)
	}
	if served != 5 {
		t.Errorf("it served %d times of 5", served)
	}
}
