package store

import (
	"context"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// Refuse writes down that a number is not to be called again, by whose word and why.
// One that is written down already stays as it is.
func (s *Store) Refuse(ctx context.Context, r campaign.Refusal) error {
	return s.write(ctx, "refuse "+r.Number, func(tx *transaction) error { return refuse(ctx, tx, r) })
}

func refuse(ctx context.Context, tx *transaction, r campaign.Refusal) error {
	who, err := callee(r.Number)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO refusals (callee, at, by, why) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		who.String(), micros(r.At), r.By, r.Why)
	return err
}

func callee(number string) (compliance.Callee, error) {
	who, ok := compliance.ReadCallee(number)
	if !ok {
		return who, fault.New(fault.Invalid, "%.80q is no number and no SIP address", number).On("number")
	}
	return who, nil
}

// Permit takes a number off the list again. Errors: NotFound, Invalid.
func (s *Store) Permit(ctx context.Context, number string) error {
	return s.write(ctx, "permit "+number, func(tx *transaction) error {
		who, err := callee(number)
		if err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, `DELETE FROM refusals WHERE callee = ?`, who.String())
		if err != nil {
			return err
		}
		if gone, err := done.RowsAffected(); err != nil || gone == 0 {
			return fault.New(fault.NotFound, "%s is not on the list", number)
		}
		return nil
	})
}

// Refusals gives all who are not to be called again.
func (s *Store) Refusals(ctx context.Context) ([]compliance.Callee, error) {
	var all []compliance.Callee
	err := s.read(ctx, "read who refused calls", func(tx *transaction) (err error) {
		all, err = collect(ctx, tx, func(row scanner) (compliance.Callee, error) {
			var text string
			if err := row.Scan(&text); err != nil {
				return compliance.Callee{}, err
			}
			return callee(text)
		}, `SELECT callee FROM refusals`)
		return err
	})
	return all, err
}

// CountRefusals tells how many are not to be called again.
func (s *Store) CountRefusals(ctx context.Context) (n int, err error) {
	err = s.read(ctx, "count who refused calls", func(tx *transaction) error {
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM refusals`).Scan(&n)
	})
	return n, err
}

// Refusal finds who is not to be called again. Errors: NotFound, Invalid.
func (s *Store) Refusal(ctx context.Context, number string) (campaign.Refusal, error) {
	who, err := callee(number)
	r := campaign.Refusal{Number: who.String()}
	if err != nil {
		return r, err
	}
	err = s.read(ctx, "find who refused calls", func(tx *transaction) error {
		return tx.QueryRowContext(ctx, `SELECT at, by, why FROM refusals WHERE callee = ?`, who.String()).Scan(moment{&r.At}, &r.By, &r.Why)
	})
	return r, err
}
