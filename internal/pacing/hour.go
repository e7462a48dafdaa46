package pacing

import "time"

// hour tallies the answers of the last sixty minutes, by the minute.
type hour struct {
	minutes [60]Tally
	sum     Tally
	minute  int64 // since 1970, of the newest
}

// pass lets time pass.
func (h *hour) pass(now time.Time) {
	minute := now.Unix() / 60
	for n := 0; h.minute < minute && n < len(h.minutes); n++ {
		h.minute++
		slot := &h.minutes[h.minute%60]
		h.sum.Live -= slot.Live
		h.sum.Abandoned -= slot.Abandoned
		*slot = Tally{}
	}
	h.minute = max(h.minute, minute)
}

// take takes in an answer of now.
func (h *hour) take(abandoned bool) {
	for _, t := range []*Tally{&h.minutes[h.minute%60], &h.sum} {
		t.Live++
		if abandoned {
			t.Abandoned++
		}
	}
}
