package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// Messages that are played in place of an agent: to a machine after its beep, and to a
// person for whom no agent was there in time (the safe harbour: 47 CFR 64.1200(a)(7)
// and 16 CFR 310.4(b)(4) want the seller's name and number within 2 s of the greeting's
// end). Once one has begun no agent comes any more, and at its end the call is over.

const (
	// messageLead is how long before the time is up a message is ordered, so that it
	// begins within it.
	messageLead = 100 * time.Millisecond
	// beepWait is how long after the answer a beep is waited for. A machine whose beep
	// was not heard has recorded silence since, and gets its message all the same.
	beepWait = 30 * time.Second
	// longestMessage bounds a message; a prompt that loops would never end.
	longestMessage = 90 * time.Second
)

// abandon gives an answered customer up for want of an agent. If the campaign has a
// message for that it is played.
func (s *state) abandon(c *liveCall) {
	if c.state != call.Waiting || c.ending {
		return
	}
	c.abandoned = true
	s.unkeep(c)
	s.served(c, true)
	s.log.Warn("call abandoned", "call", string(c.id), "campaign", c.def.Name)
	if c.def.SafeHarbour == "" {
		s.endCustomer(c, "no agent")
	} else {
		s.advance(c, call.Tell)
		s.message(c, c.def.SafeHarbour)
	}
	s.account(c)
}

// leaveMessage leaves a machine its message, now that it records.
func (s *state) leaveMessage(c *liveCall) {
	if c.state == call.Told && c.message == "" && c.def.Analysis.Message != "" {
		s.message(c, c.def.Analysis.Message)
	}
}

// message plays a prompt to the party, after which the call is over.
func (s *state) message(c *liveCall, prompt string) {
	s.arrange() // else what the party heard before would be ended after this has begun
	c.message = call.Prompt(prompt)
	c.attempt.Message, c.attempt.Messaged, c.attempt.Played = prompt, s.now, false
	s.do(play{c.leg, c.message})
	s.alarms.set(alarm{kind: alarmMessage, call: c.id}, s.now.Add(longestMessage))
	s.note(campaign.Entry{Kind: "call", Campaign: c.def.ID, Call: c.id, Text: "message " + prompt})
}

// messageDue: the wait for a beep is over, or a message goes on for too long.
func (s *state) messageDue(c *liveCall) {
	switch {
	case c.state != call.Told || c.ending:
	case c.informed() && c.message == "": // no key was pressed
		s.messageOver(c, c.attempt.Played)
	case c.message == "":
		s.leaveMessage(c)
	default:
		s.messageOver(c, false)
	}
}

// messageOver: what was to be said is said, or could not be.
func (s *state) messageOver(c *liveCall, whole bool) {
	s.alarms.clear(alarm{kind: alarmMessage, call: c.id})
	c.message, c.attempt.Played = "", whole
	if c.unmanned && c.attempt.Category == "Machine" {
		c.attempt.Code = "Machine - Recording played to Machine"
		if !whole {
			c.attempt.Code = "Machine - Failed to play recording."
		}
	}
	s.endCustomer(c, "the message is over")
}
