package pacing

import (
	"fmt"
	"time"
)

// Flight is a call in the air: placed, and not yet known to be answered by a person.
type Flight struct {
	Placed time.Time
	Class  Class
}

// Air is what a predictive decision rests on, for one campaign at one moment.
type Air struct {
	Now time.Time
	// Idle agents, who could take a customer now, less the customers who wait.
	Idle int
	// Flights are the calls in the air.
	Flights []Flight
	// Asked are contacts that were asked for and are not dialed yet.
	Asked int
	// Class of the contacts that would be dialed next, where it is known.
	Class Class
	// Room is how many more calls may be started at all (negative: no limit).
	Room int
	// Tally is what the policy's window holds, this day's answers included.
	Tally Tally
}

// Pacer paces one campaign that predicts: it overdials as far as the odds of the
// calls in the air allow, and learns from what was abandoned.
type Pacer struct {
	policy    Policy
	memory    Memory
	odds      odds
	decisions ring
}

// New makes a pacer. A memory of another version is as none.
func New(p Policy, m Memory) *Pacer {
	if m.Version != version {
		m = Start()
	}
	return &Pacer{policy: p.Defaults(), memory: m.copy()}
}

// Memory is what it has learned until now.
func (p *Pacer) Memory() Memory { return p.memory.copy() }

// Decisions are the latest that dialed, and the latest of all, newest last.
func (p *Pacer) Decisions() []Decision { return p.decisions.list() }

// Landed tells of a call that is not in the air any more, at which age, and whether a
// person answered it.
func (p *Pacer) Landed(c Class, age time.Duration, live bool) {
	p.memory.Curve.take(age, live)
	p.memory.landed(c, live)
	p.odds.landed++
}

// gain is how far one live answer moves z; inner is where it steers, a little under
// the limit.
const (
	gain  = 0.01
	inner = 0.028 / 0.03
)

// Served tells whether a person who answered got an agent in time.
func (p *Pacer) Served(abandoned bool) {
	p.memory.Answers++
	if p.policy.Adjust == NoAdjustment {
		return
	}
	target := p.target()
	missed := 0.0
	if abandoned {
		missed = 1
	}
	p.memory.Z = min(4, max(-4, p.memory.Z+gain*(missed-target)/target))
}

// target is the share of abandoned calls that is steered for.
func (p *Pacer) target() float64 { return p.policy.Limit * inner }

// Predict says how many to dial: at each horizon the answers expected until then, and
// z standard deviations, may not be more than the idle agents and a half. While a
// strict maximum is exceeded it dials for idle agents only.
func (p *Pacer) Predict(a Air) Decision {
	if p.policy.Adjust == StrictMaximum && a.Tally.Rate() > p.policy.Limit {
		d := p.power(a, 1)
		d.Held = fmt.Sprintf("%.1f %% are abandoned, %.1f %% may be", 100*a.Tally.Rate(), 100*p.policy.Limit)
		return p.took(d)
	}
	p.odds.refresh(&p.memory)
	d := p.odds.reckon(a, &p.memory)
	d.Target = p.target()
	return p.took(d)
}

// Power dials only for agents who are idle: lines for each, less what flies. With no
// lines given it is as many as keep the odds of more answers than idle agents under
// the limit: one for a single agent, more for each of many. At one line it is precise.
func (p *Pacer) Power(a Air, lines float64) Decision {
	if lines > 0 {
		return p.took(p.power(a, lines))
	}
	p.odds.refresh(&p.memory)
	return p.took(p.odds.surplus(a, &p.memory, p.policy.Limit))
}

func (p *Pacer) power(a Air, lines float64) Decision {
	d := Power(Pulse{Idle: a.Idle, Flying: len(a.Flights) + a.Asked, Lines: lines, Room: a.Room})
	d.At = a.Now
	return d
}

// took holds a decision to the room, and remembers it.
func (p *Pacer) took(d Decision) Decision {
	d.Dial = d.within(d.Dial)
	p.decisions.add(d)
	return d
}
