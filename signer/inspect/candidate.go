package inspect

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// candidate is a text that may have been signed, and how it differs from the
// one that CloudFront checks.
type candidate struct {
	text    []byte
	changes []fault
}

// cannedText is what a canned policy signs, byte for byte.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html
func cannedText(resource, expires string) []byte {
	return []byte(`{"Statement":[{"Resource":"` + resource + `","Condition":{"DateLessThan":{"AWS:EpochTime":` + expires + `}}}]}`)
}

// cannedMistakes are the texts that people sign in place of the canned policy
// for t.
func cannedMistakes(t target, expires string, d *Deployment) []candidate {
	var all []candidate
	add := func(text []byte, changes ...fault) {
		all = append(all, candidate{text, changes})
	}
	right := string(cannedText(t.url(), expires))
	for _, c := range urlMistakes(t, d) {
		add(cannedText(c.url, expires), c.changes...)
	}
	add(cannedText(t.url(), `"`+expires+`"`), fault{CannedExpires, "with the expiry in quotes"})
	add(cannedText(t.url(), expires+"000"), fault{CannedExpires, "with the expiry in milliseconds"})
	if n, ok := plainInteger(expires); ok && n >= maxEpoch {
		add(cannedText(t.url(), strconv.FormatInt(n/1000, 10)), fault{CannedExpires, "with the expiry in seconds, and sent in milliseconds"})
	}
	spaced := strings.NewReplacer(`":`, `": `, `,"`, `, "`).Replace
	escaped := string(cannedText(strings.NewReplacer("&", `\u0026`, "<", `\u003c`, ">", `\u003e`).Replace(t.url()), expires))
	slashed := string(cannedText(strings.ReplaceAll(t.url(), "/", `\/`), expires))
	swapped := `{"Statement":[{"Condition":{"DateLessThan":{"AWS:EpochTime":` + expires + `}},"Resource":"` + t.url() + `"}]}`
	for _, m := range []struct{ text, what string }{
		{spaced(right), "with spaces after commas and colons"},
		{right + "\n", "with a line end behind it"},
		{escaped, `with \u0026 for &, as a JSON encoder for HTML writes it`},
		{slashed, `with \/ for /`},
		{swapped, "with Condition before Resource"},
	} {
		add([]byte(m.text), fault{CannedJSON, m.what})
	}
	return slices.DeleteFunc(all, func(c candidate) bool { return string(c.text) == right })
}

// policyMistakes are the texts that people sign in place of the custom policy
// that they send.
func policyMistakes(sent string, decoded []byte, t target, p policy) []candidate {
	all := []candidate{
		{append(slices.Clone(decoded), '\n'), []fault{{PolicyOtherText, "with a line end behind it"}}},
		{bytes.TrimRight(decoded, "\r\n\t "), []fault{{PolicyOtherText, "without the white space behind it"}}},
		{[]byte(sent), []fault{{PolicyOtherText, "in its encoded form"}}},
		{[]byte(base64.StdEncoding.EncodeToString(decoded)), []fault{{PolicyOtherText, "in base64"}}},
	}
	var compact bytes.Buffer
	if json.Compact(&compact, decoded) == nil {
		all = append(all, candidate{compact.Bytes(), []fault{{PolicyOtherText, "without its white space"}}})
	}
	if p.until != nil {
		expires := strconv.FormatInt(*p.until, 10)
		all = append(all, candidate{cannedText(t.url(), expires), []fault{{PolicyOtherText, "as a canned policy for the requested URL; send Expires in place of Policy"}}})
	}
	return slices.DeleteFunc(all, func(c candidate) bool { return bytes.Equal(c.text, decoded) })
}

type urlMistake struct {
	url     string
	changes []fault
}

// urlMistakes are the URLs for which people sign in place of t: each single
// change, and each together with another scheme or host.
func urlMistakes(t target, d *Deployment) []urlMistake {
	outer := append(schemeMistakes(t), hostMistakes(t, d)...)
	inner := append(pathMistakes(t), queryMistakes(t)...)
	all := wildcardMistakes(t)
	for _, o := range outer {
		all = append(all, urlMistake{o.t.url() + o.tail, []fault{o.fault}})
	}
	for _, i := range inner {
		all = append(all, urlMistake{i.t.url() + i.tail, []fault{i.fault}})
	}
	for _, o := range outer {
		for _, i := range inner {
			both := i.t
			both.scheme, both.host = o.t.scheme, o.t.host
			all = append(all, urlMistake{both.url() + i.tail, []fault{o.fault, i.fault}})
		}
	}
	return all
}

// change is a URL that differs in one thing. tail is written behind it.
type change struct {
	t    target
	tail string
	fault
}

func schemeMistakes(t target) []change {
	other := t
	other.scheme = "https"
	if t.scheme == "https" {
		other.scheme = "http"
	}
	return []change{{other, "", fault{CannedScheme, "by " + other.scheme}}}
}

func hostMistakes(t target, d *Deployment) []change {
	var all []change
	add := func(host string, code Code, what string) {
		if host != "" && host != t.host {
			other := t
			other.host = host
			all = append(all, change{other, "", fault{code, what}})
		}
	}
	add(strings.ToLower(t.host), CannedHostCase, "with the host in small letters")
	add(strings.ToUpper(t.host), CannedHostCase, "with the host in capital letters")
	add(t.hostname(), CannedHost, "without the port")
	add(t.hostname()+":443", CannedHost, "with the port 443")
	if d != nil {
		for _, host := range append(slices.Clone(d.hosts), d.bucketHost) {
			add(host, CannedHost, "for the host "+show(host))
		}
	}
	return all
}

func pathMistakes(t target) []change {
	var all []change
	add := func(path string, code Code, what string) {
		if path != t.path {
			other := t
			other.path = path
			all = append(all, change{other, "", fault{code, what}})
		}
	}
	if strings.HasSuffix(t.path, "/") {
		add(strings.TrimSuffix(t.path, "/"), CannedSlash, "without the final slash")
	} else {
		add(t.path+"/", CannedSlash, "with a final slash")
	}
	plain := unescape(t.path)
	add(plain, CannedEncoding, "with the path decoded")
	add((&url.URL{Path: plain}).EscapedPath(), CannedEncoding, "with the path encoded as needed")
	add((&url.URL{Path: t.path}).EscapedPath(), CannedEncoding, "with the path encoded once more")
	add(strings.ReplaceAll(t.path, "%20", "+"), CannedEncoding, "with + for a space in the path")
	add(strings.ReplaceAll(t.path, "+", "%20"), CannedEncoding, "with %20 for + in the path")
	add(strings.ReplaceAll(t.path, "+", "%2B"), CannedEncoding, "with %2B for + in the path")
	add(escapes(t.path, strings.ToUpper), CannedEncoding, "with capital hexadecimal digits")
	add(escapes(t.path, strings.ToLower), CannedEncoding, "with small hexadecimal digits")
	return all
}

// maxParameters bounds the parameters that are left out one by one.
const maxParameters = 12

func queryMistakes(t target) []change {
	var all []change
	add := func(query, tail, what string) {
		if query != t.query || tail != "" {
			other := t
			other.query = query
			all = append(all, change{other, tail, fault{CannedQuery, what}})
		}
	}
	if t.query == "" {
		add("", "?", "with a ? and no query behind it")
		return all
	}
	add("", "", "without the query")
	parts := strings.Split(t.query, "&")
	if len(parts) <= maxParameters {
		for i, part := range parts {
			name, _, _ := strings.Cut(part, "=")
			add(strings.Join(slices.Delete(slices.Clone(parts), i, i+1), "&"), "", "without the parameter "+showWord(name))
		}
	}
	sorted := slices.Clone(parts)
	slices.Sort(sorted)
	add(strings.Join(sorted, "&"), "", "with the parameters in the order of the alphabet")
	add(unescape(t.query), "", "with the query decoded")
	add(strings.ReplaceAll(t.query, "%20", "+"), "", "with + for %20 in the query")
	add(strings.ReplaceAll(t.query, "+", "%20"), "", "with %20 for + in the query")
	add(strings.ReplaceAll(t.query, "&", "&amp;"), "", "with &amp; for & in the query")
	return all
}

// wildcardMistakes are patterns above t, and parts of it.
func wildcardMistakes(t target) []urlMistake {
	var all []urlMistake
	origin := t.scheme + "://" + t.host
	patterns := []string{"*", t.scheme + "://*", origin + "*", origin + t.path + "*", "http*://" + t.host + t.path, "http*://" + t.host + "/*"}
	for dir, depth := t.path, 0; depth < maxParameters; depth++ {
		slash := strings.LastIndexByte(dir, '/')
		if slash < 0 {
			break
		}
		dir = dir[:slash]
		patterns = append(patterns, origin+dir+"/*")
	}
	for _, p := range patterns {
		all = append(all, urlMistake{p, []fault{{CannedWildcard, "for the pattern " + show(p)}}})
	}
	for _, p := range []string{t.path, strings.TrimPrefix(t.path, "/"), t.host + t.path, "//" + t.host + t.path} {
		all = append(all, urlMistake{p, []fault{{CannedPath, "for " + show(p) + " alone"}}})
	}
	return all
}

// escapes changes the letters of percent-escapes.
func escapes(s string, change func(string) string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			b.WriteString(change(s[i : i+3]))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
