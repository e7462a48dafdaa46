package store

import (
	"encoding/json"

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
