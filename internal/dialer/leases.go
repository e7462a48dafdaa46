package dialer

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// Jobs about single contacts, besides the next ones of a campaign, and what comes
// of them.
type (
	// claimOwned leases one callback that an agent promised, of the first of the
	// campaigns that has one.
	claimOwned struct {
		campaigns []campaign.Campaign
		agent     agent.ID
		now       time.Time
	}
	owed struct {
		job      claimOwned
		campaign campaign.ID // of the lead
		lead     campaign.Lead
		place    compliance.Place
		err      error
	}

	// find looks a contact up.
	find struct {
		wish     ManualCall
		asked    DialManually
		campaign campaign.Campaign
	}
	found struct {
		job     find
		contact campaign.Contact
		place   compliance.Place
		err     error
	}

	// lease leases a contact that was named, for an agent. With a wish, which is that
	// of a manual call, its row says that it is about to be dialed; without, it is to
	// be called once more and its row is opened as for a preview. A lead with an error
	// is one whose row could not be written so.
	lease struct {
		campaign campaign.Campaign
		contact  campaign.ContactID
		number   string // in place of the contact's own, or empty
		agent    agent.ID
		wish     *ManualCall
		passed   Overrides // of the rules that were in the way of the wish
		now      time.Time
	}
	leased struct {
		job   lease
		lead  campaign.Lead
		place compliance.Place
		err   error
	}

	// recycle makes waiting contacts due, some of them at a time, so that dispositions
	// need not wait for a long list.
	recycle struct {
		campaign campaign.Campaign
		list     int // which of its lists
		now      time.Time
		count    int          // of those that are done
		reply    chan<- reply // nil: the campaign does it by itself
	}
	recycled struct {
		job  recycle // with its count as it is now
		more bool
		err  error
	}
)

func (claimOwned) effect() {}
func (find) effect()       {}
func (lease) effect()      {}
func (recycle) effect()    {}
func (owed) input()        {}
func (found) input()       {}
func (leased) input()      {}
func (recycled) input()    {}

func (j claimOwned) perform(ctx context.Context, d desks) input {
	for _, def := range j.campaigns {
		got, err := d.ClaimOwned(ctx, def, j.agent.User, 1, j.now)
		if err != nil {
			return owed{job: j, err: err}
		}
		for _, lead := range got.Leads {
			return owed{job: j, campaign: def.ID, lead: lead, place: placeOf(lead.Contact, def)}
		}
	}
	return owed{job: j}
}

func (j find) perform(ctx context.Context, d desks) input {
	var contact campaign.Contact
	var err error
	for _, source := range j.campaign.Lists() {
		if contact, err = d.Contact(ctx, source.List, j.asked.Contact); !isNotFound(err) {
			break
		}
	}
	return found{job: j, contact: contact, place: placeOf(contact, j.campaign), err: err}
}

func (j lease) perform(ctx context.Context, d desks) input {
	lead, err := d.ClaimContact(ctx, j.campaign, j.contact, j.number, true, j.now)
	if err == nil && j.wish != nil {
		at := &lead.Attempt
		at.Manual, at.Preview, at.Placed, at.Agent = true, false, j.now, j.agent.User
		err = d.Record(ctx, *at)
	}
	return leased{job: j, lead: lead, place: placeOf(lead.Contact, j.campaign), err: err}
}

func (j recycle) perform(ctx context.Context, d desks) input {
	lists := j.campaign.Lists()
	n, more, err := d.Recycle(ctx, lists[j.list].List, j.now)
	j.count += n
	if err == nil && !more && j.list+1 < len(lists) {
		j.list, more = j.list+1, true
	}
	return recycled{job: j, more: more, err: err}
}

// begin takes a leased contact onto the floor; nothing is dialed yet.
func (s *state) begin(def campaign.Campaign, lead campaign.Lead, place compliance.Place) *liveCall {
	place = s.placeAt(def, lead.Contact, lead.Attempt.Number, place)
	c := &liveCall{attempt: lead.Attempt, was: lead.Was, numbers: lead.Numbers, place: place, history: lead.History}
	c.id, c.contact, c.def = lead.Attempt.Call(), lead.Contact, def
	c.contact.Number = lead.Attempt.Number // of this call; the list keeps its own
	c.consent = def.Code(s.law).Consent(s.now, place)
	c.skills = def.SkillsFor(lead.Contact)
	s.calls[c.id] = c
	s.pulse.meet(c.contact.ID)
	return c
}

// alone tells whether a call is for one agent and nobody else.
func (c *liveCall) alone() bool { return c.preview || c.owned || c.attempt.Manual }

// dialFor calls a contact for one agent alone, who sees it from now on. The
// agent's own line is raised at the same time, so that the customer need not wait
// for it.
func (s *state) dialFor(c *liveCall, a *liveAgent) {
	s.advance(c, call.Place)
	s.ring(c)
	s.move(a, agent.Place)
	s.assign(c, a)
	s.present(a.id.User, agent.StatusAwaiting, false)
	if a.line.state != agent.LineUp {
		s.raiseLine(a)
	}
}

// unbound tells whether a contact may be called for an agent by name: he has no
// call, nor has he with another application, none is being fetched for him by
// name, and his phone would be heard.
func (s *state) unbound(a *liveAgent) bool {
	return a.state == agent.Idle && a.call == "" && !a.aside && a.keeps == "" && a.phone() == nil && !s.engaged(a.id.User)
}

// callAgain leases the contact of a call that is over once more, for the agent
// who wants to call it again.
func (s *state) callAgain(a *liveAgent, c *liveCall) {
	a.aside = true
	s.do(lease{campaign: c.def, contact: c.contact.ID, agent: a.id, now: s.now})
}

// leased goes on with a contact that was named.
func (s *state) leased(in leased) {
	a := s.agents[in.job.agent]
	if a != nil {
		a.aside = false
	}
	lc := s.campaigns[in.job.campaign.ID]
	switch {
	case in.lead.Attempt.ID == 0: // nothing is leased
		s.notLeased(a, in)
		return
	case lc == nil: // no campaign is ever taken away
		return
	}
	called := s.inAnyCall(in.lead.Contact.ID)
	c := s.begin(lc.def, in.lead, in.place)
	c.extra, c.wish = in.job.wish == nil, in.job.wish
	if why := s.notWanted(c, a, in, called); why != "" {
		c.wish = nil
		s.withdraw(c, why, s.now)
		s.notLeased(a, in)
		return
	}
	if c.wish != nil {
		s.dialFor(c, a)
		s.tellManual(*c.wish, ManualCallPlaced)
		return
	}
	c.def.AllowSkip, c.def.PreviewTime = true, 0 // it is the agent's own wish
	s.preview(c, a)
}

// notWanted says why a contact that was leased by name is not called after all.
func (s *state) notWanted(c *liveCall, a *liveAgent, in leased, called bool) string {
	allowed, why := s.allows(c, in.job.passed)
	switch {
	case in.err != nil:
		return "it could not be written down"
	case a == nil:
		return "the agent left"
	case s.stopping || !c.def.State.Dials():
		return "the campaign does not dial any more"
	case called:
		return inACall
	case c.was == campaign.Excluded, c.was == campaign.Deleted && !in.job.passed.DoNotCall:
		return "the contact may not be called any more"
	case c.wish == nil && (a.state != agent.Idle || a.call != "" || a.busy()), c.wish != nil && !s.unbound(a):
		return "the agent is not free any more"
	case c.wish != nil && !allowed:
		return why
	case c.wish != nil:
		if c.wish.Blocked = hadEnough(c.def, c.history.Calls, c.place, s.now).without(in.job.passed); c.wish.Blocked != (Overrides{}) {
			return "the contact has had the calls that the campaign's limits allow"
		}
	}
	return ""
}

// notLeased: the contact that was named is not called.
func (s *state) notLeased(a *liveAgent, in leased) {
	if in.err != nil {
		s.log.Warn("contact not leased", "agent", in.job.agent.String(), "campaign", in.job.campaign.Name, "contact", int64(in.job.contact), "error", in.err)
	}
	if in.job.wish != nil {
		w := *in.job.wish
		switch kind := fault.KindOf(in.err); {
		case kind == fault.NotFound:
			s.tellManual(w, ManualContactNotFound)
		case kind == fault.Conflict:
			w.ContactStatus = campaign.InProcess
			s.tellManual(w, ManualContactUncallable)
		case w.Blocked != Overrides{}:
			s.tellManual(w, ManualContactBlocked)
		default:
			s.tellManual(w, ManualPlaceCallFailed)
		}
		return
	}
	if a != nil && a.state == agent.Idle && a.call == "" { // what waited for this
		s.fulfil(a)
	}
}

// inACall is why a contact is given back that is not done with its last call.
const inACall = "the contact is in a call already"

// inAnyCall tells whether a contact is in a call on the floor; one that was
// dispositioned may still be talking.
func (s *state) inAnyCall(id campaign.ContactID) bool { return s.pulse.contacts[id] > 0 }
