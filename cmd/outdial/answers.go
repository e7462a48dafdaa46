package main

import (
	"strings"

	"github.com/outdial/outdial/internal/campaign"
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
}

func (c answersConfig) answers() campaign.Answers {
	a := campaign.Answers{
		Analysis: campaign.Analysis{
			Policy:  campaign.AnalysisPolicy(c.Analysis),
			Silence: c.Silence.Duration, Speech: c.Speech.Duration, Time: c.Time.Duration, Sample: c.Sample,
		},
		SafeHarbour: strings.ToLower(c.SafeHarbour),
	}
	if c.Machine == "message" {
		a.Analysis.Message = strings.ToLower(c.MachineMessage)
	}
	return a
}

// answers judges what campaigns do with who answers.
func (j *judge) answers(c config) {
	prompts, _ := c.Media.prompts() // told elsewhere
	for i, def := range c.Campaigns {
		where := label("campaign", i, def.Name)
		for _, name := range []string{def.MachineMessage, def.SafeHarbour} {
			if _, known := prompts[strings.ToLower(name)]; name != "" && !known {
				j.bad(where, "there is no prompt %q in media.prompts", name)
			}
		}
		if err := def.answers().Check(); err != nil {
			j.bad(where, "%s", err)
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
