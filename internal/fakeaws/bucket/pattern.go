package bucket

import "unicode/utf8"

// matchPattern reports whether the whole text matches the pattern, in which
// "*" stands for any characters, "/" included, and "?" for one character. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html.
func matchPattern(pattern, text string) bool {
	p, t := 0, 0
	star, resume := -1, 0 // the last "*" and where its rest is tried next
	for t < len(text) {
		if p < len(pattern) {
			switch pattern[p] {
			case '*':
				star, resume = p, t
				p++
				continue
			case '?':
				_, size := utf8.DecodeRuneInString(text[t:])
				p, t = p+1, t+size
				continue
			case text[t]:
				p, t = p+1, t+1
				continue
			}
		}
		if star < 0 {
			return false
		}
		_, size := utf8.DecodeRuneInString(text[resume:])
		resume += size
		p, t = star+1, resume
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
