package recording

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Header is a header's lines, sorted by name: "Etag: \"5d41\"", "Server: AmazonS3".
// Names are in canonical form.
type Header []string

// newHeader keeps of h what keep returns for each value; "" leaves it out.
func newHeader(h http.Header, keep func(name, value string) string) Header {
	lines := Header{}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			if value = keep(name, value); value != "" {
				lines = append(lines, name+": "+value)
			}
		}
	}
	return lines
}

// value is what the lines of a name say together, "" if there is none. Several lines
// mean the same as one with commas (RFC 9110, section 5.3).
func (h Header) value(name string) string {
	values := []string{}
	for _, line := range h {
		if n, v, _ := strings.Cut(line, ": "); n == name {
			values = append(values, v)
		}
	}
	return strings.Join(values, ", ")
}

func (h Header) names() []string {
	names := []string{}
	for _, line := range h {
		n, _, _ := strings.Cut(line, ": ")
		names = append(names, n)
	}
	return names
}
