package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/session"
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
			if err := c.check(r, id, password); err != nil {
				c.Log.Warn("sign-in refused", "user", id, "from", r.RemoteAddr, "error", err)
				return err
			}
			c.believed.add(id, password)
		}
		return next(w, r)
	}
}

// check tells whether this is an administrator and the password.
func (c *console) check(r *http.Request, id, password string) error {
	u, err := c.recognise(r, id, password)
	switch {
	case err != nil:
		return err
	case !u.Admin:
		return fault.New(fault.Forbidden, "user %s is not an administrator", u.ID)
	}
	return nil
}

// recognise gives the user whose password this is.
func (c *console) recognise(r *http.Request, id, password string) (agent.User, error) {
	return c.tries.guard(id, place(r), func() (agent.User, error) { return c.Users.Authenticate(r.Context(), id, password) })
}

// place is the address of a client, without port.
func place(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return r.RemoteAddr
}

// tries bars whom too many wrong passwords came from, as ICWS does; each of the
// two counts its own.
type tries struct {
	now func() time.Time

	mu     sync.Mutex // guards failed
	failed session.Failures
}

// guard looks at a password unless it is barred. Failures are counted again
// afterwards, as many tries at one time are one attack.
func (t *tries) guard(id, from string, look func() (agent.User, error)) (agent.User, error) {
	if t.barred(id, from) {
		return agent.User{}, errTooOften
	}
	u, err := look()
	t.mu.Lock()
	defer t.mu.Unlock()
	switch now := t.now(); {
	case t.failed.Barred(id, from, now):
		return agent.User{}, errTooOften
	case fault.KindOf(err) == fault.Unauthenticated && err != nil:
		t.failed.Failed(id, from, now)
	case err == nil:
		t.failed.Passed(id)
	}
	return u, err
}

func (t *tries) barred(id, from string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.failed.Barred(id, from, t.now())
}

// errTooOften: the password was not even looked at, or too late to count.
var errTooOften = fault.New(fault.Unauthenticated, "signing in failed too often; wait five minutes")

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

// forget makes every password be checked anew.
func (b *believed) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.until)
}

// digest is of a pair; a user id in HTTP Basic has no colon (RFC 7617 section 2).
func (b *believed) digest(id, password string) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, b.key)
	h.Write([]byte(id + ":" + password))
	h.Sum(sum[:0])
	return sum
}
