package bench

import (
	"context"
	"fmt"
	"net/netip"
)

// Relay is what is measured: a process that carries voice between far ends.
type Relay interface {
	// Name is what it is called in tables.
	Name() string
	// PID is the process whose time counts.
	PID() int
	// Open has it make a leg for each end and fills in where it is, Near. Partners that
	// talk hear each other from then on.
	Open(load Load, ends []End) error
	// Figures are what it tells of itself; those that it does not know are 0.
	Figures() (Figures, error)
	// Finish ends recordings, bridges no more pairs, and gives the last figures.
	Finish() (Figures, error)
	// Close ends all of it.
	Close() error
}

// Figures are what a relay tells of itself. Counts are since it began.
type Figures struct {
	Goroutines  int    `json:"goroutines"`
	Allocations uint64 `json:"allocations"` // objects
	Heap        int64  `json:"heap_bytes"`  // what lives and what waits for the collector
	Stacks      int64  `json:"stacks_bytes"`
	Received    uint64 `json:"received"` // RTP packets, of all legs
	Sent        uint64 `json:"sent"`
	Refused     uint64 `json:"refused"`
	Kernel      uint64 `json:"kernel"` // RTP packets that the kernel forwarded by itself
	// Recordings are those that are complete, Dropped what of them is missing.
	Recordings int     `json:"recordings"`
	Dropped    float64 `json:"dropped_seconds"`
	// Bridgings are the times at which pairs were bridged.
	Bridgings []Bridging `json:"bridgings,omitempty"`
}

// Bridging is a pair that was bridged.
type Bridging struct {
	End int   `json:"end"` // the first of the pair
	At  int64 `json:"at"`  // nanoseconds of the wall clock, just before
}

// RelayRequest is what a relay that is a [Child] is asked: to open legs, or, with none,
// for its figures.
type RelayRequest struct {
	Load Load  `json:"load"`
	Ends []End `json:"ends,omitempty"`
	// Finish is [Relay.Finish].
	Finish bool `json:"finish,omitempty"`
}

// childRelay is a relay of ours, in a process of its own.
type childRelay struct {
	*Child
	name string
}

// StartRelay starts a relay that answers a [RelayRequest]: with the addresses of its legs,
// or with [Figures].
func StartRelay(ctx context.Context, name string, argv ...string) (Relay, error) {
	child, err := StartChild(ctx, argv...)
	if err != nil {
		return nil, fmt.Errorf("%s does not start: %w", name, err)
	}
	return &childRelay{child, name}, nil
}

func (r *childRelay) Name() string { return r.name }

func (r *childRelay) Open(load Load, ends []End) error {
	var near []netip.AddrPort
	if err := r.Ask(RelayRequest{Load: load, Ends: ends}, &near); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	if len(near) != len(ends) {
		return fmt.Errorf("%s has opened %d legs for %d far ends", r.name, len(near), len(ends))
	}
	for i := range ends {
		ends[i].Near = near[i]
	}
	return nil
}

func (r *childRelay) Figures() (f Figures, err error) {
	return f, r.Ask(RelayRequest{}, &f)
}

func (r *childRelay) Finish() (f Figures, err error) {
	return f, r.Ask(RelayRequest{Finish: true}, &f)
}
