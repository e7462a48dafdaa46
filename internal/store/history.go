package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// Former is what is known of former calls to the contact and the number of an attempt that
// is open, but for itself.
func (s *Store) Former(ctx context.Context, of campaign.Attempt, now time.Time) (compliance.History, error) {
	one := []campaign.Lead{{Attempt: of, Contact: campaign.Contact{ID: of.Contact}}}
	err := s.read(ctx, "look for calls before attempt "+string(of.Call()), func(tx *transaction) error {
		one[0].History = compliance.History{}
		return remember(ctx, tx, one, now)
	})
	return one[0].History, err
}

// former finds the calls that were placed after ?1 to the contacts and numbers of ?2,
// each a pair in an array of JSON, by their places in it. A call that found no line never
// left, and is none. The contact himself has no attempt that is open; others of his
// number may.
const (
	calls = `SELECT n, placed, iif(bridged = 0, 0, max(bridged, ended)), iif(abandoned <> 0, max(answered, ended), 0) FROM leads CROSS JOIN attempts a
		WHERE placed > ?1 AND NOT (category = 'No Lines' AND ringing = 0 AND answered = 0)`
	former = `WITH leads (n, contact, number) AS (SELECT key, value ->> 0, value ->> 1 FROM json_each(?2)) ` +
		calls + ` AND closed <> 0 AND a.contact = leads.contact UNION ALL ` +
		calls + ` AND closed <> 0 AND a.number = leads.number AND a.contact <> leads.contact UNION ALL ` +
		calls + ` AND closed = 0 AND a.number = leads.number AND a.contact <> leads.contact`
)

// remember gives leads what is known of former calls to their contacts and numbers, as
// far back as rules look.
func remember(ctx context.Context, tx *transaction, leads []campaign.Lead, now time.Time) error {
	pairs := make([][2]any, len(leads))
	for i, lead := range leads {
		pairs[i] = [2]any{lead.Contact.ID, lead.Attempt.Number}
	}
	of, err := json.Marshal(pairs)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, former, micros(now.Add(-compliance.Reach)), string(of))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var placed, spoken, abandoned time.Time
		if err := rows.Scan(&n, moment{&placed}, moment{&spoken}, moment{&abandoned}); err != nil {
			return err
		}
		h := &leads[n].History
		h.Calls = append(h.Calls, placed)
		if spoken.After(h.Spoken) {
			h.Spoken = spoken
		}
		if abandoned.After(h.Abandoned) {
			h.Abandoned = abandoned
		}
	}
	return rows.Err()
}
