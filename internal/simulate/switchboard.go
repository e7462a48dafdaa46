package simulate

import (
	"time"

	"github.com/outdial/outdial/internal/call"
)

// switchboard carries the legs of a day: it is the telephony that the floor sees.
type switchboard struct {
	day     *day
	crowd   *crowd
	legs    map[call.LegID]*leg
	carried int           // customers' legs that have not ended
	down    time.Duration // the trunk fails until then
}

// leg is one that has not ended.
type leg struct {
	id       call.LegID
	row      *row    // of a customer's leg
	member   *member // of an agent's
	fate     fate
	answered bool
	attended bool       // an agent is, or was, on the line, or a message is played
	outside  bool       // it leads to where people are passed on to
	hears    call.Sound // the message that is played to it
	waits    bool       // it was passed on to agents, and none is there yet
	with     *member    // the agent to whom it was passed on
}

func newSwitchboard(d *day) *switchboard {
	return &switchboard{day: d, crowd: newCrowd(d.Seed), legs: make(map[call.LegID]*leg)}
}

// The time that the network takes to say that there is no way, and that a hang-up
// takes to be done.
const (
	refusal  = 300 * time.Millisecond
	farewell = 30 * time.Millisecond
)

// Dial implements [dialer.Switch].
func (b *switchboard) Dial(o call.Order) {
	l := &leg{id: o.Leg}
	b.legs[l.id] = l
	if o.Party == call.Agent {
		l.member = b.day.team.at(o.Target)
		b.at(l, b.day.Team.PickUp, func() { b.answer(l) })
		return
	}
	b.carried++
	if l.outside = o.Target == outside; !l.outside {
		l.row = b.day.book.called(o.Target)
		b.day.score.invites.add(b.day.now, 1)
	}
	switch {
	case b.day.now < b.down:
		b.at(l, refusal, func() { b.end(l, call.Cause{Reason: call.Congestion, Far: true}) })
	case b.day.Lines > 0 && b.carried > b.day.Lines:
		b.at(l, 0, func() { b.end(l, call.Cause{Reason: call.NoLines}) })
	case l.outside:
		b.at(l, b.day.Team.PickUp, func() { b.answer(l) })
	default:
		b.call(l, o)
	}
}

// Room implements [dialer.Trunks].
func (b *switchboard) Room(string) int {
	if b.day.Lines == 0 {
		return -1
	}
	return max(0, b.day.Lines-b.carried)
}

// call lets a customer's leg meet its fate.
func (b *switchboard) call(l *leg, o call.Order) {
	of := l.row.shelf.campaign
	l.fate = of.Customers.draw(b.crowd.of(l.row.attempt.ID), b.day.now, o.Ring)
	if l.fate.rings < l.fate.after {
		b.at(l, l.fate.rings, func() { b.report(l, call.Progress{Step: call.Ringing}) })
	}
	b.at(l, l.fate.after, func() {
		if l.fate.who == misjudged && (of.Analysis == Ideal || o.Analysis != nil) {
			b.day.score.misjudged++
		}
		switch {
		case l.fate.who == failing:
			b.end(l, call.Cause{Reason: call.Busy, Far: true})
		case l.fate.who == nobody, l.fate.who != person && of.Analysis == Ideal:
			b.end(l, call.Cause{Reason: call.NoAnswer, Far: true})
		default:
			b.answer(l)
			if o.Analysis != nil {
				b.analyse(l)
			}
		}
	})
}

// What analysis takes: a person says hello and is silent for a second, a machine goes on
// talking. An agent notices a machine too, in time.
const (
	hello    = 800 * time.Millisecond
	silence  = time.Second
	speech   = 2800 * time.Millisecond
	greeting = 12 * time.Second // of a machine, until it beeps
	noticing = 8 * time.Second
)

// analyse lets call analysis come to its verdict on who answered.
func (b *switchboard) analyse(l *leg) {
	answered := b.day.clock()
	v := call.Verdict{Finding: call.Machine, Why: "it went on talking"}
	after := speech
	if l.fate.who == person {
		v, after = call.Verdict{Finding: call.Live, Greeted: answered.Add(hello), Why: "it fell silent"}, hello+silence
	}
	b.at(l, after, func() {
		v.At = b.day.clock()
		b.report(l, call.Progress{Step: call.Judged, Verdict: v})
		switch {
		case l.fate.who == machine:
			b.at(l, greeting-speech, func() {
				beep := call.Verdict{Finding: call.Beep, At: b.day.clock(), Why: "it beeped"}
				b.report(l, call.Progress{Step: call.Judged, Verdict: beep})
			})
		case l.fate.who == misjudged: // and nobody speaks to him, so that he does not wait for a message
			b.at(l, silence, func() { b.end(l, call.Cause{Reason: call.Normal, Far: true}) })
		}
	})
}

// answer: somebody picks up; a customer for whom nobody comes hangs up in time.
func (b *switchboard) answer(l *leg) {
	l.answered = true
	if l.row != nil {
		l.row.answered = b.day.now
		b.day.score.answered++
		if patience := l.row.shelf.campaign.Customers.Patience; patience > 0 {
			b.at(l, patience, func() {
				if !l.attended {
					b.end(l, call.Cause{Reason: call.Normal, Far: true})
				}
			})
		}
	}
	b.report(l, call.Progress{Step: call.Answered})
}

// at lets something happen to a leg, if it has not ended by then.
func (b *switchboard) at(l *leg, after time.Duration, do func()) {
	b.day.in(after, func() {
		if b.legs[l.id] == l {
			do()
		}
	})
}

func (b *switchboard) report(l *leg, p call.Progress) {
	p.Leg, p.At = l.id, b.day.clock()
	b.day.floor.Report(p)
}

func (b *switchboard) end(l *leg, c call.Cause) {
	delete(b.legs, l.id)
	if l.member == nil {
		b.carried--
	}
	if m := l.with; m != nil {
		m.talks = false
		b.day.score.talk(m.number, b.day.now, false)
	}
	b.report(l, call.Progress{Step: call.Ended, Cause: c})
}

// Bridge implements [dialer.Switch]: customer and agent talk, until the customer hangs
// up; so do a customer and whoever he is passed on to.
func (b *switchboard) Bridge(agent, customer call.LegID) {
	a, c := b.legs[agent], b.legs[customer]
	if a != nil && c != nil && (a.outside || c.outside) {
		if a.outside {
			a, c = c, a
		}
		b.at(a, a.fate.handle, func() { b.end(a, call.Cause{Reason: call.Normal, Far: true}) })
		return
	}
	if a == nil || c == nil || a.member == nil || c.row == nil {
		return
	}
	if c.waits {
		b.converse(c, a.member)
	}
	if c.attended {
		return
	}
	if !a.answered || !c.answered {
		b.day.amiss("%s is bridged to %s before both have answered", agent, customer)
	}
	c.attended = true
	handle, label := c.fate.handle, "Success"
	if c.fate.who == machine {
		handle, label = noticing, unreached
	}
	wrapUp := time.Duration(float64(handle) * b.day.Team.WrapUp)
	a.member.wrapUp, a.member.label = wrapUp, label
	b.at(c, handle-wrapUp, func() { b.end(c, call.Cause{Reason: call.Normal, Far: true}) })
}

// HangUp implements [dialer.Switch].
func (b *switchboard) HangUp(id call.LegID, c call.Cause) {
	if l := b.legs[id]; l != nil {
		b.at(l, farewell, func() { b.end(l, c) })
	}
}

// What else legs hear makes no difference to the day.

// Mute implements [dialer.Switch].
func (b *switchboard) Mute(call.LegID, bool) {}

// Listen implements [dialer.Switch].
func (b *switchboard) Listen(call.LegID, call.Listening) {}

// Converse implements [dialer.Mixer].
func (b *switchboard) Converse(call.Conversation) {}

// Record implements [dialer.Mixer].
func (b *switchboard) Record(call.Recording) {}

// SendDigits implements [dialer.Mixer].
func (b *switchboard) SendDigits(call.LegID, string) {}

// Referred implements [dialer.Mixer].
func (b *switchboard) Referred(call.LegID, call.Cause) {}
