//go:build linux

package forward

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"
)

// someRun is a run of any figures, by IPv4 or IPv6.
func someRun(six bool) Run {
	address := func() netip.Addr {
		var b [16]byte
		for i := range b {
			b[i] = byte(rand.Uint32())
		}
		if six {
			return netip.AddrFrom16(b)
		}
		return netip.AddrFrom4([4]byte(b[:4]))
	}
	port := func() uint16 { return uint16(rand.Uint32()) }
	size := uint16(1 + rand.IntN(600))
	return Run{
		Local: netip.AddrPortFrom(address(), first+2*uint16(rand.IntN(10))), Remote: netip.AddrPortFrom(address(), port()),
		Source: rand.Uint32(), Type: uint8(rand.IntN(128)), Size: size, Span: uint32(size),
		From: netip.AddrPortFrom(address(), port()), To: netip.AddrPortFrom(address(), port()),
		OutSource: rand.Uint32(), OutType: uint8(rand.IntN(128)), Way: Way{device: loopback},
		SequenceShift: port(), StampShift: rand.Uint32(), Sequence: port(), Stamp: rand.Uint32(),
		Last: Now(), Jitter: 3 * time.Millisecond,
	}
}

// start gives a run to the kernel, at the flow of its port.
func (p *Path) start(t testing.TB, r Run) *Flow {
	t.Helper()
	f := p.Flow(r.Local.Port())
	if !f.Offer() || !f.Start(r) {
		t.Fatal("the flow could not be started")
	}
	return f
}

// run lets the program have a packet that is on no wire, and gives what became of it.
func (p *Path) run(t testing.TB, packet []byte) []byte {
	t.Helper()
	_, out, err := p.objects.Forward.Test(packet)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryByteIsAsAStackWouldWriteIt(t *testing.T) {
	rights(t)
	p := newPath(t, "127.0.0.1")
	for n := range 400 {
		r := someRun(n%2 == 1)
		f := p.start(t, r)
		if got, want := p.run(t, r.specimen()), r.forwarded(); !bytes.Equal(got, want) {
			t.Fatalf("%+v:\n%x came out as\n%x, not as\n%x", r, r.specimen(), got, want)
		}
		if got := f.Recall(); got.Packets != 1 || got.Last < r.Last {
			t.Fatalf("counted %+v", got)
		}
	}
}

func TestNoChecksumStaysNone(t *testing.T) {
	rights(t)
	p := newPath(t, "127.0.0.1")
	r := someRun(false)
	p.start(t, r)
	in, want := r.specimen(), r.forwarded()
	clear(in[etherSize+20+6:][:2])
	clear(want[etherSize+20+6:][:2])
	if got := p.run(t, in); !bytes.Equal(got, want) {
		t.Errorf("%x came out as\n%x, not as\n%x", in, got, want)
	}
}

func TestTheMarkerIsKept(t *testing.T) {
	rights(t)
	p := newPath(t, "127.0.0.1")
	r := someRun(false)
	p.start(t, r)
	in := r.specimen()
	at := etherSize + 20 + udpSize + 1
	in[at] |= 0x80
	if got := p.run(t, in); got[at] != 0x80|r.OutType {
		t.Errorf("marker and type became %x", got[at])
	}
}

// What is not exactly the next packet of a flow goes up as it is, and does not count.
func TestAllElseGoesUp(t *testing.T) {
	rights(t)
	p := newPath(t, "127.0.0.1")
	const ip, udp = etherSize, etherSize + 20
	const rtp = udp + udpSize
	type change func(r *Run, b []byte) []byte
	set := func(at int, bits byte) change {
		return func(_ *Run, b []byte) []byte { b[at] ^= bits; return b }
	}
	for name, change := range map[string]change{
		"for another host":        set(0, 2),
		"no IP":                   set(12, 1),
		"IP of another version":   set(ip, 0x10),
		"IP options":              set(ip, 3),
		"another length":          set(ip+3, 1),
		"a first fragment":        set(ip+6, 0x20),
		"a later fragment":        set(ip+7, 8),
		"at the end of its life":  func(_ *Run, b []byte) []byte { b[ip+8] = 1; return b },
		"no UDP":                  set(ip+9, 1),
		"from a stranger":         set(ip+15, 1),
		"to another address":      set(ip+19, 1),
		"from another port":       set(udp+1, 1),
		"to the port of RTCP":     set(udp+3, 1),
		"to another flow":         set(udp+3, 2),
		"to a port far off":       set(udp+2, 0x80),
		"UDP of another length":   set(udp+5, 1),
		"RTP of another version":  set(rtp, 0x40),
		"STUN":                    set(rtp, 0x80),
		"padding":                 set(rtp, 0x20),
		"an extension":            set(rtp, 0x10),
		"CSRCs":                   set(rtp, 1),
		"a key press":             set(rtp+1, 101),
		"comfort noise":           set(rtp+1, 13),
		"the one before, again":   func(r *Run, b []byte) []byte { binary.BigEndian.PutUint16(b[rtp+2:], r.Sequence); return b },
		"one after a loss":        func(r *Run, b []byte) []byte { binary.BigEndian.PutUint16(b[rtp+2:], r.Sequence+2); return b },
		"late":                    func(r *Run, b []byte) []byte { binary.BigEndian.PutUint16(b[rtp+2:], r.Sequence-3); return b },
		"a time stamp that leaps": set(rtp+4, 1),
		"another source":          set(rtp+8, 1),
		"longer":                  func(_ *Run, b []byte) []byte { return append(b, 0) },
		"shorter":                 func(_ *Run, b []byte) []byte { return b[:len(b)-1] },
		"hardly anything":         func(_ *Run, b []byte) []byte { return b[:ip+30] },
	} {
		r := someRun(false)
		r.Type, r.Source = 0, r.Source|1
		r.Local = netip.AddrPortFrom(r.Local.Addr(), first)
		f := p.start(t, r)
		in := change(&r, r.specimen())
		if got := p.run(t, bytes.Clone(in)); !bytes.Equal(got, in) {
			t.Errorf("%s: it was changed", name)
		}
		if got := f.Recall(); got.Packets != 0 || got.Last != r.Last || got.Jitter != r.Jitter {
			t.Errorf("%s: counted %+v", name, got)
		}
	}
}

func TestAFlowThatIsNotStartedTakesNothing(t *testing.T) {
	rights(t)
	p := newPath(t, "127.0.0.1")
	r := someRun(false)
	f := p.start(t, r)
	f.Recall()
	up := func(when string) {
		t.Helper()
		if in := r.specimen(); !bytes.Equal(p.run(t, bytes.Clone(in)), in) {
			t.Errorf("%s, a packet is changed", when)
		}
	}
	up("called back")
	if !f.Offer() {
		t.Fatal("it can not be offered again")
	}
	up("offered")
	if f.Offer() {
		t.Error("it can be offered twice")
	}
	f.Recall()
	if f.Start(r) || !f.Home() {
		t.Error("what was called back between Offer and Start was started")
	}
	up("after that")
}

// The sequence and the time stamp wrap; the jitter is that of RFC 3550 appendix A.8.
func TestNumbersAndJitterGoOn(t *testing.T) {
	rights(t)
	p := newPath(t, "127.0.0.1")
	r := someRun(true)
	r.Size, r.Span = 160, 160
	r.Sequence, r.Stamp = 0xfffe, 0xffffff00
	f := p.start(t, r)
	before := Tally{Last: r.Last, Jitter: r.Jitter}
	for n := range uint64(5) {
		next := r
		next.Sequence += uint16(n)
		next.Stamp += uint32(n) * r.Span
		if got := p.run(t, next.specimen()); !bytes.Equal(got, next.forwarded()) {
			t.Fatalf("packet %d came out wrong", n)
		}
		now := f.Look()
		off := now.Last - before.Last - 20*time.Millisecond
		want := before.Jitter + (max(off, -off)-before.Jitter)/16
		if now.Packets != n+1 || max(now.Jitter-want, want-now.Jitter) > 2 {
			t.Fatalf("packet %d: %+v, jitter should be %v", n, now, want)
		}
		before = now
	}
}

func TestATapHasAllThatPassed(t *testing.T) {
	rights(t)
	p := newPath(t, "127.0.0.1")
	r := someRun(false)
	r.Size = Largest
	var err error
	if r.Tap, err = p.NewTap(); err != nil {
		t.Fatal(err)
	}
	f := p.start(t, r)
	var room [Largest]byte
	pass := func(n int) {
		for range n {
			p.run(t, r.specimen())
			r.Sequence++
			r.Stamp += r.Span
		}
	}
	expect := func(count int, missed uint64) {
		t.Helper()
		for n := range count {
			h, m, ok := r.Tap.Next(room[:])
			want := r.specimen()[etherSize+20+udpSize+rtpSize:]
			if back := count - 1 - n; !ok || h.Sequence != r.Sequence-uint16(back) || h.Stamp != r.Stamp-uint32(back)*r.Span || !bytes.Equal(h.Payload, want) {
				t.Fatalf("payload %d: %+v, %v", n, h, ok)
			}
			if m != missed {
				t.Fatalf("payload %d: missed %d", n, m)
			}
			missed = 0
		}
		if _, _, ok := r.Tap.Next(room[:]); ok {
			t.Fatal("there is more")
		}
	}
	expect(0, 0)
	pass(3)
	expect(3, 0)
	pass(15)
	expect(15, 0)
	// Who comes too late misses the oldest; of the ring of 16 one place may be about to be written.
	pass(30)
	expect(15, 15)
	f.Recall()
	p.Free(r.Tap)
	for range 2 {
		if _, err := p.NewTap(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.NewTap(); err != ErrFew {
		t.Errorf("a third of two taps: %v", err)
	}
}
