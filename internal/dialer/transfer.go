package dialer

import (
	"slices"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// Transfers. The party stays with the agent, on hold, and a second call leads to
// the destination. Once somebody is there the party's leg goes on as that call
// (or, at a number, as one more call in a conference of two without an agent), and
// the agent's call is over. A party that is sent to a workgroup is passed on at
// once, as it may wait there for long.

// transfer carries out [Transfer].
func (s *state) transfer(cmd Transfer) error {
	return s.sendTo(cmd, s.resolve)
}

// sendTo transfers the party of a call to where its destination leads.
func (s *state) sendTo(cmd Transfer, resolve func(call.Destination, *liveAgent) (goal, error)) error {
	c, by, err := s.allowed(cmd.By, cmd.Call, deedTransfer)
	if err != nil {
		return err
	}
	if err := s.sendable(c); err != nil {
		return err
	}
	a := s.mine(by, c)
	g, err := resolve(cmd.To, a)
	if err != nil {
		return err
	}
	waits := g.queue.Type == call.WorkgroupQueue
	if waits && c.peer != nobody {
		return fault.New(fault.Conflict, "the other party of interaction %s is a colleague, who can not wait on a queue", c.id)
	}
	if g.number == "" && !waits && len(s.candidates(g.queue, a.id.User)) == 0 {
		return s.nobodyThere(g)
	}
	c.trouble = ""
	d := s.newTalk(call.Passed)
	d.inherit(c)
	d.target, d.queue, d.dialed = c.target, g.queue, s.now
	s.sendAway(c, d, a.id)
	s.note(campaign.Entry{Kind: "call", Agent: a.id.User, Campaign: c.def.ID, Call: c.id, Text: "transferred as " + string(d.id)})
	if g.number != "" {
		d.number, d.target = g.number, ""
		s.shift(d, call.Place)
		s.sayTalk(d)
		s.ringOut(d)
		s.sayTalk(c)
		return nil
	}
	d.number = partyNumber(c)
	s.shift(d, call.Offer)
	lc := s.calls[c.id]
	atOnce := waits && (lc == nil || !lc.finishing)
	if atOnce {
		d.source, c.transfer, d.refused = "", "", []string{a.id.User}
	}
	s.sayTalk(d)
	s.alert(d, s.candidates(g.queue, a.id.User), g.queue)
	if atOnce {
		s.passOn(c, d)
		return nil
	}
	s.sayTalk(c)
	return nil
}

// sendAway puts the party of a call on its way to another one. It is on hold meanwhile, also
// when the line is back for which it waits.
func (s *state) sendAway(c, d *interaction, by agent.ID) {
	d.source, c.transfer = c.id, d.id
	if c.state == call.Connected || c.held.line {
		s.putOnHold(c, by)
	}
}

// sendable tells why the party of a call can not be sent on now.
func (s *state) sendable(c *interaction) error {
	switch {
	case !c.state.Up() || c.ending:
		return fault.New(fault.Conflict, "interaction %s is %s and can not be sent on", c.id, doing(c))
	case c.transfer != "":
		return fault.New(fault.Conflict, "interaction %s is being transferred already; pick it up to take that back", c.id)
	}
	return nil
}

// partyNumber is the number of a call's party; a colleague has none.
func partyNumber(c *interaction) string {
	if c.kind == call.ForContact {
		return c.contact.Number
	}
	return c.number
}

// passOn lets the party of one call go on as another one, and ends the first. For
// a contact the dialer's part is over with that.
func (s *state) passOn(c, d *interaction) {
	d.leg, d.number, d.answered = c.leg, partyNumber(c), s.now
	d.consent = c.consent
	if d.origin, d.announced = c.origin, c.announced; s.calls[c.id] != nil {
		d.origin = c.id
	}
	s.legs[c.leg] = owner{call: d.id}
	s.stir(d)
	s.tell(CallMorphed{From: s.view(c), To: viewTalk(d)})
	cause := call.Cause{Reason: call.Transferred, Detail: "went on as " + string(d.id)}
	if lc := s.calls[c.id]; lc != nil {
		s.customerEnded(lc, call.Progress{Leg: c.leg, Step: call.Ended, At: s.now, Cause: cause})
	} else {
		s.overTalk(c, cause)
	}
}

// newParty begins a call for a party that is passed on.
func (s *state) newParty(c *interaction) *interaction {
	p := s.newTalk(call.Passed)
	p.inherit(c)
	p.number = partyNumber(c)
	s.shift(p, call.Offer)
	return p
}

// arrived: somebody is at the destination of a transfer: an agent who picked it
// up, or, with none, who answered at a number.
func (s *state) arrived(d *interaction, a *liveAgent) {
	c := s.interaction(d.source)
	if c == nil {
		s.endTalk(d, call.Cause{Reason: call.Cancelled, Detail: "the party hung up"})
		return
	}
	d.source, c.transfer, c.held = "", "", holders{}
	d.queue = call.Queue{}
	switch from := s.agents[c.agent]; {
	case c.peer != nobody: // the party is a colleague, who has the call from now on
		if a != nil {
			d.peer, d.target = a.id, a.id.User
		}
		s.handTo(c.peer, c, d)
	case a == nil:
		s.leaveTwo(c, d)
	case from != nil && s.handsOver(c, from, a, d):
	default:
		s.passOn(c, d)
		s.give(d, a)
		s.meet(d)
	}
}

// handTo ends a call with a colleague and gives him another one in its place; in
// the other order, so that his line stays up. Who was in a conference with that stays
// with the agent who made it.
func (s *state) handTo(id agent.ID, c, d *interaction) {
	b := s.agents[id]
	s.leaveConference(d)
	d.kind = call.Passed
	s.give(d, b)
	s.overTalk(c, call.Cause{Reason: call.Transferred, Detail: "went on as " + string(d.id)})
	if d.state.Up() {
		s.takeBack(d, b)
		return
	}
	s.meet(d)
}

// handsOver gives a contact's call with all that is the contact's to a finishing
// agent; the call at the destination was only the way there.
func (s *state) handsOver(c *interaction, from, to *liveAgent, d *interaction) bool {
	lc := s.calls[c.id]
	if lc == nil || !s.handOver(lc, from, to) {
		return false
	}
	c.station = to.station.Name
	s.stir(c)
	s.overTalk(d, call.Cause{Reason: call.Transferred, Detail: "went on as " + string(c.id)})
	s.sayTalk(c)
	s.lineSpare(from)
	return true
}

// leaveTwo connects the party of a call with that of another one; the agent of
// the first is out.
func (s *state) leaveTwo(c, d *interaction) {
	p := s.newParty(c)
	g := s.newConference()
	s.joinConference(g, p)
	s.joinConference(g, d)
	if d.agent != nobody {
		holder := d.agent
		d.agent, d.station = nobody, ""
		s.letGo(holder, d)
	}
	d.kind, d.held, d.muted = call.Passed, holders{}, false
	s.passOn(c, p)
	for _, x := range []*interaction{p, d} {
		if s.talks[x.id] == nil {
			continue
		}
		if x.state == call.Held {
			s.shift(x, call.Resume)
		} else if x.state != call.Connected {
			s.shift(x, call.Bridge)
			x.connected = s.now
		}
		s.stir(x)
		s.sayTalk(x)
	}
}

// notArrived: the destination of a transfer failed, and the party stays where it
// is: with its agent, or, if he is gone, for him to pick it up again for a while.
func (s *state) notArrived(c, d *interaction) {
	c.transfer, d.source = "", ""
	c.trouble = "the transfer failed: " + d.cause.String()
	s.stir(c)
	s.sayTalk(c)
	if c.agent != nobody {
		return
	}
	if back := s.candidates(c.queue, ""); len(back) > 0 {
		s.alert(c, back, c.queue)
		return
	}
	s.endTalk(c, call.Cause{Reason: call.Normal, Detail: c.trouble})
}

// cancelTransfer takes a transfer back that nobody has answered yet.
func (s *state) cancelTransfer(c *interaction) {
	if d := s.talks[c.transfer]; d != nil {
		d.source, c.transfer = "", ""
		s.endTalk(d, call.Cause{Reason: call.Cancelled, Detail: "the transfer was taken back"})
	}
}

// park leaves the party of a call on a queue.
func (s *state) park(cmd Park) error {
	c, by, err := s.allowed(cmd.By, cmd.Call, deedPark)
	if err != nil {
		return err
	}
	if err := s.sendable(c); err != nil {
		return err
	}
	if c.peer != nobody {
		return fault.New(fault.Conflict, "the other party of interaction %s is a colleague, who can not be parked", c.id)
	}
	q, err := s.parkingPlace(cmd.To)
	if err != nil {
		return err
	}
	d := s.newTalk(call.Passed)
	d.inherit(c)
	d.number, d.queue, d.parker = partyNumber(c), q, s.mine(by, c).id
	s.shift(d, call.Leave)
	s.alarms.set(alarm{kind: alarmPark, call: d.id}, s.now.Add(s.rules.ParkTime))
	s.note(campaign.Entry{Kind: "call", Agent: d.parker.User, Campaign: c.def.ID, Call: c.id, Text: "parked as " + string(d.id)})
	s.sayTalk(d)
	s.passOn(c, d)
	return nil
}

// parkingPlace is the queue that a party is to be parked on.
func (s *state) parkingPlace(to call.Destination) (call.Queue, error) {
	q := call.Queue{Type: call.UserQueue, Name: to.Number}
	if to.Queue != nil {
		q = *to.Queue
	}
	name := ""
	switch q.Type {
	case call.UserQueue:
		name = s.userNamed(q.Name)
	case call.StationQueue:
		if a := s.agentAt(q.Name); a != nil {
			name = a.station.Name
		}
	case call.WorkgroupQueue:
		name = s.workgroup(q.Name)
	default:
		return q, fault.New(fault.Invalid, "no call can be parked on that queue; name a user, a station or a workgroup").On("queueId")
	}
	if name == "" {
		return q, fault.New(fault.NotFound, "there is nobody at %q to park a call with; name a user with a session, a station in use or a workgroup", q.Name)
	}
	q.Name = name
	return q, nil
}

// parkedLong: nobody picked a parked party up, and the one who parked it is told.
func (s *state) parkedLong(d *interaction) {
	if d.state != call.Parked {
		return
	}
	own := call.Queue{Type: call.UserQueue, Name: d.parker.User}
	agents := s.candidates(own, "")
	if len(agents) == 0 {
		s.alarms.set(alarm{kind: alarmPark, call: d.id}, s.now.Add(s.rules.ParkTime))
		return
	}
	s.shift(d, call.Offer)
	s.alert(d, agents, own)
	s.sayTalk(d)
}

// backToPark leaves a party where it was parked.
func (s *state) backToPark(d *interaction) {
	s.shift(d, call.Leave)
	s.alarms.set(alarm{kind: alarmPark, call: d.id}, s.now.Add(s.rules.ParkTime))
	s.sayTalk(d)
}

// alert lets a call alert agents, on behalf of a queue. Those of one user or
// station stop after a while; a workgroup goes on until somebody takes it
// ([state.alertFree]).
func (s *state) alert(c *interaction, agents []*liveAgent, q call.Queue) {
	c.rings = q
	for _, a := range agents {
		c.alerts = append(c.alerts, a.id)
		s.tell(Alert{Agent: a.id, Call: viewTalk(c), Queue: q})
	}
	again := s.rules.AgentRing
	if c.waitsForAnyone() {
		again = ringAround
	}
	s.alarms.set(alarm{kind: alarmAlert, call: c.id}, s.now.Add(again))
}

// waitsForAnyone tells whether a call waits on a workgroup's queue until a member
// takes it.
func (c *interaction) waitsForAnyone() bool {
	return c.state == call.Offered && c.queue.Type == call.WorkgroupQueue && c.source == "" && c.parker == nobody
}

// ringAround is how often a call that waits for a member of a workgroup looks for
// those who have become free, and leaves alone those who are no longer.
const ringAround = 5 * time.Second

// alertFree alerts the members of a workgroup who are free now and did not refuse.
func (s *state) alertFree(c *interaction) {
	var more []*liveAgent
	free := map[agent.ID]bool{}
	for _, a := range s.candidates(c.queue, "") {
		if slices.Contains(c.refused, a.id.User) {
			continue
		}
		if free[a.id] = true; !slices.Contains(c.alerts, a.id) {
			more = append(more, a)
		}
	}
	c.alerts = slices.DeleteFunc(slices.Clone(c.alerts), func(id agent.ID) bool {
		if !free[id] {
			s.tell(Alert{Agent: id, Call: viewTalk(c), Queue: c.rings, Stop: true})
		}
		return !free[id]
	})
	s.alert(c, more, c.queue)
}

// unalert stops all alerts of a call.
func (s *state) unalert(c *interaction) {
	alerts := c.alerts
	c.alerts = nil
	for _, id := range alerts {
		s.tell(Alert{Agent: id, Call: s.view(c), Queue: c.rings, Stop: true})
	}
	s.alarms.clear(alarm{kind: alarmAlert, call: c.id})
}

// alertOver: nobody whom a call alerted picked it up, or wants it.
func (s *state) alertOver(c *interaction, why call.Cause) {
	if c.waitsForAnyone() {
		s.alertFree(c)
		return
	}
	s.unalert(c)
	switch {
	case c.parker != nobody && c.state == call.Offered:
		s.backToPark(c)
	case c.state == call.Alerting || c.source != "":
		s.endTalk(c, why)
	case c.state == call.Offered && c.queue.Type == call.UserQueue: // left behind by a transfer
		s.endTalk(c, call.Cause{Reason: call.Normal, Detail: "nobody took the party back"})
	}
}

// refuse gives an alerting call back.
func (s *state) refuse(c *interaction, by *liveAgent) error {
	if !slices.ContainsFunc(c.alerts, func(id agent.ID) bool { return id.User == by.id.User }) {
		return fault.New(fault.Conflict, "interaction %s does not alert you", c.id)
	}
	s.unalertUser(c, by.id.User)
	return nil
}

// unalertUser stops a call's alert of one user; the last one is over with it.
func (s *state) unalertUser(c *interaction, user string) {
	c.refused = append(c.refused, user)
	kept := c.alerts[:0:0]
	for _, id := range c.alerts {
		if id.User != user {
			kept = append(kept, id)
			continue
		}
		s.tell(Alert{Agent: id, Call: viewTalk(c), Queue: c.rings, Stop: true})
	}
	if c.alerts = kept; len(kept) == 0 {
		s.alertOver(c, call.Cause{Reason: call.Refused, Far: true, Detail: "refused by " + user})
	}
}

// partWith: an agent is leaving. Parties that can do without him go on, and nothing
// alerts him any more.
func (s *state) partWith(a *liveAgent) {
	s.goOnWithout(a)
	for _, c := range s.talksByID() {
		if slices.Contains(c.alerts, a.id) {
			s.unalertUser(c, a.id.User)
		}
	}
}

// pickupQueued gives a call that waits on a queue to an agent. If it was on its way
// to somewhere else that is off.
func (s *state) pickupQueued(d *interaction, a *liveAgent) {
	s.cancelTransfer(d)
	s.unalert(d)
	s.alarms.clear(alarm{kind: alarmPark, call: d.id})
	s.setAside(a, d)
	s.give(d, a)
	s.onLine(d, a)
}

// takeOver gives a call that a colleague holds to the one who oversees him.
func (s *state) takeOver(c *interaction, a *liveAgent) {
	s.cancelTransfer(c)
	d := s.newTalk(call.Passed)
	d.inherit(c)
	d.number, d.queue = partyNumber(c), call.Queue{Type: call.UserQueue, Name: a.id.User}
	s.sendAway(c, d, c.agent)
	s.shift(d, call.Offer)
	s.sayTalk(d)
	s.pickupQueued(d, a)
}

// pickupFailed: the phone of the agent who picked a call up was not reached. The
// party waits where it did before.
func (s *state) pickupFailed(d *interaction) {
	s.shift(d, call.Lose)
	holder := d.agent
	d.agent, d.station = nobody, ""
	s.letGo(holder, d)
	switch {
	case d.source != "":
		s.endTalk(d, call.Cause{Reason: call.NoAnswer, Far: true, Detail: "the phone of " + holder.User + " was not reached"})
	case d.parker != nobody:
		s.backToPark(d)
	case d.queue.Name != "":
		d.refused = append(d.refused, holder.User)
		s.shift(d, call.Offer)
		s.alertOver(d, call.Cause{})
		if s.talks[d.id] != nil {
			s.sayTalk(d)
		}
	default:
		s.endTalk(d, call.Cause{Reason: call.Normal, Detail: "the phone of " + holder.User + " was not reached"})
	}
}
