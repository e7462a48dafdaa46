package dialer

import (
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// Calls without agents: a person who answers is played the campaign's message and may
// press a key, then the call is over. What is no person is treated as in any mode, and
// nobody is abandoned, as no agent was ever to come.

// KeyWait is how long after the message a key is waited for.
const KeyWait = 5 * time.Second

// agentless plays the campaign's message to a person who answered.
func (s *state) agentless(c *liveCall) {
	s.alarms.clear(alarm{kind: alarmAbandon, call: c.id})
	c.attempt.Outcome = call.Informed
	s.advance(c, call.Tell)
	s.message(c, c.def.Unattended.Message)
}

// informed tells whether a call is one to which a message is, or was, played for want
// of agents in the campaign.
func (c *liveCall) informed() bool {
	return c.def.Mode == campaign.Agentless && !c.unmanned && c.attempt.Outcome == call.Informed
}

// heardOut: a message was played to its end. Who may press a key has a moment for it.
func (s *state) heardOut(c *liveCall) {
	if c.def.Unattended.Listens() {
		c.message, c.attempt.Played = "", true
		s.alarms.set(alarm{kind: alarmMessage, call: c.id}, s.now.Add(KeyWait))
		return
	}
	s.messageOver(c, true)
}

// pressed takes a key of a party that a message is played to.
func (s *state) pressed(c *liveCall, digit byte) {
	if !c.informed() || c.state != call.Told || c.ending || c.attempt.Messaged.IsZero() {
		return
	}
	u := c.def.Unattended
	switch string(digit) {
	case u.RepeatKey:
		s.message(c, u.Message)
	case u.OptOutKey:
		s.note(campaign.Entry{Kind: "call", Campaign: c.def.ID, Call: c.id, Text: "wants no more calls"})
		c.attempt.Category, c.attempt.Code = "Deleted", "Deleted"
		s.endCustomer(c, "wants no more calls")
	case u.TransferKey:
		s.leadOn(c)
	}
}

// leadOn leads the party where the campaign's profile says: to a workgroup, a user, or a
// number. If nobody can be there now the message goes on.
func (s *state) leadOn(c *liveCall) {
	to, ok := s.rules.Profiles[strings.ToLower(c.def.Unattended.Transfer)]
	if !ok {
		s.log.Error("no such profile", "campaign", c.def.Name, "profile", c.def.Unattended.Transfer)
		return
	}
	g, err := s.leadsTo(to, &liveAgent{})
	if err == nil && g.number == "" && g.queue.Type != call.WorkgroupQueue && len(s.candidates(g.queue, "")) == 0 {
		err = s.nobodyThere(g)
	}
	if err != nil {
		s.note(campaign.Entry{Kind: "call", Campaign: c.def.ID, Call: c.id, Text: "not transferred: " + err.Error()})
		return
	}
	s.alarms.clear(alarm{kind: alarmMessage, call: c.id})
	c.message = ""
	party := s.newParty(&c.interaction)
	s.note(campaign.Entry{Kind: "call", Campaign: c.def.ID, Call: c.id, Text: "transferred as " + string(party.id)})
	if g.number == "" {
		party.target, party.queue = g.target, g.queue
		s.sayTalk(party)
		s.alert(party, s.candidates(g.queue, ""), g.queue)
		s.passOn(&c.interaction, party)
		return
	}
	s.sayTalk(party)
	s.passOn(&c.interaction, party)
	d := s.newTalk(call.Passed)
	d.inherit(party)
	d.number, d.dialed, d.source, party.transfer = g.number, s.now, party.id, d.id
	s.shift(d, call.Place)
	s.sayTalk(d)
	s.ringOut(d)
}
