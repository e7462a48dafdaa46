package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// enter takes an attempt that is closed into its campaign's ledger; before is what it
// has added already, if it was closed before.
func (s *Store) enter(ctx context.Context, tx *transaction, a campaign.Attempt, before campaign.Count) error {
	n := a.Count().Minus(before)
	if n == (campaign.Count{}) {
		return nil
	}
	var day campaign.Day
	if err := tx.QueryRowContext(ctx, `SELECT day FROM attempts WHERE id = ?`, a.ID).Scan(&day); err != nil {
		return err
	}
	if day == 0 {
		zone, err := s.ledgerZone(ctx, tx, a.Campaign)
		if err != nil {
			return err
		}
		day = campaign.DayOf(a.Answered, zone)
		if _, err := tx.ExecContext(ctx, `UPDATE attempts SET day = ? WHERE id = ?`, day, a.ID); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO ledger (campaign, day, answered, live, abandoned, served, unmanned, heard, checked, mistaken, told)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (campaign, day) DO UPDATE SET
			answered = answered + excluded.answered, live = live + excluded.live, abandoned = abandoned + excluded.abandoned,
			served = served + excluded.served, unmanned = unmanned + excluded.unmanned, heard = heard + excluded.heard,
			checked = checked + excluded.checked, mistaken = mistaken + excluded.mistaken, told = told + excluded.told`,
		a.Campaign, day, n.Answered, n.Live, n.Abandoned, n.Served, n.Unmanned, n.Heard, n.Checked, n.Mistaken, n.Told)
	return err
}

// ledgerZone is in whose midnights a campaign's days are counted.
func (s *Store) ledgerZone(ctx context.Context, tx *transaction, id campaign.ID) (*time.Location, error) {
	var name sql.NullString
	err := tx.QueryRowContext(ctx, `SELECT definition ->> '$.Zone' FROM campaigns WHERE id = ?`, id).Scan(&name)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	return campaign.Campaign{Zone: name.String}.LedgerZone(s.location), nil
}

// Ledger gives the days of a campaign's ledger from one to another, both included,
// the oldest first.
func (s *Store) Ledger(ctx context.Context, of campaign.ID, from, to campaign.Day) ([]campaign.Daily, error) {
	var days []campaign.Daily
	err := s.read(ctx, "read the ledger", func(tx *transaction) (err error) {
		days, err = collect(ctx, tx, scanDaily, `SELECT day, answered, live, abandoned, served, unmanned, heard, checked, mistaken, told
			FROM ledger WHERE campaign = ? AND day BETWEEN ? AND ? ORDER BY day`, of, from, to)
		return err
	})
	return days, err
}

func scanDaily(row scanner) (campaign.Daily, error) {
	var d campaign.Daily
	n := &d.Count
	err := row.Scan(&d.Day, &n.Answered, &n.Live, &n.Abandoned, &n.Served, &n.Unmanned, &n.Heard, &n.Checked, &n.Mistaken, &n.Told)
	return d, err
}

// Recount counts a campaign's attempts anew and gives the days in which the ledger says
// something else: what the attempts say, and what the ledger says. There are none
// unless somebody has changed the database by hand.
func (s *Store) Recount(ctx context.Context, of campaign.ID) (attempts, ledger []campaign.Daily, err error) {
	err = s.read(ctx, "recount the ledger", func(tx *transaction) error {
		kept, err := collect(ctx, tx, scanDaily, `SELECT day, answered, live, abandoned, served, unmanned, heard, checked, mistaken, told
			FROM ledger WHERE campaign = ? ORDER BY day`, of)
		if err != nil {
			return err
		}
		counts := map[campaign.Day]campaign.Count{}
		rows, err := tx.QueryContext(ctx, `SELECT day, `+attemptColumns+` FROM attempts WHERE campaign = ? AND closed <> 0 AND day <> 0`, of)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var day campaign.Day
			a, err := scanAttempt(after{rows, &day})
			if err != nil {
				return err
			}
			counts[day] = counts[day].Plus(a.Count())
		}
		for _, d := range kept {
			if n := counts[d.Day]; n != d.Count {
				attempts, ledger = append(attempts, campaign.Daily{Day: d.Day, Count: n}), append(ledger, d)
			}
			delete(counts, d.Day)
		}
		for day, n := range counts {
			attempts, ledger = append(attempts, campaign.Daily{Day: day, Count: n}), append(ledger, campaign.Daily{Day: day})
		}
		return rows.Err()
	})
	return attempts, ledger, err
}

// after scans one more column before those that somebody else wants.
type after struct {
	row   scanner
	first any
}

func (a after) Scan(to ...any) error { return a.row.Scan(append([]any{a.first}, to...)...) }
