package dialer

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
)

// snapshot copies the state.
func (s *state) snapshot(now time.Time) Snapshot {
	s.now = now
	out := Snapshot{Seq: s.seq, At: now}
	for _, a := range s.agentsByID() {
		out.Agents = append(out.Agents, AgentView{
			ID: a.id, State: a.state, Since: a.since, Break: a.brk, Station: a.station,
			Line: viewLine(a), Campaigns: s.available(a), MayChoose: a.user.MayChoose(),
			Leaving: a.leaving != nil, Call: a.call, User: a.user,
		})
	}
	for _, lc := range s.campaignsByID() {
		out.Campaigns = append(out.Campaigns, s.viewCampaign(lc))
	}
	for _, c := range s.callsByID() {
		out.Calls = append(out.Calls, viewCall(c))
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
		Abandoned: lc.abandons, Left: lc.left, Why: lc.why,
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

func viewLine(a *liveAgent) LineView {
	return LineView{
		State: a.line.state, Since: a.line.since, Target: a.station.Target, Persistent: a.station.MayPersist(), Held: a.line.held,
		Attempts: a.line.attempts, Failure: a.line.failure, SIP: a.line.sip, Refusal: a.line.refusal,
	}
}

func viewCall(c *liveCall) CallView {
	v := CallView{
		Number: c.contact.Number, ID: c.id, Agent: c.agent, Campaign: c.def, Contact: c.contact, State: c.state, Muted: c.muted,
		Preview: c.preview, Placed: !c.attempt.Placed.IsZero(), PreviewUntil: c.until, Disposed: c.disposed,
		Dialed: c.attempt.Placed, Answered: c.attempt.Answered, Connected: c.attempt.Bridged, Ended: c.attempt.Ended,
	}
	v.Manual, v.Owned, v.Finishing, v.Attributes = c.attempt.Manual, c.owned, c.finishing, maps.Clone(c.attributes)
	if c.state != call.Over { // a stage is for the time of the call
		v.Stage = c.stage
	}
	v.Contact.Columns = maps.Clone(c.contact.Columns)
	v.Campaign.Dispositions = slices.Clone(c.def.Dispositions)
	if c.state == call.Over && !c.attempt.Ended.IsZero() {
		v.FarEnd, v.Cause = c.cause.Far, c.cause.String()
	}
	return v
}

// The zero agent is nobody.
var nobody agent.ID

// Mine tells whether a call is in the hand of one of a user's agents.
func (c CallView) Mine(user string) bool { return c.Agent != nobody && c.Agent.User == user }
