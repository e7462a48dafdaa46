package bench

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// lines are the media of a network: sockets that are opened once and lent to one call
// after the other, and a thread that speaks and listens for all.
type lines struct {
	all     []*line
	free    []*line // the network's own
	worker  *worker
	over    atomic.Bool
	running sync.WaitGroup
}

// line is one of them. Its number is stamped on what it says.
type line struct {
	*far

	mu    sync.Mutex // guards what follows, and what the far end has beside its address
	up    bool
	agent atomic.Bool // read by all lines
	// answered is when the call's 200 was about to leave, prime and plain when an agent was
	// heard; nanoseconds of the wall clock, 0 is not yet.
	answered, prime, plain int64
}

// openLines opens so many lines and has them serve.
func openLines(address netip.Addr, count int) (*lines, error) {
	l := &lines{worker: newWorker(nil)}
	for i := range count {
		f, err := newFar(i, End{Kind: Talking, Partner: nobody})
		if err == nil {
			f.port, err = newPort(address)
		}
		if err != nil {
			l.close()
			return nil, err
		}
		l.all = append(l.all, &line{far: f})
	}
	l.free = append(l.free, l.all...)
	makeRoom(1)
	l.running.Go(l.run)
	return l, nil
}

// take lends a line, the one that was unused for longest; nil if there is none.
func (l *lines) take() *line {
	if len(l.free) == 0 {
		return nil
	}
	taken := l.free[0]
	l.free = l.free[1:]
	return taken
}

// pickUp has a line speak to who has offered a voice, under a key of its own if that has
// one. What it hears of an agent from now on counts.
func (l *line) pickUp(near voice, key []byte, agent bool) (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seal, err = newContext(key); err != nil {
		return err
	}
	if l.unseal, err = newContext(near.key); err != nil {
		return err
	}
	l.aim(near.at)
	l.port.drop()
	l.agent.Store(agent)
	l.up, l.prime, l.plain, l.answered = true, 0, 0, time.Now().UnixNano()
	return nil
}

// giveBack ends a line's call and tells how long after the answer an agent was heard.
func (l *lines) giveBack(line *line) (prime, plain time.Duration) {
	line.mu.Lock()
	defer line.mu.Unlock()
	line.up = false
	l.free = append(l.free, line)
	if line.agent.Load() || line.plain == 0 {
		return 0, 0
	}
	return time.Duration(line.prime - line.answered), time.Duration(line.plain - line.answered)
}

// run has all lines that are up speak in each frame, and listens now and then.
func (l *lines) run() {
	sharpen()
	start, n := time.Now(), time.Duration(len(l.all))
	for frame := 0; !l.over.Load(); frame++ {
		for i, line := range l.all {
			l.worker.await(start.Add(time.Duration(frame)*Frame + Frame*time.Duration(i)/n))
			line.mu.Lock()
			if line.up {
				l.worker.post(line.far, time.Time{})
				l.worker.flush()
				if (frame+i)%turns == 0 {
					l.worker.each(line.port, func(_ *far, packet []byte, at int64) { l.hear(line, packet, at) })
				}
			}
			line.mu.Unlock()
		}
	}
}

// hear looks for an agent's voice in what a line receives. The line's mutex is held.
func (l *lines) hear(line *line, packet []byte, at int64) {
	if at < line.answered || line.plain != 0 {
		return
	}
	if line.unseal != nil {
		var err error
		if packet, err = line.unseal.DecryptRTP(l.worker.inbox.plain[:0], packet, &line.header); err != nil {
			return
		}
	}
	number, n, ok := l.worker.laws.read(packet[headerSize:], muLaw)
	if !ok || int(number) >= len(l.all) || !l.all[number].agent.Load() {
		return
	}
	if line.prime == 0 {
		line.prime = at
	}
	if l.all[number].sending.at[n%window] >= line.answered {
		line.plain = at
	}
}

func (l *lines) close() {
	l.over.Store(true)
	l.running.Wait()
	for _, line := range l.all {
		line.port.close()
	}
}
