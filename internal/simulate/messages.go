package simulate

import (
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// What is played in place of an agent: the message of an agentless campaign to people,
// who may press a key, and one to machines after their beep.

// Messages are what was played, by what came of it.
type Messages struct {
	HeardOut int `json:"heard_out"`      // people, to the end
	CutShort int `json:"cut_short"`      // by people who hung up
	PassedOn int `json:"passed_on"`      // people who pressed the key for it
	Taken    int `json:"taken,omitzero"` // of these, whom an agent of the team talked to
	OptedOut int `json:"opted_out"`      // likewise, not to be called again
	Machines int `json:"machines"`       // that were left one after their beep
}

// The prompts and keys of an agentless campaign, and where people are passed on to.
const (
	toPeople, toMachines = "to people", "to machines"
	keyOn, keyOut        = "1", "9"
	elsewhere, outside   = "elsewhere", "0"
	colleagues           = "colleagues" // the team, in place of a number
)

// perseverance is how long a person who was passed on to agents waits for one, and reach
// how long an agent whom he alerts takes to pick the call up.
const (
	perseverance = time.Minute
	reach        = 2 * time.Second
)

// profiles are where people can be passed on to.
func profiles() map[string]call.Destination {
	return map[string]call.Destination{
		elsewhere:  {Number: outside},
		colleagues: {Queue: &call.Queue{Type: call.WorkgroupQueue, Name: workgroup}},
	}
}

// unattended is what an agentless campaign plays. A key is waited for if people press
// any.
func (c Campaign) unattended() campaign.Unattended {
	u := campaign.Unattended{Message: toPeople}
	if c.Customers.PassOn > 0 {
		u.TransferKey, u.Transfer = keyOn, elsewhere
		if c.ToAgents {
			u.Transfer = colleagues
		}
	}
	if c.Customers.OptOut > 0 {
		u.OptOutKey = keyOut
	}
	return u
}

// Play implements [dialer.Switch]: whoever it is played to hears it out, or does what
// he does in its course.
func (b *switchboard) Play(id call.LegID, sound call.Sound) {
	l := b.legs[id]
	if l == nil || l.row == nil {
		return
	}
	of := l.row.shelf.campaign
	length := of.Message
	if sound == call.Prompt(toMachines) {
		length = of.MachineMessage
	}
	l.attended, l.hears = true, sound
	if l.fate.who != machine {
		b.react(l, time.Duration(l.fate.moment*float64(length)))
	}
	b.at(l, length, func() {
		if l.hears == sound {
			b.report(l, call.Progress{Step: call.Played, Sound: sound})
		}
	})
}

// react lets a person do what he does to a message.
func (b *switchboard) react(l *leg, after time.Duration) {
	b.at(l, after, func() {
		switch l.fate.does {
		case hangsUp:
			b.end(l, call.Cause{Reason: call.Normal, Far: true})
		case wantsOn:
			if l.row.shelf.campaign.ToAgents {
				b.wait(l)
			}
			b.report(l, call.Progress{Step: call.Digit, Digit: keyOn[0]})
		case wantsOut:
			b.report(l, call.Progress{Step: call.Digit, Digit: keyOut[0]})
		}
	})
}

// wait lets a person who is passed on to agents wait for one, and hang up in time.
func (b *switchboard) wait(l *leg) {
	l.waits = true
	b.at(l, perseverance, func() {
		if l.waits && l.hears == "" {
			b.end(l, call.Cause{Reason: call.Normal, Far: true})
		}
	})
}

// converse lets a person who was passed on talk to the agent who picked the call up.
func (b *switchboard) converse(l *leg, m *member) {
	l.waits, l.with, m.talks = false, m, true
	l.row.shelf.messages.Taken++
	b.day.score.talk(m.number, b.day.now, true)
	b.at(l, l.fate.handle, func() { b.end(l, call.Cause{Reason: call.Normal, Far: true}) })
}

// Park implements [dialer.Switch]: a message that is played ends with it.
func (b *switchboard) Park(id call.LegID, _ call.Sound) {
	if l := b.legs[id]; l != nil {
		l.hears = ""
	}
}

// count notes which message an attempt was played.
func (m *Messages) count(at campaign.Attempt) {
	switch {
	case at.Outcome == call.NoPerson:
		m.Machines += one(at.Played)
	case at.Outcome != call.Informed:
	case at.Category == "Transferred":
		m.PassedOn++
	case at.Category == "Deleted":
		m.OptedOut++
	case at.Played:
		m.HeardOut++
	default:
		m.CutShort++
	}
}

// add adds what another campaign played.
func (m *Messages) add(more Messages) {
	m.HeardOut += more.HeardOut
	m.CutShort += more.CutShort
	m.PassedOn += more.PassedOn
	m.Taken += more.Taken
	m.OptedOut += more.OptedOut
	m.Machines += more.Machines
}
