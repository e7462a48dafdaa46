package media

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Part is one leg in a conference, and whom it hears. Legs that have no part of
// their own are not heard, and no leg hears itself.
type Part struct {
	Leg   *Leg
	Hears []*Leg
}

// Conference is any number of legs that hear each other as arranged: all of them,
// or some who are not heard by all. Its clock is the plane's: every 20 ms each
// leg is sent one frame, the sum of what those say whom it hears, or silence. It
// needs no end: once every leg has left, it costs nothing.
type Conference struct {
	plane *Plane
	turn  turn

	mu     sync.Mutex // guards the seats' changes
	seats  map[*Leg]*seat
	places atomic.Pointer[[]place] // read by the ticker; replaced as a whole
}

// seat is a leg's place in a conference for as long as it stays. The leg points
// to it, and what is over is neither heard nor sent anything.
type seat struct {
	*ear
	begun bool // it was sent something; the leg's mutex guards it

	// The ticker's own.
	said  [frame]int16
	spoke bool
}

func (s *seat) isOpen() bool { return s != nil && !s.over.Load() }

// end closes the seat; the leg may still point to it.
func (s *seat) end() {
	if s != nil {
		s.over.Store(true)
	}
}

// place is a seat with those whom it hears.
type place struct {
	seat  *seat
	hears []*seat
}

// NewConference makes a conference without parts.
func (p *Plane) NewConference() *Conference {
	c := &Conference{plane: p, seats: map[*Leg]*seat{}}
	c.places.Store(new([]place))
	return c
}

// Arrange puts these parts in place of the former ones. Legs that were not in the
// conference leave the bridge or conference that they were in, and the sounds end
// that they play; who stays is heard on without a break; who is left out idles.
// Closed legs, and a leg's second part, are ignored.
func (c *Conference) Arrange(parts ...Part) {
	c.mu.Lock()
	former := c.seats
	c.seats = make(map[*Leg]*seat, len(parts))
	places := make([]place, 0, len(parts))
	var entered []*seat
	for _, p := range parts {
		if p.Leg == nil || c.seats[p.Leg] != nil {
			continue
		}
		s := former[p.Leg]
		if !s.isOpen() {
			s = &seat{ear: newEar(p.Leg, lead, spare)}
			entered = append(entered, s)
		}
		c.seats[p.Leg] = s
		places = append(places, place{seat: s})
	}
	for i := range places {
		places[i].hears = c.heardBy(places[i].seat, parts)
	}
	var left []*seat
	for l, s := range former {
		if c.seats[l] != s {
			s.end()
			left = append(left, s)
		}
	}
	c.places.Store(&places)
	c.mu.Unlock()
	for _, s := range left {
		s.leg.leaveSeat(s)
	}
	for _, s := range entered {
		s.leg.takeSeat(s)
	}
	c.settle()
}

// heardBy gives the seats that the first part of a leg lists. The caller holds mu.
func (c *Conference) heardBy(listener *seat, parts []Part) (hears []*seat) {
	for _, p := range parts {
		if p.Leg != listener.leg {
			continue
		}
		seen := map[*Leg]bool{p.Leg: true}
		for _, l := range p.Hears {
			if s := c.seats[l]; s != nil && !seen[l] {
				seen[l] = true
				hears = append(hears, s)
			}
		}
		break
	}
	return hears
}

// End takes every leg out. The conference may be arranged anew.
func (c *Conference) End() { c.Arrange() }

// settle gives the conference a turn while there is somebody in it. Where two
// settle at once, the last to look sees what is true.
func (c *Conference) settle() {
	for {
		looked := c.places.Load()
		if slices.ContainsFunc(*looked, func(p place) bool { return p.seat.isOpen() }) {
			c.plane.enter(c, &c.turn)
		} else {
			c.plane.quit(c, &c.turn)
		}
		if c.places.Load() == looked {
			return
		}
	}
}

// dozes implements [clocked].
func (c *Conference) dozes() bool { return false }

// tick hears everyone and then speaks to everyone.
func (c *Conference) tick(now time.Duration) {
	places, present := *c.places.Load(), 0
	for i := range places {
		s := places[i].seat
		if s.isOpen() {
			present++
		}
		s.spoke = s.listen(&s.said)
	}
	if present == 0 {
		c.settle()
		return
	}
	for i := range places {
		p := &places[i]
		var sum [frame]int32
		spoke := false
		for _, s := range p.hears {
			if s.spoke {
				spoke = true
				add(&sum, &s.said)
			}
		}
		p.seat.leg.mixed(p.seat, &sum, spoke, now)
	}
}

func add(sum *[frame]int32, said *[frame]int16) {
	for i, v := range said {
		sum[i] += int32(v)
	}
}

// limited is a sum within 16 bits; what is too loud stays at the limit.
func limited(v int32) int16 { return int16(max(-1<<15, min(1<<15-1, v))) }

// takeSeat makes s the leg's seat. A seat that is given up meanwhile, or of a closed
// leg, is none.
func (l *Leg) takeSeat(s *seat) {
	l.mu.Lock()
	if l.closed || s.over.Load() {
		l.mu.Unlock()
		s.end()
		return
	}
	l.recall()
	former, seat := l.bridge, l.seat
	seat.end()
	l.bridge, l.seat, l.cue = nil, s, cue{}
	l.settle()
	l.prune()
	l.ears = append(l.ears, s.ear)
	done := l.endSound()
	l.mu.Unlock()
	former.end()
	if done != nil {
		done(false)
	}
}

// leaveSeat idles the leg if s still is its seat.
func (l *Leg) leaveSeat(s *seat) {
	s.end()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seat == s {
		l.seat = nil
	}
	l.prune()
}

// mixed sends a frame of the conference, unless the leg hears something else.
func (l *Leg) mixed(s *seat, sum *[frame]int32, spoke bool, now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seat != s || !s.isOpen() || l.closed || !l.agreed || l.sound != nil || l.dialing.holds() {
		return
	}
	if l.stream.hasty(now) || !spoke && l.cue.sound == nil && l.stream.early(now) {
		return
	}
	body, size := l.out[headerSize:], 0
	if spoke || l.cue.sound != nil {
		var pcm [frame]int16
		for i, v := range sum {
			pcm[i] = limited(v)
		}
		l.lay(pcm[:])
		size = l.encode(body, pcm[:])
	} else {
		size = l.hush(body)
	}
	begins := !s.begun
	s.begun, l.feeding = true, nil
	if l.speaks() {
		l.send(l.stream.generate(begins, now), l.format.Payload, l.out[:headerSize+size])
	}
}
