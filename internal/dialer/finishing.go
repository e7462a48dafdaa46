package dialer

import (
	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// setAgentType says what an agent does for campaigns.
func (s *state) setAgentType(cmd SetAgentType) error {
	a, err := s.loggedIn(cmd.Agent)
	if err != nil {
		return err
	}
	if cmd.Type < Regular || cmd.Type > Composite {
		return fault.New(fault.Invalid, "there is no agent type %d; they are 1 regular, 2 finishing, 3 composite", cmd.Type).On("agentType")
	}
	if len(cmd.Campaigns) == 0 {
		return fault.New(fault.Invalid, "name the campaigns that the type is for").On("campaignIds")
	}
	ids, err := s.joinedBy(a, cmd.Campaigns)
	if err != nil {
		return err
	}
	for _, id := range ids {
		a.types[id] = cmd.Type
	}
	return nil
}

// markForFinishing flags an agent's call for a finishing agent.
func (s *state) markForFinishing(cmd MarkForFinishing) error {
	c, err := s.callFor(cmd.Agent, cmd.Call, cmd.Campaign)
	if err != nil {
		return err
	}
	if !c.state.Up() || c.closed || c.waiting {
		return fault.New(fault.Conflict, "call %s is not connected, or is dispositioned, and can not be handed to a finishing agent", c.id)
	}
	if err := s.setData(c, cmd.Attributes); err != nil {
		return err
	}
	c.finishing = true
	s.sayCall(c)
	return nil
}

// finishes tells whether a call's contact goes to an agent with a transfer: it is
// marked for that, not dispositioned, and the agent is free, finishes calls of the
// campaign and does not try out his line.
func (s *state) finishes(c *liveCall, to *liveAgent) bool {
	_, in := to.in[c.def.ID]
	kind := to.types[c.def.ID]
	return c.finishing && c.state.Up() && !c.closed && !c.waiting && !c.ending &&
		in && (kind == Finishing || kind == Composite) && to.state == agent.Idle && to.call == "" && !to.testing()
}

// handOver gives a contact's call to the agent whom it was transferred to, if he
// [state.finishes] it; else it changes nothing and is false, and the transfer is
// one as any other. The first agent is free without a disposition; the second
// has the call in hand, gets the contact's data, and dispositions it. Who hears
// whom is the transfer's business.
func (s *state) handOver(c *liveCall, from, to *liveAgent) bool {
	if !s.finishes(c, to) || from.call != c.id || from.state != agent.Talking || from.id.User == to.id.User {
		return false
	}
	s.leaveConference(&c.interaction) // who else is in it stays with the first agent
	s.note(campaign.Entry{Kind: "call", Agent: from.id.User, Campaign: c.def.ID, Call: c.id, Text: "handed over to " + to.id.User})
	c.muted, c.held = false, holders{}
	if c.state == call.Held {
		s.advance(c, call.Resume)
	}
	c.finishing, c.stage = false, 0
	s.stir(&c.interaction) // the first agent's phone too hears and says what it should
	s.move(from, agent.HandOver)
	s.release(from, c)
	s.present(from.id.User, c.def.FollowUpStatus, false)
	s.move(to, agent.Connect)
	s.assign(c, to)
	s.setAside(to, &c.interaction)
	s.unwatchAll(&c.interaction) // who oversees the first agent may not oversee the second
	s.present(to.id.User, c.def.OnCallStatus, true)
	s.alarms.clear(alarm{kind: alarmIdle, agent: to.id})
	s.fulfil(from)
	return true
}
