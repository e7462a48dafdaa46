package dialer

import (
	"slices"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// establish carries out establish-persistent-connection. The documented method
// can not report an error, so a wish without effect is shown to operators only
// (contract section 4.5).
func (s *state) establish(c EstablishLine) error {
	a, err := s.find(c.Agent)
	if err != nil {
		s.log.Warn("persistent connection refused", "agent", c.Agent.String(), "reason", "no session")
		return nil
	}
	refusal := ""
	switch {
	case a.station.Kind != agent.RemoteNumber && a.station.Kind != agent.RemoteWorkstation:
		refusal = "the station is not a remote number"
	case !a.station.Persistent:
		refusal = "persistentConnection is not true"
	case !a.station.Callable():
		refusal = "the station has no number"
	case a.state == agent.Out || len(a.in) == 0:
		refusal = "not logged in to a campaign"
	}
	a.line.refusal = refusal
	if refusal != "" {
		s.log.Warn("persistent connection refused", "agent", a.id.String(), "station", a.station.Name, "reason", refusal)
		s.sayLine(a)
		s.note(campaign.Entry{Kind: "refused", Agent: a.id.User, Text: refusal})
		return nil
	}
	a.line.wanted, a.line.tries = true, 0
	if !a.line.state.Alive() {
		a.line.welcome = true
		s.raiseLine(a)
	}
	return nil
}

// moveLine changes the state of a line by its table.
func (s *state) moveLine(a *liveAgent, in agent.LineInput) bool {
	next, ok := a.line.state.On(in)
	if !ok {
		s.log.Error("undecided", "agent", a.id.String(), "line", a.line.state.String(), "input", in.String())
		return false
	}
	s.stirLeg(a.line.leg)
	if next != a.line.state {
		a.line.state, a.line.since = next, s.now
		s.sayLine(a)
		s.note(campaign.Entry{Kind: "line", Agent: a.id.User, Text: next.String()})
	}
	return true
}

// raiseLine calls the agent's phone, unless that is done or under way.
func (s *state) raiseLine(a *liveAgent) {
	if a.line.state.Alive() {
		return
	}
	s.alarms.clear(alarm{kind: alarmRetry, agent: a.id})
	a.line.next, a.line.dialed = time.Time{}, s.now
	a.line.leg, a.line.held, a.line.faded, a.line.muted, a.line.proven = s.newLeg(owner{agent: a.id}), false, false, false, false
	a.line.attempts++
	s.do(dial{call.Order{
		Leg: a.line.leg, Party: call.Agent, Target: a.station.Target, Trunk: a.station.Trunk,
		CallerID: s.rules.AgentCallerID, Ring: s.rules.AgentRing,
	}})
	s.moveLine(a, agent.LineEstablish)
}

// dropLine ends the line for a reason of ours. A call that hangs on it loses it.
func (s *state) dropLine(a *liveAgent, why string) {
	s.stirLeg(a.line.leg)
	if a.line.state.Alive() {
		s.do(hangUp{a.line.leg, call.Cause{Reason: call.Normal, Detail: why}})
		s.log.Info("line dropped", "agent", a.id.String(), "leg", a.line.leg.String(), "reason", why)
	}
	a.line.leg, a.line.welcome, a.line.held, a.line.faded = 0, false, false, false
	s.noMoreTries(a)
	s.testFailed(a, why)
	s.moveLine(a, agent.LineDrop)
	s.restLine(a)
	s.phoneLost(a, false)
}

// restLine clears the deadlines of a line that is gone.
func (s *state) restLine(a *liveAgent) {
	s.alarms.clear(alarm{kind: alarmIdle, agent: a.id})
	s.alarms.clear(alarm{kind: alarmVerify, agent: a.id})
}

// lineProgress takes a report of the leg to an agent's phone.
func (s *state) lineProgress(a *liveAgent, p call.Progress) {
	switch p.Step {
	case call.Answered:
		a.line.media = p.Quality
		s.pickedUpBy(a)
	case call.Digit, call.Played, call.Spoke:
		s.proves(a, p)
	case call.Tested:
		s.tested(a, p.Trial)
	case call.FarHold, call.FarResume:
		if held := p.Step == call.FarHold; held != a.line.held {
			a.line.held = held
			s.sayLine(a)
			s.serve(a)
		}
	case call.Faded, call.Recovered:
		s.lineFaded(a, p.Step)
		s.serve(a)
	case call.Referred:
		s.refers(a, p)
	case call.Heard:
		if c := s.callOf(a); c != nil && c.state == call.Connected && c.attempt.ToAgent == 0 && !p.At.Before(c.attempt.Bridged) {
			c.attempt.ToAgent, a.line.toAgent = p.After, p.After
		}
	case call.Ended:
		s.lineEnded(a, p.Cause)
	}
}

// lineFaded takes a phone that gives no sign of life out of routing, or back in. A
// call in hand is left alone: the leg ends when the phone stays away.
func (s *state) lineFaded(a *liveAgent, step call.Step) {
	if faded := step == call.Faded; faded != a.line.faded {
		a.line.faded = faded
		s.sayLine(a)
		s.note(campaign.Entry{Kind: "line", Agent: a.id.User, Text: step.String()})
	}
}

// phone tells why an agent could not be given a call by his own wish.
func (a *liveAgent) phone() error {
	switch {
	case !a.station.Callable():
		return fault.New(fault.Conflict, "user %s has no phone for the call; connect to a station first", a.id.User)
	case a.line.held:
		return fault.New(fault.Conflict, "the phone of user %s is on hold; take the line back first", a.id.User)
	case a.testing():
		return fault.New(fault.Conflict, "the phone of user %s is under test; try again in a few seconds", a.id.User)
	case a.line.faded:
		return fault.New(fault.Conflict, "the phone of user %s gives no sign of life; try again in a moment", a.id.User)
	}
	return nil
}

// heard tells whether the agent would hear a caller who is given now.
func (l *liveLine) heard() bool { return !l.held && !l.faded }

// lineUp: the agent picked up. Whoever waits for it is bridged at once.
func (s *state) lineUp(a *liveAgent) {
	a.line.failure, a.line.sip, a.line.q850 = "", 0, 0
	s.news(a, LineRaised, raised)
	s.moveLine(a, agent.LineAnswer)
	switch {
	case s.serve(a):
	case a.testing():
		s.tryOut(a)
	default:
		if a.line.welcome && !a.busy() {
			s.do(play{a.line.leg, call.Welcome})
		}
		s.watchIdle(a)
	}
	a.line.wanted = a.line.wanted || a.station.MayPersist() && !a.testing()
	s.lineReady(a)
	a.line.welcome = false
}

// serve gives an agent whose line is up, and who would hear him, the customer who
// waits for that.
func (s *state) serve(a *liveAgent) bool {
	c := s.callOf(a)
	switch {
	case c == nil || c.ending || a.line.state != agent.LineUp || !a.line.heard():
		return false
	case c.state == call.Connecting:
		s.connect(c, a)
	case c.held.line:
		s.rejoin(c, a)
	default:
		return false
	}
	return true
}

// lineReady goes on with the calls that wait for the agent's phone.
func (s *state) lineReady(a *liveAgent) {
	for _, id := range slices.Clone(a.hand) {
		switch c := s.talks[id]; {
		case c == nil:
		case c.state == call.Connecting:
			s.pickedUp(c, a)
		case c.state == call.Dialing && c.agent == a.id && c.leg == 0:
			s.reach(c)
		}
	}
}

// lineEnded: the leg is over, and not by our wish.
func (s *state) lineEnded(a *liveAgent, cause call.Cause) {
	s.stirLeg(a.line.leg)
	s.tryLater(a, cause)
	a.line.leg, a.line.held, a.line.faded = 0, false, false
	a.line.failure, a.line.sip, a.line.q850 = cause.String(), cause.SIP, cause.Q850
	if cause.Detail == unverified {
		a.line.failure = unverified
	}
	in, what := agent.LineLose, LineBroke
	if a.line.state.Coming() {
		in, what = agent.LineFail, LineRaised
	}
	if a.line.state == agent.LineVerifying && cause.Far {
		s.news(a, LineVerified, "hung up")
	}
	s.testFailed(a, a.line.failure)
	s.news(a, what, whyGone(cause))
	s.log.Info("line ended", "agent", a.id.String(), "station", a.station.Name, "cause", cause.String(), "was", a.line.state.String())
	s.moveLine(a, in)
	s.restLine(a)
	s.phoneLost(a, in == agent.LineLose)
	s.showPhone(a)
}

// phoneLost deals with the calls of an agent whose line is gone. His own calls end;
// who can do without him goes on. If the line broke, his customer may wait for him.
func (s *state) phoneLost(a *liveAgent, broke bool) {
	s.goOnWithout(a)
	if a.watches != "" {
		s.unwatch(a)
	}
	for _, id := range slices.Clone(a.hand) {
		switch c := s.talks[id]; {
		case c == nil:
		case c.state == call.Connecting && c.agent == a.id && c.peer == nobody:
			s.pickupFailed(c)
		case c.state == call.Connecting && c.peer == a.id:
			s.endTalk(c, call.Cause{Reason: call.NoAnswer, Far: true, Detail: "the phone of " + a.id.User + " was not reached"})
		default:
			s.endTalk(c, call.Cause{Reason: call.Normal, Detail: "the agent's line broke"})
		}
	}
	if c := s.callOf(a); c != nil {
		s.customerLost(c, a, broke)
	}
}

// customerLost deals with the contact's call of an agent whose line is gone.
func (s *state) customerLost(c *liveCall, a *liveAgent, broke bool) {
	switch {
	case broke && s.redial(a, c):
	case broke && c.state == call.Connecting && !c.redialed: // the line had faded
		c.redialed = true
		s.raiseLine(a)
	case c.held.line && a.state == agent.Connecting:
		s.brokenOff(c, a)
	case a.state == agent.Connecting:
		// The customer is still there: someone else may take the call, unless its
		// disposition is being written.
		s.alarms.clear(alarm{kind: alarmRedial, call: c.id})
		s.move(a, agent.PhoneLost)
		s.release(a, c)
		s.present(a.id.User, agent.StatusNotAnswering, false)
		s.advance(c, call.Lose)
		if c.waiting {
			s.endCustomer(c, "the agent's phone was not reached")
		}
	case a.state == agent.Placing || a.state == agent.Talking || a.state == agent.Disposed:
		s.brokenOff(c, a)
	}
}

// watchIdle starts the clock of a persistent connection without a call.
func (s *state) watchIdle(a *liveAgent) {
	if s.rules.LineIdle > 0 && a.line.state == agent.LineUp && !a.busy() && !a.testing() {
		s.alarms.set(alarm{kind: alarmIdle, agent: a.id}, s.now.Add(s.rules.LineIdle))
	}
}

func (s *state) sayLine(a *liveAgent) { s.tell(LineChanged{Agent: a.id, Line: s.viewLine(a)}) }
