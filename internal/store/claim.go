package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// Claim leases up to n due contacts of the campaign's list: they get status
// [campaign.InProcess] and an open attempt each, in one transaction. With mode
// preview the attempts are not yet placed. Promised callbacks come first, by
// their time; then what waited for another try, by its time; then what was never
// tried, by identity. A list that does not exist is a list that is done.
func (s *Store) Claim(ctx context.Context, c campaign.Campaign, n int, now time.Time) (campaign.Claim, error) {
	var claim campaign.Claim
	err := s.write(ctx, "claim contacts of list "+c.List, func(tx *sql.Tx) error {
		list, loaded, err := findList(ctx, tx, c.List)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		contacts, err := pick(ctx, tx, list, loaded, n, now)
		if err != nil {
			return err
		}
		for _, contact := range contacts {
			lead, err := lease(ctx, tx, c, contact, now)
			if err != nil {
				return err
			}
			claim.Leads = append(claim.Leads, lead)
		}
		claim.Left, claim.Due, err = remaining(ctx, tx, list, loaded, now)
		return err
	})
	if err != nil {
		return campaign.Claim{}, err
	}
	return claim, nil
}

// findList gives a list's key and its mark: contacts with a higher id are not
// there yet.
func findList(ctx context.Context, tx *sql.Tx, name string) (list, loaded int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id, loaded FROM lists WHERE name = ?`, name).Scan(&list, &loaded)
	return list, loaded, err
}

// pick finds up to n due contacts. Each query is a range of the index
// contacts_due in its order, so that its cost is in what it takes and not in
// the size of the list. Contacts above the mark were never tried, which is why
// only the last query looks at it.
func pick(ctx context.Context, tx *sql.Tx, list, loaded int64, n int, now time.Time) ([]campaign.Contact, error) {
	const from = `SELECT ` + contactColumns + ` FROM contacts c JOIN lists l ON l.id = c.list WHERE c.list = ?`
	at := micros(now)
	queries := []struct {
		text string
		arg  int64
	}{
		{from + ` AND status = 'S' AND due <= ? ORDER BY due, c.id LIMIT ?`, at},
		{from + ` AND status = 'C' AND due > 0 AND due <= ? ORDER BY due, c.id LIMIT ?`, at},
		{from + ` AND status = 'C' AND due = 0 AND c.id <= ? ORDER BY c.id LIMIT ?`, loaded},
	}
	var all []campaign.Contact
	for _, q := range queries {
		if len(all) >= n {
			break
		}
		found, err := collect(ctx, tx, scanContact, q.text, list, q.arg, n-len(all))
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func lease(ctx context.Context, tx *sql.Tx, c campaign.Campaign, contact campaign.Contact, now time.Time) (campaign.Lead, error) {
	contact.Status = campaign.InProcess
	a := campaign.Attempt{
		Campaign: c.ID, List: contact.List, Contact: contact.ID, Number: contact.Number,
		Preview: c.Mode == campaign.Preview, Claimed: now,
	}
	if !a.Preview {
		a.Placed = now
	}
	if _, err := tx.ExecContext(ctx, `UPDATE contacts SET status = 'I' WHERE id = ?`, contact.ID); err != nil {
		return campaign.Lead{}, err
	}
	done, err := tx.ExecContext(ctx, `INSERT INTO attempts (campaign, list, contact, number, preview, claimed, placed)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		a.Campaign, a.List, a.Contact, a.Number, a.Preview, micros(a.Claimed), micros(a.Placed))
	if err != nil {
		return campaign.Lead{}, err
	}
	id, err := done.LastInsertId()
	a.ID = campaign.AttemptID(id)
	return campaign.Lead{Attempt: a, Contact: contact}, err
}

// remaining tells how many contacts may still become due, and when the next
// does: zero for now, and for never.
func remaining(ctx context.Context, tx *sql.Tx, list, loaded int64, now time.Time) (left int, due time.Time, err error) {
	err = tx.QueryRowContext(ctx, `SELECT ifnull(sum(count), 0) FROM tallies WHERE list = ? AND status IN ('C', 'S')`, list).Scan(&left)
	if err != nil || left == 0 {
		return 0, time.Time{}, err
	}
	const next = `SELECT ifnull(min(due), 0) FROM (
		SELECT * FROM (SELECT 0 AS due FROM contacts WHERE list = ?1 AND status = 'C' AND due = 0 AND id <= ?2 LIMIT 1)
		UNION ALL SELECT * FROM (SELECT due FROM contacts WHERE list = ?1 AND status = 'C' AND due > 0 ORDER BY due LIMIT 1)
		UNION ALL SELECT * FROM (SELECT due FROM contacts WHERE list = ?1 AND status = 'S' ORDER BY due LIMIT 1))`
	err = tx.QueryRowContext(ctx, next, list, loaded).Scan(moment{&due})
	if !due.After(now) {
		due = time.Time{}
	}
	return left, due, err
}
