package store

import (
	"context"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// few is up to how many contacts of a status are looked at one by one, rather than all
// of the list from the first on.
const few = 50_000

// FindContacts gives the contacts of a list that a filter wants, by their identities.
// A key and a number are found at once in a list of any size; what many others lie
// between, within two seconds or not.
//
// Errors: NotFound for a list that does not exist, Busy for what takes too long.
func (s *Store) FindContacts(ctx context.Context, f campaign.ContactFilter) ([]campaign.Contact, error) {
	limited, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	found, err := s.ContactPage(limited, f)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		return nil, fault.Wrap(err, fault.Busy, "it takes longer than %v to find these contacts; look for a key or a number, or export the list", queryTime)
	}
	return found, err
}

// ContactPage is [Store.FindContacts] for who has time. Errors: NotFound.
func (s *Store) ContactPage(ctx context.Context, f campaign.ContactFilter) ([]campaign.Contact, error) {
	var found []campaign.Contact
	err := s.read(ctx, "look for contacts of list "+f.List, func(tx *transaction) error {
		list, loaded, err := findList(ctx, tx, f.List)
		if err != nil {
			return err
		}
		text, args, err := finding(ctx, tx, list, loaded, f)
		if err != nil {
			return err
		}
		found, err = collect(ctx, tx, scanContact, text, args...)
		return err
	})
	return found, err
}

// FindAttempts gives the attempts that a filter wants, by their ids. Errors: NotFound
// for a campaign that does not exist.
func (s *Store) FindAttempts(ctx context.Context, f campaign.AttemptFilter) ([]campaign.Attempt, error) {
	var found []campaign.Attempt
	err := s.read(ctx, "read attempts", func(tx *transaction) error {
		text := `SELECT ` + attemptColumns + ` FROM attempts WHERE id > ?`
		args := []any{f.After}
		if f.Campaign != "" {
			c, err := findCampaign(ctx, tx, f.Campaign)
			if err != nil {
				return err
			}
			text, args = text+` AND campaign = ?`, append(args, c.ID)
		}
		if !f.From.IsZero() {
			text, args = text+` AND claimed >= ?`, append(args, micros(f.From))
		}
		if !f.To.IsZero() {
			text, args = text+` AND claimed < ?`, append(args, micros(f.To))
		}
		var err error
		found, err = collect(ctx, tx, scanAttempt, text+` ORDER BY id LIMIT ?`, append(args, f.Limit)...)
		return err
	})
	return found, err
}

// finding is the query for a filter.
func finding(ctx context.Context, tx *transaction, list, loaded int64, f campaign.ContactFilter) (string, []any, error) {
	from, of, id := "contacts c", "c.list", "c.id"
	if f.Status != "" {
		var have int
		err := tx.QueryRowContext(ctx, `SELECT ifnull(sum(count), 0) FROM tallies WHERE list = ? AND status = ?`, list, string(f.Status)).Scan(&have)
		if err != nil {
			return "", nil, err
		}
		if have <= few {
			id = "+c.id" // by the index on the status; see https://www.sqlite.org/optoverview.html
		}
	}
	if f.Number != "" {
		from, of, id = "directory d CROSS JOIN contacts c ON c.id = d.contact", "d.list", "d.contact"
	}
	text := `SELECT ` + contactColumns + ` FROM ` + from + ` JOIN lists l ON l.id = c.list WHERE ` + of + ` = ? AND ` + id + ` > ? AND ` + id + ` <= ?`
	args := []any{list, f.After, loaded}
	for _, one := range []struct{ column, value string }{{"c.key", f.Key}, {"d.number", f.Number}, {"c.status", string(f.Status)}} {
		if one.value != "" {
			text += ` AND ` + one.column + ` = ?`
			args = append(args, one.value)
		}
	}
	return text + ` ORDER BY ` + id + ` LIMIT ?`, append(args, f.Limit), nil
}

// Pasts tells what the attempts on contacts came to, of those that had any.
func (s *Store) Pasts(ctx context.Context, contacts []campaign.ContactID) (map[campaign.ContactID]campaign.Past, error) {
	all := map[campaign.ContactID]campaign.Past{}
	err := s.read(ctx, "read the history of contacts", func(tx *transaction) error {
		rows, err := tx.QueryContext(ctx, `SELECT contact, category, count(*), max(placed), sum(abandoned) FROM attempts
			WHERE contact IN `+among+` AND placed <> 0 AND closed <> 0 GROUP BY contact, category`, inJSON(contacts))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id campaign.ContactID
			var category string
			var n, abandoned int
			var last campaign.Past
			if err := rows.Scan(&id, &category, &n, moment{&last.LastCalled}, &abandoned); err != nil {
				return err
			}
			h := all[id]
			if h.Categories == nil {
				h.Categories = map[string]int{}
			}
			h.Categories[category] += n
			h.Abandoned += abandoned
			if last.LastCalled.After(h.LastCalled) {
				h.LastCalled = last.LastCalled
			}
			all[id] = h
		}
		return rows.Err()
	})
	return all, err
}

// DeleteList takes a list away with its contacts, some thousands at a time: if it is
// called off, what is gone is gone, and asking again goes on. What is written down of
// attempts stays.
//
// Errors: NotFound, Conflict while a campaign calls the list, one of its contacts is
// being called, or an import runs.
func (s *Store) DeleteList(ctx context.Context, name string) (contacts int, err error) {
	for more := true; more; {
		err := s.write(ctx, "delete list "+name, func(tx *transaction) error {
			list, err := unused(ctx, tx, name)
			if err != nil {
				return err
			}
			done, err := tx.ExecContext(ctx, `DELETE FROM contacts WHERE id IN (SELECT id FROM contacts WHERE list = ? LIMIT ?)`, list, chunk)
			if err != nil {
				return err
			}
			n, err := done.RowsAffected()
			contacts += int(n)
			if more = n == chunk; err != nil || more {
				return err
			}
			if _, err := tx.ExecContext(ctx, `DELETE FROM imports WHERE list = ?`, list); err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `DELETE FROM lists WHERE id = ?`, list)
			return err
		})
		if err != nil {
			return contacts, err
		}
	}
	return contacts, nil
}

// unused finds a list that nobody needs.
func unused(ctx context.Context, tx *transaction, name string) (list int64, err error) {
	if list, _, err = findList(ctx, tx, name); err != nil {
		return 0, err
	}
	all, err := campaigns(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		if c.Calls(name) {
			return 0, fault.New(fault.Conflict, "campaign %s calls list %s; give it another list first", c.Name, name)
		}
	}
	var busy, running bool
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM contacts WHERE list = ?1 AND status = 'I'),
		EXISTS (SELECT 1 FROM imports WHERE list = ?1 AND finished = 0)`, list).Scan(&busy, &running)
	switch {
	case err != nil:
		return 0, err
	case busy:
		return 0, fault.New(fault.Conflict, "contacts of list %s are being called; delete it when that is over", name)
	case running:
		return 0, fault.New(fault.Conflict, "an import into list %s is running; delete it when that has ended", name)
	}
	return list, nil
}
