package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/pelletier/go-toml/v2"

	"github.com/outdial/outdial/internal/campaign"
)

// scriptFile is a base script in TOML; docs/configuration.md explains it.
type scriptFile struct {
	Pages []pageConfig `toml:"page"`
	Rules struct {
		AllowBreak              bool `toml:"allow_break"`
		AllowSkip               bool `toml:"allow_skip"`
		AllowAgentOwned         bool `toml:"allow_agent_owned"`
		MilitaryTime            bool `toml:"military_time"`
		PickupCall              bool `toml:"pickup_call"`
		AllowSchedulePhone      bool `toml:"allow_schedule_phone"`
		AutoDisconnect          bool `toml:"auto_disconnect"`
		EditNumber              bool `toml:"edit_number"`
		AdditionalCalls         bool `toml:"additional_calls"`
		EditAdditionalNumbers   bool `toml:"edit_additional_numbers"`
		OverrideDncBlock        bool `toml:"override_dnc_block"`
		OverrideZoneBlock       bool `toml:"override_zone_block"`
		OverrideSkillsBlock     bool `toml:"override_skills_block"`
		OverrideDailyLimitBlock bool `toml:"override_daily_limit_block"`
	} `toml:"rules"`
	Extensions []struct {
		Object    string `toml:"object"`
		Extension string `toml:"extension"`
		Type      string `toml:"type"`
	} `toml:"extension"`
}

type pageConfig struct {
	Name         string          `toml:"name"`
	Text         string          `toml:"text"`
	Stage        int             `toml:"stage"`
	Foreground   string          `toml:"foreground"`
	Background   string          `toml:"background"`
	Controls     []controlConfig `toml:"control"`
	Dispositions []struct {
		dispositionConfig
		RecordStatus string `toml:"record_status"`
		IsContact    bool   `toml:"is_contact"`
	} `toml:"disposition"`
}

type controlConfig struct {
	Column   string            `toml:"column"`
	Label    string            `toml:"label"`
	ReadOnly bool              `toml:"read_only"`
	Type     string            `toml:"type"`
	MaxLines int               `toml:"max_lines"`
	MaxChars int               `toml:"max_chars"`
	Date     string            `toml:"date"`
	Items    map[string]string `toml:"items"`
}

// controlTypes and dateFormats are the words of the file for the wire's numbers.
var (
	controlTypes = map[string]campaign.ControlType{
		"": campaign.Text, "text": campaign.Text, "numeric": campaign.Numeric, "radio": campaign.Radio,
		"listbox": campaign.Listbox, "date": campaign.DateTime,
	}
	dateFormats = map[string]int{"": 0, "short date": 1, "long date": 2, "time": 4, "short date with time": 5, "long date with time": 6}
)

// loadScript reads a base script.
func loadScript(path string) (*campaign.Script, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the script can not be read: %w", err)
	}
	var f scriptFile
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&f); err != nil {
		return nil, fmt.Errorf("script %s: %w", path, explain(err))
	}
	script, err := f.script()
	if err != nil {
		return nil, fmt.Errorf("script %s: %w", path, err)
	}
	return script, nil
}

func (f scriptFile) script() (*campaign.Script, error) {
	r := f.Rules
	s := &campaign.Script{Misc: campaign.ScriptRules{
		AllowBreak: r.AllowBreak, AllowSkip: r.AllowSkip, AllowAgentOwned: r.AllowAgentOwned, MilitaryTime: r.MilitaryTime,
		PickupCall: r.PickupCall, AllowSchedulePhone: r.AllowSchedulePhone, AutoDisconnect: r.AutoDisconnect,
		AllowEditingOfNumberToDial: r.EditNumber, AllowAgentsAdditionalCalls: r.AdditionalCalls,
		AllowEditingAdditionalCallNumbers: r.EditAdditionalNumbers, OverrideDncBlock: r.OverrideDncBlock,
		OverrideZoneBlock: r.OverrideZoneBlock, OverrideSkillsBlock: r.OverrideSkillsBlock, OverrideDailyLimitBlock: r.OverrideDailyLimitBlock,
	}}
	for _, e := range f.Extensions {
		s.Extensions = append(s.Extensions, campaign.Extension{ObjectName: e.Object, Extension: e.Extension, ObjectType: e.Type})
	}
	if len(f.Pages) == 0 {
		return nil, fmt.Errorf("it has no [[page]]")
	}
	for _, p := range f.Pages {
		page, err := p.page()
		if err != nil {
			return nil, fmt.Errorf("page %q: %w", p.Name, err)
		}
		s.Pages = append(s.Pages, page)
	}
	return s, nil
}

func (p pageConfig) page() (campaign.Page, error) {
	page := campaign.Page{Name: p.Name, Text: p.Text, Stage: p.Stage, Foreground: p.Foreground, Background: p.Background}
	if p.Name == "" {
		return page, fmt.Errorf("it has no name")
	}
	for _, c := range p.Controls {
		kind, known := controlTypes[c.Type]
		if !known {
			return page, fmt.Errorf("control %s: type %q is not known; there are text, numeric, radio, listbox and date", c.Column, c.Type)
		}
		date, known := dateFormats[c.Date]
		if !known {
			return page, fmt.Errorf("control %s: date %q is not known; there are short date, long date, time, short date with time, long date with time", c.Column, c.Date)
		}
		if c.Column == "" {
			return page, fmt.Errorf("a control has no column")
		}
		page.Controls = append(page.Controls, campaign.Control{
			Column: c.Column, Label: c.Label, ReadOnly: c.ReadOnly, Type: kind,
			MaxLines: c.MaxLines, MaxChars: c.MaxChars, DateFormat: date, Items: c.Items,
		})
	}
	for _, d := range p.Dispositions {
		page.Dispositions = append(page.Dispositions, campaign.PageDisposition{
			Disposition: d.disposition(), RecordStatus: d.RecordStatus, IsContact: d.IsContact,
		})
	}
	return page, nil
}
