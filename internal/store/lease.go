package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
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
	look := func(tx *sql.Tx) error {
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
	err := s.write(ctx, doing, func(tx *sql.Tx) error {
		if err := look(tx); err != nil {
			return err
		}
		for _, id := range due {
			contact, err := contactFor(ctx, tx, c, id)
			if err != nil {
				return err
			}
			lead, ok, err := s.dialed(ctx, tx, c, contact, now)
			if err != nil {
				return err
			}
			if ok {
				claim.Leads = append(claim.Leads, lead)
			}
		}
		return nil
	})
	if err != nil {
		return campaign.Claim{}, err
	}
	return claim, nil
}

// promised finds up to n due callbacks of a user in a list in whose zone the hours are open.
// It reads no more of the user's due callbacks than it must. A list that does not
// exist has none.
func (s *Store) promised(ctx context.Context, tx *sql.Tx, c campaign.Campaign, name, user string, n int, now time.Time) ([]campaign.ContactID, error) {
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
	err := s.write(ctx, "claim "+what+" for campaign "+c.Name, func(tx *sql.Tx) error {
		contact, err := contactFor(ctx, tx, c, id)
		if err != nil {
			return err
		}
		if contact.Status == campaign.InProcess {
			return fault.New(fault.Conflict, "%s is being called; wait until that attempt is over", what)
		}
		a := attempt(c, contact, now)
		for _, p := range c.Phones(contact) {
			if number == p.Number || number == "" && a.Number == p.Number {
				a.CCID, a.Kind = p.CCID, p.Kind
			}
		}
		a.Manual, a.Preview, a.Placed = true, unplaced, now
		if unplaced {
			a.Placed = time.Time{}
		}
		if number != "" {
			a.Number = number
		}
		lead, err = s.lease(ctx, tx, contact, a)
		return err
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

// lease takes a contact out of all others' hands and opens its attempt, with what
// the contact was. It has no owner meanwhile: whoever takes it out by hand does
// not leave one behind.
func (s *Store) lease(ctx context.Context, tx *sql.Tx, contact campaign.Contact, a campaign.Attempt) (campaign.Lead, error) {
	past, err := history(ctx, tx, contact.ID, a.Number, a.Claimed)
	if err != nil {
		return campaign.Lead{}, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE contacts SET status = 'I', owner = '' WHERE id = ?`, contact.ID); err != nil {
		return campaign.Lead{}, err
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO attempts
			(campaign, list, contact, number, ccid, kind, caller_id, preview, manual, claimed, placed, was_status, was_due, was_owner)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		a.Campaign, a.List, a.Contact, a.Number, a.CCID, a.Kind, a.CallerID, a.Preview, a.Manual, micros(a.Claimed), micros(a.Placed),
		string(contact.Status), micros(contact.Due), contact.Owner)
	if err != nil {
		return campaign.Lead{}, err
	}
	id, err := done.LastInsertId()
	a.ID = campaign.AttemptID(id)
	lead := campaign.Lead{Attempt: a, Contact: contact, Was: contact.Status, History: past}
	lead.Contact.Status = campaign.InProcess
	return lead, err
}
