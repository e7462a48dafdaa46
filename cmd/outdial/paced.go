package main

import (
	"slices"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// pacedConfig is how fast a campaign dials, within its [[campaign]].
type pacedConfig struct {
	Pace         string   `toml:"pace"`
	AbandonLimit *float64 `toml:"abandon_limit"`
	MaxFlying    int      `toml:"max_flying"`
	MaxRate      float64  `toml:"max_rate"`
}

func (c pacedConfig) paced() campaign.Paced {
	p := campaign.Paced{Pace: pacing.Policy{Adjust: pacing.Adjustment(c.Pace)}, MaxFlying: c.MaxFlying, MaxRate: c.MaxRate}
	if c.AbandonLimit != nil {
		p.Pace.Limit = *c.AbandonLimit
	}
	return p
}

func (j *judge) paced(where string, c pacedConfig) {
	if c.Pace != "" && !slices.Contains(pacing.Adjustments, pacing.Adjustment(c.Pace)) {
		j.bad(where, "pace %q is not known; there are %s", c.Pace, campaign.Words(pacing.Adjustments))
	}
	if c.MaxFlying < 0 || !(c.MaxRate >= 0) {
		j.bad(where, "max_flying and max_rate are 0, for no limit, or above")
	}
	if limit := c.AbandonLimit; limit != nil && !(*limit > 0 && *limit <= 1) {
		j.bad(where, "abandon_limit %g is not a share above 0 and up to 1; write 0.03 for 3 %%", *limit)
	}
}
