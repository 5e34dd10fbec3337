package check

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"privateplayback/infra/outputs"
	"privateplayback/signer"
	"privateplayback/smoketest/internal/cause"
)

// presented is what a request to the edge says about its signature.
type presented struct {
	id      string
	hash    string // "" for SHA-1
	cookies bool
}

func presentedBy(r *http.Request) presented {
	q := r.URL.Query()
	p := presented{id: q.Get("Key-Pair-Id"), hash: q.Get("Hash-Algorithm")}
	if c, err := r.Cookie("CloudFront-Key-Pair-Id"); err == nil && p.id == "" {
		p.id, p.cookies = c.Value, true
		if c, err := r.Cookie("CloudFront-Hash-Algorithm"); err == nil {
			p.hash = c.Value
		}
	}
	return p
}

// guarded answers with refusal's body where it is not empty.
func guarded(refusal func(presented) string) http.HandlerFunc {
	f := asset()
	return func(w http.ResponseWriter, r *http.Request) {
		body := refusal(presentedBy(r))
		if body == "" {
			f.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", textXML)
		w.WriteHeader(403)
		fmt.Fprint(w, body)
	}
}

// keyGroup is an edge that knows the signing keys of newWorld, but for some.
func keyGroup(without ...string) http.HandlerFunc {
	return guarded(func(p presented) string {
		for _, id := range append(without, "K0OLDOLDOLDOLD") {
			if p.id == id {
				return invalidKeyBody
			}
		}
		return ""
	})
}

// Each key that the group lacks is noticed by the checks of its role and kind.
func TestSigningKeyLacks(t *testing.T) {
	const current, next, retiring = "K2JCJMDEHXQW5F", "K3D5EWEUDCCXON", "K1XYZRETIRING0"
	for _, tt := range []struct {
		lacks string
		fails string
	}{
		{"nothing", ""},
		{current, "keys.current keys.dropped keys.ecdsa-sha1-url keys.ecdsa-sha1-cookies keys.ecdsa-sha256-url keys.ecdsa-sha256-cookies"},
		{next, "keys.next keys.rsa-sha1-url keys.rsa-sha1-cookies keys.rsa-sha256-url keys.rsa-sha256-cookies"},
		{retiring, "keys.retiring"},
	} {
		w := newWorld(t, keyGroup(tt.lacks))
		for _, c := range keysChecks() {
			if strings.HasPrefix(c.ID, "keys.live-") {
				continue
			}
			want := Pass
			if strings.Contains(tt.fails+" ", c.ID+" ") {
				want = Fail
			}
			r := w.run(t, c.ID)
			if r.Verdict != want || want == Fail && r.Failure.Cause != "key-not-in-group" {
				t.Errorf("%s where the group lacks %s = %s %s%v, want %s", c.ID, tt.lacks, r.Verdict, r.Reason, r.Failure, want)
			}
		}
	}
}

// Each kind of signature that the edge does not take is noticed by its check alone.
func TestKindsOfSignature(t *testing.T) {
	for id, refused := range map[string]presented{
		"keys.rsa-sha1-url":         {"K3D5EWEUDCCXON", "", false},
		"keys.rsa-sha256-url":       {"K3D5EWEUDCCXON", "SHA256", false},
		"keys.rsa-sha1-cookies":     {"K3D5EWEUDCCXON", "", true},
		"keys.rsa-sha256-cookies":   {"K3D5EWEUDCCXON", "SHA256", true},
		"keys.ecdsa-sha1-url":       {"K2JCJMDEHXQW5F", "", false},
		"keys.ecdsa-sha256-url":     {"K2JCJMDEHXQW5F", "SHA256", false},
		"keys.ecdsa-sha1-cookies":   {"K2JCJMDEHXQW5F", "", true},
		"keys.ecdsa-sha256-cookies": {"K2JCJMDEHXQW5F", "SHA256", true},
	} {
		w := newWorld(t, guarded(func(p presented) string {
			if p == refused {
				return deniedBody
			}
			return ""
		}))
		for _, c := range kindChecks() {
			want := Pass
			if c.ID == id {
				want = Fail
			}
			if r := w.run(t, c.ID); r.Verdict != want {
				t.Errorf("%s where %+v is refused = %s %s%v, want %s", c.ID, refused, r.Verdict, r.Reason, r.Failure, want)
			}
		}
	}
}

func TestDroppedKeyPlays(t *testing.T) {
	w := newWorld(t, everything())
	for id, want := range map[string]cause.ID{"keys.dropped": "key-dropped-plays", "keys.live-dropped": "playback-key-dropped-plays"} {
		if r := w.run(t, id); r.Verdict != Fail || r.Failure.Cause != want {
			t.Errorf("%s where it plays = %s %s%v, want fail with cause %s", id, r.Verdict, r.Reason, r.Failure, want)
		}
		if _, ok := cause.Find(want); !ok {
			t.Errorf("%s is not in the table of causes", want)
		}
	}
	// Refused as a bad signature it is in the key group still.
	w = newWorld(t, guarded(func(p presented) string {
		if p.id == "K0OLDOLDOLDOLD" {
			return deniedBody
		}
		return ""
	}))
	if r := w.run(t, "keys.dropped"); r.Verdict != Fail || r.Failure.Cause != "refused-otherwise" {
		t.Errorf("keys.dropped where the id is known = %s %v, want fail with cause refused-otherwise", r.Verdict, r.Failure)
	}
}

// imports answers as IVS does that knows the first keys of newWorld; nobody streams
// if idle is true.
func imports(w *world, known int, idle bool) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		token := r.URL.Query().Get("token")
		for _, k := range w.target.Stack.PlaybackKeys[:known] {
			if verifies(token, k.PublicKey) {
				if idle {
					rw.WriteHeader(404)
				}
				return
			}
		}
		rw.WriteHeader(403)
		fmt.Fprint(rw, otherTokenBody)
	}
}

func TestPlaybackKeyLacks(t *testing.T) {
	for _, idle := range []bool{false, true} {
		for known, fails := range map[int]string{
			3: "",
			2: "keys.live-retiring",
			1: "keys.live-retiring keys.live-next",
		} {
			var w world
			w = newWorld(t, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { imports(&w, known, idle)(rw, r) }))
			for _, c := range liveKeysChecks() {
				want := Pass
				if strings.Contains(fails, c.ID) {
					want = Fail
				}
				if r := w.run(t, c.ID); r.Verdict != want {
					t.Errorf("%s with %d keys imported, idle %t = %s %s%v, want %s", c.ID, known, idle, r.Verdict, r.Reason, r.Failure, want)
				}
			}
		}
	}
}

func TestKeysOfOutputs(t *testing.T) {
	for name, change := range map[string]func(*outputs.Stack){
		"kind of signing key":  func(s *outputs.Stack) { s.SigningKeys[1].PublicKey = s.PlaybackKeys[0].PublicKey },
		"kind of playback key": func(s *outputs.Stack) { s.PlaybackKeys[2].PublicKey = s.SigningKeys[1].PublicKey },
		"not a key":            func(s *outputs.Stack) { s.SigningKeys[0].PublicKey = "PEM" },
		"id twice":             func(s *outputs.Stack) { s.SigningKeys[2].ID = s.SigningKeys[0].ID },
		"ARN twice":            func(s *outputs.Stack) { s.PlaybackKeys[2].ARN = s.PlaybackKeys[0].ARN },
		"key twice":            func(s *outputs.Stack) { s.SigningKeys[2].PublicKey = s.SigningKeys[0].PublicKey },
	} {
		w := newWorld(t, asset())
		change(w.target.Stack)
		if r := w.run(t, "keys.outputs"); r.Verdict != Fail || r.Failure.Cause != "outputs-stale" {
			t.Errorf("%s: keys.outputs = %s %v, want fail", name, r.Verdict, r.Failure)
		}
	}
}

// Without a key to try there is a reason, and no red.
func TestKeysSkip(t *testing.T) {
	w := newWorld(t, everything())
	w.target.MoreSigningKeys, w.target.MorePlaybackKeys = nil, nil
	w.target.OldSigningKey = nil
	w.target.Stack.SigningKeys = w.target.Stack.SigningKeys[:2]
	for id, reason := range map[string]string{
		"keys.next":           "no private key of the stack in the role next was given",
		"keys.retiring":       "the stack has no key in the role retiring",
		"keys.dropped":        "no signing key that was dropped from the stack was given",
		"keys.rsa-sha1-url":   "no private key of the stack that was given is an RSA key",
		"keys.live-next":      "no private key of the stack in the role next was given",
		"keys.current":        "",
		"keys.ecdsa-sha1-url": "",
	} {
		want := Skip
		if reason == "" {
			want = Pass
		}
		if r := w.run(t, id); r.Verdict != want || r.Reason != reason {
			t.Errorf("%s = %s %q %v, want %s %q", id, r.Verdict, r.Reason, r.Failure, want, reason)
		}
	}
	w.target.OldPlaybackKey = nil
	if r := w.run(t, "keys.live-dropped"); r.Verdict != Skip || r.Reason != "no key that was dropped from the stack was given" {
		t.Errorf("keys.live-dropped without one = %s %q, want skip", r.Verdict, r.Reason)
	}
}

// verifies reports whether a token is signed by the private half of a public key.
func verifies(token, publicPEM string) bool {
	key, err := signer.ParsePublicKey([]byte(publicPEM))
	if err != nil {
		return false
	}
	_, err = jwt.Parse(token, func(*jwt.Token) (any, error) { return key, nil }, jwt.WithTimeFunc(now))
	return err == nil
}
