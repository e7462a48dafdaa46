package store

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// dialed is an attempt on a contact at the number whose turn it is, not yet opened. ok is
// false if none of its numbers can be dialed, which flags the contact.
func dialed(ctx context.Context, tx *transaction, c campaign.Campaign, contact campaign.Contact, now time.Time) (lead campaign.Lead, ok bool, err error) {
	phones := c.Phones(contact)
	var states []campaign.PhoneState
	if len(phones) > 1 || len(c.Reschedules) > 0 {
		states, err = collect(ctx, tx, scanPhone, `SELECT kind, status, passed, attempts, rescheduled, last FROM numbers WHERE contact = ?`, contact.ID)
		if err != nil {
			return lead, false, err
		}
	}
	next, numbers, ok := campaign.NextPhone(phones, states, contact.Status)
	if !ok {
		_, err = tx.ExecContext(ctx, `UPDATE contacts SET status = 'F', owner = '' WHERE id = ?`, contact.ID)
		return lead, false, err
	}
	a := attempt(c, contact, now)
	a.Number, a.CCID, a.Kind = next.Number, next.CCID, next.Kind
	return campaign.Lead{Attempt: a, Contact: contact, Numbers: numbers}, true, nil
}

// putOff holds a lead that nobody promised a call against the campaign's limits; a
// contact that has to wait for the next call is due then. It gives that moment, or zero.
func (s *Store) putOff(ctx context.Context, tx *transaction, c campaign.Campaign, lead campaign.Lead) (until time.Time, err error) {
	contact, claimed := lead.Contact, lead.Attempt.Claimed
	if c.Limits.PerDay == 0 && c.Limits.Spacing == 0 || contact.Status != campaign.Callable && contact.Status != campaign.Seen {
		return until, nil
	}
	var zone *time.Location
	if place := c.Place(contact, s.location); len(place.Zones) > 0 {
		zone = place.Zones[0]
	}
	next := c.Limits.After(claimed, lead.History.Calls, zone)
	if !next.After(claimed) {
		return until, nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE contacts SET due = ? WHERE id = ?`, micros(next), contact.ID)
	return next, err
}

func scanPhone(row scanner) (s campaign.PhoneState, err error) {
	err = row.Scan(&s.Kind, &s.Status, &s.Passed, &s.Attempts, &s.Rescheduled, moment{&s.Last})
	return s, err
}

// counters are the columns that count what became of calls to a number, by wrap-up
// category.
var counters = map[string]string{
	"Busy": "busy", "Fax": "fax", "Machine": "machine", "No Answer": "no_answer", "Remote Hang Up": "remote_hang_up",
	"SIT Callable": "sit_callable", "System Hang Up": "system_hang_up",
}

// abandoned is the outcome of who answered and had no agent, as package call has it.
const abandoned = "Abandoned"

// numbered writes down what a closed attempt means for the number that was dialed.
func numbered(ctx context.Context, tx *transaction, a campaign.Attempt) error {
	if a.Next.Number == "" && !a.Next.Rescheduled {
		return nil
	}
	status := a.Next.Number
	if status == "" {
		status = campaign.Callable
	}
	more, count := "", counters[a.Category]
	if a.Outcome == abandoned {
		count = "abandoned"
	}
	if count != "" {
		more = count + ` = ` + count + ` + 1, `
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO numbers (contact, kind) VALUES (?, ?) ON CONFLICT DO NOTHING`, a.Contact, a.Kind)
	if err != nil {
		return err
	}
	const perDay = 24 * 60 * 60 * 1_000_000
	_, err = tx.ExecContext(ctx, `UPDATE numbers SET status = ?1, passed = max(passed, ?2), last = ?3, attempts = attempts + ?2, `+more+`
			rescheduled = rescheduled + ?4, daily = iif(day = ?5, daily, 0) + ?2, day = ?5
		WHERE contact = ?6 AND kind = ?7`,
		string(status), a.Next.Counts, micros(a.Placed), a.Next.Rescheduled, micros(a.Placed)/perDay, a.Contact, a.Kind)
	if err != nil || !a.Next.Pass {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE numbers SET passed = 0 WHERE contact = ?`, a.Contact)
	return err
}
