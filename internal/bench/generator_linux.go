package bench

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// share is how many ends one thread of the generator serves at most.
	share = 3000
	// sharing is how many far ends have a port in common: few enough that a socket of the
	// usual size holds what comes for them in a few turns.
	sharing = 16
	// doze is the shortest pause of a thread, so that packets come nearly evenly and the
	// thread does not wake for each.
	doze = 250 * time.Microsecond
	// turns is after how many frames a port is emptied.
	turns = 4
)

// generator is all far ends.
type generator struct {
	fars    []*far
	ports   []*port
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
			if !r.Fair {
				goFirst()
			}
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

// open makes the far ends and their ports.
func (g *generator) open(address netip.Addr, ends []End) (addresses []netip.AddrPort, err error) {
	g.close()
	for i, end := range ends {
		f, err := newFar(i, end)
		if err != nil {
			return nil, err
		}
		g.fars = append(g.fars, f)
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
	makeRoom(threads)
	for range threads {
		g.workers = append(g.workers, newWorker(g.fars))
	}
	for i, f := range g.fars {
		w := g.workers[i/2%threads] // partners stand side by side, at an even place
		w.fars = append(w.fars, f)
	}
	for _, w := range g.workers {
		rand.Shuffle(len(w.fars), func(i, j int) { w.fars[i], w.fars[j] = w.fars[j], w.fars[i] })
		for some := range slices.Chunk(w.fars, sharing) {
			p, err := newPort(address)
			if err != nil {
				return nil, fmt.Errorf("socket %d of the far ends at %v: %w", len(g.ports)+1, address, err)
			}
			g.ports = append(g.ports, p)
			for _, f := range some {
				f.port = p
			}
		}
	}
	for _, f := range g.fars {
		addresses = append(addresses, f.port.address)
	}
	return addresses, nil
}

func (g *generator) aim(near []netip.AddrPort) error {
	if len(near) != len(g.fars) {
		return fmt.Errorf("%d addresses for %d far ends", len(near), len(g.fars))
	}
	for i, f := range g.fars {
		f.aim(near[i])
	}
	for _, p := range g.ports {
		p.drop()
	}
	return nil
}

// run has all threads send for a time. The first answer comes when packets begin to count.
func (g *generator) run(length time.Duration, direct bool, answer func(any) error) error {
	runtime.GC() // now rather than in the run
	before := g.overflown()
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
	r := g.report()
	r.Overflown = g.overflown() - before
	return answer(r)
}

// overflown is how many packets came too fast for the far ends so far.
func (g *generator) overflown() (n uint64) {
	for _, p := range g.ports {
		n += p.overflown()
	}
	return n
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
	for _, p := range g.ports {
		p.close()
	}
	g.fars, g.ports, g.workers = nil, nil, nil
}

// worker is one thread of the generator with its far ends.
type worker struct {
	all     []*far // by their numbers
	fars    []*far // its own
	laws    *laws
	latency Histogram
	late    Histogram
	heard   []hearing
	direct  bool // far ends send to each other
	packet  [headerSize + samples]byte
	inbox   *inbox
	outbox  *outbox
	pause   unix.Timespec
	// What comes from then until then counts, in nanoseconds of the wall clock; of the
	// partner's packets those that were sent then.
	from, until int64
}

func newWorker(all []*far) *worker {
	w := &worker{all: all, laws: newLaws(), inbox: newInbox(), outbox: newOutbox(), heard: make([]hearing, 0, 1<<16)}
	for i := range w.packet {
		w.packet[i] = w.laws.code[0][i*5%16] // some sound, of any law
	}
	return w
}

// run sends a packet of each far end in each frame, all spread evenly over it. counting is
// called when packets begin to count, sent when the last has left; a thread that is late
// calls them late, so that what is spent belongs to what is sent.
func (w *worker) run(start time.Time, length time.Duration, direct bool, counting, sent func()) {
	sharpen()
	w.direct, w.heard = direct, w.heard[:0]
	w.latency, w.late = Histogram{}, Histogram{}
	first := int(warmUp(length) / Frame)
	frames := first + int(length/Frame)
	w.from, w.until = math.MaxInt64, math.MaxInt64
	n := time.Duration(len(w.fars))
	for _, f := range w.fars {
		f.counting, f.counts, f.receiving = false, Counts{}, receiving{}
	}
	now := time.Now()
	for frame := range frames + int(linger/Frame) {
		begin := start.Add(time.Duration(frame) * Frame)
		w.flush()
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
			if due.After(now) {
				w.flush()
				now = w.await(due)
			}
			switch {
			case frame < first:
				w.post(f, time.Time{})
			case frame == first:
				f.begin()
				fallthrough
			case frame < frames:
				w.post(f, due)
			}
			if i%sharing == 0 && (frame+i/sharing)%turns == 0 {
				w.empty(f.port)
			}
		}
	}
	for i := 0; i < len(w.fars); i += sharing {
		w.empty(w.fars[i].port)
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

// makeRoom leaves the runtime a processor beside those that so many threads keep in their
// pauses.
func makeRoom(threads int) { runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0), threads+1)) }

// sharpen gives the goroutine a thread of its own, whose pauses end on time. The thread
// ends with it, and its settings.
func sharpen() {
	runtime.LockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1000, 0, 0, 0) // nanoseconds; a coarser clock only makes bursts
	inRealTime(0)
}

// goFirst has all threads of the process scheduled in real time, and so those that they
// start: for when Go's scheduler has had a thread go on for its ten milliseconds, another
// one hands the processor back to it.
func goFirst() {
	threads, _ := os.ReadDir("/proc/self/task") // none, and it is as it was
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			inRealTime(id)
		}
	}
}

// inRealTime has a thread, 0 is this one, go before all that are not. Far ends are other
// machines in the field, which do not wait until the relay rests. It needs CAP_SYS_NICE;
// without, how late they send tells what that does.
func inRealTime(thread int) {
	_ = unix.SchedSetAttr(thread, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}, 0)
}

// await waits until a moment has come, and gives the time.
func (w *worker) await(due time.Time) time.Time {
	now := time.Now()
	wait := due.Sub(now)
	if wait <= 0 {
		return now
	}
	w.pause = unix.NsecToTimespec(int64(max(wait, doze)))
	// The scheduler is not told: it would have a thread look after this one at each pause,
	// which takes longer than what there is to do. Cut short by a signal it is only early.
	_, _, _ = unix.RawSyscall6(unix.SYS_CLOCK_NANOSLEEP, unix.CLOCK_MONOTONIC, 0, uintptr(unsafe.Pointer(&w.pause)), 0, 0, 0)
	return time.Now()
}
