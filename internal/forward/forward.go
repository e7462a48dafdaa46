// Package forward carries settled RTP in the kernel: a program at the ingress of
// the network devices (eBPF, tcx) gives each packet of a call its new addresses and
// numbers and sends it out, and no process wakes for it. It knows packets, not
// legs; package media decides what is settled.
//
// A [Path] holds a [Flow] for each even port of a range: one direction of a call,
// which is what arrives at that port. Its owner calls [Flow.Offer], then
// [Flow.Start] with what arrives and what is to leave, and from then on the kernel
// has it, until [Flow.Recall]. Userspace stays the only place that decides. The
// kernel takes a packet only if all of it is as foreseen: addresses and ports, one
// whole UDP datagram of the size that all have, plain RTP without padding,
// extension and CSRCs, the source, the payload type, the very next sequence number,
// and a time stamp one packet on. All else goes up to the leg's socket, which stays
// open: a stranger, RTCP, a key press, comfort noise, another source, a packet
// that is late, doubled, or comes after one that was lost. So the kernel never
// overtakes what is in the socket: behind a packet that went up all others go up,
// until the flow was called back and started anew.
//
// # The memory
//
// Flows are an array in memory that the kernel's program and this process both see;
// adding, taking away and reading need no system call. Each begins with a word that
// says whose it is:
//
//	home ── Offer ──► offered ── Start ──► open ◄──► inside
//	  ▲                  │                  │
//	  └──── Recall ──────┴──────────────────┘
//
// It changes by compare and swap alone. A program makes an open flow inside for as
// long as it works on a packet, and does not wait for one that is not open: then
// the packet goes up. Recall waits for a program that is inside, less than a
// microsecond, so that what it reads is final: no packet is counted twice or not at
// all. A packet that was counted just before may still be on its way out to the
// device, for about as long as a send takes; userspace does not overtake it unless
// that CPU is taken away in between.
//
// Nothing is lost and nothing is late among the packets that pass here, so of all
// that RFC 3550 wants counted only their number, the last arrival and the jitter are
// counted by the program; the rest follows.
//
// A flow may have a [Tap], a ring of its last 16 payloads in memory of the same
// kind, for recordings and analysis. Who reads too late is told how many it missed.
//
// # Where it works
//
// Linux from 6.6 on, with CAP_BPF and CAP_NET_ADMIN; [Open] tries all of it with a
// packet and says what is missing. Devices are those of Ethernet that carry the
// address, all where it is unspecified, and loopback, whose packets are only
// rewritten on their way up. A device that comes later is joined, and when a route
// or an address changes all flows are called back: [Path.Way] must be asked again.
// VLAN tags that the device leaves in place, IP options, IPv6 extension headers and
// offloaded segments go up. Packets that pass are seen by tcx programs behind this
// one on loopback only, and by no netfilter hook.
//
// forward.c is compiled by `make bpf`, for both byte orders, with clang 14; the
// objects are kept with the sources.
package forward

import (
	"errors"
	"net/netip"
	"time"
)

var (
	// ErrHere means that this system has no such path.
	ErrHere = errors.New("forward: packets are forwarded in the kernel on Linux only")
	// ErrFew means that every tap is in use.
	ErrFew = errors.New("forward: no tap is free")
)

// Largest is the largest payload that a tap hands on.
const Largest = 240

// Config says what is forwarded.
type Config struct {
	// Address is where packets arrive; unspecified is all of the machine's.
	Address netip.Addr
	// First and Last bound the ports, inclusive; only even ones have a flow.
	First, Last uint16
	// Taps is how many flows may be listened to at once, at 4 KB each.
	Taps int
}

// Run is what a flow is started with.
type Run struct {
	// What arrives: addresses, source, type and size of its payloads, and how far
	// their time stamps are apart.
	Local, Remote netip.AddrPort
	Source        uint32
	Type          uint8
	Size          uint16
	Span          uint32
	// What leaves.
	From, To  netip.AddrPort
	OutSource uint32
	OutType   uint8
	Way       Way
	// Shifts are outgoing minus incoming.
	SequenceShift uint16
	StampShift    uint32
	// The newest packet that came, by its number, time stamp and arrival.
	Sequence uint16
	Stamp    uint32
	Last     time.Duration
	// Jitter before this run (RFC 3550 appendix A.8).
	Jitter time.Duration
	// Tap, which may be nil, has the payloads.
	Tap *Tap
}

// Tally is what passed since the start of a run.
type Tally struct {
	Packets uint64
	Last    time.Duration // of the newest packet, or as the run began
	Jitter  time.Duration
}

// Way is where packets to an address leave the machine. It holds until routes
// change.
type Way struct {
	From   netip.Addr // the address that they have by default
	device uint32
	hop    netip.Addr
	era    uint32
}

// Stays tells that the way does not leave the machine.
func (w Way) Stays() bool { return w.device == loopback }

// loopback is that device's number in every network namespace.
const loopback = 1

// Heard is a payload that passed.
type Heard struct {
	At       time.Duration
	Sequence uint16
	Stamp    uint32
	Payload  []byte
}
