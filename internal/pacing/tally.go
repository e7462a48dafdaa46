package pacing

// Tally counts, over a window, the people who answered, and those of them that were
// abandoned.
type Tally struct{ Live, Abandoned int }

// Rate is the share of abandoned ones.
func (t Tally) Rate() float64 {
	if t.Live == 0 {
		return 0
	}
	return float64(t.Abandoned) / float64(t.Live)
}
