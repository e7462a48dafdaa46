package bench

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// share is how many ends one thread of the generator serves at most.
	share = 3000
	// doze is the shortest pause of a thread, so that packets come nearly evenly and the
	// thread does not wake for each.
	doze = 150 * time.Microsecond
	// turns is after how many frames a socket is emptied.
	turns = 8
)

// generator is all far ends.
type generator struct {
	fars    []*far
	workers []*worker
}

// Generate is the generator's process: it answers a parent over in and out until in is
// closed.
func Generate(in io.Reader, out io.Writer) error {
	var g generator
	defer g.close()
	return Answer(in, out, func(r request, answer func(any) error) error {
		switch {
		case r.Ends != nil:
			addresses, err := g.open(r.Address, r.Ends)
			if err != nil {
				return err
			}
			return answer(addresses)
		case r.Near != nil:
			if err := g.aim(r.Near); err != nil {
				return err
			}
			return answer(nil)
		case r.Run > 0:
			return g.run(r.Run, r.Direct, answer)
		}
		return errors.New("an empty request")
	})
}

// open makes the sockets.
func (g *generator) open(address netip.Addr, ends []End) (addresses []netip.AddrPort, err error) {
	g.close()
	for i, end := range ends {
		f, err := newFar(i, end, address)
		if err != nil {
			return nil, fmt.Errorf("socket %d of %d far ends at %v: %w", i+1, len(ends), address, err)
		}
		g.fars = append(g.fars, f)
		addresses = append(addresses, f.address)
	}
	for _, f := range g.fars {
		if f.end.Partner != nobody {
			f.partner = g.fars[f.end.Partner]
			if f.direct, err = newContext(f.partner.end.FarKey); err != nil {
				return nil, err
			}
		}
	}
	threads := (len(ends) + share - 1) / share
	for range threads {
		g.workers = append(g.workers, newWorker())
	}
	for i, f := range g.fars {
		w := g.workers[i/2%threads] // partners stand side by side, at an even place
		w.fars = append(w.fars, f)
	}
	for _, w := range g.workers {
		rand.Shuffle(len(w.fars), func(i, j int) { w.fars[i], w.fars[j] = w.fars[j], w.fars[i] })
	}
	return addresses, nil
}

func (g *generator) aim(near []netip.AddrPort) error {
	if len(near) != len(g.fars) {
		return fmt.Errorf("%d addresses for %d far ends", len(near), len(g.fars))
	}
	for i, f := range g.fars {
		if err := f.aim(near[i]); err != nil {
			return err
		}
	}
	return nil
}

// run has all threads send for a time. The first answer comes when packets begin to count.
func (g *generator) run(length time.Duration, direct bool, answer func(any) error) error {
	runtime.GC() // now rather than in the run
	start := time.Now().Add(5 * time.Millisecond)
	var running, counting, sending sync.WaitGroup
	counting.Add(len(g.workers))
	sending.Add(len(g.workers))
	for i, w := range g.workers {
		offset := Frame / time.Duration(len(w.fars)) * time.Duration(i) / time.Duration(len(g.workers))
		running.Go(func() { w.run(start.Add(offset), length, direct, counting.Done, sending.Done) })
	}
	counting.Wait()
	if err := answer("counting"); err != nil {
		return err
	}
	sending.Wait()
	if err := answer("sent"); err != nil {
		return err
	}
	running.Wait()
	return answer(g.report())
}

// report adds up what the threads have seen.
func (g *generator) report() *report {
	r := &report{Kinds: map[Kind]Counts{}}
	for _, w := range g.workers {
		r.Latency.Merge(&w.latency)
		r.Late.Merge(&w.late)
		r.Heard = append(r.Heard, w.heard...)
		r.From, r.Until = max(r.From, w.from), w.until
	}
	for _, f := range g.fars {
		sum := r.Kinds[f.end.Kind]
		sum.Sent += f.sent
		if f.end.Kind == Talking {
			sum.Lost += f.partner.sent - min(f.partner.sent, f.receiving.arrived)
		}
		sum.add(f.counts)
		r.Kinds[f.end.Kind] = sum
	}
	return r
}

func (g *generator) close() {
	for _, f := range g.fars {
		f.close()
	}
	g.fars, g.workers = nil, nil
}

// worker is one thread of the generator with its far ends.
type worker struct {
	fars    []*far
	laws    *laws
	latency Histogram
	late    Histogram
	heard   []hearing
	direct  bool // far ends send to each other
	packet  [headerSize + samples]byte
	inbox   *inbox
	pause   unix.Timespec
	// What comes from then until then counts, in nanoseconds of the wall clock; of the
	// partner's packets those that were sent then.
	from, until int64
}

func newWorker() *worker {
	w := &worker{laws: newLaws(), inbox: newInbox(), heard: make([]hearing, 0, 1<<16)}
	for i := range w.packet {
		w.packet[i] = w.laws.code[0][i*5%16] // some sound, of any law
	}
	return w
}

// run sends a packet of each far end in each frame, all spread evenly over it. counting is
// called when packets begin to count, sent when the last has left; a thread that is late
// calls them late, so that what is spent belongs to what is sent.
func (w *worker) run(start time.Time, length time.Duration, direct bool, counting, sent func()) {
	runtime.LockOSThread()                                // never unlocked: the thread ends with its settings
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1000, 0, 0, 0) // a coarser clock only makes bursts
	w.direct, w.heard = direct, w.heard[:0]
	w.latency, w.late = Histogram{}, Histogram{}
	first := int(warmUp(length) / Frame)
	frames := first + int(length/Frame)
	w.from, w.until = math.MaxInt64, math.MaxInt64
	n := time.Duration(len(w.fars))
	for _, f := range w.fars {
		f.counting, f.counts, f.receiving = false, Counts{}, receiving{}
	}
	for frame := range frames + int(linger/Frame) {
		begin := start.Add(time.Duration(frame) * Frame)
		switch frame {
		case first:
			counting()
		case first + 1: // all have begun
			w.from = time.Now().UnixNano()
		case frames:
			w.until = time.Now().UnixNano()
			sent()
		}
		for i, f := range w.fars {
			due := begin.Add(Frame * time.Duration(i) / n)
			now := w.await(due)
			switch {
			case frame < first:
				w.send(f, now)
			case frame == first:
				f.begin()
				fallthrough
			case frame < frames:
				w.late.Add(now.Sub(due))
				w.send(f, now)
			}
			if (frame+i)%turns == 0 {
				w.empty(f)
			}
		}
	}
	for _, f := range w.fars {
		w.empty(f)
	}
}

// begin counts a far end's packets from now on, at both ends.
func (f *far) begin() {
	f.sent = 0
	if f.partner != nil {
		f.partner.receiving.begin(f.sending.next)
		f.partner.counting = true
	}
}

// sharpen gives the goroutine a thread of its own, whose pauses end on time. The thread
// ends with it.
func sharpen() {
	runtime.LockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1000, 0, 0, 0) // nanoseconds; a coarser clock only makes bursts
}

// await waits until a moment has come, and gives the time.
func (w *worker) await(due time.Time) time.Time {
	now := time.Now()
	wait := due.Sub(now)
	if wait <= 0 {
		return now
	}
	w.pause = unix.NsecToTimespec(int64(max(wait, doze)))
	_ = unix.ClockNanosleep(unix.CLOCK_MONOTONIC, 0, &w.pause, nil) // cut short by a signal it is only early
	return time.Now()
}
