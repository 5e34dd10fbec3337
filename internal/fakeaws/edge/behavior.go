package edge

import (
	"fmt"
	"strings"
)

// match returns the behavior that decides a request: the first whose pattern
// fits the normalized path, else the default.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
func (c *DistributionConfig) match(rawPath string) *Behavior {
	path := normalPath(rawPath)
	for i := range c.Behaviors {
		pattern := "/" + strings.TrimPrefix(c.Behaviors[i].PathPattern, "/")
		if glob(pattern, path) {
			return &c.Behaviors[i]
		}
	}
	return &c.DefaultBehavior
}

// rule says how a request came to the behavior b.
func (c *DistributionConfig) rule(b *Behavior) string {
	n := len(c.Behaviors) + 1 // the default is the last
	for i := range c.Behaviors {
		if b == &c.Behaviors[i] {
			return fmt.Sprintf("behavior %q matched, number %d of %d", b.PathPattern, i+1, n)
		}
	}
	if n == 1 {
		return "default behavior, the only one"
	}
	return fmt.Sprintf("default behavior, number %d of %d: no path pattern matched", n, n)
}

// glob matches text against a pattern in which "*" stands for any number of
// bytes and "?" for exactly one. It is case-sensitive.
func glob(pattern, text string) bool {
	p, t := 0, 0
	star, mark := -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// normalPath applies the syntax-based normalization of RFC 3986, section 6.2.2:
// unreserved characters decoded, hexadecimal digits in upper case, dot segments
// removed.
func normalPath(raw string) string {
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] != '%' || i+2 >= len(raw) || !isHex(raw[i+1]) || !isHex(raw[i+2]) {
			b.WriteByte(raw[i])
			continue
		}
		c := unhex(raw[i+1])<<4 | unhex(raw[i+2])
		if isUnreserved(c) {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(raw[i : i+3]))
		}
		i += 2
	}
	return removeDotSegments(b.String())
}

// removeDotSegments implements RFC 3986, section 5.2.4, for absolute paths.
func removeDotSegments(path string) string {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	out := make([]string, 0, len(segments))
	for i, segment := range segments {
		last := i == len(segments)-1
		if segment != "." && segment != ".." {
			out = append(out, segment)
			continue
		}
		if segment == ".." && len(out) > 0 {
			out = out[:len(out)-1]
		}
		if last {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

func isUnreserved(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}
