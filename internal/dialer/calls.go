package dialer

import (
	"maps"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// ring dials a call's contact.
func (s *state) ring(c *liveCall) {
	c.leg = s.newLeg(owner{call: c.id})
	c.attempt.Placed = s.now // the clock may have been put since it was leased
	s.do(dial{call.Order{
		Leg: c.leg, Party: call.Customer, Target: c.contact.Number, Trunk: c.def.Trunk, Ring: c.def.Ring,
		CallerID: c.def.CallerID, CallerName: c.def.CallerName, Withheld: c.def.Withheld, Attestation: c.def.Attestation,
		Analysis: c.analysis(),
	}})
	c.flight.placed, c.flight.class = s.now, c.class(s.now)
	s.lately.dialed(c.attempt.Number, s.now)
	s.lift(c)
	if lc := s.campaigns[c.def.ID]; lc != nil {
		lc.dialed++
	}
}

// customerProgress takes a report of a customer's leg.
func (s *state) customerProgress(c *liveCall, p call.Progress) {
	switch p.Step {
	case call.Ringing:
		c.attempt.Ringing = p.At
		s.wayOpen(c)
		s.advance(c, call.Ring)
		s.sayCall(c)
	case call.Answered:
		s.answered(c, p)
	case call.Heard:
		if c.attempt.ToCustomer == 0 {
			c.attempt.ToCustomer = p.After
			if a := s.agents[c.agent]; a != nil {
				a.line.toCustomer = p.After
			}
		}
	case call.Judged:
		s.judged(c, p.Verdict)
	case call.Played:
		switch {
		case c.message == "" || p.Sound != c.message:
			s.played(&c.interaction, p)
		case c.informed() && !p.Cut:
			s.heardOut(c)
		default:
			s.messageOver(c, !p.Cut)
		}
	case call.Digit:
		s.pressed(c, p.Digit)
	case call.Ended:
		s.customerEnded(c, p)
	}
}

// answered looks for an agent at once, unless it is first to be known who answered.
func (s *state) answered(c *liveCall, p call.Progress) {
	in := call.Answer
	if c.analysed() && c.def.Analysis.Policy == campaign.AnalyseFirst {
		in = call.Greet
	}
	if !s.advance(c, in) {
		return
	}
	c.attempt.Answered, c.attempt.Trunk = p.At, p.Trunk
	c.attempt.Media, c.attempt.Attestation = p.Quality, p.Attestation
	s.wayOpen(c)
	if lc := s.campaigns[c.def.ID]; lc != nil {
		lc.answered++
	}
	if !c.analysed() {
		s.landed(c, p.At, true)
	}
	if c.ending {
		return
	}
	if c.analysed() {
		s.alarms.set(alarm{kind: alarmGreeting, call: c.id}, c.verdictBy())
	}
	if c.state == call.Waiting {
		s.seek(c)
	} else {
		s.account(c)
	}
}

// seek gives a person who answered to an agent; if there is none, he waits for as
// long as the campaign allows. That he answered is written down, once.
func (s *state) seek(c *liveCall) {
	if c.def.Mode == campaign.Agentless && !c.alone() {
		s.agentless(c)
	} else if !s.route(c) {
		s.alarms.set(alarm{kind: alarmAbandon, call: c.id}, c.deadline())
	}
	if c.attempt.Bridged.IsZero() { // else it was, with the bridge
		s.account(c)
	}
}

// route gives an answered customer to an agent; it tells whether there is one.
func (s *state) route(c *liveCall) bool {
	var a *liveAgent
	if c.alone() {
		a = s.agents[c.agent]
	} else if a = s.keeper(c); a == nil {
		a = s.pick(c)
	}
	if a == nil {
		return false
	}
	switch {
	case a.line.state == agent.LineUp && a.line.heard():
		s.connect(c, a)
		return true
	case a.line.state == agent.LineUp: // it is his alone, and waits until he would hear him
		s.patience(c)
	default: // as documented, the first call without a standing line calls the agent now
		s.raiseLine(a)
	}
	s.unkeep(c)
	s.advance(c, call.Choose)
	s.move(a, agent.Assign)
	if !s.assign(c, a) {
		s.sayCall(c)
	}
	s.present(a.id.User, c.def.OnCallStatus, false)
	return true
}

// connect bridges a customer to an agent whose line is up. The bridge comes
// first; everything else can wait those microseconds.
func (s *state) connect(c *liveCall, a *liveAgent) {
	if !s.advance(c, call.Bridge) {
		return
	}
	s.unkeep(c)
	s.land(c)
	s.couple(c, a)
	s.alarms.clear(alarm{kind: alarmAbandon, call: c.id})
	s.alarms.clear(alarm{kind: alarmRedial, call: c.id})
	s.alarms.clear(alarm{kind: alarmIdle, agent: a.id})
	c.attempt.Bridged, c.stage = s.now, 0
	c.attempt.AgentCodec, c.attempt.AgentSecure = a.line.media.Codec, a.line.media.Secure
	s.account(c)
	s.served(c, c.attempt.Abandoned)
	s.tookAgent(c.def.ID)
	s.move(a, agent.Connect)
	if !s.assign(c, a) {
		s.sayCall(c)
	}
	s.present(a.id.User, c.def.OnCallStatus, true)
	s.setAside(a, &c.interaction)
}

// assign puts a call into an agent's hand and shows the contact; false if that
// was done before.
func (s *state) assign(c *liveCall, a *liveAgent) bool {
	c.attempt.Agent = a.id.User
	if a.call == c.id {
		return false
	}
	a.call, c.agent, c.station = c.id, a.id, a.station.Name
	s.note(campaign.Entry{Kind: "call", Agent: a.id.User, Campaign: c.def.ID, Call: c.id, Text: "assigned"})
	s.tell(CallChanged{Call: viewCall(c), New: true})
	s.tell(Popped{Agent: a.id, Call: viewCall(c)})
	return true
}

// release takes a call out of an agent's hand.
func (s *state) release(a *liveAgent, c *liveCall) {
	s.tell(CallChanged{Call: viewCall(c), Gone: true})
	a.call, c.agent = "", nobody
	s.present(a.id.User, "", false)
	s.lineSpare(a)
	if a.state == agent.Idle {
		s.relieved(c)
	}
}

// endCustomer hangs the customer up.
func (s *state) endCustomer(c *liveCall, why string) {
	if c.leg == 0 || c.state == call.Over {
		return
	}
	reason := call.Normal
	if c.attempt.Answered.IsZero() {
		reason = call.Cancelled
	}
	s.end(c, call.Cause{Reason: reason, Detail: why})
}

// end has a call's leg hung up; an answer that crosses it leads nowhere.
func (s *state) end(c *liveCall, cause call.Cause) {
	c.ending = true
	s.follow(c)
	s.do(hangUp{c.leg, cause})
}

// customerEnded: the customer's leg is over.
func (s *state) customerEnded(c *liveCall, p call.Progress) {
	s.advance(c, call.End)
	s.alarms.clear(alarm{kind: alarmAbandon, call: c.id})
	s.alarms.clear(alarm{kind: alarmRedial, call: c.id})
	s.alarms.clear(alarm{kind: alarmGreeting, call: c.id})
	s.alarms.clear(alarm{kind: alarmMessage, call: c.id})
	waited := c.held.line
	c.cause, c.muted, c.held = p.Cause, false, holders{}
	s.depart(&c.interaction)
	c.attempt.Ended, c.attempt.Reason = p.At, p.Cause.Reason.String()
	c.attempt.SIP, c.attempt.Q850, c.attempt.Media = p.Cause.SIP, p.Cause.Q850, p.Quality
	if p.Trunk != "" {
		c.attempt.Trunk = p.Trunk
	}
	s.land(c)
	s.unkeep(c)
	outcome := s.outcome(c)
	if lost, _ := c.noWay(); !lost {
		s.landed(c, p.At, outcome == call.Abandoned)
	}
	s.served(c, outcome == call.Abandoned)
	if !c.closed { // else it is written, as the agent said
		c.attempt.Outcome = outcome
	}
	c.attempt.Abandoned = c.attempt.Abandoned || outcome == call.Abandoned
	s.count(c)
	s.heedTrouble(c)
	s.manualOver(c)
	if a := s.agents[c.agent]; a != nil {
		if waited && !c.broken {
			s.news(a, LineRedialed, "customer left")
		}
		s.customerGone(c, a)
		return
	}
	if c.closed {
		s.do(record{attempt: c.attempt, why: recordEnd})
		s.forget(c)
		return
	}
	ending := call.EndingOf(c.cause.Reason)
	switch {
	case c.attempt.Category != "": // decided when the agent left, or nobody was there
		ending.Category, ending.Code = c.attempt.Category, c.attempt.Code
	case c.informed() && c.attempt.Played && c.cause.Reason != call.Transferred:
		ending.Category, ending.Code = "Success", "Success"
	case c.abandoned:
		ending = call.EndingOf(call.Cancelled)
	case c.judging() && !c.attempt.Answered.IsZero():
		ending.Category, ending.Code = "Busy", "Busy - Disconnect before Analysis"
	}
	s.closeCall(c, ending.Category, ending.Code)
}

// customerGone: the agent goes on to wrap up, or is done if that is done.
func (s *state) customerGone(c *liveCall, a *liveAgent) {
	if a.state != agent.WrapUp { // it is, if the line broke before
		s.move(a, agent.CallOver)
	}
	if a.state == agent.Idle {
		s.release(a, c)
		s.do(record{attempt: c.attempt, why: recordEnd})
		s.forget(c)
		s.freed(a, c)
	} else {
		s.present(a.id.User, c.def.FollowUpStatus, false)
		s.sayCall(c)
	}
	s.lineSpare(a)
}

// outcome says what became of an attempt whose leg is over, or is about to be
// ended by us. Who answered and never had an agent hung up by himself and in
// time, or was abandoned: it matters not why we let him go.
func (s *state) outcome(c *liveCall) call.Outcome {
	at := c.attempt
	switch {
	case c.unmanned:
		return call.NoPerson
	case !at.Bridged.IsZero():
		return call.Talked
	case c.informed():
		return call.Informed
	case !at.Answered.IsZero() && c.def.Mode == campaign.Agentless && !c.alone():
		return call.HungUp // before there was a message
	case c.abandoned:
		return call.Abandoned
	case !at.Answered.IsZero() && (!c.cause.Far || at.Ended.Sub(at.Greets()) > c.def.Wait):
		return call.Abandoned
	case !at.Answered.IsZero():
		return call.HungUp
	case at.Placed.IsZero():
		return call.Skipped
	}
	return call.NotReached
}

// closeCall ends an attempt by the dialer's own decision and writes it down; the
// call is forgotten once that is done.
func (s *state) closeCall(c *liveCall, category, code string) {
	at := &c.attempt
	at.Category, at.Code = category, code
	if at.Outcome == call.Open {
		at.Outcome = s.outcome(c)
	}
	s.settle(c, promise{})
	c.waiting = true
	s.do(record{attempt: *at, why: recordClose})
}

// forget ends a call's life on the floor.
func (s *state) forget(c *liveCall) {
	delete(s.calls, c.id)
	s.pulse.part(c.contact.ID)
	s.tell(CallEnded{Attempt: c.attempt, Campaign: c.def.Name, Leg: c.leg})
}

// settle decides what becomes of the contact.
func (s *state) settle(c *liveCall, p promise) {
	at := &c.attempt
	ended := at.Ended
	if ended.IsZero() {
		ended = s.now
	}
	at.Closed = s.now
	at.Next = c.def.After(campaign.Result{
		Category: at.Category, At: ended, Before: c.contact.Attempts, Callback: p.at, Owner: p.owner,
		Broken:  c.broken && at.Disposed.IsZero(),
		Was:     campaign.Next{Status: c.was, Due: c.contact.Due, Owner: c.contact.Owner},
		Numbers: c.numbers, Calls: c.history.Calls, Zone: c.zone(),
	})
	if next := at.Next; next.Status.Retries() && (!next.Counts || c.numbers.Left > 0 && !next.Pass) {
		s.awaitTurn(s.campaigns[c.def.ID], next.Due)
	}
}

// zone is where a contact's days begin: the first of the zones that are named for it,
// or nil.
func (c *liveCall) zone() *time.Location {
	if len(c.place.Zones) == 0 {
		return nil
	}
	return c.place.Zones[0]
}

// sayCall tells of a change to a call that an agent has in hand.
func (s *state) sayCall(c *liveCall) {
	if c.agent != nobody {
		s.tell(CallChanged{Call: viewCall(c)})
	}
}

// writeBack changes columns of a contact, here and in the database.
func (s *state) writeBack(c *liveCall, columns map[string]string) {
	if len(columns) == 0 {
		return
	}
	merged := maps.Clone(c.contact.Columns)
	if merged == nil {
		merged = make(map[string]string)
	}
	maps.Copy(merged, columns)
	c.contact.Columns = merged
	s.do(update{c.contact.ID, maps.Clone(columns)})
}
