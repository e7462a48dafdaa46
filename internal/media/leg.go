package media

import (
	"net/netip"
	"time"
)

// Codec is a G.711 law.
type Codec uint8

const (
	// PCMU is µ-law, static payload type 0.
	PCMU Codec = iota
	// PCMA is A-law, static payload type 8.
	PCMA
)

// Format is what SDP agreed; it may change in mid-call (re-INVITE).
type Format struct {
	// Codec is the law on the wire.
	Codec Codec
	// Payload is the RTP payload type of Codec in this session.
	Payload uint8
	// Events is the payload type of telephone-event (RFC 4733); 0 is none.
	Events uint8
	// Remote is where SDP says to send RTP.
	Remote netip.AddrPort
	// RemoteControl is where RTCP goes; the zero value is Remote's port + 1,
	// and Remote itself is rtcp-mux (RFC 5761).
	RemoteControl netip.AddrPort
	// Send and Receive are the direction, from our side.
	Send, Receive bool
}

// Stats is what a leg counted.
type Stats struct {
	// PacketsSent and OctetsSent count RTP; octets are payload only (RFC 3550 section 6.4.1).
	PacketsSent, OctetsSent uint64
	// PacketsReceived and OctetsReceived count valid RTP from the far end.
	PacketsReceived, OctetsReceived uint64
	// Refused counts datagrams that were not valid, not agreed or not from the far end.
	Refused uint64
	// Lost is the number of packets expected but not received (RFC 3550 appendix A.3).
	Lost int64
	// Jitter is the interarrival jitter (RFC 3550 appendix A.8).
	Jitter time.Duration
	// RoundTrip is the last one measured by RTCP, or 0.
	RoundTrip time.Duration
	// LastPacket and LastControl are when valid RTP and RTCP last came; zero is never.
	LastPacket, LastControl time.Time
}

// Leg is one RTP session with one far end.
type Leg struct{}

// Address is the local RTP address, for our SDP.
func (l *Leg) Address() netip.AddrPort { return netip.AddrPort{} }

// Agree starts the leg's media, or changes it; a changed Remote re-opens latching.
func (l *Leg) Agree(Format) {}

// Play sends a sound once, or for ever if it loops, and silence after it.
func (l *Leg) Play(s *Sound, done func()) {}

// Mute keeps what this leg says from its partner, who gets silence.
func (l *Leg) Mute(on bool) {}

// Digits sets who hears of the far end's key presses; set it before Agree.
func (l *Leg) Digits(func(digit byte)) {}

// Stats is a snapshot.
func (l *Leg) Stats() Stats { return Stats{} }

// Close ends the leg and gives its final figures; it is idempotent.
func (l *Leg) Close() Stats { return Stats{} }

// Bridge connects two legs and ends former bridges of both.
func Bridge(a, b *Leg, heard func(to *Leg, at time.Time)) {}

// Unbridge ends the bridge of a leg; it is idempotent.
func Unbridge(a *Leg) {}
