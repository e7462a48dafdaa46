package dialer

import (
	"cmp"
	"math"
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
)

// byTurn are the campaigns in the order in which they get agents that several of them
// want: by priority, then who had least of them for its weight.
func (s *state) byTurn() []*liveCampaign {
	all := s.campaignsByID()
	slices.SortStableFunc(all, func(a, b *liveCampaign) int {
		return cmp.Or(cmp.Compare(b.def.Priority, a.def.Priority), cmp.Compare(a.share, b.share))
	})
	return all
}

// tookAgent counts an agent whom a campaign got.
func (s *state) tookAgent(id campaign.ID) {
	if lc := s.campaigns[id]; lc != nil {
		lc.share += 1 / lc.def.Share()
	}
}

// reenter gives a campaign that begins to dial no more of a claim than the others have:
// what it did not want meanwhile it does not get now.
func (s *state) reenter(lc *liveCampaign) {
	least := math.Inf(1)
	for _, other := range s.campaigns {
		if other != lc && other.def.State.Dials() && other.def.Priority == lc.def.Priority {
			least = min(least, other.share)
		}
	}
	if !math.IsInf(least, 1) {
		lc.share = max(lc.share, least)
	}
}

// complete says whether a campaign's list is at its end. When contacts are added it
// goes on by itself.
func (s *state) complete(lc *liveCampaign, done bool) {
	if lc.completed == done {
		return
	}
	lc.completed = done
	text := "completed"
	if !done {
		text = "goes on"
		s.reenter(lc)
	}
	s.log.Info("campaign "+text, "campaign", lc.def.Name)
	s.note(campaign.Entry{Kind: "campaign", Campaign: lc.def.ID, Text: text})
	for _, a := range s.agentsByID() {
		if a.state != agent.Out {
			s.tellAgent(a, lc, lc.def.State)
		}
	}
}
