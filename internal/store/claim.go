package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// ownersHour is how long after its due time a callback that an agent has promised
// is left to him. A customer who waits for the call is better served late by him
// than on time by a stranger, and better by a stranger than not at all: within an
// hour a long talk, a lunch or a late shift is over, and after it he may well be
// away for the day. The schema knows the figure (contacts.free).
const ownersHour = time.Hour

// Claim leases up to n due contacts of the campaign's list: they get status
// [campaign.InProcess] and an open attempt each, in one transaction. With mode
// preview the attempts are not yet placed. Promised callbacks come first, by
// their time; then what waited for another try, by its time; then what was never
// tried, by identity. A list that does not exist is a list that is done.
//
// A callback that an agent has promised to make himself is left to him for an hour
// ([Store.ClaimOwned]), then it is like any other; so Due is an hour after the time
// of the first of those, if nothing else is due before.
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
			lead, err := lease(ctx, tx, contact, attempt(c, contact, now))
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
// contacts_free in its order, one for each zone that is open, so that its cost is
// in what it takes and not in the size of the list. Contacts above the mark were
// never tried, which is why only the last query looks at it.
func pick(ctx context.Context, tx *sql.Tx, list, loaded int64, zones []zone, n int, now time.Time) ([]campaign.Contact, error) {
	const from = `SELECT ` + contactColumns + ` FROM contacts c JOIN lists l ON l.id = c.list WHERE c.list = ? AND zone = ?`
	at := micros(now)
	queries := []struct {
		text string
		arg  int64
	}{
		{from + ` AND status = 'S' AND free <= ? ORDER BY free, c.id LIMIT ?`, at},
		{from + ` AND status = 'C' AND free > 0 AND free <= ? ORDER BY free, c.id LIMIT ?`, at},
		{from + ` AND status = 'C' AND free = 0 AND c.id <= ? ORDER BY c.id LIMIT ?`, loaded},
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
			return cmp.Or(free(a).Compare(free(b)), cmp.Compare(a.ID, b.ID))
		})
		all = append(all, found[:min(len(found), n-len(all))]...)
	}
	return all, nil
}

// free is when everybody may call a contact, as the column contacts.free has it.
func free(c campaign.Contact) time.Time {
	if c.Owner == "" {
		return c.Due
	}
	return c.Due.Add(ownersHour)
}

// zone is a time zone that contacts of a list have, as the database holds it, and
// whether the campaign's hours are open there; if not, opens is when, or zero.
type zone struct {
	name  string
	open  bool
	opens time.Time
}

// zonesOf finds the zones of contacts who may become due.
func (s *Store) zonesOf(ctx context.Context, tx *sql.Tx, list int64, c campaign.Campaign, now time.Time) ([]zone, error) {
	names, err := zoneNames(ctx, tx, list, campaign.Callable)
	if err != nil {
		return nil, err
	}
	promised, err := zoneNames(ctx, tx, list, campaign.Scheduled)
	if err != nil {
		return nil, err
	}
	names = append(names, promised...)
	slices.Sort(names)
	var zones []zone
	for _, name := range slices.Compact(names) {
		zones = append(zones, s.zone(name, c, now))
	}
	return zones, nil
}

// zoneNames finds the zones of contacts of a status. It jumps from one to the next
// in the index.
func zoneNames(ctx context.Context, tx *sql.Tx, list int64, status campaign.Status) ([]string, error) {
	const distinct = `WITH RECURSIVE z(zone) AS (
		SELECT min(zone) FROM contacts WHERE list = ?1 AND status = ?2
		UNION ALL SELECT (SELECT min(zone) FROM contacts WHERE list = ?1 AND status = ?2 AND zone > z.zone) FROM z WHERE z.zone IS NOT NULL)
		SELECT zone FROM z WHERE zone IS NOT NULL`
	return collect(ctx, tx, scanName, distinct, list, string(status))
}

// zone holds the campaign's hours, and the rules that it is under, against a zone as
// contacts name it.
func (s *Store) zone(name string, c campaign.Campaign, now time.Time) zone {
	opens := s.opens(name, c, now)
	return zone{name: name, open: opens.Equal(now), opens: opens}
}

// shut is what was closed when it was last looked at, and from when to when it is: to
// find out costs more than to find it open, and every claim asks for all zones.
type shut struct {
	place, rules string
	hours        compliance.Hours
}

// opens is when hours and rules let contacts of a zone be called: now, or zero for
// never.
func (s *Store) opens(name string, c campaign.Campaign, now time.Time) time.Time {
	key := shut{name + "|" + c.Zone, strings.Join(c.Law.Rules, "|") + "||" + strings.Join(c.Law.Holidays, "|"), c.Hours}
	if known, ok := s.closed.Load(key); ok {
		if since := known.([2]time.Time); !now.Before(since[0]) && now.Before(since[1]) {
			return since[1]
		}
	}
	opens := c.Code(s.law).Opens(now, c.Place(campaign.Contact{Zone: name}, s.location))
	if opens.After(now) {
		s.closed.Store(key, [2]time.Time{now, opens})
	}
	return opens
}

// location loads a zone, or finds it loaded; nil for one that is not known.
func (s *Store) location(name string) (*time.Location, error) {
	if known, ok := s.locations.Load(name); ok {
		return known.(*time.Location), nil
	}
	loaded, err := time.LoadLocation(name)
	if err != nil {
		loaded = nil
	}
	s.locations.Store(name, loaded)
	return loaded, nil
}

// SetLaw tells the rule sets that campaigns may name; call it before the first claim.
func (s *Store) SetLaw(law compliance.Law) { s.law = law }

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

// firstDue is when the first contact of a zone is due for everybody, the zero time
// for one that was never tried; ok is false if there is none.
func firstDue(ctx context.Context, tx *sql.Tx, list, loaded int64, zone string) (due time.Time, ok bool, err error) {
	const next = `SELECT min(due) FROM (
		SELECT * FROM (SELECT 0 AS due FROM contacts WHERE list = ?1 AND status = 'C' AND zone = ?3 AND free = 0 AND id <= ?2 LIMIT 1)
		UNION ALL SELECT * FROM (SELECT free FROM contacts WHERE list = ?1 AND status = 'C' AND zone = ?3 AND free > 0 ORDER BY free LIMIT 1)
		UNION ALL SELECT * FROM (SELECT free FROM contacts WHERE list = ?1 AND status = 'S' AND zone = ?3 ORDER BY free LIMIT 1))`
	var at sql.NullInt64
	if err := tx.QueryRowContext(ctx, next, list, loaded, zone).Scan(&at); err != nil || !at.Valid {
		return time.Time{}, false, err
	}
	if at.Int64 > 0 {
		due = time.UnixMicro(at.Int64).UTC()
	}
	return due, true, nil
}
