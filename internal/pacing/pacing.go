// Package pacing answers how many contacts to dial now, and why.
//
// It is pure: a [Pulse] goes in, a [Decision] with its reckoning comes out. The
// floor asks whenever something changed that the answer depends on.
package pacing

import "fmt"

// Pulse is what the decision rests on, for one campaign at one moment.
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

// Decision is how many to dial, with the reckoning in words.
type Decision struct {
	Dial int
	Why  string
}

// Power dials only for agents who are idle: lines for each, less what already
// flies. At 1 line it can not abandon unless an agent leaves.
func Power(p Pulse) Decision {
	want := int(float64(p.Idle)*p.Lines+1e-9) - p.Flying
	d := Decision{Dial: max(0, want)}
	if p.Room >= 0 && d.Dial > p.Room {
		d.Dial = p.Room
	}
	d.Why = fmt.Sprintf("power: %d idle × %g lines − %d flying", p.Idle, p.Lines, p.Flying)
	if p.Room >= 0 {
		d.Why += fmt.Sprintf(", room for %d", p.Room)
	}
	return d
}
