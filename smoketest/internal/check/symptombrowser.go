package check

import (
	"net/http"
	"net/url"
	"strings"

	"privateplayback/smoketest/internal/cause"
)

// explainShowing tells why a page's video did not play that the checks' own client had
// just played, so that keys and grants are good.
func (s *session) explainShowing(p Page, w Showing) cause.ID {
	l := w.failed()
	if l == nil {
		return "browser-cannot-play"
	}
	u, err := url.Parse(l.URL)
	ours := err == nil && s.serviceAt(u.Hostname()) == edge
	switch {
	case strings.Contains(l.Error, "ERR_NAME_NOT_RESOLVED"):
		return "dns"
	case strings.Contains(l.Error, "ERR_TUNNEL_CONNECTION_FAILED"), strings.Contains(l.Error, "ERR_PROXY_"):
		return "proxy-login"
	case strings.Contains(l.Error, "ERR_CERT_COMMON_NAME_INVALID"):
		return "certificate-name"
	case strings.Contains(l.Error, "ERR_CERT_"):
		return "certificate-authority"
	case l.Status == http.StatusForbidden && !ours:
		return "token-refused"
	case l.Status == http.StatusForbidden && p.Credentials:
		return "cookies-unsent"
	case l.Status == http.StatusForbidden:
		return "player-reencodes"
	case l.CORS && !ours:
		return "live-cors"
	case l.CORS && p.Credentials:
		return "cors-credentials"
	case l.CORS:
		return "cors-missing"
	}
	return "browser-cannot-play"
}
