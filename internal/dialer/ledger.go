package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// The ledger of abandoned calls. Each answered call is counted as soon as its fate is
// known, and that is written down at once: after a crash it still counts. The rows add up
// to what the floor knows ([campaign.Attempt.Count] is the rule for both).

// account settles, as far as that is known, whether a person who answered was abandoned;
// it is written down unless the attempt is being closed, and counted. An agent who was
// there, but too late, does not undo it.
func (s *state) account(c *liveCall) {
	at := &c.attempt
	switch {
	case c.unmanned:
		at.Abandoned = false
	case c.abandoned:
		at.Abandoned = true
	case !at.Bridged.IsZero() && !c.judging():
		at.Abandoned = at.Abandoned || at.Bridged.Sub(at.Greets()) > c.def.Wait
	}
	s.count(c)
	if !c.waiting && !c.closed {
		s.do(record{attempt: *at, why: recordFate})
	}
}

// count takes what is known of a call's fate into its campaign's figures and ledger.
func (s *state) count(c *liveCall) {
	at := c.attempt
	if c.early { // the row says so, and stays
		at.Bridged = time.Time{}
	}
	n := at.Count()
	lc := s.campaigns[c.def.ID]
	if lc == nil || n == c.counted {
		return
	}
	more := n.Minus(c.counted)
	c.counted = n
	lc.abandons += more.Abandoned
	lc.book.Add(campaign.DayOf(c.attempt.Answered, lc.zone), more)
}

// tally is how many of a campaign's calls were abandoned in the window that it is held
// to.
func (s *state) tally(lc *liveCampaign) pacing.Tally {
	w := lc.window
	return lc.book.Sum(w, campaign.DayOf(s.now, lc.zone)).Tally(w)
}
