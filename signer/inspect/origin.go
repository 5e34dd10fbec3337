package inspect

import (
	"fmt"
	"slices"
	"strings"
)

// maxStrictOrigins is how many origins a token may list under strict
// enforcement.
const maxStrictOrigins = 5

// checkOrigins applies the rules of the list of origins, then looks for the
// request's in it.
//
//   - Without strict enforcement a request without Origin passes.
//   - With it, an Origin must be there, and be in the list if there is one.
//   - A wildcard stands for one label: AWS says no more than that a host may
//     begin with one.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/private-channels-generate-tokens.html
func (p payload) checkOrigins() {
	strict := p.truth("strict-origin-enforcement")
	p.grants.StrictOrigin = strict
	var entries []string
	if n, ok := p.claim("access-control-allow-origin"); ok {
		if n.kind == list {
			p.refuse(OriginForm, "aws:access-control-allow-origin is a list, want one string with commas.")
			return
		}
		value, ok := p.str("access-control-allow-origin")
		if !ok {
			return
		}
		entries = strings.Split(value, ",")
	}
	good := true
	for _, entry := range entries {
		if fault := originFault(entry); fault != "" {
			p.refuse(OriginForm, "The origin %s %s.", show(entry), fault)
			good = false
		}
		p.grants.Origins = append(p.grants.Origins, visible(entry))
	}
	if slices.Contains(entries, "*") {
		entries = nil
	}
	if n := len(p.grants.Origins); strict && n > maxStrictOrigins {
		p.refuse(OriginsTooMany, "It allows %d origins, and strict enforcement takes %d.", n, maxStrictOrigins)
	}
	if good {
		p.matchOrigin(entries, strict)
	}
	if entries == nil {
		p.grants.Origins = nil
	}
}

// matchOrigin looks for the request's origin among the entries, nil for any.
func (p payload) matchOrigin(entries []string, strict bool) {
	origin := p.request.Origin
	switch {
	case origin == "" && strict:
		p.refuse(OriginMissing, "The request has no Origin header, and the token demands one at every request.")
	case origin == "" && len(entries) > 0:
		p.note(NoteAnyOrigin, "The origins bind browsers only: without strict enforcement a request without Origin passes.")
	case origin == "" || entries == nil && !strict:
	case originFault(origin) != "" || strings.Contains(origin, "*"):
		p.refuse(OriginOther, "The request's Origin %s is not one that a token can allow.", show(origin))
	case entries != nil && !slices.ContainsFunc(entries, func(e string) bool { return allowsOrigin(e, origin) }):
		p.refuse(OriginOther, "The request's Origin %s is not among those that the token allows%s.", show(origin), nearOrigin(entries, origin))
	}
}

// originFault says what is wrong with an entry, "" if nothing is.
func originFault(entry string) string {
	if entry == "*" {
		return ""
	}
	if entry == "" {
		return "is empty"
	}
	if strings.TrimSpace(entry) != entry {
		return "has a space around it"
	}
	scheme, authority, ok := strings.Cut(entry, "://")
	switch {
	case !ok:
		return "has no scheme"
	case scheme != "https" && scheme != "http":
		return "has a scheme other than https and http"
	case strings.ContainsAny(authority, "/?#"):
		return "has a path, be it a slash alone"
	}
	host, port, hasPort := strings.Cut(authority, ":")
	host = strings.TrimPrefix(host, "*.")
	switch {
	case hasPort && (!only(port, digits) || len(port) > 5):
		return "has no number as its port"
	case host != strings.ToLower(host):
		return "has capital letters"
	case strings.Contains(host, "*"):
		return "has a wildcard other than one first label"
	}
	for label := range strings.SplitSeq(host, ".") {
		if !only(label, lower+digits+"-") {
			return "has no host name"
		}
	}
	return ""
}

// allowsOrigin compares an entry with the origin of a request, both good.
func allowsOrigin(entry, origin string) bool {
	scheme, pattern, _ := strings.Cut(entry, "://")
	otherScheme, authority, _ := strings.Cut(origin, "://")
	if scheme != otherScheme {
		return false
	}
	rest, wild := strings.CutPrefix(pattern, "*")
	if !wild {
		return pattern == authority
	}
	label, ok := strings.CutSuffix(authority, rest)
	return ok && label != "" && !strings.Contains(label, ".")
}

// nearOrigin names an entry that differs in one thing.
func nearOrigin(entries []string, origin string) string {
	scheme, authority, _ := strings.Cut(origin, "://")
	host, _, _ := strings.Cut(authority, ":")
	for _, entry := range entries {
		otherScheme, pattern, _ := strings.Cut(entry, "://")
		otherHost, _, _ := strings.Cut(pattern, ":")
		parent, wild := strings.CutPrefix(otherHost, "*.")
		switch {
		case pattern == authority && scheme != otherScheme:
			return fmt.Sprintf("; %s differs in its scheme", show(entry))
		case host == otherHost && scheme == otherScheme:
			return fmt.Sprintf("; %s differs in its port", show(entry))
		case wild && host == parent:
			return fmt.Sprintf("; %s does not cover the domain itself", show(entry))
		case wild && strings.HasSuffix(host, "."+parent):
			return fmt.Sprintf("; %s covers one label and not more", show(entry))
		}
	}
	return ""
}
