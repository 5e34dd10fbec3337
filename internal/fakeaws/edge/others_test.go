package edge

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"
)

// own is a target with parameters of the caller's that every tool leaves as
// they are.
const own = path + "?x=1&y=2"

// goodOrder is for a canned policy of an hour; windowed adds what makes it a
// custom one.
func (s *signers) goodOrder(key, hash string, cookies bool) order {
	return order{Key: key, KeyPairID: s.ids[key], Hash: hash, URL: s.url(own), Expires: start.Add(time.Hour).Unix(), Cookies: cookies}
}

func windowed(o order) order {
	o.From, o.Source = start.Add(-time.Minute).Unix(), "192.0.2.0/24"
	return o
}

// forms are the orders of each kind of key, hash and carrier.
func (s *signers) forms(can func(order) bool) (list []order) {
	for _, key := range []string{"P-256", "RSA"} {
		for _, hash := range []string{"SHA1", "SHA256"} {
			for _, cookies := range []bool{false, true} {
				for _, o := range []order{s.goodOrder(key, hash, cookies), windowed(s.goodOrder(key, hash, cookies))} {
					if can(o) {
						list = append(list, o)
					}
				}
			}
		}
	}
	return list
}

func (o order) String() string {
	policy, carrier := "canned", "URL"
	if o.custom() {
		policy = "custom"
	}
	if o.Cookies {
		carrier = "cookies"
	}
	return fmt.Sprintf("%s %s %s %s", o.Key, o.Hash, policy, carrier)
}

// Signatures by each tool are accepted as they are, and refused with the right
// code after each kind of damage.
func TestSignaturesOfOthers(t *testing.T) {
	for _, tool := range producers() {
		t.Run(tool.name, func(t *testing.T) {
			s := newSigners(t)
			orders := s.forms(tool.can)
			for i, p := range tool.sign(t, s, orders) {
				if p.Error != "" {
					t.Errorf("%v: the tool refuses: %s", orders[i], p.Error)
					continue
				}
				good := p.presented(s.world, orders[i])
				if p.URL != "" {
					if got := verdict(s.get(strings.TrimPrefix(p.URL, s.url("")))); got != "200" {
						t.Errorf("%v, as it was printed: got %s, want 200", orders[i], got)
					}
				}
				if got := verdict(s.do(good.request(s.world))); got != "200" {
					t.Errorf("%v: got %s, want 200", orders[i], got)
				}
				s.judge(t, orders[i], good)
			}
		})
	}
}

// judge presents a good signature with each kind of damage.
func (s *signers) judge(t *testing.T, o order, good presented) {
	t.Helper()
	list := append(damages(t), carrierDamages(o.Cookies)...)
	if _, custom := good.members[memberPolicy]; custom {
		list = append(list, customDamages()...)
	} else {
		list = append(list, cannedDamages()...)
	}
	if o.From != 0 {
		list = append(list, windowDamages()...)
	}
	if len(list) < 40 {
		t.Errorf("%v: %d kinds of damage, want 40", o, len(list))
	}
	for _, d := range list {
		damaged := good
		damaged.members = maps.Clone(good.members)
		d.change(s, &damaged)
		if got, want := verdict(s.do(damaged.request(s.world))), "403 "+d.code; got != want {
			t.Errorf("%v, %s: got %s, want %s", o, d.name, got, want)
		}
	}
}

// One custom policy with a wildcard is for every file below it and for no other.
func TestWildcardsOfOthers(t *testing.T) {
	for _, tool := range producers() {
		s := newSigners(t)
		var orders []order
		for _, cookies := range []bool{false, true} {
			o := s.goodOrder("RSA", "SHA1", cookies)
			o.Resource = s.url("/asset/*")
			if tool.can(o) {
				orders = append(orders, o)
			}
		}
		if len(orders) == 0 {
			continue
		}
		t.Run(tool.name, func(t *testing.T) {
			for i, p := range tool.sign(t, s, orders) {
				for target, want := range map[string]string{
					"/asset/a.ts": "200", "/asset/b/c.ts?x=1": "200", "/asset": denied, "/other/a.ts": denied,
				} {
					if got := s.requested(p, orders[i], target); got != want {
						t.Errorf("%v, %s: got %s, want %s", orders[i], target, got, want)
					}
				}
			}
		})
	}
}

// Bad policies stay bad if a tool signs them.
func TestPoliciesOfOthers(t *testing.T) {
	for _, tool := range producers() {
		if !tool.can(order{Key: "P-256", Hash: "SHA256", Policy: "{}"}) {
			continue // it writes its policies itself
		}
		t.Run(tool.name, func(t *testing.T) {
			s := newSigners(t)
			var orders []order
			var codes, names []string
			for _, cookies := range []bool{false, true} {
				for _, bad := range badTexts(s.world) {
					o := s.goodOrder("P-256", "SHA256", cookies)
					o.Policy = bad.text
					if tool.can(o) {
						orders, codes, names = append(orders, o), append(codes, bad.code), append(names, bad.name)
					}
				}
			}
			for i, p := range tool.sign(t, s, orders) {
				if p.Error != "" {
					t.Errorf("%s: the tool refuses: %s", names[i], p.Error)
					continue
				}
				if got, want := verdict(s.do(p.presented(s.world, orders[i]).request(s.world))), "403 "+codes[i]; got != want {
					t.Errorf("%v, %s: got %s, want %s", orders[i], names[i], got, want)
				}
			}
		})
	}
}
