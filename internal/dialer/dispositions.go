package dialer

import (
	"cmp"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// dispose checks a disposition and sends it off to be written; the reply and all
// that follows from it wait for that ([state.disposed]).
func (s *state) dispose(cmd Dispose, reply chan<- reply) error {
	a, err := s.loggedIn(cmd.Agent)
	if err != nil {
		return err
	}
	c := s.callOf(a)
	switch {
	case c == nil:
		return fault.New(fault.NotFound, "agent %s has no call to disposition", a.id.User)
	case c.closed:
		return fault.New(fault.Conflict, "call %s is dispositioned already", c.id)
	case c.waiting:
		return fault.New(fault.Conflict, "call %s is being written down; try again in a moment", c.id)
	}
	row, err := choose(c, cmd.Label)
	if err != nil {
		return err
	}
	if err := checkCallback(cmd, row, c.def); err != nil {
		return err
	}
	if err := s.setData(c, cmd.Attributes); err != nil {
		return err
	}
	at := c.attempt
	at.Label, at.Category, at.Code, at.Disposed, at.Agent = row.Label, row.Category, row.Code, s.now, a.id.User
	if at.Outcome == call.Open {
		at.Outcome = s.outcome(c)
	}
	if cmd.Abandon || row.Abandon {
		at.Outcome = call.Abandoned
	}
	at.Abandoned = at.Abandoned || at.Outcome == call.Abandoned
	draft := *c
	draft.attempt = at
	s.settle(&draft, promise{cmd.Callback, cmd.Owner})
	if c.extra && row.Label == campaign.SkipLabel {
		draft.attempt.Next = c.unleased(s.now) // what the first attempt left it with
	}
	c.waiting, c.again = true, cmd.Again
	s.do(record{attempt: draft.attempt, why: recordDispose, reply: reply})
	return nil
}

// choose finds the row of a label for a call.
func choose(c *liveCall, label string) (campaign.Disposition, error) {
	if strings.EqualFold(label, campaign.SkipLabel) {
		if c.state != call.Previewed || !c.def.AllowSkip {
			return campaign.Disposition{}, fault.New(fault.Invalid, "%q is for a preview that may be skipped and is not placed yet", label).On("label")
		}
		return campaign.Disposition{Label: campaign.SkipLabel, Category: "Skipped", Code: campaign.SkipLabel}, nil
	}
	if row, ok := c.def.Disposition(label); ok {
		return row, nil
	}
	var labels []string
	for _, d := range c.def.Dispositions {
		labels = append(labels, d.Label)
	}
	if c.state == call.Previewed && c.def.AllowSkip {
		labels = append(labels, campaign.SkipLabel)
	}
	return campaign.Disposition{}, fault.New(fault.Invalid, "campaign %s has no disposition %q; it has: %s", c.def.Name, label, strings.Join(labels, ", ")).On("label")
}

// checkCallback holds a promised callback against the rules (contract section 4.3).
func checkCallback(cmd Dispose, row campaign.Disposition, def campaign.Campaign) error {
	switch {
	case cmd.Owner != "" && !def.AllowOwned:
		return fault.New(fault.Invalid, "this campaign does not allow callbacks that an agent owns").On("scheduledAgent")
	case cmd.Owner != "" && cmd.Callback.IsZero():
		return fault.New(fault.Invalid, "a callback that an agent owns needs a time; send scheduledTime").On("scheduledTime")
	case cmd.Again && !def.AllowAgain:
		return fault.New(fault.Invalid, "campaign %s does not allow to call a contact again after the disposition", def.Name).On("placeAdditionalFollowUpCall")
	case cmd.Again && strings.EqualFold(row.Category, "Deleted"):
		return fault.New(fault.Invalid, "who wants no more calls is not called again; %q is of category Deleted", row.Label).On("placeAdditionalFollowUpCall")
	}
	if !cmd.Callback.IsZero() && !strings.EqualFold(row.Category, "Scheduled") {
		return fault.New(fault.Invalid, "a callback needs a disposition of category Scheduled; %q is of %s", row.Label, row.Category).On("scheduledTime")
	}
	return nil
}

// disposed goes on once the disposition is written.
func (s *state) disposed(c *liveCall, in recorded) {
	c.waiting = false
	if in.err != nil {
		s.log.Error("disposition not written", "call", string(c.id), "error", in.err)
		s.do(answer{to: in.job.reply, err: fault.Wrap(in.err, fault.Internal, "the disposition could not be written; try again")})
		if a := s.agents[c.agent]; a == nil { // the agent left meanwhile
			s.orphan(c)
		}
		return
	}
	// The call went on while this was written: only the agent's part is taken.
	at, told := &c.attempt, in.job.attempt
	at.Label, at.Category, at.Code, at.Disposed, at.Agent = told.Label, told.Category, told.Code, told.Disposed, told.Agent
	at.Outcome, at.Closed, at.Next, at.Abandoned = told.Outcome, told.Closed, told.Next, at.Abandoned || told.Abandoned
	c.disposed, c.closed, c.early = true, true, told.Bridged.IsZero()
	s.do(answer{to: in.job.reply, err: nil})
	s.tell(AttemptClosed{c.attempt})
	s.heedRefusal(c.attempt)
	s.count(c)
	if c.state == call.Previewed {
		s.advance(c, call.End)
		s.alarms.clear(alarm{kind: alarmPreview, call: c.id})
	}
	if a := s.agents[c.agent]; a != nil {
		s.move(a, agent.Dispose)
		s.present(a.id.User, c.def.FollowUpStatus, c.state.Up())
		if a.state == agent.Idle {
			s.release(a, c)
			s.freed(a, c)
		} else {
			if !c.state.Up() { // dispositioned before the customer was there
				s.endCustomer(c, "dispositioned before it was connected")
			}
			s.sayCall(c)
		}
	}
	if c.state == call.Over {
		if in.job.attempt.Ended.IsZero() && !c.attempt.Ended.IsZero() {
			s.do(record{attempt: c.attempt, why: recordEnd})
		}
		s.forget(c)
	}
}

// freed: an agent has dispositioned a call and has none: wishes are granted
// without looking further (contract section 8.4), but that for the same contact
// once more comes first.
func (s *state) freed(a *liveAgent, c *liveCall) {
	switch {
	case a.state != agent.Idle || a.call != "":
	case c.again:
		s.callAgain(a, c)
	default:
		s.fulfil(a)
	}
}

// orphan closes a call whose agent is gone and whose disposition was not written.
func (s *state) orphan(c *liveCall) {
	switch c.state {
	case call.Previewed:
		s.withdraw(c, "the agent left", s.now)
	case call.Over:
		s.closeCall(c, "Ambiguous", "Ambiguous - Agent Logout")
	}
}

// recorded goes on once an attempt is written, or could not be.
func (s *state) recorded(in recorded) {
	c := s.calls[campaign.CallID(in.job.attempt.ID)]
	if c == nil {
		if in.err != nil {
			s.log.Error("attempt not written", "call", string(campaign.CallID(in.job.attempt.ID)), "error", in.err)
		}
		return
	}
	switch in.job.why {
	case recordDispose:
		s.disposed(c, in)
	case recordPlace:
		s.placed(c, in)
	case recordClose:
		if in.err != nil {
			s.log.Error("attempt not written, trying again", "call", string(c.id), "error", in.err)
			s.alarms.set(alarm{kind: alarmRecord, call: c.id}, s.now.Add(tryAgain))
			return
		}
		s.tell(AttemptClosed{in.job.attempt})
		s.heedRefusal(in.job.attempt)
		s.note(campaign.Entry{Kind: "call", Agent: c.attempt.Agent, Campaign: c.def.ID, Call: c.id, Text: string(c.attempt.Outcome) + ", " + c.attempt.Code})
		s.forget(c)
	}
}

// promise is a callback that was promised, or none.
type promise struct {
	at    time.Time
	owner string // the agent who alone is to call, or empty
}

// unleased is what a contact gets back that was leased and not dialed: what it
// was. One that may be dialed at any time is due at the given moment, and so is a
// promised callback if that is still to come: the rules forbid it until then.
func (c *liveCall) unleased(due time.Time) campaign.Next {
	next := campaign.Next{Status: cmp.Or(c.was, campaign.Callable), Due: c.contact.Due, Owner: c.contact.Owner}
	later := next.Status == campaign.Callable || next.Status == campaign.Scheduled && due.After(c.attempt.Closed)
	if later && due.After(next.Due) {
		next.Due = due
	}
	return next
}

// withdraw closes an attempt that was never dialed; the contact loses nothing and
// is due at the given moment, or later if it was.
func (s *state) withdraw(c *liveCall, why string, due time.Time) {
	s.undialed(c, call.Withdrawn, "Withdrawn", why)
	c.attempt.Next = c.unleased(due)
	if next := c.attempt.Next; next.Status.Retries() {
		s.awaitTurn(s.campaigns[c.def.ID], next.Due)
	}
	s.do(record{attempt: c.attempt, why: recordClose})
}

// undialed ends an attempt that was never dialed.
func (s *state) undialed(c *liveCall, outcome call.Outcome, category, why string) {
	s.alarms.clear(alarm{kind: alarmPreview, call: c.id})
	s.advance(c, call.End)
	at := &c.attempt
	at.Placed, at.Ended, at.Closed = time.Time{}, time.Time{}, s.now
	at.Outcome, at.Category, at.Code, at.Reason = outcome, category, category, why
	c.waiting = true
}
