package pacing

import (
	"fmt"
	"strconv"
	"time"
)

// By is the rule that took a decision.
type By string

const (
	// ByPower dials lines for each idle agent.
	ByPower By = "power"
	// ByPredict weighs the answers expected against the agents.
	ByPredict By = "predictive"
)

// Decision is how many to dial, with the reckoning in figures; [Decision.Why] puts it
// in words.
type Decision struct {
	Dial int
	By   By
	// At is the moment it was taken, for what a pacer decided.
	At time.Time
	// Idle agents, less the customers who wait.
	Idle int
	// Flying calls; the contacts that were asked for are among them.
	Flying int
	// Lines for each idle agent, of power.
	Lines float64
	// Expected answers until Ahead from now, with those of the calls dialed now and those to
	// campaigns that predict for the same agents; Free
	// agents who will have become idle by then; and the standard deviation of both
	// together. Ahead is the horizon that allows the fewest calls.
	Expected, Free, Deviation float64
	Ahead                     time.Duration
	// Z is how many standard deviations of safety are kept; it may be negative.
	Z float64
	// Rate is the share of calls that people are taken to answer.
	Rate float64
	// Target is the share of abandoned calls that is steered for, of people who answer.
	Target float64
	// Room is how many more calls may be started (negative: no limit).
	Room int
	// Held says what kept the decision from dialing more, if it was not the odds.
	Held string
}

// within holds what is wanted to the room.
func (d *Decision) within(want int) int {
	if d.Room >= 0 && want > d.Room {
		return d.Room
	}
	return want
}

// Why is the reckoning in words; none where nothing was reckoned.
func (d Decision) Why() string {
	var why string
	switch d.By {
	case "":
		return ""
	case ByPower:
		why = fmt.Sprintf("power: %d idle × %s lines − %d flying", d.Idle, strconv.FormatFloat(d.Lines, 'g', -1, 64), d.Flying)
	case ByLimits:
		why = fmt.Sprintf("dialed %d: %d in the air", d.Dial, d.Flying)
	case ByPredict:
		why = fmt.Sprintf("dialed %d: %.1f ± %.1f answers expected in %g s for %s and %.1f more by then, z %.2f", d.Dial, d.Expected, d.Deviation, d.Ahead.Seconds(), agents(d.Idle), d.Free, d.Z)
	}
	if d.Held != "" {
		why += ", " + d.Held
	}
	if d.Room >= 0 {
		why += fmt.Sprintf(", room for %d", d.Room)
	}
	return why
}

func agents(idle int) string {
	switch {
	case idle == 1:
		return "1 idle agent"
	case idle < 0:
		return fmt.Sprintf("no idle agent and %d who wait", -idle)
	}
	return fmt.Sprintf("%d idle agents", idle)
}

// kept is how many decisions a pacer remembers.
const kept = 128

// ring holds the latest decisions that dialed, and the latest of all.
type ring struct {
	all  [kept]Decision
	next int // how many were added
}

// add adds a decision. One that dialed nothing makes way for the next.
func (r *ring) add(d Decision) {
	if r.next > 0 && r.all[(r.next-1)%kept].Dial == 0 {
		r.next--
	}
	r.all[r.next%kept] = d
	r.next++
}

// list is a copy, newest last.
func (r *ring) list() []Decision {
	list := make([]Decision, 0, min(r.next, kept))
	for i := max(0, r.next-kept); i < r.next; i++ {
		list = append(list, r.all[i%kept])
	}
	return list
}
