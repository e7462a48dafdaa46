package campaign

import (
	"cmp"
	"slices"
	"strings"

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
var Modes = []Mode{Predictive, Power, Precise, Preview, Manual, Agentless}

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
	// Priority decides between campaigns that want the same agents: the higher one is
	// dialed for first. Among equals, each gets its share of them by Weight; 0 is 1.
	Priority int
	Weight   float64
	// SkillColumn is the column of the list that names the skills an agent must have
	// for the contact, separated by commas; empty: any agent will do.
	SkillColumn string
	// Schedule is when the campaign is on while it is under schedule, which Auto says.
	Schedule Schedule
	Auto     bool
}

// SkillsFor are the skills that a contact asks for, in order.
func (c Campaign) SkillsFor(contact Contact) []string {
	if c.SkillColumn == "" {
		return nil
	}
	_, text, _ := contact.Column(c.SkillColumn)
	var skills []string
	for skill := range strings.SplitSeq(text, ",") {
		if skill = strings.TrimSpace(skill); skill != "" {
			skills = append(skills, strings.ToLower(skill))
		}
	}
	slices.Sort(skills)
	return slices.Compact(skills)
}

// Team are those for whom contacts are claimed: the skills of each. Nil is whoever may
// come.
type Team [][]string

// Can tells whether one of them has all of some skills.
func (t Team) Can(skills []string) bool {
	return t == nil || len(skills) == 0 || slices.ContainsFunc(t, func(has []string) bool {
		return !slices.ContainsFunc(skills, func(want string) bool {
			return !slices.ContainsFunc(has, func(have string) bool { return strings.EqualFold(have, want) })
		})
	})
}

// Share is the weight, 1 if none was set.
func (p Paced) Share() float64 { return cmp.Or(p.Weight, 1) }

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
	case !(p.Weight >= 0):
		return fault.New(fault.Invalid, "campaign %s: a weight of %g: it can not be below 0", c.Name, p.Weight)
	case p.Auto && len(p.Schedule.Windows) == 0:
		return fault.New(fault.Invalid, "campaign %s has no schedule that could switch it on and off", c.Name)
	case c.Mode == Agentless && p.MaxFlying == 0:
		return fault.New(fault.Invalid, "campaign %s: an agentless campaign needs a limit of calls in the air, as no agents hold it", c.Name)
	}
	return nil
}
