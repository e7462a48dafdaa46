package dialer

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// clerk is the database of a stage: a book of contacts, and the rows of attempts.
// It leases, refuses and takes back as the real one does.
type clerk struct{ *stage }

// Claim leases the next numbers of the stage; they become contacts of the book.
func (c clerk) Claim(_ context.Context, def campaign.Campaign, n int, team campaign.Team, now time.Time) (campaign.Claim, error) {
	c.team = team
	c.asked[now]++
	c.most = max(c.most, n)
	var claim campaign.Claim
	if err := c.fail(); err != nil {
		return claim, err
	}
	for id := campaign.ContactID(1); c.returns && id <= mostContacts && len(claim.Leads) < n && def.State != campaign.ScheduledOnly; id++ {
		if contact := c.book[id]; contact != nil && contact.List == def.List && contact.Status == campaign.Callable && !contact.Due.After(now) {
			claim.Leads = append(claim.Leads, c.lend(def, contact, def.Mode == campaign.Preview, now))
		}
	}
	for len(claim.Leads) < n && len(c.numbers) > 0 && def.State != campaign.ScheduledOnly {
		contact := &campaign.Contact{
			ID: campaign.ContactID(c.claims + 1), List: def.List, Number: c.numbers[0], Status: campaign.Callable,
			Columns: map[string]string{"name": "N" + c.numbers[0]},
		}
		c.numbers = c.numbers[1:]
		if c.zoneOf != nil {
			contact.Zone = c.zoneOf(contact.ID)
		}
		c.book[contact.ID] = contact
		claim.Leads = append(claim.Leads, c.lend(def, contact, def.Mode == campaign.Preview, now))
	}
	claim.Left = len(c.numbers)
	claim.Ended = len(claim.Leads) < n && slices.ContainsFunc(slices.Collect(maps.Values(c.book)), func(one *campaign.Contact) bool {
		return one.List == def.List && one.Status == campaign.Callable
	})
	if len(claim.Leads) < n {
		claim.PutOff = c.putOff
	}
	return claim, nil
}

// lend leases one contact and opens its row.
func (c clerk) lend(def campaign.Campaign, contact *campaign.Contact, unplaced bool, now time.Time) campaign.Lead {
	c.claims++
	at := campaign.Attempt{
		ID: campaign.AttemptID(c.claims), Campaign: def.ID, List: def.List, Contact: contact.ID, Number: contact.Number,
		Claimed: now, Placed: now, Preview: unplaced,
	}
	if unplaced {
		at.Placed = time.Time{}
	}
	was := contact.Status
	contact.Status = campaign.InProcess
	c.open[at.ID] = at
	return campaign.Lead{Attempt: at, Contact: *contact, Was: was, History: c.history(at), Numbers: c.numbersOf}
}

// history is what came before an attempt: what the story says, and the rows.
func (c clerk) history(at campaign.Attempt) compliance.History {
	h := c.past[at.Contact]
	h.Calls = slices.Clone(h.Calls)
	for _, rows := range []map[campaign.AttemptID]campaign.Attempt{c.open, c.closed} {
		for id, row := range rows {
			if id != at.ID && !row.Placed.IsZero() && row.Category != "No Lines" && (row.Contact == at.Contact || row.Number == at.Number) {
				h.Calls = append(h.Calls, row.Placed)
			}
		}
	}
	return h
}

func (c clerk) Former(_ context.Context, of campaign.Attempt, _ time.Time) (compliance.History, error) {
	return c.history(of), c.fail()
}

func (c clerk) ClaimOwned(_ context.Context, def campaign.Campaign, user string, n int, now time.Time) (campaign.Claim, error) {
	var claim campaign.Claim
	if err := c.fail(); err != nil {
		return claim, err
	}
	for id := campaign.ContactID(1); id <= campaign.ContactID(mostContacts) && len(claim.Leads) < n; id++ {
		contact := c.book[id]
		if contact != nil && contact.List == def.List && contact.Status == campaign.Scheduled &&
			strings.EqualFold(contact.Owner, user) && !contact.Due.After(now) {
			claim.Leads = append(claim.Leads, c.lend(def, contact, def.Mode == campaign.Preview, now))
		}
	}
	return claim, nil
}

// mostContacts is more than any stage has.
const mostContacts = 2000

func (c clerk) Contact(_ context.Context, list string, id campaign.ContactID) (campaign.Contact, error) {
	if err := c.fail(); err != nil {
		return campaign.Contact{}, err
	}
	if contact := c.book[id]; contact != nil && contact.List == list {
		return *contact, nil
	}
	return campaign.Contact{}, fault.New(fault.NotFound, "there is no contact %d", id)
}

func (c clerk) ClaimContact(ctx context.Context, def campaign.Campaign, id campaign.ContactID, number string, unplaced bool, now time.Time) (campaign.Lead, error) {
	if _, err := c.Contact(ctx, def.List, id); err != nil {
		return campaign.Lead{}, err
	}
	contact := c.book[id]
	if contact.Status == campaign.InProcess {
		return campaign.Lead{}, fault.New(fault.Conflict, "contact %d is in a call", id)
	}
	lead := c.lend(def, contact, unplaced, now)
	lead.Attempt.Manual = true
	if number != "" {
		lead.Attempt.Number = number
	}
	c.open[lead.Attempt.ID] = lead.Attempt
	return lead, nil
}

// Recycle makes two contacts due at a time.
func (c clerk) Recycle(_ context.Context, list string, now time.Time) (int, bool, error) {
	n := 0
	for id := campaign.ContactID(1); id <= mostContacts && n < 2; id++ {
		if contact := c.book[id]; contact != nil && contact.List == list && contact.Status == campaign.Callable && contact.Due.After(now) {
			contact.Due = now
			n++
		}
	}
	c.line("recycle %s: %d", list, n)
	return n, n == 2, c.fail()
}

// Record does what the database does with an attempt.
func (c clerk) Record(_ context.Context, at campaign.Attempt) error {
	if err := c.fail(); err != nil {
		return err
	}
	if row, done := c.closed[at.ID]; done {
		if row.Ended.IsZero() {
			row.Ended, row.Media, row.Answered, row.Abandoned = at.Ended, at.Media, at.Answered, row.Abandoned || at.Abandoned
			c.closed[at.ID] = row
		}
		c.line("record %s ended: %s", at.Call(), at.Reason)
		return nil
	}
	if at.Closed.IsZero() && !at.Answered.IsZero() { // how far it has come
		c.open[at.ID] = at
		return nil
	}
	if at.Closed.IsZero() {
		note := ""
		if at.Manual {
			note = ", manual"
		}
		if at.Number != c.open[at.ID].Number {
			note += ", number " + at.Number
		}
		c.open[at.ID] = at
		c.line("record %s placed%s", at.Call(), note)
		return nil
	}
	delete(c.open, at.ID)
	c.closed[at.ID] = at
	c.line("record %s closed: %s, %s / %s, contact %s %s counts=%t%s", at.Call(), at.Outcome, at.Category, at.Code,
		at.Next.Status, c.dueIn(at.Next.Due), at.Next.Counts, ownedBy(at.Next.Owner))
	c.takeBack(at)
	return nil
}

// takeBack carries out what becomes of a contact.
func (c clerk) takeBack(at campaign.Attempt) {
	contact := c.book[at.Contact]
	if contact.Status != campaign.InProcess {
		c.t.Errorf("contact %d is taken back and was not leased", contact.ID)
	}
	contact.Status, contact.Due, contact.Owner = at.Next.Status, at.Next.Due, at.Next.Owner
	if at.Next.Counts {
		contact.Attempts++
	}
	if at.Outcome == call.Withdrawn && at.Next.Counts {
		c.t.Errorf("contact %d loses a try and was not called", contact.ID)
	}
}

func (c clerk) dueIn(due time.Time) string {
	if due.IsZero() {
		return "never"
	}
	return "in " + due.Sub(c.now).String()
}

func ownedBy(owner string) string {
	if owner == "" {
		return ""
	}
	return " owner=" + owner
}

func (c clerk) SaveCampaign(_ context.Context, def campaign.Campaign) error {
	c.saves = append(c.saves, def)
	return c.fail()
}

func (c clerk) Update(_ context.Context, contact campaign.ContactID, columns map[string]string) error {
	c.line("update contact %d %v", contact, columns)
	return nil
}

// Remember keeps what a pacer learned, as text.
func (c clerk) Remember(_ context.Context, id campaign.ID, memory []byte, _ time.Time) error {
	if err := c.fail(); err != nil {
		return err
	}
	c.memories[id] = string(memory)
	return nil
}

func (c clerk) Journal(context.Context, []campaign.Entry) error { return nil }

func (c clerk) Together(ctx context.Context, do func(context.Context)) error { do(ctx); return nil }

func (c clerk) BeginRecording(_ context.Context, r campaign.Recording) error {
	if err := c.fail(); err != nil {
		return err
	}
	c.index = append(c.index, r)
	return nil
}
