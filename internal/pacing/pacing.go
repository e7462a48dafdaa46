// Package pacing answers how many contacts to dial now, and why.
//
// It is pure: figures go in, a [Decision] with its reckoning comes out. The floor asks
// whenever something changed that the answer depends on, and a few times a second, as
// time alone changes what the calls in the air promise.
//
//   - [Power] dials for agents who are idle, and needs no memory.
//   - A [Pacer] also dials before agents are free. It belongs to one campaign. Whoever
//     owns it says what became of each call ([Pacer.Landed]) and of each person who
//     answered ([Pacer.Served]), and asks ([Pacer.Predict], [Pacer.Power]). It is not
//     safe for use by several goroutines.
//   - What a pacer has learned is its [Memory], a plain value that outlives the program.
//   - A [Policy] holds it to a share of abandoned calls.
//
// docs/pacing.md explains the method, the figures and what they were measured to do.
package pacing

// Pulse is what a decision to dial for idle agents rests on, for one campaign at one
// moment.
type Pulse struct {
	// Idle agents, who could take a customer now.
	Idle int
	// Flying calls: claimed, dialing or ringing, and customers who wait.
	Flying int
	// Lines for each idle agent; 1 dials one contact for one agent.
	Lines float64
	// Room is how many more calls may be started at all (0: none; negative: no limit).
	Room int
}

// Power dials only for agents who are idle: lines for each, less what already
// flies. At 1 line it can not abandon unless an agent leaves.
func Power(p Pulse) Decision {
	want := max(0, int(min(float64(p.Idle)*p.Lines, most)+1e-9)-p.Flying)
	d := Decision{By: ByPower, Idle: p.Idle, Flying: p.Flying, Lines: p.Lines, Room: p.Room}
	d.Dial = d.within(want)
	return d
}

// most is more than is ever dialed for power, so that sums of calls do not overflow.
const most = 1 << 20
