// Package sample holds the HLS videos that a stack can upload to prove itself:
// a moving test card as MPEG-TS and as fragmented MP4 in two renditions each,
// and as MPEG-TS encrypted with AES-128. They are in the public domain (CC0).
package sample

import "embed"

// Files holds the three videos, entry playlists ts/master.m3u8,
// fmp4/master.m3u8 and aes/index.m3u8.
//
//go:embed ts fmp4 aes
var Files embed.FS
