package dialer

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// preview shows a contact to an agent.
func (s *state) preview(c *liveCall, a *liveAgent) {
	c.preview = true
	s.tookAgent(c.def.ID)
	if c.def.PreviewTime > 0 {
		c.until = s.now.Add(c.def.PreviewTime)
		s.alarms.set(alarm{kind: alarmPreview, call: c.id}, c.until)
	}
	s.move(a, agent.Preview)
	s.assign(c, a)
	s.present(a.id.User, c.def.OnCallStatus, false)
}

// placePreview checks the wish to call a previewed contact.
func (s *state) placePreview(cmd PlacePreview, reply chan<- reply) error {
	a, err := s.loggedIn(cmd.Agent)
	if err != nil {
		return err
	}
	c := s.callOf(a)
	if c == nil || c.state != call.Previewed {
		return fault.New(fault.NotFound, "agent %s has no preview to place", a.id.User)
	}
	if c.waiting {
		return fault.New(fault.Conflict, "call %s is being written down; try again in a moment", c.id)
	}
	number, err := s.editedNumber(c, a.user, cmd.Attributes)
	if err != nil {
		return err
	}
	rule, err := s.mayPlace(c, a, number)
	if err != nil {
		return err
	}
	rest := maps.Clone(cmd.Attributes)
	maps.DeleteFunc(rest, func(name, _ string) bool { return strings.EqualFold(name, numberToDial) })
	if err := s.setData(c, rest); err != nil {
		return err
	}
	s.place(c, number, rule, reply)
	return nil
}

// numberToDial is the attribute by which a desktop changes the number of a preview.
const numberToDial = "IS_ATTR_NUMBERTODIAL"

// editedNumber is what a placed preview is to dial: the contact's number, or what
// the agent changed it to, if the base script and his rights let him. Of a contact that is called
// once more, the new content of a phone column is dialed too.
func (s *state) editedNumber(c *liveCall, by agent.User, told map[string]string) (string, error) {
	wanted := ""
	if c.extra {
		for _, column := range slices.Backward(c.def.PhoneColumns) {
			if _, was, _ := c.contact.Column(column); valueOf(told, column) != was {
				wanted = cmp.Or(valueOf(told, column), wanted)
			}
		}
	}
	wanted = cmp.Or(valueOf(told, numberToDial), wanted, c.contact.Number)
	if wanted == c.contact.Number {
		return wanted, nil
	}
	if script := c.def.Script; script != nil {
		allowed := script.Misc.AllowEditingOfNumberToDial
		if c.extra {
			allowed = script.Misc.AllowEditingAdditionalCallNumbers
		}
		if !allowed {
			return "", fault.New(fault.Invalid, "the base script of campaign %s does not let agents change the number to dial", c.def.Name).On(numberToDial)
		}
	}
	number, err := s.typed(c.def, wanted)
	if err == nil && by.NoOutsideCalls && !c.def.HasNumber(c.contact, number) {
		return "", fault.New(fault.Forbidden, "user %s may call only the numbers that the contact has", by.ID)
	}
	return number, err
}

// valueOf finds the value of an attribute, without case.
func valueOf(told map[string]string, name string) string {
	_, value, _ := campaign.Contact{Columns: told}.Column(name)
	return value
}

// mayPlace holds a previewed contact, and the number that is to be dialed, against what
// may have changed while the agent was looking. It says what allows it.
func (s *state) mayPlace(c *liveCall, a *liveAgent, number string) (rule string, err error) {
	def := c.def
	if lc := s.campaigns[c.def.ID]; lc != nil {
		if !lc.def.State.Dials() {
			return "", fault.New(fault.Conflict, "campaign %s is %s; no calls are placed", lc.def.Name, lc.def.State)
		}
		def = lc.def // its rules may have been changed, and bind at once
	}
	v := s.judge(c, def, number)
	if !v.Allowed {
		return "", fault.New(fault.Conflict, "the contact may not be called now (%s)", v.Rule)
	}
	listing, lists := s.listed(s.placeAt(def, c.contact, number, c.place), def, number)
	if listing != compliance.Clear {
		return "", fault.New(fault.Conflict, "the contact may not be called at %s (%s)", number, lists)
	}
	return v.Rule + lists, a.phone()
}

// countdown places a previewed contact whose time is up. If it may not be placed,
// it stays with the agent, who may skip it.
func (s *state) countdown(c *liveCall) {
	a := s.agents[c.agent]
	if c.state != call.Previewed || c.waiting || a == nil {
		return
	}
	rule, err := s.mayPlace(c, a, c.contact.Number)
	if err != nil {
		s.log.Warn("preview not placed", "call", string(c.id), "reason", err.Error())
		return
	}
	s.place(c, c.contact.Number, rule, nil)
}

// place writes down that the contact is about to be dialed; [state.placed] dials.
func (s *state) place(c *liveCall, number, rule string, reply chan<- reply) {
	s.alarms.clear(alarm{kind: alarmPreview, call: c.id})
	at, phone := c.attempt, c.def.PhoneAt(c.contact, number)
	at.Placed, at.Number, at.CCID, at.Kind, at.Rule = s.now, number, phone.CCID, phone.Kind, rule
	c.waiting = true
	s.do(record{attempt: at, why: recordPlace, reply: reply})
}

// callAt takes over at which number a previewed contact is called, and what allows it.
func (s *state) callAt(c *liveCall, at campaign.Attempt, rule string) {
	if c.attempt.Kind != "" && at.Kind == "" { // whose turn it was is left
		c.numbers.Left, c.numbers.Callable = c.numbers.Left+1, c.numbers.Callable+1
	}
	c.attempt.Placed, c.attempt.Number, c.attempt.CCID, c.attempt.Kind, c.attempt.Rule = at.Placed, at.Number, at.CCID, at.Kind, rule
	c.place = s.placeAt(c.def, c.contact, at.Number, c.place)
	c.consent = c.def.Code(s.law).Consent(s.now, c.place)
	c.contact.Number = at.Number // of this call; the list keeps its own
}

// placed dials a previewed contact, now that this is written.
func (s *state) placed(c *liveCall, in recorded) {
	c.waiting = false
	tell := func(err error) {
		if in.job.reply != nil {
			s.do(answer{to: in.job.reply, err: err})
		}
	}
	a := s.agents[c.agent]
	switch {
	case in.err != nil:
		s.log.Error("preview not placed", "call", string(c.id), "error", in.err)
		tell(fault.Wrap(in.err, fault.Internal, "the call could not be written down and was not placed; try again"))
		if a == nil {
			s.withdraw(c, "the agent left", s.now)
		} else if c.def.PreviewTime > 0 {
			s.alarms.set(alarm{kind: alarmPreview, call: c.id}, s.now.Add(tryAgain))
		}
		return
	case a == nil:
		tell(fault.New(fault.NotFound, "the agent left"))
		s.withdraw(c, "the agent left", s.now)
		return
	}
	c.history = in.history
	rule, err := s.mayPlace(c, a, in.job.attempt.Number)
	if err != nil { // it changed while this was written
		s.log.Warn("preview not placed", "call", string(c.id), "reason", err.Error())
		tell(err)
		return
	}
	s.callAt(c, in.job.attempt, rule)
	s.advance(c, call.Place)
	s.ring(c)
	s.move(a, agent.Place)
	if a.line.state != agent.LineUp {
		s.raiseLine(a) // so that the customer need not wait for it
	}
	tell(nil)
	s.tell(Popped{Agent: a.id, Call: viewCall(c)})
	s.sayCall(c)
}
