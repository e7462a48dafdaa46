package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// recallEvery is how soon a free agent's promised callbacks are asked for again.
// Who becomes free is asked for at once, before other work is.
const recallEvery = 5 * time.Second

// recall asks for callbacks that free agents promised. While that is under way
// nothing else is dialed for them.
func (s *state) recall() {
	owning := make(map[campaign.ID]campaign.Campaign)
	for id, lc := range s.campaigns {
		if lc.def.AllowOwned && lc.def.State.Dials() && lc.def.Mode != campaign.Agentless {
			owning[id] = lc.def
		}
	}
	if len(owning) == 0 || s.stopping {
		return
	}
	asked := make(map[string]bool) // users
	for _, a := range s.pulse.idle {
		if a.call != "" || s.now.Before(a.recall) {
			continue
		}
		job := claimOwned{agent: a.id, now: s.now}
		for _, lc := range s.campaignsByID() {
			if def, ok := owning[lc.def.ID]; ok && s.dialable(a, def.ID) {
				job.campaigns = append(job.campaigns, def)
			}
		}
		if len(job.campaigns) == 0 || asked[a.id.User] {
			continue
		}
		asked[a.id.User] = true
		a.asked, a.recall = true, s.now.Add(recallEvery)
		s.alarms.set(alarm{kind: alarmRecall, agent: a.id}, a.recall)
		s.do(job)
	}
}

// owed gives an agent the callback that he promised: as a preview, or dialed for
// him alone. If he is not free any more it is given back, and stays his.
func (s *state) owed(in owed) {
	a := s.agents[in.job.agent]
	if a != nil {
		a.asked = false
	}
	if in.err != nil {
		s.log.Error("no promised callbacks", "agent", in.job.agent.String(), "error", in.err)
		return
	}
	lc := s.campaigns[in.campaign]
	if lc == nil || in.lead.Attempt.ID == 0 {
		return
	}
	talking := s.inAnyCall(in.lead.Contact.ID)
	c := s.begin(lc.def, in.lead, in.place)
	c.owned = true
	verdict := s.judge(c, c.def, c.contact.Number)
	listing, lists := s.listed(c.place, c.def, c.contact.Number)
	c.attempt.Rule = verdict.Rule + lists
	switch {
	case s.stopping || !c.def.State.Dials() || c.attempt.Preview != (c.def.Mode == campaign.Preview):
		s.withdraw(c, "the campaign does not dial any more", s.now)
	case listing == compliance.Listed:
		c.attempt.Rule = lists
		s.bar(c, lists)
	case listing == compliance.Unready:
		c.attempt.Rule = lists
		s.withdraw(c, lists, s.now.Add(listsAge))
	case !verdict.Allowed:
		c.attempt.Rule = verdict.Rule
		s.withdraw(c, verdict.Rule, verdict.Next)
	case talking: // dispositioned, and still on the line
		s.withdraw(c, inACall, s.now)
	case a == nil || !s.dialable(a, c.def.ID):
		s.withdraw(c, "the agent is not free any more", s.now)
	case c.attempt.Preview:
		s.preview(c, a)
	default:
		s.dialFor(c, a)
	}
}
