package forward

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// Whose a flow is: the kernel's, a program's at work, ours, and ours on the way to
// the kernel.
const (
	open    = 0
	inside  = 1
	home    = 2
	offered = 3
)

// Flow is one direction of a call, by the port at which it arrives. The one who
// starts it is its owner; anybody may recall it.
type Flow struct {
	path *Path
	m    *programFlow
}

func (f *Flow) word() *atomic.Uint32 { return (*atomic.Uint32)(unsafe.Pointer(&f.m.Owner)) }

// Offer prepares a start; false if the flow is in use. Between the two anybody can
// recall it, and nothing has passed.
func (f *Flow) Offer() bool {
	if !f.word().CompareAndSwap(home, offered) {
		return false
	}
	f.packets().Store(0)
	return true
}

// Start gives an offered flow to the kernel; false if it was recalled, or if a
// route changed since the way was found.
func (f *Flow) Start(r Run) bool {
	m := f.m
	m.Local, m.Remote = words(r.Local.Addr()), words(r.Remote.Addr())
	m.LocalPort, m.RemotePort = ordered(r.Local.Port()), ordered(r.Remote.Port())
	m.Ssrc, m.Span, m.Size, m.Type = swapped(r.Source), r.Span, r.Size, r.Type
	m.Version = 6
	if r.Local.Addr().Is4() {
		m.Version = 4
	}
	m.From, m.To, m.Hop = words(r.From.Addr()), words(r.To.Addr()), words(r.Way.hop)
	m.FromPort, m.ToPort = ordered(r.From.Port()), ordered(r.To.Port())
	m.OutSsrc, m.OutType, m.Device = swapped(r.OutSource), r.OutType, r.Way.device
	m.TsShift, m.SeqShift = r.StampShift, r.SequenceShift
	m.Seq, m.Ts = r.Sequence, r.Stamp
	m.Last, m.Jitter = uint64(r.Last), uint64(16*r.Jitter)
	m.Tap = 0
	if r.Tap != nil {
		m.Tap = r.Tap.number + 1
	}
	if !f.word().CompareAndSwap(offered, open) {
		return false
	}
	if f.path.era.Load() != r.Way.era {
		f.Recall()
		return false
	}
	return true
}

// Recall takes the flow back, wherever it is, and gives what passed since its last
// start. It is idempotent; what it gives is final until the next start.
func (f *Flow) Recall() Tally {
	word := f.word()
	for {
		switch now := word.Load(); now {
		case home:
			return f.tally()
		case open, offered:
			if word.CompareAndSwap(now, home) {
				return f.tally()
			}
		default:
			runtime.Gosched() // a program is inside
		}
	}
}

// Home tells whether the flow is neither offered nor the kernel's. What has passed is
// final then, until the next offer.
func (f *Flow) Home() bool { return f.word().Load() == home }

// Look gives what has passed so far.
func (f *Flow) Look() Tally {
	for {
		before, now := f.packets().Load(), f.word().Load()
		if now == inside {
			runtime.Gosched()
			continue
		}
		t := f.tally()
		// Each program that was inside meanwhile has counted a packet.
		if f.word().Load() != inside && f.packets().Load() == before {
			t.Packets = before
			return t
		}
	}
}

func (f *Flow) packets() *atomic.Uint64 { return (*atomic.Uint64)(unsafe.Pointer(&f.m.Packets)) }

func (f *Flow) tally() Tally {
	last, jitter := (*atomic.Uint64)(unsafe.Pointer(&f.m.Last)), (*atomic.Uint64)(unsafe.Pointer(&f.m.Jitter))
	return Tally{Packets: f.packets().Load(), Last: time.Duration(last.Load()), Jitter: time.Duration(jitter.Load() / 16)}
}

// words is an address as the program reads it from a packet.
func words(a netip.Addr) (w [4]uint32) {
	for i, b := 0, a.AsSlice(); i < len(b)/4; i++ {
		w[i] = binary.NativeEndian.Uint32(b[4*i:])
	}
	return w
}

// ordered and swapped are numbers as they lie in a packet.
func ordered(n uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], n)
	return binary.NativeEndian.Uint16(b[:])
}

func swapped(n uint32) uint32 {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return binary.NativeEndian.Uint32(b[:])
}
