package dialer

import (
	"context"
	"log/slog"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// Stepped is a floor without a loop and without goroutines: whoever drives it says
// what time it is, and what it asks of the ledger is done before the next input. The
// same inputs at the same moments have the same effects. A rehearsal in virtual time
// drives one; a server runs a [Floor], which takes the same decisions.
type Stepped struct {
	cfg   Config
	state *state
	hear  func(Event)
}

// NewStepped makes a floor of the same parts as [New]. Its switch must not report
// while it is given an order: what comes of that is a later input. hear is told of
// each event; it may be nil.
func NewStepped(cfg Config, hear func(Event)) *Stepped {
	cfg.Rules = cfg.Rules.withDefaults()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if hear == nil {
		hear = func(Event) {}
	}
	return &Stepped{cfg: cfg, state: newState(cfg), hear: hear}
}

// Do carries a command out, as [Floor.Ask] does.
func (s *Stepped) Do(now time.Time, c Command) (id string, err error) {
	back := make(chan reply, 1)
	s.take(now, asked{c, back})
	select {
	case r := <-back:
		return r.id, r.err
	default:
		return "", errBusy
	}
}

// Report takes a leg's progress, at its moment.
func (s *Stepped) Report(p call.Progress) { s.take(p.At, happened{p}) }

// Next is when the floor has something to do by itself, if it has.
func (s *Stepped) Next() (at time.Time, ok bool) { return s.state.alarms.next() }

// Tick lets the floor do what is due.
func (s *Stepped) Tick(now time.Time) { s.take(now, ticked{}) }

// Look takes a snapshot.
func (s *Stepped) Look(now time.Time) Snapshot { return s.state.snapshot(now) }

// take applies an input, and then the results of all jobs that come of it.
func (s *Stepped) take(now time.Time, in input) {
	queue := []input{in}
	for len(queue) > 0 {
		in, queue = queue[0], queue[1:]
		var jobs []job
		for _, effects := range [](func() []effect){func() []effect { return s.state.apply(now, in) }, s.state.tidy} {
			for _, e := range effects() {
				switch e := e.(type) {
				case say:
					s.hear(e.event)
				case answer:
					e.to <- reply{e.id, e.err}
				case job:
					jobs = append(jobs, e)
				default:
					s.cfg.order(e)
				}
			}
		}
		for _, j := range jobs {
			queue = append(queue, j.perform(context.Background(), s.cfg.desks()))
		}
	}
}
