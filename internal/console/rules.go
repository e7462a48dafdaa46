package console

import (
	"net/http"
	"strings"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// ruleRow is a rule of law.
type ruleRow struct {
	ID      string `json:"id"`
	Set     string `json:"set"`
	Version string `json:"version,omitempty"`
	Where   string `json:"where,omitempty"`
	From    string `json:"from,omitempty"`
	Until   string `json:"until,omitempty"`
	InForce bool   `json:"inForce"`
	Says    string `json:"says,omitempty"`
	Source  string `json:"source,omitempty"`
	Read    string `json:"read,omitempty"`
}

// lawOf is what binds a campaign.
type lawOf struct {
	Campaign    string   `json:"campaign"`
	Hours       string   `json:"hours"`
	Rules       []string `json:"rules"`
	Holidays    []string `json:"holidays"`
	DoNotCall   []string `json:"doNotCall"`
	ZoneBy      string   `json:"zoneBy"`
	StateColumn string   `json:"stateColumn,omitempty"`
}

// rules tells which rules there are, where they come from, and which campaigns they
// bind; of one campaign, only what binds it.
func (c *console) rules(w http.ResponseWriter, r *http.Request) error {
	campaigns, err := c.Records.Campaigns(r.Context())
	if err != nil {
		return err
	}
	sets, of := c.Law.Sets(), r.URL.Query().Get("campaign")
	bound := []lawOf{}
	for _, def := range campaigns {
		if of == "" || strings.EqualFold(of, def.Name) || strings.EqualFold(of, string(def.ID)) {
			bound = append(bound, newLawOf(def))
		}
	}
	if of != "" {
		if len(bound) == 0 {
			return fault.New(fault.NotFound, "there is no campaign %s", of)
		}
		sets = bound[0].Rules
	}
	rows := []ruleRow{}
	for _, set := range sets {
		for _, rule := range c.Law.Rules(set) {
			rows = append(rows, c.newRuleRow(set, rule))
		}
	}
	return reply(w, http.StatusOK, map[string]any{"campaigns": bound, "rules": rows, "calendars": append([]string{}, c.Law.Calendars()...)})
}

func newLawOf(def campaign.Campaign) lawOf {
	l := def.Law
	return lawOf{
		Campaign: def.Name, Hours: def.Hours.String(), Rules: append([]string{}, l.Rules...), Holidays: append([]string{}, l.Holidays...),
		DoNotCall: append([]string{campaign.InternalList}, l.DoNotCall...), ZoneBy: string(def.ZoneBy()), StateColumn: l.StateColumn,
	}
}

func (c *console) newRuleRow(set string, r compliance.Rule) ruleRow {
	day := func(d compliance.Date) string {
		if d == (compliance.Date{}) {
			return ""
		}
		return d.String()
	}
	return ruleRow{
		ID: r.ID, Set: set, Version: r.Version, Where: r.Where, From: day(r.From), Until: day(r.Until), InForce: r.Binds(c.Now()),
		Says: r.Says, Source: r.Source, Read: r.Read,
	}
}
