package console

import (
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// pace is how fast a campaign dials.
type pace struct {
	Adjust       pacing.Adjustment `json:"adjust"`
	AbandonLimit float64           `json:"abandonLimit"`
}

func newPace(c campaign.Campaign) pace {
	policy := c.Pace.Defaults()
	return pace{Adjust: policy.Adjust, AbandonLimit: policy.Limit}
}
