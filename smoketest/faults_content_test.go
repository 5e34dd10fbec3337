package main

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// contentFaults are those of what is uploaded, and as what.
func contentFaults() []fault {
	typed := func(name string) func(*object) {
		return func(o *object) { o.ContentType = pulumi.String(name) }
	}
	holding := func(text string) func(*object) {
		return func(o *object) { o.Source, o.Content = nil, pulumi.String(text) }
	}
	return []fault{
		{name: "everything as bytes", change: onObjects("", typed("binary/octet-stream")),
			fails: "vod.grant.media-types", cause: "content-type"},
		{name: "playlists as text", change: onObjects(".m3u8", typed("text/plain")),
			fails: "vod.grant.media-types", cause: "content-type"},
		{name: "transport streams as TypeScript", change: onObjects(".ts", typed("application/typescript")),
			fails: "vod.grant.media-types", cause: "content-type"},
		{name: "MP4 segments as bytes", change: onObjects(".m4s", typed("application/octet-stream")),
			fails: "vod.grant.media-types", cause: "content-type"},
		{name: "initialization sections as text", change: onObjects("init.mp4", typed("text/plain")),
			fails: "vod.grant.media-types", cause: "content-type"},

		{name: "notes of the uploader", change: onObjects("", func(o *object) {
			o.Metadata = pulumi.StringMap{"editor": pulumi.String("somebody@example.com")}
		}), fails: "vod.protocol.headers", cause: "headers-leak"},

		{name: "no entry playlist", change: onObjects("aes/index.m3u8", lost),
			fails: "vod.grant.canned", cause: "origin-refused", also: allVOD},
		{name: "no child playlist", change: onObjects("ts/180p/index.m3u8", lost),
			fails: "vod.grant.canned", cause: "origin-refused", also: parts},
		{name: "no content key", change: onObjects("key.bin", lost),
			fails: "vod.grant.canned", cause: "origin-refused", also: parts},
		{name: "no initialization section", change: onObjects("init.mp4", lost),
			fails: "vod.grant.canned", cause: "origin-refused", also: parts},
		{name: "no last segment", change: onObjects("aes/seg001.ts", lost),
			fails: "vod.grant.canned", cause: "origin-refused", also: parts},

		{name: "another content key", change: onObjects("key.bin", holding("0123456789abcdef")),
			fails: "vod.grant.canned", cause: "media-broken", also: parts},
		{name: "a content key in hexadecimal", change: onObjects("key.bin", holding("30313233343536373839616263646566")),
			fails: "vod.grant.canned", cause: "media-broken", also: parts},
		{name: "an empty segment", change: onObjects("seg000.m4s", holding("")),
			fails: "vod.grant.canned", cause: "media-broken", also: parts},
		{name: "a page in place of a playlist", change: onObjects("180p/index.m3u8", holding("<html><body>Not found</body></html>")),
			fails: "vod.grant.canned", cause: "media-broken", also: parts},
		{name: "a playlist that names http", change: onObjects("ts/master.m3u8", holding("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://media.example.com/index.m3u8\n")),
			fails: "vod.grant.canned", cause: "media-broken", also: parts},
		{name: "a playlist that leaves its folder", change: onObjects("fmp4/index.m3u8", holding("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n../ts/180p/seg000.ts\n#EXT-X-ENDLIST\n")),
			fails: "vod.grant.custom", cause: "outside-folder", also: "vod.grant.*"},
	}
}
