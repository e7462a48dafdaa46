package dialer

import (
	"math"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// A campaign's limits bind what it dials by itself: not previews, callbacks that were
// promised and manual calls, each of which an agent wants. So does the room that the trunks
// have. Who else calls over a trunk may be faster: when it refuses a call all the same, the
// campaign takes a rest ([state.heedTrouble]).

// bucket holds the calls that a campaign may begin at once.
type bucket struct {
	calls float64
	at    time.Time // when that was so
}

// fill adds what has come since, up to a second's worth. A clock that steps back adds
// nothing.
func (b *bucket) fill(now time.Time, rate float64) {
	most := max(1, rate)
	if b.at.IsZero() {
		b.calls = most
	} else if since := now.Sub(b.at); since > 0 {
		b.calls += since.Seconds() * rate
	}
	b.calls, b.at = min(most, b.calls), now
}

// roomFor is how many more contacts a campaign may ask for; negative is no limit. What
// was asked for has its place already.
func (s *state) roomFor(lc *liveCampaign) int {
	room := math.MaxInt
	if n := lc.def.MaxFlying; n > 0 {
		room = n - lc.lines - lc.claiming - s.unplaced(lc)
	}
	if rate := lc.def.MaxRate; rate > 0 {
		lc.bucket.fill(s.now, rate)
		room = min(room, int(lc.bucket.calls+1e-9)-lc.claiming-s.unplaced(lc))
	}
	if n := s.trunkRoom(lc); n >= 0 {
		room = min(room, n)
	}
	if room == math.MaxInt {
		return -1
	}
	return max(0, room)
}

// trunkRoom is how many more calls the trunks of a campaign take, besides those that were
// asked for, by any campaign that calls over them; below 0 without limit.
func (s *state) trunkRoom(lc *liveCampaign) int {
	if s.trunks == nil {
		return -1
	}
	room := s.trunks.Room(lc.def.Trunk)
	if room < 0 {
		return -1
	}
	room -= s.ordered(lc.def.Trunk)
	for _, other := range s.campaigns {
		if other == lc || other.def.Trunk == lc.def.Trunk || other.def.Trunk == "" || lc.def.Trunk == "" {
			room -= s.unplaced(other)
			if other.def.Mode != campaign.Preview {
				room -= other.claiming
			}
		}
	}
	return max(0, room)
}

// ordered counts the calls that are dialed by the input under way, of which the trunk that
// they take does not know yet.
func (s *state) ordered(trunk string) int {
	n := 0
	for _, e := range s.out {
		if d, ok := e.(dial); ok && !sipAddress.MatchString(d.order.Target) && (d.order.Trunk == trunk || d.order.Trunk == "" || trunk == "") {
			n++
		}
	}
	return n
}

// unplaced counts the calls that wait for their agent's line before they are dialed.
func (s *state) unplaced(lc *liveCampaign) int {
	n := 0
	for _, c := range s.kept {
		if c.def.ID == lc.def.ID && c.flight.placed.IsZero() {
			n++
		}
	}
	return n
}

// lift counts a call that is dialed against its campaign's limits, and land takes it
// off when it is with an agent or over.
func (s *state) lift(c *liveCall) {
	if lc := s.campaigns[c.def.ID]; lc != nil && !c.alone() {
		c.flight.up = true
		lc.lines++
		lc.bucket.fill(s.now, lc.def.MaxRate) // before one is spent, or what came meanwhile were not capped
		lc.bucket.calls--
	}
}

func (s *state) land(c *liveCall) {
	if lc := s.campaigns[c.def.ID]; lc != nil && c.flight.up {
		c.flight.up = false
		lc.lines--
	}
}

// limited tells whether time alone, or the end of another's call, gives a campaign room.
func (s *state) limited(lc *liveCampaign) bool {
	return lc.def.MaxRate > 0 || s.trunks != nil && s.trunks.Room(lc.def.Trunk) >= 0
}
