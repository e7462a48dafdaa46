package simulate

import (
	"cmp"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
)

// binLength is the grain of the series in a result.
const binLength = 5 * time.Minute

// series are sums by five minutes of the day; what comes after its end is left out.
type series []float64

func (s series) add(at time.Duration, v float64) {
	if i := int(at / binLength); i < len(s) {
		s[i] += v
	}
}

// spread adds the seconds between two moments.
func (s series) spread(from, to time.Duration) {
	for from < to && int(from/binLength) < len(s) {
		end := min(to, (from/binLength+1)*binLength)
		s.add(from, (end - from).Seconds())
		from = end
	}
}

func (s series) sum() (total float64) {
	for _, v := range s {
		total += v
	}
	return total
}

// score is what is counted in the course of a day.
type score struct {
	length    time.Duration
	agents    []presence
	handling  series // seconds that agents talk or wrap up
	staffed   series // seconds that agents are there and not on a break
	talks     series // calls that agents were given
	invites   series
	informed  series // people to whom a message was played
	flying    []int  // as a supervisor saw it at the begin of each bin
	decisions []Decision
	landings  []landing
	answered  int // calls
	misjudged int // people who were taken for machines
}

// presence is what an agent does since a moment.
type presence struct {
	since          time.Duration
	here, on, busy bool // not gone; on a break; talks or wraps up
	talks          bool // to somebody who was passed on to him
}

// landing is a person who answered, and whether nobody was there for him.
type landing struct {
	at        time.Duration
	abandoned bool
}

func newScore(s Scenario) *score {
	n := int((s.Length + binLength - 1) / binLength)
	return &score{length: s.Length, handling: make(series, n), staffed: make(series, n), talks: make(series, n), invites: make(series, n), informed: make(series, n)}
}

// turn closes the account of what an agent did until now, and begins another.
func (s *score) turn(n int, now time.Duration, change func(*presence)) {
	p := &s.agents[n]
	if from, to := p.since, min(now, s.length); p.here && !p.on {
		s.staffed.spread(from, to)
		if p.busy || p.talks {
			s.handling.spread(from, to)
		}
	}
	p.since = now
	change(p)
}

func (s *score) come(n int, now time.Duration) {
	s.agents = append(s.agents, presence{since: now, here: true})
}

func (s *score) leave(n int, now time.Duration) {
	s.turn(n, now, func(p *presence) { p.here = false })
}

func (s *score) pause(n int, now time.Duration, on bool) {
	s.turn(n, now, func(p *presence) { p.on = on })
}

func (s *score) be(n int, now time.Duration, state agent.State) {
	if state == agent.Talking {
		s.talks.add(now, 1)
	}
	s.turn(n, now, func(p *presence) {
		p.busy = state == agent.Talking || state == agent.WrapUp || state == agent.Disposed
	})
}

// talk says that an agent begins to talk to somebody who was passed on to him, or ends it.
func (s *score) talk(n int, now time.Duration, on bool) {
	s.talks.add(now, float64(one(on)))
	s.turn(n, now, func(p *presence) { p.talks = on })
}

// land counts a person who answered at a moment.
func (s *score) land(at time.Duration, abandoned bool) {
	s.landings = append(s.landings, landing{at, abandoned})
}

// see takes in what a supervisor sees.
func (s *score) see(now time.Duration, snap dialer.Snapshot) {
	flying := 0
	for _, c := range snap.Campaigns {
		flying += c.Flying
		s.decisions = append(s.decisions, Decision{At: now.Seconds(), Campaign: c.Campaign.Name, Why: c.Why, Flying: c.Flying, Idle: c.Idle})
	}
	s.flying = append(s.flying, flying)
}

// close ends all accounts at the end of the day.
func (s *score) close() {
	for n := range s.agents {
		s.turn(n, s.length, func(*presence) {})
	}
	slices.SortStableFunc(s.landings, func(a, b landing) int { return cmp.Compare(a.at, b.at) })
}

// worst is the highest share of abandoned calls in any hour of the day; a shorter day
// is one.
func (s *score) worst() float64 {
	worst, first, lost := 0.0, 0, 0
	for i, l := range s.landings {
		for ; s.landings[first].at <= l.at-time.Hour; first++ {
			lost -= one(s.landings[first].abandoned)
		}
		lost += one(l.abandoned)
		if l.at >= time.Hour || i == len(s.landings)-1 {
			worst = max(worst, float64(lost)/float64(i-first+1))
		}
	}
	return worst
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}
