package dialer

import (
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// pulse is what the floor asks after each input and would else have to count over
// all calls and all agents. The states of calls and agents are the truth; this
// follows them at the one place where each changes ([state.move], [state.shift],
// [state.end]), and the model test holds it against a count.
//
// The calls of a campaign that are in the air are kept beside it, in
// [liveCampaign.aloft].
type pulse struct {
	idle     []*liveAgent               // agents in state Idle, by id
	agents   map[string][]*liveAgent    // those of each user, by id
	waiting  []*liveCall                // customers who answered and wait for an agent
	contacts map[campaign.ContactID]int // calls of each contact
}

func newPulse() pulse {
	return pulse{agents: make(map[string][]*liveAgent), contacts: make(map[campaign.ContactID]int)}
}

// aloft tells whether a call is in the air and will want any agent: none has been set aside for it.
func (c *liveCall) aloft() bool {
	if c.alone() || c.keeper != nobody || c.ending {
		return false
	}
	switch c.state {
	case call.Dialing, call.Alerting, call.Greeting, call.Waiting:
		return true
	}
	return false
}

// waits tells whether a customer waits for an agent, or for his own one.
func (c *liveCall) waits() bool { return c.state == call.Waiting && !c.ending }

// follow takes a change of a call into the pulse.
func (s *state) follow(c *liveCall) {
	if lc := s.campaigns[c.def.ID]; lc != nil {
		before := len(lc.aloft)
		lc.aloft = listed(lc.aloft, c, c.aloft())
		lc.stirred = lc.stirred || len(lc.aloft) != before
	}
	s.pulse.waiting = listed(s.pulse.waiting, c, c.waits())
}

// listed gives a list with a call in it or not, as it should be; calls stay in the
// order in which they came.
func listed(list []*liveCall, c *liveCall, should bool) []*liveCall {
	switch i := slices.Index(list, c); {
	case should && i < 0:
		return append(list, c)
	case !should && i >= 0:
		return slices.Delete(list, i, i+1)
	}
	return list
}

// followAgent takes a change of an agent's state into the pulse.
func (s *state) followAgent(a *liveAgent) {
	s.pulse.idle = seated(s.pulse.idle, a, a.state == agent.Idle)
}

// seated gives a list by id with an agent in it or not, as it should be.
func seated(list []*liveAgent, a *liveAgent, should bool) []*liveAgent {
	switch i, in := slices.BinarySearchFunc(list, a, byID); {
	case should && !in:
		return slices.Insert(list, i, a)
	case !should && in:
		return slices.Delete(list, i, i+1)
	}
	return list
}

// enter takes an agent onto the floor, leave off it.
func (p *pulse) enter(a *liveAgent) { p.agents[a.id.User] = seated(p.agents[a.id.User], a, true) }

func (p *pulse) leave(a *liveAgent) {
	if p.agents[a.id.User] = seated(p.agents[a.id.User], a, false); len(p.agents[a.id.User]) == 0 {
		delete(p.agents, a.id.User)
	}
}

// meet counts a call of a contact, part one that is no more.
func (p *pulse) meet(id campaign.ContactID) { p.contacts[id]++ }

func (p *pulse) part(id campaign.ContactID) {
	if p.contacts[id]--; p.contacts[id] == 0 {
		delete(p.contacts, id)
	}
}
