package pacing

import (
	"math"
	"time"
)

// flow is how many agents a second become free of a customer, of late.
type flow struct {
	freed, seconds float64
	last           time.Time
}

// The flow is averaged over the last hundred of them, which take five minutes at
// least and twenty at most, and in the first minute over a minute.
const (
	flowMemory          = 100
	flowShort, flowLong = 300, 1200 // seconds
	flowLeast           = 60
)

// pass lets time pass. An hour without a decision begins anew.
func (f *flow) pass(now time.Time) {
	dt := now.Sub(f.last).Seconds()
	if dt <= 0 {
		return
	}
	if dt > 3600 {
		*f, dt = flow{}, 0
	}
	span := min(flowLong, max(flowShort, flowMemory/max(1e-3, f.rate())))
	keep := math.Exp(-dt / span)
	f.freed *= keep
	f.seconds = f.seconds*keep + dt
	f.last = now
}

// rate is the flow in agents a second.
func (f *flow) rate() float64 { return f.freed / max(flowLeast, f.seconds) }
