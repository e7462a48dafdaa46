package media

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"sync"

	"golang.org/x/sys/unix"
)

const (
	// most is how many packets of one socket are taken in a turn, while others wait.
	most = 8
	// batch is how many sockets are told of at once.
	batch = 128
)

// workers carry the legs of a plane on Linux.
type workers struct {
	plane *Plane
	board *board
	list  []*worker
}

// newCarrier starts the workers.
func newCarrier(p *Plane) (carrier, error) {
	if p.config.Portable {
		return newPortable(p), nil
	}
	ws := &workers{plane: p, board: new(board)}
	for range p.config.Workers {
		w, err := newWorker(ws)
		if err != nil {
			ws.stop()
			return nil, err
		}
		ws.list = append(ws.list, w)
		p.running.Go(w.run)
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

// worker is one goroutine that reads the sockets of its legs, and clocks them. It
// asks the system at once what has come to all of them.
type worker struct {
	*workers
	*rota
	poll, bell, ticker int // descriptors: epoll, eventfd, timerfd

	mu     sync.Mutex // guards the orders
	orders []func()   // to be obeyed between two packets; nil is to stop

	// The goroutine's own.
	events  [batch]unix.EpollEvent
	room    [datagramSize]byte
	from    sockaddr
	arrival arrival
	packets uint64
}

func newWorker(ws *workers) (w *worker, err error) {
	w = &worker{workers: ws, rota: newRota(), poll: -1, bell: -1, ticker: -1}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	if w.bell, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return nil, err
	}
	if w.ticker, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK); err != nil {
		return nil, err
	}
	every := unix.NsecToTimespec(int64(slotTime))
	if err = unix.TimerfdSettime(w.ticker, 0, &unix.ItimerSpec{Interval: every, Value: every}, nil); err != nil {
		return nil, err
	}
	// Each stroke of these is told of once, read or not.
	for _, fd := range []int{w.bell, w.ticker} {
		if err = unix.EpollCtl(w.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(fd)}); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (w *worker) close() {
	for _, fd := range []int{w.poll, w.bell, w.ticker} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}

// watch has the worker told when something has come to a socket, until it is closed.
func (w *worker) watch(s *socket) error {
	return unix.EpollCtl(w.poll, unix.EPOLL_CTL_ADD, s.fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(s.fd)})
}

func (w *worker) forget(s *socket) error {
	return unix.EpollCtl(w.poll, unix.EPOLL_CTL_DEL, s.fd, nil)
}

// do has the worker obey an order between two packets. After its end it obeys none.
func (w *worker) do(order func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.bell < 0 {
		return
	}
	w.orders = append(w.orders, order)
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_ = call(unix.SYS_WRITE, w.bell, one[:], uintptr(len(one)))
}

// rearm reads the ticker, which does not strike again before.
func (w *worker) rearm() {
	var strokes [8]byte
	_ = call(unix.SYS_READ, w.ticker, strokes[:], uintptr(len(strokes)))
}

func (w *worker) run() {
	for {
		n, err := unix.EpollWait(w.poll, w.events[:], -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			n = 0
		}
		rang, ticked := false, false
		for _, e := range w.events[:max(n, 0)] {
			switch fd := int(e.Fd); fd {
			case w.bell:
				rang = true
			case w.ticker:
				ticked = true
			default:
				if s := w.board.at(fd); s != nil {
					w.read(s)
				}
			}
		}
		if ticked {
			w.rearm()
			w.catchUp(w.plane.now)
		}
		if rang && !w.obey() {
			return
		}
	}
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
			defer w.mu.Unlock()
			w.close()
			w.bell = -1
			return false
		}
		order()
	}
	return true
}

// read takes what has come to a socket. The leg's mutex is held for the reading, so
// that the descriptor is open, and free for the rest of a packet's way.
func (w *worker) read(s *socket) {
	for range most {
		if !w.take(s, nil) {
			return
		}
	}
}

// take takes a packet; false is that none waits, or that another worker reads it.
// Where none waits it does drained, which may be nil, before one can come.
func (w *worker) take(s *socket, drained func()) bool {
	l := s.leg
	l.mu.Lock()
	if l.closed || s.worker.Load() != w {
		l.mu.Unlock()
		return false
	}
	n, err := s.receive(w.room[:], &w.from)
	if err != nil {
		if err == unix.EAGAIN && drained != nil {
			drained()
		}
		goes := s.failed(err)
		l.mu.Unlock()
		return goes
	}
	s.failures = 0
	w.packets++
	if s.control {
		l.arriveControl(w.room[:n], w.from.get(), w.plane.now())
		l.mu.Unlock()
		return true
	}
	l.arrive(w.room[:n], w.from.get(), &w.arrival)
	l.mu.Unlock()
	w.arrival.pass(l)
	return true
}

// failed tells whether to go on reading. What fails is passing, such as an ICMP
// answer to what was sent; a socket that gives nothing else is given up, and the
// leg's liveness shows it. The caller holds the leg's mutex.
func (s *socket) failed(err error) bool {
	if err == unix.EAGAIN {
		return false
	}
	if s.failures++; s.failures < hopeless {
		return true
	}
	_ = s.worker.Load().forget(s)
	return false
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
		if w.forget(s) == nil {
			s.worker.Store(to)
			_ = to.watch(s)
		}
	}
	l.mu.Unlock()
	w.plane.transfer(l, to.rota)
}
