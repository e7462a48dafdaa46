package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/outdial/outdial/internal/fault"
)

// trust is how long a checked password is believed.
const trust = time.Minute

// administrator lets only administrators through.
func (c *console) administrator(next handle) handle {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, password, ok := r.BasicAuth()
		if !ok {
			return fault.New(fault.Unauthenticated, "sign in with the id and password of an administrator")
		}
		if !c.believed.has(id, password) {
			u, err := c.Users.Authenticate(r.Context(), id, password)
			if err != nil {
				c.Log.Warn("sign-in refused", "user", id, "from", r.RemoteAddr, "error", err)
				return err
			}
			if !u.Admin {
				c.Log.Warn("sign-in refused", "user", u.ID, "from", r.RemoteAddr, "error", "not an administrator")
				return fault.New(fault.Forbidden, "user %s is not an administrator", u.ID)
			}
			c.believed.add(id, password)
		}
		return next(w, r)
	}
}

// believed remembers administrators whose password was checked a short while
// ago. Passwords are kept as a keyed digest only.
type believed struct {
	now func() time.Time
	key []byte

	mu    sync.Mutex // guards until
	until map[[sha256.Size]byte]time.Time
}

func newBelieved(now func() time.Time) *believed {
	b := &believed{now: now, key: make([]byte, sha256.Size), until: map[[sha256.Size]byte]time.Time{}}
	rand.Read(b.key) // never fails
	return b
}

func (b *believed) has(id, password string) bool {
	digest, now := b.digest(id, password), b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	return now.Before(b.until[digest])
}

func (b *believed) add(id, password string) {
	digest, now := b.digest(id, password), b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.DeleteFunc(b.until, func(_ [sha256.Size]byte, until time.Time) bool { return !now.Before(until) })
	b.until[digest] = now.Add(trust)
}

// digest is of a pair; a user id in HTTP Basic has no colon (RFC 7617 section 2).
func (b *believed) digest(id, password string) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, b.key)
	h.Write([]byte(id + ":" + password))
	h.Sum(sum[:0])
	return sum
}
