package dialer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// Talks: calls that agents make, and what they do with calls of any kind.

// make calls somebody for an agent.
func (s *state) make(cmd Make) (string, error) {
	a, err := s.find(cmd.By)
	if err != nil {
		return "", err
	}
	g, err := s.resolve(call.Destination{Number: cmd.Target}, a)
	if err != nil {
		return "", err
	}
	if cmd.Workgroup != "" && !a.user.In(cmd.Workgroup) && !a.user.Admin {
		return "", fault.New(fault.Forbidden, "user %s is no member of workgroup %s", a.id.User, cmd.Workgroup).On("workgroup")
	}
	attributes, err := addAttributes(nil, cmd.Attributes, Replace)
	if err == nil && cmd.Notes != "" {
		attributes, err = addAttributes(attributes, map[string]string{"Eic_Notes": cmd.Notes}, Replace)
	}
	if err != nil {
		return "", err
	}
	if err := s.hasPhone(a, g); err != nil {
		return "", err
	}
	c := s.newTalk(call.Made)
	c.attributes = attributes
	s.startTalk(c, a, g)
	return string(c.id), nil
}

// mostInHand are how many calls an agent may have in hand when he makes another.
const mostInHand = 20

// hasPhone tells why an agent can not make a call to somewhere now.
func (s *state) hasPhone(a *liveAgent, g goal) error {
	if err := a.phone(); err != nil {
		return err
	}
	switch {
	case len(a.hand) >= mostInHand:
		return fault.New(fault.Conflict, "user %s has %d calls in hand; end one of them first", a.id.User, len(a.hand))
	case g.number == "" && len(s.candidates(g.queue, a.id.User)) == 0:
		return s.nobodyThere(g)
	}
	return nil
}

// startTalk begins a call of an agent's: whatever he was in is put on hold, his phone
// is called if need be, and the other party once it is up.
func (s *state) startTalk(c *interaction, a *liveAgent, g goal) {
	c.number, c.target, c.queue, c.dialed = g.number, g.target, g.queue, s.now
	if c.kind != call.Invited {
		s.setAside(a, c)
	}
	s.shift(c, call.Place)
	s.give(c, a)
	s.sayTalk(c)
	s.note(campaign.Entry{Kind: "call", Agent: a.id.User, Call: c.id, Text: c.kind.String()})
	if a.line.state == agent.LineUp {
		s.reach(c)
	} else {
		s.raiseLine(a)
	}
}

// reach calls the other party of a call, or alerts the colleagues that it may be.
func (s *state) reach(c *interaction) {
	if c.number != "" {
		s.ringOut(c)
		return
	}
	agents := s.candidates(c.queue, c.agent.User)
	if len(agents) == 0 {
		s.endTalk(c, call.Cause{Reason: call.Busy, Far: true, Detail: "nobody is free there any more"})
		return
	}
	s.shift(c, call.Ring)
	s.alert(c, agents, c.queue)
	s.sayTalk(c)
}

// ringOut dials the other party of a talk.
func (s *state) ringOut(c *interaction) {
	id := cmp.Or(c.def.CallerID, s.rules.AgentCallerID)
	c.leg = s.newLeg(owner{call: c.id})
	s.do(dial{call.Order{
		Leg: c.leg, Party: call.Customer, Target: c.number, Trunk: c.def.Trunk, Ring: s.rules.AgentRing,
		CallerID: id, CallerName: c.def.CallerName, Withheld: c.def.Withheld, Attestation: c.def.Attestation,
	}})
}

// talkProgress takes a report of the leg of a talk.
func (s *state) talkProgress(c *interaction, p call.Progress) {
	switch p.Step {
	case call.Ringing:
		s.shift(c, call.Ring)
		s.sayTalk(c)
	case call.Answered:
		c.answered = p.At
		s.shift(c, call.Answer)
		if c.source != "" {
			s.arrived(c, nil)
		} else {
			s.meet(c)
		}
	case call.Played:
		s.played(c, p)
	case call.Ended:
		s.overTalk(c, p.Cause)
	}
}

// meet connects the party of a call, who is there, with the agent who holds it. If
// one of them is with others meanwhile, it is put on hold.
func (s *state) meet(c *interaction) {
	if s.agents[c.agent] == nil || !s.shift(c, call.Bridge) {
		return
	}
	c.connected, c.queue = s.now, call.Queue{}
	for _, id := range []agent.ID{c.agent, c.peer} {
		if a := s.agents[id]; a != nil && s.elsewhere(a, c) {
			s.putOnHold(c, id)
		}
	}
	s.sayTalk(c)
}

// elsewhere tells whether an agent is, with any application, in another call than
// this one, or those that are in a conference with it.
func (s *state) elsewhere(a *liveAgent, c *interaction) bool {
	return slices.ContainsFunc(s.agentsOf(a.id.User), func(b *liveAgent) bool {
		return b.watches != "" || slices.ContainsFunc(s.attending(b), func(other *interaction) bool {
			return other.id != c.id && !together(c, other)
		})
	})
}

// together tells whether an agent is in two calls at once by his own wish.
func together(c, other *interaction) bool {
	return c.conference != "" && c.conference == other.conference
}

// setAside puts on hold whatever an agent is in, but for some calls and those that
// are in a conference with them, and ends his supervision of others.
func (s *state) setAside(a *liveAgent, but ...*interaction) {
	kept := func(c *interaction) bool {
		return slices.ContainsFunc(but, func(b *interaction) bool { return c.id == b.id || together(c, b) })
	}
	for _, b := range s.agentsOf(a.id.User) { // other applications have the same pair of ears
		if b.watches != "" {
			s.unwatch(b)
			if b != a {
				s.lineSpare(b)
			}
		}
		for _, c := range s.attending(b) {
			if !kept(c) {
				s.putOnHold(c, b.id)
				s.sayTalk(c)
			}
		}
	}
}

func (s *state) putOnHold(c *interaction, by agent.ID) {
	if c.agent == by {
		c.held.agent = true
	} else {
		c.held.peer = true
	}
	s.shift(c, call.Hold)
}

// takeBack ends an agent's hold of a call; it goes on once nobody holds it, and no
// longer anywhere else.
func (s *state) takeBack(c *interaction, a *liveAgent) {
	s.cancelTransfer(c)
	s.setAside(a, c)
	if c.agent == a.id {
		c.held.agent = false
	} else {
		c.held.peer = false
	}
	s.stir(c) // who still holds it hears something else all the same
	if c.state == call.Held && !c.held.any() {
		s.shift(c, call.Resume)
	}
	s.sayTalk(c)
}

// endTalk ends a call that is not for a contact, for a reason of ours. Its leg may
// live on for a moment, but is nobody's any more.
func (s *state) endTalk(c *interaction, cause call.Cause) {
	if s.talks[c.id] == nil {
		return
	}
	if c.leg != 0 {
		if _, alive := s.legs[c.leg]; alive {
			if c.answered.IsZero() && cause.Reason == call.Normal {
				cause.Reason = call.Cancelled
			}
			s.do(hangUp{c.leg, cause})
		}
	}
	s.overTalk(c, cause)
}

// overTalk: the party of a talk is gone, or went on as another call.
func (s *state) overTalk(c *interaction, cause call.Cause) {
	if s.talks[c.id] == nil {
		return
	}
	s.shift(c, call.End)
	c.ended, c.cause = s.now, cause
	s.depart(c)
	delete(s.talks, c.id)
	if !c.untold {
		s.tell(CallChanged{Call: viewTalk(c), Gone: true})
	}
	s.note(campaign.Entry{Kind: "call", Agent: c.agent.User, Call: c.id, Text: "ended: " + cause.String()})
	holder, peer := c.agent, c.peer
	s.letGo(holder, c)
	s.letGo(peer, c)
}

// depart undoes all that binds a call to others once its party is gone: alerts,
// a transfer under way, supervisors, recordings, its conference, a consultation.
func (s *state) depart(c *interaction) {
	s.stir(c)
	s.unalert(c)
	s.alarms.clear(alarm{kind: alarmPark, call: c.id})
	s.stopTapes(c)
	s.unwatchAll(c)
	if d := s.talks[c.transfer]; d != nil { // nobody is to come any more
		d.source = ""
		s.endTalk(d, call.Cause{Reason: call.Cancelled, Detail: "the party hung up"})
	}
	c.transfer = ""
	if from := s.interaction(c.source); from != nil {
		s.notArrived(from, c)
	}
	others := s.companions(c)
	s.leaveConference(c)
	s.endConsult(c, others)
}

// act does something to a call.
func (s *state) act(cmd Act) error {
	what, ok := deeds[cmd.Action]
	if !ok {
		return fault.New(fault.Invalid, "there is no action %d", int(cmd.Action))
	}
	c, by, err := s.allowed(cmd.By, cmd.Call, what)
	if err != nil {
		return err
	}
	a := s.mine(by, c)
	switch cmd.Action {
	case Disconnect:
		return s.disconnect(c)
	case Pickup:
		return s.pickup(c, by)
	case Hold:
		return s.hold(c, a)
	case Unhold:
		if err := upForHold(c); err != nil {
			return err
		}
		return s.pickup(c, by)
	case Mute, Unmute:
		return s.mute(c, cmd.Action == Mute)
	case MakePrivate, MakePublic:
		return s.makePrivate(c, cmd.Action == MakePrivate)
	case StartRecording:
		return s.startTape(c, &c.tape, cmd.By)
	case StopRecording:
		return s.stopByHand(c)
	case PauseRecording:
		return s.pauseTape(c, call.Pause, 0)
	case ResumeRecording:
		return s.pauseTape(c, call.Record, 0)
	case StartSnippet:
		return s.startTape(c, &c.snippet, cmd.By)
	case StopSnippet:
		s.stopTape(c, &c.snippet)
	case Refuse:
		return s.refuse(c, by)
	}
	return nil
}

// mine is the agent of a user who has a call: its holder or its party, else by.
func (s *state) mine(by *liveAgent, c *interaction) *liveAgent {
	for _, id := range []agent.ID{c.agent, c.peer} {
		if a := s.agents[id]; a != nil && id.User == by.id.User {
			return a
		}
	}
	return by
}

// disconnect ends a call for everybody in it.
func (s *state) disconnect(c *interaction) error {
	if lc := s.calls[c.id]; lc != nil {
		if c.state == call.Previewed {
			return fault.New(fault.Conflict, "interaction %s is a preview and not placed; skip it by disposition", c.id)
		}
		s.cancelTransfer(c)
		s.endCustomer(lc, "the agent disconnected")
		s.stir(c)
		return nil
	}
	s.endTalk(c, call.Cause{Reason: call.Normal, Detail: "the agent disconnected"})
	return nil
}

func upForHold(c *interaction) error {
	if !c.state.Up() || c.ending {
		return fault.New(fault.Conflict, "interaction %s is %s and can not be held", c.id, doing(c))
	}
	return nil
}

func (s *state) hold(c *interaction, a *liveAgent) error {
	if err := upForHold(c); err != nil {
		return err
	}
	if c.agent == a.id && c.held.agent || c.peer == a.id && c.held.peer {
		return nil
	}
	s.putOnHold(c, a.id)
	s.sayTalk(c)
	return nil
}

func (s *state) mute(c *interaction, on bool) error {
	if !c.state.Up() || c.ending {
		return fault.New(fault.Conflict, "interaction %s is %s and can not be muted", c.id, doing(c))
	}
	if c.muted != on {
		c.muted = on
		s.stir(c)
		s.sayTalk(c)
	}
	return nil
}

// doing is a call's state in words for its agent.
func doing(c *interaction) string {
	if c.ending {
		return "ending"
	}
	return strings.ToLower(c.state.String())
}

// pickup takes a call that is on hold, alerts, or waits on a queue. On one that the
// agent is in it does nothing.
func (s *state) pickup(c *interaction, by *liveAgent) error {
	a := s.mine(by, c)
	source := s.interaction(c.source)
	switch {
	case c.agent == a.id || c.peer == a.id:
		s.pickupOwn(c, a)
		return nil
	case source != nil && source.peer.User == a.id.User:
		return fault.New(fault.Conflict, "you are the party who is to come with interaction %s", c.id)
	case c.ending || c.state == call.Over:
		return fault.New(fault.Conflict, "interaction %s is %s", c.id, doing(c))
	case a.phone() != nil:
		return a.phone()
	case c.state == call.Alerting && len(c.alerts) > 0:
		s.pickupAlert(c, a)
		return nil
	case c.state == call.Offered || c.state == call.Parked:
		s.pickupQueued(c, a)
		return nil
	case s.sealed(c):
		return fault.New(fault.Forbidden, "interaction %s is private", c.id)
	case c.state == call.Held && c.peer == nobody:
		s.takeOver(c, a)
		return nil
	}
	return fault.New(fault.Conflict, "interaction %s is %s and can not be picked up", c.id, doing(c))
}

// pickupOwn takes back a call of the agent's own, with the conference that it is
// in if he is not in that. A transfer under way is taken back with it.
func (s *state) pickupOwn(c *interaction, a *liveAgent) {
	if c.state != call.Held || c.ending {
		return
	}
	s.cancelTransfer(c)
	c.trouble = ""
	if !slices.ContainsFunc(s.speaking(a), func(other *interaction) bool { return together(other, c) }) {
		for _, other := range s.companions(c) {
			if other.id != c.id && other.state == call.Held && (other.agent == a.id || other.peer == a.id) {
				s.takeBack(other, a)
			}
		}
	}
	s.takeBack(c, a)
}

// pickupAlert makes a colleague who is alerted the party of a call.
func (s *state) pickupAlert(c *interaction, a *liveAgent) {
	s.unalert(c)
	s.setAside(a, c)
	c.peer, c.target, c.answered = a.id, a.id.User, s.now
	s.shift(c, call.Answer)
	s.take(a, c)
	s.onLine(c, a)
}

// onLine goes on with a call once the line of the agent who picked it up is up.
func (s *state) onLine(c *interaction, a *liveAgent) {
	if a.line.state == agent.LineUp {
		s.pickedUp(c, a)
		return
	}
	s.raiseLine(a)
	s.shift(c, call.Choose)
	s.sayTalk(c)
}

// pickedUp: the agent who picked a call up is on the phone.
func (s *state) pickedUp(c *interaction, a *liveAgent) {
	if c.source != "" {
		s.arrived(c, a)
		return
	}
	s.meet(c)
}
