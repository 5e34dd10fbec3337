package serve

import (
	"privateplayback/internal/fakeaws"
	"privateplayback/internal/local"
	"privateplayback/internal/serve/status"
)

// viewerURL is where examples/viewer listens unless it is told otherwise.
const viewerURL = "http://localhost:8080"

// viewer is how the example application is started beside the stand-in, and the
// browser for it: it asks the stand-in as a proxy for every host but this machine,
// and trusts its authority.
func (s *server) viewer(endpoint *fakeaws.Endpoint) status.Viewer {
	file := func(name string) string { return local.ShellWord(s.shown(name)) }
	return status.Viewer{
		Run: "pulumi stack output --json -s " + stackName + " | go run ./examples/viewer --outputs -" +
			" --signing-key " + file("signing.pem") + " --playback-key " + file("playback.pem"),
		Browse: `chromium --user-data-dir="$(mktemp -d)" --no-first-run --proxy-server=` + endpoint.Addr() +
			" --ignore-certificate-errors-spki-list=" + endpoint.KeyPin() + " " + viewerURL,
		URL: viewerURL,
	}
}
