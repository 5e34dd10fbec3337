package inspect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// URL inspects a URL that is signed for CloudFront, as it will be requested.
func (d *Deployment) URL(rawURL string, r Request) *Report {
	first := &inspection{kind: SignedURL, at: r.At}
	first.secretsIn(rawURL)
	d.tryURL(first, rawURL, r)
	mended, damage := rawURL, []fault(nil)
	if len(rawURL) < 2*maxURL {
		mended, damage = mendURL(rawURL)
	}
	second := &inspection{kind: SignedURL, at: r.At}
	if len(damage) > 0 {
		second.secretsIn(mended)
		d.tryURL(second, mended, r)
	}
	return settle(first, second, damage)
}

// tryURL checks a request by its URL alone, without cookies.
func (d *Deployment) tryURL(in *inspection, rawURL string, r Request) {
	t, ok := d.enter(in, rawURL)
	if !ok {
		return
	}
	m, own := cutMembers(t.query)
	t.query = own
	in.secret(slices.Concat(m.signature, m.policy)...)
	a := &attempt{inspection: in, d: d, target: t, known: true, members: m, address: r.Address}
	a.check()
	if change := t.browserChange(); change != "" && in.answer() == stageNone && a.exact() {
		in.note(NoteBrowserForm, "This is right for a client that requests the URL as it is written; a browser %s first, and is then refused.", change)
	}
}

// exact tells that the policy is for this one form of the URL.
func (a *attempt) exact() bool {
	return a.canned() || a.custom() && !strings.Contains(a.policy.resource, "*")
}

// enter applies what comes before the signature: the length of the URL, its
// host, and the distribution's viewer protocol policy. It returns the URL after
// a redirect.
func (d *Deployment) enter(in *inspection, rawURL string) (target, bool) {
	t, ok := cutTarget(rawURL)
	if !ok {
		in.refuse(URLUnreadable, "%s is not an absolute http or https URL.", show(rawURL))
		return t, false
	}
	if in.tooLong(t) {
		return t, false
	}
	if t.fragment != "" {
		in.note(NoteFragment, "What follows the # is never sent.")
	}
	if d == nil || len(d.hosts) == 0 {
		return t, true
	}
	host := t.hostname()
	switch {
	case slices.Contains(d.hosts, host):
	case host == d.bucketHost:
		in.refuse(HostIsBucket, "%s is the bucket's own host, which refuses every viewer.", show(t.host))
	default:
		in.refuse(HostUnknown, "%s is no host of this stack, which has %s.", show(t.host), strings.Join(d.hosts, " and "))
	}
	switch {
	case t.scheme == "https":
	case d.httpsOnly:
		in.refuse(PlainHTTP, "The distribution refuses plain HTTP.")
	default:
		in.note(NoteRedirected, "The distribution redirects plain HTTP, so the signature is checked against the https URL.")
		t.scheme, t.host = "https", host
	}
	return t, !in.tooLong(t) // a redirect has made it longer by a byte
}

func (in *inspection) tooLong(t target) bool {
	size := len(t.url())
	if size > maxURL {
		in.refuse(URLTooLong, "The URL has %d bytes, and CloudFront takes %d.", size, maxURL)
	}
	return size > maxURL
}

var (
	// ampersand matches "&" as HTML and XML write it.
	ampersand = regexp.MustCompile(`(?i)&(amp|#38|#x26);`)
	// memberStart matches the beginning of a parameter of the signature.
	memberStart = `(?i:Expires|Policy|Signature|Key[-_]?Pair[-_]?Id|Hash[-_]?Algorithm)`
	// second matches a "?" that begins the signature.
	second = regexp.MustCompile(`\?(` + memberStart + `=)`)
	// without matches a "&" that begins it.
	without = regexp.MustCompile(`&(` + memberStart + `=)`)
	// encoded matches what separates parameters, percent-encoded once or more
	// often, before one of the signature.
	encoded = regexp.MustCompile(`(?i)%(?:25)*(3F|26)(` + memberStart + `)(=|%(?:25)*3D)`)
	// encodedEquals matches a parameter of the signature whose equals sign is
	// encoded.
	encodedEquals = regexp.MustCompile(`(?i)([?&])(` + memberStart + `)%(?:25)*3D`)
)

// mendURL undoes what commonly happens to a signed URL on its way.
func mendURL(raw string) (mended string, damage []fault) {
	step := func(code Code, text, to string) {
		if to != raw {
			raw, damage = to, append(damage, fault{code, text})
		}
	}
	step(HTMLEscaped, "The URL has &amp; for &: it was escaped for HTML and not unescaped.", ampersand.ReplaceAllString(raw, "&"))
	step(QueryEncoded, "The ?, & or = around the signature are percent-encoded.", decodeSeparators(raw))
	step(InFragment, "The signature stands behind the #, and is never sent.", leaveFragment(raw))
	if first := strings.IndexByte(raw, '?'); first >= 0 {
		step(QueryDoubled, "The URL has a second ? where the signature begins.", raw[:first+1]+second.ReplaceAllString(raw[first+1:], "&$1"))
	} else if at := without.FindStringIndex(raw); at != nil {
		step(QueryMissing, "The signature is joined with &, and there is no ? before it.", raw[:at[0]]+"?"+raw[at[0]+1:])
	}
	base, query, found := strings.Cut(raw, "?")
	if !found {
		return raw, damage
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	parts := strings.Split(query, "&")
	damage = append(damage, mendNames(parts)...)
	damage = append(damage, mendValues(parts)...)
	mended = base + "?" + strings.Join(parts, "&")
	if hasFragment {
		mended += "#" + fragment
	}
	return mended, damage
}

// decodeSeparators decodes "?", "&" and "=" where they belong to the signature.
func decodeSeparators(raw string) string {
	raw = encoded.ReplaceAllStringFunc(raw, func(s string) string {
		m := encoded.FindStringSubmatch(s)
		if strings.EqualFold(m[1], "3F") {
			return "?" + m[2] + "="
		}
		return "&" + m[2] + "="
	})
	return encodedEquals.ReplaceAllString(raw, "$1$2=")
}

// leaveFragment moves a signature from the fragment to the query.
func leaveFragment(raw string) string {
	base, fragment, found := strings.Cut(raw, "#")
	at := regexp.MustCompile(`[?&]` + memberStart + `=`).FindStringIndex(fragment)
	if !found || at == nil {
		return raw
	}
	separator := "?"
	if strings.Contains(base, "?") {
		separator = "&"
	}
	return base + separator + fragment[at[0]+1:] + "#" + fragment[:at[0]]
}

// mendNames writes names of the signature as they must be written, unless the
// right name is there too.
func mendNames(parts []string) (damage []fault) {
	var m members
	for _, part := range parts {
		name, _, _ := strings.Cut(part, "=")
		if list := m.of(name); list != nil {
			*list = append(*list, "")
		}
	}
	for i, part := range parts {
		name, value, found := strings.Cut(part, "=")
		reserved, like := likeMember(unescape(strings.TrimSpace(name)))
		if !found || !like || reserved == name || len(*m.of(reserved)) > 0 {
			continue
		}
		parts[i] = reserved + "=" + value
		damage = append(damage, fault{ParameterCase, fmt.Sprintf("The parameter %s is written %s.", reserved, showWord(name))})
	}
	return damage
}

// mendValues undoes what happened to the values of the signature.
func mendValues(parts []string) (damage []fault) {
	for i, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		mended, codes := mendValue(name, value)
		if mended == value {
			continue
		}
		parts[i] = name + "=" + mended
		damage = append(damage, damageOf(name, codes)...)
	}
	return damage
}

// mendValue undoes what happened to one member.
func mendValue(name, value string) (mended string, codes []Code) {
	switch name {
	case "Signature", "Policy":
		return mend(value)
	case "Expires", "Key-Pair-Id", "Hash-Algorithm":
		plain := unescape(value)
		if plain != value {
			codes = append(codes, ValuePercentEncoded)
		}
		if bare := strings.Trim(plain, "\"' \t\r\n"); bare != plain {
			plain, codes = bare, append(codes, ValueQuoted)
		}
		return plain, codes
	}
	return value, nil
}

func damageOf(name string, codes []Code) (damage []fault) {
	for _, code := range codes {
		what := ""
		switch code {
		case ValuePercentEncoded:
			what = "%s is percent-encoded: something encoded the signed form again."
		case ValueQuoted:
			what = "%s has quotes or spaces around it."
		case ValueBase64Standard:
			what = "%s is in standard base64, with +, = or / (or spaces that were +)."
		case ValueBase64URL:
			what = "%s is in base64url, or lost its padding."
		}
		damage = append(damage, fault{code, fmt.Sprintf(what, name)})
	}
	return damage
}
