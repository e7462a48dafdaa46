package dialer

import (
	"math/rand/v2"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// someAnswers is what a campaign of the model does with who answers.
func someAnswers(r *rand.Rand) campaign.Answers {
	var a campaign.Answers
	if r.IntN(2) == 0 {
		a.Analysis.Policy = campaign.AnalysisPolicies[r.IntN(len(campaign.AnalysisPolicies))]
		a.Analysis.Sample = float64(r.IntN(2)) / 4
		if a.Analysis.On() && r.IntN(2) == 0 {
			a.Analysis.Message = "voicemail"
		}
	}
	if r.IntN(2) == 0 {
		a.SafeHarbour = "sorry"
	}
	return a
}

// judge lets analysis find something on a leg that is up, or a message end; false if
// it is an agent's.
func (m *model) judge(id call.LegID) bool {
	if m.legs.alive[id] != call.Customer {
		return false
	}
	if m.r.IntN(3) == 0 {
		prompt := call.Prompt([]string{"voicemail", "sorry"}[m.r.IntN(2)])
		m.report(call.Progress{Leg: id, Step: call.Played, Sound: prompt, Cut: m.r.IntN(2) == 0})
		return true
	}
	findings := []call.Finding{call.Live, call.Machine, call.Fax, call.Mute, call.SIT, call.Beep}
	v := call.Verdict{Finding: findings[m.r.IntN(len(findings))], At: m.now, Why: "no circuit"}
	if v.Finding == call.Live && m.r.IntN(2) == 0 {
		v.Greeted = m.now.Add(-time.Duration(m.r.IntN(1500)) * time.Millisecond)
	}
	c, keeper := m.aside(id)
	m.report(call.Progress{Leg: id, Step: call.Judged, Verdict: v})
	m.checkAside(c, keeper)
	return true
}

// checkLedger: what the floor has counted is what the rows add up to.
func (m *model) checkLedger() {
	if m.failed {
		return // what was not written is not in the rows
	}
	for id, lc := range m.state.campaigns {
		var rows campaign.Count
		for _, a := range m.closed {
			if a.Campaign == id {
				rows = rows.Plus(a.Count())
			}
		}
		book := lc.book.Sum(pacing.ThirtyDays, campaign.DayOf(m.latest(), lc.zone))
		if book != rows {
			m.t.Errorf("campaign %s: the ledger says %+v, the rows %+v", id, book, rows)
		}
		if rows.Live > rows.Answered || rows.Abandoned+rows.Served > rows.Live || rows.Live+rows.Unmanned+rows.Heard > rows.Answered {
			m.t.Errorf("campaign %s: %+v does not add up", id, rows)
		}
	}
}
