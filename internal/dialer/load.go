package dialer

import (
	"sync/atomic"
	"time"
)

// Load is how much the loop has to do, since it began.
type Load struct {
	Inputs  uint64        // taken
	Busy    time.Duration // spent on them
	Longest time.Duration // spent on one
	Waiting int           // inputs in the inbox now
	Room    int           // of the inbox
	Ledger  LedgerLoad
}

// LedgerLoad is how much the ledger, and who keeps something beside it, had to do for
// the loop.
type LedgerLoad struct {
	Jobs    uint64        // that are done
	Turns   uint64        // in which they were done: those that gather are done together
	Busy    time.Duration // spent on them
	Waiting int           // that have gathered now
}

// load is kept by the loop and its performer; everybody may read it.
type load struct {
	inputs        atomic.Uint64
	busy, longest atomic.Int64

	jobs, turns      atomic.Uint64
	writing, waiting atomic.Int64
}

// took counts an input.
func (l *load) took(d time.Duration) {
	l.inputs.Add(1)
	l.busy.Add(int64(d))
	if int64(d) > l.longest.Load() {
		l.longest.Store(int64(d))
	}
}

// did counts jobs that were done together.
func (l *load) did(jobs int, d time.Duration) {
	l.jobs.Add(uint64(jobs))
	l.turns.Add(1)
	l.writing.Add(int64(d))
}

// Load tells how much the loop has to do. It asks nothing of it.
func (f *Floor) Load() Load {
	l := &f.load
	return Load{
		Inputs: l.inputs.Load(), Busy: time.Duration(l.busy.Load()), Longest: time.Duration(l.longest.Load()),
		Waiting: len(f.inbox), Room: cap(f.inbox),
		Ledger: LedgerLoad{Jobs: l.jobs.Load(), Turns: l.turns.Load(), Busy: time.Duration(l.writing.Load()), Waiting: int(l.waiting.Load())},
	}
}
