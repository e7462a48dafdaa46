package dialer

import (
	"reflect"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// setCampaign has a definition written; [state.saved] puts it into force.
func (s *state) setCampaign(def campaign.Campaign, reply chan<- reply) error {
	if err := def.Check(); err != nil {
		return err
	}
	s.save(save{campaign: def, reply: reply})
	return nil
}

// save has a definition written. Until it is, its state can not be changed.
func (s *state) save(j save) {
	if lc := s.campaigns[j.campaign.ID]; lc != nil {
		lc.saving++
	}
	s.do(j)
}

func (s *state) changeCampaign(cmd ChangeCampaign, reply chan<- reply) error {
	lc, err := s.unwritten(cmd.Campaign)
	if err != nil {
		return err
	}
	def, err := lc.def.With(cmd.Change, cmd.By, s.now)
	if err != nil {
		return err
	}
	s.save(save{campaign: def, reply: reply})
	return nil
}

// unwritten finds a campaign no change of which is being written: what is in force now
// would be written over it.
func (s *state) unwritten(id campaign.ID) (*liveCampaign, error) {
	lc, err := s.campaignNamed(id)
	if err == nil && lc.saving > 0 {
		err = fault.New(fault.Busy, "campaign %s is being changed; try again in a moment", lc.def.Name)
	}
	return lc, err
}

func (s *state) setCampaignState(cmd SetCampaignState, reply chan<- reply) error {
	return s.switchCampaigns([]SetCampaignState{cmd}, reply)
}

// switchCampaigns changes the states of campaigns one after the other, each once
// the one before is written. A crash between leaves the later ones as they were.
func (s *state) switchCampaigns(cmds []SetCampaignState, reply chan<- reply) error {
	cmd := cmds[0]
	lc, err := s.unwritten(cmd.Campaign)
	if err != nil {
		return err
	}
	def := lc.def
	if def.State, def.Auto = cmd.State, cmd.Auto; cmd.Auto {
		def.State = s.scheduled(lc)
	}
	if err := def.Check(); err != nil {
		return err
	}
	s.save(save{campaign: def, reply: reply, then: cmds[1:]})
	return nil
}

// campaignNamed finds a campaign by its id.
func (s *state) campaignNamed(id campaign.ID) (*liveCampaign, error) {
	list, err := s.campaignsNamed([]campaign.ID{id})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// saved puts a written definition into force and tells the agents.
func (s *state) saved(in saved) {
	if lc := s.campaigns[in.job.campaign.ID]; lc != nil && lc.saving > 0 {
		lc.saving--
	}
	if in.err != nil {
		if in.job.campaign.Auto {
			s.alarms.set(alarm{kind: alarmSchedule, campaign: in.job.campaign.ID}, s.now.Add(tryAgain))
		}
		s.do(answer{to: in.job.reply, err: fault.New(fault.Internal, "the campaign could not be written (%v); try again", in.err)})
		return
	}
	def := in.job.campaign
	lc := s.campaigns[def.ID]
	was := campaign.Campaign{State: campaign.Off}
	if lc == nil {
		lc = newLiveCampaign(def)
		s.campaigns[def.ID] = lc
	} else {
		was = lc.def
	}
	lc.def, lc.zone, lc.basis = def, in.zone, noBasis
	lc.bound = 0
	s.bind(lc)
	if !was.State.Dials() && def.State.Dials() {
		s.reenter(lc)
	}
	lc.closing, lc.clock = def.State == campaign.Off, in.clock
	if lc.closing {
		lc.recycles = 0
	}
	s.heedSchedule(lc)
	lc.rest = s.now // new contacts, new luck
	s.goOn(in.job)
	s.tell(CampaignSet{def})
	s.note(campaign.Entry{Kind: "campaign", Campaign: def.ID, Text: string(def.State)})
	rewritten := !reflect.DeepEqual(was.Script, def.Script)
	for _, a := range s.agentsByID() {
		if a.state == agent.Out {
			continue
		}
		_, before := a.in[def.ID]
		s.tellAgent(a, lc, was.State)
		if rewritten || !before {
			s.showScript(a, lc)
		}
	}
}

// goOn answers a change that is written, or makes the one that was to follow it.
func (s *state) goOn(j save) {
	var err error
	if len(j.then) > 0 {
		if err = s.switchCampaigns(j.then, j.reply); err == nil {
			return
		}
	}
	s.do(answer{to: j.reply, err: err})
}

// tellAgent lets a logged-in agent know of a campaign's change. Who has no right
// to choose is in every campaign that starts (contract section 4.1); who is in one
// that stops stays until its calls in the air are over ([state.close]).
func (s *state) tellAgent(a *liveAgent, lc *liveCampaign, was campaign.State) {
	before, now := was != campaign.Off && a.user.In(lc.def.Workgroup), eligible(a, lc)
	change := CampaignsChanged{Agent: a.id, MayChoose: a.user.MayChoose()}
	switch {
	case now && !before:
		if _, in := a.in[lc.def.ID]; !in && !a.user.MayChoose() {
			a.in[lc.def.ID] = false // ready-for-calls must be said again
		}
		change.Added = []AvailableCampaign{seenBy(a, lc)}
	case now:
		change.Changed = []AvailableCampaign{seenBy(a, lc)}
	case before:
		change.Removed = []campaign.ID{lc.def.ID}
	default:
		return
	}
	s.tell(change)
}

// available lists what an agent can work for.
func (s *state) available(a *liveAgent) []AvailableCampaign {
	var list []AvailableCampaign
	for _, lc := range s.campaignsByID() {
		if eligible(a, lc) {
			list = append(list, seenBy(a, lc))
		}
	}
	return list
}

// sayCampaign tells an agent that isLoggedIn of a campaign changed, which the
// wire can only say by taking it away and giving it again (contract section 11).
func (s *state) sayCampaign(a *liveAgent, lc *liveCampaign) {
	s.tell(CampaignsChanged{
		Agent: a.id, MayChoose: a.user.MayChoose(),
		Removed: []campaign.ID{lc.def.ID}, Added: []AvailableCampaign{seenBy(a, lc)},
	})
}

// seenBy is a campaign as an agent sees it.
func seenBy(a *liveAgent, lc *liveCampaign) AvailableCampaign {
	ready, in := a.in[lc.def.ID]
	return AvailableCampaign{
		ID: lc.def.ID, Name: lc.def.Name, Workgroup: lc.def.Workgroup,
		Mode: lc.def.Mode, State: lc.def.State, LoggedIn: in, Ready: ready,
		Completed: lc.completed, Auto: lc.def.Auto,
		HasScript: lc.def.Script != nil, ScriptURL: lc.def.ScriptURL,
	}
}
