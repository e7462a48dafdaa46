package console

import "github.com/outdial/outdial/internal/campaign"

// pace is how fast a campaign dials.
type pace struct {
	Adjust       string  `json:"adjust"`
	AbandonLimit float64 `json:"abandonLimit"`
}

func newPace(c campaign.Campaign) pace {
	policy := c.Pace.Defaults()
	return pace{Adjust: string(policy.Adjust), AbandonLimit: policy.Limit}
}
