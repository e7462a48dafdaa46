package pacing

import (
	"fmt"
	"math"
	"time"
)

// Flight is a call in the air: placed, and not yet known to be answered by a person.
type Flight struct{ Placed time.Time }

// Air is what a predictive decision rests on, for one campaign at one moment.
type Air struct {
	Now time.Time
	// Idle agents, who could take a customer now, less the customers who wait.
	Idle int
	// Flights are the calls in the air.
	Flights []Flight
	// Asked are contacts that were asked for and are not dialed yet.
	Asked int
	// Room is how many more calls may be started at all (negative: no limit).
	Room int
}

// Memory is what a pacer has learned. It is kept across restarts.
type Memory struct {
	Curve Curve
	// Z is how many standard deviations of safety are kept; it moves with each live
	// answer.
	Z float64
}

// Start is the memory of a campaign that was never dialed: careful.
func Start() Memory { return Memory{Z: 1} }

// Pacer paces one campaign that predicts: it overdials as far as the odds of the
// calls in the air allow, and learns from what was abandoned. Whoever owns it tells it
// what became of each call, and asks.
type Pacer struct {
	policy Policy
	memory Memory
}

// New makes a pacer.
func New(p Policy, m Memory) *Pacer { return &Pacer{policy: p.Defaults(), memory: m} }

// Memory is what it has learned until now.
func (p *Pacer) Memory() Memory { return p.memory }

// Landed tells of a call that is not in the air any more, at which age, and whether a
// person answered it.
func (p *Pacer) Landed(age time.Duration, live bool) { p.memory.Curve.end(age, live) }

// gain is how far one live answer moves z; inner is where it steers, a little under
// the limit.
const (
	gain  = 0.01
	inner = 0.028 / 0.03
)

// Served tells whether a person who answered got an agent in time.
func (p *Pacer) Served(abandoned bool) {
	if p.policy.Adjust == NoAdjustment {
		return
	}
	target := p.policy.Limit * inner
	missed := 0.0
	if abandoned {
		missed = 1
	}
	p.memory.Z = min(4, max(-4, p.memory.Z+gain*(missed-target)/target))
}

// The horizons at which answers are weighed against agents.
const nearest, furthest = 2, 23 // seconds

// Predict says how many to dial: at each horizon the answers expected until then, and
// z standard deviations, may not be more than the idle agents and a half.
func (p *Pacer) Predict(a Air) Decision {
	o := p.memory.Curve.odds()
	var d Decision
	most := math.MaxInt
	for u := nearest; u <= furthest; u++ {
		ahead := time.Duration(u) * time.Second
		mean, variance := 0.0, 0.0
		for _, f := range a.Flights {
			chance := o.within(a.Now.Sub(f.Placed), ahead)
			mean, variance = mean+chance, variance+chance*(1-chance)
		}
		fresh := o.within(0, ahead)
		mean, variance = mean+float64(a.Asked)*fresh, variance+float64(a.Asked)*fresh*(1-fresh)
		n := 0
		for n < most && mean+fresh+p.memory.Z*math.Sqrt(variance+fresh*(1-fresh)) <= float64(a.Idle)+0.5 && n < maximum {
			n++
			mean, variance = mean+fresh, variance+fresh*(1-fresh)
		}
		if n < most {
			most = n
			d.Why = fmt.Sprintf("predictive: %.1f ± %.1f answers expected in %d s with %d more, for %d idle agents, z %.2f", mean, math.Sqrt(variance), u, n, a.Idle, p.memory.Z)
		}
	}
	d.Dial = most
	if a.Room >= 0 && d.Dial > a.Room {
		d.Dial = a.Room
		d.Why += fmt.Sprintf(", room for %d", a.Room)
	}
	return d
}

// maximum is the most that one decision dials.
const maximum = 200

func fall(x float64) float64 { return math.Exp(-x) }
