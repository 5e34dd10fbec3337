package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"privateplayback/signer"
)

const cookiesUsage = `Usage: signer cookies --key KEY --key-id ID --expires T [FLAGS] URL
       signer cookies --key KEY --key-id ID --expires T --resource PATTERN [FLAGS] [URL]

Prints cookies: for URL alone with a canned policy, or with a custom one if
--resource, --not-before or --ip is given. Cookies that no browser would send,
to URL or to any that PATTERN covers, are refused. T is a duration from now (1h,
7d), an RFC 3339 time or a Unix time in seconds.

Formats: headers are Set-Cookie lines; json is a list for browser automation;
curl is a config file, which curl -K reads.
`

const cookiesExamples = `  signer cookies --key signing.pem --key-id K2JCJMDEHXQW5F --expires 2h --resource 'https://media.example.com/film/*' --domain example.com --path /film/
  signer cookies --key signing.pem --outputs outputs.json --expires 1h --resource 'https://media.example.com/film/*' --format curl |
    curl -K - https://media.example.com/film/master.m3u8
`

func (p *program) cookies(ctx context.Context, args []string) error {
	f := p.grantFlags(newCommand("cookies", cookiesUsage, cookiesExamples), "URL")
	var a signer.CookieAttributes
	f.StringVar(&a.Domain, "domain", "", "`HOST` the cookies are for, with its subdomains (default the host that sets them)")
	f.StringVar(&a.Path, "path", "", "`PREFIX` of the paths the cookies are for (default /)")
	page := f.String("page", "", "`HOST` of the page that sets them: the longest --domain that it shares with the URL")
	sameSite := f.oneOf("same-site", "`MODE` of requests from other sites: lax, strict or none (default lax)", "lax", "strict", "none")
	f.BoolVar(&a.Insecure, "insecure", false, "leave out Secure, for a test host without TLS")
	f.BoolVar(&a.Readable, "readable", false, "leave out HttpOnly, for a player that reads the cookies")
	format := f.oneOf("format", "`FORMAT` of the output: headers, json or curl (default headers)", "headers", "json", "curl")
	if err := f.parse(args, 1, p.stdout); err != nil {
		return err
	}
	if err := f.checkKey(); err != nil {
		return err
	}
	switch {
	case f.operand() == "" && f.resource == "":
		return misused("the URL or --resource is missing")
	case *page != "" && a.Domain != "":
		return misused("give either --page or --domain")
	case *page != "":
		var err error
		if a.Domain, err = signer.SharedDomain(*page, cmp.Or(f.operand(), exampleURL(f.resource, a))); err != nil {
			return err
		}
	}
	a.SameSite = map[string]http.SameSite{
		"lax": http.SameSiteLaxMode, "strict": http.SameSiteStrictMode, "none": http.SameSiteNoneMode,
	}[*sameSite]
	if err := a.Validate(); err != nil {
		return err
	}
	cf, err := f.signer(ctx)
	if err != nil {
		return err
	}
	set, err := f.signCookies(ctx, cf, a)
	if err != nil {
		return err
	}
	text, err := formatCookies(set, *format)
	if err != nil {
		return err
	}
	return p.print(text)
}

func (f *grantFlags) signCookies(ctx context.Context, cf *signer.CloudFront, a signer.CookieAttributes) ([]*http.Cookie, error) {
	url := f.operand()
	if !f.custom() {
		return cf.SignCookies(ctx, url, *f.expires, a)
	}
	g, err := f.grant(ctx, cf, cmp.Or(f.resource, url))
	if err != nil {
		return nil, err
	}
	if url != "" {
		return g.CookiesFor(url, a)
	}
	url = exampleURL(f.resource, a)
	if g.Check(url) != nil {
		return nil, fmt.Errorf("no URL that --resource %q covers comes to mind; give one as the operand", f.resource)
	}
	set, err := g.CookiesFor(url, a)
	if errors.Is(err, signer.ErrInvalidCookie) {
		return nil, fmt.Errorf("%w, an example of what --resource covers; give a better one as the operand", err)
	}
	return set, err
}

// exampleURL returns a URL that the pattern covers and to which a browser sends
// cookies of these attributes, if there is one that is simple to find. With the
// pattern alone, it is what the cookies are checked against.
func exampleURL(pattern string, a signer.CookieAttributes) string {
	scheme, rest, found := strings.Cut(pattern, "://")
	if !found {
		scheme, rest = "*", pattern
	}
	scheme = strings.ReplaceAll(scheme, "*", "https")
	host, path, _ := strings.Cut(rest, "/")
	path = "/" + path
	if strings.HasSuffix(rest, "*") && host == rest {
		path = "/*"
	}
	switch domain := strings.ToLower(strings.TrimPrefix(a.Domain, ".")); {
	case host == "*" && domain != "":
		host = domain
	default:
		host = strings.NewReplacer("*", "x", "?", "x").Replace(host)
	}
	// The first "*" of the path stands for what the cookies' path needs.
	literal, _, wild := strings.Cut(path, "*")
	if needed := strings.TrimSuffix(a.Path, "/") + "/"; wild && strings.HasPrefix(needed, literal) {
		path = strings.Replace(path, "*", needed[len(literal):]+"x", 1)
	}
	return scheme + "://" + host + strings.ReplaceAll(path, "*", "x")
}

// curlCookie is the option of a curl config file that holds cookies.
//
// https://curl.se/docs/manpage.html#-K
const curlCookie = "cookie = "

func formatCookies(set []*http.Cookie, format string) (string, error) {
	var b bytes.Buffer
	switch format {
	case "json":
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(jsonCookies(set)); err != nil {
			return "", fmt.Errorf("encoding cookies: %w", err)
		}
	case "curl":
		pairs := make([]string, len(set))
		for i, k := range set {
			pairs[i] = k.Name + "=" + k.Value
		}
		// Neither quotes nor backslashes are in names and values.
		fmt.Fprintf(&b, "%s\"%s\"\n", curlCookie, strings.Join(pairs, "; "))
	default:
		for _, k := range set {
			fmt.Fprintf(&b, "Set-Cookie: %s\n", k)
		}
	}
	return b.String(), nil
}

// jsonCookie is a cookie by the names that tools of browser automation know.
type jsonCookie struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Domain   string `json:"domain,omitempty"`
	Path     string `json:"path"`
	Secure   bool   `json:"secure"`
	HTTPOnly bool   `json:"httpOnly"`
	SameSite string `json:"sameSite"`
}

func jsonCookies(set []*http.Cookie) []jsonCookie {
	list := make([]jsonCookie, len(set))
	for i, k := range set {
		mode := map[http.SameSite]string{
			http.SameSiteLaxMode: "Lax", http.SameSiteStrictMode: "Strict", http.SameSiteNoneMode: "None",
		}[k.SameSite]
		list[i] = jsonCookie{k.Name, k.Value, k.Domain, k.Path, k.Secure, k.HttpOnly, mode}
	}
	return list
}
