package simulate

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// Figures are what a campaign's own attempts say about its customers and agents, by
// the hour of the day in a zone.
type Figures struct {
	def    campaign.Campaign
	zone   *time.Location
	hours  [24]hourFigures
	setUps []time.Duration // until a phone rang
	rings  []time.Duration // of people, from then on
	handle []time.Duration
	after  time.Duration // of that, when the customer had gone
	played [2]lengths    // messages that were heard to their end, by people and by machines
	sums   Messages
	agents map[time.Time]map[string]bool
}

type hourFigures struct {
	placed, people, machines, failing int
	handled                           int
	handle                            time.Duration
}

type lengths []time.Duration

// NewFigures begins to gather figures of a campaign.
func NewFigures(def campaign.Campaign, zone *time.Location) *Figures {
	return &Figures{def: def, zone: zone, agents: make(map[time.Time]map[string]bool)}
}

// Add takes an attempt in. Those that were not dialed, or not in the campaign's own way,
// say nothing.
func (f *Figures) Add(a campaign.Attempt) {
	if a.Placed.IsZero() || a.Manual != (f.def.Mode == campaign.Manual) || a.Closed.IsZero() || a.Outcome == call.Lost {
		return
	}
	local := a.Placed.In(f.zone)
	h := &f.hours[local.Hour()]
	h.placed++
	machine := strings.EqualFold(a.Category, "Machine") || strings.EqualFold(a.Category, "Fax")
	switch {
	case machine:
		h.machines++
	case a.Answered.IsZero() && a.Ringing.IsZero() && a.Reason != call.NoAnswer.String() && a.Reason != call.Cancelled.String():
		h.failing++
	case !a.Answered.IsZero():
		h.people++
		if !a.Ringing.IsZero() {
			f.setUps = append(f.setUps, a.Ringing.Sub(a.Placed))
			f.rings = append(f.rings, a.Answered.Sub(a.Ringing))
		}
	}
	f.sums.count(a)
	if a.Played {
		i := one(a.Outcome == call.NoPerson)
		f.played[i] = append(f.played[i], a.Ended.Sub(a.Messaged))
	}
	if !machine && a.Agent != "" && !a.Bridged.IsZero() {
		f.talked(h, a)
	}
}

// talked takes in how long an agent was busy.
func (f *Figures) talked(h *hourFigures, a campaign.Attempt) {
	end := a.Ended
	if a.Disposed.After(end) {
		f.after += a.Disposed.Sub(end)
		end = a.Disposed
	}
	busy := end.Sub(a.Bridged)
	h.handle, f.handle = h.handle+busy, append(f.handle, busy)
	h.handled++
	hour := a.Bridged.Truncate(time.Hour)
	if f.agents[hour] == nil {
		f.agents[hour] = make(map[string]bool)
	}
	f.agents[hour][a.Agent] = true
}

// enough is how many attempts an hour needs to have figures of its own.
const enough = 50

// Scenario is a day with these figures, of the campaign as it is defined: from the first
// hour of the day that was dialed in to the last, with as many agents as the busiest
// hour had. Errors: Conflict when there is too little to go by.
func (f *Figures) Scenario() (Scenario, error) {
	def := f.def
	var all hourFigures
	first, last := 24, 0
	for i, h := range f.hours {
		if h.placed > 0 {
			first, last = min(first, i), i
		}
		all.placed, all.people, all.machines, all.failing = all.placed+h.placed, all.people+h.people, all.machines+h.machines, all.failing+h.failing
		all.handle, all.handled = all.handle+h.handle, all.handled+h.handled
	}
	if all.people < enough || def.Mode != campaign.Agentless && all.handled < enough {
		return Scenario{}, fault.New(fault.Conflict, "%d people answered and %d were talked to until now, too few to go by (%d); give the answer rate and the handle time yourself", all.people, all.handled, enough)
	}
	s := Scenario{
		Name: def.Name, Seed: 1, Length: time.Duration(last-first+1) * time.Hour,
		Team: StandardTeam(), Campaigns: []Campaign{Standard()},
	}
	c := &s.Campaigns[0]
	c.Name, c.Mode, c.Lines, c.Ring, c.Wait, c.Analysis = def.Name, def.Mode, def.Lines, def.Ring, def.Wait, cmp.Or(def.Analysis.Policy, campaign.AnalyseNot)
	c.Pace, c.MaxFlying, c.MaxRate, c.Priority, c.Weight = def.Pace, def.MaxFlying, def.MaxRate, def.Priority, def.Weight
	p := &c.Customers
	p.Answer = nil
	for _, h := range f.hours[first : last+1] {
		p.Answer = append(p.Answer, h.or(all).answer())
	}
	p.Machine, p.Failing = ratio(all.machines, all.placed), ratio(all.failing, all.placed)
	p.SetUp, p.Rings = quantile(f.setUps, 0.5), sample(f.rings)
	p.SetUp = min(p.SetUp, c.Ring-time.Second)
	if def.Analysis.Message != "" && len(f.played[1]) > 0 {
		c.MachineMessage = min(quantile(f.played[1], 0.5), longestMessage)
	}
	if def.Mode == campaign.Agentless {
		f.messages(c)
		return s, nil
	}
	p.Handle = nil
	for _, h := range f.hours[first : last+1] {
		p.Handle = append(p.Handle, h.or(all).mean())
	}
	p.Spread = spreadOf(f.handle)
	s.Team.WrapUp = float64(f.after) / float64(all.handle)
	s.Team.Agents = 1
	for _, busy := range f.agents {
		s.Team.Agents = max(s.Team.Agents, len(busy))
	}
	return s, nil
}

// messages gives a campaign without agents the message that it had, and what people did
// when they heard it. Where keys are pressed one was waited for after the message, which
// the campaign will do again.
func (f *Figures) messages(c *Campaign) {
	m, p := f.sums, &c.Customers
	people := max(1, m.HeardOut+m.CutShort+m.PassedOn+m.OptedOut)
	p.HearOut, p.PassOn, p.OptOut = ratio(m.HeardOut, people), ratio(m.PassedOn, people), ratio(m.OptedOut, people)
	if len(f.played[0]) > 0 {
		c.Message = quantile(f.played[0], 0.5)
		if m.PassedOn+m.OptedOut > 0 {
			c.Message -= dialer.KeyWait
		}
		c.Message = max(time.Second, min(c.Message, longestMessage))
	}
}

// or gives the figures of an hour, or of the whole day where they are too few.
func (h hourFigures) or(all hourFigures) hourFigures {
	if h.placed < enough {
		h.placed, h.people = all.placed, all.people
	}
	if h.handled < enough {
		h.handle, h.handled = all.handle, all.handled
	}
	return h
}

func (h hourFigures) answer() float64     { return ratio(h.people, h.placed) }
func (h hourFigures) mean() time.Duration { return max(1, h.handle/time.Duration(h.handled)) }

func ratio(part, whole int) float64 { return round(float64(part) / float64(whole)) }

// spreadOf is the coefficient of variation of times.
func spreadOf(times []time.Duration) float64 {
	sum, squares := 0.0, 0.0
	for _, t := range times {
		sum, squares = sum+t.Seconds(), squares+t.Seconds()*t.Seconds()
	}
	mean := sum / float64(len(times))
	if mean == 0 {
		return 0
	}
	return round(math.Sqrt(max(0, squares/float64(len(times))-mean*mean)) / mean)
}

// quantile is a time that a share of the times is not longer than; of none it is what
// [Standard] has for phones that ring.
func quantile(times []time.Duration, share float64) time.Duration {
	if len(times) == 0 {
		return Standard().Customers.SetUp
	}
	sorted := slices.Sorted(slices.Values(times))
	return cmp.Or(sorted[int(share*float64(len(sorted)-1))], time.Millisecond)
}

// sample gives times that stand for all of them, no more than are soon drawn from.
func sample(times []time.Duration) []time.Duration {
	const most = 500
	sorted := slices.Sorted(slices.Values(times))
	if len(sorted) <= most {
		return sorted
	}
	list := make([]time.Duration, most)
	for i := range list {
		list[i] = sorted[i*len(sorted)/most]
	}
	return list
}
