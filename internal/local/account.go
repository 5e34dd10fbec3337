package local

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"privateplayback/internal/fakeaws"
)

// makeAccount makes what is there before the stack and outlives it, and returns the
// settings that tell of it.
func (d *Deployment) makeAccount(o Options) (map[string]any, error) {
	settings := map[string]any{}
	if o.Domain != "" {
		domain, err := HostDomain(d.Cloud, o.Domain)
		if err != nil {
			return nil, err
		}
		settings["domain"], settings["playerOrigins"] = domain, OriginsBeside(o.Domain)
	}
	if o.Account != nil {
		more, err := o.Account(d.Cloud)
		if err != nil {
			return nil, fmt.Errorf("making what the account has: %w", err)
		}
		maps.Copy(settings, more)
	}
	d.account = d.Cloud.Resources()
	return settings, nil
}

// OriginsBeside are Origins, and a page of the domain's own site where none of them is:
// no other page's cookies reach the domain.
func OriginsBeside(domain string) []string {
	origins := Origins()
	site, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil || slices.ContainsFunc(origins, func(origin string) bool { return strings.HasSuffix(origin, "."+site) }) {
		return origins
	}
	return append(origins, "https://app."+site)
}

// HostDomain finds the hosted zone of a domain in the account, or makes it, and
// returns the setting "domain" of a stack that is to use it. The zone is the one of
// the parent, or of the domain itself where that is a top-level domain.
func HostDomain(cloud *fakeaws.Cloud, name string) (map[string]any, error) {
	_, parent, _ := strings.Cut(name, ".")
	if !strings.Contains(parent, ".") {
		parent = name
	}
	zones := cloud.Route53.HostedZonesByName(parent)
	if len(zones) == 0 {
		zone, err := cloud.Route53.CreateHostedZone("account-"+parent, parent, "")
		if err != nil {
			return nil, fmt.Errorf("making the hosted zone of domain %q: %w", name, err)
		}
		zones = append(zones, zone)
	}
	return map[string]any{"name": name, "zoneId": zones[0].ID}, nil
}
