package dialer

import (
	"maps"
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// stir marks the legs that a change to a call may affect.
func (s *state) stir(c *interaction) {
	s.stirLeg(c.leg)
	s.stirAgent(c.agent)
	s.stirAgent(c.peer)
	for id := range c.supervisors {
		s.stirAgent(id)
	}
}

func (s *state) stirAgent(id agent.ID) {
	if a := s.agents[id]; a != nil {
		s.stirLeg(a.line.leg)
	}
}

func (s *state) stirLeg(leg call.LegID) {
	if leg != 0 {
		s.stirred[leg] = true
	}
}

// arrange brings what legs hear, mutes and recordings into line with the state.
func (s *state) arrange() {
	if len(s.stirred) == 0 {
		return
	}
	want := s.wanted()
	for _, order := range s.wires.rearrange(want) {
		s.do(order)
	}
	calls := map[call.ID]bool{}
	for _, leg := range slices.Sorted(maps.Keys(want)) {
		owner := s.legs[leg]
		if owner.call != "" {
			calls[owner.call] = true
		}
		a := s.agents[owner.agent]
		if a == nil || a.line.leg != leg {
			continue
		}
		s.silence(a)
		s.showPhone(a)
		for _, c := range s.inHand(a) {
			calls[c.id] = true
		}
		if a.watches != "" {
			calls[a.watches] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(calls)) {
		if c := s.interaction(id); c != nil {
			s.runTapes(c)
		}
	}
	clear(s.stirred)
}

// wanted is what the marked legs are to hear, and all legs that share, or are to
// share, a bridge or a conversation with them.
func (s *state) wanted() map[call.LegID]ear {
	want := map[call.LegID]ear{}
	queue := slices.Collect(maps.Keys(s.stirred))
	for len(queue) > 0 {
		leg := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if _, done := want[leg]; done {
			continue
		}
		e := s.earOf(leg)
		want[leg] = e
		queue = append(queue, e.hears...)
		queue = append(queue, s.wires.together(leg)...)
	}
	for leg := range s.stirred {
		if _, alive := s.legs[leg]; !alive {
			delete(want, leg)
			s.wires.forget(leg)
		}
	}
	return want
}

// earOf is what a leg is to hear now.
func (s *state) earOf(leg call.LegID) ear {
	owner, alive := s.legs[leg]
	if !alive {
		return ear{}
	}
	if owner.call != "" {
		return s.partyEar(s.interaction(owner.call), leg)
	}
	a := s.agents[owner.agent]
	if a == nil || a.line.leg != leg || a.line.state != agent.LineUp {
		return ear{}
	}
	s.wires.line[leg] = true
	if c := s.company(a); c != nil {
		if hears := s.roomOf(c).heardBy(leg); len(hears) > 0 {
			return ear{hears: hears}
		}
	}
	return ear{sound: s.pastime(a)}
}

// partyEar is what an outside party hears.
func (s *state) partyEar(c *interaction, leg call.LegID) ear {
	if c == nil || c.leg != leg || c.ending {
		return ear{}
	}
	switch c.state {
	case call.Connected:
		if hears := s.roomOf(c).heardBy(leg); len(hears) > 0 {
			return ear{hears: hears}
		}
		return ear{sound: call.Silence}
	case call.Held, call.Offered, call.Parked:
		if c.held.line {
			return ear{sound: call.PleaseWait}
		}
		return ear{sound: c.holdMusic()}
	case call.Told: // a message is played over it
		return ear{sound: call.Silence}
	case call.Connecting:
		if s.calls[c.id] == nil { // picked up from a queue
			return ear{sound: c.holdMusic()}
		}
	}
	return ear{}
}

// holdMusic is what the party of a call hears while nobody speaks with it.
func (c *interaction) holdMusic() call.Sound {
	if c.def.HoldMusic != "" {
		return call.Prompt(c.def.HoldMusic)
	}
	return call.HoldMusic
}

// company is a call whose parties an agent's line is with now, or nil: one that he
// is in, or that he supervises.
func (s *state) company(a *liveAgent) *interaction {
	for _, c := range s.inHand(a) {
		if c.speaks(a.id) {
			return c
		}
	}
	if c := s.interaction(a.watches); c != nil && c.state == call.Connected && !c.ending {
		return c
	}
	return nil
}

// pastime is what an agent hears who is with nobody: how the call that he makes
// rings, music while a colleague has put him on hold, silence.
func (s *state) pastime(a *liveAgent) call.Sound {
	for _, c := range s.inHand(a) {
		switch {
		case s.calls[c.id] != nil: // a dialer call makes no sound before the customer is there
		case c.agent == a.id && (c.state == call.Dialing || c.state == call.Alerting || c.state == call.Connecting && c.peer != nobody):
			return call.RingBack
		case c.peer == a.id && c.state == call.Held && !c.held.peer:
			return call.HoldMusic
		case c.agent == a.id && c.state == call.Held && !c.held.agent:
			return call.HoldMusic
		}
	}
	return call.Silence
}

// room is who is together: the line of the agent who holds the calls, their
// parties, and supervisors by what they do.
type room struct {
	holder     call.LegID
	parties    []call.LegID
	supervisor map[call.LegID]call.Supervision
}

// roomOf collects the room of a connected call: all calls that the one who holds
// it is in, or, if nobody does, its conference.
func (s *state) roomOf(c *interaction) room {
	r := room{supervisor: map[call.LegID]call.Supervision{}}
	var calls []*interaction
	if a := s.agents[c.agent]; a != nil {
		r.holder = s.lineOf(a.id)
		for _, other := range s.inHand(a) {
			if other.agent == a.id && other.speaks(a.id) {
				calls = append(calls, other)
			}
		}
	} else if g := s.parties[c.conference]; g != nil {
		for _, id := range g.calls {
			if other := s.interaction(id); other != nil && other.state == call.Connected && !other.ending {
				calls = append(calls, other)
			}
		}
	}
	for _, other := range calls {
		leg := other.leg
		if other.peer != nobody {
			leg = s.lineOf(other.peer)
		}
		if leg != 0 && !slices.Contains(r.parties, leg) {
			r.parties = append(r.parties, leg)
		}
		for id, how := range other.supervisors {
			if leg := s.lineOf(id); leg != 0 && s.agents[id].watches == other.id {
				r.supervisor[leg] = how
			}
		}
	}
	return r
}

// lineOf is the leg to an agent's phone, or 0 while it is not up.
func (s *state) lineOf(id agent.ID) call.LegID {
	if a := s.agents[id]; a != nil && a.line.state == agent.LineUp {
		return a.line.leg
	}
	return 0
}

// heardBy is whom a leg in the room hears: everybody hears the parties, the agent
// and who has joined; the agent also hears who coaches him; who listens is heard
// by nobody.
func (r room) heardBy(leg call.LegID) []call.LegID {
	var hears []call.LegID
	add := func(other call.LegID) {
		if other != 0 && other != leg {
			hears = append(hears, other)
		}
	}
	add(r.holder)
	for _, party := range r.parties {
		add(party)
	}
	for other, how := range r.supervisor {
		if how == call.Join || how == call.Coach && leg == r.holder {
			add(other)
		}
	}
	slices.Sort(hears)
	return hears
}

// silence mutes an agent's line, or lets it speak again, as the call that he is in
// says.
func (s *state) silence(a *liveAgent) {
	muted := false
	for _, c := range s.inHand(a) {
		muted = muted || c.muted && c.agent == a.id && c.speaks(a.id)
	}
	if muted != a.line.muted && a.line.state == agent.LineUp {
		a.line.muted = muted
		s.do(mute{a.line.leg, muted})
	}
}

// showPhone shows whether an agent is on a call.
func (s *state) showPhone(a *liveAgent) { s.present(a.id.User, "", false) }

// onPhone tells whether a user is on a call, with any application.
func (s *state) onPhone(user string) bool {
	for _, a := range s.agentsOf(user) {
		if a.line.state == agent.LineUp && slices.ContainsFunc(s.inHand(a), func(c *interaction) bool { return c.state.Up() }) {
			return true
		}
	}
	return false
}
