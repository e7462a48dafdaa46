package session

import (
	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
)

// tellDialer tells a session the whole of the dialer messages, if its agent is
// logged in to the dialer. b.mu is held.
func (b *Book) tellDialer(s *Session, snap dialer.Snapshot) {
	s.told = snap.Seq
	a, ok := snap.Agent(s.Agent())
	s.desk.dialer = ok && a.State != agent.Out
	if !s.desk.dialer {
		return
	}
	b.put(s, Campaigns{dialer.CampaignsChanged{Agent: a.ID, Whole: true, Added: a.Campaigns, MayChoose: a.MayChoose}})
	b.put(s, Break{Break: a.Break, Whole: true})
	if c, ok := snap.Call(a.Call); ok {
		b.put(s, Pop{Call: c, Whole: true})
	}
}

// hearDialer puts the dialer messages of an event: to every session of the agent
// it is about. b.mu is held.
func (b *Book) hearDialer(ev dialer.Event) {
	switch e := ev.Body.(type) {
	case dialer.CampaignsChanged:
		d := b.desks[e.Agent]
		if d != nil && e.Whole {
			d.dialer = true
		}
		if d != nil && d.dialer {
			b.putAll(d, ev.Seq, Campaigns{e})
		}
	case dialer.BreakChanged:
		b.putAll(b.desks[e.Agent], ev.Seq, Break{Break: e.Break, Whole: e.Whole})
	case dialer.Popped:
		b.putAll(b.desks[e.Agent], ev.Seq, Pop{Call: e.Call})
	case dialer.LoggedOff:
		d := b.desks[e.Agent]
		b.putAll(d, ev.Seq, LoggedOff{e})
		if d != nil && e.Entirely {
			d.dialer = false
		}
	}
}

// putAll puts a message to the sessions of a desk that do not know it yet.
// b.mu is held.
func (b *Book) putAll(d *desk, seq uint64, m Message) {
	if d == nil {
		return
	}
	for _, s := range append([]*Session(nil), d.sessions...) { // a full queue takes its session out
		if seq > s.told {
			b.put(s, m)
		}
	}
}
