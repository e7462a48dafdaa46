package dialer

import "github.com/outdial/outdial/internal/call"

// A trunk that fails would run through a campaign's contacts as fast as it can refuse
// calls, and would teach its pacer that nobody answers. So calls that found no way to
// the telephone network teach nothing; after a few of them in a row the campaign rests,
// and then a single call finds out whether the way is open again.

// troubles are how many calls in a row the network may fail before the campaign takes a
// rest: one may be the number's fault, all of them are the trunk's.
const troubles = 3

// noWay tells whether a call that is over never got to the telephone network, or was
// taken back before it could; certain is that it was not the number's fault.
func (c *liveCall) noWay() (is, certain bool) {
	if !c.attempt.Ringing.IsZero() || !c.attempt.Answered.IsZero() {
		return false, false
	}
	switch c.cause.Reason {
	case call.NoLines, call.Unauthorised:
		return true, true
	case call.Congestion, call.Unreachable, call.MediaFailure, call.Cancelled, call.Shutdown:
		return true, false
	}
	return false, false
}

// heedTrouble rests the campaign of a call that ended for want of a way to the
// telephone network.
func (s *state) heedTrouble(c *liveCall) {
	lc := s.campaigns[c.def.ID]
	if lc == nil || c.cause.Reason == call.Cancelled || c.cause.Reason == call.Shutdown { // says nothing about the network
		return
	}
	switch is, certain := c.noWay(); {
	case !is && c.attempt.Ringing.IsZero() && c.attempt.Answered.IsZero(): // else that was said when it rang
		s.wayOpen(c)
		return
	case !is:
		return
	case certain:
		s.lately.neverLeft(c.attempt.Number, c.attempt.Placed)
		lc.trouble = max(lc.trouble, troubles)
	default:
		lc.trouble++
	}
	if lc.trouble >= troubles {
		s.restUntil(lc, s.now.Add(tryAgain))
	}
}

// wayOpen: a call has got to the telephone network. A campaign that was finding out
// whether there is a way dials on.
func (s *state) wayOpen(c *liveCall) {
	if lc := s.campaigns[c.def.ID]; lc != nil && lc.trouble > 0 {
		lc.trouble, lc.basis = 0, noBasis
	}
}

// probed holds what a campaign is to dial to a single call at a time while it is not
// known whether there is a way.
func (s *state) probed(lc *liveCampaign, n int) int {
	if lc.trouble >= troubles {
		return min(n, max(0, 1-s.flying(lc)))
	}
	return n
}
