package inspect_test

import (
	"crypto"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"privateplayback/signer/inspect"
)

// The corpus: good grants, changed at random by one to three mutations, are
// sent to the stand-in and inspected. Both must say the same. They share no
// code, so where they agree neither misreads the rules alone.
//
// Not in it, because no grant shows it: HEAD and OPTIONS, several behaviors,
// headers over 32,768 bytes, single-use tokens that were used.

// rounds is how many grants of each kind are tried: fewer with -short, in which
// the tallies are not demanded.
func rounds() int {
	if testing.Short() {
		return 200
	}
	return 1600
}

// mutation changes a grant's text.
type mutation struct {
	name string
	do   func(w *world, r *rand.Rand, s string) string
}

// wrap makes a mutation of a function that needs no world.
func wrap(f func(r *rand.Rand, s string) string) func(*world, *rand.Rand, string) string {
	return func(_ *world, r *rand.Rand, s string) string { return f(r, s) }
}

func replace(old, new string) func(*world, *rand.Rand, string) string {
	return func(_ *world, _ *rand.Rand, s string) string { return strings.Replace(s, old, new, 1) }
}

const printable = "abcXYZ0189-_.~!$&'()*+,;=:@/?%[] \"<>\\^`{|}"

// textMutations are for every kind of grant.
var textMutations = []mutation{
	{"flip a byte", wrap(func(r *rand.Rand, s string) string {
		i := r.IntN(len(s))
		return s[:i] + string(printable[r.IntN(len(printable))]) + s[i+1:]
	})},
	{"drop a byte", wrap(func(r *rand.Rand, s string) string {
		i := r.IntN(len(s))
		return s[:i] + s[i+1:]
	})},
	{"insert a byte", wrap(func(r *rand.Rand, s string) string {
		i := r.IntN(len(s))
		return s[:i] + string(printable[r.IntN(len(printable))]) + s[i:]
	})},
	{"cut the end", wrap(func(r *rand.Rand, s string) string { return s[:len(s)-1-r.IntN(min(40, len(s)-1))] })},
	{"change case", wrap(func(r *rand.Rand, s string) string {
		i := r.IntN(len(s))
		n := min(len(s)-i, 1+r.IntN(12))
		return s[:i] + strings.ToUpper(s[i:i+n]) + s[i+n:]
	})},
	{"percent-encode a byte", wrap(func(r *rand.Rand, s string) string {
		i := r.IntN(len(s))
		return fmt.Sprintf("%s%%%02X%s", s[:i], s[i], s[i+1:])
	})},
	{"nothing", wrap(func(_ *rand.Rand, s string) string { return s })},
}

// urlMutations are for signed URLs.
var urlMutations = []mutation{
	{"html", wrap(func(_ *rand.Rand, s string) string { return strings.ReplaceAll(s, "&", "&amp;") })},
	{"second ?", replace("&Signature", "?Signature")},
	{"encoded ?", replace("?", "%3F")},
	{"no ?", replace("?", "&")},
	{"plain http", replace("https://", "http://")},
	{"upper scheme", replace("https://", "HTTPS://")},
	{"upper host", func(w *world, _ *rand.Rand, s string) string {
		return strings.Replace(s, w.host, strings.ToUpper(w.host), 1)
	}},
	{"port", func(w *world, _ *rand.Rand, s string) string { return strings.Replace(s, w.host, w.host+":443", 1) }},
	{"bucket", func(w *world, _ *rand.Rand, s string) string {
		return strings.Replace(s, w.host, w.stack.BucketRegionalDomainName, 1)
	}},
	{"slash", replace(".ts", ".ts/")},
	{"other path", replace("/asset/", "/other/")},
	{"own query in front", replace("?", "?utm=1&")},
	{"own query behind", wrap(func(_ *rand.Rand, s string) string { return s + "&_HLS_msn=7" })},
	{"reserved behind", wrap(func(r *rand.Rand, s string) string {
		return s + []string{"&Expires=1", "&Policy=e30_", "&Signature=AAAA", "&Key-Pair-Id=K1", "&Hash-Algorithm=SHA1", "&Hash-Algorithm=SHA256", "&Hash-Algorithm=MD5", "&Hash-Algorithm="}[r.IntN(8)]
	})},
	{"drop a parameter", wrap(dropPart)},
	{"double a parameter", wrap(doublePart)},
	{"shuffle", wrap(shuffle)},
	{"fragment", wrap(func(_ *rand.Rand, s string) string { return s + "#t=10" })},
	{"signature in fragment", replace("?", "#?")},
	{"lower-case names", replace("Key-Pair-Id", "key-pair-id")},
	{"standard base64", wrap(func(_ *rand.Rand, s string) string {
		base, query, _ := strings.Cut(s, "?")
		return base + "?" + strings.NewReplacer("-", "+", "_", "=", "~", "/").Replace(query)
	})},
	{"escape values", wrap(func(_ *rand.Rand, s string) string {
		return strings.NewReplacer("_", "%5F", "~", "%7E").Replace(s)
	})},
	{"milliseconds", wrap(func(_ *rand.Rand, s string) string {
		return strings.Replace(s, "&Signature", "000&Signature", 1)
	})},
	{"long", wrap(func(_ *rand.Rand, s string) string { return s + "&x=" + strings.Repeat("x", max(0, 8192-len(s)-3)) })},
	{"too long", wrap(func(_ *rand.Rand, s string) string { return s + "&x=" + strings.Repeat("x", 8192) })},
	{"other key id", func(w *world, r *rand.Rand, s string) string {
		ids := []string{w.retiringID(), w.strangerID, w.stack.KeyGroupID, "K0000000000000", "APKAEXAMPLE", strings.ToLower(w.id()), ""}
		return strings.Replace(s, w.id(), ids[r.IntN(len(ids))], 1)
	}},
	{"user information", replace("https://", "https://me@")},
}

func queryParts(s string) (base string, parts []string) {
	base, query, _ := strings.Cut(s, "?")
	return base + "?", strings.Split(query, "&")
}

func dropPart(r *rand.Rand, s string) string {
	base, parts := queryParts(s)
	i := r.IntN(len(parts))
	return base + strings.Join(slices.Delete(parts, i, i+1), "&")
}

func doublePart(r *rand.Rand, s string) string {
	base, parts := queryParts(s)
	return base + strings.Join(append(parts, parts[r.IntN(len(parts))]), "&")
}

func shuffle(r *rand.Rand, s string) string {
	base, parts := queryParts(s)
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return base + strings.Join(parts, "&")
}

// policies are custom policies of every kind, good and bad.
func (w *world) policies() []string {
	good := w.policy(w.url("/asset/*"))
	condition := fmt.Sprintf(`"Condition":{"DateLessThan":{"AWS:EpochTime":%d}}`, w.in(time.Hour))
	list := []string{
		good,
		strings.Replace(good, `"Resource":"`+w.url("/asset/*")+`",`, "", 1),
		`{"Statement":[{` + condition + `,"Resource":"*"}]}`,
		good + "\n", " " + good, strings.ReplaceAll(good, ":{", ": {"), good + "{}", good[1:], "null", "[]", "{}", `"x"`, "\xff" + good,
		`{"Statement":[]}`, `{"Statement":null}`, `{"Statement":{` + condition + `}}`,
		`{"Statement":[{` + condition + `},{` + condition + `}]}`,
		`{"statement":[{` + condition + `}]}`,
		`{"Version":"2012-10-17","Statement":[{` + condition + `}]}`,
		`{"Statement":[{"Effect":"Allow",` + condition + `}]}`,
		`{"Statement":[{"Resource":"a","Resource":"*",` + condition + `}]}`,
		`{"Statement":[{"Resource":"",` + condition + `}]}`, `{"Statement":[{"Resource":null,` + condition + `}]}`, `{"Statement":[{"Resource":["*"],` + condition + `}]}`,
		`{"Statement":[{"Resource":"*"}]}`, `{"Statement":[{"Resource":"*","Condition":{}}]}`, `{"Statement":[{"Resource":"*","Condition":null}]}`,
		`{"Statement":[{"Resource":"\u002a",` + condition + `}]}`, `{"Statement":[{"Resource":"https:\/\/` + w.host + `\/asset\/*",` + condition + `}]}`,
		strings.Repeat("[", 50),
	}
	for _, epoch := range []string{`"1830000000"`, "1830000000000", "1830000000.0", "1.83e9", "-1", "-0", "0", "null", "true", "99999999999", "100000000000", "9223372036854775808", fmt.Sprint(w.in(0)), fmt.Sprint(w.in(time.Second)), fmt.Sprint(w.in(-time.Hour))} {
		list = append(list, `{"Statement":[{"Resource":"*","Condition":{"DateLessThan":{"AWS:EpochTime":`+epoch+`}}}]}`)
		list = append(list, w.policy("*", `"DateGreaterThan":{"AWS:EpochTime":`+epoch+`}`))
	}
	for _, address := range []string{`"192.0.2.0/24"`, `"192.0.2.1/32"`, `"192.0.2.1"`, `"192.0.2.1/24"`, `"0.0.0.0/0"`, `"198.51.100.0/24"`, `"2001:db8::/32"`, `"::ffff:192.0.2.0/120"`, `["192.0.2.0/24"]`, `null`, `""`, `"192.0.2.0/33"`} {
		list = append(list, w.policy("*", `"IpAddress":{"AWS:SourceIp":`+address+`}`))
	}
	for _, resource := range w.resources() {
		list = append(list, w.policy(resource))
	}
	return list
}

// resources are patterns, most of which cover the asset.
func (w *world) resources() []string {
	h := w.host
	return []string{
		"*", "https://*", "http://*", "*://*", "http*://*", "https://" + h, "https://" + h + "*", "https://" + h + "/", "https://" + h + "/*",
		"*" + h + "/*", "*" + h, "*.cloudfront.net/asset/*", "*asset*", "https://*.cloudfront.net/asset/*", "https://d*/asset/?.ts", "https://*/*",
		h + "/*", "https://" + strings.ToUpper(h) + "/*", "https://" + h + "/asset/a.ts", "https://" + h + "/asset/a.ts*", "https://" + h + "/asset/a.ts?*",
		"https://" + h + "/asset/?.ts", "https://" + h + "/asset/a?ts", "https://" + h + "/*/a.ts", "https://" + h + "/*.ts", "https://" + h + "/Asset/*",
		"https://" + h + "/asset/a.ts?utm=1", "https://" + h + "/asset/a.ts?utm=*", "https://" + h + "/asset/a.ts?*=1", "https://" + h + "/asset*?*",
		"https://" + h + "/asset/**", "https://" + h + "/other/*", "https://" + h + "/asset", "https://" + h + "?asset*", "https:// " + h, "://" + h, "", "?", "**",
		"https://" + h + "/asset/a.ts?", "https://" + h + "/asset/%61.ts", "ftp://" + h + "/*", "https://" + h + "/a*s*e*t/*?*?*",
	}
}

// grant makes a random CloudFront signature. Half of them are right.
func (w *world) grant(r *rand.Rand) (rawURL string) {
	rawURL = w.url(assetPath)
	rawURL += []string{"", "", "", "?utm=1", "?a=1&b=2", "?x=a%20b+c", "?"}[r.IntN(7)]
	if r.IntN(12) == 0 {
		rawURL = strings.Replace(rawURL, "a.ts", []string{"", "a%20b.ts", "a b.ts", "%61.ts", "../a.ts", "a.ts//", "(1)~!.ts", "*"}[r.IntN(8)], 1)
	}
	until := any(w.in([]time.Duration{time.Hour, time.Second, 0, -time.Second, -48 * time.Hour, 1000 * time.Hour}[r.IntN(6)*r.IntN(2)]))
	text := cannedText(strings.TrimSuffix(rawURL, "?"), until)
	first := fmt.Sprint("Expires=", until)
	switch r.IntN(4) {
	case 0, 1:
		list := w.policies()
		text = list[r.IntN(len(list))]
		if r.IntN(3) == 0 {
			text = w.policy(w.url("/asset/*"))
		}
		first = "Policy=" + encode([]byte(text))
	case 2:
		if r.IntN(3) == 0 {
			mistakes := []string{
				cannedText(strings.Replace(rawURL, "https", "http", 1), until), cannedText(w.url("/*"), until), cannedText(w.url(assetPath), until),
				strings.ReplaceAll(text, ":{", ": {"), text + "\n", cannedText(rawURL, fmt.Sprintf("%q", fmt.Sprint(until))), cannedText(rawURL+"/", until),
			}
			text = mistakes[r.IntN(len(mistakes))]
		}
	}
	key, id := crypto.Signer(w.current), w.id()
	switch r.IntN(8) {
	case 0, 1:
		key, id = w.retiring, w.retiringID()
	case 2:
		key = []crypto.Signer{w.stranger, w.retiring}[r.IntN(2)]
	}
	hash, tail := crypto.SHA1, ""
	switch r.IntN(6) {
	case 0:
		hash, tail = crypto.SHA256, "&Hash-Algorithm=SHA256"
	case 1:
		hash, tail = []crypto.Hash{crypto.SHA1, crypto.SHA256}[r.IntN(2)], []string{"", "&Hash-Algorithm=SHA1", "&Hash-Algorithm=SHA256", "&Hash-Algorithm=sha256"}[r.IntN(4)]
	}
	separator := "?"
	if strings.Contains(rawURL, "?") {
		separator = "&"
	}
	return rawURL + separator + first + "&Signature=" + encode(sign(w.t, key, hash, text)) + "&Key-Pair-Id=" + id + tail
}

// mutate applies up to three mutations of the lists.
func (w *world) mutate(r *rand.Rand, s string, lists ...[]mutation) (string, []string) {
	var names []string
	for range r.IntN(3) {
		list := lists[r.IntN(len(lists))]
		m := list[r.IntN(len(list))]
		if len(s) > 2 {
			s = m.do(w, r, s)
			names = append(names, m.name)
		}
	}
	return s, names
}

// circumstances moves the request a little.
func (w *world) circumstances(r *rand.Rand) inspect.Request {
	request := w.request()
	if r.IntN(10) == 0 {
		request.At = start.Add([]time.Duration{2 * time.Hour, time.Hour, -time.Second, 999 * time.Millisecond, 5 * time.Minute}[r.IntN(5)])
	}
	if r.IntN(10) == 0 {
		request.Address = netip.MustParseAddr([]string{"198.51.100.7", "2001:db8::1", "::ffff:192.0.2.1"}[r.IntN(3)])
	}
	return request
}

// tally counts what was compared, so that a corpus that has become one-sided
// shows.
type tally map[answer]int

func (c tally) demand(t *testing.T, least map[answer]int) {
	t.Helper()
	t.Log(c)
	if testing.Short() {
		return
	}
	for a, n := range least {
		if c[a] < n {
			t.Errorf("corpus: %d answers %v, want at least %d", c[a], a, n)
		}
	}
}

// compare holds a report against what the stand-in answered.
func (w *world) compare(got *inspect.Report, want answer, what string) {
	w.t.Helper()
	if got.Verdict == inspect.Undecided || foretold(got) != want {
		w.t.Errorf("%s\ninspected: %v\nstand-in:  %v\n%v", what, foretold(got), want, got)
	}
}

func TestURLsLikeTheStandIn(t *testing.T) {
	w := newWorld(t)
	r := rand.New(rand.NewPCG(1, 2))
	seen := tally{}
	for i := range rounds() {
		raw, names := w.mutate(r, w.grant(r), textMutations, urlMutations, urlMutations)
		request := w.circumstances(r)
		w.now = request.At
		want, ok := ask(w.cdn, raw, request.Address.String(), nil)
		if !ok {
			continue
		}
		w.now = start
		seen[want]++
		w.compare(w.URL(raw, request), want, fmt.Sprintf("case %d %q\n%s", i, names, raw))
	}
	seen.demand(t, map[answer]int{
		{200, ""}: 150, {403, "AccessDenied"}: 250, {403, "MalformedPolicy"}: 150, {403, "MalformedSignature"}: 100,
		{403, "InvalidKey"}: 50, {403, "MissingKey"}: 100, {403, ""}: 10, {414, ""}: 10,
	})
}

// cookieMutations are for Cookie headers.
var cookieMutations = []mutation{
	{"lower-case names", wrap(func(_ *rand.Rand, s string) string { return strings.ReplaceAll(s, "CloudFront-", "cloudfront-") })},
	{"one name", replace("CloudFront-Key-Pair-Id", "CloudFront-Key-Pair-ID")},
	{"drop one", wrap(func(r *rand.Rand, s string) string {
		list := strings.Split(s, "; ")
		i := r.IntN(len(list))
		return strings.Join(slices.Delete(list, i, i+1), "; ")
	})},
	{"double one", wrap(func(r *rand.Rand, s string) string {
		list := strings.Split(s, "; ")
		return s + "; " + list[r.IntN(len(list))]
	})},
	{"another set", func(w *world, r *rand.Rand, s string) string { return s + "; " + cookies(w.grant(r)) }},
	{"a part of another set", func(w *world, r *rand.Rand, s string) string {
		list := strings.Split(cookies(w.grant(r)), "; ")
		return list[r.IntN(len(list))] + "; " + s
	}},
	{"others", wrap(func(_ *rand.Rand, s string) string { return "session=1; " + s + ";theme=dark;" })},
	{"no spaces", wrap(func(_ *rand.Rand, s string) string { return strings.ReplaceAll(s, "; ", ";") })},
	{"quotes", replace("CloudFront-Signature=", `CloudFront-Signature="`)},
	{"encoded", wrap(func(_ *rand.Rand, s string) string {
		return strings.NewReplacer("_", "%5F", "~", "%7E").Replace(s)
	})},
	{"other key id", urlMutations[25].do},
	{"too long", wrap(func(_ *rand.Rand, s string) string { return s + "; x=" + strings.Repeat("x", 40000) })},
	{"milliseconds", replace("; CloudFront-Signature", "000; CloudFront-Signature")},
}

func TestCookiesLikeTheStandIn(t *testing.T) {
	w := newWorld(t)
	r := rand.New(rand.NewPCG(3, 4))
	seen := tally{}
	for i := range rounds() {
		raw := w.grant(r)
		header, names := w.mutate(r, cookies(raw), textMutations, cookieMutations, cookieMutations)
		rawURL, _, _ := strings.Cut(raw, "?")
		switch r.IntN(12) {
		case 0:
			rawURL += "?utm=1"
		case 1:
			rawURL += []string{"?Expires=1", "?Policy", "?Signature=x", "?Key-Pair-Id=" + w.id(), "?Hash-Algorithm=SHA256&x=1", "?expires=1"}[r.IntN(6)]
		case 2:
			rawURL, _ = w.mutate(r, rawURL, textMutations)
		case 3:
			rawURL = w.grant(r)
		case 4:
			rawURL = strings.Replace(rawURL, "https", "http", 1)
		}
		request := w.circumstances(r)
		request.URL = rawURL
		w.now = request.At
		want, ok := ask(w.cdn, rawURL, request.Address.String(), http.Header{"Cookie": {header}})
		if !ok {
			continue
		}
		w.now = start
		seen[want]++
		w.compare(w.Cookies(header, request), want, fmt.Sprintf("case %d %q\n%s\nCookie: %s", i, names, rawURL, header))
	}
	seen.demand(t, map[answer]int{
		{200, ""}: 150, {403, "AccessDenied"}: 250, {403, "MalformedPolicy"}: 150, {403, "MalformedSignature"}: 100,
		{403, "InvalidKey"}: 50, {403, "MissingKey"}: 100,
	})
}
