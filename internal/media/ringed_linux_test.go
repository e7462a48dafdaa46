package media

import (
	"encoding/binary"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"testing"

	"github.com/outdial/outdial/internal/uring"
)

func TestWorkersUseARingWhereThereIsOne(t *testing.T) {
	if r, err := uring.Open(); err != nil {
		t.Skip(err)
	} else {
		r.Close()
	}
	p := loopback(t)
	if by := p.CarriedBy(); by != "io_uring" {
		t.Error(by)
	}
	for _, w := range p.carrier.(*workers).list {
		if _, ok := w.reader.(*ringed); !ok {
			t.Errorf("%T", w.reader)
		}
	}
}

// What each of several posts leaves in his order, while the worker empties the outbox
// again and again; what finds no room is refused.
func TestAnOutboxKeepsTheOrderOfEachWhoPosts(t *testing.T) {
	o := new(outbox)
	const posters, each = 4, 2 * outboxSize
	var posting sync.WaitGroup
	for n := range posters {
		posting.Go(func() {
			for i := range uint32(each) {
				for posted := false; !posted; {
					_, posted = o.post(n, binary.BigEndian.AppendUint32(nil, i), netip.AddrPort{})
				}
			}
		})
	}
	var next [posters]uint32
	for total := 0; total < posters*each; {
		o.empty(func(fd int, data []byte, _ netip.AddrPort) {
			if i := binary.BigEndian.Uint32(data); i != next[fd] {
				t.Fatalf("%d of %d in place of %d", i, fd, next[fd])
			}
			next[fd]++
			total++
		})
	}
	posting.Wait()
	for range outboxSize {
		if _, ok := o.post(0, nil, netip.AddrPort{}); !ok {
			t.Fatal("no room")
		}
	}
	if _, ok := o.post(0, nil, netip.AddrPort{}); ok || o.waiting() != outboxSize {
		t.Error("more than there is room for")
	}
}

// A leg goes from worker to worker while its far end talks and is talked to.
func TestALegThatIsHandedOnLosesNothing(t *testing.T) {
	everywhere(t, testALegThatIsHandedOnLosesNothing)
}

func testALegThatIsHandedOnLosesNothing(t *testing.T, p *Plane) {
	ws, ok := p.carrier.(*workers)
	if !ok || len(ws.list) < 2 {
		t.Skip("one carries all")
	}
	l, partner := leg(t, p), leg(t, p)
	h, other := newHandset(t, l), newHandset(t, partner)
	Bridge(l, partner, nil)
	const packets = 300
	for n := range packets {
		h.say(1)
		if n%10 == 0 {
			from, to := l.wire.(*socket).worker.Load(), ws.list[n/10%len(ws.list)]
			from.do(func() {
				if from != to {
					from.hand(l, to)
				}
			})
		}
	}
	var last uint16
	for got, silent := 0, 0; got < packets; {
		packet := other.hear()
		if packet.Payload[0] != 1 {
			if silent++; silent == 100 {
				t.Fatalf("%d packets of %d; from %+v to %+v", got, packets, l.Close(), partner.Close())
			}
			continue
		}
		if got > 0 && packet.SequenceNumber != last+1 {
			t.Fatalf("%d after %d", packet.SequenceNumber, last)
		}
		last = packet.SequenceNumber
		got++
	}
	if s := l.Close(); s.PacketsReceived != packets || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

// What is sent on a leg leaves in its order, by its worker or by others; and while the
// worker sleeps, others need not wait for it.
func TestOthersSendWhileTheWorkerSleeps(t *testing.T) {
	far, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	to := far.LocalAddr().(*net.UDPAddr).AddrPort()
	l := leg(t, loopback(t))
	s := l.wire.(*socket)
	r, ok := s.reader().(*ringed)
	if !ok {
		t.Skip("no ring")
	}
	var number uint32
	send := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if _, err := s.WriteToUDPAddrPort(binary.BigEndian.AppendUint32(nil, number), to); err != nil {
			t.Error(err)
		}
		number++
	}
	var heard uint32
	hear := func(packets int) {
		t.Helper()
		var b [64]byte
		for range packets {
			if n, err := far.Read(b[:]); err != nil || n != 4 || binary.BigEndian.Uint32(b[:]) != heard {
				t.Fatalf("% x in place of %d: %v", b[:n], heard, err)
			}
			heard++
		}
	}
	for range 50 {
		for range 20 {
			r.do(send)
			send()
		}
		hear(40)
	}
	for asleep := false; !asleep; {
		runtime.Gosched()
		l.mu.Lock()
		asleep = r.outbox.passed(s.posted)
		l.mu.Unlock()
	}
	l.mu.Lock()
	posted := s.posted
	l.mu.Unlock()
	direct := 0
	for range 200 {
		send()
		l.mu.Lock()
		if s.posted == posted {
			direct++
		}
		posted = s.posted
		l.mu.Unlock()
		hear(1)
	}
	if direct < 100 { // the worker wakes for its rota now and then
		t.Errorf("%d of 200 left at once", direct)
	}
}
