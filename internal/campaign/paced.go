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
var Modes = []Mode{Predictive, Power, Preview}

// Paced is how fast a campaign dials, and against whom it competes for agents.
type Paced struct {
	// Pace holds predictive dialing to its limit of abandoned calls.
	Pace pacing.Policy
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
	return nil
}
