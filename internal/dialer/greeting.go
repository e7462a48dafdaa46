package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// Who answered. A campaign may want call analysis to tell, before an agent is sought
// (first) or while one is on the line already (beside). What is no person never gets an
// agent, or loses the one it has: it is hung up on, or left a message (message.go).

const (
	// verdictLate is how long after the time for analysis a verdict is waited for;
	// without one the answer counts as a person's.
	verdictLate = 500 * time.Millisecond
	// lateBeep is how long after the answer a beep takes a call away from an agent. Most
	// greetings are over by then; and who is still talking after it has found out for
	// himself whom he talks with, so what beeps is rather something in the room.
	lateBeep = 20 * time.Second
)

// analysed tells whether a call is analysed: not one that an agent has seen beforehand,
// as he hears for himself who answers.
func (c *liveCall) analysed() bool { return c.def.Analysis.On() && !c.alone() }

// analysis is what telephony is asked for; nil is nothing.
func (c *liveCall) analysis() *call.Analysis {
	if !c.analysed() {
		return nil
	}
	return c.def.Analysis.Order()
}

// judging tells whether the verdict on who answered is still to come.
func (c *liveCall) judging() bool { return c.analysed() && c.attempt.Judged.IsZero() }

// deadline is until when somebody who answered may wait for an agent. While who it is
// is not known he may not be given up, as the greeting may not be over.
func (c *liveCall) deadline() time.Time {
	if c.judging() {
		return c.verdictBy()
	}
	at := c.attempt.Greets().Add(c.def.Wait)
	if c.def.SafeHarbour != "" {
		at = at.Add(-messageLead)
	}
	return at
}

// verdictBy is when a verdict that has not come will not come any more.
func (c *liveCall) verdictBy() time.Time {
	return c.attempt.Answered.Add(c.def.Analysis.Longest() + verdictLate)
}

// judged takes what call analysis found on a call's leg.
func (s *state) judged(c *liveCall, v call.Verdict) {
	if c.state == call.Over || c.attempt.Answered.IsZero() {
		return
	}
	if v.Finding == call.Beep {
		s.beeped(c, v)
		return
	}
	if !c.judging() {
		return
	}
	s.alarms.clear(alarm{kind: alarmGreeting, call: c.id})
	if c.waiting || c.closed { // an agent has said what it was, and that is written
		s.landed(c, v.At, true)
		return
	}
	at := &c.attempt
	at.Finding, at.Judged, at.Greeted, at.Why, at.Features = v.Finding, v.At, v.Greeted, v.Why, v.Features
	if v.Finding == call.Live && v.Greeted.IsZero() {
		at.Greeted = v.At // somebody was still speaking
	}
	s.landed(c, v.At, !at.Nobody() || c.def.Analysis.Sampled(c.id))
	switch {
	case c.ending:
	case at.Nobody() && !c.def.Analysis.Sampled(c.id):
		s.nobody(c)
	case c.state == call.Greeting:
		s.advance(c, call.Answer)
		s.seek(c)
		return
	case c.state == call.Waiting:
		s.alarms.set(alarm{kind: alarmAbandon, call: c.id}, c.deadline())
	}
	s.account(c)
}

// unjudged: no verdict came in time. Who is not found out is a person.
func (s *state) unjudged(c *liveCall) {
	if c.judging() && !c.ending {
		s.judged(c, call.Verdict{Finding: call.Live, At: s.now, Why: "no verdict came in time"})
	}
}

// beeped: what answered records.
func (s *state) beeped(c *liveCall, v call.Verdict) {
	at := &c.attempt
	switch {
	case c.ending || c.waiting || c.closed || at.Finding == call.Fax || at.Finding == call.SIT:
	case c.unmanned:
		s.leaveMessage(c)
	case !at.Judged.IsZero() && c.def.Analysis.Sampled(c.id): // the agent tells who it is
	case c.agent != nobody && v.At.Sub(at.Answered) > lateBeep:
	default:
		s.alarms.clear(alarm{kind: alarmGreeting, call: c.id})
		if at.Judged.IsZero() {
			at.Finding, at.Judged, at.Why, at.Features = call.Machine, v.At, v.Why, v.Features
			s.landed(c, v.At, false)
		} else {
			at.Corrected = v.At
		}
		s.nobody(c)
		s.leaveMessage(c)
		s.account(c)
	}
}

// nobody: what answered is no person. An agent who has it gets it no longer, unless he
// has said already what came of it.
func (s *state) nobody(c *liveCall) {
	if c.closed || c.waiting || c.ending {
		return
	}
	s.alarms.clear(alarm{kind: alarmAbandon, call: c.id})
	s.unkeep(c)
	c.unmanned = true
	at := &c.attempt
	at.Outcome = call.NoPerson
	at.Category, at.Code = unmannedCode(at.Finding, at.Why)
	leaves := at.Category == "Machine" && c.def.Analysis.Message != ""
	if leaves {
		s.advance(c, call.Tell)
		s.alarms.setUnlessSet(alarm{kind: alarmMessage, call: c.id}, at.Answered.Add(beepWait))
	} else {
		s.endCustomer(c, "answered by "+at.Category)
	}
	if a := s.agents[c.agent]; a != nil {
		s.takeAway(c, a)
	}
}

// takeAway takes a call that turned out to be nobody's from the agent who has it, who
// is available again.
func (s *state) takeAway(c *liveCall, a *liveAgent) {
	s.alarms.clear(alarm{kind: alarmRedial, call: c.id})
	if c.held.line && !c.broken {
		s.news(a, LineRedialed, "customer left")
	}
	if c.muted = false; c.state == call.Told {
		c.held = holders{}
	}
	s.depart(&c.interaction)
	if a.state == agent.Talking {
		s.move(a, agent.HandOver)
	} else {
		s.move(a, agent.PhoneLost)
	}
	s.note(campaign.Entry{Kind: "call", Agent: a.id.User, Campaign: c.def.ID, Call: c.id, Text: "taken away: " + c.attempt.Category})
	s.stirAgent(a.id)
	s.release(a, c)
	if s.status(a.id.User).Status == c.def.OnCallStatus {
		s.present(a.id.User, agent.StatusAvailable, false)
	}
	s.fulfil(a)
}

// unmannedCode is the wrap-up of a call that no person answered (contract section 8.3).
func unmannedCode(found call.Finding, why string) (category, code string) {
	switch found {
	case call.Fax:
		return "Fax", "Fax - System Hang Up on Fax"
	case call.SIT:
		ending := call.EndingOfSIT(why)
		return ending.Category, ending.Code
	}
	return "Machine", "Machine - System Hang up on Machine"
}
