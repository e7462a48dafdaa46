package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/selection"
)

// ownersHour is how long after its due time a callback that an agent has promised
// is left to him. A customer who waits for the call is better served late by him
// than on time by a stranger, and better by a stranger than not at all: within an
// hour a long talk, a lunch or a late shift is over, and after it he may well be
// away for the day. The schema knows the figure (contacts.free).
const ownersHour = time.Hour

// Claim leases up to n due contacts of the campaign's lists: they get status
// [campaign.InProcess] and an open attempt each, in one transaction. With mode
// preview the attempts are not yet placed. Who is to be called urgently comes first;
// then promised and rescheduled callbacks, by their time; then, list by list as
// [campaign.Source] says, what waited for another try, by its time, and what was
// never tried, by the campaign's sort and by identity. Whom its filter does not take
// is not there. A list that does not exist is a list that is done. A campaign that is
// on for scheduled calls only ([campaign.ScheduledOnly]) gets who is urgent and the
// callbacks that agents promised.
//
// Who has had the calls that the campaign's limits allow is put off to when they allow
// the next.
//
// While the selection of a filter or a sort is being filled ([Store.Arrange]) nobody
// is claimed but who is urgent, and the claim says why.
//
// A callback that an agent has promised to make himself is left to him for an hour
// ([Store.ClaimOwned]), then it is like any other; so Due is an hour after the time
// of the first of those, if nothing else is due before.
//
// Contacts in whose zone the campaign's hours are closed are left where they are,
// so that a list of many zones is not leased and given back one by one each
// evening; who has no zone is never open. Whose skills nobody of the team has is put
// aside for a minute, without a lease; so many of them at a time that others wait no
// longer than for an import, and the next claim goes on from there.
func (s *Store) Claim(ctx context.Context, c campaign.Campaign, n int, team campaign.Team, now time.Time) (campaign.Claim, error) {
	var claim campaign.Claim
	err := s.write(ctx, "claim contacts of campaign "+c.Name, func(tx *transaction) (err error) {
		claim, err = s.claim(ctx, tx, c, n, team, now)
		return err
	})
	if err != nil {
		return campaign.Claim{}, err
	}
	return claim, nil
}

// Contacts whose skills nobody has are put aside, at most so many in one claim.
const (
	asideFor  = time.Minute
	mostAside = 500
)

func (s *Store) claim(ctx context.Context, tx *transaction, c campaign.Campaign, n int, team campaign.Team, now time.Time) (claim campaign.Claim, err error) {
	stocks, err := s.stocks(ctx, tx, c, now)
	if err != nil {
		return claim, err
	}
	aside := 0
	for more := true; more && aside < mostAside; { // until those who are picked can all be called
		contacts, err := pick(ctx, tx, c, stocks, n-len(claim.Leads), now)
		if err != nil {
			return claim, err
		}
		able, err := setAside(ctx, tx, c, contacts, team, now)
		if err != nil {
			return claim, err
		}
		leads, putOff, err := s.leads(ctx, tx, c, able, now)
		if err != nil {
			return claim, err
		}
		if len(able) < len(contacts) {
			putOff = later(putOff, now.Add(asideFor))
		}
		claim.Leads, claim.PutOff = joined(claim.Leads, leads), later(claim.PutOff, putOff)
		aside += len(contacts) - len(able)
		more = len(leads) < len(contacts)
	}
	claim.Left, claim.Due, claim.Why, err = remaining(ctx, tx, stocks, len(claim.Leads), n, now)
	switch {
	case claim.Why != "" || len(claim.Leads) == n:
	case aside > 0:
		claim.Why = fmt.Sprintf("nobody at work has the skills that %d contacts ask for", aside)
	case len(claim.Leads) == 0:
		claim.Why = asleep(stocks)
	}
	if err != nil || c.Recycles == 0 || len(claim.Leads) == n {
		return claim, err
	}
	claim.Ended, err = calledThrough(ctx, tx, stocks, len(claim.Leads))
	return claim, err
}

// setAside puts contacts off for a while whose skills nobody of the team has, and gives
// the others.
func setAside(ctx context.Context, tx *transaction, c campaign.Campaign, contacts []campaign.Contact, team campaign.Team, now time.Time) (able []campaign.Contact, err error) {
	var ids []campaign.ContactID
	for _, contact := range contacts {
		if team.Can(c.SkillsFor(contact)) {
			able = append(able, contact)
		} else {
			ids = append(ids, contact.ID)
		}
	}
	if len(ids) == 0 {
		return able, nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE contacts SET due = ? WHERE id IN `+among, micros(now.Add(asideFor)), inJSON(ids))
	return able, err
}

// pick finds up to n due contacts in the order of [Store.Claim].
func pick(ctx context.Context, tx *transaction, c campaign.Campaign, stocks []stock, n int, now time.Time) ([]campaign.Contact, error) {
	order, err := selection.ParseSort(c.Sort)
	if err != nil {
		return nil, err
	}
	promised := []campaign.Status{campaign.Scheduled, campaign.Rescheduled}
	if c.State == campaign.ScheduledOnly {
		promised = promised[:1]
	}
	var all []campaign.Contact
	for _, group := range []func(stock, int) ([]campaign.Contact, error){
		func(p stock, n int) ([]campaign.Contact, error) { return p.urgent(ctx, tx, c, n, now) },
		func(p stock, n int) ([]campaign.Contact, error) {
			return p.due(ctx, tx, n, now, promised...)
		},
	} {
		var found []campaign.Contact
		for _, p := range stocks {
			some, err := group(p, n-len(all))
			if err != nil {
				return nil, err
			}
			found = append(found, some...)
		}
		sortContacts(found, selection.Sort{})
		all = append(all, found[:min(len(found), n-len(all))]...)
	}
	for c.State != campaign.ScheduledOnly && len(stocks) > 0 && len(all) < n {
		same := 1 // lists of one priority
		for same < len(stocks) && stocks[same].Priority == stocks[0].Priority {
			same++
		}
		some, err := share(ctx, tx, c, stocks[:same], n-len(all), func(p stock, n int) ([]campaign.Contact, error) {
			return p.retriesThenFresh(ctx, tx, order, n, now)
		})
		if err != nil {
			return nil, err
		}
		all, stocks = append(all, some...), stocks[same:]
	}
	return all, nil
}

// sortContacts brings contacts of several zones or lists into one order: by when they
// are free, then by the campaign's sort, then by identity.
func sortContacts(list []campaign.Contact, order selection.Sort) {
	slices.SortFunc(list, func(a, b campaign.Contact) int {
		return cmp.Or(free(a).Compare(free(b)), order.Compare(a.Value, b.Value), cmp.Compare(a.ID, b.ID))
	})
}

// free is when everybody may call a contact, as the column contacts.free has it.
func free(c campaign.Contact) time.Time {
	if c.Owner == "" {
		return c.Due
	}
	return c.Due.Add(ownersHour)
}

// calledThrough tells whether all contacts of the lists have been called, and some would be
// called again.
func calledThrough(ctx context.Context, tx *transaction, stocks []stock, leased int) (bool, error) {
	again := 0
	for _, p := range stocks {
		fresh, err := p.fresh(ctx, tx)
		if err != nil || fresh || p.why != "" {
			return false, err
		}
		again += p.tally[campaign.Callable] + p.tally[campaign.Seen]
	}
	return again > leased, nil
}

// remaining tells how many contacts may still become due, and when the next
// may be dialed: zero for now, and for never. After a claim that got all it asked
// for, that is not looked for: there may be more now.
func remaining(ctx context.Context, tx *transaction, stocks []stock, got, n int, now time.Time) (left int, due time.Time, why string, err error) {
	soon := got == n
	for _, p := range stocks {
		left += p.left()
		if why == "" {
			why = p.why
		}
		if soon || p.why != "" {
			continue
		}
		first, ok, err := p.next(ctx, tx, now)
		switch {
		case err != nil:
			return 0, time.Time{}, "", err
		case !ok:
		case !first.After(now):
			soon = true
		case due.IsZero() || first.Before(due):
			due = first
		}
	}
	if soon {
		due = time.Time{}
	}
	return left - got, due, why, nil
}
