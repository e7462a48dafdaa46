package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/selection"
)

// stock is one of a campaign's lists as a claim sees it: the contacts in it that wait,
// or those of them in the campaign's selection.
type stock struct {
	campaign.Source
	list, loaded int64
	tally        map[campaign.Status]int // of the whole list
	zones        []zone
	selected     *selected // nil: the whole list, by identity
	why          string    // why nobody can be claimed from it now, or empty
}

// stocks opens the lists of a campaign that are there.
func (s *Store) stocks(ctx context.Context, tx *transaction, c campaign.Campaign, now time.Time) ([]stock, error) {
	var all []stock
	for _, source := range c.Lists() {
		p := stock{Source: source, tally: map[campaign.Status]int{}}
		var err error
		p.list, p.loaded, err = findList(ctx, tx, source.List)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := s.look(ctx, tx, &p, c, now); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// look finds out what is in a stock.
func (s *Store) look(ctx context.Context, tx *transaction, p *stock, c campaign.Campaign, now time.Time) error {
	type tally struct {
		status campaign.Status
		count  int
	}
	scan := func(row scanner) (t tally, err error) {
		err = row.Scan(&t.status, &t.count)
		return t, err
	}
	tallies, err := collect(ctx, tx, scan, `SELECT status, count FROM tallies WHERE list = ? AND count > 0`, p.list)
	if err != nil {
		return err
	}
	var names []string
	for _, t := range tallies {
		p.tally[t.status] = t.count
		if !t.status.Waits() {
			continue
		}
		some, err := zoneNames(ctx, tx, p.list, t.status)
		if err != nil {
			return err
		}
		names = append(names, some...)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		p.zones = append(p.zones, s.zone(name, c, now))
	}
	need, ok, err := needs(ctx, tx, p.list, p.Source.List, c)
	if err != nil || !ok {
		return err
	}
	have, there, err := need.stored(ctx, tx)
	p.selected = &have
	if !there || have.state != selectionReady {
		p.why = fmt.Sprintf("the selection of list %s is being made: %d contacts so far", p.Source.List, have.count)
	}
	return err
}

// findList gives a list's key and its mark: contacts with a higher id are not
// there yet.
func findList(ctx context.Context, tx *transaction, name string) (list, loaded int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT id, loaded FROM lists WHERE name = ?`, name).Scan(&list, &loaded)
	return list, loaded, err
}

// left is how many contacts wait in the stock.
func (p stock) left() int {
	if p.selected != nil && p.why == "" {
		return int(p.selected.count)
	}
	n := 0
	for status, count := range p.tally {
		if status.Waits() {
			n += count
		}
	}
	return n
}

// urgent finds contacts that are to be called at once. They are few, so the filter
// looks at each, and no selection keeps them. Those of an import that is under way are
// not there yet.
func (p stock) urgent(ctx context.Context, tx *transaction, c campaign.Campaign, n int, now time.Time) ([]campaign.Contact, error) {
	whole := p
	whole.selected = nil
	const there = "k.free <= ?3 AND k.id <= (SELECT loaded FROM lists WHERE id = ?1)"
	found, err := whole.ranges(ctx, tx, campaign.Urgent, there, micros(now), -1)
	found = slices.DeleteFunc(found, func(one campaign.Contact) bool { return !c.Takes(one) })
	sortContacts(found, selection.Sort{})
	return found[:min(len(found), n)], err
}

// due finds contacts of some statuses whose time has come.
func (p stock) due(ctx context.Context, tx *transaction, n int, now time.Time, statuses ...campaign.Status) ([]campaign.Contact, error) {
	var all []campaign.Contact
	if p.why != "" {
		return nil, nil
	}
	for _, status := range statuses {
		when := "k.free > 0 AND k.free <= ?3"
		if status == campaign.Scheduled { // a promise for any time
			when = "k.free <= ?3"
		}
		some, err := p.ranges(ctx, tx, status, when, micros(now), n)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	sortContacts(all, selection.Sort{})
	return all[:min(len(all), n)], nil
}

// retriesThenFresh finds contacts that waited for another try, and then those that
// were never tried.
func (p stock) retriesThenFresh(ctx context.Context, tx *transaction, order selection.Sort, n int, now time.Time) ([]campaign.Contact, error) {
	again, err := p.due(ctx, tx, n, now, campaign.Callable, campaign.Seen)
	if err != nil || len(again) == n || p.why != "" {
		return again, err
	}
	never, err := p.ranges(ctx, tx, campaign.Callable, "k.free = 0 AND k.id <= ?3", p.loaded, n-len(again))
	sortContacts(never, order)
	return append(again, never[:min(len(never), n-len(again))]...), err
}

// merged is of how many zones one statement merges the ranges; SQLite allows 500.
const merged = 100

// ranges reads up to n contacts of a status, the first of all zones that are open, in
// the order of the stock. Of each zone it reads a range of an index in its order, and
// whole contacts only of those that are taken, so that its cost is in what it takes
// and not in the size of the list. Contacts above the mark were never tried, so who looks
// for such as were need not look at it.
func (p stock) ranges(ctx context.Context, tx *transaction, status campaign.Status, when string, arg int64, n int) ([]campaign.Contact, error) {
	if p.tally[status] == 0 || n == 0 {
		return nil, nil
	}
	var open []any
	for _, z := range p.zones {
		if z.open {
			open = append(open, z.name)
		}
	}
	var all []campaign.Contact
	for zones := range slices.Chunk(open, merged) {
		some, err := collect(ctx, tx, scanContact, p.merge(len(zones), status, when), append([]any{p.list, n, arg}, zones...)...)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// merge reads the first ?2 contacts of some zones, which are ?4 and on. SQLite goes along
// all ranges side by side, each in its order, and no further than it must.
func (p stock) merge(zones int, status campaign.Status, when string) string {
	columns, order := "k.id, k.free", "free, id"
	if p.selected != nil {
		columns, order = p.selected.columns(), p.selected.order("")
	}
	ranges := make([]string, zones)
	for i := range ranges {
		ranges[i] = p.find(columns, status, when, "?"+strconv.Itoa(4+i))
	}
	return "SELECT " + contactColumns + " FROM (" + strings.Join(ranges, " UNION ALL ") + " ORDER BY " + order + " LIMIT ?2) m" +
		" CROSS JOIN contacts c ON c.id = m.id JOIN lists l ON l.id = c.list"
}

// find reads a range of the index that the stock goes by, which is k in what it is
// given: contacts of a status and a zone.
func (p stock) find(columns string, status campaign.Status, when, zone string) string {
	from := "contacts k WHERE k.list = ?1 AND "
	if p.selected != nil {
		from = p.selected.table() + " k WHERE "
	}
	return "SELECT " + columns + " FROM " + from + "k.zone = " + zone + " AND k.status = '" + string(status) + "' AND " + when
}

// query reads such a range in its order.
func (p stock) query(columns string, status campaign.Status, when, zone string) string {
	order := "k.free, k.id"
	if p.selected != nil {
		order = p.selected.order("k.")
	}
	return p.find(columns, status, when, zone) + " ORDER BY " + order
}

// fresh tells whether there is a contact that was never tried.
func (p stock) fresh(ctx context.Context, tx *transaction) (there bool, err error) {
	query := "SELECT EXISTS (" + p.query("1", campaign.Callable, "k.free = 0 AND k.id <= ?3", "?2") + ")"
	for _, z := range p.zones {
		if err := tx.QueryRowContext(ctx, query, p.list, z.name, p.loaded).Scan(&there); err != nil || there {
			return there, err
		}
	}
	return false, nil
}

// next is when the first contact of the stock is due for everybody, the zero time for
// one that was never tried; ok is false if there is none, or none that will ever be.
func (p stock) next(ctx context.Context, tx *transaction, now time.Time) (due time.Time, ok bool, err error) {
	for _, z := range p.zones {
		if !z.open && z.opens.IsZero() {
			continue
		}
		first, some, err := p.first(ctx, tx, z)
		switch {
		case err != nil:
			return due, false, err
		case !some:
			continue
		case !z.open && z.opens.After(first):
			first = z.opens
		}
		if !ok || first.Before(due) {
			due, ok = first, true
		}
		if !due.After(now) {
			break
		}
	}
	return due, ok, nil
}

// first is when the first contact of a zone is due.
func (p stock) first(ctx context.Context, tx *transaction, z zone) (due time.Time, ok bool, err error) {
	for status, count := range p.tally {
		if count == 0 || !status.Waits() {
			continue
		}
		queries := []string{p.query("k.free", status, "k.free > 0", "?2")}
		if status == campaign.Callable {
			queries = append(queries, p.query("k.free", status, "k.free = 0 AND k.id <= ?3", "?2"))
		} else {
			queries[0] = p.query("k.free", status, "k.free >= 0 AND k.id <= ?3", "?2")
		}
		for _, query := range queries {
			var at int64
			err := tx.QueryRowContext(ctx, query+" LIMIT 1", p.list, z.name, p.loaded).Scan(&at)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return due, false, err
			}
			if free := time.UnixMicro(at).UTC(); at == 0 {
				return time.Time{}, true, nil
			} else if !ok || free.Before(due) {
				due, ok = free, true
			}
		}
	}
	return due, ok, nil
}
