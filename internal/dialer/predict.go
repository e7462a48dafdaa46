package dialer

import (
	"math"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/pacing"
)

// flight is what a campaign's pacer was told of a call.
type flight struct {
	placed time.Time // the switch was told to dial; zero before
	class  pacing.Class
	landed bool // whether a person answered
	served bool // whether that person got an agent in time
	up     bool // it counts against its campaign's limits
}

// basis is what a decision rested on, besides the ages of calls. Until it changes, or
// it is time, the pacer is not asked again.
type basis struct{ idle, flying, lines int }

var noBasis = basis{idle: -1}

// askEvery is how soon a pacer is asked again though nothing has happened: the odds
// of calls that ring change as they ring on.
const askEvery = 250 * time.Millisecond

// fillMost is the most contacts that an agentless campaign asks for at a time.
const fillMost = 50

// class is what the odds of a call may depend on: the kind of number that is dialed,
// and the hour where the contact is.
func (c *liveCall) class(now time.Time) pacing.Class {
	class := pacing.Class{Kind: c.attempt.Kind}
	if len(c.place.Zones) > 0 {
		class.Hour = now.In(c.place.Zones[0]).Hour()
	}
	return class
}

// landed tells the pacer that a call has left the air, and whether a person answered
// it. Calls for one agent alone say nothing about a campaign's pace.
func (s *state) landed(c *liveCall, at time.Time, live bool) {
	lc := s.campaigns[c.def.ID]
	if lc == nil || c.alone() || c.flight.landed || c.flight.placed.IsZero() {
		return
	}
	c.flight.landed = true
	s.learned(lc)
	lc.pacer.Landed(c.flight.class, at.Sub(c.flight.placed), live)
	switch {
	case !live:
		c.flight.served = true // nobody was there to be served
	case !c.attempt.Bridged.IsZero(): // an agent had him before that was known
		s.served(c, false)
	}
}

// served tells the pacer what became of a person who answered.
func (s *state) served(c *liveCall, abandoned bool) {
	lc := s.campaigns[c.def.ID]
	if lc == nil || !c.flight.landed || c.flight.served {
		return
	}
	c.flight.served = true
	s.learned(lc)
	lc.pacer.Served(abandoned)
	for _, mate := range s.mates(lc) {
		if 2*mate.crew.both >= mate.crew.all {
			mate.pacer.Overheard(abandoned)
		}
	}
}

// relieved tells the pacer that an agent is done with a person who had answered.
func (s *state) relieved(c *liveCall) {
	if lc := s.campaigns[c.def.ID]; lc != nil && c.flight.landed && !c.attempt.Nobody() {
		lc.pacer.Freed()
	}
}

// reckon asks a campaign's pacer how many contacts to dial, if what its answer rests on
// has changed.
func (s *state) reckon(lc *liveCampaign) pacing.Decision {
	if lc.def.Mode == campaign.Predictive {
		if !s.staffed(lc.def.ID) {
			s.quiet(lc)
			return pacing.Decision{}
		}
	}
	if s.limited(lc) || lc.def.Mode == campaign.Predictive || lc.def.ByRate {
		s.alarms.setUnlessSet(alarm{kind: alarmPace, campaign: lc.def.ID}, s.now.Add(askEvery))
	}
	now := basis{len(s.leftBy(lc).free(lc.def.ID)), s.flying(lc), lc.lines}
	if now == lc.basis {
		return pacing.Decision{}
	}
	lc.basis = now
	air := s.air(lc, now.idle)
	switch {
	case lc.def.Mode == campaign.Predictive:
		air.Beside = s.beside(lc)
		lc.decided = lc.pacer.Predict(air)
	case lc.def.Mode == campaign.Agentless:
		lc.decided = lc.pacer.Fill(air, fillMost)
	case lc.def.ByRate:
		lc.decided = lc.pacer.Power(air, 0)
	default:
		lc.decided = lc.pacer.Power(air, lc.def.Lines)
	}
	return lc.decided
}

// quiet ends the asking for a campaign that does not dial now; when it does again, its
// pacer is asked at once.
func (s *state) quiet(lc *liveCampaign) {
	lc.basis = noBasis
	s.alarms.clear(alarm{kind: alarmPace, campaign: lc.def.ID})
}

// air is what a campaign's pacer is to know, for so many idle agents. Customers who
// wait for one take him.
func (s *state) air(lc *liveCampaign, idle int) pacing.Air {
	lc.flights = lc.flights[:0]
	for _, c := range lc.aloft {
		if c.state == call.Waiting {
			idle--
		} else {
			lc.flights = append(lc.flights, pacing.Flight{Placed: c.flight.placed, Class: c.flight.class})
		}
	}
	air := pacing.Air{Now: s.now, Idle: idle, Flights: lc.flights, Asked: lc.claiming, Room: s.roomFor(lc), Tally: s.tally(lc)}
	if n := len(lc.flights); n > 0 && lc.flights[0].Class == lc.flights[n-1].Class {
		air.Class = lc.flights[0].Class // the next are most likely of it too
	}
	return air
}

// staffed tells whether anyone takes calls of a campaign, now or after the call that
// he is in.
func (s *state) staffed(id campaign.ID) bool {
	for _, a := range s.agents {
		if s.atWork(a, id) {
			return true
		}
	}
	return false
}

func (s *state) atWork(a *liveAgent, id campaign.ID) bool {
	if !a.in[id] || a.types[id] == Finishing || a.brk != agent.NotOnBreak || a.leaving != nil {
		return false
	}
	return a.state.OnCall() || a.keeps != "" || s.takes(a, id)
}

// expected is how many of a campaign's calls in the air will want an agent.
func (s *state) expected(lc *liveCampaign) float64 {
	switch {
	case lc.def.Mode == campaign.Agentless:
		return 0
	case lc.def.Mode != campaign.Predictive && !lc.def.ByRate:
		return float64(s.flying(lc)) / lc.def.Lines
	}
	air := s.air(lc, 0)
	return lc.pacer.Expected(air) - float64(air.Idle) // those who wait were taken off
}

// spokenFor is how many agents a campaign's calls in the air will want.
func (s *state) spokenFor(lc *liveCampaign) int {
	n := s.expected(lc)
	if lc.def.Mode == campaign.Predictive || lc.def.ByRate {
		return int(math.Round(n))
	}
	return int(math.Ceil(n))
}

// leftBy is the cover that the other campaigns leave to one. Among those that predict
// the pacers share the agents out ([state.beside]).
func (s *state) leftBy(lc *liveCampaign) *cover {
	cover := newCover(s)
	if len(cover.idle) == 0 {
		return cover
	}
	for _, other := range s.campaignsByID() {
		if other != lc && !(lc.predicts() && other.predicts()) {
			cover.take(other.def.ID, s.spokenFor(other))
		}
	}
	return cover
}
