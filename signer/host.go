package signer

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// isPlainHost reports whether authority is a domain in lower case, with a port
// that is not the scheme's own or none: what nearly every URL has, and what a
// browser certainly leaves alone.
func isPlainHost(authority, scheme string) bool {
	name, port, hasPort := strings.Cut(authority, ":")
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	if last == "" || last[0] <= '9' || strings.Contains(name, "xn--") {
		return false
	}
	if !hasPort {
		return true
	}
	form, err := requestPort(port, scheme)
	return err == nil && len(form) == len(port)+1
}

// requestHost returns host and port as a browser writes them.
func requestHost(authority, scheme string) (string, error) {
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		if strings.Trim(authority[:i], ":") != "" {
			return "", errors.New("user information before the host, with which browsers load nothing")
		}
		authority = authority[i+1:]
	}
	name, port := authority, ""
	if i := strings.LastIndexByte(authority, ':'); i > strings.LastIndexByte(authority, ']') {
		name, port = authority[:i], authority[i+1:]
	}
	port, err := requestPort(port, scheme)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(name, "[") {
		name, err = ipv6(name)
	} else {
		name, err = domain(name)
	}
	return name + port, err
}

// requestPort returns ":port", or "" for the scheme's own.
func requestPort(port, scheme string) (string, error) {
	if port == "" || port == "443" && scheme == "https" || port == "80" && scheme == "http" {
		return "", nil
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return "", errors.New("port is not a number up to 65535")
	}
	if form := strconv.FormatUint(n, 10); form != port {
		return requestPort(form, scheme)
	}
	return ":" + port, nil
}

// domain returns the host in the form of the DNS.
//
// https://url.spec.whatwg.org/#host-parsing
func domain(name string) (string, error) {
	name = percentDecode(name)
	ascii := true
	for i := range len(name) {
		ascii = ascii && name[i] < utf8.RuneSelf
	}
	name, err := toASCII(name, ascii)
	switch {
	case err != nil:
		return "", errors.New("host is not a domain name")
	case name == "":
		return "", errors.New("no host")
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || strings.IndexByte(`#/:<>?@[\]^|%`, c) >= 0 {
			return "", fmt.Errorf("host has the character %q", c)
		}
	}
	if endsInNumber(name) {
		if a, err := netip.ParseAddr(name); err != nil || !a.Is4() {
			return "", errors.New("host ends in a number and is not an IPv4 address as 192.0.2.1")
		}
	}
	return name, nil
}

// toASCII is the standard's domain to ASCII: mapping and Punycode by UTS #46,
// in the lenient profile of browsers.
func toASCII(name string, ascii bool) (string, error) {
	lower := strings.ToLower(name)
	if ascii && !strings.HasPrefix(lower, "xn--") && !strings.Contains(lower, ".xn--") {
		return lower, nil
	}
	if !utf8.ValidString(name) {
		return "", errors.New("not UTF-8")
	}
	form, err := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false),
		idna.CheckHyphens(false), idna.CheckJoiners(true), idna.BidiRule(), idna.VerifyDNSLength(false)).ToASCII(name)
	switch {
	case err != nil:
		return "", err
	case ascii && form != lower || slices.Contains(strings.Split(form, "."), "xn--"):
		return "", errors.New("host is Punycode of nothing, or of ASCII") // which the library lets pass
	case !ascii && form != name:
		return toASCII(form, true) // the library writes labels that are too long for it to read
	}
	return form, nil
}

// endsInNumber reports whether browsers take name for an IPv4 address.
//
// https://url.spec.whatwg.org/#ends-in-a-number-checker
func endsInNumber(name string) bool {
	name = strings.TrimSuffix(name, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	if only(last, digits) {
		return true
	}
	hex, ok := strings.CutPrefix(last, "0x")
	return ok && strings.Trim(hex, digits+"abcdef") == ""
}

func ipv6(name string) (string, error) {
	inner, ok := strings.CutSuffix(name[1:], "]")
	a, err := netip.ParseAddr(inner)
	if !ok || err != nil || !a.Is6() || a.Zone() != "" {
		return "", errors.New("host is not an IPv6 address as [2001:db8::1]")
	}
	if a.Is4In6() { // the one place where net/netip writes another form
		b := a.As16()
		return fmt.Sprintf("[::ffff:%x:%x]", uint16(b[12])<<8|uint16(b[13]), uint16(b[14])<<8|uint16(b[15])), nil
	}
	return "[" + a.String() + "]", nil
}

// percentDecode decodes what is encoded and leaves what only looks like it.
func percentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if isEscape(s[i:]) {
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			out = append(out, byte(n))
			i += 2
		} else {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// isEscape reports whether s begins with "%" and two hexadecimal digits.
func isEscape(s string) bool {
	return len(s) >= 3 && s[0] == '%' && isHex(s[1]) && isHex(s[2])
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
