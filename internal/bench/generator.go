package bench

import (
	"net/netip"
	"time"
)

const (
	// warmest is how long packets flow at most before they count; else as long as they
	// count then.
	warmest = time.Second
	// linger is how long the last packets are waited for.
	linger = 400 * time.Millisecond
)

// request is what the generator is asked, one thing at a time.
type request struct {
	// Ends opens a socket for each, at Address.
	Ends    []End      `json:"ends,omitempty"`
	Address netip.Addr `json:"address,omitzero"`
	Fair    bool       `json:"fair,omitempty"` // as [Load] has it
	// Near is where each end sends to from now on, and whom alone it listens to.
	Near []netip.AddrPort `json:"near,omitempty"`
	// Run sends for so long. It is answered twice: when packets begin to count, and, with
	// a report, when all have come.
	Run time.Duration `json:"run,omitempty"`
	// Direct tells that in this run Near are the partners themselves.
	Direct bool `json:"direct,omitempty"`
}

// report is what the generator has seen in a run.
type report struct {
	Kinds   map[Kind]Counts `json:"kinds"`
	Latency Histogram       `json:"latency"` // of the ends that talk
	Late    Histogram       `json:"late"`    // how long after its time a packet was sent
	// Overflown is how many packets the far ends' own sockets had no room for.
	Overflown uint64    `json:"overflown"`
	Heard     []hearing `json:"heard"`
	From      int64     `json:"from"` // what was heard from then until then is in Heard
	Until     int64     `json:"until"`
}

// hearing is a packet of its partner that the first end of a pair of kind Bridged heard.
type hearing struct {
	End      int   `json:"end"`
	Sent     int64 `json:"sent"` // nanoseconds of the wall clock, as Received
	Received int64 `json:"received"`
}

// warmUp is how long packets flow before they count for a length of time.
func warmUp(length time.Duration) time.Duration { return min(warmest, length).Truncate(Frame) }
