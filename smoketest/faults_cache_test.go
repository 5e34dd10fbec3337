package main

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// cacheFaults are those of what the cache keeps, for whom, and for how long.
func cacheFaults() []fault {
	const sharing = "vod.cache.*shared"
	uncached := func(b *orderedBehavior) { b.CachePolicyId = pulumi.String(cachingOptimized) }
	return []fault{
		{name: "Origin not in the key", change: onCacheKey(func(k *cacheKey) { k.HeadersConfig = keyed("Access-Control-Request-Method") }),
			fails: "vod.cors.second-origin", cause: "cors-missing", also: "vod.cors.*"},
		{name: "no header in the key", change: onCacheKey(func(k *cacheKey) {
			k.HeadersConfig = &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs{HeaderBehavior: pulumi.String("none")}
		}), fails: "vod.cors.second-origin", cause: "cors-missing", also: "vod.cors.*"},
		{name: "managed cache policy", change: onBehavior(func(b *defaultBehavior) { b.CachePolicyId = pulumi.String(cachingOptimized) }),
			fails: "vod.cors.second-origin", cause: "cors-missing", also: "vod.cors.*"},
		{name: "Origin not in the key of segments", change: before("*.ts", uncached),
			fails: "vod.cors.second-origin", cause: "cors-missing", also: "vod.cors.*"},
		{name: "Origin not in the key of keys", change: before("*.bin", uncached),
			fails: "vod.cors.second-origin", cause: "cors-missing", also: "vod.cors.*"},
		{name: "CORS headers neither in the key nor for the origin", change: onBehavior(func(b *defaultBehavior) {
			b.CachePolicyId, b.OriginRequestPolicyId = pulumi.String(cachingOptimized), nil
		}), fails: "vod.cors.allowed", cause: "cors-missing", also: "vod.cors.*"},

		{name: "cookies in the key", change: onCacheKey(func(k *cacheKey) {
			k.CookiesConfig = &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginCookiesConfigArgs{CookieBehavior: pulumi.String("all")}
		}), fails: "vod.cache.cookies-shared", cause: "cache-split"},
		{name: "the browser in the key", change: onCacheKey(func(k *cacheKey) {
			k.HeadersConfig = keyed("Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method", "User-Agent")
		}), fails: "vod.cache.shared", cause: "cache-split", also: sharing},
		{name: "query strings in the key", change: onCacheKey(func(k *cacheKey) {
			k.QueryStringsConfig = &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginQueryStringsConfigArgs{QueryStringBehavior: pulumi.String("all")}
		}), fails: "vod.cache.query-shared", cause: "cache-split", also: "vod.origin.edge-versions"},
		{name: "no cache", change: onBehavior(func(b *defaultBehavior) { b.CachePolicyId = pulumi.String(cachingDisabled) }),
			fails: "vod.cache.shared", cause: "cache-off", also: sharing},
		{name: "no cache for segments", change: before("*.ts", func(b *orderedBehavior) { b.CachePolicyId = pulumi.String(cachingDisabled) }),
			fails: "vod.cache.shared", cause: "cache-off", also: sharing},
		{name: "everything kept for a day", change: on(func(p *cachePolicy) {
			p.MinTtl, p.DefaultTtl = pulumi.Int(86400), pulumi.Int(86400)
		}), later: 15 * time.Second, fails: "vod.cache.playlist-lifetime", cause: "playlist-stale"},
		{name: "nothing kept for a second", change: on(func(p *cachePolicy) {
			p.DefaultTtl, p.MaxTtl = pulumi.Int(0), pulumi.Int(0)
			k := p.ParametersInCacheKeyAndForwardedToOrigin.(*cacheKey)
			k.EnableAcceptEncodingBrotli, k.EnableAcceptEncodingGzip = nil, nil
			k.HeadersConfig = &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs{HeaderBehavior: pulumi.String("none")}
		}), fails: "vod.cache.shared", cause: "cache-off", also: sharing},

		{name: "a growing playlist for a year", change: growing("max-age=31536000, immutable"),
			fails: "vod.cache.playlist-lifetime", cause: "playlist-stale"},
		{name: "a growing playlist for a year at the edge", change: growing("max-age=0, s-maxage=31536000"),
			fails: "vod.cache.playlist-lifetime", cause: "playlist-stale"},
		{name: "a growing playlist for as long as CloudFront likes", change: growing(""),
			fails: "vod.cache.playlist-lifetime", cause: "playlist-stale"},
		{name: "segments never kept", change: onObjects(".ts", func(o *object) { o.CacheControl = pulumi.String("no-store") }),
			fails: "vod.cache.segment-lifetime", cause: "cache-off", also: sharing},
		{name: "segments for the viewer alone", change: onObjects(".m4s", func(o *object) { o.CacheControl = pulumi.String("private, max-age=60") }),
			fails: "vod.cache.segment-lifetime", cause: "cache-off", also: sharing},
	}
}

// growing makes a playlist one that still grows, with a target duration of ten seconds.
func growing(cacheControl string) change {
	return onObjects("fmp4/index.m3u8", func(o *object) {
		o.Source, o.Content = nil, pulumi.String("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-MAP:URI=\"180p/init.mp4\"\n#EXTINF:2,\n180p/seg000.m4s\n")
		o.CacheControl = nil
		if cacheControl != "" {
			o.CacheControl = pulumi.String(cacheControl)
		}
	})
}

// keyed puts headers in the cache key.
func keyed(headers ...string) *cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs {
	return &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigArgs{
		HeaderBehavior: pulumi.String("whitelist"),
		Headers:        &cloudfront.CachePolicyParametersInCacheKeyAndForwardedToOriginHeadersConfigHeadersArgs{Items: pulumi.ToStringArray(headers)},
	}
}
