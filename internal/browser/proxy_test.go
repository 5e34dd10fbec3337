package browser_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"privateplayback/internal/browser/browsertest"
)

// recorder is a proxy that leads every host to one address, and keeps their names.
type recorder struct {
	to    string
	mu    sync.Mutex
	hosts []string
}

func (p *recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.hosts = append(p.hosts, r.Host)
	p.mu.Unlock()
	upstream, err := net.Dial("tcp", p.to)
	if err != nil || r.Method != http.MethodConnect {
		http.Error(w, "no", http.StatusBadGateway)
		return
	}
	defer upstream.Close()
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		io.Copy(upstream, conn)
		upstream.Close()
	}()
	io.Copy(conn, upstream)
}

// A browser goes through its proxy, under whatever name and password, and asks nobody
// there for anything of its own.
func TestProxy(t *testing.T) {
	o := options(t, media(t))
	proxy := &recorder{to: o.Resolve["media.example.com"]}
	o.Resolve = map[string]string{"media.example.com": ""}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	o.Proxy = "http://somebody:secret@" + server.Listener.Addr().String()
	p := open(t, browsertest.Start(t, o), `<video muted src="https://media.example.com/ts/master.m3u8">`)
	playback, err := p.Watch("video", 3)
	if err != nil || !playback.OK(3) {
		t.Errorf("playback: %v, %v", playback, err)
	}
	proxy.mu.Lock()
	defer proxy.mu.Unlock()
	if hosts := slices.Compact(slices.Sorted(slices.Values(proxy.hosts))); !slices.Equal(hosts, []string{"media.example.com:443"}) {
		t.Errorf("hosts %q, want that of the media alone", hosts)
	}
}
