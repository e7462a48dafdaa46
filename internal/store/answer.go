package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// answerColumns are those of [campaign.Answer]; setAnswer writes them.
const (
	answerColumns = `finding, judged, why, features, greeted, corrected, message, messaged, played, abandoned`
	setAnswer     = `finding = ?, judged = ?, why = ?, features = ?, greeted = ?, corrected = ?, message = ?, messaged = ?, played = ?, abandoned = ?`
)

// answerValues are the values for setAnswer.
func answerValues(a campaign.Answer) []any {
	return []any{
		string(a.Finding), micros(a.Judged), a.Why, featuresText(a.Features), micros(a.Greeted), micros(a.Corrected),
		a.Message, micros(a.Messaged), a.Played, a.Abandoned,
	}
}

// answerFields are where answerColumns are read to.
func answerFields(a *campaign.Answer) []any {
	return []any{
		&a.Finding, moment{&a.Judged}, &a.Why, features{&a.Features}, moment{&a.Greeted}, moment{&a.Corrected},
		&a.Message, moment{&a.Messaged}, &a.Played, &a.Abandoned,
	}
}

// featuresText is how features are kept. Figures that JSON has no words for are none
// of ours, and leave nothing.
func featuresText(f map[string]float64) string {
	if len(f) == 0 {
		return ""
	}
	text, _ := json.Marshal(f)
	return string(text)
}

// features reads what featuresText wrote.
type features struct{ to *map[string]float64 }

func (f features) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fault.New(fault.Internal, "%v are no features", src)
	}
	*f.to = nil
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), f.to)
}

// Verdicts counts a campaign's closed attempts that were answered in some days by what
// analysis found and what an agent said of who answered.
func (s *Store) Verdicts(ctx context.Context, of campaign.ID, from, to campaign.Day) ([]campaign.Verdicts, error) {
	counts := map[campaign.Verdicts]int{} // without their number
	err := s.read(ctx, "count the verdicts", func(tx *transaction) error {
		rows, err := tx.QueryContext(ctx, `SELECT iif(corrected <> 0, 'machine', finding), iif(bridged <> 0 AND disposed <> 0, category, ''), count(*)
			FROM attempts WHERE campaign = ? AND closed <> 0 AND finding <> '' AND day BETWEEN ? AND ? GROUP BY 1, 2`, of, from, to)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v campaign.Verdicts
			var category string
			var n int
			if err := rows.Scan(&v.Finding, &category, &n); err != nil {
				return err
			}
			v.Label = campaign.LabelOf(category)
			counts[v] += n
		}
		return rows.Err()
	})
	table := make([]campaign.Verdicts, 0, len(counts))
	for v, n := range counts {
		v.Calls = n
		table = append(table, v)
	}
	slices.SortFunc(table, func(a, b campaign.Verdicts) int {
		return cmp.Or(cmp.Compare(a.Finding, b.Finding), cmp.Compare(a.Label, b.Label))
	})
	return table, err
}
