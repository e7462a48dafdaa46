package store

import (
	"context"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// BeginRecording writes down that a recording has begun. One that has been completed
// already, as it was short, keeps what is known of its file.
func (s *Store) BeginRecording(ctx context.Context, r campaign.Recording) error {
	return s.write(ctx, "begin recording "+r.Name, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO recordings (name, call, attempt, campaign, agent, starter, announced, started)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET call = excluded.call, attempt = excluded.attempt, campaign = excluded.campaign,
				agent = excluded.agent, starter = excluded.starter, announced = excluded.announced, started = excluded.started`,
			r.Name, r.Call, r.Attempt, r.Campaign, r.Agent, r.By, micros(r.Announced), micros(r.Started))
		return err
	})
}

// CompleteRecording writes down what became of a recording's file. Of one that nobody
// began the rest is taken from the attempt whose call it is of, if there is one.
func (s *Store) CompleteRecording(ctx context.Context, r campaign.Recording) error {
	return s.write(ctx, "complete recording "+r.Name, func(tx *transaction) error {
		if err := adopt(ctx, tx, r); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE recordings SET path = ?, ended = ?, duration = ?, dropped = ?, bytes = ?, sum = ?,
				state = ?, why = ?
			WHERE name = ? AND state <> 'deleted'`,
			r.Path, micros(r.Ended), r.Duration.Microseconds(), r.Dropped.Microseconds(), r.Bytes, r.Sum, r.State, r.Why, r.Name)
		return err
	})
}

// adopt makes a row for a recording that has none.
func adopt(ctx context.Context, tx *transaction, r campaign.Recording) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO recordings (name, call, started) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING`,
		r.Name, r.Call, micros(r.Started))
	if err != nil {
		return err
	}
	at, of := campaign.AttemptOf(r.Call)
	if !of {
		return nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE recordings SET attempt = a.id, campaign = a.campaign, agent = a.agent
		FROM attempts a WHERE a.id = ? AND recordings.name = ? AND recordings.attempt = 0`, at, r.Name)
	return err
}

// Recording finds a recording. Errors: NotFound.
func (s *Store) Recording(ctx context.Context, id campaign.RecordingID) (campaign.Recording, error) {
	var r campaign.Recording
	err := s.read(ctx, "read a recording", func(tx *transaction) (err error) {
		r, err = scanRecording(tx.QueryRowContext(ctx, `SELECT `+recordingColumns+` FROM recordings WHERE id = ?`, id))
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		err = fault.New(fault.NotFound, "there is no recording %d", id).On("id")
	}
	return r, err
}

// RecordingNamed finds a recording by its name. Errors: NotFound.
func (s *Store) RecordingNamed(ctx context.Context, name string) (campaign.Recording, error) {
	var r campaign.Recording
	err := s.read(ctx, "read recording "+name, func(tx *transaction) (err error) {
		r, err = scanRecording(tx.QueryRowContext(ctx, `SELECT `+recordingColumns+` FROM recordings WHERE name = ?`, name))
		return err
	})
	return r, err
}

// Recordings gives the recordings that a filter wants, oldest first. Errors: NotFound
// for a campaign that is not there.
func (s *Store) Recordings(ctx context.Context, f campaign.RecordingFilter) ([]campaign.Recording, error) {
	where, args := []string{"id > ?"}, []any{f.After}
	add := func(given bool, condition string, value any) {
		if given {
			where, args = append(where, condition), append(args, value)
		}
	}
	var all []campaign.Recording
	err := s.read(ctx, "read recordings", func(tx *transaction) error {
		if f.Campaign != "" {
			c, err := findCampaign(ctx, tx, f.Campaign)
			if err != nil {
				return err
			}
			add(true, "campaign = ?", c.ID)
		}
		add(f.Agent != "", "agent = ?", f.Agent)
		add(f.Call != "", "call = ?", f.Call)
		add(f.State != "", "state = ?", f.State)
		add(!f.From.IsZero(), "started >= ?", micros(f.From))
		add(!f.To.IsZero(), "started < ?", micros(f.To))
		limit := -1
		if f.Limit > 0 {
			limit = f.Limit
		}
		var err error
		all, err = collect(ctx, tx, scanRecording, `SELECT `+recordingColumns+` FROM recordings WHERE `+strings.Join(where, " AND ")+
			` ORDER BY id LIMIT ?`, append(args, limit)...)
		return err
	})
	return all, err
}

// HoldRecording keeps a recording from being deleted, or lets it be.
func (s *Store) HoldRecording(ctx context.Context, id campaign.RecordingID, on bool) error {
	return s.write(ctx, "hold a recording", func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `UPDATE recordings SET held = ? WHERE id = ?`, on, id)
		return err
	})
}

// StrikeRecording writes down that a recording's file is to be deleted, before it is
// ([Store.EraseRecording]); the row stays as evidence. Errors: Conflict for one that is held, is being made or
// was deleted.
func (s *Store) StrikeRecording(ctx context.Context, id campaign.RecordingID, why string, now time.Time) error {
	return s.write(ctx, "delete a recording", func(tx *transaction) error {
		done, err := tx.ExecContext(ctx, `UPDATE recordings SET state = 'deleted', why = ?, deleted = ?
			WHERE id = ? AND held = 0 AND state IN ('complete', 'failed')`, why, micros(now), id)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return fault.New(fault.Conflict, "recording %d is held, is being made, or was deleted before", id)
	})
}

// EraseRecording writes down that the file of a recording that was struck is gone.
func (s *Store) EraseRecording(ctx context.Context, id campaign.RecordingID) error {
	return s.write(ctx, "delete a recording", func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, `UPDATE recordings SET path = '' WHERE id = ? AND state = 'deleted'`, id)
		return err
	})
}

// StruckRecordings gives the recordings that were struck, and whose files may still be
// there.
func (s *Store) StruckRecordings(ctx context.Context) ([]campaign.Recording, error) {
	var all []campaign.Recording
	err := s.read(ctx, "read recordings", func(tx *transaction) (err error) {
		all, err = collect(ctx, tx, scanRecording, `SELECT `+recordingColumns+` FROM recordings WHERE state = 'deleted' AND path <> ''`)
		return err
	})
	return all, err
}

const recordingColumns = `id, name, path, call, attempt, campaign, agent, starter, announced, started, ended,
	duration, dropped, bytes, sum, state, why, held, deleted`

func scanRecording(row scanner) (campaign.Recording, error) {
	var r campaign.Recording
	err := row.Scan(&r.ID, &r.Name, &r.Path, &r.Call, &r.Attempt, &r.Campaign, &r.Agent, &r.By, moment{&r.Announced}, moment{&r.Started},
		moment{&r.Ended}, span{&r.Duration}, span{&r.Dropped}, &r.Bytes, &r.Sum, &r.State, &r.Why, &r.Held, moment{&r.Deleted})
	return r, err
}
