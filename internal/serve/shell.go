package serve

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"privateplayback/internal/fakeaws"
	"privateplayback/internal/local"
)

// shell is what a shell's programs need to reach the stand-in: the pulumi command,
// the AWS CLI and SDKs, curl, browsers and anything else that heeds the usual
// variables.
type shell struct {
	root, passphrase string
	cliDir           string // "" if PATH finds the pulumi command
	address, ca      string // of the data planes
	providers        string // as PULUMI_DEBUG_PROVIDERS
	languagePort     int
	owner            fakeaws.AccessKey
}

func (s *server) shell(address, providers string) shell {
	return shell{
		root: s.folder.path("pulumi"), passphrase: s.store.Derive("pulumi passphrase"), cliDir: s.cli.Dir,
		address: address, ca: s.folder.path("ca.pem"),
		providers: providers, languagePort: s.Port + 3, owner: s.store.AccessKey(),
	}
}

// engine is the environment of the pulumi command.
func (s shell) engine() map[string]string {
	env := local.Environment(s.root, s.passphrase, s.providers)
	env["PULUMI_DEBUG_LANGUAGES"] = "go:" + strconv.Itoa(s.languagePort)
	return env
}

// pulumi is engine in the form of os.Environ.
func (s shell) pulumi() []string {
	env := []string{}
	for name, value := range s.engine() {
		env = append(env, name+"="+value)
	}
	return env
}

// variables are the whole environment: the pulumi command's; the owner's keys of
// https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html; and
// the stand-in as the proxy through which AWS's host names are reached, with the
// authority to trust, under the names that Go, curl, Node.js, Python and the AWS CLI
// know.
func (s shell) variables() map[string]string {
	env := s.engine()
	maps.Copy(env, map[string]string{
		"AWS_ACCESS_KEY_ID":         s.owner.ID,
		"AWS_SECRET_ACCESS_KEY":     s.owner.Secret,
		"AWS_REGION":                fakeaws.DefaultRegion,
		"AWS_DEFAULT_REGION":        fakeaws.DefaultRegion,
		"AWS_EC2_METADATA_DISABLED": "true",
		"NODE_USE_ENV_PROXY":        "1", // from Node.js 22.21 and 24.5 all of it heeds the proxy
	})
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		env[name] = "http://" + s.address
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		env[name] = "localhost,127.0.0.1,::1"
	}
	for _, name := range []string{"SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "AWS_CA_BUNDLE"} {
		env[name] = s.ca
	}
	return env
}

// script sets the variables in a shell. Programs that it starts reach no host but
// those of the stand-in, which is why it is read into a terminal of its own.
func (s shell) script() string {
	var b strings.Builder
	b.WriteString("# Read this into a shell of its own (. env): its programs then reach the stand-in\n" +
		"# under AWS's host names, and no other host.\n")
	env := s.variables()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		if env[name] == "" { // the AWS CLI looks for a profile of no name
			b.WriteString("unset " + name + "\n")
			continue
		}
		b.WriteString(local.Export(name, env[name]))
	}
	if s.cliDir != "" {
		fmt.Fprintf(&b, "export PATH=%s%c\"$PATH\"\n", local.ShellWord(s.cliDir), os.PathListSeparator)
	}
	return b.String()
}
