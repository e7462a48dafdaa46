package console

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// pacingRow is why a campaign dials as it does.
type pacingRow struct {
	Campaign     campaign.ID   `json:"campaign"`
	Name         string        `json:"name"`
	Mode         campaign.Mode `json:"mode"`
	At           stamp         `json:"at"`
	Pace         pace          `json:"pace"`
	Idle         int           `json:"idle"`
	Flying       int           `json:"flying"`
	Asked        int           `json:"asked"` // contacts that are being fetched
	Lines        int           `json:"lines"` // calls that count against maxFlying
	RestingUntil stamp         `json:"restingUntil,omitzero"`
	Completed    bool          `json:"completed"`
	Z            float64       `json:"z"` // standard deviations of safety
	Window       tallyRow      `json:"window"`
	Rate         shareRow      `json:"rate"`   // over thousands of calls
	Recent       shareRow      `json:"recent"` // over the last few hundred
	Classes      []classRow    `json:"classes"`
	// Live and Other are how calls came to their end, by the second since they were placed.
	Live      []float64     `json:"live"`
	Other     []float64     `json:"other"`
	Decisions []decisionRow `json:"decisions"` // oldest first
}

// tallyRow is what the window of the campaign's policy holds.
type tallyRow struct {
	Live      int     `json:"live"`
	Abandoned int     `json:"abandoned"`
	Share     float64 `json:"share"`
}

// shareRow counts calls, and those that people answered; old ones fade.
type shareRow struct {
	Calls float64 `json:"calls"`
	Live  float64 `json:"live"`
}

type classRow struct {
	Kind string `json:"kind"`
	Hour int    `json:"hour"`
	shareRow
}

type decisionRow struct {
	At        stamp   `json:"at"`
	By        string  `json:"by"`
	Dial      int     `json:"dial"`
	Idle      int     `json:"idle"`
	Flying    int     `json:"flying"`
	Lines     float64 `json:"lines,omitempty"`
	Expected  float64 `json:"expected"`
	Deviation float64 `json:"deviation"`
	AheadMs   millis  `json:"aheadMs"`
	Z         float64 `json:"z"`
	Rate      float64 `json:"rate"`
	Target    float64 `json:"target"`
	Room      int     `json:"room"` // negative: no limit
	Why       string  `json:"why"`
}

func newPacingRow(v dialer.PacingView) pacingRow {
	c, m := v.Campaign, v.Memory
	row := pacingRow{
		Campaign: c.ID, Name: c.Name, Mode: c.Mode, At: stamp(v.At), Pace: newPace(c), Idle: v.Idle, Flying: v.Flying, Asked: v.Asked,
		Lines: v.Lines, RestingUntil: stamp(v.Resting), Completed: v.Completed, Z: m.Z,
		Window: tallyRow{v.Tally.Live, v.Tally.Abandoned, v.Tally.Rate()},
		Rate:   shareRow{m.Long.Calls, m.Long.Live}, Recent: shareRow{m.Short.Calls, m.Short.Live},
		Classes: make([]classRow, 0, len(m.Classes)), Live: m.Curve.Live[:], Other: m.Curve.Other[:],
		Decisions: make([]decisionRow, 0, len(v.Decisions)),
	}
	for _, k := range m.Classes {
		row.Classes = append(row.Classes, classRow{k.Class.Kind, k.Class.Hour, shareRow{k.Share.Calls, k.Share.Live}})
	}
	for _, d := range v.Decisions {
		row.Decisions = append(row.Decisions, decisionRow{
			At: stamp(d.At), By: string(d.By), Dial: d.Dial, Idle: d.Idle, Flying: d.Flying, Lines: d.Lines, Expected: d.Expected,
			Deviation: d.Deviation, AheadMs: millis(d.Ahead), Z: d.Z, Rate: d.Rate, Target: d.Target, Room: d.Room, Why: d.Why(),
		})
	}
	return row
}

// pacing tells why a campaign dials as it does.
func (c *console) pacing(w http.ResponseWriter, r *http.Request) error {
	v, err := c.Floor.Pacing(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	return reply(w, http.StatusOK, newPacingRow(v))
}

// What campaigns do, by their names, since the server started.
var campaignDescs = struct{ dialed, answered, abandoned, decisions, flying, z *prometheus.Desc }{
	prometheus.NewDesc("outdial_campaign_dialed_total", "Contacts dialed.", []string{"campaign"}, nil),
	prometheus.NewDesc("outdial_campaign_answered_total", "Of these, answered.", []string{"campaign"}, nil),
	prometheus.NewDesc("outdial_campaign_abandoned_total", "Of these, people for whom no agent was there in time.", []string{"campaign"}, nil),
	prometheus.NewDesc("outdial_campaign_decisions_total", "Decisions to dial.", []string{"campaign"}, nil),
	prometheus.NewDesc("outdial_campaign_flying", "Calls that will want an agent now.", []string{"campaign"}, nil),
	prometheus.NewDesc("outdial_campaign_z", "Standard deviations of safety that the pacer keeps.", []string{"campaign"}, nil),
}

func describeCampaigns(to chan<- *prometheus.Desc) {
	d := campaignDescs
	for _, desc := range []*prometheus.Desc{d.dialed, d.answered, d.abandoned, d.decisions, d.flying, d.z} {
		to <- desc
	}
}

func collectCampaigns(to chan<- prometheus.Metric, all []dialer.CampaignView) {
	d := campaignDescs
	for _, v := range all {
		name := v.Campaign.Name
		for desc, n := range map[*prometheus.Desc]int{d.dialed: v.Dialed, d.answered: v.Answered, d.abandoned: v.Abandoned, d.decisions: v.Decisions} {
			to <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(n), name)
		}
		to <- prometheus.MustNewConstMetric(d.flying, prometheus.GaugeValue, float64(v.Flying), name)
		to <- prometheus.MustNewConstMetric(d.z, prometheus.GaugeValue, v.Z, name)
	}
}

// loadGauges tell how much the floor's loop has to do, and its ledger: the rate of busy
// seconds is how saturated either is, 1 being all that it can.
type loadGauges struct{ floor Floor }

var loadDescs = struct{ inputs, busy, longest, waiting, jobs, turns, writing, gathered *prometheus.Desc }{
	prometheus.NewDesc("outdial_floor_inputs_total", "Inputs that the floor's loop took.", nil, nil),
	prometheus.NewDesc("outdial_floor_busy_seconds_total", "Time that it spent on them.", nil, nil),
	prometheus.NewDesc("outdial_floor_longest_seconds", "The longest that one took.", nil, nil),
	prometheus.NewDesc("outdial_floor_waiting", "Inputs that wait for the loop now.", nil, nil),
	prometheus.NewDesc("outdial_ledger_jobs_total", "What the floor has had written down or looked up.", nil, nil),
	prometheus.NewDesc("outdial_ledger_turns_total", "In how many turns: what gathers is written together.", nil, nil),
	prometheus.NewDesc("outdial_ledger_busy_seconds_total", "Time that was spent on it.", nil, nil),
	prometheus.NewDesc("outdial_ledger_waiting", "What has gathered now.", nil, nil),
}

// Describe implements [prometheus.Collector].
func (g loadGauges) Describe(to chan<- *prometheus.Desc) {
	d := loadDescs
	for _, desc := range []*prometheus.Desc{d.inputs, d.busy, d.longest, d.waiting, d.jobs, d.turns, d.writing, d.gathered} {
		to <- desc
	}
}

// Collect implements [prometheus.Collector].
func (g loadGauges) Collect(to chan<- prometheus.Metric) {
	d, l := loadDescs, g.floor.Load()
	for desc, total := range map[*prometheus.Desc]float64{
		d.inputs: float64(l.Inputs), d.busy: l.Busy.Seconds(),
		d.jobs: float64(l.Ledger.Jobs), d.turns: float64(l.Ledger.Turns), d.writing: l.Ledger.Busy.Seconds(),
	} {
		to <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, total)
	}
	for desc, now := range map[*prometheus.Desc]float64{
		d.longest: l.Longest.Seconds(), d.waiting: float64(l.Waiting), d.gathered: float64(l.Ledger.Waiting),
	} {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, now)
	}
}
