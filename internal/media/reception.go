package media

import "time"

// reception counts what is received, as RFC 3550 appendix A has it. It is pure.
type reception struct {
	packets, octets uint64
	last            time.Duration // of the last packet
	jitter          float64       // in samples (appendix A.8)

	// The current SSRC (appendix A.1).
	begun    bool
	ssrc     uint32
	base     uint32 // its first sequence number
	high     uint32 // its newest, extended by the cycles
	received uint64
	transit  int64
	timed    bool

	lostBefore int64 // of former SSRCs
	// At the last report (appendix A.3).
	expectedThen, receivedThen uint64
}

// take counts a packet; span is its length in samples, 0 for an event, whose
// timestamp says nothing about jitter.
func (r *reception) take(p *packet, span int64, now time.Duration) {
	r.packets++
	r.octets += uint64(len(p.body()))
	r.last = now
	ahead := int16(p.seq - uint16(r.high))
	if !r.begun || p.ssrc != r.ssrc || ahead > dropout || ahead < -dropout {
		*r = reception{
			packets: r.packets, octets: r.octets, last: now, jitter: r.jitter, lostBefore: r.lost(),
			begun: true, ssrc: p.ssrc, base: uint32(p.seq) + 1<<16, high: uint32(p.seq) + 1<<16,
		}
	} else if ahead > 0 {
		r.high += uint32(ahead)
	}
	r.received++
	if span == 0 {
		return
	}
	transit := samples(now) - int64(p.ts)
	if r.timed {
		d := int64(int32(transit - r.transit))
		r.jitter += (float64(max(d, -d)) - r.jitter) / 16
	}
	r.transit, r.timed = transit, true
}

// pass counts packets of the current SSRC that came one after the other and were not
// seen here, by what is known of them: their number and octets, the newest's time
// stamp and arrival, and the jitter by then.
func (r *reception) pass(n, octets uint64, ts uint32, jitter time.Duration, last time.Duration) {
	r.packets += n
	r.octets += octets
	r.high += uint32(n)
	r.received += n
	r.jitter = jitter.Seconds() * rate
	r.last, r.transit, r.timed = last, samples(last)-int64(ts), true
}

// expected is how many packets the current SSRC should have brought.
func (r *reception) expected() uint64 {
	if !r.begun {
		return 0
	}
	return uint64(r.high-r.base) + 1
}

// lost is what was expected and did not come; repeated packets can make it
// negative (appendix A.3).
func (r *reception) lost() int64 {
	return r.lostBefore + int64(r.expected()) - int64(r.received)
}

// fraction is the share lost since it was last asked for, in 1/256.
func (r *reception) fraction() uint8 {
	expected, received := r.expected()-r.expectedThen, r.received-r.receivedThen
	r.expectedThen, r.receivedThen = r.expected(), r.received
	if expected == 0 || received >= expected {
		return 0
	}
	return uint8(min((expected-received)<<8/expected, 255))
}
