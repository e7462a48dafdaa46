package pacing

// Window is over which time, and by whose formula, abandoned calls are counted.
type Window string

const (
	// Day is from midnight to midnight in the campaign's zone, as PureConnect has it.
	Day Window = "day"
	// ThirtyDays is this day and the 29 before it, for each campaign (16 CFR
	// 310.4(b)(4)(i), 47 CFR 64.1200(a)(7)).
	ThirtyDays Window = "30 days"
	// Ofcom is a day by the formula of Ofcom's statement on persistent misuse: abandoned
	// calls, with an estimate of the people whom analysis took for machines, as a share
	// of those and of the live calls that agents were given.
	Ofcom Window = "ofcom"
)

// Windows are all that there are.
var Windows = []Window{Day, ThirtyDays, Ofcom}

// Days is how many days a window has; it ends with the present one.
func (w Window) Days() int {
	if w == ThirtyDays {
		return 30
	}
	return 1
}
