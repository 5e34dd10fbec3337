package ivs

import (
	"net/netip"
	"time"
)

// AWS detects that a session's URLs are shared and revokes the session for all
// who use it, while viewers may move between networks. It keeps its bounds to
// itself (https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-session-protection.html);
// these are our own. A viewer with an IPv4 and an IPv6 address who goes from one
// network to another has four.
const (
	// maxClients is from how many addresses a session may be used at the same
	// time.
	maxClients = 4
	// clientWindow is how long after a request its sender counts as watching.
	clientWindow = 10 * time.Second
)

// clients are the addresses from which a session was used, with the time of
// the last request.
type clients map[string]time.Time

// add notes a request and reports whether there are too many addresses.
func (c clients) add(client string, now time.Time) (shared bool) {
	for other, seen := range c {
		if now.Sub(seen) >= clientWindow {
			delete(c, other)
		}
	}
	c[client] = now
	return len(c) > maxClients
}

// watching tells whether any address counts as watching.
func (c clients) watching(now time.Time) bool {
	for _, seen := range c {
		if now.Sub(seen) < clientWindow {
			return true
		}
	}
	return false
}

// clientAddress names the sender of a request by what net/http calls its
// RemoteAddr: the IPv4 address, or the /64 network of an IPv6 address, since
// devices change the other half at will.
func clientAddress(remoteAddr string) string {
	ap, err := netip.ParseAddrPort(remoteAddr)
	if err != nil {
		return remoteAddr
	}
	addr := ap.Addr().Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	return netip.PrefixFrom(addr, 64).Masked().String()
}
