package media

import (
	"net/netip"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/outdial/outdial/internal/uring"
)

const (
	// crowd is how many packets within a slot make a worker busy: eight thousand a second.
	crowd = 40
	// lull is how long a busy worker lets packets gather, unless enough are there before:
	// each call of the system is then for many.
	lull, enough = time.Millisecond, 64
	// bellToken is the token of the bell; a socket's are above.
	bellToken = 0
)

// ringed reads and sends with io_uring, many packets with one call. What is sent waits
// in the outbox until the worker's turn ends.
type ringed struct {
	*worker
	*uring.Ring
	outbox *outbox
	bell   [2]int // a pair of sockets: written, and read

	// The worker's own.
	sockets []*socket // by token
	unused  []uint32  // tokens
}

// startRinged lets the worker run with io_uring, if the system has it. The ring is
// made on the worker's own thread, which alone may use it.
func (w *worker) startRinged() error {
	r := &ringed{worker: w, outbox: new(outbox), sockets: make([]*socket, 1)}
	w.reader = r
	ready := make(chan error)
	w.plane.running.Go(func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := r.open()
		ready <- err
		if err == nil {
			defer r.close()
			r.run()
		}
	})
	return <-ready
}

func (r *ringed) open() (err error) {
	if r.bell, err = unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0); err != nil {
		return err
	}
	if r.Ring, err = uring.Open(); err != nil {
		unix.Close(r.bell[0])
		unix.Close(r.bell[1])
		return err
	}
	r.Receive(r.bell[1], bellToken)
	return nil
}

// close ends the ring, and closes what is still on its way to be closed.
func (r *ringed) close() {
	r.outbox.empty(r.Send)
	_ = r.Wait(0, 0)
	r.Ring.Close()
	for _, s := range r.sockets {
		if s != nil {
			unix.Close(s.fd)
		}
	}
	unix.Close(r.bell[0])
	unix.Close(r.bell[1])
}

func (r *ringed) watch(s *socket) error {
	r.do(func() {
		if n := len(r.unused); n > 0 {
			s.token, r.unused = r.unused[n-1], r.unused[:n-1]
		} else {
			s.token = uint32(len(r.sockets))
			r.sockets = append(r.sockets, nil)
		}
		r.sockets[s.token] = s
		r.Receive(s.fd, s.token)
	})
	return nil
}

// pass has the ring forget the socket, and what came until then is taken before the
// other worker reads it.
func (r *ringed) pass(s *socket, to *worker) {
	if r.holds(s) && !s.deaf {
		s.next = to
		r.Cancel(s.token)
	}
}

// drop has the ring forget the socket first, for it would hold on to the port.
func (r *ringed) drop(s *socket) {
	r.do(func() {
		switch {
		case !r.holds(s):
		case s.deaf: // its ring has forgotten it
			r.sockets[s.token] = nil
			r.unused = append(r.unused, s.token)
			r.outbox.empty(r.Send)
			_ = r.Wait(0, 0)
			unix.Close(s.fd)
		default:
			r.Cancel(s.token)
		}
	})
}

func (r *ringed) holds(s *socket) bool {
	return int(s.token) < len(r.sockets) && r.sockets[s.token] == s
}

// Ended tells that a socket has been forgotten; or that it cannot be read any more,
// and then the liveness of its leg shows it.
func (r *ringed) Ended(token uint32, err error) {
	s := r.sockets[token]
	if s == nil {
		return
	}
	if err != nil {
		s.deaf = true
		return
	}
	r.sockets[token] = nil
	r.unused = append(r.unused, token)
	s.leg.mu.Lock()
	defer s.leg.mu.Unlock()
	if s.closed {
		unix.Close(s.fd)
		return
	}
	// What was sent so far leaves before what the other sends.
	r.outbox.empty(r.Send)
	_ = r.Wait(0, 0)
	s.posted = 0
	s.worker.Store(s.next)
	_ = s.next.watch(s)
	s.next = nil
}

func (r *ringed) ring() {
	if r.outbox.asleep.CompareAndSwap(true, false) {
		_ = call(unix.SYS_WRITE, r.bell[0], []byte{1}, 1)
	}
}

// post sends a datagram with the turn's end. The caller holds the mutex.
func (r *ringed) post(s *socket, data []byte, to netip.AddrPort) error {
	if to == s.tied {
		to = netip.AddrPort{}
	}
	number, ok := r.outbox.post(s.fd, data, to)
	if !ok {
		return unix.ENOBUFS
	}
	s.posted = number
	r.ring()
	return nil
}

func (r *ringed) run() {
	queue := r.Send
	send := func() { r.outbox.empty(queue) }
	for {
		send()
		wait, least := r.patience()
		if least == 1 { // a call more, so that the first packet of a bridge needs none of the worker's
			r.check(r.Flush())
			r.outbox.flushed()
		}
		r.outbox.asleep.Store(true)
		if r.pending() {
			wait = 0
		}
		r.Unwatched = r.keeps()
		r.check(r.Wait(wait, least))
		r.outbox.asleep.Store(false)
		r.outbox.flushed()
		r.Take(r)
		r.catchUp(r.plane.now, send)
		if !r.obey() {
			return
		}
	}
}

// check ends it all if the ring is not as it was made: nothing can be carried then.
func (r *ringed) check(err error) {
	if err != nil {
		panic(err)
	}
}

// pending tells whether something waits that the bell was not rung for.
func (r *ringed) pending() bool {
	if r.outbox.waiting() > 0 {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.orders) > 0
}

// patience is how long to wait for how many packets: for the first until the next
// slot; while many come, for many.
func (r *ringed) patience() (wait time.Duration, least int) {
	r.reckon()
	wait = r.until()
	if r.pace >= crowd {
		return min(wait, lull), enough
	}
	return wait, 1
}

// settle sends all that was posted, and takes all that came until then.
func (r *ringed) settle() {
	for {
		r.outbox.empty(r.Send)
		if err := r.Wait(0, 0); err != nil || !r.Ready() {
			return
		}
		r.Take(r)
	}
}

// failed lets it pass: the ring reads on.
func (r *ringed) failed(*socket) bool { return false }

// Took takes a datagram, unless its leg is closed or another worker's by now.
func (r *ringed) Took(token uint32, data []byte, from netip.AddrPort) {
	if token == bellToken {
		return
	}
	s := r.sockets[token]
	s.leg.mu.Lock()
	if s.leg.closed || s.worker.Load() != r.worker {
		s.leg.mu.Unlock()
	} else {
		r.arrive(s, data, from)
	}
	if r.outbox.waiting() > outboxSize/2 {
		r.outbox.empty(r.Send)
	}
}
