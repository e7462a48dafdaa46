package dialer

import (
	"slices"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// Campaigns that predict for the same agents, mates, are reckoned together: each sees the
// calls of the others in the air, and is as careful as the most careful of them. So all of
// them see the same room, and whose turn it is gets it.

// crew are the agents at work for a campaign, and those of them who are for another one
// too. It is counted anew each time.
type crew struct{ all, both int }

func (lc *liveCampaign) predicts() bool { return lc.def.Mode == campaign.Predictive }

// mates are the campaigns that predict for agents of one that does. Any other has none:
// who is served by one agent who is free for him, or by a message, says nothing about
// how boldly to predict.
func (s *state) mates(lc *liveCampaign) []*liveCampaign {
	if !lc.predicts() {
		return nil
	}
	var all []*liveCampaign
	for _, other := range s.campaignsByID() {
		if other.crew = (crew{}); other != lc && other.predicts() {
			all = append(all, other)
		}
	}
	if len(all) == 0 {
		return nil
	}
	for _, a := range s.agents {
		mine := s.atWork(a, lc.def.ID)
		for id := range a.in {
			if other := s.campaigns[id]; other != nil && s.atWork(a, id) {
				other.crew.all++
				if mine {
					other.crew.both++
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(other *liveCampaign) bool { return other.crew.both == 0 })
}

// beside is what a campaign's mates mean for it.
func (s *state) beside(lc *liveCampaign) pacing.Beside {
	var b pacing.Beside
	for _, other := range s.mates(lc) {
		b.Add(other.pacer, s.air(other, 0), float64(other.crew.both)/float64(other.crew.all))
	}
	return b
}

// stirMates has the mates of campaigns whose calls in the air have changed asked anew,
// those before it in turn among them.
func (s *state) stirMates() {
	for _, lc := range s.campaigns {
		if !lc.stirred {
			continue
		}
		lc.stirred = false
		for _, mate := range s.mates(lc) {
			mate.basis = noBasis
		}
	}
}
