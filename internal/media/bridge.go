package media

import (
	"sync/atomic"
	"time"
)

// fresh is how old a frame may be to be forwarded at bridging: a frame's length
// and some jitter.
const fresh = 25 * time.Millisecond

// The life of a bridge. Only an open one carries anything.
const (
	building = int32(iota)
	open
	over
)

// bridge is two legs that hear each other. Each leg points to its bridge under
// its own mutex, so that for a moment the two may differ; the state, which has
// but one place, then says that nothing is to be carried.
type bridge struct {
	a, b  *Leg
	heard func(to *Leg, at time.Time)
	state atomic.Int32
}

func (br *bridge) isOpen() bool { return br != nil && br.state.Load() == open }

// other is the partner.
func (br *bridge) other(l *Leg) *Leg {
	if l == br.a {
		return br.b
	}
	return br.a
}

// end is for good. Once it returns, nothing more is carried.
func (br *bridge) end() {
	if br == nil {
		return
	}
	br.state.Store(over)
	br.a.detach(br)
	br.b.detach(br)
}

// Bridge connects two legs of one plane; both leave the bridge or conference that
// they were in, and the sounds end that they play. The newest frame that each received is forwarded at
// once unless it is older than 25 ms.
//
// heard, which may be nil, is called once per direction, when the first
// forwarded frame of voice was sent on the leg to; it must not block. Legs that
// have nothing agreed yet, or no direction, start when they have. A bridge with
// a closed leg, or of a leg with itself, is none and leaves both idle.
func Bridge(a, b *Leg, heard func(to *Leg, at time.Time)) {
	if a == b {
		Unbridge(a)
		return
	}
	br := &bridge{a: a, b: b, heard: heard}
	attached := a.attach(br)
	attached = b.attach(br) && attached
	if !attached || !br.state.CompareAndSwap(building, open) {
		br.end()
		return
	}
	a.prime(br)
	b.prime(br)
	a.plane.carrier.join(a, b)
}

// Unbridge ends the bridge of a leg, so that both legs idle, in silence; or it
// takes the leg out of its conference. It is idempotent.
func Unbridge(a *Leg) {
	a.mu.Lock()
	br, s := a.bridge, a.seat
	a.mu.Unlock()
	br.end()
	if s != nil {
		a.leaveSeat(s)
	}
}

// attach makes br the leg's bridge and ends what was there before, a seat in a
// conference included; it fails if the leg is closed.
func (l *Leg) attach(br *bridge) bool {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return false
	}
	l.recall()
	former := l.bridge
	l.seat.end()
	l.prune()
	l.bridge, l.seat, l.unheard, l.cue = br, nil, true, cue{}
	l.settle()
	done := l.endSound()
	l.mu.Unlock()
	former.end()
	if done != nil {
		done(false)
	}
	return true
}

// detach idles the leg if br still is its bridge.
func (l *Leg) detach(br *bridge) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bridge == br {
		l.recall()
		l.bridge = nil
	}
}

// prime forwards the newest frame of a leg to its partner.
func (l *Leg) prime(br *bridge) {
	var room [headerSize + newestSize]byte
	var pcm [opusLongest]int16
	if v, ok := l.takeNewest(br, room[:], pcm[:], l.plane.now()); ok {
		br.other(l).forward(br, &v)
	}
}

// forward sends what the partner received, if br still stands. It is the second
// step across the bridge.
func (l *Leg) forward(br *bridge, v *voice) {
	l.mu.Lock()
	l.recallOut()
	first := l.bridge == br && br.isOpen() && l.relay(br, v) && l.unheard
	if first {
		l.unheard = false
	}
	l.mu.Unlock()
	if first && br.heard != nil {
		br.heard(l, l.plane.wall(l.plane.now()))
	}
}

// relay sends a packet of the partner as part of this leg's stream and tells
// whether something went out that can be heard. The caller holds mu.
func (l *Leg) relay(br *bridge, v *voice) bool {
	if l.sound != nil || l.dialing.holds() || !l.speaks() {
		// What is not sent now must not look like loss later.
		l.feeding = nil
		return false
	}
	payload := l.format.Payload
	if v.kind != speech {
		payload = l.format.Events
		if v.kind == comfort || payload == 0 || v.muted {
			if l.feeding == br {
				l.stream.skip(&v.packet)
			}
			return false
		}
	}
	h, ok := l.stream.follow(&v.packet, v.span, l.feeding != br, v.at)
	if !ok {
		return false
	}
	l.feeding, l.relayed = br, v.at
	l.carried.note(v)
	switch {
	case v.kind != speech:
		if l.format.Fine {
			lastedOut(v.body())
		}
	case v.muted:
		if len(v.room(l.hush(v.room(int(v.span))))) == 0 {
			return false
		}
	case !l.translate(v):
		return false
	}
	// The new header takes the place just before the payload.
	sent := l.send(h, payload, v.data[v.start-headerSize:])
	return sent && v.kind == speech && !v.muted
}
