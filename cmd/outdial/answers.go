package main

import (
	"context"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
	"github.com/outdial/outdial/internal/store"
)

// answersConfig is the part of a campaign that says what becomes of who answers.
type answersConfig struct {
	Analysis       string   `toml:"analysis"`
	Silence        duration `toml:"analysis_silence"`
	Speech         duration `toml:"analysis_speech"`
	Time           duration `toml:"analysis_time"`
	Sample         float64  `toml:"analysis_sample"`
	Machine        string   `toml:"machine"`
	MachineMessage string   `toml:"machine_message"`
	SafeHarbour    string   `toml:"safe_harbour"`
	Window         string   `toml:"abandon_window"`

	AgentlessMessage string `toml:"agentless_message"`
	TransferKey      string `toml:"agentless_transfer_key"`
	TransferTo       string `toml:"agentless_transfer"`
	OptOutKey        string `toml:"agentless_opt_out_key"`
	RepeatKey        string `toml:"agentless_repeat_key"`
}

func (c answersConfig) answers() campaign.Answers {
	a := campaign.Answers{
		Analysis: campaign.Analysis{
			Policy:  campaign.AnalysisPolicy(c.Analysis),
			Silence: c.Silence.Duration, Speech: c.Speech.Duration, Time: c.Time.Duration, Sample: c.Sample,
		},
		SafeHarbour: strings.ToLower(c.SafeHarbour),
		Window:      pacing.Window(c.Window),
		Unattended: campaign.Unattended{
			Message: strings.ToLower(c.AgentlessMessage), TransferKey: c.TransferKey, Transfer: strings.ToLower(c.TransferTo),
			OptOutKey: c.OptOutKey, RepeatKey: c.RepeatKey,
		},
	}
	if c.Machine == "message" {
		a.Analysis.Message = strings.ToLower(c.MachineMessage)
	}
	return a
}

// books are what the ledgers of campaigns hold of the days that a window may reach.
func books(ctx context.Context, db *store.Store, campaigns []campaign.Campaign, now time.Time) (map[campaign.ID]campaign.Book, error) {
	all := make(map[campaign.ID]campaign.Book, len(campaigns))
	for _, c := range campaigns {
		today := campaign.DayOf(now, c.LedgerZone(time.LoadLocation))
		days, err := db.Ledger(ctx, c.ID, today.Before(pacing.ThirtyDays.Days()), today.Before(-1))
		if err != nil {
			return nil, err
		}
		all[c.ID] = campaign.Book{Days: days}
	}
	return all, nil
}

// answers judges what campaigns do with who answers.
func (j *judge) answers(c config) {
	prompts, _ := c.Media.prompts() // told elsewhere
	profiles := c.profiles()
	for i, def := range c.Campaigns {
		where := label("campaign", i, def.Name)
		for _, name := range []string{def.MachineMessage, def.SafeHarbour, def.AgentlessMessage} {
			if _, known := prompts[strings.ToLower(name)]; name != "" && !known {
				j.bad(where, "there is no prompt %q in media.prompts", name)
			}
		}
		for _, err := range []error{def.answers().Check(), def.answers().Unattended.Check(campaign.Mode(def.Mode))} {
			if err != nil {
				j.bad(where, "%s", err)
			}
		}
		if _, known := profiles[strings.ToLower(def.TransferTo)]; def.TransferTo != "" && !known {
			j.bad(where, "there is no profile %q for agentless_transfer; add a [[profile]]", def.TransferTo)
		}
		switch def.Machine {
		case "", "hang up":
			if def.MachineMessage != "" {
				j.bad(where, "machine_message is for machine = \"message\"")
			}
		case "message":
			if def.MachineMessage == "" {
				j.bad(where, "machine = \"message\" needs the name of a prompt in machine_message")
			}
		default:
			j.bad(where, "machine %q is not known; there are \"hang up\" and \"message\"", def.Machine)
		}
	}
}
