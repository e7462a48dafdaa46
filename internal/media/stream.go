package media

import "time"

const (
	// rate is the RTP clock of G.711 and of the events beside it.
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
	// stall is how late a generated packet may be and still follow its
	// predecessor exactly.
	stall = 3 * frameTime
)

// samples is a time span on the RTP clock.
func samples(d time.Duration) int64 { return int64(d) * rate / int64(time.Second) }

// stream numbers the packets of one outgoing RTP stream whose sources change.
// It is pure: times are arguments, measured from any fixed instant.
//
// At a change of source the timestamp advances by real time, at least by the
// packet before. Where that minimum runs ahead of real time, the difference is
// taken back: at later changes that come late, and by leaving out frames of
// silence ([stream.early]), so that a thousand customers do not push the far
// end's jitter buffer out.
type stream struct {
	// The newest packet sent, and its length in samples.
	seq  uint16
	ts   uint32
	span int64
	at   time.Duration
	sent bool
	// ahead is how far timestamps have run ahead of real time, in samples.
	ahead int64

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
		step := samples(now - s.at)
		least := max(s.span, frame)
		if step < least {
			s.ahead += least - step
			step = least
		} else {
			back := min(s.ahead, step-least)
			s.ahead -= back
			step -= back
		}
		s.ts += uint32(step)
	}
	s.sent, s.span, s.at = true, span, now
	return header{marker: true, seq: s.seq, ts: s.ts}
}

// generate numbers the next packet of our own audio. All of it is one source,
// as one ticker makes it; begins is true where a sound begins.
func (s *stream) generate(begins bool, now time.Duration) header {
	if !s.sent || s.following || now-s.at > stall {
		s.following = false
		return s.change(frame, now)
	}
	s.seq++
	s.ts += frame
	s.at = now
	return header{marker: begins, seq: s.seq, ts: s.ts}
}

// early tells whether the next frame of silence is to be left out because
// timestamps are a frame or more ahead of real time; it counts as paid back.
func (s *stream) early() bool {
	if s.following || s.ahead < frame {
		return false
	}
	s.ahead -= frame
	return true
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
