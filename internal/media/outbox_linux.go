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
	tail   atomic.Uint64 // the next to be filled
	head   uint64        // the next to be sent; the worker's own
	left   atomic.Uint64 // those before it have been sent
	asleep atomic.Bool   // the worker waits, and the bell wakes it
}

// posted is a datagram in the outbox.
type posted struct {
	turn atomic.Uint64 // 2n: free for its n-th datagram; 2n+1: that is there
	fd   int
	to   netip.AddrPort // not valid: where the socket is connected to
	size int
	data [datagramSize + sealRoom]byte
}

// post copies a datagram; false is that there is no room, and it is lost. The number is
// for [outbox.passed].
func (o *outbox) post(fd int, data []byte, to netip.AddrPort) (number uint64, ok bool) {
	for {
		n := o.tail.Load()
		p, free := &o.places[n%outboxSize], 2*(n/outboxSize)
		switch turn := p.turn.Load(); {
		case turn == free && o.tail.CompareAndSwap(n, n+1):
			p.fd, p.to, p.size = fd, to, copy(p.data[:], data)
			p.turn.Store(free + 1)
			return n + 1, true
		case turn < free:
			return 0, false
		}
	}
}

// empty hands over all that was posted, in its order.
func (o *outbox) empty(send func(fd int, data []byte, to netip.AddrPort)) {
	for {
		p, there := &o.places[o.head%outboxSize], 2*(o.head/outboxSize)+1
		if p.turn.Load() != there {
			return
		}
		send(p.fd, p.data[:p.size], p.to)
		p.turn.Store(there + 1)
		o.head++
	}
}

// flushed is told that all that it handed over has been sent.
func (o *outbox) flushed() { o.left.Store(o.head) }

// passed tells whether the worker waits and has sent what had that number, so that
// another may send what comes after it; then the worker need not wake up for it. The
// caller holds the mutex of the leg, so nothing of it is posted meanwhile.
func (o *outbox) passed(number uint64) bool { return o.asleep.Load() && o.left.Load() >= number }

// waiting is how many were posted.
func (o *outbox) waiting() int { return int(o.tail.Load() - o.head) }
