package telephony

import (
	"slices"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

// conversation is a conference on the books. It is on them while a leg is in it.
// The switch's mutex guards it.
type conversation struct {
	id         call.ConversationID
	conference *media.Conference
	legs       []call.LegID // as the last order named them
	present    int          // of them, those that have not left
}

// Converse arranges who hears whom, in place of the conversation's former
// arrangement. Legs that have not answered, or have ended, are left out; no parts
// end the conversation. Nobody reports Heard for it.
func (s *Switch) Converse(o call.Conversation) {
	fresh := s.plane.NewConference()
	voices := s.voices(o.Parts)
	var parts []media.Part
	var legs []call.LegID
	for _, p := range o.Parts {
		voice := voices[p.Leg]
		if voice == nil || slices.Contains(legs, p.Leg) {
			continue
		}
		part := media.Part{Leg: voice}
		for _, heard := range p.Hears {
			if other := voices[heard]; other != nil {
				part.Hears = append(part.Hears, other)
			}
		}
		parts, legs = append(parts, part), append(legs, p.Leg)
	}
	if c := s.note(o.ID, legs, fresh); c != nil {
		c.Arrange(parts...)
	}
}

// voices are the media of the legs of an order that have answered.
func (s *Switch) voices(parts []call.Part) map[call.LegID]*media.Leg {
	voices := make(map[call.LegID]*media.Leg, len(parts))
	for _, p := range parts {
		if _, m := s.audio(p.Leg); m != nil {
			voices[p.Leg] = m
		}
	}
	return voices
}

// note puts a conversation with its legs on the books, or takes it off them if
// there are none, and gives its conference; nil if there is nothing to arrange.
// fresh is for a conversation that is new.
func (s *Switch) note(id call.ConversationID, legs []call.LegID, fresh *media.Conference) *media.Conference {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.conversations[id]
	if c == nil {
		if len(legs) == 0 {
			return nil
		}
		c = &conversation{id: id, conference: fresh}
		s.conversations[id] = c
	}
	c.present++ // so that it stays while its legs change
	for _, l := range c.legs {
		if s.talks[l] == c {
			s.part(l)
		}
	}
	c.legs = legs
	for _, l := range legs {
		s.part(l)
		if s.legs[l] != nil {
			s.talks[l] = c
			c.present++
		}
	}
	s.lose(c)
	return c.conference
}

// lose takes one from those who are in a conversation; s.mu is held.
func (s *Switch) lose(c *conversation) {
	if c.present--; c.present == 0 {
		delete(s.conversations, c.id)
	}
}

// part notes that a leg leaves its bridge or its conversation; s.mu is held.
func (s *Switch) part(id call.LegID) {
	if partner, ok := s.bridges[id]; ok {
		delete(s.bridges, id)
		delete(s.bridges, partner)
	}
	if c := s.talks[id]; c != nil {
		delete(s.talks, id)
		s.lose(c)
	}
}

// SendDigits presses keys towards the far end of a leg: 0 to 9, *, #, A to D; a
// comma is a pause of a second, and other characters are ignored. They are sent as
// telephone-events (RFC 4733) if the far end takes them, else as tones, 100 ms each
// and 60 ms apart; until they are sent the far end hears nothing else.
func (s *Switch) SendDigits(id call.LegID, digits string) {
	if _, m := s.audio(id); m != nil {
		m.SendDigits(digits)
	}
}
