package edge

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// errorTTL is the default error caching minimum TTL.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
const errorTTL = 10 * time.Second

// lifetime says how long an answer may be served from the cache. store is
// false for an answer that must not be kept at all; one that is kept with a
// zero ttl is revalidated at each request.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html#ExpirationDownloadDist
func (c *CachePolicyConfig) lifetime(status int, h http.Header, now time.Time) (ttl time.Duration, store bool) {
	if c.MaxTTL == 0 {
		return 0, false
	}
	if status >= 400 {
		return errorLifetime(status, h)
	}
	switch status {
	case http.StatusOK, http.StatusMovedPermanently, http.StatusFound,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return 0, false
	}
	cc := parseCacheControl(h)
	switch {
	case cc.noStore || cc.private:
		return seconds(c.MinTTL), c.MinTTL > 0
	case cc.noCache:
		return seconds(c.MinTTL), true
	case cc.hasAge:
		return seconds(min(max(cc.age, c.MinTTL), c.MaxTTL)), true
	}
	if expires := h.Get("Expires"); expires != "" {
		left := int64(0) // an invalid date means already expired, RFC 9111, section 5.3
		if at, err := http.ParseTime(expires); err == nil {
			left = int64(at.Sub(now) / time.Second)
		}
		return seconds(min(max(left, c.MinTTL), c.MaxTTL)), true
	}
	return seconds(c.DefaultTTL), true
}

// errorLifetime treats error answers of the origin.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
func errorLifetime(status int, h http.Header) (ttl time.Duration, store bool) {
	cc := parseCacheControl(h)
	switch status {
	case 404, 414, 500, 501, 502, 503, 504:
	case 400, 403, 405, 412, 415:
		if !cc.hasAge {
			return 0, false
		}
	default:
		return 0, false
	}
	return max(errorTTL, seconds(cc.age)), true
}

type cacheControl struct {
	noCache, noStore, private bool
	hasAge                    bool
	age                       int64 // s-maxage, else max-age, in seconds

	staleWhileRevalidate, staleIfError *int64 // seconds, RFC 5861; nil if not given
}

func parseCacheControl(h http.Header) cacheControl {
	var cc cacheControl
	shared := false
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		name = strings.ToLower(strings.TrimSpace(name))
		switch name {
		case "no-cache":
			cc.noCache = true
		case "no-store":
			cc.noStore = true
		case "private":
			cc.private = true
		case "stale-while-revalidate":
			cc.staleWhileRevalidate = deltaSeconds(value)
		case "stale-if-error":
			cc.staleIfError = deltaSeconds(value)
		case "max-age", "s-maxage":
			age, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(value), `"`), 10, 64)
			if err != nil || age < 0 || shared && name == "max-age" {
				continue
			}
			cc.hasAge, cc.age = true, min(age, 100*year)
			shared = shared || name == "s-maxage"
		}
	}
	return cc
}

// deltaSeconds reads a number of seconds; nil if it is none.
func deltaSeconds(value string) *int64 {
	n, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(value), `"`), 10, 64)
	if err != nil || n < 0 {
		return nil
	}
	return &n
}

func seconds(n int64) time.Duration {
	return time.Duration(min(n, 100*year)) * time.Second
}
