package media

import (
	"math/rand/v2"
	"net/netip"
	"time"
)

const (
	// reportTime is the mean time between reports (RFC 3550 section 6.2).
	reportTime = 5 * time.Second
	// ntpEpoch is 1970 in seconds of NTP, which counts from 1900.
	ntpEpoch = 2208988800
	// longest is a round trip beyond belief.
	longest = 10 * time.Second
)

// ntp is a wall-clock time as RTCP has it (RFC 3550 section 4).
func ntp(t time.Time) uint64 {
	return uint64(t.Unix()+ntpEpoch)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// middle is the middle 32 bits, in 1/65536 s.
func middle(ntp uint64) uint32 { return uint32(ntp >> 16) }

// compact is a span in 1/65536 s.
func compact(d time.Duration) uint32 { return uint32(int64(d) << 16 / int64(time.Second)) }

// reports is the RTCP side of a leg.
type reports struct {
	latch latch
	mux   bool // RTCP shares the RTP port (RFC 5761)
	next  time.Duration
	// sent is how many RTP packets had been sent at the last report.
	sent uint64

	// What came: anything, the newest sender report, the newest block about us.
	seen       bool
	last       time.Duration
	sender     uint32 // its SSRC
	senderNTP  uint32 // its time, middle bits
	senderAt   time.Duration
	farLost    int64
	farJitter  uint32
	roundTrip  time.Duration
	senderSeen bool
}

// agree follows the format.
func (r *reports) agree(f Format, first bool, now time.Duration) {
	told := f.RemoteControl
	if !told.IsValid() && f.Remote.IsValid() && f.Remote.Port() > 0 && f.Remote.Port() < 1<<16-1 {
		told = netip.AddrPortFrom(f.Remote.Addr(), f.Remote.Port()+1)
	}
	r.mux = f.Remote.IsValid() && f.RemoteControl == f.Remote
	r.latch.tell(told)
	if first {
		r.next = now + interval()/2
	}
}

// interval is random, so that legs that began together do not report together.
func interval() time.Duration {
	return reportTime/2 + rand.N(reportTime)
}

// report sends the report that is due, if one is. The caller holds mu.
func (l *Leg) report(now time.Duration) {
	if l.closed || !l.agreed || now < l.reports.next {
		return
	}
	l.reports.next = now + interval()
	l.accountIn()
	l.accountOut()
	l.sendReport(now, false)
}

// goodbye sends the last report (RFC 3550 section 6.6). The caller holds mu.
func (l *Leg) goodbye(now time.Duration) {
	if l.agreed {
		l.sendReport(now, true)
	}
}

// sendReport sends a compound packet, protected if the leg is, to where reports go. What
// cannot be sent is lost, as any datagram may be. The caller holds mu.
func (l *Leg) sendReport(now time.Duration, last bool) {
	by, to := l.control, l.reports.latch.remote()
	if l.reports.mux {
		by, to = l.wire, l.latch.remote()
	}
	if !to.IsValid() {
		return
	}
	data := l.compose(now)
	if last {
		data = appendGoodbye(data, l.ssrc)
	}
	if l.secure() {
		var err error
		if data, err = l.seals.sealControl(data); err != nil {
			return
		}
	}
	_, _ = by.WriteToUDPAddrPort(data, to)
}

// compose makes, in the room for what is sent, a sender report if something was sent since
// the last one, else a receiver report, and the name.
func (l *Leg) compose(now time.Duration) []byte {
	var info *senderInfo
	if l.packets > l.reports.sent {
		info = &senderInfo{
			ntp:     ntp(l.plane.wall(now)),
			ts:      l.clock.out(l.stream.ts + uint32(samples(now-l.stream.at))),
			packets: uint32(l.packets),
			octets:  uint32(l.octets),
		}
	}
	var about *reportBlock
	if b, heard := l.about(now); heard {
		about = &b
	}
	l.reports.sent = l.packets
	return appendName(appendReport(l.out[:0], l.ssrc, info, about), l.ssrc, l.address.Addr())
}

// about reports on the source; false if it was not heard since the last report (RFC 3550
// section 6.4).
func (l *Leg) about(now time.Duration) (reportBlock, bool) {
	in := &l.reception
	if in.received == in.receivedThen {
		return reportBlock{}, false
	}
	b := reportBlock{
		ssrc:     in.ssrc,
		fraction: in.fraction(),
		lost:     int32(min(max(in.lost(), 0), 1<<23-1)), // 24 bits, signed
		high:     in.high - 1<<16,
		jitter:   uint32(in.jitter * float64(l.clock.tick)),
	}
	if l.reports.senderSeen && l.reports.sender == in.ssrc {
		b.sender, b.delay = l.reports.senderNTP, compact(now-l.reports.senderAt)
	}
	return b, true
}

// receiveControl takes a datagram from the RTCP socket.
func (l *Leg) receiveControl(data []byte, from netip.AddrPort) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.arriveControl(data, from, l.plane.now())
	}
}

// arriveControl takes a datagram of RTCP, from either socket of an open leg. The caller
// holds mu.
func (l *Leg) arriveControl(data []byte, from netip.AddrPort, now time.Duration) {
	packets, err := l.unsealControl(data)
	if err != nil || !l.agreed || !packets.valid(l.ssrc) || !l.acceptControl(from, now) {
		l.refused++
		return
	}
	l.reports.seen, l.reports.last = true, now
	for len(packets) > 0 {
		p, _ := packets.next()
		if p.kind == senderReport {
			l.reports.sender, l.reports.senderNTP = p.source(), middle(p.sent())
			l.reports.senderAt, l.reports.senderSeen = now, true
		}
		for i := range p.blocks() {
			l.heed(p.block(i), now)
		}
	}
}

// acceptControl latches like RTP, and only to a host that RTP is exchanged with
// or that SDP told. The caller holds mu.
func (l *Leg) acceptControl(from netip.AddrPort, now time.Duration) bool {
	if from != l.reports.latch.told && from.Addr() != l.latch.remote().Addr() {
		return false
	}
	return l.reports.latch.accept(from, now)
}

// heed reads what the far end reports about us.
func (l *Leg) heed(b reportBlock, now time.Duration) {
	if b.ssrc != l.ssrc {
		return
	}
	l.reports.farLost = int64(b.lost)
	l.reports.farJitter = b.jitter / l.clock.tick
	if b.sender == 0 {
		return
	}
	trip := middle(ntp(l.plane.wall(now))) - b.sender - b.delay
	if d := time.Duration(trip) * time.Second >> 16; d < longest {
		l.reports.roundTrip = max(d, 1)
	}
}
