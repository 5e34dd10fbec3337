package browser

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

// route are the flags that say what a browser may reach and trust.
func route(o Options) map[string]string {
	flags := map[string]string{"host-resolver-rules": resolverRules(o)}
	if proxy, ok := proxyOf(o); ok {
		script := []byte(proxyScript(proxy, o.Resolve))
		flags["proxy-pac-url"] = "data:application/x-ns-proxy-autoconfig;base64," + base64.StdEncoding.EncodeToString(script)
	} else {
		flags["no-proxy-server"] = ""
	}
	if len(o.Trust) > 0 {
		flags["ignore-certificate-errors-spki-list"] = strings.Join(o.Trust, ",")
	}
	if os.Getuid() == 0 { // Chromium's sandbox refuses root
		flags["no-sandbox"] = ""
	}
	return flags
}

// resolverRules are Chromium's --host-resolver-rules. The proxy is a host, too.
func resolverRules(o Options) string {
	var rules []string
	if proxy, ok := proxyOf(o); ok {
		rules = append(rules, "EXCLUDE "+proxy.Hostname())
	}
	for host, address := range o.Resolve {
		if address == "" {
			rules = append(rules, "EXCLUDE "+host)
		} else {
			rules = append(rules, "MAP "+host+" "+address)
		}
	}
	slices.Sort(rules)
	return strings.Join(append(rules, "MAP * ~NOTFOUND"), ",")
}

// proxyOf is the proxy, if there is one.
func proxyOf(o Options) (*url.URL, bool) {
	u, err := url.Parse(o.Proxy)
	return u, err == nil && u.Host != ""
}

// proxyScript leads the hosts of resolve through the proxy. A proxy for everything would
// also get what Chromium asks its maker for by itself; without one, the resolver rules say
// that there is no such host.
// https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file
func proxyScript(proxy *url.URL, resolve map[string]string) string {
	var b strings.Builder
	b.WriteString("function FindProxyForURL(url, host) {\n")
	kind := "PROXY"
	switch proxy.Scheme {
	case "https":
		kind = "HTTPS"
	case "socks5", "socks5h": // as net/http names it
		kind = "SOCKS5"
	}
	for _, host := range slices.Sorted(maps.Keys(resolve)) {
		fmt.Fprintf(&b, "if (shExpMatch(host, %s)) return %s;\n", strconv.Quote(host), strconv.Quote(kind+" "+proxy.Host))
	}
	b.WriteString("return \"DIRECT\";\n}\n")
	return b.String()
}
