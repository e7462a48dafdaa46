package session

import "time"

// failures counts failed sign-ins by user and by address, so that passwords can
// not be tried at will. It is guarded by [Book.mu].
//
// A count lasts for a window that begins with its first failure. Memory is
// bounded: when the table is full, counts whose window is over are dropped, and
// if there are none, all of them.
type failures struct {
	counts map[string]failure
}

type failure struct {
	n     int
	since time.Time
}

const (
	failureWindow   = 5 * time.Minute
	failuresOfUser  = 10
	failuresOfPlace = 50 // a call centre may share one address
	failureTable    = 20_000
)

// barred tells whether a user or an address failed too often of late.
func (f *failures) barred(user, from string, now time.Time) bool {
	return f.over("u"+user, failuresOfUser, now) || f.over("a"+from, failuresOfPlace, now)
}

func (f *failures) over(key string, limit int, now time.Time) bool {
	c, ok := f.counts[key]
	return ok && now.Sub(c.since) < failureWindow && c.n >= limit
}

// failed counts a wrong password.
func (f *failures) failed(user, from string, now time.Time) {
	f.add("u"+user, now)
	f.add("a"+from, now)
}

// passed clears a user's count after a success. The address keeps its own, or one
// valid account would open the door to all others.
func (f *failures) passed(user string) { delete(f.counts, "u"+user) }

func (f *failures) add(key string, now time.Time) {
	if f.counts == nil {
		f.counts = map[string]failure{}
	}
	f.room(now)
	c := f.counts[key]
	if now.Sub(c.since) >= failureWindow {
		c = failure{since: now}
	}
	c.n++
	f.counts[key] = c
}

func (f *failures) room(now time.Time) {
	if len(f.counts) < failureTable {
		return
	}
	for key, c := range f.counts {
		if now.Sub(c.since) >= failureWindow {
			delete(f.counts, key)
		}
	}
	if len(f.counts) >= failureTable {
		clear(f.counts)
	}
}
