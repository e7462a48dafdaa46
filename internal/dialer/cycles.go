package dialer

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// supervised finds the campaign that somebody wants to act on as a whole: the one
// that he names, or else the only one that he is logged in to.
func (s *state) supervised(by agent.ID, id campaign.ID, administrator bool) (*liveCampaign, error) {
	if administrator {
		return s.campaignNamed(id)
	}
	a, err := s.find(by)
	if err != nil {
		return nil, err
	}
	if id == "" {
		if len(a.in) != 1 {
			return nil, fault.New(fault.Invalid, "agent %s is logged in to %d campaigns; name one", a.id.User, len(a.in)).On("campaignid")
		}
		for only := range a.in {
			id = only
		}
	}
	lc, err := s.campaignNamed(id)
	if err != nil {
		return nil, err
	}
	return lc, maySupervise(a, lc)
}

func maySupervise(a *liveAgent, lc *liveCampaign) error {
	if !a.user.MaySupervise(lc.def.Workgroup) {
		return fault.New(fault.Forbidden, "user %s does not supervise workgroup %s of campaign %s", a.id.User, lc.def.Workgroup, lc.def.Name)
	}
	return nil
}

// resetCampaign takes back what the campaign has leased and not dialed, and asks
// anew. Agents who look at a preview lose it and get another one.
func (s *state) resetCampaign(cmd ResetCampaign) error {
	lc, err := s.supervised(cmd.By, cmd.Campaign, cmd.Administrator)
	if err != nil {
		return err
	}
	for _, c := range s.callsByID() {
		if c.def.ID != lc.def.ID || c.state != call.Previewed || c.waiting {
			continue
		}
		if a := s.agents[c.agent]; a != nil {
			s.move(a, agent.Withdraw)
			s.release(a, c)
			if s.status(a.id.User).Status == c.def.OnCallStatus { // he was available, and is again
				s.present(a.id.User, agent.StatusAvailable, false)
			}
		}
		s.withdraw(c, "the campaign was reset", s.now)
	}
	lc.rest, lc.trouble = s.now, 0
	s.note(campaign.Entry{Kind: "campaign", Agent: cmd.By.User, Campaign: lc.def.ID, Text: "reset"})
	return nil
}

// recycleCampaign has contacts that wait made due; [state.recycled] answers.
func (s *state) recycleCampaign(cmd RecycleCampaign, reply chan<- reply) error {
	lc, err := s.supervised(cmd.By, cmd.Campaign, cmd.Administrator)
	if err != nil {
		return err
	}
	s.note(campaign.Entry{Kind: "campaign", Agent: cmd.By.User, Campaign: lc.def.ID, Text: "recycle"})
	s.do(recycle{campaign: lc.def, now: s.now, reply: reply})
	return nil
}

func (s *state) recycled(in recycled) {
	switch {
	case in.err != nil:
		in.job.answer(s, fault.Wrap(in.err, fault.Internal, "campaign %s was not recycled; try again", in.job.campaign.Name))
		return
	case in.more && s.stopping:
		in.job.answer(s, errStopped)
		return
	case in.more:
		s.do(in.job)
		return
	}
	s.log.Info("campaign recycled", "campaign", in.job.campaign.Name, "contacts", in.job.count)
	for _, lc := range s.campaigns { // all that share a list
		if slices.ContainsFunc(in.job.campaign.Lists(), func(one campaign.Source) bool { return lc.def.Calls(one.List) }) {
			lc.rest = s.now
		}
	}
	in.job.answer(s, nil)
}

// awaitTurn: a campaign's lists are not called through before a moment at which somebody
// is due whose turn is still to come: limits or the law have put him off, or another of
// his numbers is next. They would be started again and again, and numbers further down
// never be dialed. Who is put off for longer than a day holds nobody up.
// It is not written down: after a crash a list may start again early.
func (s *state) awaitTurn(lc *liveCampaign, until time.Time) {
	if lc != nil && until.After(lc.turns) && !until.After(s.now.Add(24*time.Hour)) {
		lc.turns = until
	}
}

// answer replies to who asked for a recycle, if anybody did.
func (j recycle) answer(s *state, err error) {
	switch {
	case j.reply != nil:
		s.do(answer{to: j.reply, err: err})
	case err != nil:
		s.log.Error("campaign not recycled", "campaign", j.campaign.Name, "error", err)
	}
}

// transitionCampaign lets the next campaign of a group take its turn. What runs is
// switched off first, so that a crash between leaves none running rather than two.
func (s *state) transitionCampaign(cmd TransitionCampaign, reply chan<- reply) error {
	a, err := s.find(cmd.By)
	if err != nil {
		return err
	}
	group := s.group(cmd.Group)
	if len(group) == 0 {
		return fault.New(fault.NotFound, "there is no campaign group %q", cmd.Group).On("groupname")
	}
	for _, lc := range group {
		if err := maySupervise(a, lc); err != nil {
			return err
		}
	}
	next, err := s.turn(group, cmd.Campaign)
	if err != nil {
		return err
	}
	var changes []SetCampaignState
	for _, lc := range group {
		if lc != next && lc.def.State != campaign.Off {
			changes = append(changes, SetCampaignState{Campaign: lc.def.ID, State: campaign.Off})
		}
	}
	if next.def.State != campaign.On {
		changes = append(changes, SetCampaignState{Campaign: next.def.ID, State: campaign.On})
	}
	s.note(campaign.Entry{Kind: "campaign", Agent: cmd.By.User, Campaign: next.def.ID, Text: "takes the turn of group " + cmd.Group})
	if len(changes) == 0 {
		s.do(answer{to: reply})
		return nil
	}
	return s.switchCampaigns(changes, reply)
}

// group are the campaigns of a group, by name.
func (s *state) group(name string) []*liveCampaign {
	byName := func(a, b *liveCampaign) int {
		return cmp.Or(cmp.Compare(a.def.Name, b.def.Name), cmp.Compare(a.def.ID, b.def.ID))
	}
	return sorted(s.campaigns, byName, func(lc *liveCampaign) bool {
		return name != "" && strings.EqualFold(lc.def.Group, name)
	})
}

// turn tells whose turn it is in a group: that of the campaign named, or of the
// one after the first that runs, or of the first.
func (s *state) turn(group []*liveCampaign, named campaign.ID) (*liveCampaign, error) {
	if named != "" {
		lc, err := s.campaignNamed(named)
		if err == nil && !slices.Contains(group, lc) {
			err = fault.New(fault.Invalid, "campaign %s is not in the group", lc.def.Name).On("campaignid")
		}
		return lc, err
	}
	running := slices.IndexFunc(group, func(lc *liveCampaign) bool { return lc.def.State != campaign.Off })
	return group[(running+1)%len(group)], nil
}
