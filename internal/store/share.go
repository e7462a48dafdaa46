package store

import (
	"context"

	"github.com/outdial/outdial/internal/campaign"
)

// share picks up to n contacts of lists of one priority, by their weights: each turn
// goes to the list with the highest credit, which pays for it with the weights of all,
// while all get their own. So the turns of a list are spread evenly. Credits are kept
// from one claim to the next; a list that has nobody left is out of the round, and
// has none when it comes back.
func share(ctx context.Context, tx *transaction, c campaign.Campaign, stocks []stock, n int, read func(stock, int) ([]campaign.Contact, error)) ([]campaign.Contact, error) {
	if len(stocks) == 1 {
		return read(stocks[0], n)
	}
	hands := make([]hand, len(stocks))
	for i, p := range stocks {
		hands[i] = hand{list: p.list, weight: p.Weight}
		var err error
		if hands[i].contacts, err = read(p, n); err != nil {
			return nil, err
		}
		err = tx.QueryRowContext(ctx, `SELECT ifnull(max(credit), 0) FROM credits WHERE campaign = ? AND list = ?`, c.ID, p.list).Scan(&hands[i].credit)
		if err != nil {
			return nil, err
		}
	}
	all := deal(hands, n)
	for _, h := range hands {
		_, err := tx.ExecContext(ctx, `INSERT INTO credits (campaign, list, credit) VALUES (?, ?, ?)
			ON CONFLICT (campaign, list) DO UPDATE SET credit = excluded.credit`, c.ID, h.list, h.credit)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// hand is what a list has to give, and its credit.
type hand struct {
	list           int64
	contacts       []campaign.Contact
	weight, credit int
}

// deal takes turns among lists until n contacts are dealt or none is left.
func deal(hands []hand, n int) []campaign.Contact {
	var all []campaign.Contact
	for len(all) < n {
		best, sum := -1, 0
		for i := range hands {
			h := &hands[i]
			if len(h.contacts) == 0 {
				h.credit = 0
				continue
			}
			sum += h.weight
			if h.credit += h.weight; best < 0 || h.credit > hands[best].credit {
				best = i
			}
		}
		if best < 0 {
			break
		}
		h := &hands[best]
		h.credit -= sum
		all = append(all, h.contacts[0])
		h.contacts = h.contacts[1:]
	}
	return all
}
