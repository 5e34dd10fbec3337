package fakeaws

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"privateplayback/internal/fakeaws/journal"
)

var variantURL = regexp.MustCompile(`(?m)^https://\S+\.m3u8$`)

// Two hundred viewers at once, over TLS, every other one by proxy, while the journal
// is read and the distribution changes under them: the right ones play, the wrong
// ones do not.
func TestConcurrentViewers(t *testing.T) {
	const viewers, rounds = 200, 3
	cloud := New(Options{Journal: journal.New(0, nil)})
	endpoint, err := Listen(cloud, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer endpoint.Close()
	d := deploy(t, cloud)
	clients := []*http.Client{endpoint.Client(), proxied(t, endpoint)}
	for _, client := range clients {
		client.Transport.(*http.Transport).MaxConnsPerHost = 16
	}
	ask := func(client *http.Client, url string) (int, string) {
		response, err := client.Get(url)
		if err != nil {
			return 0, err.Error()
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return 0, err.Error()
		}
		return response.StatusCode, string(body)
	}
	watch := func(client *http.Client) {
		for range rounds {
			if status, body := ask(client, d.url); status != http.StatusOK || body != "second" {
				t.Errorf("signed URL: %d %q, want 200", status, body)
			}
			if status, body := ask(client, strings.Replace(d.url, "Signature=", "Signature=A", 1)); status != http.StatusForbidden {
				t.Errorf("damaged URL: %d %q, want 403", status, body)
			}
			if status, body := ask(client, "https://videos.s3."+cloud.Region+".amazonaws.com/a.ts"); status != http.StatusForbidden {
				t.Errorf("direct URL: %d %q, want 403", status, body)
			}
			status, playlist := ask(client, d.channel.PlaybackURL+"?token="+d.token)
			variant := variantURL.FindString(playlist)
			if status != http.StatusOK || variant == "" {
				t.Errorf("token: %d %q, want 200 with a variant", status, playlist)
				return
			}
			if status, body := ask(client, variant); status != http.StatusOK || !strings.HasPrefix(body, "#EXTM3U") {
				t.Errorf("variant: %d %q, want 200", status, body)
			}
			if status, body := ask(client, d.channel.PlaybackURL+"?token="+d.token[1:]); status != http.StatusForbidden {
				t.Errorf("damaged token: %d %q, want 403", status, body)
			}
		}
	}
	var all sync.WaitGroup
	for viewer := range viewers {
		all.Go(func() { watch(clients[viewer%len(clients)]) })
	}
	all.Go(func() {
		for range rounds {
			config := d.distribution.DistributionConfig
			config.Comment += "x"
			now, err := cloud.Edge.Distribution(d.distribution.ID)
			if err == nil {
				_, err = cloud.Edge.UpdateDistribution(now.ID, now.ETag, config)
			}
			if err != nil {
				t.Error(err)
			}
			cloud.journal.Entries(0)
			cloud.Edge.CacheState()
			cloud.Resources()
		}
	})
	all.Wait()
}
