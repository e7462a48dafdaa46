package media

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

// defaultRest is how long a closed port waits by default.
const defaultRest = 5 * time.Second

var (
	// ErrNoPort means that every port pair is used or resting.
	ErrNoPort = errors.New("media: no free pair of ports")
	// ErrClosed means that the plane has been closed.
	ErrClosed = errors.New("media: the plane is closed")
)

// Config says where legs live.
type Config struct {
	// Address is bound by all RTP and RTCP sockets. If it is unspecified
	// (0.0.0.0 or ::), so is what Leg.Address gives.
	Address netip.Addr
	// First and Last bound the ports, inclusive: RTP on even ports, RTCP on the
	// next odd one. Both zero lets the system choose, and Rest has no meaning.
	First, Last uint16
	// Rest is how long a closed port waits before it is used again; 0 is 5 s.
	Rest time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Workers is how many goroutines carry the legs on Linux, each its own; 0 is half of
	// GOMAXPROCS. A worker keeps one of the runtime's processors as it waits, and does not
	// even tell the runtime that it does, where there are enough for all workers and one
	// for each of the machine's besides. Portable has them carried as on other systems, by two readers for
	// each leg and one ticker.
	Workers  int
	Portable bool
	// Epoll does without io_uring even where the system has it.
	Epoll bool
	// Kernel says whether the kernel may carry bridged calls that have settled.
	Kernel Kernel
}

// Plane holds the ports, the legs on them and who carries them.
type Plane struct {
	config     Config
	started    time.Time
	carrier    carrier
	rotas      []*rota // the carrier's
	kernel     *kernel // nil: nothing is left to it, for the reason of kernelless if it was wanted
	kernelless error
	running    sync.WaitGroup // the carrier's goroutines, and a writer per recording

	mu      sync.Mutex // guards what follows
	closed  bool
	ports   ports
	legs    map[*Leg]struct{}
	carried Carried // by legs that are closed
	// recordings are those that are written.
	recordings map[*Recording]struct{}
}

// Open checks the configuration, the address included, and starts who carries legs.
func Open(c Config) (*Plane, error) {
	if !c.Address.IsValid() {
		return nil, errors.New("media: no address to bind")
	}
	c.Address = c.Address.Unmap()
	if c.Rest < 0 {
		return nil, fmt.Errorf("media: ports cannot rest %v", c.Rest)
	}
	if c.Rest == 0 {
		c.Rest = defaultRest
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Workers < 0 {
		return nil, fmt.Errorf("media: there cannot be %d workers", c.Workers)
	}
	if c.Workers == 0 {
		c.Workers = (runtime.GOMAXPROCS(0) + 1) / 2
	}
	ports, err := newPorts(c.First, c.Last, c.Rest)
	if err != nil {
		return nil, err
	}
	trial, err := bind(c.Address, 0)
	if err != nil {
		return nil, fmt.Errorf("media: %v cannot be bound on this machine: %w", c.Address, err)
	}
	trial.Close()
	p := &Plane{config: c, started: c.Now(), ports: ports, legs: map[*Leg]struct{}{}, recordings: map[*Recording]struct{}{}}
	if err := p.openKernel(); err != nil {
		return nil, err
	}
	if p.carrier, err = newCarrier(p); err != nil {
		p.closeKernel()
		p.running.Wait()
		return nil, fmt.Errorf("media: the system cannot tell what comes to sockets: %w", err)
	}
	p.rotas = p.carrier.rotas()
	return p, nil
}

// CarriedBy names how packets come and go: "io_uring", "epoll" or "portable".
func (p *Plane) CarriedBy() string { return p.carrier.name() }

// now is the time since the plane was opened, the clock of all streams.
func (p *Plane) now() time.Duration { return p.config.Now().Sub(p.started) }

// wall is an instant of that clock as the world knows it.
func (p *Plane) wall(at time.Duration) time.Time { return p.started.Add(at) }

// NewLeg reserves a pair of ports and reads from it at once. The leg says
// nothing before Agree. Errors: ErrNoPort, ErrClosed, or what the system says
// when no pair can be bound.
func (p *Plane) NewLeg() (*Leg, error) {
	sockets, err := p.reserve()
	if err != nil {
		return nil, err
	}
	l := newLeg(p, sockets.voice, sockets.control, sockets.address)
	if err := p.join(l); err != nil {
		sockets.close()
		p.rest(l.address.Port())
		return nil, err
	}
	return l, nil
}

// reserve binds a free pair. A pair that somebody else holds is put to rest and
// the next one tried, each once at most. Any other error would meet all pairs.
func (p *Plane) reserve() (pair, error) {
	if p.config.First == 0 && p.config.Last == 0 {
		return binder(p.carrier.bind).pair(p.config.Address, 0)
	}
	for {
		now := p.now()
		p.mu.Lock()
		port, ok := p.ports.take(now)
		p.mu.Unlock()
		if !ok {
			return pair{}, ErrNoPort
		}
		sockets, err := binder(p.carrier.bind).pair(p.config.Address, port)
		if err == nil {
			return sockets, nil
		}
		p.rest(port)
		if !errors.Is(err, syscall.EADDRINUSE) {
			return pair{}, fmt.Errorf("media: port %d: %w", port, err)
		}
	}
}

// rest puts a port to rest that no leg uses.
func (p *Plane) rest(port uint16) {
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ports.lay(port, now)
}

// join has the leg carried, by whom has least to do.
func (p *Plane) join(l *Leg) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.give(l, &l.turn)
	if err := p.carrier.carry(l); err != nil {
		p.withdraw(l, &l.turn)
		return fmt.Errorf("media: the system cannot tell what comes to one more socket: %w", err)
	}
	p.legs[l] = struct{}{}
	return nil
}

// leave takes a closed leg out and puts its ports to rest.
func (p *Plane) leave(l *Leg) {
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.legs[l]; !ok {
		return
	}
	delete(p.legs, l)
	p.carried.add(l.carried.Carried)
	p.withdraw(l, &l.turn)
	p.ports.lay(l.address.Port(), now)
}

// enter gives c a turn in every frame.
func (p *Plane) enter(c clocked, t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.give(c, t)
}

// quit ends that. A tick that has begun may still be under way.
func (p *Plane) quit(c clocked, t *turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.withdraw(c, t)
}

// give needs mu to be held. Who has had a turn before gets it from the same goroutine.
func (p *Plane) give(c clocked, t *turn) {
	if t.taken {
		return
	}
	r := t.rota
	if r == nil {
		r = slices.MinFunc(p.rotas, func(a, b *rota) int { return a.size() - b.size() })
	}
	r.enter(c, t)
}

// withdraw needs mu to be held.
func (p *Plane) withdraw(c clocked, t *turn) {
	if t.taken {
		t.rota.quit(c, t)
	}
}

// transfer gives a leg its turns from another goroutine.
func (p *Plane) transfer(l *Leg, to *rota) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l.turn.taken {
		l.turn.rota.quit(l, &l.turn)
		to.enter(l, &l.turn)
	}
}

// record starts a recording; false if the plane is closed.
func (p *Plane) record(r *Recording) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return false
	}
	p.recordings[r] = struct{}{}
	p.give(r, &r.turn)
	p.running.Go(r.run)
	return true
}

// recorded forgets a recording that is complete.
func (p *Plane) recorded(r *Recording) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.recordings, r)
	p.withdraw(r, &r.turn)
}

// Legs is the number of open legs.
func (p *Plane) Legs() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.legs)
}

// Ports counts the pairs of the configured range. Where the system chooses the
// ports there is none to count, and all three are 0.
func (p *Plane) Ports() (free, resting, used int) {
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ports.wake(now)
	return len(p.ports.free), len(p.ports.resting), len(p.ports.used)
}

// Close ends every leg and every recording and waits for all goroutines. It is
// idempotent.
func (p *Plane) Close() error {
	p.mu.Lock()
	p.closed = true
	legs := slices.Collect(maps.Keys(p.legs))
	recordings := slices.Collect(maps.Keys(p.recordings))
	p.mu.Unlock()
	for _, l := range legs {
		l.Close()
	}
	for _, r := range recordings {
		r.Stop()
	}
	p.carrier.stop()
	p.running.Wait()
	return p.closeKernel()
}
