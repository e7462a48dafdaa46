package dialer

import (
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
)

// skilled tells whether a user has all the skills that a contact asks for.
func skilled(u agent.User, skills []string) bool {
	for _, want := range skills {
		if !slices.ContainsFunc(u.Skills, func(have string) bool { return strings.EqualFold(have, want) }) {
			return false
		}
	}
	return true
}

// suits tells whether an agent has the skills that a call asks for.
func (c *liveCall) suits(a *liveAgent) bool { return len(c.skills) == 0 || skilled(a.user, c.skills) }

// lacksSkill tells whether a call asks for skills, and those who have them are too few
// for it beside the other calls in the air that ask for the same: one call for each who
// is free, and when a campaign predicts as many as are expected to be answered.
func (s *state) lacksSkill(lc *liveCampaign, c *liveCall) bool {
	if len(c.skills) == 0 {
		return false
	}
	free, atWork := 0, false
	for _, a := range s.agents {
		if c.suits(a) && s.atWork(a, lc.def.ID) {
			atWork = true
			if s.dialable(a, lc.def.ID) {
				free++
			}
		}
	}
	expected, one := 0.0, 1.0
	if lc.def.Mode == campaign.Predictive || lc.def.ByRate {
		one = lc.pacer.Odds()
	}
	for _, other := range lc.aloft {
		if slices.Equal(other.skills, c.skills) {
			expected += one
		}
	}
	room := float64(free)
	if lc.def.Mode == campaign.Predictive {
		room += 0.5
	}
	return !atWork || expected+one > room
}
