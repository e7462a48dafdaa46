package dialer

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

// snapshot copies the state.
func (s *state) snapshot(now time.Time) Snapshot {
	s.now = now
	out := Snapshot{Seq: s.seq, At: now}
	for _, a := range s.agentsByID() {
		out.Agents = append(out.Agents, AgentView{
			ID: a.id, State: a.state, Since: a.since, Break: a.brk, Station: a.station,
			Line: s.viewLine(a), Campaigns: s.available(a), MayChoose: a.user.MayChoose(),
			Leaving: a.leaving != nil, Call: a.call, User: a.user,
		})
	}
	for _, lc := range s.campaignsByID() {
		out.Campaigns = append(out.Campaigns, s.viewCampaign(lc))
	}
	for _, c := range s.callsByID() {
		out.Calls = append(out.Calls, viewCall(c))
	}
	for _, c := range s.talksByID() { // their ids are longer, so they follow
		out.Calls = append(out.Calls, viewTalk(c))
	}
	for _, u := range sorted(s.users, func(a, b *UserStatus) int { return cmp.Compare(a.User, b.User) }, all) {
		view := *u
		view.Station, view.Previous = slices.Clone(u.Station), slices.Clone(u.Previous)
		out.Statuses = append(out.Statuses, view)
	}
	return out
}

func (s *state) viewCampaign(lc *liveCampaign) CampaignView {
	v := CampaignView{
		Campaign: lc.def, Flying: s.flying(lc), Dialed: lc.dialed, Answered: lc.answered,
		Abandoned: lc.abandons, Left: lc.left, Book: lc.book.Clone(), Today: campaign.DayOf(s.now, lc.zone), Why: cmp.Or(lc.short, lc.decided.Why()),
		Completed: lc.completed, Z: lc.pacer.Z(), Decisions: lc.decisions,
	}
	if !lc.def.State.Dials() { // and it does not matter what kept it before
		v.Why = "the campaign is " + string(lc.def.State)
	}
	for _, a := range s.agents {
		if _, in := a.in[lc.def.ID]; in {
			v.Agents++
		}
		if s.dialable(a, lc.def.ID) {
			v.Idle++
		}
	}
	for _, c := range s.calls {
		if c.def.ID == lc.def.ID && c.state.Up() {
			v.Connected++
		}
	}
	return v
}

func (s *state) viewLine(a *liveAgent) LineView {
	return LineView{
		State: a.line.state, Since: a.line.since, Target: a.station.Target, Persistent: a.station.MayPersist(), Held: a.line.held, Faded: a.line.faded,
		Attempts: a.line.attempts, Failure: a.line.failure, SIP: a.line.sip, Q850: a.line.q850, Refusal: a.line.refusal,
		Tries: a.line.tries, Next: a.line.next, Verify: s.verification(a), Proven: a.line.proven,
		ToCustomer: a.line.toCustomer, ToAgent: a.line.toAgent, Leg: a.line.leg, Media: a.line.media, Test: a.test,
	}
}

// viewCall is a contact's call as it may be seen.
func viewCall(c *liveCall) CallView {
	v := viewTalk(&c.interaction)
	v.Preview, v.Placed, v.PreviewUntil, v.Disposed = c.preview, !c.attempt.Placed.IsZero(), c.until, c.disposed
	v.Dialed, v.Answered, v.Connected, v.Ended = c.attempt.Placed, c.attempt.Answered, c.attempt.Bridged, c.attempt.Ended
	if c.disposed {
		v.Disposition = c.attempt.Code
	}
	v.Manual, v.Owned, v.Precise, v.Finishing = c.attempt.Manual && !c.extra, c.owned, c.precise, c.finishing
	if c.state == call.Over {
		v.FarEnd, v.Cause = false, ""
		if !c.attempt.Ended.IsZero() {
			v.FarEnd, v.Cause = c.cause.Far, c.cause.String()
		}
	} else { // a stage is for the time of the call
		v.Stage = c.stage
	}
	return v
}

// viewTalk is what a call of any kind has to show.
func viewTalk(c *interaction) CallView {
	v := CallView{
		ID: c.id, Kind: c.kind, Agent: c.agent, Station: c.station, Number: partyNumber(c), Target: c.target,
		Campaign: c.def, Contact: c.contact, State: c.state, Muted: c.muted, Private: c.private,
		Conference: c.conference, Consults: c.consults, Attributes: maps.Clone(c.attributes), WrapUps: slices.Clone(c.wrapUps),
		Began: c.began, Dialed: c.dialed, Answered: c.answered, Connected: c.connected, Ended: c.ended, Cause: c.trouble,
	}
	v.Contact.Columns = maps.Clone(c.contact.Columns)
	v.Campaign.Dispositions = slices.Clone(c.def.Dispositions)
	if v.Recording = c.recording; c.tape != nil && c.tape.said.ID != "" {
		v.Recorded, v.Paused = true, c.tape.said.State != call.Record
	}
	switch c.state {
	case call.Alerting, call.Offered, call.Parked:
		v.Queue = c.queue
	}
	if len(c.alerts) > 0 {
		v.Alerts, v.Rings = slices.Clone(c.alerts), c.rings
	}
	if len(c.supervisors) > 0 {
		v.Supervisors = make(map[string]call.Supervision, len(c.supervisors))
		for id, how := range c.supervisors {
			v.Supervisors[id.User] = how
		}
	}
	if c.state == call.Over {
		v.FarEnd, v.Cause = c.cause.Far, c.cause.String()
	}
	return v
}

// The zero agent is nobody.
var nobody agent.ID

// Mine tells whether a call is in the hand of one of a user's agents.
func (c CallView) Mine(user string) bool { return c.Agent != nobody && c.Agent.User == user }
