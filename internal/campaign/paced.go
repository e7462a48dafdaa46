package campaign

import (
	"slices"

	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/pacing"
)

// Mode is how a campaign dials.
type Mode string

const (
	// Predictive dials before agents are free, as far as its policy lets it.
	Predictive Mode = "predictive"
	// Power dials when agents are idle.
	Power Mode = "power"
	// Precise dials one contact for one idle agent, who is set aside for it, so that
	// nobody who answers waits.
	Precise Mode = "precise"
	// Preview shows the contact to an agent first.
	Preview Mode = "preview"
	// Agentless dials without agents, as many as its limits let it.
	Agentless Mode = "agentless"
	// Manual dials nothing by itself: agents call contacts that they name.
	Manual Mode = "manual"
)

// Modes that this server offers.
var Modes = []Mode{Predictive, Power, Precise, Preview, Manual}

// Named tells whether each contact is fetched for an agent by name.
func (m Mode) Named() bool { return m == Preview || m == Precise }

// Paced is how fast a campaign dials, and against whom it competes for agents.
type Paced struct {
	// Pace holds predictive dialing to its limit of abandoned calls.
	Pace pacing.Policy
	// ByRate: power dials as many lines for each idle agent as the share of answered
	// calls asks for, within the limit of Pace, in place of Lines.
	ByRate bool
	// MaxFlying is how many calls that no agent has in hand the campaign may have at a
	// time, and MaxRate how many it may begin in a second; 0 is no limit.
	MaxFlying int
	MaxRate   float64
}

func (p Paced) defaults() Paced {
	p.Pace = p.Pace.Defaults()
	return p
}

func (p Paced) check(c Campaign) error {
	p = p.defaults() // it may have been written before there was a pace
	if !slices.Contains(pacing.Adjustments, p.Pace.Adjust) {
		return fault.New(fault.Invalid, "campaign %s: pace %q: there are %s", c.Name, p.Pace.Adjust, Words(pacing.Adjustments))
	}
	if !(p.Pace.Limit > 0 && p.Pace.Limit <= 1) {
		return fault.New(fault.Invalid, "campaign %s: a limit of abandoned calls of %g: write a share, 0.03 for 3 %%", c.Name, p.Pace.Limit)
	}
	switch {
	case p.MaxFlying < 0 || !(p.MaxRate >= 0):
		return fault.New(fault.Invalid, "campaign %s: limits of %d calls in the air and %g a second: neither can be below 0", c.Name, p.MaxFlying, p.MaxRate)
	case c.Mode == Agentless && p.MaxFlying == 0:
		return fault.New(fault.Invalid, "campaign %s: an agentless campaign needs a limit of calls in the air, as no agents hold it", c.Name)
	}
	return nil
}
