package media

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// slots spread the legs over a frame: each leg speaks in one of them.
	slots    = 4
	slotTime = frameTime / slots
	// defaultRest is how long a closed port waits by default.
	defaultRest = 5 * time.Second
)

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
}

// Plane holds the ports, the legs on them and the ticker that makes their audio.
type Plane struct {
	config  Config
	started time.Time
	stop    context.CancelFunc
	running sync.WaitGroup // the ticker, two readers per leg, a writer per recording

	mu     sync.Mutex // guards what follows
	closed bool
	ports  ports
	legs   map[*Leg]struct{}
	// recordings are those that are written.
	recordings map[*Recording]struct{}

	// slots are what is clocked, by the time at which it speaks. A list is replaced
	// as a whole, under mu, so that the ticker reads it without a lock.
	slots [slots]atomic.Pointer[[]clocked]
}

// clocked is what has a turn in every frame: a leg, a conference or a recording.
type clocked interface{ tick(now time.Duration) }

// turn is a place in one of the slots; the plane's mutex guards it.
type turn struct {
	slot  int
	taken bool
}

// Open checks the configuration, the address included, and starts the ticker.
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
	ports, err := newPorts(c.First, c.Last, c.Rest)
	if err != nil {
		return nil, err
	}
	trial, err := bind(c.Address, 0)
	if err != nil {
		return nil, fmt.Errorf("media: %v cannot be bound on this machine: %w", c.Address, err)
	}
	trial.Close()
	ctx, stop := context.WithCancel(context.Background())
	p := &Plane{config: c, started: c.Now(), stop: stop, ports: ports, legs: map[*Leg]struct{}{}, recordings: map[*Recording]struct{}{}}
	for i := range p.slots {
		p.slots[i].Store(new([]clocked))
	}
	p.running.Go(func() { p.run(ctx) })
	return p, nil
}

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
	l := newLeg(p, sockets.voice, sockets.control, address(sockets.voice))
	if err := p.join(l, sockets); err != nil {
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
		return bindPair(p.config.Address, 0)
	}
	for {
		now := p.now()
		p.mu.Lock()
		port, ok := p.ports.take(now)
		p.mu.Unlock()
		if !ok {
			return pair{}, ErrNoPort
		}
		sockets, err := bindPair(p.config.Address, port)
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

// join starts the leg's readers and gives it the emptiest slot.
func (p *Plane) join(l *Leg, sockets pair) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.legs[l] = struct{}{}
	p.give(l, &l.turn)
	p.running.Go(func() { read(sockets.voice, l.receive) })
	p.running.Go(func() { read(sockets.control, l.receiveControl) })
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
	p.withdraw(l, &l.turn)
	p.ports.lay(l.address.Port(), now)
}

// enter gives c a turn in every frame, in the emptiest slot.
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

// give needs mu to be held.
func (p *Plane) give(c clocked, t *turn) {
	if t.taken {
		return
	}
	for i := range p.slots {
		if len(*p.slots[i].Load()) < len(*p.slots[t.slot].Load()) {
			t.slot = i
		}
	}
	list := append(slices.Clone(*p.slots[t.slot].Load()), c)
	p.slots[t.slot].Store(&list)
	t.taken = true
}

// withdraw needs mu to be held.
func (p *Plane) withdraw(c clocked, t *turn) {
	if !t.taken {
		return
	}
	list := slices.Clone(*p.slots[t.slot].Load())
	list = slices.DeleteFunc(list, func(other clocked) bool { return other == c })
	p.slots[t.slot].Store(&list)
	t.taken = false
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
	p.stop()
	p.running.Wait()
	return nil
}

// run is the ticker. It works off the slots that are due; after a pause of the
// whole machine longer than a few frames it skips what nobody can use any more.
func (p *Plane) run(ctx context.Context) {
	const most = 5 * slots
	ticker := time.NewTicker(slotTime)
	defer ticker.Stop()
	begun := time.Now()
	for next := 1; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		due := int(time.Since(begun) / slotTime)
		if due-next > most {
			next += (due - next) / slots * slots
		}
		for ; next <= due; next++ {
			p.tick(next % slots)
		}
	}
}

// tick gives all of a slot their turn.
func (p *Plane) tick(slot int) {
	for _, c := range *p.slots[slot].Load() {
		c.tick(p.now())
	}
}
