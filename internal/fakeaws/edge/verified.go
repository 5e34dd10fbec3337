package edge

import (
	"crypto"
	"crypto/sha256"
	"encoding/binary"
	"sync"
)

// maxVerified bounds the signatures that are remembered. One takes about a
// hundred bytes.
const maxVerified = 10_000

// A verified remembers signatures that have verified, so that a viewer who
// plays a whole video with one of them costs one verification. What is
// remembered is arithmetic and no decision: key group, dates, address and
// resource are judged for each request. What failed is not remembered. It is
// safe for concurrent use.
type verified struct {
	mu    sync.Mutex
	known map[signedBytes]bool
	order []signedBytes // a ring, the oldest at next once it is full
	next  int
	max   int
}

// signedBytes is everything that a verification depends on. The key is the
// parsed one, which never changes, and not its id.
type signedBytes struct {
	key    crypto.PublicKey
	digest [sha256.Size]byte // of hash, signature and message
}

func newVerified(most int) *verified {
	return &verified{known: map[signedBytes]bool{}, max: most}
}

// verify is like the function verify.
func (v *verified) verify(key crypto.PublicKey, hash crypto.Hash, message, signature []byte) bool {
	s := signedBytes{key, digest(hash, message, signature)}
	v.mu.Lock()
	known := v.known[s]
	v.mu.Unlock()
	if known {
		return true
	}
	if !verify(key, hash, message, signature) {
		return false
	}
	v.remember(s)
	return true
}

func (v *verified) remember(s signedBytes) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.known[s] || v.max == 0:
		return
	case len(v.order) < v.max:
		v.order = append(v.order, s)
	default:
		delete(v.known, v.order[v.next])
		v.order[v.next] = s
		v.next = (v.next + 1) % v.max
	}
	v.known[s] = true
}

// digest is of the parts with the length of the signature, so that no byte can
// pass from one part to another.
func digest(hash crypto.Hash, message, signature []byte) (sum [sha256.Size]byte) {
	h := sha256.New()
	lengths := binary.BigEndian.AppendUint64(nil, uint64(hash))
	h.Write(binary.BigEndian.AppendUint64(lengths, uint64(len(signature))))
	h.Write(signature)
	h.Write(message)
	h.Sum(sum[:0])
	return sum
}
