package store

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// Journal appends to the floor's diary, all entries or none.
func (s *Store) Journal(ctx context.Context, entries []campaign.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	return s.write(ctx, "write the journal", func(tx *transaction) error {
		add, err := tx.PrepareContext(ctx, `INSERT INTO journal (seq, at, kind, agent, campaign, call, text) VALUES (?, ?, ?, ?, ?, ?, ?)`)
		if err != nil {
			return err
		}
		defer add.Close()
		for _, e := range entries {
			if _, err := add.ExecContext(ctx, int64(e.Seq), micros(e.At), e.Kind, e.Agent, e.Campaign, string(e.Call), e.Text); err != nil {
				return err
			}
		}
		return nil
	})
}

// Audit writes who did what from where: a sign-in, a refused one, a sign-off.
func (s *Store) Audit(ctx context.Context, who, what, from string, at time.Time) error {
	return s.write(ctx, "write the audit trail", func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO audit (at, who, what, origin) VALUES (?, ?, ?, ?)`, micros(at), who, what, from)
		return err
	})
}
