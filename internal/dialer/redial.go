package dialer

import (
	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// redial keeps a customer whose agent's line is lost in the call, if the rules say
// so: he hears that he is to wait, and the agent's phone is called again, once. Who
// loses his line a second time in a call means it.
func (s *state) redial(a *liveAgent, c *liveCall) bool {
	if !s.rules.RedialLostAgent || c.redialed || c.ending || a.state != agent.Talking || !c.state.Up() || !a.station.Callable() {
		return false
	}
	c.redialed, c.held.line = true, true
	s.advance(c, call.Hold)
	s.move(a, agent.Assign)
	s.raiseLine(a)
	s.patience(c)
	s.sayCall(c)
	return true
}

// patience starts the time that a customer waits for the phone of his agent.
func (s *state) patience(c *liveCall) {
	s.alarms.set(alarm{kind: alarmRedial, call: c.id}, s.now.Add(s.rules.RedialTime))
}

// rejoin brings an agent whose phone was called again back to his customer, unless
// he has put him on hold himself meanwhile.
func (s *state) rejoin(c *liveCall, a *liveAgent) {
	s.alarms.clear(alarm{kind: alarmRedial, call: c.id})
	c.held.line = false
	s.news(a, LineRedialed, "back")
	s.move(a, agent.Connect)
	if !c.held.any() {
		s.advance(c, call.Resume)
		s.couple(c, a)
	}
	s.stir(&c.interaction)
	s.sayCall(c)
	s.present(a.id.User, "", false)
}

// couple lets a customer and an agent hear each other, before anything else.
func (s *state) couple(c *liveCall, a *liveAgent) {
	s.do(bridge{agent: a.line.leg, customer: c.leg})
	s.wires.bridged(a.line.leg, c.leg)
	if s.rules.ZipTone {
		s.do(play{a.line.leg, call.ZipTone})
	}
}

// patienceOver: the customer has waited long enough for the phone of his agent.
func (s *state) patienceOver(c *liveCall) {
	a := s.agents[c.agent]
	if a == nil || c.ending || !c.held.line && c.state != call.Connecting {
		return
	}
	c.redialed = true
	if a.line.state == agent.LineUp { // on hold, or faded: it is not for us to end it
		s.customerLost(c, a, false)
		return
	}
	cause := call.Cause{Reason: call.NoAnswer, Detail: "not back in time"}
	s.do(hangUp{a.line.leg, cause})
	s.lineEnded(a, cause)
}

// brokenOff ends a customer's call because the agent's line is lost to it.
func (s *state) brokenOff(c *liveCall, a *liveAgent) {
	s.alarms.clear(alarm{kind: alarmRedial, call: c.id})
	if c.held.line {
		s.news(a, LineRedialed, "not back")
	}
	c.broken = a.state != agent.Placing
	s.endCustomer(c, "the agent's line broke")
	if a.state == agent.Connecting {
		s.move(a, agent.CallOver)
	} else {
		s.move(a, agent.PhoneLost)
	}
	if a.state == agent.Idle {
		s.release(a, c)
		return
	}
	s.present(a.id.User, c.def.FollowUpStatus, false)
}
