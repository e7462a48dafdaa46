package dialer

import (
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// Precise dialing: an agent is set aside for one contact, so that whoever answers is
// with an agent at once. His line stands before the contact is dialed, and he gets no
// other call until it is known what becomes of this one. He sees the contact when it
// has answered. A line that is not persistent stands from one such call to the next.

// offerPrecise asks for one contact for each free agent, as far as there is room.
func (s *state) offerPrecise(lc *liveCampaign) {
	for _, a := range s.unspoken(lc) {
		if s.roomFor(lc) == 0 {
			s.alarms.setUnlessSet(alarm{kind: alarmPace, campaign: lc.def.ID}, s.now.Add(askEvery))
			return
		}
		a.asked = true
		lc.claiming++
		s.do(claim{campaign: lc.def, n: 1, agent: a.id, team: s.team(lc, a), now: s.now})
	}
}

// keep sets an agent aside for a call, which is dialed as soon as his line is up.
func (s *state) keep(c *liveCall, a *liveAgent) {
	c.precise, c.keeper, a.keeps = true, a.id, c.id
	s.kept = append(s.kept, c)
	s.present(a.id.User, agent.StatusAwaiting, false)
	if a.line.state != agent.LineUp {
		s.raiseLine(a)
	}
	s.mind(c)
}

// unkeep ends that; the agent is available again.
func (s *state) unkeep(c *liveCall) {
	if c.keeper == nobody {
		return
	}
	if a := s.agents[c.keeper]; a != nil && a.keeps == c.id {
		a.keeps = ""
		if s.status(a.id.User).Status == agent.StatusAwaiting {
			s.present(a.id.User, agent.StatusAvailable, false)
		}
		if a.call == "" && a.station.MayPersist() {
			s.watchIdle(a)
		}
	}
	c.keeper = nobody
	s.kept = slices.DeleteFunc(s.kept, func(k *liveCall) bool { return k == c })
	s.follow(c)
}

// mindKept looks after all calls that agents are set aside for.
func (s *state) mindKept() {
	for _, c := range slices.Clone(s.kept) {
		s.mind(c)
	}
}

// mind holds a call against the agent who is set aside for it: it is dialed once his
// line is up, and does not go on without him.
func (s *state) mind(c *liveCall) {
	a := s.agents[c.keeper]
	ready := a != nil && a.keeps == c.id && s.atHand(a)
	switch c.state {
	case call.Previewed:
		switch {
		case !ready || a.brk != agent.NotOnBreak || a.leaving != nil || !a.line.state.Alive() || !s.mayDial(c):
			s.unkeep(c)
			s.withdraw(c, "the agent is not free any more", s.now)
		case a.line.state == agent.LineUp:
			s.advance(c, call.Place)
			s.ring(c)
		}
	case call.Dialing, call.Alerting, call.Greeting:
		if c.ending {
			s.unkeep(c)
		} else if !ready || a.line.state != agent.LineUp {
			s.unkeep(c)
			s.rekeep(c)
		}
	case call.Waiting:
		if !ready {
			s.unkeep(c) // whoever is free may take the customer
		}
	default: // with its agent, with nobody, or over
		s.unkeep(c)
	}
}

// rekeep sets another agent aside for a call in the air; without one it is given up
// before anybody answers.
func (s *state) rekeep(c *liveCall) {
	if b := s.pick(c); b != nil && b.line.state == agent.LineUp {
		c.keeper, b.keeps = b.id, c.id
		s.kept = append(s.kept, c)
		s.follow(c)
		s.present(b.id.User, agent.StatusAwaiting, false)
		return
	}
	s.endCustomer(c, "the agent who was set aside is gone")
}

// keeper is the agent who is set aside for a call and can take it, or nil.
func (s *state) keeper(c *liveCall) *liveAgent {
	if a := s.agents[c.keeper]; a != nil && a.keeps == c.id && s.atHand(a) {
		return a
	}
	return nil
}

// mayDial tells whether a call that was begun may be dialed still.
func (s *state) mayDial(c *liveCall) bool {
	lc := s.campaigns[c.def.ID]
	return lc != nil && lc.def.State.Dials() && lc.def.Mode == campaign.Precise && !s.stopping && s.judge(c, lc.def, c.contact.Number).Allowed &&
		!s.barred(lc.def, c.contact.Number, c.place)
}
