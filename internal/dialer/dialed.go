package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/compliance"
)

// lately is when numbers were last dialed, by their text. The ledger has a call as it was
// leased or placed, and when it was dialed only once it is over; with a slow ledger, or an
// agent's phone that is called first, that is a while later. So calls to one number through
// two contacts keep their spacing all the same.
type lately struct {
	since         time.Time // from when on the newer ones are
	newer, former map[string]time.Time
}

// latelyFor is how long a number is remembered, at the least.
const latelyFor = 10 * time.Minute

func (l *lately) dialed(number string, at time.Time) {
	if l.newer == nil || at.Sub(l.since).Abs() > latelyFor {
		l.since, l.former, l.newer = at, l.newer, map[string]time.Time{}
	}
	l.newer[number] = at
}

// last is when a number was dialed; zero if it was not, lately.
func (l *lately) last(number string) time.Time {
	if at, ok := l.newer[number]; ok {
		return at
	}
	return l.former[number]
}

// neverLeft forgets a call that no trunk took: it is none.
func (l *lately) neverLeft(number string, at time.Time) {
	for _, known := range []map[string]time.Time{l.newer, l.former} {
		if known[number].Equal(at) {
			delete(known, number)
		}
	}
}

// past is what came before a call that is about to be made to a number.
func (s *state) past(c *liveCall, number string) compliance.History {
	past := c.history
	past.Dialed = s.lately.last(number)
	return past
}
