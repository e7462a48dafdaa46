package simulate

import (
	"container/heap"
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// book is the database that the floor sees: lists of contacts, and rows of attempts. It
// notes what does not add up.
type book struct {
	day      *day
	shelves  map[string]*shelf // lists by their names
	open     map[campaign.AttemptID]*row
	leased   map[campaign.ContactID]campaign.AttemptID
	chosen   map[campaign.ContactID]choice // to be called by an agent who names them
	attempts int
	contacts int
	outcomes map[call.Outcome]int // of attempts that are closed
	closed   []bool               // by the numbers of attempts
}

// shelf is a contact list: contacts that were never called, and those that wait for
// their next try.
type shelf struct {
	campaign *Campaign
	left     int
	endless  bool
	waiting  waiting

	live, talked, abandoned int // of those who answered
	messages                Messages
	through                 time.Duration // since dawn: when each contact had been called once
}

// row is an open attempt.
type row struct {
	attempt  campaign.Attempt
	contact  campaign.Contact
	shelf    *shelf
	answered time.Duration // since dawn
}

// choice is a contact that an agent has chosen from a list.
type choice struct {
	shelf   *shelf
	contact campaign.Contact
}

// choose takes the next contact off a list for an agent, who will call it.
func (b *book) choose(list string) (campaign.ContactID, bool) {
	s := b.shelves[list]
	contact, ok := b.take(s, b.day.clock())
	if ok {
		b.chosen[contact.ID] = choice{s, contact}
	}
	return contact.ID, ok
}

// Claim implements [dialer.Ledger]: contacts whose next try is due, then new ones.
func (b *book) Claim(_ context.Context, def campaign.Campaign, n int, _ campaign.Team, now time.Time) (campaign.Claim, error) {
	s := b.shelves[def.List]
	var claim campaign.Claim
	for len(claim.Leads) < n {
		contact, ok := b.take(s, now)
		if !ok {
			break
		}
		claim.Leads = append(claim.Leads, b.lend(s, contact, def, now))
	}
	claim.Left = s.left + len(s.waiting)
	if s.endless {
		claim.Left++
	} else if s.left == 0 && len(s.waiting) > 0 {
		claim.Due = s.waiting[0].Due
	}
	return claim, nil
}

// take gives the next contact of a list that may be called.
func (b *book) take(s *shelf, now time.Time) (campaign.Contact, bool) {
	switch {
	case len(s.waiting) > 0 && !s.waiting[0].Due.After(now):
		return heap.Pop(&s.waiting).(campaign.Contact), true
	case s.endless || s.left > 0:
		if !s.endless {
			s.left--
			s.through = b.day.now
		}
		b.contacts++
		return campaign.Contact{ID: campaign.ContactID(b.contacts), Number: strconv.Itoa(b.contacts), Status: campaign.Callable}, true
	}
	return campaign.Contact{}, false
}

// lend leases a contact and opens its row.
func (b *book) lend(s *shelf, contact campaign.Contact, def campaign.Campaign, now time.Time) campaign.Lead {
	if id, is := b.leased[contact.ID]; is {
		b.day.amiss("contact %d is leased while attempt %d is open", contact.ID, id)
	}
	b.attempts++
	b.closed = append(b.closed, false)
	at := campaign.Attempt{
		ID: campaign.AttemptID(b.attempts), Campaign: def.ID, List: def.List, Contact: contact.ID, Number: contact.Number,
		Claimed: now, Placed: now, Preview: def.Mode == campaign.Preview || def.Mode == campaign.Manual,
	}
	if at.Preview {
		at.Placed = time.Time{}
	}
	contact.List = def.List
	b.leased[contact.ID] = at.ID
	b.open[at.ID] = &row{attempt: at, contact: contact, shelf: s}
	return campaign.Lead{Attempt: at, Contact: contact, Was: contact.Status}
}

// called finds the open row of a number that is dialed.
func (b *book) called(number string) *row {
	contact, _ := strconv.Atoi(number)
	r := b.open[b.leased[campaign.ContactID(contact)]]
	if r == nil {
		b.day.amiss("number %s is dialed without an open attempt", number)
		return &row{shelf: &shelf{campaign: &b.day.Campaigns[0]}}
	}
	return r
}

// Record implements [dialer.Ledger].
func (b *book) Record(_ context.Context, at campaign.Attempt) error {
	r := b.open[at.ID]
	switch {
	case r == nil && (at.ID < 1 || int(at.ID) > b.attempts || !b.closed[at.ID-1]):
		b.day.amiss("attempt %d is recorded and was never opened", at.ID)
	case r == nil: // it was closed as its agent said, now its leg has ended
	case at.Closed.IsZero():
		r.attempt = at
	default:
		r.attempt = at
		b.close(r)
	}
	return nil
}

// close takes an attempt off the book, and puts its contact back on the shelf if it is
// to be called again.
func (b *book) close(r *row) {
	at := r.attempt
	delete(b.open, at.ID)
	delete(b.leased, at.Contact)
	b.closed[at.ID-1] = true
	b.outcomes[at.Outcome]++
	r.shelf.messages.count(at)
	if at.Outcome == call.Informed {
		b.day.score.informed.add(r.answered, 1)
	}
	reached := at.Outcome == call.Talked || at.Outcome == call.Abandoned || at.Outcome == call.HungUp
	if reached {
		b.day.score.land(r.answered, at.Outcome == call.Abandoned)
		r.shelf.live++
		r.shelf.talked += one(at.Outcome == call.Talked)
		r.shelf.abandoned += one(at.Outcome == call.Abandoned)
	}
	switch {
	case (reached || at.Outcome == call.NoPerson || at.Outcome == call.Informed) == at.Answered.IsZero():
		b.day.amiss("attempt %d is closed as %q, answered %t", at.ID, at.Outcome, !at.Answered.IsZero())
	case at.Outcome == call.Talked && at.Bridged.IsZero():
		b.day.amiss("attempt %d has talked to nobody", at.ID)
	}
	if at.Next.Status == campaign.Callable && !r.shelf.endless {
		r.contact.Due = at.Next.Due
		if at.Next.Counts {
			r.contact.Attempts++
		}
		heap.Push(&r.shelf.waiting, r.contact)
	}
}

// check holds the book against what the switchboard saw, at the day's end.
func (b *book) check() {
	if n := len(b.open); n > 0 {
		b.day.amiss("%d attempts are left open", n)
	}
	total := 0
	for _, n := range b.outcomes {
		total += n
	}
	if total != b.attempts {
		b.day.amiss("%d attempts were opened and %d closed", b.attempts, total)
	}
	n := b.outcomes[call.Talked] + b.outcomes[call.Abandoned] + b.outcomes[call.HungUp] + b.outcomes[call.NoPerson] + b.outcomes[call.Informed]
	if n != b.day.score.answered {
		b.day.amiss("%d calls were answered, and %d talked, were abandoned, hung up, were informed or no person", b.day.score.answered, n)
	}
}

// Nobody reads what else is written.

// SaveCampaign implements [dialer.Ledger].
func (b *book) SaveCampaign(context.Context, campaign.Campaign) error { return nil }

// Update implements [dialer.Ledger].
func (b *book) Update(context.Context, campaign.ContactID, map[string]string) error { return nil }

// Journal implements [dialer.Ledger].
func (b *book) Journal(context.Context, []campaign.Entry) error { return nil }

// Together implements [dialer.Ledger].
func (b *book) Together(ctx context.Context, do func(context.Context)) error { do(ctx); return nil }

// BeginRecording implements [dialer.Archive].
func (b *book) BeginRecording(context.Context, campaign.Recording) error { return nil }

// Contact implements [dialer.Contacts]: agents name those that they have chosen.
func (b *book) Contact(_ context.Context, _ string, id campaign.ContactID) (campaign.Contact, error) {
	if c, ok := b.chosen[id]; ok {
		return c.contact, nil
	}
	return campaign.Contact{}, fault.New(fault.NotFound, "there is no contact %d", id)
}

// ClaimOwned implements [dialer.Contacts]: nobody promises callbacks.
func (b *book) ClaimOwned(context.Context, campaign.Campaign, string, int, time.Time) (campaign.Claim, error) {
	return campaign.Claim{}, nil
}

// ClaimContact implements [dialer.Contacts].
func (b *book) ClaimContact(_ context.Context, def campaign.Campaign, id campaign.ContactID, _ string, _ bool, now time.Time) (campaign.Lead, error) {
	c, ok := b.chosen[id]
	if !ok {
		return campaign.Lead{}, fault.New(fault.NotFound, "there is no contact %d", id)
	}
	delete(b.chosen, id)
	return b.lend(c.shelf, c.contact, def, now), nil
}

// Former implements [dialer.Contacts]: customers do not mind how often they are called.
func (b *book) Former(context.Context, campaign.Attempt, time.Time) (compliance.History, error) {
	return compliance.History{}, nil
}

// Recycle implements [dialer.Contacts].
func (b *book) Recycle(context.Context, string, time.Time) (int, bool, error) { return 0, false, nil }

// waiting is a heap of contacts by when they are due.
type waiting []campaign.Contact

func (w waiting) Len() int { return len(w) }
func (w waiting) Less(i, j int) bool {
	return w[i].Due.Before(w[j].Due) || w[i].Due.Equal(w[j].Due) && w[i].ID < w[j].ID
}
func (w waiting) Swap(i, j int) { w[i], w[j] = w[j], w[i] }
func (w *waiting) Push(x any)   { *w = append(*w, x.(campaign.Contact)) }
func (w *waiting) Pop() any {
	old := *w
	last := old[len(old)-1]
	*w = old[:len(old)-1]
	return last
}
