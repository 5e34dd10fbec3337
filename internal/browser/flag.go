package browser

import (
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
	)
	for name, value := range route(o) {
		if value == "" {
			all = append(all, chromedp.Flag(name, true))
		} else {
			all = append(all, chromedp.Flag(name, value))
		}
	}
	return all
}
