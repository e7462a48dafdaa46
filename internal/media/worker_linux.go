package media

import (
	"net/netip"
	"runtime"
	"sync"

	"golang.org/x/sys/unix"
)

// workers carry the legs of a plane on Linux.
type workers struct {
	plane *Plane
	board *board
	list  []*worker
	spare bool // the runtime has processors for them beside those for all else
}

// newCarrier starts the workers: with io_uring where the system has it, else with
// epoll.
func newCarrier(p *Plane) (carrier, error) {
	if p.config.Portable {
		return newPortable(p), nil
	}
	ws := &workers{plane: p, board: new(board), spare: runtime.GOMAXPROCS(0) >= p.config.Workers+runtime.NumCPU()}
	for range p.config.Workers {
		w := &worker{workers: ws, rota: newRota()}
		w.stir = func() { w.do(func() { w.stirred = w.next }) }
		if err := w.start(); err != nil {
			ws.stop()
			return nil, err
		}
		ws.list = append(ws.list, w)
	}
	return ws, nil
}

func (ws *workers) bind(addr netip.Addr, port uint16) (wire, uint16, error) {
	s, port, err := newSocket(ws.board, addr, port)
	if err != nil {
		return nil, 0, err
	}
	return s, port, nil
}

// name is how the first reads; the others do the same, unless the system ran short of
// something.
func (ws *workers) name() string {
	if _, ok := ws.list[0].reader.(*ringed); ok {
		return "io_uring"
	}
	return "epoll"
}

func (ws *workers) rotas() (all []*rota) {
	for _, w := range ws.list {
		all = append(all, w.rota)
	}
	return all
}

// of is the worker whose rota it is.
func (ws *workers) of(r *rota) *worker {
	for _, w := range ws.list {
		if w.rota == r {
			return w
		}
	}
	return ws.list[0]
}

func (ws *workers) carry(l *Leg) error {
	w := ws.of(l.turn.rota)
	voice, control := l.wire.(*socket), l.control.(*socket)
	control.control = true
	for _, s := range []*socket{voice, control} {
		s.leg = l
		s.worker.Store(w)
		ws.board.put(s.fd, s)
		if err := w.watch(s); err != nil {
			return err
		}
	}
	return nil
}

// join brings two legs together on one worker, the one that has less to do, so that
// they do not wait for each other.
func (ws *workers) join(a, b *Leg) {
	from, to := a.wire.(*socket).worker.Load(), b.wire.(*socket).worker.Load()
	leg := a
	if from.size() < to.size() {
		from, to, leg = to, from, b
	}
	if from != to {
		from.do(func() { from.hand(leg, to) })
	}
}

func (ws *workers) rouse(l *Leg) { l.wire.(*socket).worker.Load().stir() }

func (ws *workers) drained(l *Leg, do func()) bool {
	s := l.wire.(*socket)
	w := s.worker.Load()
	w.do(func() {
		for range batch {
			if !w.take(s, do) {
				if s.worker.Load() != w {
					ws.drained(l, do) // it was handed on meanwhile
				}
				return
			}
		}
		ws.drained(l, do) // after others had a turn
	})
	return true
}

func (ws *workers) stop() {
	for _, w := range ws.list {
		w.do(nil)
	}
}

// reader is how a worker learns what has come.
type reader interface {
	// watch has the worker told what comes to a socket.
	watch(*socket) error
	// pass ends that, on the worker's own goroutine, and has another worker told. The
	// caller holds the mutex of the leg.
	pass(s *socket, to *worker)
	// settle takes all that has been read already, and sends all that waits for it.
	settle()
	// failed is told that a socket could not be read, and tells whether to go on. The
	// caller holds the mutex.
	failed(*socket) bool
	// drop ends that for good and closes the socket. The caller holds the mutex too.
	drop(*socket)
	// ring wakes the worker, so that it obeys its orders.
	ring()
	// run is the worker's life, until an order to stop.
	run()
}

// worker is one goroutine that reads the sockets of its legs, and clocks them. It
// asks the system at once what has come to all of them.
type worker struct {
	*workers
	*rota
	reader

	mu     sync.Mutex // guards the orders
	orders []func()   // to be obeyed between two packets; nil is to stop
	over   bool       // it obeys none any more

	// The goroutine's own.
	inbox   inbox
	arrival arrival
	packets uint64
	pace    int    // packets in a slot, as of the last one
	paced   int    // the slot in which that was reckoned,
	before  uint64 // and the packets until then
}

// reckon brings the pace up to date.
func (w *worker) reckon() {
	if w.paced != w.next {
		w.pace = int(w.packets-w.before) / (w.next - w.paced)
		w.paced, w.before = w.next, w.packets
	}
}

// keeps tells whether the Go runtime is not to be told of the wait for the next slot.
// Else it watches the worker, to take its processor away, and that costs more than many
// packets do.
func (w *worker) keeps() bool { return w.spare && w.upcoming() == w.next }

// start gives the worker its reader, and lets it run.
func (w *worker) start() error {
	if !w.plane.config.Epoll {
		if err := w.startRinged(); err == nil {
			return nil
		}
	}
	p, err := newPolled(w)
	if err != nil {
		return err
	}
	w.reader = p
	w.plane.running.Go(p.run)
	return nil
}

// do has the worker obey an order between two packets. After its end it obeys none.
func (w *worker) do(order func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return
	}
	w.orders = append(w.orders, order)
	w.ring()
}

// obey works off the orders; false is the end.
func (w *worker) obey() bool {
	w.mu.Lock()
	orders := w.orders
	w.orders = nil
	w.mu.Unlock()
	for _, order := range orders {
		if order == nil {
			w.mu.Lock()
			w.over = true
			w.mu.Unlock()
			return false
		}
		order()
	}
	return true
}

// inbox is where a worker reads a packet by itself.
type inbox struct {
	room [datagramSize]byte
	from sockaddr
}

// take takes a packet; false is that none waits, or that another worker reads it.
// Where none waits it does drained, which may be nil, before one can come. The leg's
// mutex is held for the reading, so that the descriptor is open, and free for the rest
// of a packet's way.
func (w *worker) take(s *socket, drained func()) bool {
	l := s.leg
	w.settle()
	l.mu.Lock()
	if l.closed || s.worker.Load() != w {
		l.mu.Unlock()
		return false
	}
	n, err := s.receive(w.inbox.room[:], &w.inbox.from)
	if err != nil {
		if err == unix.EAGAIN && drained != nil {
			drained()
		}
		goes := err != unix.EAGAIN && w.failed(s)
		l.mu.Unlock()
		return goes
	}
	s.failures = 0
	w.arrive(s, w.inbox.room[:n], w.inbox.from.get())
	return true
}

// arrive is the rest of a packet's way. The mutex of the leg is held, and free when
// it returns.
func (w *worker) arrive(s *socket, data []byte, from netip.AddrPort) {
	l := s.leg
	w.packets++
	if s.control {
		l.arriveControl(data, from, w.plane.now())
		l.mu.Unlock()
		return
	}
	l.arrive(data, from, &w.arrival)
	l.mu.Unlock()
	w.arrival.pass(l)
}

// hand gives a leg to another worker. This one is its reader, so no packet of it is
// on its way, and none overtakes another.
func (w *worker) hand(l *Leg, to *worker) {
	l.mu.Lock()
	voice := l.wire.(*socket)
	if l.closed || voice.worker.Load() != w {
		l.mu.Unlock()
		return
	}
	for _, s := range []*socket{voice, l.control.(*socket)} {
		w.pass(s, to)
	}
	l.mu.Unlock()
	w.plane.transfer(l, to.rota)
}
