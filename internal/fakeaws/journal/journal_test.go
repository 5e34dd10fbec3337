package journal

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func ok(w http.ResponseWriter, r *http.Request) { Note(r.Context(), "let in") }

func TestEntry(t *testing.T) {
	j := New(0, clock)
	r := httptest.NewRequest("GET", "https://d1.cloudfront.net/a.ts?Policy=p0l1cyp0l1cy&Signature=s1gnatures1gnature&Key-Pair-Id=K1", nil)
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Cookie", "CloudFront-Signature=c00kiec00kie; CloudFront-Expires=1; session=other")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAOWNERKEY/20260301/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=00ff00ff00ff")
	j.ServeHTTP(httptest.NewRecorder(), r, CloudFront, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Note(r.Context(), "a repeats ", Quoted("s1gnatures1gnature"), ", c00kiec00kie, AKIAOWNERKEY and 00ff00ff00ff")
		Note(r.Context(), "b has ", 3, " parts until ", noon.In(time.FixedZone("", 3600)), ", in ", 90*time.Second, " at ", URL("https://d/?token=x"))
		w.Header().Set("X-Cache", "Error from cloudfront")
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, "<Error><Code>AccessDenied</Code></Error>")
	}))
	want := []Entry{{
		Seq: 1, Time: noon, Service: "cloudfront", Method: "GET",
		URL:    "https://d1.cloudfront.net/a.ts?Policy=…&Signature=…&Key-Pair-Id=K1",
		Viewer: "192.0.2.1:1234", Origin: "https://app.example.com",
		Presented: []string{"cookie CloudFront-Expires", "cookie CloudFront-Signature", "header Authorization",
			"query Key-Pair-Id", "query Policy", "query Signature"},
		Status: 403, Code: "AccessDenied", XCache: "Error from cloudfront", Bytes: 40,
		Rules: []string{`a repeats "…", …, … and …`, "b has 3 parts until 2026-11-21 12:00:00Z, in 90 s at https://d/?token=…"},
	}}
	if diff := cmp.Diff(want, j.Entries(0)); diff != "" {
		t.Errorf("Entries(0) (-want +got):\n%s", diff)
	}
}

// A path that is masked is masked in rules as well.
func TestRuleRepeatsPath(t *testing.T) {
	j := New(1, nil)
	r := httptest.NewRequest("GET", "https://media.s3.amazonaws.com/v1/playlist/0pa%71ue0paque.m3u8", nil)
	j.ServeHTTP(httptest.NewRecorder(), r, S3, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		Note(r.Context(), "key ", Quoted(strings.TrimPrefix(r.URL.Path, "/")), " does not exist")
	}))
	if got, want := j.Entries(0)[0].Rules[0], `key "v1/playlist/…" does not exist`; got != want {
		t.Errorf("rule %q, want %q", got, want)
	}
}

func TestRing(t *testing.T) {
	j := New(3, nil)
	for i := range 5 {
		j.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", fmt.Sprint("/", i+1), nil), S3, http.HandlerFunc(ok))
	}
	for after, want := range map[uint64]string{0: "[3 4 5]", 2: "[3 4 5]", 3: "[4 5]", 4: "[5]", 5: "[]", 99: "[]"} {
		seqs := []uint64{}
		for _, e := range j.Entries(after) {
			if seqs = append(seqs, e.Seq); !strings.HasSuffix(e.URL, fmt.Sprint("/", e.Seq)) {
				t.Errorf("Entries(%d): entry %d is of %s", after, e.Seq, e.URL)
			}
		}
		if got := fmt.Sprint(seqs); got != want {
			t.Errorf("Entries(%d) = %s, want %s", after, got, want)
		}
	}
}

func TestConcurrent(t *testing.T) {
	j := New(50, nil)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			for range 20 {
				j.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), IVS, http.HandlerFunc(ok))
				for _, e := range j.Entries(0) {
					if len(e.Rules) != 1 {
						t.Errorf("entry %d has the rules %q, want one", e.Seq, e.Rules)
					}
				}
			}
		})
	}
	group.Wait()
	if list := j.Entries(0); len(list) != 50 || list[49].Seq != 400 {
		t.Errorf("%d entries, the last is %d; want 50 and 400", len(list), list[len(list)-1].Seq)
	}
}

// Without a journal a service is asked as ever, and noting costs nothing.
func TestNoJournal(t *testing.T) {
	var j *Journal
	rec := httptest.NewRecorder()
	j.ServeHTTP(rec, httptest.NewRequest("GET", "/", nil), S3, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if w != http.ResponseWriter(rec) || Listens(r.Context()) {
			t.Errorf("the service got the writer %T and a listening context", w)
		}
	}))
	ctx, key, at := context.Background(), strings.Repeat("k", 10), time.Now()
	allocations := testing.AllocsPerRun(100, func() {
		Note(ctx, "key ", key, " holds until ", at, ", for ", time.Since(at), " and ", len(key)*1000, " more of ", Quoted(key), URL(key))
	})
	if allocations != 0 {
		t.Errorf("Note without a journal allocates %v times, want 0", allocations)
	}
}

// The answer passes as if no journal were there, by every way of writing one.
func TestAnswer(t *testing.T) {
	j := New(0, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		j.ServeHTTP(w, r, IVS, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			Note(r.Context(), "for the test")
			switch r.URL.Path {
			case "/copy":
				io.Copy(w, strings.NewReader("0123456789"))
			case "/flush":
				io.WriteString(w, "01234")
				w.(http.Flusher).Flush()
				io.WriteString(w, "56789")
			case "/refuse":
				w.WriteHeader(http.StatusForbidden)
				io.Copy(w, strings.NewReader(`[{"error_code":"in_test"}]`))
			}
		}))
	}))
	defer server.Close()
	for path, want := range map[string]string{"/copy": "200 0123456789", "/flush": "200 0123456789", "/refuse": `403 [{"error_code":"in_test"}]`, "/empty": "200 "} {
		response, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if got := fmt.Sprint(response.StatusCode, " ", string(body)); got != want || err != nil {
			t.Errorf("GET %s = %s, %v, want %s", path, got, err, want)
		}
	}
	for _, e := range j.Entries(0) {
		want := map[string]string{"copy": "200  10", "flush": "200  10", "refuse": "403 in_test 26", "empty": "200  0"}[e.URL[strings.LastIndex(e.URL, "/")+1:]]
		if got := fmt.Sprint(e.Status, " ", e.Code, " ", e.Bytes); got != want {
			t.Errorf("entry of %s: %s, want %s", e.URL, got, want)
		}
	}
}
