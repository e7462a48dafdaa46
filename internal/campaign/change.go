package campaign

import (
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/pacing"
)

// Change names what is to change of a campaign while it runs; what is nil stays.
type Change struct {
	Mode         *Mode
	Lines        *float64 // for each agent; 0: as many as the share of answered calls asks for
	Adjust       *string  // one of [pacing.Adjustments]
	Limit        *float64
	MaxFlying    *int
	MaxRate      *float64
	Priority     *int
	Weight       *float64
	Filter, Sort *string
}

// With is the campaign with a change made. Errors: Invalid.
func (c Campaign) With(ch Change) (Campaign, error) {
	if ch.Lines != nil {
		if *ch.Lines != 0 && !(*ch.Lines >= 1) {
			return c, fault.New(fault.Invalid, "%g lines for each agent: it is 1 or more, or 0 for as many as the share of answered calls asks for", *ch.Lines)
		}
		c.Lines, c.ByRate = max(1, *ch.Lines), *ch.Lines == 0
	}
	put(&c.Mode, ch.Mode)
	put(&c.Pace.Adjust, (*pacing.Adjustment)(ch.Adjust))
	put(&c.Pace.Limit, ch.Limit)
	put(&c.MaxFlying, ch.MaxFlying)
	put(&c.MaxRate, ch.MaxRate)
	put(&c.Priority, ch.Priority)
	put(&c.Weight, ch.Weight)
	put(&c.Filter, ch.Filter)
	put(&c.Sort, ch.Sort)
	if ch.Limit != nil && *ch.Limit == 0 { // which would be taken for one that was left out
		return c, fault.New(fault.Invalid, "a limit of abandoned calls of 0: write a share, 0.03 for 3 %%")
	}
	return c, c.Check()
}

func put[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
