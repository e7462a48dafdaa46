package media

import (
	"net/netip"
	"sync/atomic"
)

// outboxSize is how many datagrams may wait for their worker: several times what a
// busy one sends in a turn. It is a power of 2.
const outboxSize = 2048

// outbox is what waits to be sent by a worker. Anyone may post to it, and a leg's
// datagrams leave in the order in which they were posted, for its mutex is held
// then; the worker alone empties it. It needs no lock: each place has a number that
// says whose turn it is.
type outbox struct {
	places [outboxSize]posted
	tail   atomic.Uint32 // the next to be filled
	head   uint32        // the next to be sent; the worker's own
	asleep atomic.Bool   // the worker waits, and the bell wakes it
}

// posted is a datagram in the outbox.
type posted struct {
	turn atomic.Uint32 // n: free for the n-th datagram; n+1: it is there
	fd   int
	to   netip.AddrPort // not valid: where the socket is connected to
	size int
	data [datagramSize + sealRoom]byte
}

func newOutbox() *outbox {
	o := new(outbox)
	for i := range o.places {
		o.places[i].turn.Store(uint32(i))
	}
	return o
}

// post copies a datagram; false is that there is no room, and it is lost.
func (o *outbox) post(fd int, data []byte, to netip.AddrPort) bool {
	for {
		n := o.tail.Load()
		p := &o.places[n%outboxSize]
		switch turn := p.turn.Load(); {
		case turn == n && o.tail.CompareAndSwap(n, n+1):
			p.fd, p.to, p.size = fd, to, copy(p.data[:], data)
			p.turn.Store(n + 1)
			return true
		case int32(turn-n) < 0:
			return false
		}
	}
}

// empty hands over all that was posted, in its order.
func (o *outbox) empty(send func(fd int, data []byte, to netip.AddrPort)) {
	for {
		p := &o.places[o.head%outboxSize]
		if p.turn.Load() != o.head+1 {
			return
		}
		send(p.fd, p.data[:p.size], p.to)
		p.turn.Store(o.head + outboxSize)
		o.head++
	}
}

// waiting is how many were posted.
func (o *outbox) waiting() int { return int(o.tail.Load() - o.head) }
