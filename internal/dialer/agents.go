package dialer

import (
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

// find finds an agent who has a session.
func (s *state) find(id agent.ID) (*liveAgent, error) {
	if a := s.agents[id]; a != nil {
		return a, nil
	}
	return nil, fault.New(fault.Conflict, "agent %s has no session", id)
}

// agentsOf are the agents of a user: one for each application that he works with.
func (s *state) agentsOf(user string) []*liveAgent { return s.pulse.agents[user] }

// loggedIn finds an agent who is logged in to the dialer.
func (s *state) loggedIn(id agent.ID) (*liveAgent, error) {
	a, err := s.find(id)
	if err != nil {
		return nil, err
	}
	if a.state == agent.Out {
		return nil, fault.New(fault.Conflict, "agent %s is not logged in to the dialer; log in first", id.User)
	}
	return a, nil
}

func (s *state) arrive(c Arrive) error {
	a := s.agents[c.Agent]
	if a == nil {
		a = &liveAgent{id: c.Agent, since: s.now, in: make(map[campaign.ID]bool), types: make(map[campaign.ID]AgentType)}
		a.line.since = s.now
		s.agents[c.Agent] = a
		s.pulse.enter(a)
	}
	a.user = c.User
	u := s.status(c.User.ID)
	u.In = true
	s.sayStatus(u)
	return nil
}

func (s *state) leave(c Leave) error {
	if a := s.agents[c.Agent]; a != nil {
		s.remove(a)
	}
	return nil
}

// remove takes an agent off the floor, whatever he is doing.
func (s *state) remove(a *liveAgent) {
	s.partWith(a)
	s.abandonWork(a, "Ambiguous - Agent Logout")
	s.dropLine(a, "the agent's last session ended")
	s.move(a, agent.Leave)
	s.alarms.clear(alarm{kind: alarmRecall, agent: a.id})
	delete(s.agents, a.id)
	s.pulse.leave(a)
	u := s.status(a.id.User)
	u.In = len(s.agentsOf(a.id.User)) > 0
	u.Station = s.stationsOf(a.id.User)
	s.sayStatus(u)
}

// abandonWork ends what an agent has in hand because he is going. If the contact had
// answered the attempt is closed with a code that says so; else nobody was reached.
func (s *state) abandonWork(a *liveAgent, code string) {
	c := s.callOf(a)
	if c == nil {
		return
	}
	switch {
	case c.state == call.Previewed && !c.waiting:
		s.release(a, c)
		s.withdraw(c, "the agent left", s.now)
	case c.state == call.Connecting && !c.waiting && !c.ending:
		s.release(a, c)
		s.advance(c, call.Lose) // another agent may take the customer
	case c.state == call.Over && !c.closed && !c.waiting:
		s.release(a, c)
		s.closeCall(c, "Ambiguous", code)
	default:
		s.release(a, c)
		if !c.disposed && !c.attempt.Answered.IsZero() {
			c.attempt.Category, c.attempt.Code = "Ambiguous", code
		}
		s.endCustomer(c, code)
	}
}

func (s *state) sit(c Sit) error {
	a, err := s.find(c.Agent)
	if err != nil {
		return err
	}
	if a.station == c.Station {
		return nil
	}
	s.dropLine(a, "the station changed")
	a.station, a.line = c.Station, liveLine{since: s.now}
	s.seat(a)
	return nil
}

func (s *state) stand(c Stand) error {
	a, err := s.find(c.Agent)
	if err != nil || a.station.Kind == agent.NoStation {
		return err
	}
	s.dropLine(a, "the station was disconnected")
	a.station, a.line = agent.Station{}, liveLine{since: s.now}
	s.seat(a)
	return nil
}

// seat tells of a new station.
func (s *state) seat(a *liveAgent) {
	u := s.status(a.id.User)
	u.Station = s.stationsOf(a.id.User)
	s.sayStatus(u)
	s.sayLine(a)
}

func (s *state) stationsOf(user string) []string {
	var names []string
	for _, a := range s.agentsOf(user) {
		if a.station.Name != "" {
			names = append(names, a.station.Name)
		}
	}
	return names
}

func (s *state) logIn(c LogIn) error {
	a, err := s.find(c.Agent)
	if err != nil {
		return err
	}
	if c.Campaign != "" {
		if !a.user.MayChoose() {
			return fault.New(fault.Forbidden, "user %s has no right to choose campaigns; log in without campaignId", a.id.User).On("campaignId")
		}
		return s.join(a, c.Campaign)
	}
	first := a.state == agent.Out
	s.move(a, agent.LogIn)
	a.leaving = nil
	var joined []*liveCampaign
	if first && !a.user.MayChoose() {
		for _, lc := range s.campaignsByID() {
			if eligible(a, lc) {
				a.in[lc.def.ID] = false
				joined = append(joined, lc)
			}
		}
	}
	s.tell(CampaignsChanged{Agent: a.id, Whole: true, Added: s.available(a), MayChoose: a.user.MayChoose()})
	s.tell(BreakChanged{Agent: a.id, Break: a.brk, Whole: true})
	for _, lc := range joined {
		s.showScript(a, lc)
	}
	return nil
}

// join logs an agent in to one campaign.
func (s *state) join(a *liveAgent, id campaign.ID) error {
	lc := s.campaigns[campaign.ID(strings.ToUpper(string(id)))]
	switch {
	case lc == nil:
		return &LogonError{CampaignNotFound, id}
	case !a.user.In(lc.def.Workgroup):
		return &LogonError{WrongWorkgroup, id}
	case lc.def.State == campaign.Off:
		return &LogonError{CampaignStopping, id}
	}
	if a.state == agent.Out {
		s.move(a, agent.LogIn)
		s.tell(CampaignsChanged{Agent: a.id, Whole: true, Added: s.available(a), MayChoose: true})
		s.tell(BreakChanged{Agent: a.id, Break: a.brk, Whole: true})
	}
	a.leaving = nil
	if _, in := a.in[lc.def.ID]; !in {
		a.in[lc.def.ID] = false
		s.sayCampaign(a, lc)
		s.showScript(a, lc)
	}
	return nil
}

// eligible tells whether an agent may work for a campaign now.
func eligible(a *liveAgent, lc *liveCampaign) bool {
	return lc.def.State != campaign.Off && a.user.In(lc.def.Workgroup)
}

func (s *state) logOff(c LogOff) error {
	a, err := s.loggedIn(c.Agent)
	if err != nil {
		return err
	}
	ids, err := s.joinedBy(a, c.Campaigns)
	if err != nil {
		return err
	}
	if len(ids) > 0 && !a.user.MayChoose() {
		return fault.New(fault.Forbidden, "user %s has no right to choose campaigns; log off without campaignIds", a.id.User).On("campaignIds")
	}
	a.leaving = &leave{ids}
	return nil // granted when the agent can be spared
}

// joinedBy gives campaigns by their true ids; the agent must be logged in to each.
func (s *state) joinedBy(a *liveAgent, named []campaign.ID) ([]campaign.ID, error) {
	ids := make([]campaign.ID, 0, len(named))
	for _, id := range named {
		id = campaign.ID(strings.ToUpper(string(id)))
		if _, in := a.in[id]; !in {
			return nil, fault.New(fault.Invalid, "agent %s is not logged in to campaign %s", a.id.User, id).On("campaignIds")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

func (s *state) ready(c Ready) error {
	a, err := s.loggedIn(c.Agent)
	if err != nil {
		return err
	}
	ids, err := s.joinedBy(a, c.Campaigns)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		for id := range a.in {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		a.in[id] = true
	}
	return nil
}

func (s *state) setStatus(c SetStatus) error {
	status, ok := agent.StatusNamed(c.Status)
	if !ok {
		return fault.New(fault.Invalid, "there is no status %q", c.Status).On("statusId")
	}
	if c.Until.past(s.now) {
		return fault.New(fault.Invalid, "the status was to be kept until %s, which is over", c.Until.At.Format(time.RFC3339)).On("until")
	}
	u := s.status(c.User)
	before := *u
	u.remember(status.ID, c.Notes)
	if u.Status != status.ID {
		u.Status, u.Since = status.ID, s.now
		s.note(campaign.Entry{Kind: "status", Agent: c.User, Text: status.ID})
	}
	u.Notes, u.Forward, u.Until = c.Notes, c.Forward, c.Until
	if u.Status != before.Status || u.Notes != before.Notes || u.Forward != before.Forward || u.Until != before.Until {
		s.sayStatus(u)
	}
	if status.ACD {
		for _, a := range s.agentsOf(c.User) {
			if a.state == agent.WrapUp {
				s.neglect(a)
			}
		}
	}
	return nil
}

// past tells whether a time that was said is over.
func (u Until) past(now time.Time) bool {
	switch {
	case u.HasDate && u.HasTime:
		return u.At.Before(now)
	case u.HasDate:
		return !u.At.AddDate(0, 0, 1).After(now)
	}
	return false
}

// mostPrevious is how many former statuses of a user are kept.
const mostPrevious = 10

// remember keeps the status that a user changes to another one, or the notes of.
func (u *UserStatus) remember(status, notes string) {
	if u.Status == status && u.Notes == notes {
		return
	}
	kept := append([]PreviousStatus{{u.Status, u.Notes, u.Forward}}, u.Previous...)
	u.Previous = kept[:min(len(kept), mostPrevious)]
}

// neglect lets an agent go on without a disposition (contract section 8.3).
func (s *state) neglect(a *liveAgent) {
	c := s.callOf(a)
	if c == nil || c.waiting || c.state != call.Over {
		return
	}
	code := "Ambiguous"
	if c.broken {
		code = "Ambiguous - Agent Connection Broken"
	}
	s.move(a, agent.Neglect)
	s.release(a, c)
	s.closeCall(c, "Ambiguous", code)
}

// status is a user's live status; it is made on the first look.
func (s *state) status(user string) *UserStatus {
	u := s.users[user]
	if u == nil {
		u = &UserStatus{User: user, Status: "Available, No ACD", Since: s.now, PhoneAt: s.now}
		s.users[user] = u
	}
	return u
}

// present changes how a user shows to others: the status, unless it is empty, and
// whether he is on a call: now, or else if any that he has in hand keeps him there. It
// tells of it once, if anything changed.
func (s *state) present(user, status string, onPhone bool) {
	u := s.status(user)
	before := *u
	if status != "" && u.Status != status {
		u.Status, u.Since = status, s.now
		u.Forward, u.Until = "", Until{} // they were said of the former one
		s.note(campaign.Entry{Kind: "status", Agent: user, Text: status})
	}
	onPhone = onPhone || s.onPhone(user)
	if u.OnPhone != onPhone {
		u.OnPhone, u.PhoneAt = onPhone, s.now
	}
	if u.Status != before.Status || u.OnPhone != before.OnPhone {
		s.sayStatus(u)
	}
}

func (s *state) sayStatus(u *UserStatus) {
	view := *u
	view.Station, view.Previous = slices.Clone(u.Station), slices.Clone(u.Previous)
	s.tell(StatusChanged{view})
}

func (s *state) requestBreak(c RequestBreak) error {
	a, err := s.loggedIn(c.Agent)
	if err != nil {
		return err
	}
	s.moveBreak(a, agent.BreakRequest) // granted when the agent can be spared
	return nil
}

func (s *state) endBreak(c EndBreak) error {
	a, err := s.loggedIn(c.Agent)
	if err != nil {
		return err
	}
	s.moveBreak(a, agent.BreakEnd)
	return nil
}

func (s *state) moveBreak(a *liveAgent, in agent.BreakInput) {
	next, ok := a.brk.On(in)
	if !ok {
		s.log.Error("undecided", "agent", a.id.String(), "break", a.brk.String(), "input", in.String())
		return
	}
	if next == a.brk && in != agent.BreakEnd {
		return
	}
	a.brk = next
	s.tell(BreakChanged{Agent: a.id, Break: next})
	s.note(campaign.Entry{Kind: "break", Agent: a.id.User, Text: next.String()})
}

// grant fulfils wishes for a break and for log-off, as soon as the agent has no
// call in hand and others can take the calls that are in the air (contract
// section 8.4).
func (s *state) grant() {
	for _, lc := range s.campaignsByID() {
		s.close(lc)
	}
	for _, a := range slices.Clone(s.pulse.idle) { // who has a call in hand is not spared
		if (a.brk == agent.BreakPending || a.leaving != nil) && s.spare(a) {
			s.fulfil(a)
		}
	}
}

// close logs agents off from a campaign that was switched off, once no call of it
// is in the air.
func (s *state) close(lc *liveCampaign) {
	if !lc.closing || s.flying(lc) > 0 {
		return
	}
	lc.closing = false
	for _, a := range s.agentsByID() {
		if _, in := a.in[lc.def.ID]; in {
			a.quit(lc.def.ID)
			s.tell(LoggedOff{Agent: a.id, Campaigns: []AvailableCampaign{seenBy(a, lc)}})
		}
	}
}

// quit takes an agent out of a campaign.
func (a *liveAgent) quit(id campaign.ID) {
	delete(a.in, id)
	delete(a.types, id)
}

// fulfil grants what the agent waits for.
func (s *state) fulfil(a *liveAgent) {
	if a.brk == agent.BreakPending {
		s.moveBreak(a, agent.BreakGrant)
	}
	if a.leaving != nil {
		s.grantLeave(a)
	}
}

// spare tells whether the floor can do without the agent now.
func (s *state) spare(a *liveAgent) bool {
	if a.state != agent.Idle || a.asked || a.aside || a.keeps != "" {
		return false
	}
	for id, ready := range a.in {
		lc := s.campaigns[id]
		if lc == nil || !ready || lc.def.Mode.Named() || a.brk == agent.OnBreak {
			continue
		}
		others := 0
		for _, b := range newCover(s).free(id) {
			if b.id.User != a.id.User {
				others++
			}
		}
		if s.expected(lc) > float64(others) {
			return false
		}
	}
	return true
}

// grantLeave logs an agent off from campaigns, or from the dialer.
func (s *state) grantLeave(a *liveAgent) {
	ids := a.leaving.campaigns
	a.leaving = nil
	entirely := len(ids) == 0
	if entirely {
		for id := range a.in {
			ids = append(ids, id)
		}
		slices.Sort(ids)
	}
	gone := LoggedOff{Agent: a.id, Entirely: entirely}
	for _, id := range ids {
		a.quit(id)
		if lc := s.campaigns[id]; lc != nil {
			gone.Campaigns = append(gone.Campaigns, seenBy(a, lc))
			if !entirely {
				s.sayCampaign(a, lc)
			}
		}
	}
	if entirely {
		s.move(a, agent.LogOff)
		s.moveBreakQuietly(a)
		if !a.line.next.IsZero() {
			s.noMoreTries(a)
			s.sayLine(a)
		}
		spare := !a.station.MayPersist() && a.line.leg != 0 // it stood from one precise call to the next
		if (s.rules.LogOffDropsLine || spare) && !a.busy() {
			s.dropLine(a, "the agent logged off from the dialer")
		}
	}
	s.tell(gone)
}

// moveBreakQuietly ends a break at log-off; nobody is told, as the agent is out.
func (s *state) moveBreakQuietly(a *liveAgent) { a.brk, _ = a.brk.On(agent.BreakEnd) }
