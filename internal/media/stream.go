package media

import "time"

const (
	// rate is the clock of the inside, and on the wire that of every codec but Opus.
	rate = 8000
	// frame is the number of samples in the packets that are made here.
	frame = 160
	// frameTime is their length.
	frameTime = 20 * time.Millisecond

	// window is how many packets late one may be and still be told from a
	// repeated one.
	window = 64
	// dropout is how far a sequence may jump within one source: 5 s of packets.
	dropout = 250
	// drift is how far, in samples, timestamps may leave real time within one
	// source. It has room for a key that is held down.
	drift = 30 * rate
	// astray is how far, in samples, timestamps may be ahead of the stream's clock
	// and still be brought back to it; beyond, the clock is set to them.
	astray = rate / 2
	// stall is how late a generated packet may be and still follow its
	// predecessor exactly.
	stall = 3 * frameTime
)

// samples is a time span on that clock.
func samples(d time.Duration) int64 { return d.Microseconds() * rate / 1_000_000 }

// stream numbers the packets of one outgoing RTP stream whose sources change.
// It is pure: times are arguments, measured from any fixed instant.
//
// At a change of source the timestamp is set to the stream's clock, which is real
// time since the first packet, but never to less than the packet before asks for.
// Where timestamps are ahead of the clock all the same, because a source began
// early or its own clock is fast, frames of silence are left out ([stream.early]);
// so a thousand customers do not push the far end's jitter buffer out.
type stream struct {
	// The newest packet sent, and its length in samples.
	seq  uint16
	ts   uint32
	span int64
	at   time.Duration
	sent bool
	// keyed: it belongs to an event of ours, whose packets share their timestamp.
	keyed bool
	// quiet: it stands for a pause, and voice that follows begins anew.
	quiet bool
	// The clock: at origin it showed originTS.
	origin   time.Duration
	originTS uint32

	// The source that is followed, if any.
	following bool
	source    uint32 // its SSRC
	high      uint16 // its newest sequence number
	highTS    uint32
	floor     uint16 // its packets before this one come too late
	passed    uint64 // bit n: high - n has passed
	seqShift  uint16 // outgoing minus incoming
	tsShift   uint32
}

// change numbers the first packet of a source.
func (s *stream) change(span int64, now time.Duration) header {
	s.seq++
	if s.sent {
		s.ts += uint32(max(s.span, frame, -s.lead(now)))
	} else {
		s.origin, s.originTS = now, s.ts
	}
	s.sent, s.span, s.at, s.keyed, s.quiet = true, span, now, false, false
	return header{marker: true, seq: s.seq, ts: s.ts}
}

// lead is how far the newest timestamp is ahead of the clock, in samples. A
// source that leapt far ahead has set the clock.
func (s *stream) lead(now time.Duration) int64 {
	ahead := func() int64 { return int64(int32(s.ts - s.originTS - uint32(samples(now-s.origin)))) }
	if ahead() > astray {
		s.origin, s.originTS = s.at, s.ts
	}
	return ahead()
}

// generate numbers the next packet of our own audio. All of it is one source,
// as one ticker makes it; begins is true where a sound begins.
func (s *stream) generate(begins bool, now time.Duration) header {
	if !s.sent || s.following || s.keyed || s.quiet || now-s.at > stall {
		s.following = false
		return s.change(frame, now)
	}
	s.seq++
	s.ts += frame
	s.at = now
	return header{marker: begins, seq: s.seq, ts: s.ts}
}

// pause numbers the next packet that stands for a pause. Its timestamp is that of the
// clock, as voice would have it; only the voice after it has the marker (RFC 3551
// section 4.1).
func (s *stream) pause(now time.Duration) header {
	s.following = false
	h := s.change(0, now)
	s.quiet, h.marker = true, false
	return h
}

// paused tells whether the newest packet stands for a pause and is not older than that.
func (s *stream) paused(every, now time.Duration) bool { return s.quiet && now-s.at < every }

// press numbers the next packet of an event of ours; span is how long the event
// has lasted (RFC 4733 section 2.5.1.2: all its packets carry the timestamp of its
// begin). What comes after it is a change of source.
func (s *stream) press(begins bool, span int64, now time.Duration) header {
	if begins {
		s.following = false
		h := s.change(span, now)
		s.keyed = true
		return h
	}
	s.seq++
	s.span = span
	return header{seq: s.seq, ts: s.ts}
}

// early tells whether the next frame of silence is to be left out because its
// timestamp would be a frame or more ahead of the clock.
func (s *stream) early(now time.Duration) bool {
	return !s.following && s.sent && s.lead(now) >= 0
}

// hasty is the same of a frame of voice, which is not left out before it is two
// frames ahead.
func (s *stream) hasty(now time.Duration) bool {
	return s.early(now) && s.lead(now) >= frame
}

// follow numbers a packet of another stream that is forwarded; span is its
// length, 0 for an event. With cut it is the first of its source whatever it
// looks like. ok is false for a packet that came too late or twice.
func (s *stream) follow(p *packet, span int64, cut bool, now time.Duration) (h header, ok bool) {
	if cut || !s.following || p.ssrc != s.source || s.wild(p, span, now) {
		h = s.change(span, now)
		s.following, s.source = true, p.ssrc
		s.high, s.highTS, s.floor, s.passed = p.seq, p.ts, p.seq, 1
		s.seqShift, s.tsShift = h.seq-p.seq, h.ts-p.ts
		return h, true
	}
	h = header{marker: p.marker, seq: p.seq + s.seqShift, ts: p.ts + s.tsShift}
	ahead := int16(p.seq - s.high)
	if ahead <= 0 {
		late := uint(-int(ahead))
		if late >= window || int16(p.seq-s.floor) < 0 || s.passed>>late&1 != 0 {
			return header{}, false
		}
		s.passed |= 1 << late
		return h, true
	}
	s.high = p.seq
	s.passed = s.passed<<uint(ahead) | 1
	s.seq = h.seq
	if int32(p.ts-s.highTS) > 0 {
		s.highTS = p.ts
		s.ts, s.span, s.at = h.ts, span, now
	} else {
		s.span = max(s.span, span)
	}
	if p.seq-s.floor >= window {
		s.floor = p.seq - window + 1
	}
	return h, true
}

// pass takes note of packets of the source that were sent elsewhere, one after the
// other, each span after the one before; at is when the last one was.
func (s *stream) pass(n uint64, span uint32, at time.Duration) {
	s.high += uint16(n)
	s.highTS += uint32(n) * span
	s.passed = s.passed<<min(n, window) | (1<<min(n, window) - 1)
	if n >= window || s.high-s.floor >= window {
		s.floor = s.high - window + 1
	}
	s.seq, s.ts = s.high+s.seqShift, s.highTS+s.tsShift
	s.span, s.at = int64(span), at
}

// skip takes note of a packet of the source that is not forwarded on purpose;
// it leaves no gap.
func (s *stream) skip(p *packet) {
	ahead := int16(p.seq - s.high)
	if !s.following || p.ssrc != s.source || ahead <= 0 || ahead > dropout {
		return
	}
	s.high, s.floor, s.passed = p.seq, p.seq+1, 1
	s.seqShift--
}

// wild tells whether a packet cannot belong to the source as known so far: its
// sequence or its timestamp is far off, or audio goes back in time.
func (s *stream) wild(p *packet, span int64, now time.Duration) bool {
	ahead := int16(p.seq - s.high)
	if ahead > dropout || ahead < -dropout {
		return true
	}
	off := int64(int32(p.ts - s.highTS))
	if ahead > 0 && span > 0 && off <= 0 {
		return true
	}
	off -= samples(now - s.at)
	return off > drift || off < -drift
}
