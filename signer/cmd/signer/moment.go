package main

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// moment defines a flag that holds a point in time.
func (p *program) moment(c *command, name, usage string) *time.Time {
	t := new(time.Time)
	c.parsed(name, usage, func(text string) (err error) {
		*t, err = parseMoment(text, p.now)
		return err
	})
	return t
}

// parseMoment reads RFC 3339, a Unix time in seconds, or a duration from now.
func parseMoment(text string, now time.Time) (time.Time, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(n, 0), nil
	}
	if d, ok := parseDuration(text); ok {
		return now.Add(d), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, errors.New("want a duration from now (1h, 7d), an RFC 3339 time (2030-01-01T00:00:00Z) or a Unix time in seconds")
	}
	return t, nil
}

// maxDays bounds a duration in days: a century.
const maxDays = 36500

// parseDuration is time.ParseDuration with days of 24 hours in front: 7d, 1d12h.
func parseDuration(text string) (time.Duration, bool) {
	text, negative := strings.CutPrefix(text, "-")
	days, rest, found := strings.Cut(text, "d")
	var sum time.Duration
	if found {
		n, err := strconv.ParseUint(days, 10, 32)
		if err != nil || n > maxDays {
			return 0, false
		}
		sum, text = time.Duration(n)*24*time.Hour, rest
	}
	if !found || rest != "" {
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 || d > maxDays*24*time.Hour || strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+") {
			return 0, false
		}
		sum += d
	}
	if negative {
		sum = -sum
	}
	return sum, true
}
