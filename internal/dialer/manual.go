package dialer

import (
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/fault"
)

// dialManually takes the wish to call a contact. The wish is looked at in the
// order of the statuses below; the first that is in the way is told, and nothing
// is dialed.
func (s *state) dialManually(cmd DialManually) error {
	by, err := s.find(cmd.By)
	if err != nil {
		return err
	}
	wish := ManualCall{By: cmd.By, For: cmd.For, Campaign: cmd.Campaign, Contact: cmd.Contact}
	lc := s.campaigns[campaign.ID(strings.ToUpper(string(cmd.Campaign)))]
	if lc == nil || !lc.def.State.Dials() {
		s.tellManual(wish, ManualInvalidCampaign)
		return nil
	}
	wish.Campaign = lc.def.ID
	a := s.manned(by, cmd.For, lc.def.ID)
	if a == nil {
		s.tellManual(wish, ManualInvalidAgent)
		return nil
	}
	wish.Agent = a.id
	if !s.unbound(a) {
		s.tellManual(wish, ManualAgentNotIdle)
		return nil
	}
	a.aside = true
	s.do(find{wish: wish, asked: cmd, campaign: lc.def})
	return nil
}

// manned finds the agent of a user who is logged in to a campaign and whom the
// one who asks may send: himself, or somebody he oversees. His own sessions come
// first, then who is free.
func (s *state) manned(by *liveAgent, user string, id campaign.ID) *liveAgent {
	var best *liveAgent
	for _, a := range s.agentsByID() {
		if _, in := a.in[id]; !in || !strings.EqualFold(a.id.User, user) || a.id.User != by.id.User && !by.user.Oversees(a.user) {
			continue
		}
		if a == by {
			return a
		}
		if best == nil || !s.unbound(best) && s.unbound(a) {
			best = a
		}
	}
	return best
}

// found holds a contact against the rules, and has it leased.
func (s *state) found(in found) {
	wish, a := in.job.wish, s.agents[in.job.wish.Agent]
	if a != nil {
		a.aside = false
	}
	wish.Before = in.contact.Attempts > 0
	by := s.agents[wish.By]
	number, err := s.manualNumber(in.job.campaign, in.contact, in.job.asked)
	if err == nil && (by == nil || by.user.NoOutsideCalls) && !in.job.campaign.HasNumber(in.contact, number) {
		err = errNoSuchNumber
	}
	place := in.place
	if err == nil {
		place = s.placeAt(in.job.campaign, in.contact, number, place)
	}
	open := in.job.campaign.Code(s.law).Opens(s.now, place).Equal(s.now)
	blocked := blocks(in.contact, in.job.campaign, wish.Agent.User, s.now, open)
	blocked.DoNotCall = blocked.DoNotCall || s.barred(in.job.campaign, number, place)
	blocked.Skills = a != nil && !skilled(a.user, in.job.campaign.SkillsFor(in.contact))
	passed := passes(in.job.asked.Ignore, in.job.campaign, by != nil && by.user.MaySupervise(in.job.campaign.Workgroup))
	wish.Blocked = blocked.without(passed)
	switch {
	case a == nil:
		s.tellManual(wish, ManualInvalidAgent)
	case isNotFound(in.err):
		s.tellManual(wish, ManualContactNotFound)
	case in.err != nil:
		s.log.Error("contact not found", "contact", int64(wish.Contact), "error", in.err)
		s.tellManual(wish, ManualInternalError)
	case !s.unbound(a):
		s.tellManual(wish, ManualAgentNotIdle)
	case err != nil:
		s.tellManual(wish, ManualInvalidNumber)
	case uncallable(in.contact.Status) && (in.contact.Status != campaign.Deleted || wish.Blocked.DoNotCall):
		wish.ContactStatus = in.contact.Status
		s.tellManual(wish, ManualContactUncallable)
	case s.inAnyCall(wish.Contact):
		wish.ContactStatus = campaign.InProcess
		s.tellManual(wish, ManualContactUncallable)
	case wish.Blocked != Overrides{}:
		s.tellManual(wish, ManualContactBlocked)
	default:
		a.aside = true
		s.do(lease{
			campaign: in.job.campaign, contact: wish.Contact, number: number, agent: a.id,
			wish: &wish, passed: passed, now: s.now,
		})
	}
}

// manualNumber finds the number that a manual call is to dial; without one it is
// the contact's own.
func (s *state) manualNumber(def campaign.Campaign, contact campaign.Contact, cmd DialManually) (string, error) {
	switch {
	case cmd.Number == "":
		return contact.Number, nil
	case cmd.Kind == PhoneNumber:
		return s.typed(def, cmd.Number)
	case cmd.Kind == ColumnName:
		for i, name := range def.PhoneColumns {
			if strings.EqualFold(name, cmd.Number) {
				return def.PhoneColumn(contact, i+1)
			}
		}
	case cmd.Kind == ColumnID:
		if ccid, err := strconv.Atoi(cmd.Number); err == nil {
			return def.PhoneColumn(contact, ccid)
		}
	}
	return "", errNoSuchNumber
}

// uncallable tells whether a contact's status keeps it from being called.
func uncallable(status campaign.Status) bool {
	switch status {
	case campaign.Deleted, campaign.Excluded, campaign.Uncallable, campaign.AttemptsSpent, campaign.InProcess:
		return true
	}
	return false
}

// blocks says which rules are in the way of a manual call to a contact (contract
// section 8.2 to 8.7). Who asked not to be called is blocked by DoNotCall; QueryFilter
// never blocks, as a campaign has one filter; Skills are the agent's ([state.found]).
func blocks(contact campaign.Contact, def campaign.Campaign, user string, now time.Time, open bool) Overrides {
	return Overrides{
		Filter:     !def.Takes(contact),
		Zone:       !open,
		DailyLimit: contact.Attempts >= def.Retry.MaxAttempts,
		Spacing:    contact.Status == campaign.Callable && contact.Due.After(now),
		DoNotCall:  contact.Status == campaign.Deleted,
		Ownership:  contact.Owner != "" && !strings.EqualFold(contact.Owner, user),
	}
}

// hadEnough says which of the campaign's own limits are in the way of a manual call, by
// the calls that went before it, which are known once the contact is leased.
func hadEnough(def campaign.Campaign, calls []time.Time, place compliance.Place, now time.Time) Overrides {
	var zone *time.Location
	if len(place.Zones) > 0 {
		zone = place.Zones[0]
	}
	binds := func(l campaign.Limits) bool { return l.After(now, calls, zone).After(now) }
	return Overrides{
		DailyLimit: binds(campaign.Limits{PerDay: def.Limits.PerDay}),
		Spacing:    binds(campaign.Limits{Spacing: def.Limits.Spacing}),
	}
}

// passes gives the rules that a manual call may pass. A rule that anyone can wish
// away is none: the weightier ones an agent may pass only where the base script of
// the campaign lets him, and without a script not at all; who supervises the
// campaign's workgroup may.
func passes(wanted Overrides, def campaign.Campaign, supervises bool) Overrides {
	if supervises {
		return wanted
	}
	var may campaign.ScriptRules
	if def.Script != nil {
		may = def.Script.Misc
	}
	wanted.DoNotCall = wanted.DoNotCall && may.OverrideDncBlock
	wanted.Zone = wanted.Zone && may.OverrideZoneBlock
	wanted.Skills = wanted.Skills && may.OverrideSkillsBlock
	wanted.DailyLimit = wanted.DailyLimit && may.OverrideDailyLimitBlock
	return wanted
}

// without takes the rules away that are passed.
func (o Overrides) without(passed Overrides) Overrides {
	return Overrides{
		Filter: o.Filter && !passed.Filter, QueryFilter: o.QueryFilter && !passed.QueryFilter,
		Zone: o.Zone && !passed.Zone, Skills: o.Skills && !passed.Skills,
		DailyLimit: o.DailyLimit && !passed.DailyLimit, Spacing: o.Spacing && !passed.Spacing,
		DoNotCall: o.DoNotCall && !passed.DoNotCall, Ownership: o.Ownership && !passed.Ownership,
	}
}

// tellManual says what became of a manual call.
func (s *state) tellManual(wish ManualCall, status ManualStatus) {
	wish.Status = status
	s.tell(wish)
	s.note(campaign.Entry{Kind: "manual", Agent: wish.For, Campaign: wish.Campaign, Text: status.String()})
}

// manualOver tells that a manual call is over, once: it was placed and ended, or
// never got as far as the telephone network.
func (s *state) manualOver(c *liveCall) {
	if c.wish == nil {
		return
	}
	status := ManualCallComplete
	if c.attempt.Ringing.IsZero() && c.attempt.Answered.IsZero() {
		switch c.cause.Reason {
		case call.NoLines, call.Unauthorised, call.Unreachable, call.MediaFailure:
			status = ManualPlaceCallFailed
		}
	}
	s.tellManual(*c.wish, status)
	c.wish = nil
}

var errNoSuchNumber = fault.New(fault.Invalid, "the contact has no such number")

func isNotFound(err error) bool { return err != nil && fault.KindOf(err) == fault.NotFound }
