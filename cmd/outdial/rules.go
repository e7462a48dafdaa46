package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/pacing"
	"github.com/outdial/outdial/internal/store"
)

// rulesConfig is what the law asks of the whole server.
type rulesConfig struct {
	// File holds rule sets and calendars of the user's own.
	File string `toml:"file"`
	// CallerIDs are the numbers that campaigns may show; none means any.
	CallerIDs []string `toml:"caller_ids"`
}

// lawConfig is what binds a campaign beside its hours.
type lawConfig struct {
	Rules       []string `toml:"rules"`
	Holidays    []string `toml:"holidays"`
	DoNotCall   []string `toml:"do_not_call"`
	ZoneBy      string   `toml:"zone_by"`
	StateColumn string   `toml:"state_column"`
	Region      string   `toml:"region"`
}

func (c lawConfig) law() campaign.Law {
	return campaign.Law{
		Rules: c.Rules, Holidays: c.Holidays, DoNotCall: c.DoNotCall,
		ZoneBy: campaign.ZoneBy(c.ZoneBy), StateColumn: c.StateColumn, Region: strings.ToUpper(c.Region),
	}
}

// rulesFile is a file of rules: calendars with their days, and rules in their sets.
type rulesFile struct {
	Calendars []struct {
		Name string   `toml:"name"`
		Days []string `toml:"days"`
	} `toml:"calendar"`
	Rules []ruleConfig `toml:"rule"`
}

// ruleConfig is one rule as it is written. Hours are those of every day, in which a day
// with hours of its own has these.
type ruleConfig struct {
	Set       string   `toml:"set"`
	ID        string   `toml:"id"`
	Where     string   `toml:"where"`
	Version   string   `toml:"version"`
	From      string   `toml:"from"`
	Until     string   `toml:"until"`
	Source    string   `toml:"source"`
	Read      string   `toml:"read"`
	Says      string   `toml:"says"`
	Hours     string   `toml:"hours"`
	Sunday    string   `toml:"sunday"`
	Monday    string   `toml:"monday"`
	Tuesday   string   `toml:"tuesday"`
	Wednesday string   `toml:"wednesday"`
	Thursday  string   `toml:"thursday"`
	Friday    string   `toml:"friday"`
	Saturday  string   `toml:"saturday"`
	Holidays  string   `toml:"holidays"`
	Calls     int      `toml:"calls"`
	Within    duration `toml:"within"`
	Spacing   duration `toml:"spacing"`
	Quiet     duration `toml:"quiet_after_conversation"`
	Rest      duration `toml:"rest_after_abandoned"`
	Ring      duration `toml:"ring"`
	Abandoned float64  `toml:"abandoned"`
	Over      duration `toml:"over"`
	Wait      duration `toml:"wait"`
	Fresh     duration `toml:"list_age"`
	Consent   bool     `toml:"recording_consent"`
}

// law is all rule sets that campaigns can name: those that the program brings along,
// and those of the user's file.
func (c rulesConfig) law() (compliance.Law, error) {
	known := compliance.KnownLaw()
	if c.File == "" {
		return known, nil
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return known, fmt.Errorf("the rules can not be read: %w", err)
	}
	law, err := parseRules(known, text)
	if err != nil {
		return known, fmt.Errorf("%s: %w", c.File, err)
	}
	return law, nil
}

// parseRules adds what a file says to the law that is known.
func parseRules(known compliance.Law, text []byte) (compliance.Law, error) {
	var file rulesFile
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&file); err != nil {
		return known, explain(err)
	}
	calendars := make(map[string]compliance.Calendar)
	for _, c := range file.Calendars {
		var days []compliance.Date
		for _, text := range c.Days {
			day, err := compliance.ParseDate(text)
			if err != nil {
				return known, fmt.Errorf("calendar %s: %w", c.Name, err)
			}
			days = append(days, day)
		}
		calendars[c.Name] = compliance.Days(days...)
	}
	sets := make(map[string][]compliance.Rule)
	for _, r := range file.Rules {
		rule, err := r.rule()
		if err != nil {
			return known, fmt.Errorf("rule %q: %w", r.ID, err)
		}
		sets[r.Set] = append(sets[r.Set], rule)
	}
	return known.With(sets, calendars)
}

// rule is what was written, or why it can not be meant.
func (r ruleConfig) rule() (rule compliance.Rule, err error) {
	rule = compliance.Rule{
		ID: r.ID, Where: r.Where, Version: r.Version, Source: r.Source, Read: r.Read, Says: r.Says, Holidays: r.Holidays,
		Calls: r.Calls, Within: r.Within.Duration, Spacing: r.Spacing.Duration, Quiet: r.Quiet.Duration, Rest: r.Rest.Duration,
		Ring: r.Ring.Duration, Abandoned: r.Abandoned, Over: r.Over.Duration, Wait: r.Wait.Duration,
		Fresh: r.Fresh.Duration, Consent: r.Consent,
	}
	switch {
	case r.ID == "" || r.Set == "":
		return rule, fmt.Errorf("it needs an id and the set that it belongs to")
	case r.Version == "" || r.Source == "":
		return rule, fmt.Errorf("it needs a version and its source, as both are written down with each call")
	case r.Where != "" && !compliance.IsState(r.Where):
		return rule, fmt.Errorf("where %q is not a state of ISO 3166-2, like \"US-FL\"; leave it out for everywhere", r.Where)
	case (r.Calls > 0) != (r.Within.Duration > 0):
		return rule, fmt.Errorf("calls and within belong together: so many calls within such a time")
	case r.Calls < 0 || max(r.Within.Duration, r.Spacing.Duration, r.Quiet.Duration, r.Rest.Duration) > compliance.Reach:
		return rule, fmt.Errorf("calls are 1 or more, and no time about former calls is above 31d, as no call before that is looked at")
	}
	for text, day := range map[*string]*compliance.Date{&r.From: &rule.From, &r.Until: &rule.Until} {
		if *text != "" {
			if *day, err = compliance.ParseDate(*text); err != nil {
				return rule, err
			}
		}
	}
	rule.Open, err = r.week()
	return rule, err
}

// week is the hours of a rule, or nil if it has none.
func (r ruleConfig) week() (*compliance.Week, error) {
	days := [7]string{r.Sunday, r.Monday, r.Tuesday, r.Wednesday, r.Thursday, r.Friday, r.Saturday}
	if r.Hours+strings.Join(days[:], "") == "" {
		return nil, nil
	}
	var week compliance.Week
	for i, text := range days {
		if text == "" {
			text = r.Hours
		}
		switch text {
		case "closed":
			continue
		case "", "always":
			text = "00:00-24:00"
		}
		hours, err := compliance.ParseHours(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w; a day without calls is \"closed\"", time.Weekday(i), err)
		}
		week[i] = hours
	}
	return &week, nil
}

// law judges what campaigns say about the law, against the sets that there are.
func (j *judge) law(c config) {
	law, err := c.Rules.law()
	if err != nil {
		j.bad("rules.file", "%v", err)
		return
	}
	for i, number := range c.Rules.CallerIDs {
		if _, err := campaign.Number(number); err != nil {
			j.bad("rules.caller_ids", "number %d: %v", i+1, err)
		}
	}
	for i, cc := range c.Campaigns {
		where := label("campaign", i, cc.Name)
		j.names(where, "rules", "rule set", cc.Rules, law.Sets())
		j.names(where, "holidays", "calendar", cc.Holidays, law.Calendars())
		if cc.ZoneBy != "" && !slices.Contains(campaign.ZonesBy, campaign.ZoneBy(cc.ZoneBy)) {
			j.bad(where, "zone_by %q is not known; there are column, number and both", cc.ZoneBy)
		}
		if cc.Region != "" && !store.IsRegion(strings.ToUpper(cc.Region)) {
			j.bad(where, "region %q is not known; use two letters as in US or DE", cc.Region)
		}
		if len(c.Rules.CallerIDs) > 0 && cc.CallerID != "" && !slices.Contains(c.Rules.CallerIDs, cc.CallerID) {
			j.bad(where, "caller_id %s is none of rules.caller_ids, the numbers that you are authorised to show", cc.CallerID)
		}
		for _, set := range cc.Rules {
			for _, r := range law.Rules(set) {
				j.obeys(where, cc, r)
			}
		}
	}
}

// names judges names against those that there are.
func (j *judge) names(where, setting, kind string, asked, known []string) {
	for _, name := range asked {
		if !slices.Contains(known, name) {
			j.bad(where, "%s: there is no %s %q; there are %s", setting, kind, name, strings.Join(known, ", "))
		}
	}
}

// obeys holds a campaign's settings against a rule that it names.
func (j *judge) obeys(where string, c campaignConfig, r compliance.Rule) {
	if ring := c.Ring.Duration; ring != 0 && ring < r.Ring {
		j.bad(where, "ring %s is less than the %s of rule %s (%s)", ring, r.Ring, r.ID, r.Source)
	}
	if wait := c.Wait.Duration; r.Wait != 0 && wait > r.Wait {
		j.note(where, "abandon_after %s is more than the %s of rule %s (%s)", wait, r.Wait, r.ID, r.Source)
	}
	if limit := c.AbandonLimit; r.Abandoned != 0 && (limit != nil && *limit > r.Abandoned || c.Pace == string(pacing.NoAdjustment)) {
		j.note(where, "its pace is held to the %g %% of abandoned calls of rule %s, which it may not exceed (%s)", 100*r.Abandoned, r.ID, r.Source)
	}
	if r.Consent && c.Record != "" && c.Announcement == "" {
		j.note(where, "without a record_announcement no call is recorded to whom rule %s protects (%s)", r.ID, r.Source)
	}
	if r.Fresh != 0 && len(c.DoNotCall) == 0 {
		j.note(where, "it names no do_not_call list, and rule %s asks for the national one (%s)", r.ID, r.Source)
	}
}
