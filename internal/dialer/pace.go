package dialer

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
)

// dialable tells whether contacts of a campaign may be dialed for an agent now.
func (s *state) dialable(a *liveAgent, id campaign.ID) bool {
	return s.takes(a, id) && a.brk == agent.NotOnBreak && a.leaving == nil && !a.line.state.Coming() && !a.asked
}

// takes tells whether an agent could be given an answered customer of a campaign
// now. It is wider than dialable: who waits for a break or to leave still takes a
// call that is in the air. Who only finishes calls of others gets none, nor does
// who is in a call of another kind. Who has put the phone on hold would not hear
// the customer, nor be heard; nor would one whose phone has faded.
func (s *state) takes(a *liveAgent, id campaign.ID) bool {
	if !s.atHand(a) || a.keeps != "" || a.types[id] == Finishing || !a.in[id] || a.brk == agent.OnBreak {
		return false
	}
	status, _ := agent.StatusNamed(s.status(a.id.User).Status)
	return status.ACD
}

// atHand tells whether an agent has nothing in hand and would hear a customer.
func (s *state) atHand(a *liveAgent) bool {
	return a.state == agent.Idle && a.call == "" && s.occupied[a.id.User] == 0 && !a.aside &&
		a.station.Callable() && a.line.heard() && !a.testing()
}

// pick chooses who takes an answered customer: a standing line before one that
// must be dialed, who wants to stay before who wants to go, then the longest idle.
func (s *state) pick(c *liveCall) *liveAgent {
	var best *liveAgent
	for _, a := range s.pulse.idle {
		if s.takes(a, c.def.ID) && c.suits(a) && (best == nil || before(a, best)) {
			best = a
		}
	}
	return best
}

// before tells who of two agents is to be preferred.
func before(a, b *liveAgent) bool {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), a.since.Compare(b.since), byID(a, b)) < 0
}

func rank(a *liveAgent) int {
	r := 0
	switch a.line.state {
	case agent.LineUp:
	case agent.LineDialing, agent.LineVerifying:
		r += 2
	default:
		r += 4
	}
	if a.brk != agent.NotOnBreak || a.leaving != nil || a.asked {
		r++
	}
	return r
}

// routeWaiting gives customers who wait to agents who became free; the longest
// waiting first. Who has waited too long is given up.
func (s *state) routeWaiting() {
	if len(s.pulse.waiting) == 0 {
		return
	}
	waiting := slices.Clone(s.pulse.waiting)
	slices.SortFunc(waiting, func(a, b *liveCall) int {
		return cmp.Or(a.attempt.Answered.Compare(b.attempt.Answered), cmp.Compare(a.id, b.id))
	})
	for _, c := range waiting {
		switch deadline := c.deadline(); {
		case s.reachable(c) && s.route(c):
		case !s.now.Before(deadline):
			s.abandon(c)
		default:
			s.alarms.setUnlessSet(alarm{kind: alarmAbandon, call: c.id}, deadline)
		}
	}
}

// reachable tells whether someone could take a waiting customer.
func (s *state) reachable(c *liveCall) bool {
	if c.alone() {
		return s.agents[c.agent] != nil
	}
	return s.keeper(c) != nil || s.pick(c) != nil
}

// flying counts a campaign's calls that will want an agent: asked for, dialing,
// ringing, waiting. Those for one agent alone are not among them, as he is set aside.
func (s *state) flying(lc *liveCampaign) int {
	n := s.airborne(lc)
	if !lc.def.Mode.Named() {
		n += lc.claiming
	}
	return n
}

// airborne counts those of them that are dialed.
func (s *state) airborne(lc *liveCampaign) int { return len(lc.aloft) }

// atOnce is how many contacts are asked for at once. Those beyond are asked for when the
// next input is applied: the first are dialed meanwhile, and what else is to be written
// waits for no long claim.
const atOnce = 5

// pace asks for contacts to dial, after callbacks that were promised. Agents who work
// for several campaigns count once: calls of the others in the air claim theirs first.
func (s *state) pace() {
	if s.stopping {
		return
	}
	s.recall()
	s.stirMates()
	for _, lc := range s.byTurn() {
		s.bind(lc)
		switch {
		case !lc.def.State.Dials() || lc.def.Mode == campaign.Manual || s.now.Before(lc.rest):
			s.quiet(lc)
		case lc.def.Mode == campaign.Precise:
			s.offerPrecise(lc)
		case lc.def.Mode == campaign.Preview:
			s.offerPreviews(lc)
		default:
			if n := min(s.probed(lc, s.reckon(lc).Dial), atOnce); n > 0 {
				lc.decisions++
				lc.claiming += n
				s.do(claim{campaign: lc.def, n: n, team: s.team(lc, nil), now: s.now})
			}
		}
	}
}

// bind holds a campaign's pace to the rules that it names, once a day as they come into
// force and go.
func (s *state) bind(lc *liveCampaign) {
	if today := campaign.DayOf(s.now, nil); lc.bound != today {
		def := lc.def.Bound(s.law, s.now)
		lc.bound, lc.window = today, def.Window
		lc.pacer.Keep(def.Pace)
	}
}

// offerPreviews asks for one contact for each free agent.
func (s *state) offerPreviews(lc *liveCampaign) {
	for _, a := range s.unspoken(lc) {
		a.asked = true
		lc.claiming++
		s.do(claim{campaign: lc.def, n: 1, agent: a.id, team: s.team(lc, a), now: s.now})
	}
}

// unspoken are the agents for whom a campaign may fetch contacts by name: one is left
// for each of its own calls in the air, which may be from before its mode was changed.
func (s *state) unspoken(lc *liveCampaign) []*liveAgent {
	cover := s.leftBy(lc)
	cover.take(lc.def.ID, s.airborne(lc))
	return cover.free(lc.def.ID)
}

// cover shares idle agents out among campaigns. A user who works with several
// applications is several agents and can still take but one call.
type cover struct {
	state *state
	idle  []*liveAgent
	spent map[string]bool // users
}

func newCover(s *state) *cover {
	return &cover{state: s, idle: s.pulse.idle, spent: make(map[string]bool)}
}

// free are the agents not yet spent for whom a campaign may dial, one of each user.
func (c *cover) free(id campaign.ID) []*liveAgent {
	var list []*liveAgent
	for _, a := range c.idle { // those of a user follow each other
		again := len(list) > 0 && list[len(list)-1].id.User == a.id.User
		if !again && !c.spent[a.id.User] && c.state.dialable(a, id) {
			list = append(list, a)
		}
	}
	return list
}

// take spends n of a campaign's agents.
func (c *cover) take(id campaign.ID, n int) {
	for _, a := range c.free(id) {
		if n <= 0 {
			return
		}
		c.spent[a.id.User] = true
		n--
	}
}

// claimed takes the contacts that were leased. What can not be dialed any more is
// given back, and loses nothing.
func (s *state) claimed(in claimed) {
	lc := s.campaigns[in.job.campaign.ID]
	if lc == nil {
		return
	}
	lc.claiming -= in.job.n
	if a := s.agents[in.job.agent]; a != nil {
		a.asked = false
	}
	switch {
	case in.err != nil:
		s.log.Error("no contacts", "campaign", lc.def.Name, "error", in.err)
		s.restUntil(lc, s.now.Add(tryAgain))
		in.claim.Why = in.err.Error()
	case len(in.claim.Leads) < in.job.n:
		lc.left = in.claim.Left
		s.complete(lc, len(in.claim.Leads) == 0 && lc.left == 0)
		until := s.now.Add(tryAgain) // contacts may be added at any time
		if due := in.claim.Due; !due.IsZero() && due.Before(until) && due.After(s.now) {
			until = due
		}
		s.restUntil(lc, until)
		lc.dry = true
	default:
		lc.left = in.claim.Left
		s.complete(lc, false)
	}
	lc.short = in.claim.Why
	s.awaitTurn(lc, in.claim.PutOff)
	called := lc.recycles == 0 || lc.dialed > lc.redialed // else it would end at once again
	if in.claim.Ended && called && !lc.turns.After(s.now) && lc.recycles < lc.def.Recycles && lc.def.State == campaign.On {
		lc.recycles, lc.redialed = lc.recycles+1, lc.dialed
		s.do(recycle{campaign: lc.def, now: s.now})
	}
	room := s.room(lc)
	for _, lead := range in.claim.Leads {
		if s.lead(lc, in, lead, room > 0) {
			room--
		}
	}
}

// skillsAgain is when a contact is due again whose skills nobody had who was free: those
// who have them were busy, or went while he was claimed. Whose skills nobody at work has
// is not claimed at all.
const skillsAgain = time.Minute

// hurry ends the rest of campaigns that found too few contacts in a list. A rest that a
// trunk imposed goes on.
func (s *state) hurry(list string) {
	for _, lc := range s.campaigns {
		if lc.dry && slices.ContainsFunc(lc.def.Lists(), func(l campaign.Source) bool { return strings.EqualFold(l.List, list) }) {
			lc.dry, lc.rest = false, s.now
		}
	}
}

// restUntil keeps a campaign from asking for contacts before a moment.
func (s *state) restUntil(lc *liveCampaign, until time.Time) {
	lc.rest, lc.dry = until, false
	s.alarms.set(alarm{kind: alarmClaim, campaign: lc.def.ID}, until)
}

// lead begins an attempt on one leased contact, if it is wanted; it tells whether
// it was dialed.
func (s *state) lead(lc *liveCampaign, in claimed, lead campaign.Lead, wanted bool) (dialed bool) {
	talking := s.inAnyCall(lead.Contact.ID)
	c := s.begin(lc.def, lead, in.places[lead.Contact.Zone])
	verdict := s.judge(c, lc.def, c.contact.Number)
	listing, lists := s.listed(c.place, lc.def, c.contact.Number)
	c.attempt.Rule = verdict.Rule + lists
	a := s.agents[in.job.agent]
	switch {
	case s.stopping || !lc.def.State.Dials() || lc.def.State != in.job.campaign.State || lc.def.Mode != in.job.campaign.Mode:
		s.withdraw(c, "the campaign does not dial any more", s.now)
	case listing == compliance.Listed:
		c.attempt.Rule = lists
		s.bar(c, lists)
	case listing == compliance.Unready:
		c.attempt.Rule = lists
		s.withdraw(c, lists, s.now)
		s.restUntil(lc, s.now.Add(listsAge))
		s.log.Error("a campaign does not dial", "campaign", lc.def.Name, "reason", lists)
	case !verdict.Allowed:
		c.attempt.Rule = verdict.Rule
		s.withdraw(c, verdict.Rule, s.askAgain(verdict))
	case talking: // dispositioned, and still on the line
		s.withdraw(c, inACall, s.now.Add(time.Minute))
	case lc.def.Mode.Named() && a != nil && !c.suits(a), s.lacksSkill(lc, c):
		s.withdraw(c, "nobody who is free has the skills "+strings.Join(c.skills, ", "), s.now.Add(skillsAgain))
	case lc.def.Mode.Named() && (a == nil || !s.dialable(a, lc.def.ID)):
		s.withdraw(c, "the agent is not free any more", s.now)
	case lc.def.Mode == campaign.Preview:
		s.preview(c, a)
	case lc.def.Mode == campaign.Precise:
		s.keep(c, a)
	case !wanted:
		s.withdraw(c, "no agent is free any more", s.now)
	default:
		s.advance(c, call.Place)
		s.ring(c)
		return true
	}
	return false
}

// room is how many more calls idle agents can take, once the calls of other
// campaigns in the air have theirs.
func (s *state) room(lc *liveCampaign) float64 {
	switch {
	case lc.def.Mode == campaign.Agentless:
		return math.Inf(1)
	case lc.def.Mode == campaign.Predictive || lc.def.ByRate:
		if s.staffed(lc.def.ID) {
			return math.Inf(1) // agents need not be idle yet
		}
		return 0
	}
	return float64(len(s.leftBy(lc).free(lc.def.ID)))*lc.def.Lines - float64(s.airborne(lc))
}
