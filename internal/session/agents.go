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
	if !s.dialer {
		if was {
			b.put(s, LoggedOff{dialer.LoggedOff{Agent: s.Agent(), Entirely: true}})
		}
		return
	}
	b.put(s, Campaigns{dialer.CampaignsChanged{Agent: a.ID, Whole: true, Added: a.Campaigns, MayChoose: a.MayChoose}})
	b.put(s, Break{Break: a.Break, Whole: true})
	if c, ok := snap.Call(a.Call); ok {
		b.put(s, Pop{Call: c, Whole: true})
	}
}

// hearDialer puts the dialer messages of an event to every session of the agent
// it is about, from log-in to the dialer until log-off. b.mu is held.
func (b *Book) hearDialer(ev dialer.Event) {
	var (
		who     agent.ID
		m       Message
		in, out bool // the event tells of a log-in, of a log-off
	)
	switch e := ev.Body.(type) {
	case dialer.CampaignsChanged:
		who, m, in = e.Agent, Campaigns{e}, e.Whole
	case dialer.BreakChanged:
		who, m, in = e.Agent, Break{Break: e.Break, Whole: e.Whole}, e.Whole
	case dialer.Popped:
		who, m = e.Agent, Pop{Call: e.Call}
	case dialer.LoggedOff:
		who, m, out = e.Agent, LoggedOff{e}, e.Entirely
	default:
		return
	}
	d := b.desks[who]
	if d == nil {
		return
	}
	for _, s := range slices.Clone(d.sessions) { // a full queue takes its session out
		if ev.Seq <= s.told {
			continue
		}
		if s.dialer = s.dialer || in; s.dialer {
			b.put(s, m)
		}
		s.dialer = s.dialer && !out
	}
}
