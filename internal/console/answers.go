package console

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// Who answered a campaign's calls: its ledger of abandoned calls, and what agents say of
// the verdicts of call analysis.

// verdict is what call analysis found.
type verdict struct {
	Finding     call.Finding `json:"finding"`
	Why         string       `json:"why"`
	At          stamp        `json:"at"`
	GreetedAt   stamp        `json:"greetedAt,omitzero"`
	CorrectedAt stamp        `json:"correctedAt,omitzero"` // by a beep
}

func newVerdict(a campaign.Answer) *verdict {
	if a.Finding == call.Unjudged {
		return nil
	}
	return &verdict{a.Finding, a.Why, stamp(a.Judged), stamp(a.Greeted), stamp(a.Corrected)}
}

// message is what was played in place of an agent.
type message struct {
	Prompt string `json:"prompt"`
	At     stamp  `json:"at"`
	Whole  bool   `json:"whole"`
}

func newMessage(a campaign.Answer) *message {
	if a.Message == "" {
		return nil
	}
	return &message{a.Message, stamp(a.Messaged), a.Played}
}

// answers is what a campaign does with who answers.
type answers struct {
	Analysis       string  `json:"analysis"`
	Sample         float64 `json:"sample,omitzero"`
	MachineMessage string  `json:"machineMessage,omitempty"`
	SafeHarbour    string  `json:"safeHarbour,omitempty"`
	Window         string  `json:"abandonWindow,omitempty"`
}

func newAnswers(c campaign.Campaign) answers {
	x := c.Analysis
	return answers{string(cmp.Or(x.Policy, campaign.AnalyseNot)), x.Sample, x.Message, c.SafeHarbour, string(c.Window)}
}

// ledgerCount is what calls add up to.
type ledgerCount struct {
	Answered  int `json:"answered"`
	Live      int `json:"live"`
	Abandoned int `json:"abandoned"`
	Served    int `json:"served"`
	Unmanned  int `json:"unmanned"`
	Heard     int `json:"heard"`
	Checked   int `json:"checked"`
	Mistaken  int `json:"mistaken"`
	Told      int `json:"told"`
}

func newLedgerCount(n campaign.Count) ledgerCount {
	return ledgerCount{n.Answered, n.Live, n.Abandoned, n.Served, n.Unmanned, n.Heard, n.Checked, n.Mistaken, n.Told}
}

// ledgerDay is a day of the ledger.
type ledgerDay struct {
	Day string `json:"day"`
	ledgerCount
}

// abandonment is how many of a campaign's calls were abandoned in a window.
type abandonment struct {
	Campaign   string      `json:"campaign"`
	CampaignID campaign.ID `json:"campaignId"`
	Window     string      `json:"window"`
	Today      string      `json:"today"`     // in the campaign's zone
	Rate       float64     `json:"rate"`      // Abandoned of Live
	Live       int         `json:"live"`      // by the window's formula, the estimate included
	Abandoned  int         `json:"abandoned"` // likewise
	// Estimated are the people who, as is estimated, were taken for machines; Assumed
	// tells that too few verdicts were checked to know.
	Estimated int         `json:"estimated"`
	Assumed   bool        `json:"assumed"`
	Counted   ledgerCount `json:"counted"`
	Days      []ledgerDay `json:"days"`
}

// abandonment answers with a campaign's ledger: over a window, calls that are not over
// included, or, as CSV, day by day as it is written down.
func (c *console) abandonment(w http.ResponseWriter, r *http.Request) error {
	v, err := c.findCampaign(r)
	if err != nil {
		return err
	}
	if table, err := asCSV(r); err != nil {
		return err
	} else if table {
		return c.ledgerCSV(w, r, v.Campaign)
	}
	window := v.Campaign.Window
	if name := r.URL.Query().Get("window"); name != "" {
		var known bool
		if window, known = campaign.WindowNamed(name); !known {
			return fault.New(fault.Invalid, "a window is day, 30 days or ofcom, not %q", name).On("window")
		}
	}
	n := v.Book.Sum(window, v.Today)
	tally := n.Tally(window)
	a := abandonment{
		Campaign: v.Campaign.Name, CampaignID: v.Campaign.ID, Window: string(window), Today: v.Today.String(),
		Rate: tally.Rate(), Live: tally.Live, Abandoned: tally.Abandoned, Estimated: n.Missed(), Assumed: n.Assumed(),
		Counted: newLedgerCount(n), Days: []ledgerDay{},
	}
	if a.Window == "" {
		a.Window = "day"
	}
	from := v.Today.Before(window.Days() - 1)
	for _, d := range v.Book.Days {
		if d.Day >= from && d.Day <= v.Today {
			a.Days = append(a.Days, ledgerDay{d.Day.String(), newLedgerCount(d.Count)})
		}
	}
	return reply(w, http.StatusOK, a)
}

// asCSV tells whether a request asks for CSV in place of JSON.
func asCSV(r *http.Request) (bool, error) {
	switch format := r.URL.Query().Get("format"); format {
	case "", "json":
		return false, nil
	case CSV:
		return true, nil
	default:
		return false, fault.New(fault.Invalid, "format is json or csv, not %.40q", format).On("format")
	}
}

// days are those that a request asks for, all if it does not say.
func days(r *http.Request) (from, to campaign.Day, err error) {
	from, to = 0, 99991231
	for property, day := range map[string]*campaign.Day{"from": &from, "to": &to} {
		text := r.URL.Query().Get(property)
		if text == "" {
			continue
		}
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return 0, 0, fault.New(fault.Invalid, "%s is a day as in 2026-11-02, not %q", property, text).On(property)
		}
		*day = campaign.DayOf(at, nil)
	}
	return from, to, nil
}

func (c *console) ledgerCSV(w http.ResponseWriter, r *http.Request, of campaign.Campaign) error {
	from, to, err := days(r)
	if err != nil {
		return err
	}
	all, err := c.Records.Ledger(r.Context(), of.ID, from, to)
	if err != nil {
		return err
	}
	out := startCSV(w, of.Name+" abandonment", "day", "answered", "live", "abandoned", "served", "unmanned", "heard", "checked", "mistaken", "told", "estimated")
	for _, d := range all {
		n := d.Count
		row := []string{d.Day.String()}
		for _, v := range []int{n.Answered, n.Live, n.Abandoned, n.Served, n.Unmanned, n.Heard, n.Checked, n.Mistaken, n.Told, n.Missed()} {
			row = append(row, strconv.Itoa(v))
		}
		if err := out.Write(row); err != nil {
			return nil // whoever asked is gone
		}
	}
	out.Flush()
	return nil
}

// startCSV begins an answer in CSV (RFC 4180).
func startCSV(w http.ResponseWriter, name string, header ...string) *csv.Writer {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+".csv"))
	out := csv.NewWriter(w)
	_ = out.Write(header)
	return out
}

// analysed is what agents say of the verdicts on a campaign's calls.
type analysed struct {
	Campaign   string       `json:"campaign"`
	CampaignID campaign.ID  `json:"campaignId"`
	Calls      int          `json:"calls"`    // with a verdict
	Labelled   int          `json:"labelled"` // of those: an agent said who it was
	Table      []verdictRow `json:"table"`
	Mistaken   share        `json:"mistaken"` // people among the verdicts against one that were checked
	Missed     share        `json:"missed"`   // machines among the verdicts for a person
	// FalsePositive is the share of people who are taken for machines.
	FalsePositive share  `json:"falsePositive"`
	Says          string `json:"says"`
}

type verdictRow struct {
	Verdict    call.Finding `json:"verdict"`
	Person     int          `json:"person"`
	Machine    int          `json:"machine"`
	Unlabelled int          `json:"unlabelled"`
}

// share is a share with its exact 95 % interval.
type share struct {
	Some  *int    `json:"some,omitempty"`
	Of    *int    `json:"of,omitempty"`
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func newShare(p campaign.Proportion) share {
	r := p.Range()
	return share{&p.Some, &p.All, r.Estimate, r.Low, r.High}
}

// analysis answers with the table of verdicts and labels and what follows from it, or,
// as CSV, call by call with the figures behind each verdict.
func (c *console) analysis(w http.ResponseWriter, r *http.Request) error {
	v, err := c.findCampaign(r)
	if err != nil {
		return err
	}
	if table, err := asCSV(r); err != nil {
		return err
	} else if table {
		return c.verdictsCSV(w, r, v.Campaign)
	}
	from, to, err := days(r)
	if err != nil {
		return err
	}
	table, err := c.Records.Verdicts(r.Context(), v.Campaign.ID, from, to)
	if err != nil {
		return err
	}
	s := campaign.NewShadow(table)
	f := s.FalsePositive
	a := analysed{
		Campaign: v.Campaign.Name, CampaignID: v.Campaign.ID, Labelled: s.Labelled(), Table: []verdictRow{},
		Mistaken: newShare(s.Mistaken), Missed: newShare(s.Missed), FalsePositive: share{Share: f.Estimate, Low: f.Low, High: f.High},
	}
	for _, v := range table {
		a.Calls += v.Calls
		if len(a.Table) == 0 || a.Table[len(a.Table)-1].Verdict != v.Finding {
			a.Table = append(a.Table, verdictRow{Verdict: v.Finding})
		}
		row := &a.Table[len(a.Table)-1]
		switch v.Label {
		case campaign.PersonLabel:
			row.Person += v.Calls
		case campaign.MachineLabel:
			row.Machine += v.Calls
		default:
			row.Unlabelled += v.Calls
		}
	}
	a.Says = says(s, a.Calls)
	return reply(w, http.StatusOK, a)
}

// says puts what is known, and how little, into words.
func says(s campaign.Shadow, calls int) string {
	text := fmt.Sprintf("Agents labelled %d of %d calls.", s.Labelled(), calls)
	if s.Mistaken.All == 0 {
		return text + " No verdict against a person was checked, so nothing is known of people who are taken for machines; set analysis_sample."
	}
	f := s.FalsePositive
	return text + fmt.Sprintf(" Of the people who answered, %.2f %% are taken for machines; with 95 %% confidence it is between %.2f %% and %.2f %%, by %d checked verdicts.",
		100*f.Estimate, 100*f.Low, 100*f.High, s.Mistaken.All)
}

// verdictsCSV gives the calls that had a verdict, oldest first, a page at a time.
func (c *console) verdictsCSV(w http.ResponseWriter, r *http.Request, of campaign.Campaign) error {
	page, err := c.Records.Attempts(r.Context(), string(of.ID), 0, maxLimit)
	if err != nil {
		return err
	}
	out := startCSV(w, of.Name+" analysis", "attempt", "call", "answered", "judged", "greeted", "verdict", "corrected", "why", "features", "agent", "label", "category", "outcome", "message")
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		text, _ := stamp(t).MarshalText()
		return string(text)
	}
	for len(page) > 0 && err == nil {
		for _, a := range page {
			if a.Finding == call.Unjudged {
				continue
			}
			err = out.Write([]string{
				strconv.FormatInt(int64(a.ID), 10), string(a.Call()), at(a.Answered), at(a.Judged), at(a.Greeted), string(a.Finding), at(a.Corrected),
				a.Why, features(a.Features), a.Agent, a.Label, a.Category, string(a.Outcome), a.Message,
			})
		}
		if out.Flush(); err == nil && out.Error() == nil {
			page, err = c.Records.Attempts(r.Context(), string(of.ID), page[len(page)-1].ID, maxLimit)
		} else {
			return nil // whoever asked is gone
		}
	}
	if err != nil { // the answer has begun; that it broke off shows in its length
		panic(http.ErrAbortHandler)
	}
	return nil
}

// features are figures by their names, as in "noise=-61 spoken=2.81".
func features(f map[string]float64) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, name+"="+strconv.FormatFloat(f[name], 'g', 6, 64))
	}
	return strings.Join(parts, " ")
}
