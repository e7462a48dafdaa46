package dialer

import (
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// mostParties are how many calls a conference takes.
const mostParties = 16

func (s *state) newConference() *conference {
	g := &conference{id: call.ConferenceID(s.newNumber())}
	s.parties[g.id] = g
	return g
}

// joinConference takes a call into a conference, out of any other one.
func (s *state) joinConference(g *conference, c *interaction) {
	s.leaveConference(c)
	g.calls = append(g.calls, c.id)
	c.conference = g.id
	s.stir(c)
}

// leaveConference takes a call out of its conference. With one party left that is
// a plain call again; if no agent is there, it has nobody to speak with and ends.
func (s *state) leaveConference(c *interaction) {
	g := s.parties[c.conference]
	c.conference = ""
	if g == nil {
		return
	}
	g.calls = slices.DeleteFunc(g.calls, func(id call.ID) bool { return id == c.id })
	if len(g.calls) > 1 {
		for _, id := range g.calls {
			if other := s.interaction(id); other != nil {
				s.stir(other)
			}
		}
		return
	}
	delete(s.parties, g.id)
	for _, id := range g.calls {
		last := s.interaction(id)
		if last == nil {
			continue
		}
		last.conference = ""
		s.stir(last)
		if last.agent == nobody {
			s.endTalk(last, call.Cause{Reason: call.Normal, Detail: "the other party is gone"})
		} else {
			s.sayTalk(last)
		}
	}
}

// companions are the calls that share a conference with one, itself included.
func (s *state) companions(c *interaction) []*interaction {
	g := s.parties[c.conference]
	if g == nil {
		return []*interaction{c}
	}
	var list []*interaction
	for _, id := range g.calls {
		if other := s.interaction(id); other != nil {
			list = append(list, other)
		}
	}
	return list
}

// confer makes a conference of calls that an agent holds.
func (s *state) confer(cmd Confer) (string, error) {
	if len(cmd.Calls) < 2 {
		return "", fault.New(fault.Invalid, "a conference needs two interactions at least").On("interactions")
	}
	calls, a, err := s.conferrable(cmd.By, cmd.Calls, 0)
	if err != nil {
		return "", err
	}
	g := s.newConference()
	s.bringIn(g, a, calls)
	return string(g.id), nil
}

// conferrable finds calls that one agent holds and that can be brought into a
// conference that has some already.
func (s *state) conferrable(by agent.ID, ids []call.ID, have int) (calls []*interaction, a *liveAgent, err error) {
	if len(ids)+have > mostParties {
		return nil, nil, fault.New(fault.Conflict, "a conference takes %d parties, not more", mostParties)
	}
	for i, id := range ids {
		c, who, err := s.allowed(by, id, deedConfer)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case slices.Contains(ids[:i], id):
			return nil, nil, fault.New(fault.Invalid, "interaction %s is named twice", id).On("interactions")
		case !c.state.Up() || c.ending || c.transfer != "":
			return nil, nil, fault.New(fault.Conflict, "interaction %s is %s and can not join a conference", id, doing(c))
		case c.conference != "":
			return nil, nil, fault.New(fault.Conflict, "interaction %s is in conference %s already", id, c.conference)
		case a != nil && a.id != c.agent:
			return nil, nil, fault.New(fault.Conflict, "interactions %s and %s are at different phones", ids[0], id)
		}
		a = s.mine(who, c)
		calls = append(calls, c)
	}
	return calls, a, nil
}

// bringIn takes calls into a conference; the agent is in it with all of them.
func (s *state) bringIn(g *conference, a *liveAgent, calls []*interaction) {
	for _, c := range calls {
		s.joinConference(g, c)
		if c.kind == call.Consultation {
			c.kind, c.consults = call.Invited, ""
		}
	}
	s.seclude(calls[0])
	for _, id := range g.calls {
		c := s.interaction(id)
		if c.state == call.Held {
			s.takeBack(c, a)
		} else if c.state == call.Connected {
			s.setAside(a, c)
			s.sayTalk(c)
		}
	}
}

// heldConference finds a conference of calls that an agent holds.
func (s *state) heldConference(by agent.ID, id call.ConferenceID) (*conference, *liveAgent, error) {
	g := s.parties[id]
	if g == nil {
		return nil, nil, fault.New(fault.NotFound, "there is no conference %s", id)
	}
	c, who, err := s.allowed(by, g.calls[0], deedConfer)
	if err != nil {
		return nil, nil, err
	}
	return g, s.mine(who, c), nil
}

// addParties adds calls that one holds to a conference.
func (s *state) addParties(cmd AddParties) error {
	g, a, err := s.heldConference(cmd.By, cmd.Conference)
	if err != nil {
		return err
	}
	if len(cmd.Calls) == 0 {
		return fault.New(fault.Invalid, "name the interactions to add").On("interactions")
	}
	calls, holder, err := s.conferrable(cmd.By, cmd.Calls, len(g.calls))
	if err != nil {
		return err
	}
	if holder != a {
		return fault.New(fault.Conflict, "the conference and interaction %s are at different phones", cmd.Calls[0])
	}
	s.bringIn(g, a, calls)
	return nil
}

// invite calls somebody into a conference with a call, or with one that exists.
func (s *state) invite(cmd Invite) (string, error) {
	if (cmd.Call == "") == (cmd.Conference == "") {
		return "", fault.New(fault.Invalid, "a party is invited into an interaction or into a conference, one of both")
	}
	g, a, c, err := s.inviting(cmd)
	if err != nil {
		return "", err
	}
	to, err := s.resolve(call.Destination{Number: cmd.Target}, a)
	if err == nil {
		err = s.hasPhone(a, to)
	}
	if err != nil {
		return "", err
	}
	if g == nil {
		g = s.newConference()
		s.joinConference(g, c)
		s.sayTalk(c)
	}
	if len(g.calls) >= mostParties {
		return "", fault.New(fault.Conflict, "a conference takes %d parties, not more", mostParties)
	}
	d := s.newTalk(call.Invited)
	d.inherit(c)
	s.joinConference(g, d)
	s.startTalk(d, a, to)
	return string(d.id), nil
}

// inviting finds what somebody is invited into: a conference, or none yet, and a
// call in it.
func (s *state) inviting(cmd Invite) (g *conference, a *liveAgent, c *interaction, err error) {
	if cmd.Conference != "" {
		if g, a, err = s.heldConference(cmd.By, cmd.Conference); err != nil {
			return nil, nil, nil, err
		}
		return g, a, s.interaction(g.calls[0]), nil
	}
	c, by, err := s.allowed(cmd.By, cmd.Call, deedInvite)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := s.sendable(c); err != nil {
		return nil, nil, nil, err
	}
	return s.parties[c.conference], s.mine(by, c), c, nil
}

// goOnWithout lets parties go on without an agent who is lost to them: those that
// he is sending somewhere, and a conference of two outside parties or more.
func (s *state) goOnWithout(a *liveAgent) {
	for _, c := range s.inHand(a) {
		d := s.talks[c.transfer]
		if c.agent != a.id || c.peer != nobody || d == nil || !c.state.Up() || c.ending {
			continue
		}
		p := s.newParty(c)
		p.queue = call.Queue{Type: call.UserQueue, Name: a.id.User}
		p.transfer, d.source, c.transfer = d.id, p.id, ""
		s.sayTalk(p)
		s.passOn(c, p)
	}
	conferences := map[call.ConferenceID]bool{}
	for _, c := range s.inHand(a) {
		g := s.parties[c.conference]
		if g == nil || conferences[g.id] {
			continue
		}
		conferences[g.id] = true
		var outside []*interaction
		for _, other := range s.companions(c) {
			if other.agent == a.id && other.state.Up() && !other.ending && other.peer == nobody {
				outside = append(outside, other)
			}
		}
		if len(outside) >= 2 {
			s.leaveAlone(g, outside)
		}
	}
}

// leaveAlone lets the parties of a conference go on without their agent. Who is not
// among them, as he is being hung up or is a colleague, is out of it.
func (s *state) leaveAlone(g *conference, outside []*interaction) {
	for _, c := range s.companions(outside[0]) {
		if !slices.Contains(outside, c) {
			s.leaveConference(c)
		}
	}
	for _, c := range outside {
		s.unwatchAll(c)
		if s.calls[c.id] != nil {
			p := s.newParty(c)
			s.joinConference(g, p)
			s.shift(p, call.Bridge)
			p.connected = s.now
			s.sayTalk(p)
			s.passOn(c, p)
			continue
		}
		s.stopTapes(c)
		holder := c.agent
		c.agent, c.station, c.kind, c.muted, c.held = nobody, "", call.Passed, false, holders{}
		if c.state == call.Held {
			s.shift(c, call.Resume)
		}
		s.letGo(holder, c)
		s.sayTalk(c)
	}
}
