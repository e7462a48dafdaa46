package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// ClaimOwned leases like [Store.Claim], of the contacts that are due and that the
// user promised to call, up to n, list by list and by their time; those too whose hour has passed and
// that nobody else has taken. A promise is kept whatever the campaign's filter. Left and Due are not filled in.
func (s *Store) ClaimOwned(ctx context.Context, c campaign.Campaign, user string, n int, now time.Time) (campaign.Claim, error) {
	var claim campaign.Claim
	doing := "claim callbacks of " + user + " for campaign " + c.Name
	var due []campaign.ContactID
	look := func(tx *transaction) error {
		due = nil
		for _, source := range c.Lists() {
			some, err := s.promised(ctx, tx, c, source.List, user, n-len(due), now)
			if err != nil {
				return err
			}
			due = append(due, some...)
		}
		return nil
	}
	// Free agents ask often and seldom have one, so the write lock waits for a yes.
	if err := s.read(ctx, doing, look); err != nil || len(due) == 0 {
		return claim, err
	}
	err := s.write(ctx, doing, func(tx *transaction) error {
		if err := look(tx); err != nil {
			return err
		}
		contacts := make([]campaign.Contact, len(due))
		for i, id := range due {
			var err error
			if contacts[i], err = contactFor(ctx, tx, c, id); err != nil {
				return err
			}
		}
		var err error
		claim.Leads, claim.PutOff, err = s.leads(ctx, tx, c, contacts, now)
		return err
	})
	if err != nil {
		return campaign.Claim{}, err
	}
	return claim, nil
}

// promised finds up to n due callbacks of a user in a list in whose zone the hours are open.
// It reads no more of the user's due callbacks than it must. A list that does not
// exist has none.
func (s *Store) promised(ctx context.Context, tx *transaction, c campaign.Campaign, name, user string, n int, now time.Time) ([]campaign.ContactID, error) {
	if user == "" || n <= 0 {
		return nil, nil
	}
	list, _, err := findList(ctx, tx, name)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, zone FROM contacts
		WHERE list = ? AND owner = ? AND owner <> '' AND status = 'S' AND due <= ? ORDER BY due, id`, list, user, micros(now))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []campaign.ContactID
	open := map[string]bool{}
	for len(ids) < n && rows.Next() {
		var id campaign.ContactID
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err
		}
		if _, known := open[name]; !known {
			open[name] = s.zone(name, c, now).open
		}
		if open[name] {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

// ClaimContact leases one contact by an agent's wish, whatever its status, due time
// and owner and whatever the hours, unless an attempt on it is open; number, if not
// empty, is dialed in place of its own. With unplaced the row is opened as for a
// preview. If it is withdrawn, the contact is again what it was.
//
// Errors: NotFound for a contact that is in none of the campaign's lists, Conflict while
// an attempt is open.
func (s *Store) ClaimContact(ctx context.Context, c campaign.Campaign, id campaign.ContactID, number string, unplaced bool, now time.Time) (campaign.Lead, error) {
	var lead campaign.Lead
	what := "contact " + strconv.FormatInt(int64(id), 10)
	err := s.write(ctx, "claim "+what+" for campaign "+c.Name, func(tx *transaction) error {
		contact, err := contactFor(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if contact.Status == campaign.InProcess {
			return fault.New(fault.Conflict, "%s is being called; wait until that attempt is over", what)
		}
		a := attempt(c, contact, now)
		at := c.PhoneAt(contact, cmp.Or(number, a.Number))
		a.Number, a.CCID, a.Kind = at.Number, at.CCID, at.Kind
		a.Manual, a.Preview, a.Placed = true, unplaced, now
		if unplaced {
			a.Placed = time.Time{}
		}
		one := []campaign.Lead{{Attempt: a, Contact: contact}}
		if err := errors.Join(remember(ctx, tx, one, now), lease(ctx, tx, one)); err != nil {
			return err
		}
		lead = one[0]
		return nil
	})
	if err != nil {
		return campaign.Lead{}, err
	}
	return lead, nil
}

// attempt is how an attempt on a contact begins in the campaign's mode.
func attempt(c campaign.Campaign, contact campaign.Contact, now time.Time) campaign.Attempt {
	a := campaign.Attempt{
		Campaign: c.ID, List: contact.List, Contact: contact.ID, Number: contact.Number, CallerID: c.CallerID,
		Preview: c.Mode == campaign.Preview, Claimed: now,
	}
	if !a.Preview {
		a.Placed = now
	}
	return a
}

// leads leases contacts, each at the number whose turn it is, but for those that have no
// such number or have had the calls that the campaign's limits allow; it gives the latest
// moment to which one of these was put off. What was there before is read for many at a
// time; of two that have the same number the second knows of the call to the first.
func (s *Store) leads(ctx context.Context, tx *transaction, c campaign.Campaign, contacts []campaign.Contact, now time.Time) (all []campaign.Lead, putOff time.Time, err error) {
	some := make([]campaign.Lead, 0, len(contacts))
	take := func() error {
		able, until, err := s.allowed(ctx, tx, c, some, now)
		all, some, putOff = joined(all, able), nil, later(putOff, until)
		return err
	}
	for _, contact := range contacts {
		lead, ok, err := dialed(ctx, tx, c, contact, now)
		if err != nil {
			return nil, putOff, err
		}
		if !ok {
			continue
		}
		if slices.ContainsFunc(some, func(other campaign.Lead) bool { return other.Attempt.Number == lead.Attempt.Number }) {
			if err := take(); err != nil {
				return nil, putOff, err
			}
		}
		some = append(some, lead)
	}
	err = take()
	return all, putOff, err
}

// joined adds leads to others. A lead is large, and nearly always the first are all.
func joined(all, more []campaign.Lead) []campaign.Lead {
	if all == nil {
		return more
	}
	return append(all, more...)
}

// allowed leases those of some leads, of different numbers, that the campaign's limits
// allow to be called, and gives the latest moment to which another was put off.
func (s *Store) allowed(ctx context.Context, tx *transaction, c campaign.Campaign, leads []campaign.Lead, now time.Time) (able []campaign.Lead, putOff time.Time, err error) {
	if len(leads) == 0 {
		return nil, putOff, nil
	}
	if err := remember(ctx, tx, leads, now); err != nil {
		return nil, putOff, err
	}
	able = leads[:0]
	for _, lead := range leads {
		until, err := s.putOff(ctx, tx, c, lead)
		switch {
		case err != nil:
			return nil, putOff, err
		case until.IsZero():
			able = append(able, lead)
		}
		putOff = later(putOff, until)
	}
	return able, putOff, lease(ctx, tx, able)
}

// later is the later of two moments.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// lease takes the contacts of leads out of all others' hands and opens their attempts,
// with what the contacts were. They have no owners meanwhile: whoever takes one out by
// hand does not leave one behind.
func lease(ctx context.Context, tx *transaction, leads []campaign.Lead) error {
	ids := make([]campaign.ContactID, len(leads))
	for i, lead := range leads {
		ids[i] = lead.Contact.ID
	}
	for some := range slices.Chunk(leads, 16) {
		if err := openAttempts(ctx, tx, some); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `UPDATE contacts SET status = 'I', owner = '' WHERE id IN `+among, inJSON(ids))
	return err
}

// openAttempts writes the attempts of leads, all by one statement, which numbers them one by one.
func openAttempts(ctx context.Context, tx *transaction, leads []campaign.Lead) error {
	const one = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	args := make([]any, 0, strings.Count(one, "?")*len(leads))
	for _, lead := range leads {
		contact, a := lead.Contact, lead.Attempt
		args = append(args, a.Campaign, a.List, a.Contact, a.Number, a.CCID, a.Kind, a.CallerID, a.Preview, a.Manual, micros(a.Claimed), micros(a.Placed),
			string(contact.Status), micros(contact.Due), contact.Owner)
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO attempts
		(campaign, list, contact, number, ccid, kind, caller_id, preview, manual, claimed, placed, was_status, was_due, was_owner)
		VALUES `+one+strings.Repeat(", "+one, len(leads)-1), args...)
	if err != nil {
		return err
	}
	last, err := done.LastInsertId()
	for i := range leads {
		lead := &leads[i]
		lead.Attempt.ID = campaign.AttemptID(last) - campaign.AttemptID(len(leads)-1-i)
		lead.Was, lead.Contact.Status = lead.Contact.Status, campaign.InProcess
	}
	return err
}

// among is the set of contacts whose identities a statement is given by [inJSON].
const among = `(SELECT value FROM json_each(?))`

func inJSON(ids []campaign.ContactID) string {
	text := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(id), 10)
	}
	return string(append(text, ']'))
}
