package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// pacedConfig is how fast a campaign dials, within its [[campaign]].
type pacedConfig struct {
	Pace         string   `toml:"pace"`
	AbandonLimit *float64 `toml:"abandon_limit"`
	MaxFlying    int      `toml:"max_flying"`
	MaxRate      float64  `toml:"max_rate"`
	Priority     int      `toml:"priority"`
	Weight       float64  `toml:"weight"`
	SkillColumn  string   `toml:"skill_column"`
	Schedule     []string `toml:"schedule"`
	ScheduleZone string   `toml:"schedule_zone"`
}

func (c pacedConfig) paced() (campaign.Paced, error) {
	p := campaign.Paced{
		Pace: pacing.Policy{Adjust: pacing.Adjustment(c.Pace)}, MaxFlying: c.MaxFlying, MaxRate: c.MaxRate,
		Priority: c.Priority, Weight: c.Weight, SkillColumn: c.SkillColumn,
	}
	if c.AbandonLimit != nil {
		p.Pace.Limit = *c.AbandonLimit
	}
	var err error
	p.Schedule, err = c.schedule()
	return p, err
}

// schedule reads the windows of the week.
func (c pacedConfig) schedule() (campaign.Schedule, error) {
	s := campaign.Schedule{Zone: c.ScheduleZone}
	for _, text := range c.Schedule {
		w, err := campaign.ParseWindow(text)
		if err != nil {
			return s, err
		}
		s.Windows = append(s.Windows, w)
	}
	if _, err := time.LoadLocation(s.Zone); err != nil || len(s.Windows) > 0 && s.Zone == "" {
		return s, fmt.Errorf("schedule_zone %q is no time zone; write it like \"Europe/Berlin\"", s.Zone)
	}
	return s, nil
}

func (j *judge) paced(where string, c pacedConfig) {
	if c.Pace != "" && !slices.Contains(pacing.Adjustments, pacing.Adjustment(c.Pace)) {
		j.bad(where, "pace %q is not known; there are %s", c.Pace, campaign.Words(pacing.Adjustments))
	}
	if _, err := c.schedule(); err != nil {
		j.bad(where, "%v", err)
	}
	if !(c.Weight >= 0) {
		j.bad(where, "weight %g: it is above 0", c.Weight)
	}
	if c.MaxFlying < 0 || !(c.MaxRate >= 0) {
		j.bad(where, "max_flying and max_rate are 0, for no limit, or above")
	}
	if limit := c.AbandonLimit; limit != nil && !(*limit > 0 && *limit <= 1) {
		j.bad(where, "abandon_limit %g is not a share above 0 and up to 1; write 0.03 for 3 %%", *limit)
	}
}
