package session

import (
	"slices"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
)

// tellDialer tells a session the whole of the dialer messages, if its agent is
// logged in to the dialer. One that heard of a log-in, but not of the log-off
// that followed while the listener was cut off, is told of that. b.mu is held.
func (b *Book) tellDialer(s *Session, snap dialer.Snapshot) {
	a, ok := snap.Agent(s.Agent())
	was := s.dialer
	s.told, s.dialer = snap.Seq, ok && a.State != agent.Out
	b.licensed(s.desk, s.dialer)
	if !s.dialer {
		if was {
			b.put(s, LoggedOff{dialer.LoggedOff{Agent: s.Agent(), Entirely: true}})
		}
		return
	}
	b.put(s, Campaigns{dialer.CampaignsChanged{Agent: a.ID, Whole: true, Added: a.Campaigns, MayChoose: a.MayChoose}})
	b.put(s, Break{Break: a.Break, Whole: true})
	for _, v := range snap.Campaigns {
		in := slices.ContainsFunc(a.Campaigns, func(c dialer.AvailableCampaign) bool { return c.ID == v.Campaign.ID && c.LoggedIn })
		if form, scripted := v.Campaign.Form(); in && scripted {
			b.put(s, Script{dialer.ScriptShown{Agent: a.ID, Campaign: v.Campaign.ID, Script: form}})
		}
	}
	if c, ok := snap.Call(a.Call); ok {
		b.put(s, Pop{Call: c, Whole: true})
	}
}

// word is what an event of the floor says to an agent.
type word struct {
	to agent.ID
	m  Message
	// in and out: it tells of a log-in to the dialer, of a log-off.
	in, out bool
}

// wordOf reads an event; ok is false for one that says nothing to agents.
func wordOf(body dialer.EventBody) (w word, ok bool) {
	switch e := body.(type) {
	case dialer.CampaignsChanged:
		return word{to: e.Agent, m: Campaigns{e}, in: e.Whole}, true
	case dialer.BreakChanged:
		return word{to: e.Agent, m: Break{Break: e.Break, Whole: e.Whole}, in: e.Whole}, true
	case dialer.Popped:
		return word{to: e.Agent, m: Pop{Call: e.Call}}, true
	case dialer.LoggedOff:
		return word{to: e.Agent, m: LoggedOff{e}, out: e.Entirely}, true
	case dialer.AutoLogin:
		return word{to: e.Agent, m: AutoLogin{e}}, true
	case dialer.AutoLogout:
		return word{to: e.Agent, m: AutoLogout{e}}, true
	case dialer.ScriptShown:
		return word{to: e.Agent, m: Script{e}}, true
	case dialer.DialerLink:
		return word{to: e.Agent, m: Link{e}}, true
	case dialer.ManualCall:
		return word{to: e.Agent, m: ManualCall{e}}, true
	}
	return word{}, false
}

// hearDialer puts the dialer messages of an event to every session of the agent
// it is about, from log-in to the dialer until log-off. Of a manual call hears who
// asked for it too, logged in or not. b.mu is held.
func (b *Book) hearDialer(ev dialer.Event) {
	w, ok := wordOf(ev.Body)
	if !ok {
		return
	}
	if e, manual := ev.Body.(dialer.ManualCall); manual {
		b.utter(b.desks[e.By], ev.Seq, w.m, func(*Session) bool { return true })
		if e.By == e.Agent {
			return
		}
	}
	d := b.desks[w.to]
	if d != nil && (w.in || w.out) {
		b.licensed(d, w.in)
	}
	b.utter(d, ev.Seq, w.m, func(s *Session) bool {
		hears := s.dialer || w.in
		s.dialer = hears && !w.out
		return hears
	})
}

// utter puts a message to the sessions of a desk (nil is none) that were not told
// by a snapshot and that hear it. b.mu is held.
func (b *Book) utter(d *desk, seq uint64, m Message, hears func(*Session) bool) {
	if d == nil {
		return
	}
	for _, s := range slices.Clone(d.sessions) { // a full queue takes its session out
		if seq > s.told && hears(s) {
			b.put(s, m)
		}
	}
}
