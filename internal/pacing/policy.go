package pacing

// Adjustment is how the pace follows the share of abandoned calls.
type Adjustment string

const (
	// NoAdjustment dials as the odds say, and does not look at what was abandoned.
	NoAdjustment Adjustment = "none"
	// StrictMaximum dials for idle agents only while the share is above the limit.
	StrictMaximum Adjustment = "maximum"
	// TargetRate steers the pace so that the share meets the limit.
	TargetRate Adjustment = "target"
)

// Adjustments that a policy can have.
var Adjustments = []Adjustment{NoAdjustment, StrictMaximum, TargetRate}

// Policy holds a campaign to its limit of abandoned calls.
type Policy struct {
	Adjust Adjustment
	// Limit is the share of live answers that may be abandoned: 0.03 is 3 %.
	Limit float64
}

// Defaults fills in what was left open.
func (p Policy) Defaults() Policy {
	if p.Adjust == "" {
		p.Adjust = TargetRate
	}
	if p.Limit == 0 {
		p.Limit = 0.03
	}
	return p
}
