//go:build linux

package forward

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"
)

// call is two phones and the sockets that they talk to, with one direction: what a
// says is forwarded to b.
type call struct {
	a, b       *net.UDPConn // the phones
	legA, legB *net.UDPConn
	run        Run
	seq        uint16
	stamp      uint32
	sent       int
}

// newCall makes one between two addresses, by our own that they reach.
func newCall(t testing.TB, p *Path, a, nearA, nearB, b netip.Addr, at func(phone netip.Addr, f func())) *call {
	t.Helper()
	c := &call{seq: 65500, stamp: 1<<32 - 1600}
	at(a, func() { c.a = socket(t, a, 4000) })
	at(b, func() { c.b = socket(t, b, 4002) })
	c.legA, c.legB = socket(t, nearA, first), socket(t, nearB, first+2)
	way, err := p.Way(b)
	if err != nil {
		t.Fatal(err)
	}
	c.run = Run{
		Local: address(c.legA), Remote: address(c.a), Source: 1, Type: 0, Size: 160, Span: 160,
		From: address(c.legB), To: address(c.b), OutSource: 2, OutType: 8, Way: way,
		SequenceShift: 100, StampShift: 1000, Sequence: c.seq, Stamp: c.stamp, Last: Now(),
	}
	return c
}

func address(c *net.UDPConn) netip.AddrPort {
	a := c.LocalAddr().(*net.UDPAddr).AddrPort()
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// speak sends the next packet of a.
func (c *call) speak(t testing.TB) {
	t.Helper()
	c.seq++
	c.stamp += c.run.Span
	c.sent++
	c.say(t, rtp(false, c.run.Type, c.seq, c.stamp, c.run.Source, c.sent))
}

func (c *call) say(t testing.TB, packet []byte) {
	t.Helper()
	if _, err := c.a.WriteToUDPAddrPort(packet, c.run.Local); err != nil {
		t.Fatal(err)
	}
}

// due is what b must get of the newest packet.
func (c *call) due() []byte {
	return rtp(false, c.run.OutType, c.seq+c.run.SequenceShift, c.stamp+c.run.StampShift, c.run.OutSource, c.sent)
}

// rtp makes a packet whose payload says which one it is.
func rtp(marker bool, kind uint8, seq uint16, stamp, source uint32, n int) []byte {
	b := make([]byte, rtpSize+160)
	b[0], b[1] = 0x80, kind
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], seq)
	binary.BigEndian.PutUint32(b[4:], stamp)
	binary.BigEndian.PutUint32(b[8:], source)
	for i := range b[rtpSize:] {
		b[rtpSize+i] = byte(n * (i + 1))
	}
	return b
}

// here is for phones on this machine.
func here(_ netip.Addr, f func()) { f() }

// stage is two places, and a path at all addresses.
func stage(t testing.TB, address string) (p *Path, a, b *place, at func(netip.Addr, func())) {
	t.Helper()
	a, b = newPlace(t, 1), newPlace(t, 2)
	return newPath(t, address), a, b, func(phone netip.Addr, f func()) {
		if phone == a.four || phone == a.six {
			a.do(f)
		} else {
			b.do(f)
		}
	}
}

// passes sends packets, and looks that each comes to b as it should, and none to a leg.
func (c *call) passes(t *testing.T, p *Path, n uint64) {
	t.Helper()
	f := p.start(t, c.run)
	for range n {
		c.speak(t)
		if got := next(t, c.b); !bytes.Equal(got, c.due()) {
			t.Fatalf("b got\n%x, not\n%x", got, c.due())
		}
	}
	if got := f.Recall(); got.Packets != n {
		t.Errorf("%d packets were counted, not %d", got.Packets, n)
	}
	if got := waiting(c.legA); got != nil {
		t.Errorf("a leg got %x", got)
	}
	c.speak(t)
	if got := next(t, c.legA); binary.BigEndian.Uint16(got[2:]) != c.seq {
		t.Errorf("called back, the flow gave %x to its leg", got)
	}
}

func TestACallPassesThroughTheKernel(t *testing.T) {
	rights(t)
	p, a, b, at := stage(t, "0.0.0.0")
	for name, c := range map[string]*call{
		"IPv4": newCall(t, p, a.four, a.near, b.near, b.four, at),
		// The call of before has its ports, at other addresses.
		"IPv6": newCall(t, p, a.six, a.near6, b.near6, b.six, at),
	} {
		t.Run(name, func(t *testing.T) { c.passes(t, p, 100) })
	}
}

func TestACallPassesOnLoopback(t *testing.T) {
	rights(t)
	ip(t, nil, "link set lo up")
	four, six := netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()
	for name, host := range map[string]netip.Addr{"IPv4": four, "IPv6": six} {
		t.Run(name, func(t *testing.T) {
			p := newPath(t, host.String())
			newCall(t, p, host, host, host, host, here).passes(t, p, 100)
		})
	}
}

// The far end's kernel looks at the checksums of what no device has made: from one
// that is wrong nothing would come out of the socket.
func TestChecksumsAreRightOnTheWire(t *testing.T) {
	rights(t)
	p, a, b, at := stage(t, "0.0.0.0")
	for name, c := range map[string]*call{
		"IPv4": newCall(t, p, a.four, a.near, b.near, b.four, at),
		"IPv6": newCall(t, p, a.six, a.near6, b.near6, b.six, at),
	} {
		t.Run(name, func(t *testing.T) {
			f := p.start(t, c.run)
			r := c.run
			var want [][]byte
			var packets [][]byte
			for range 50 {
				packets = append(packets, r.specimen())
				out := r.forwarded()
				want = append(want, out[len(out)-rtpSize-int(r.Size):])
				r.Sequence++
				r.Stamp += r.Span
			}
			at(c.run.Remote.Addr(), func() { raw(t, c.run.Local.Addr(), packets...) })
			for n, want := range want {
				if got := next(t, c.b); !bytes.Equal(got, want) {
					t.Fatalf("packet %d: %x, not %x", n, got, want)
				}
			}
			if got := f.Recall(); got.Packets != 50 {
				t.Errorf("counted %+v", got)
			}
		})
	}
}

// A packet that is no part of the flow comes to the leg, and so do all behind it,
// so that the kernel overtakes none.
func TestBehindAPacketThatWentUpAllGoUp(t *testing.T) {
	rights(t)
	p, a, b, at := stage(t, "0.0.0.0")
	c := newCall(t, p, a.four, a.near, b.near, b.four, at)
	f := p.start(t, c.run)
	c.speak(t)
	next(t, c.b)
	event := rtp(true, 101, c.seq+1, c.stamp, 1, 0)[:rtpSize+4]
	c.seq++
	c.say(t, event)
	c.speak(t)
	if got := next(t, c.legA); !bytes.Equal(got, event) {
		t.Errorf("the leg got %x, not the event %x", got, event)
	}
	if got := next(t, c.legA); binary.BigEndian.Uint16(got[2:]) != c.seq {
		t.Errorf("then it got %x", got)
	}
	if got := f.Recall(); got.Packets != 1 {
		t.Errorf("counted %+v", got)
	}
	if got := waiting(c.b); got != nil {
		t.Errorf("b got %x", got)
	}
}

func TestANeighbourThatIsNotKnownIsAskedFor(t *testing.T) {
	rights(t)
	p, a, b, at := stage(t, "0.0.0.0")
	c := newCall(t, p, a.four, a.near, b.near, b.four, at)
	p.start(t, c.run)
	ip(t, nil, "neigh flush all")
	c.speak(t)
	if got := next(t, c.b); !bytes.Equal(got, c.due()) {
		t.Errorf("b got %x, not %x", got, c.due())
	}
}

func TestWhenRoutesChangeAllComeBack(t *testing.T) {
	rights(t)
	p, a, b, at := stage(t, "0.0.0.0")
	c := newCall(t, p, a.four, a.near, b.near, b.four, at)
	f := p.start(t, c.run)
	ip(t, nil, "route add 192.0.2.0/24 via "+b.four.String())
	if !eventually(func() bool { return f.Home() }) {
		t.Fatal("the flow still runs")
	}
	f.Offer()
	if f.Start(c.run) {
		t.Error("it was started on a way of before")
	}
	beyond := netip.MustParseAddr("192.0.2.1")
	way, err := p.Way(beyond)
	if err != nil || way.hop != b.four || way.From != b.near || way.Stays() {
		t.Errorf("the way to %v is %+v, %v", beyond, way, err)
	}
	if way, err := p.Way(b.near); err != nil || !way.Stays() {
		t.Errorf("the way to ourselves is %+v, %v", way, err)
	}
}

// eventually asks until it is so, for some seconds.
func eventually(so func() bool) bool {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		if so() {
			return true
		}
	}
	return false
}

func TestDevicesThatComeLaterAreJoined(t *testing.T) {
	rights(t)
	p := newPath(t, "10.77.3.1")
	if slices.Contains(p.Devices(), "near3") {
		t.Fatal("it is there already")
	}
	newPlace(t, 4) // carries another address
	newPlace(t, 3)
	if !eventually(func() bool { return slices.Contains(p.Devices(), "near3") }) {
		t.Errorf("it has joined %v", p.Devices())
	}
	if slices.Contains(p.Devices(), "near4") {
		t.Errorf("it has joined %v", p.Devices())
	}
}

// relay is userspace as package media is: it forwards what comes to the leg, and
// gives the flow to the kernel whenever the socket is empty.
type relay struct {
	*call
	f           *Flow
	high        uint16
	given       bool // the flow was started, and what passed is not accounted for
	kernel, own uint64
}

// account is for what the kernel has done. What comes to the socket calls it.
func (r *relay) account() {
	if !r.given {
		return
	}
	t := r.f.Recall()
	r.high += uint16(t.Packets)
	r.kernel += t.Packets
	r.given = false
}

// give starts the flow after the newest packet.
func (r *relay) give() {
	if r.given && !r.f.Home() {
		return
	}
	r.account()
	run := r.run
	run.Sequence = r.high
	run.Stamp += uint32(r.high-r.run.Sequence) * run.Span
	r.given = r.f.Offer() && r.f.Start(run)
}

func (r *relay) forward(t *testing.T, b []byte) {
	r.account()
	seq := binary.BigEndian.Uint16(b[2:])
	if seq != r.high+1 {
		t.Errorf("%d came to the leg after %d", seq, r.high)
	}
	r.high = seq
	r.own++
	b[1] = r.run.OutType
	binary.BigEndian.PutUint16(b[2:], seq+r.run.SequenceShift)
	binary.BigEndian.PutUint32(b[4:], binary.BigEndian.Uint32(b[4:])+r.run.StampShift)
	binary.BigEndian.PutUint32(b[8:], r.run.OutSource)
	if _, err := r.legB.WriteToUDPAddrPort(b, r.run.To); err != nil {
		t.Error(err)
	}
}

// work forwards until the leg's socket is closed.
func (r *relay) work(t *testing.T) {
	room := make([]byte, 1500)
	for {
		for b := waiting(r.legA); b != nil; b = waiting(r.legA) {
			r.forward(t, b)
		}
		r.give()
		_ = r.legA.SetReadDeadline(time.Now().Add(time.Millisecond))
		n, err := r.legA.Read(room)
		switch {
		case err == nil:
			r.forward(t, room[:n])
		case errors.Is(err, net.ErrClosed):
			return
		}
	}
}

// A flow changes hands hundreds of times under load, and nothing is lost, doubled
// or out of order.
func TestHandOversUnderLoadAreExact(t *testing.T) {
	rights(t)
	const count, window, every = 20000, 8, 20
	p, a, b, at := stage(t, "0.0.0.0")
	c := newCall(t, p, a.four, a.near, b.near, b.four, at)
	r := &relay{call: c, f: p.Flow(first), high: c.seq}
	begun := c.seq + 1 + c.run.SequenceShift
	tokens := make(chan struct{}, window)
	var all sync.WaitGroup
	all.Go(func() {
		for range count {
			tokens <- struct{}{}
			c.speak(t)
		}
	})
	all.Go(func() { r.work(t) })
	for n := range count {
		got := next(t, c.b)
		if seq := binary.BigEndian.Uint16(got[2:]); seq != begun+uint16(n) {
			t.Errorf("packet %d has number %d, not %d", n, seq, begun+uint16(n))
		}
		if n%every == 0 {
			r.f.Recall() // an order that comes from elsewhere
		}
		<-tokens
	}
	c.legA.Close()
	all.Wait()
	r.account()
	t.Logf("of %d packets, %d passed in the kernel and %d here", count, r.kernel, r.own)
	if r.kernel+r.own != count || r.kernel < count/10 || r.own < count/100 {
		t.Errorf("of %d packets, %d passed in the kernel and %d here", count, r.kernel, r.own)
	}
}
