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
}

// load is kept by the loop; everybody may read it.
type load struct {
	inputs        atomic.Uint64
	busy, longest atomic.Int64
}

// took counts an input.
func (l *load) took(d time.Duration) {
	l.inputs.Add(1)
	l.busy.Add(int64(d))
	if int64(d) > l.longest.Load() {
		l.longest.Store(int64(d))
	}
}

// Load tells how much the loop has to do. It asks nothing of it.
func (f *Floor) Load() Load {
	return Load{
		Inputs: f.load.inputs.Load(), Busy: time.Duration(f.load.busy.Load()), Longest: time.Duration(f.load.longest.Load()),
		Waiting: len(f.inbox), Room: cap(f.inbox),
	}
}
