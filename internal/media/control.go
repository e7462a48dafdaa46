package media

import (
	"math/rand/v2"
	"net/netip"
	"strconv"
	"time"

	"github.com/pion/rtcp"
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

// report is a compound packet and where it goes.
type report struct {
	packets []rtcp.Packet
	wire    wire
	to      netip.AddrPort
}

// report sends the report that is due, if one is. The caller holds mu.
func (l *Leg) report(now time.Duration) {
	if l.closed || !l.agreed || now < l.reports.next {
		return
	}
	l.reports.next = now + interval()
	l.accountIn()
	l.accountOut()
	if r, ok := l.compose(now); ok {
		l.dispatch(r)
	}
}

// goodbye is the last report (RFC 3550 section 6.6). The caller holds mu.
func (l *Leg) goodbye(now time.Duration) {
	if !l.agreed {
		return
	}
	if r, ok := l.compose(now); ok {
		r.packets = append(r.packets, &rtcp.Goodbye{Sources: []uint32{l.ssrc}})
		l.dispatch(r)
	}
}

// dispatch sends a report, protected if the leg is. What cannot be sent is lost, as
// any datagram may be. The caller holds mu.
func (l *Leg) dispatch(r report) {
	data, err := rtcp.Marshal(r.packets)
	if err == nil && l.secure() {
		data, err = l.seals.sealControl(data)
	}
	if err == nil {
		_, _ = r.wire.WriteToUDPAddrPort(data, r.to)
	}
}

// compose makes a sender report if something was sent since the last one, else
// a receiver report, and the CNAME; ok is false if there is nowhere to send it.
func (l *Leg) compose(now time.Duration) (r report, ok bool) {
	r = report{wire: l.control, to: l.reports.latch.remote()}
	if l.reports.mux {
		r = report{wire: l.wire, to: l.latch.remote()}
	}
	if !r.to.IsValid() {
		return r, false
	}
	blocks := l.blocks(now)
	if l.packets > l.reports.sent {
		r.packets = append(r.packets, &rtcp.SenderReport{
			SSRC:        l.ssrc,
			NTPTime:     ntp(l.plane.wall(now)),
			RTPTime:     l.clock.out(l.stream.ts + uint32(samples(now-l.stream.at))),
			PacketCount: uint32(l.packets),
			OctetCount:  uint32(l.octets),
			Reports:     blocks,
		})
	} else {
		r.packets = append(r.packets, &rtcp.ReceiverReport{SSRC: l.ssrc, Reports: blocks})
	}
	l.reports.sent = l.packets
	r.packets = append(r.packets, rtcp.NewCNAMESourceDescription(l.ssrc, l.cname()))
	return r, true
}

// cname names the leg for its life (RFC 3550 section 6.5.1).
func (l *Leg) cname() string {
	return strconv.FormatUint(uint64(l.ssrc), 36) + "@" + l.address.Addr().String()
}

// blocks reports on the source if it was heard since the last report (RFC 3550
// section 6.4).
func (l *Leg) blocks(now time.Duration) []rtcp.ReceptionReport {
	in := &l.reception
	if in.received == in.receivedThen {
		return nil
	}
	b := rtcp.ReceptionReport{
		SSRC:         in.ssrc,
		FractionLost: in.fraction(),
		// 24 bits, signed (RFC 3550 section 6.4.1).
		TotalLost:          uint32(min(max(in.lost(), 0), 1<<23-1)),
		LastSequenceNumber: in.high - 1<<16,
		Jitter:             uint32(in.jitter * float64(l.clock.tick)),
	}
	if l.reports.senderSeen && l.reports.sender == in.ssrc {
		b.LastSenderReport = l.reports.senderNTP
		b.Delay = compact(now - l.reports.senderAt)
	}
	return []rtcp.ReceptionReport{b}
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
	if err != nil || !l.agreed || !compound(packets, l.ssrc) || !l.acceptControl(from, now) {
		l.refused++
		return
	}
	l.reports.seen, l.reports.last = true, now
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			l.reports.sender, l.reports.senderNTP = p.SSRC, middle(p.NTPTime)
			l.reports.senderAt, l.reports.senderSeen = now, true
			l.heed(p.Reports, now)
		case *rtcp.ReceiverReport:
			l.heed(p.Reports, now)
		}
	}
}

// compound tells whether packets begin with a report (RFC 3550 appendix A.2)
// that is not our own come back.
func compound(packets []rtcp.Packet, own uint32) bool {
	if len(packets) == 0 {
		return false
	}
	switch p := packets[0].(type) {
	case *rtcp.SenderReport:
		return p.SSRC != own
	case *rtcp.ReceiverReport:
		return p.SSRC != own
	}
	return false
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
func (l *Leg) heed(blocks []rtcp.ReceptionReport, now time.Duration) {
	for _, b := range blocks {
		if b.SSRC != l.ssrc {
			continue
		}
		l.reports.farLost = int64(int32(b.TotalLost<<8) >> 8)
		l.reports.farJitter = b.Jitter / l.clock.tick
		if b.LastSenderReport == 0 {
			continue
		}
		trip := middle(ntp(l.plane.wall(now))) - b.LastSenderReport - b.Delay
		if d := time.Duration(trip) * time.Second >> 16; d < longest {
			l.reports.roundTrip = max(d, 1)
		}
	}
}
