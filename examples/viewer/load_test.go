package main

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Two hundred viewers sign in, take a grant of each video in each way, and play from
// rewritten playlists to the segments. Nothing fails, and what is signed depends on
// videos and on how often a grant is due, not on viewers or segments.
func TestLoad(t *testing.T) {
	const viewers, rounds, atOnce = 200, 2, 32
	s := newSite(t)
	s.grantLifetime = time.Hour
	server := httptest.NewServer(s.Handler)
	defer server.Close()
	s.origin.Scheme = "http" // so that a client without TLS keeps the session
	begin := time.Now()
	var all sync.WaitGroup
	var mu sync.Mutex
	segments, slots := 0, make(chan struct{}, atOnce)
	for i := range viewers {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			n, err := s.playAll(server, rounds)
			if err != nil {
				t.Errorf("viewer %d: %v", i, err)
			}
			mu.Lock()
			segments += n
			mu.Unlock()
		})
	}
	all.Wait()
	videos := len(s.stack.ContentPlaylists)
	buckets := int(time.Since(begin)/(s.grantLifetime/2)) + 2 // of which a test may see two
	t.Logf("%d segments in %v, %d signatures", segments, time.Since(begin).Round(time.Millisecond), s.signatures.Load())
	if want := viewers * rounds * videos; segments != want {
		t.Errorf("%d segments were played, want %d", segments, want)
	}
	if n := int(s.signatures.Load()); n < videos || n > videos*buckets {
		t.Errorf("%d signatures for %d videos in at most %d buckets", n, videos, buckets)
	}
}

// playAll is one viewer; it returns how many segments came.
func (s *site) playAll(server *httptest.Server, rounds int) (segments int, err error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return 0, err
	}
	client := &http.Client{Jar: jar, Timeout: time.Minute}
	r, err := client.PostForm(server.URL+"/sign-in", url.Values{"account": {"viewer"}})
	if err != nil {
		return 0, err
	}
	if body := readAll(r); r.StatusCode != http.StatusOK || !strings.Contains(body, "Sign out") {
		return 0, fmt.Errorf("signing in: status %d", r.StatusCode)
	}
	for range rounds {
		for i, key := range s.stack.ContentPlaylists {
			page := fmt.Sprintf("%s/videos/%d", server.URL, i+1)
			r, err := client.Post(page+"/query", "", nil)
			if err != nil {
				return segments, err
			}
			if body := readAll(r); r.StatusCode != http.StatusOK {
				return segments, fmt.Errorf("grant: status %d %s", r.StatusCode, body)
			}
			if err := s.playFirst(client, server.URL, page+"/playlist/"+key); err != nil {
				return segments, err
			}
			segments++
		}
	}
	return segments, nil
}

// playFirst follows the first line of each playlist, to a segment of the stand-in.
func (s *site) playFirst(client *http.Client, root, u string) error {
	for range 4 {
		get := client.Get
		if strings.HasPrefix(u, s.stack.BaseURL) {
			get = s.client.Get
		}
		r, err := get(u)
		if err != nil {
			return err
		}
		body := readAll(r)
		if r.StatusCode != http.StatusOK {
			return fmt.Errorf("%.80s: status %d", u, r.StatusCode)
		}
		if !strings.HasPrefix(body, "#EXTM3U") {
			return nil
		}
		for line := range strings.Lines(body) {
			if !strings.HasPrefix(line, "#") {
				if u = strings.TrimSpace(line); strings.HasPrefix(u, "/") {
					u = root + u
				}
				break
			}
		}
	}
	return fmt.Errorf("no segment after four playlists")
}

func readAll(r *http.Response) string {
	defer r.Body.Close()
	var b strings.Builder
	r.Write(&b)
	_, body, _ := strings.Cut(b.String(), "\r\n\r\n")
	return body
}
