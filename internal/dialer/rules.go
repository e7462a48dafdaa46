package dialer

import (
	"time"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// placeOf is where a contact may be.
func placeOf(contact campaign.Contact, def campaign.Campaign) compliance.Place {
	return def.Place(contact, time.LoadLocation)
}

// placeAt is where a contact may be who is called at a number; at is where he is at his
// own.
func (s *state) placeAt(def campaign.Campaign, contact campaign.Contact, number string, at compliance.Place) compliance.Place {
	if s.whereAt == nil || number == contact.Number {
		return at
	}
	return s.whereAt(def, contact, number)
}

// judge holds a leased contact who is to be called at a number against all that binds a
// campaign, at this moment.
func (s *state) judge(c *liveCall, def campaign.Campaign, number string) compliance.Verdict {
	code := def.Code(s.law)
	if c.alone() || def.Mode.Named() { // nobody waits for an agent who was shown the contact, or set aside
		code = code.WithAgent()
	}
	return code.Decide(s.now, s.placeAt(def, c.contact, number, c.place), s.past(c, number))
}

// allows is judge, and a look into the lists, for a call by an agent's own wish, who
// may pass some of the rules. The attempt says what the rules say all the same.
func (s *state) allows(c *liveCall, passed Overrides) (allowed bool, why string) {
	verdict := s.judge(c, c.def, c.contact.Number)
	listing, lists := s.listed(c.place, c.def, c.contact.Number)
	if c.attempt.Rule = verdict.Rule + lists; listing != compliance.Clear {
		c.attempt.Rule = verdict.Rule + "; " + lists
	}
	if listing != compliance.Clear && !passed.DoNotCall {
		return false, lists
	}
	if !verdict.Allowed {
		code := c.def.Code(s.law).WithAgent().Waive(passed.Zone, passed.DailyLimit)
		verdict = code.Decide(s.now, c.place, s.past(c, c.contact.Number))
	}
	return verdict.Allowed, verdict.Rule
}

// askAgain is when a contact who may not be called now is due again: when the rules
// say so, else in a day, as the rules or what is known of him may change.
func (s *state) askAgain(v compliance.Verdict) time.Time {
	if v.Next.IsZero() {
		return s.now.Add(24 * time.Hour)
	}
	return v.Next
}
