package pacing

import (
	"cmp"
	"fmt"
	"math"
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
	// Beside are the campaigns that predict for the same agents.
	Beside Beside
}

// Pacer paces one campaign that predicts: it overdials as far as the odds of the
// calls in the air allow, and learns from what was abandoned.
type Pacer struct {
	policy    Policy
	memory    Memory
	odds      odds
	flow      flow
	hour      hour
	tally     Tally // of the policy's window, as it was told last
	ripening  ripening
	now       time.Time // of the last decision
	decisions ring
}

// New makes a pacer. A memory of another version is as none.
func New(p Policy, m Memory) *Pacer {
	if m.Version != version {
		m = Start()
	}
	return &Pacer{policy: p.Defaults(), memory: m.copy(), odds: odds{stale: true}}
}

// Keep holds it to another policy from now on.
func (p *Pacer) Keep(to Policy) { p.policy = to.Defaults() }

// Memory is what it has learned until now.
func (p *Pacer) Memory() Memory {
	m := p.memory.copy()
	for _, c := range p.ripening { // it will not be asked again
		m.landed(c.class, c.live)
	}
	return m
}

// Decisions are the latest that dialed, and the latest of all, newest last.
func (p *Pacer) Decisions() []Decision { return p.decisions.list() }

// Landed tells of a call that is not in the air any more, at which age, and whether a
// person answered it.
func (p *Pacer) Landed(c Class, age time.Duration, live bool) {
	p.memory.Curve.take(age, live)
	p.ripening.add(unripe{class: c, live: live}, p.now, age)
}

// Served tells whether a person who answered got an agent in time.
func (p *Pacer) Served(abandoned bool) {
	p.memory.Answers++
	p.tally.Live++
	if abandoned {
		p.tally.Abandoned++
	}
	p.heed(abandoned)
}

// heed becomes more careful for a person who was abandoned, and less for one who was
// served.
func (p *Pacer) heed(abandoned bool) {
	p.hour.take(abandoned)
	missed := 0.0
	if abandoned {
		missed = 1
	}
	if p.policy.Adjust != NoAdjustment {
		target := p.target()
		p.memory.Z = min(bounds, max(-bounds, p.memory.Z+gain*(missed-target)/target))
	}
}

// Freed tells that an agent who had one of these customers is done with him.
func (p *Pacer) Freed() { p.flow.freed++ }

// Predict says how many to dial: at each horizon the answers expected until then, and
// z standard deviations, may not be more than the agents who are idle or will be. While
// a strict maximum is exceeded it dials for idle agents only.
func (p *Pacer) Predict(a Air) Decision {
	p.pass(a)
	if held := cmp.Or(p.exceeded(a.Tally), a.Beside.held); held != "" {
		a.Idle -= int(math.Ceil(a.Beside.flying))
		d := p.power(a, 1)
		d.Held = held
		return p.took(d)
	}
	d := p.odds.reckon(a, &p.memory, stance{z: p.careful(&a.Beside), flow: p.flow.rate() + a.Beside.flow})
	d.Target = p.target()
	return p.took(d)
}

// exceeded says by how much a strict maximum is exceeded, or nothing.
func (p *Pacer) exceeded(t Tally) string {
	if p.policy.Adjust != StrictMaximum || t.Rate() <= p.policy.Limit {
		return ""
	}
	return fmt.Sprintf("%.1f %% are abandoned, %.1f %% may be", 100*t.Rate(), 100*p.policy.Limit)
}

// Power dials only for agents who are idle: lines for each, less what flies. With no
// lines given it is as many as keep the odds of more answers than idle agents under
// the limit: one for a single agent, more for each of many. At one line it is precise.
func (p *Pacer) Power(a Air, lines float64) Decision {
	p.pass(a)
	if lines > 0 {
		return p.took(p.power(a, lines))
	}
	return p.took(p.odds.surplus(a, &p.memory, p.policy.Limit))
}

func (p *Pacer) power(a Air, lines float64) Decision {
	d := Power(Pulse{Idle: a.Idle, Flying: len(a.Flights) + a.Asked, Lines: lines, Room: a.Room})
	d.At = a.Now
	return d
}

// pass lets time pass until a decision.
func (p *Pacer) pass(a Air) {
	p.flow.pass(a.Now)
	p.hour.pass(a.Now)
	p.odds.landed += p.ripening.pass(a.Now, &p.memory)
	p.tally, p.now = a.Tally, a.Now
}

// took holds a decision to the room, and remembers it.
func (p *Pacer) took(d Decision) Decision {
	d.Dial = d.within(d.Dial)
	p.decisions.add(d)
	return d
}
