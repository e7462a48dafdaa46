package media

import (
	"encoding/binary"
	"math"
)

// opusTick is how many ticks of the RTP clock of Opus, which is 48000 (RFC 7587
// section 4.1), make one of all others.
const opusTick = 6

// clock turns the time of the wire into that of the inside, 8000 a second whatever
// is spoken, and back: above it nothing knows that Opus counts otherwise.
type clock struct {
	tick uint32 // on the wire, for one inside
	// shift is added on the way out, so that timestamps go on where the codec, and the
	// clock with it, changes in mid-call (RFC 7160 section 4).
	shift uint32
	// A moment on both, for the way in.
	wire, inside uint32
}

// set changes the ticks, and tells whether they change; newest is the last timestamp
// that was sent.
func (c *clock) set(tick, newest uint32) bool {
	if tick == c.tick {
		return false
	}
	c.shift += newest*c.tick - newest*tick
	c.tick = tick
	return true
}

// out is a timestamp for the wire. It wraps where the inside does.
func (c *clock) out(ts uint32) uint32 { return ts*c.tick + c.shift }

// in turns a timestamp of the wire; what is less than a tick is left to the next, so
// that nothing is lost in the long run, and equal timestamps stay equal.
func (c *clock) in(ts uint32) uint32 {
	if c.tick == 1 {
		return ts
	}
	passed := int64(int32(ts - c.wire))
	ticks := passed / int64(c.tick)
	if passed < ticks*int64(c.tick) {
		ticks-- // rounded down on both sides of the moment
	}
	c.wire += uint32(ticks) * c.tick
	c.inside += uint32(ticks)
	return c.inside
}

// lastedIn turns the duration of a telephone-event whose clock is 48000 (RFC 4733
// section 2.3.5), in its packet, and lastedOut turns it back, as far as it has room.
func lastedIn(event []byte) {
	if len(event) >= 4 {
		binary.BigEndian.PutUint16(event[2:], binary.BigEndian.Uint16(event[2:])/opusTick)
	}
}

func lastedOut(event []byte) {
	if len(event) >= 4 {
		binary.BigEndian.PutUint16(event[2:], uint16(min(int(binary.BigEndian.Uint16(event[2:]))*opusTick, math.MaxUint16)))
	}
}
