package dialer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// allocate moves agents between campaigns: all of them, or if one can not be
// moved, none.
func (s *state) allocate(cmd AllocateAgents) error {
	by, err := s.find(cmd.By)
	if err != nil {
		return err
	}
	if len(cmd.Agents) == 0 || len(cmd.In)+len(cmd.Out) == 0 {
		return fault.New(fault.Invalid, "name the agents, and campaigns to log them in to or out of").On("agentIds")
	}
	in, err := s.campaignsNamed(cmd.In)
	if err != nil {
		return err
	}
	out, err := s.campaignsNamed(cmd.Out)
	if err != nil {
		return err
	}
	agents, err := s.agentsNamed(cmd.Agents)
	if err != nil {
		return err
	}
	for _, a := range agents {
		if err := mayMove(by, a, in, out); err != nil {
			return err
		}
	}
	name := cmp.Or(by.user.Name, by.id.User)
	for _, a := range agents {
		for _, lc := range in {
			s.moveIn(a, lc, name)
		}
		s.moveOut(a, out, name)
	}
	return nil
}

// mayMove tells whether somebody may move an agent so.
func mayMove(by, a *liveAgent, in, out []*liveCampaign) error {
	if !by.user.Oversees(a.user) {
		return fault.New(fault.Forbidden, "user %s does not oversee %s", by.id.User, a.id.User).On("agentIds")
	}
	for _, lc := range in {
		switch {
		case slices.Contains(out, lc):
			return fault.New(fault.Invalid, "campaign %s is named both to log in to and out of", lc.def.Name).On("campaignIdsIn")
		case lc.def.State == campaign.Off:
			return fault.New(fault.Invalid, "campaign %s is not running", lc.def.Name).On("campaignIdsIn")
		case !a.user.In(lc.def.Workgroup):
			return fault.New(fault.Invalid, "agent %s is not a member of workgroup %s, which campaign %s needs", a.id.User, lc.def.Workgroup, lc.def.Name).On("agentIds")
		}
	}
	return nil
}

// moveIn logs an agent in to a campaign on somebody's behalf, whatever his right
// to choose; ready-for-calls must be said for it.
func (s *state) moveIn(a *liveAgent, lc *liveCampaign, by string) {
	id := lc.def.ID
	if l := a.leaving; l != nil && len(l.campaigns) > 0 {
		// He is not to leave it any more; without campaigns he leaves them all.
		if l.campaigns = slices.DeleteFunc(l.campaigns, func(c campaign.ID) bool { return c == id }); len(l.campaigns) == 0 {
			a.leaving = nil
		}
	}
	if _, in := a.in[id]; in {
		return
	}
	a.in[id] = false
	s.tell(AutoLogin{Agent: a.id, Campaign: id, By: by})
	s.sayCampaign(a, lc)
	s.showScript(a, lc)
	s.note(campaign.Entry{Kind: "agent", Agent: a.id.User, Campaign: id, Text: "logged in by " + by})
}

// moveOut has an agent leave campaigns on somebody's behalf: he is told at once,
// and leaves as with a log-off of his own.
func (s *state) moveOut(a *liveAgent, from []*liveCampaign, by string) {
	var ids []campaign.ID
	for _, lc := range from {
		if _, in := a.in[lc.def.ID]; in {
			ids = append(ids, lc.def.ID)
			s.note(campaign.Entry{Kind: "agent", Agent: a.id.User, Campaign: lc.def.ID, Text: "taken out by " + by})
		}
	}
	if len(ids) == 0 {
		return
	}
	s.tell(AutoLogout{Agent: a.id, Campaigns: slices.Clone(ids), By: by})
	switch l := a.leaving; {
	case l == nil:
		a.leaving = &leave{ids}
	case len(l.campaigns) > 0: // else he leaves the dialer, and them with it
		for _, id := range ids {
			if !slices.Contains(l.campaigns, id) {
				l.campaigns = append(l.campaigns, id)
			}
		}
	}
}

// campaignsNamed finds campaigns by their ids, in order and each once.
func (s *state) campaignsNamed(ids []campaign.ID) ([]*liveCampaign, error) {
	var list []*liveCampaign
	for _, id := range ids {
		lc := s.campaigns[campaign.ID(strings.ToUpper(string(id)))]
		if lc == nil {
			return nil, fault.New(fault.NotFound, "there is no campaign %s", id)
		}
		if !slices.Contains(list, lc) {
			list = append(list, lc)
		}
	}
	return list, nil
}

// agentsNamed finds the agents of users, all of whom must be logged in to the
// dialer.
func (s *state) agentsNamed(users []string) ([]*liveAgent, error) {
	var list []*liveAgent
	var missing []string
	for _, user := range users {
		known := false
		for _, a := range s.agentsByID() {
			if strings.EqualFold(a.id.User, user) && a.state != agent.Out {
				known = true
				if !slices.Contains(list, a) {
					list = append(list, a)
				}
			}
		}
		if !known {
			missing = append(missing, user)
		}
	}
	if len(missing) > 0 {
		return nil, fault.New(fault.NotFound, "not logged in to the dialer: %s; nobody was moved", strings.Join(missing, ", ")).On("agentIds")
	}
	return list, nil
}
