package media

import (
	"encoding/binary"
	"net/netip"
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
	o := newOutbox()
	const posters, each = 4, 2 * outboxSize
	var posting sync.WaitGroup
	for n := range posters {
		posting.Go(func() {
			for i := range uint32(each) {
				for !o.post(n, binary.BigEndian.AppendUint32(nil, i), netip.AddrPort{}) {
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
		if !o.post(0, nil, netip.AddrPort{}) {
			t.Fatal("no room")
		}
	}
	if o.post(0, nil, netip.AddrPort{}) || o.waiting() != outboxSize {
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
