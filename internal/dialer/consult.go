package dialer

import (
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

// consult calls somebody about a call, which is on hold meanwhile.
func (s *state) consult(cmd Consult) (string, error) {
	c, by, err := s.allowed(cmd.By, cmd.Call, deedConsult)
	if err != nil {
		return "", err
	}
	if err := s.sendable(c); err != nil {
		return "", err
	}
	for _, other := range s.talks {
		if other.consults == c.id {
			return "", fault.New(fault.Conflict, "interaction %s has a consultation already: %s", c.id, other.id)
		}
	}
	a := s.mine(by, c)
	g, err := s.resolve(cmd.To, a)
	if err == nil {
		err = s.hasPhone(a, g)
	}
	if err != nil {
		return "", err
	}
	attributes, err := addAttributes(c.attributes, cmd.Attributes, Replace)
	if err != nil {
		return "", err
	}
	d := s.newTalk(call.Consultation)
	d.inherit(c)
	d.consults, d.attributes = c.id, attributes
	s.startTalk(d, a, g)
	return string(d.id), nil
}

// consulted finds a call and its consultation for who holds both.
func (s *state) consulted(by agent.ID, id, consultation call.ID) (c, d *interaction, a *liveAgent, err error) {
	c, who, err := s.allowed(by, id, deedConsult)
	if err != nil {
		return nil, nil, nil, err
	}
	d = s.talks[consultation]
	if d == nil || d.consults != c.id {
		return nil, nil, nil, fault.New(fault.NotFound, "interaction %s has no consultation %s", c.id, consultation)
	}
	return c, d, s.mine(who, c), nil
}

// answeredConsult tells why a consultation can not go on yet.
func answeredConsult(c, d *interaction) error {
	if !d.state.Up() {
		return fault.New(fault.Conflict, "consultation %s is %s; wait for the answer, or cancel it and transfer the call", d.id, doing(d))
	}
	if !c.state.Up() || c.ending {
		return fault.New(fault.Conflict, "interaction %s is %s", c.id, doing(c))
	}
	return nil
}

// setAudience says with whom the agent of a consultation speaks.
func (s *state) setAudience(cmd SetAudience) error {
	c, d, a, err := s.consulted(cmd.By, cmd.Call, cmd.Consultation)
	if err != nil {
		return err
	}
	if err := answeredConsult(c, d); err != nil {
		return err
	}
	if !cmd.Original && !cmd.Consulted {
		return fault.New(fault.Invalid, "an audience needs the original party, the consulted one, or both").On("audience")
	}
	s.setAside(a, c, d)
	s.admitAll(c, a, cmd.Original)
	s.admitAll(d, a, cmd.Consulted)
	s.seclude(d)
	return nil
}

// admitAll lets an agent speak with the party of a call of his, or not, and with all
// that are in a conference with it.
func (s *state) admitAll(c *interaction, a *liveAgent, in bool) {
	for _, other := range s.companions(c) {
		if other.state.Up() && !other.ending {
			s.admit(other, a, in)
		}
	}
}

// admit lets an agent speak with the party of a call of his, or not.
func (s *state) admit(c *interaction, a *liveAgent, in bool) {
	switch {
	case in && c.held.agent:
		s.cancelTransfer(c)
		c.held.agent = false
		s.stir(c)
		if !c.held.any() {
			s.shift(c, call.Resume)
		}
	case !in && !c.held.agent:
		s.putOnHold(c, a.id)
	default:
		return
	}
	s.sayTalk(c)
}

// conclude connects the original party with the one consulted; the agent is out.
func (s *state) conclude(cmd Conclude) error {
	c, d, a, err := s.consulted(cmd.By, cmd.Call, cmd.Consultation)
	if err != nil {
		return err
	}
	if err := answeredConsult(c, d); err != nil {
		return err
	}
	s.cancelTransfer(c)
	s.cancelTransfer(d)
	d.consults, c.held = "", holders{}
	s.unwatchAll(d)
	switch b := s.agents[d.peer]; {
	case c.peer != nobody: // a colleague was the original party
		holder := d.agent
		d.agent, d.station = nobody, ""
		s.letGo(holder, d)
		s.handTo(c.peer, c, d)
	case b == nil:
		s.stopTapes(d)
		s.leaveTwo(c, d)
	case s.handsOver(c, a, b, d):
	default:
		p := s.newParty(c)
		s.give(p, b) // before the consultation ends, so that his line stays up
		s.passOn(c, p)
		s.overTalk(d, call.Cause{Reason: call.Transferred, Detail: "went on as " + string(p.id)})
		s.meet(p)
	}
	return nil
}

// cancelConsult ends a consultation.
func (s *state) cancelConsult(cmd CancelConsult) error {
	_, d, _, err := s.consulted(cmd.By, cmd.Call, cmd.Consultation)
	if err != nil {
		return err
	}
	s.endTalk(d, call.Cause{Reason: call.Normal, Detail: "the consultation was cancelled"})
	return nil
}

// endConsult looks after the other half of a consultation once one is over. When
// the consultation ends, whoever ended it, the agent is connected with the original
// party again at once, as nobody expects to find a customer still on hold then; if he
// spoke with him already, whoever else was in the consultation is put on hold.
// When the original party hangs up, the consultation is about the others who were in
// a conference with him; if there are none it is a call as any other.
func (s *state) endConsult(c *interaction, others []*interaction) {
	for _, d := range s.talksByID() {
		if d.consults != c.id {
			continue
		}
		if i := slices.IndexFunc(others, func(o *interaction) bool { return o != c && o.agent == d.agent && o.state.Up() && !o.ending }); i >= 0 {
			d.consults = others[i].id
		} else {
			d.consults, d.kind = "", call.Made
		}
		s.sayTalk(d)
	}
	o := s.interaction(c.consults)
	c.consults = ""
	if o == nil || s.agents[o.agent] == nil {
		return
	}
	switch a := s.agents[o.agent]; {
	case o.attended(a.id):
		s.setAside(a, o)
	case o.state == call.Held && !o.ending && o.transfer == "" && a.line.state == agent.LineUp && len(s.attending(a)) == 0:
		s.pickupOwn(o, a)
	}
}
