package console

import "github.com/outdial/outdial/internal/campaign"

// pace is how fast a campaign dials.
type pace struct {
	Adjust       string  `json:"adjust"`
	AbandonLimit float64 `json:"abandonLimit"`
	LinesByRate  bool    `json:"linesByRate"`
	MaxFlying    int     `json:"maxFlying"` // 0: no limit
	MaxRate      float64 `json:"maxRate"`   // new calls a second; 0: no limit
	Priority     int     `json:"priority"`
	Weight       float64 `json:"weight"`
	SkillColumn  string  `json:"skillColumn"`
}

func newPace(c campaign.Campaign) pace {
	policy := c.Pace.Defaults()
	return pace{Adjust: string(policy.Adjust), AbandonLimit: policy.Limit, LinesByRate: c.ByRate, MaxFlying: c.MaxFlying, MaxRate: c.MaxRate,
		Priority: c.Priority, Weight: c.Share(), SkillColumn: c.SkillColumn}
}
