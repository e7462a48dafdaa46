package dialer

import (
	"slices"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// What a campaign wants of its recordings: which calls are recorded by themselves,
// what the customer is told before, when silence is recorded, and that nobody ends
// it. As with audio it follows from the state, whenever a call's recordings are
// looked after ([state.runTapes]).

// announceTries is how often an announcement that is cut off is begun again before
// the recording is given up. Holding the call is no failure: it is begun again once
// the call goes on.
const announceTries = 5

// recordByRule begins the recording of a call that its campaign wants recorded, once
// a customer and an agent are connected. A party that was passed on is still the
// contact's, and what was decided for the contact's call holds. While the call is
// private it waits.
func (s *state) recordByRule(c *interaction) {
	origin := c.origin
	if s.calls[c.id] != nil {
		origin = c.id
	}
	if c.ruled || origin == "" || c.agent == nobody || c.state != call.Connected || c.ending ||
		!c.def.Recorded.Takes(origin) || s.sealed(c) {
		return
	}
	c.ruled = true
	if err := s.startTape(c, &c.tape, nobody); err != nil {
		s.unrecorded(c, err.Error())
	}
}

// unrecorded tells that a call is not recorded though it should be.
func (s *state) unrecorded(c *interaction, why string) {
	c.trouble = "not recorded: " + why
	s.log.Error("a call is not recorded", "call", string(c.id), "campaign", c.def.Name, "reason", why)
	s.note(campaign.Entry{Kind: "recording", Agent: c.agent.User, Campaign: c.def.ID, Call: c.id, Text: c.trouble})
	s.tell(RecordingFailed{Call: c.id, Campaign: c.def.ID, Why: why})
	s.sayTalk(c)
}

// announced tells whether a call may be recorded now. If its campaign wants the
// customer to be told first, both sides hear the announcement, and nothing is
// recorded, by whomever, before it was played to the customer to its end.
func (s *state) announced(c *interaction) bool {
	name := c.def.Recorded.Announcement
	if name == "" || c.leg == 0 || !c.announced.IsZero() {
		return true
	}
	if !c.announcing && c.state == call.Connected && !c.ending && (c.tape != nil || c.snippet != nil) {
		c.announcing = true
		s.do(play{c.leg, call.Prompt(name)})
		if line := s.lineOf(c.agent); line != 0 {
			s.do(play{line, call.Prompt(name)})
		}
	}
	return false
}

// played takes the report that a sound to a call's party has ended.
func (s *state) played(c *interaction, p call.Progress) {
	name := c.def.Recorded.Announcement
	if !c.announcing || p.Sound != call.Prompt(name) {
		return
	}
	c.announcing = false
	switch {
	case !p.Cut:
		c.announced = p.At
		s.note(campaign.Entry{Kind: "recording", Agent: c.agent.User, Campaign: c.def.ID, Call: c.id, Text: "announced by " + name})
	case c.state == call.Connected:
		c.cuts++
	}
	if c.cuts >= announceTries {
		s.untape(c, &c.tape)
		s.untape(c, &c.snippet)
		c.cuts = 0
		s.unrecorded(c, "the announcement "+name+" was not played to its end")
		return
	}
	s.runTapes(c)
	s.sayTalk(c)
}

// secured tells whether a call is in a stage in which silence is recorded.
func (s *state) secured(c *interaction) bool {
	lc := s.calls[c.id]
	return lc != nil && slices.Contains(c.def.Recorded.PauseStages, lc.stage)
}

// unstoppable tells why a recording that was begun by rule can not be ended by those
// in the call.
func unstoppable(c *interaction) error {
	if c.tape == nil || c.tape.by != "" || c.def.Recorded.AgentMayStop {
		return nil
	}
	return fault.New(fault.Forbidden, "campaign %s records interaction %s to its end; pause it where something must not be recorded", c.def.Name, c.id)
}

// beep warns those in a call that they are recorded, now and again after a while.
func (s *state) beep(c *interaction) {
	t, every := c.tape, c.def.Recorded.Beep
	if t == nil || t.said.ID == "" || every == 0 {
		return
	}
	if t.said.State == call.Record && c.state == call.Connected {
		for _, leg := range slices.Concat(t.said.Left, t.said.Right) {
			s.do(play{leg, call.RecordingBeep})
		}
	}
	s.alarms.set(alarm{kind: alarmBeep, call: c.id}, s.now.Add(every))
}
