package media

import (
	"net/netip"
	"time"
)

// Stats is what a leg counted.
type Stats struct {
	// PacketsSent and OctetsSent count RTP; octets are payload only (RFC 3550
	// section 6.4.1).
	PacketsSent, OctetsSent uint64
	// PacketsReceived and OctetsReceived count valid RTP of the far end.
	PacketsReceived, OctetsReceived uint64
	// Refused counts datagrams that were malformed, not agreed, or a stranger's; but on
	// Linux the system drops strangers unseen, once the far end has been heard for a
	// second from where SDP said.
	Refused uint64
	// Forged are those of them that failed authentication (RFC 3711 section 3.3).
	Forged uint64
	// Suite is what protects the leg's media now; 0 is nothing.
	Suite Suite
	// Lost is how many packets were expected and did not come (RFC 3550
	// appendix A.3); repeated packets can make it negative.
	Lost int64
	// FarLost is the same as the far end reports it.
	FarLost int64
	// Jitter is the interarrival jitter (RFC 3550 appendix A.8), FarJitter the
	// same as the far end reports it.
	Jitter, FarJitter time.Duration
	// RoundTrip is the last that RTCP measured (RFC 3550 section 6.4.1), or 0.
	RoundTrip time.Duration
	// LastPacket and LastControl are when valid RTP and RTCP came last; zero is
	// never.
	LastPacket, LastControl time.Time
	// Remote is where RTP is sent to: where it comes from, else what SDP told.
	Remote netip.AddrPort
}

// Stats is a snapshot; once the leg is closed, the final figures.
func (l *Leg) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stats()
}

// stats needs mu to be held.
func (l *Leg) stats() Stats {
	l.accountIn()
	l.accountOut()
	s := Stats{
		PacketsSent: l.packets, OctetsSent: l.octets,
		PacketsReceived: l.reception.packets, OctetsReceived: l.reception.octets,
		Refused: l.refused, Forged: l.forged,
		Lost: l.reception.lost(), FarLost: l.reports.farLost,
		Jitter: lasting(l.reception.jitter), FarJitter: lasting(float64(l.reports.farJitter)),
		RoundTrip: l.reports.roundTrip,
		Remote:    l.latch.remote(),
	}
	if l.secure() {
		s.Suite = l.seals.near.suite
	}
	if s.PacketsReceived > 0 {
		s.LastPacket = l.plane.wall(l.reception.last)
	}
	if l.reports.seen {
		s.LastControl = l.plane.wall(l.reports.last)
	}
	return s
}

// lasting is a number of samples as time.
func lasting(n float64) time.Duration { return time.Duration(n * float64(time.Second) / rate) }
