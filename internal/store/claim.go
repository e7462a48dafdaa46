package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// Claim leases up to n due contacts of the campaign's list: they get status
// [campaign.InProcess] and an open attempt each, in one transaction. With mode
// preview the attempts are not yet placed. Promised callbacks come first, by
// their time; then what waited for another try, by its time; then what was never
// tried, by identity. A list that does not exist is a list that is done.
//
// Contacts in whose zone the campaign's hours are closed are left where they are,
// so that a list of many zones is not leased and given back one by one each
// evening; who has no zone is never open.
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
		zones, err := s.zonesOf(ctx, tx, list, c, now)
		if err != nil {
			return err
		}
		contacts, err := pick(ctx, tx, list, loaded, zones, n, now)
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
		claim.Left, claim.Due, err = remaining(ctx, tx, list, loaded, zones, now)
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
// contacts_due in its order, one for each zone that is open, so that its cost is
// in what it takes and not in the size of the list. Contacts above the mark were
// never tried, which is why only the last query looks at it.
func pick(ctx context.Context, tx *sql.Tx, list, loaded int64, zones []zone, n int, now time.Time) ([]campaign.Contact, error) {
	const from = `SELECT ` + contactColumns + ` FROM contacts c JOIN lists l ON l.id = c.list WHERE c.list = ? AND zone = ?`
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
		var found []campaign.Contact
		for _, z := range zones {
			if !z.open {
				continue
			}
			some, err := collect(ctx, tx, scanContact, q.text, list, z.name, q.arg, n-len(all))
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
		slices.SortFunc(found, func(a, b campaign.Contact) int {
			return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
		})
		all = append(all, found[:min(len(found), n-len(all))]...)
	}
	return all, nil
}

// zone is a time zone that contacts of a list have, as the database holds it, and
// whether the campaign's hours are open there; if not, opens is when, or zero.
type zone struct {
	name  string
	open  bool
	opens time.Time
}

// zonesOf finds the zones of contacts who may become due. It jumps from one to
// the next in the index.
func (s *Store) zonesOf(ctx context.Context, tx *sql.Tx, list int64, c campaign.Campaign, now time.Time) ([]zone, error) {
	const distinct = `WITH RECURSIVE z(zone) AS (
		SELECT min(zone) FROM contacts WHERE list = ?1 AND status = ?2
		UNION ALL SELECT (SELECT min(zone) FROM contacts WHERE list = ?1 AND status = ?2 AND zone > z.zone) FROM z WHERE z.zone IS NOT NULL)
		SELECT zone FROM z WHERE zone IS NOT NULL`
	scan := func(row scanner) (name string, err error) { return name, row.Scan(&name) }
	names, err := collect(ctx, tx, scan, distinct, list, "C")
	if err != nil {
		return nil, err
	}
	promised, err := collect(ctx, tx, scan, distinct, list, "S")
	if err != nil {
		return nil, err
	}
	names = append(names, promised...)
	slices.Sort(names)
	var zones []zone
	for _, name := range slices.Compact(names) {
		verdict := c.Hours.Check(now, s.location(cmp.Or(name, c.Zone)))
		zones = append(zones, zone{name: name, open: verdict.Allowed, opens: verdict.Next})
	}
	return zones, nil
}

// location loads a zone, or finds it loaded; nil for one that is not known.
func (s *Store) location(name string) *time.Location {
	if name == "" {
		return nil
	}
	if known, ok := s.locations.Load(name); ok {
		return known.(*time.Location)
	}
	loaded, err := time.LoadLocation(name)
	if err != nil {
		loaded = nil
	}
	s.locations.Store(name, loaded)
	return loaded
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
// may be dialed: zero for now, and for never.
func remaining(ctx context.Context, tx *sql.Tx, list, loaded int64, zones []zone, now time.Time) (left int, due time.Time, err error) {
	err = tx.QueryRowContext(ctx, `SELECT ifnull(sum(count), 0) FROM tallies WHERE list = ? AND status IN ('C', 'S')`, list).Scan(&left)
	if err != nil || left == 0 {
		return 0, time.Time{}, err
	}
	for _, z := range zones {
		first, ok, err := firstDue(ctx, tx, list, loaded, z.name)
		if err != nil {
			return 0, time.Time{}, err
		}
		if !ok || !z.open && z.opens.IsZero() {
			continue
		}
		if !z.open && z.opens.After(first) {
			first = z.opens
		}
		if !first.After(now) {
			return left, time.Time{}, nil
		}
		if due.IsZero() || first.Before(due) {
			due = first
		}
	}
	return left, due, nil
}

// firstDue is when the first contact of a zone is due, the zero time for one that
// was never tried; ok is false if there is none.
func firstDue(ctx context.Context, tx *sql.Tx, list, loaded int64, zone string) (due time.Time, ok bool, err error) {
	const next = `SELECT min(due) FROM (
		SELECT * FROM (SELECT 0 AS due FROM contacts WHERE list = ?1 AND status = 'C' AND zone = ?3 AND due = 0 AND id <= ?2 LIMIT 1)
		UNION ALL SELECT * FROM (SELECT due FROM contacts WHERE list = ?1 AND status = 'C' AND zone = ?3 AND due > 0 ORDER BY due LIMIT 1)
		UNION ALL SELECT * FROM (SELECT due FROM contacts WHERE list = ?1 AND status = 'S' AND zone = ?3 ORDER BY due LIMIT 1))`
	var at sql.NullInt64
	if err := tx.QueryRowContext(ctx, next, list, loaded, zone).Scan(&at); err != nil || !at.Valid {
		return time.Time{}, false, err
	}
	if at.Int64 > 0 {
		due = time.UnixMicro(at.Int64).UTC()
	}
	return due, true, nil
}
