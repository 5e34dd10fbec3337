package browser

import (
	"encoding/base64"
	"os"
	"strings"

	"github.com/chromedp/chromedp"
)

// flags are the command line. Chromium says what each does at
// https://peter.sh/experiments/chromium-command-line-switches/.
func flags(o Options, dir string) []chromedp.ExecAllocatorOption {
	all := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(o.Path),
		chromedp.NoInheritEnv,
		chromedp.Env(environment(dir)...),
		chromedp.UserDataDir(profileDir(dir)),
		chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-quic", true), // which would pass by the rules of Resolve's addresses
		chromedp.Flag("no-pings", true),
		// A page that comes from memory has no address, and must still play from
		// loopback: https://chromestatus.com/feature/5152728072060928.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,LocalNetworkAccessChecks,OptimizationHints,MediaRouter,HttpsUpgrades"),
		chromedp.Flag("host-resolver-rules", resolverRules(o)),
	)
	if os.Getuid() == 0 { // Chromium's sandbox refuses root
		all = append(all, chromedp.NoSandbox)
	}
	if proxy, ok := proxyOf(o); ok {
		all = append(all, chromedp.Flag("proxy-pac-url", "data:application/x-ns-proxy-autoconfig;base64,"+
			base64.StdEncoding.EncodeToString([]byte(proxyScript(proxy, o.Resolve)))))
	} else {
		all = append(all, chromedp.Flag("no-proxy-server", true))
	}
	if len(o.Trust) > 0 {
		all = append(all, chromedp.Flag("ignore-certificate-errors-spki-list", strings.Join(o.Trust, ",")))
	}
	return all
}
