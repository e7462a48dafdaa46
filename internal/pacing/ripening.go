package pacing

import (
	"slices"
	"time"
)

// ripe is the age at which all calls that were placed together are over.
const ripe = 30 * time.Second

// ripening are the calls that are over while others that were placed with them may
// still be in the air. Those that fail are over sooner than those that people answer:
// counted at once they would say that nobody answers, and the more were placed
// together, the more would be dialed for it. So a call counts for the share of
// answers once it is ripe. By when that is.
type ripening []unripe

type unripe struct {
	at    time.Time
	class Class
	live  bool
}

// add takes in a call that is over now, at an age.
func (r *ripening) add(c unripe, now time.Time, age time.Duration) {
	c.at = now.Add(max(0, ripe-age))
	i, _ := slices.BinarySearchFunc(*r, c, func(a, b unripe) int {
		if a.at.After(b.at) {
			return 1
		}
		return -1 // of those of one moment the newest is the last
	})
	*r = slices.Insert(*r, i, c)
}

// pass gives the memory what is ripe now, and how many that were. A clock that was put
// back lets nothing ripen for longer than it takes.
func (r *ripening) pass(now time.Time, m *Memory) int {
	n := 0
	for _, c := range *r {
		if c.at.After(now) && c.at.Sub(now) <= ripe {
			break
		}
		m.landed(c.class, c.live)
		n++
	}
	*r = slices.Delete(*r, 0, n)
	return n
}
