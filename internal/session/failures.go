package session

import (
	"net/netip"
	"strings"
	"time"
)

// Failures counts failed sign-ins by user and by address, so that passwords can
// not be tried at will. Its zero value is usable. It has no lock of its own: in
// the book it is guarded by [Book.mu].
//
// A count lasts for a window that begins with its first failure. Memory is
// bounded: when the table is full, counts whose window is over are dropped, and
// if there are none, all of them.
type Failures struct {
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

// Barred tells whether a user or an address failed too often of late.
func (f *Failures) Barred(user, from string, now time.Time) bool {
	return f.over(ofUser(user), failuresOfUser, now) || f.over(ofPlace(from), failuresOfPlace, now)
}

func (f *Failures) over(key string, limit int, now time.Time) bool {
	c, ok := f.counts[key]
	return ok && now.Sub(c.since) < failureWindow && c.n >= limit
}

// Failed counts a wrong password.
func (f *Failures) Failed(user, from string, now time.Time) {
	f.add(ofUser(user), now)
	f.add(ofPlace(from), now)
}

// Passed clears a user's count after a success. The address keeps its own, or one
// valid account would open the door to all others.
func (f *Failures) Passed(user string) { delete(f.counts, ofUser(user)) }

// ofUser is the key of a user, whose id compares without case.
func ofUser(id string) string { return "u" + strings.ToLower(strings.TrimSpace(id)) }

// ofPlace is the key of an address. Of IPv6 only the network counts, as whoever
// has one address there has all of a /64.
func ofPlace(from string) string {
	if a, err := netip.ParseAddr(from); err == nil && a.Unmap().Is6() {
		network, _ := a.WithZone("").Prefix(64) // of a valid address, so without error
		return "a" + network.String()
	}
	return "a" + from
}

func (f *Failures) add(key string, now time.Time) {
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

func (f *Failures) room(now time.Time) {
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
