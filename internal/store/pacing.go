package store

import (
	"context"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// Remember writes what a campaign's pacer has learned, in JSON, in place of what was
// written before.
func (s *Store) Remember(ctx context.Context, id campaign.ID, memory []byte, at time.Time) error {
	return s.write(ctx, "write what a campaign has learned", func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO pacing (campaign, memory, at) VALUES (?, ?, ?)
			ON CONFLICT (campaign) DO UPDATE SET memory = excluded.memory, at = excluded.at`, id, string(memory), micros(at))
		return err
	})
}

// Memories gives what the pacers of all campaigns have learned, in JSON.
func (s *Store) Memories(ctx context.Context) (map[campaign.ID][]byte, error) {
	type row struct {
		id     campaign.ID
		memory string
	}
	memories := make(map[campaign.ID][]byte)
	err := s.read(ctx, "read what campaigns have learned", func(tx *transaction) error {
		scan := func(from scanner) (r row, err error) {
			err = from.Scan(&r.id, &r.memory)
			return r, err
		}
		rows, err := collect(ctx, tx, scan, `SELECT campaign, memory FROM pacing`)
		for _, r := range rows {
			memories[r.id] = []byte(r.memory)
		}
		return err
	})
	return memories, err
}
