package dialer

import (
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
)

// skilled tells whether a user has all the skills that a contact asks for.
func skilled(u agent.User, skills []string) bool { return campaign.Team{u.Skills}.Can(skills) }

// team are those for whom a campaign claims contacts: those who are at work for it, or
// one agent alone. Without a column of skills it makes no difference who they are.
func (s *state) team(lc *liveCampaign, alone *liveAgent) campaign.Team {
	if lc.def.SkillColumn == "" {
		return nil
	}
	if alone != nil {
		return campaign.Team{alone.user.Skills}
	}
	team := campaign.Team{}
	for _, a := range s.agents {
		if s.atWork(a, lc.def.ID) {
			team = append(team, a.user.Skills)
		}
	}
	return team
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
