package playlist_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing/fstest"
	"time"

	"privateplayback/signer"
	"privateplayback/signer/playlist"
)

// exampleGrant stands for the grant of a viewer; exampleOut cuts signatures.
func exampleGrant() *signer.Grant {
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", ecKey())
	if err != nil {
		log.Fatal(err)
	}
	grant, err := cf.Grant(context.Background(), signer.Policy{
		Resource: "https://d111111abcdef8.cloudfront.net/sample/*",
		Expires:  time.Unix(1767290400, 0),
	})
	if err != nil {
		log.Fatal(err)
	}
	return grant
}

// One signature opens what a playlist names; the rest of it is untouched.
func ExampleRewrite() {
	in := "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"key.bin\"\n#EXTINF:2.000000,\nseg 0.ts\n"
	var out strings.Builder
	err := playlist.Rewrite(context.Background(), &out, strings.NewReader(in), playlist.Options{
		Base:  "https://d111111abcdef8.cloudfront.net/sample/index.m3u8",
		Grant: exampleGrant(),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(short(out.String()))
	// Output:
	// #EXTM3U
	// #EXT-X-KEY:METHOD=AES-128,URI="https://d111111abcdef8.cloudfront.net/sample/key.bin?SIG"
	// #EXTINF:2.000000,
	// https://d111111abcdef8.cloudfront.net/sample/seg%200.ts?SIG
}

// A canned signature for each URI.
func ExampleRewrite_perURI() {
	cf, err := signer.NewCloudFront("K2JCJMDEHXQW5F", ecKey())
	if err != nil {
		log.Fatal(err)
	}
	var out strings.Builder
	err = playlist.Rewrite(context.Background(), &out, strings.NewReader("#EXTM3U\n#EXTINF:2,\nseg0.ts\n"), playlist.Options{
		Base:   "https://d111111abcdef8.cloudfront.net/sample/index.m3u8",
		PerURI: &playlist.PerURI{Signer: cf, Expires: signer.RoundUp(time.Unix(1767288000, 0), time.Hour)},
	})
	if err != nil {
		log.Fatal(err)
	}
	before, _, _ := strings.Cut(out.String(), "&Signature=")
	fmt.Println(before)
	// Output:
	// #EXTM3U
	// #EXTINF:2,
	// https://d111111abcdef8.cloudfront.net/sample/seg0.ts?Expires=1767290400
}

// A part of an application that lets a viewer with a session play. The
// playlists may come from files, as here, or from the distribution.
func ExampleHandler() {
	grant := exampleGrant()
	mux := http.NewServeMux()
	mux.Handle("/playlists/", &playlist.Handler{
		Prefix:  "/playlists/",
		BaseURL: "https://d111111abcdef8.cloudfront.net",
		FS:      fstest.MapFS{"sample/master.m3u8": {Data: []byte("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=200000\n180p/index.m3u8\n")}},
		Authorize: func(r *http.Request, path string) (playlist.Options, error) {
			if _, err := r.Cookie("session"); err != nil {
				return playlist.Options{}, playlist.ErrUnauthorized
			}
			return playlist.Options{Grant: grant}, nil
		},
	})

	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/playlists/sample/master.m3u8", nil)
	mux.ServeHTTP(w, r)
	fmt.Println(w.Code)

	w = httptest.NewRecorder()
	r.AddCookie(&http.Cookie{Name: "session", Value: "1"})
	mux.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Content-Type"))
	io.Copy(os.Stdout, w.Body)
	// Output:
	// 401
	// 200 application/vnd.apple.mpegurl
	// #EXTM3U
	// #EXT-X-STREAM-INF:BANDWIDTH=200000
	// /playlists/sample/180p/index.m3u8
}
