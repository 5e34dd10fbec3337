package edge

import (
	"crypto"
	"crypto/elliptic"
	"net/http"
	"strings"
	"testing"
	"time"
)

// An order is what a producer is asked to sign. As JSON it is that of
// testdata/tools/cloudfront.mjs.
type order struct {
	Key       string `json:"key"` // "RSA" or "P-256"
	KeyPairID string `json:"keyPairId"`
	Hash      string `json:"hash"` // "SHA1" or "SHA256"
	URL       string `json:"url"`
	Resource  string `json:"resource"` // of a custom policy; "": the URL
	Expires   int64  `json:"expires"`
	From      int64  `json:"from"`   // 0: no DateGreaterThan
	Source    string `json:"source"` // "": no IpAddress
	Policy    string `json:"policy"` // "": the producer writes the policy
	Cookies   bool   `json:"cookies"`
}

// custom tells whether the order is for a custom policy.
func (o order) custom() bool {
	return o.Resource != "" || o.From != 0 || o.Source != "" || o.Policy != ""
}

func (o order) resource() string {
	if o.Resource != "" {
		return o.Resource
	}
	return o.URL
}

// A product is what comes of an order: a signed URL, cookies, or the tool's
// error.
type product struct {
	URL     string            `json:"url"`
	Cookies map[string]string `json:"cookies"`
	Error   string            `json:"error"`
}

// presented takes the signature out of a URL or cookies.
func (p product) presented(w *world, o order) presented {
	if p.URL != "" {
		target, query, _ := strings.Cut(strings.TrimPrefix(p.URL, w.url("")), "?")
		m := map[string]string{}
		var own []string
		for pair := range strings.SplitSeq(query, "&") {
			if name, value, _ := strings.Cut(pair, "="); isMember(name) {
				m[name] = value
			} else {
				own = append(own, pair)
			}
		}
		if own != nil {
			target += "?" + strings.Join(own, "&")
		}
		return presented{target: target, members: m}
	}
	m := map[string]string{}
	for name, value := range p.Cookies {
		m[strings.TrimPrefix(name, "CloudFront-")] = value
	}
	return presented{target: strings.TrimPrefix(o.URL, w.url("")), members: m, cookies: true}
}

// A presented signature is on its way to the edge; damage is done to it.
type presented struct {
	target  string            // path and own query
	members map[string]string // Policy, Signature, …
	cookies bool              // whether they travel as cookies
	more    []string          // further "Name=value" pairs
	rewrite func(string) string
	after   time.Duration // how long after now the request arrives
	host    string        // "": the distribution's
	address string        // of the viewer; "": 192.0.2.1
}

// request makes a viewer's request, and sets the clock.
func (p presented) request(w *world) *http.Request {
	prefix, separator := "", "&"
	if p.cookies {
		prefix, separator = "CloudFront-", "; "
	}
	var pairs []string
	for _, name := range []string{memberExpires, memberPolicy, memberSignature, memberKeyPairID, memberHash} {
		if value, ok := p.members[name]; ok {
			pairs = append(pairs, prefix+name+"="+value)
		}
	}
	for _, pair := range p.more {
		pairs = append(pairs, prefix+pair)
	}
	line := strings.Join(pairs, separator)
	if p.rewrite != nil {
		line = p.rewrite(line)
	}
	w.now = start.Add(p.after)
	r := w.request("GET", p.target)
	if p.cookies {
		r.Header.Set("Cookie", line)
	} else if line != "" {
		r = w.request("GET", join(p.target, line))
	}
	if p.host != "" {
		r.Host = p.host
	}
	if p.address != "" {
		r.RemoteAddr = p.address
	}
	return r
}

// hash is the one that the signature declares, with its name.
func (p presented) hash() (hash crypto.Hash, name string) {
	if p.members[memberHash] == "SHA256" {
		return crypto.SHA256, "SHA256"
	}
	return crypto.SHA1, "SHA1"
}

// otherHash is the one that it does not declare.
func (p presented) otherHash() (hash crypto.Hash, name string) {
	if h, _ := p.hash(); h == crypto.SHA256 {
		return crypto.SHA1, "SHA1"
	}
	return crypto.SHA256, "SHA256"
}

// text is what was signed.
func (p presented) text(w *world) string {
	if encoded, custom := p.members[memberPolicy]; custom {
		return decode(w.t, encoded)
	}
	return `{"Statement":[{"Resource":"` + w.url(p.target) + `","Condition":{"DateLessThan":{"AWS:EpochTime":` +
		p.members[memberExpires] + `}}}]}`
}

// A signers world trusts two keys, one of each kind, and knows a third.
type signers struct {
	*world
	keys     map[string]crypto.Signer
	ids      map[string]string // by the names of keys
	stranger string            // id of a key in no group
}

func newSigners(t *testing.T) *signers {
	w := newWorld(t)
	s := &signers{w, map[string]crypto.Signer{"P-256": w.signer, "RSA": rsaKey()}, map[string]string{"P-256": w.keyID}, ""}
	s.ids["RSA"] = w.addKey("second", rsaKey())
	s.stranger = w.addKey("stranger", ecdsaKey(t, elliptic.P256()))
	config := KeyGroupConfig{Name: "viewers", Items: []string{s.ids["P-256"], s.ids["RSA"]}}
	if _, err := w.UpdateKeyGroup(w.group.ID, w.group.ETag, config); err != nil {
		t.Fatal(err)
	}
	return s
}
