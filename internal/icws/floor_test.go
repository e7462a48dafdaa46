package icws

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// stage is a floor small enough to be read: it does to its views what the
// dialer's commands say, says the events, and calls nobody.
type stage struct {
	mu        sync.Mutex
	seq       uint64
	at        time.Time
	agents    map[agent.ID]*dialer.AgentView
	statuses  map[string]dialer.UserStatus
	calls     map[call.ID]dialer.CallView
	campaigns []dialer.AvailableCampaign
	archive   []dialer.CampaignView
	listeners map[chan dialer.Event]bool
	done      []dialer.Command
	talks     int   // made, see stage_calls_test.go
	stopped   error // what a floor that has stopped answers
}

func newStage() *stage {
	return &stage{
		at:     time.Date(2026, 1, 31, 17, 30, 0, 0, time.UTC),
		agents: map[agent.ID]*dialer.AgentView{}, statuses: map[string]dialer.UserStatus{}, calls: map[call.ID]dialer.CallView{},
		listeners: map[chan dialer.Event]bool{},
		campaigns: []dialer.AvailableCampaign{{ID: "4E883D1E-4B03-4E89-8DA6-CE904BB64983", Name: "Spring", Workgroup: "Sales", Mode: campaign.Power, State: campaign.On}},
	}
}

func (f *stage) Listen(size int) (<-chan dialer.Event, func()) {
	c := make(chan dialer.Event, size)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listeners[c] = true
	return c, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.listeners, c)
	}
}

// cut ends every listener, as a floor does with one that is too slow.
func (f *stage) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.listeners {
		close(c)
	}
	clear(f.listeners)
}

func (f *stage) Last(context.Context) (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seq, f.stopped
}

func (f *stage) Look(context.Context) (dialer.Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopped != nil {
		return dialer.Snapshot{}, f.stopped
	}
	snap := dialer.Snapshot{Seq: f.seq, At: f.at, Campaigns: f.archive}
	for _, a := range f.agents {
		v := *a
		v.Campaigns = slices.Clone(a.Campaigns)
		snap.Agents = append(snap.Agents, v)
	}
	for _, id := range slices.Sorted(maps.Keys(f.calls)) {
		snap.Calls = append(snap.Calls, f.calls[id])
	}
	for _, st := range f.statuses {
		snap.Statuses = append(snap.Statuses, st)
	}
	return snap, nil
}

// say publishes an event; f.mu is held.
func (f *stage) say(body dialer.EventBody) {
	f.seq++
	for c := range f.listeners {
		c <- dialer.Event{Seq: f.seq, At: f.at, Body: body}
	}
}

// asked lists what was asked of the floor.
func (f *stage) asked() []dialer.Command {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.done)
}

// ring shows a call to its agent, with a pop.
func (f *stage) ring(c dialer.CallView) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[c.ID] = c
	f.agents[c.Agent].Call = c.ID
	f.say(dialer.CallChanged{Call: c, New: true})
	f.say(dialer.Popped{Agent: c.Agent, Call: c})
}

// change alters a call.
func (f *stage) change(id call.ID, how func(*dialer.CallView)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.calls[id]
	how(&c)
	f.calls[id] = c
	f.say(dialer.CallChanged{Call: c})
}

// gone takes a call away.
func (f *stage) gone(id call.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.calls[id]
	delete(f.calls, id)
	f.say(dialer.CallChanged{Call: c, Gone: true})
}

func (f *stage) Do(_ context.Context, c dialer.Command) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stopped != nil {
		return f.stopped
	}
	f.done = append(f.done, c)
	switch c := c.(type) {
	case dialer.Arrive:
		f.agents[c.Agent] = &dialer.AgentView{ID: c.Agent, MayChoose: c.User.MayChoose()}
		f.status(c.Agent.User, func(s *dialer.UserStatus) { s.In = true })
	case dialer.Leave:
		delete(f.agents, c.Agent)
		f.status(c.Agent.User, func(s *dialer.UserStatus) { s.In, s.Station = false, nil })
	case dialer.SetStatus:
		st, ok := agent.StatusNamed(c.Status)
		if !ok || !st.Selectable {
			return fault.New(fault.Invalid, "%s is not a status to choose", c.Status).On("statusId")
		}
		f.status(c.User, func(s *dialer.UserStatus) {
			s.Previous = append([]dialer.PreviousStatus{{Status: s.Status, Notes: s.Notes, Forward: s.Forward}}, s.Previous...)
			s.Status, s.Notes, s.Forward, s.Until, s.Since = st.ID, c.Notes, c.Forward, c.Until, f.at
		})
	case dialer.Act:
		return f.act(c)
	default:
		return f.agentDoes(c)
	}
	return nil
}

// Ask gives the id of what a command makes.
func (f *stage) Ask(ctx context.Context, c dialer.Command) (string, error) {
	if err := f.Do(ctx, c); err != nil {
		return "", err
	}
	return f.made(c), nil
}

func (f *stage) status(user string, how func(*dialer.UserStatus)) {
	s, ok := f.statuses[user]
	if !ok {
		s = dialer.UserStatus{User: user, Status: agent.StatusGone, Since: f.at}
	}
	how(&s)
	f.statuses[user] = s
	f.say(dialer.StatusChanged{Status: s})
}

func (f *stage) act(c dialer.Act) error {
	v, ok := f.calls[c.Call]
	switch {
	case !ok:
		return fault.New(fault.NotFound, "there is no call %s", c.Call)
	case v.Agent.User != c.By.User:
		return fault.New(fault.Forbidden, "call %s is not yours", c.Call)
	}
	switch c.Action {
	case dialer.Disconnect:
		v.State, v.Ended = call.Over, f.at
	case dialer.Hold:
		v.State = call.Held
	case dialer.Unhold, dialer.Pickup:
		v.State = call.Connected
	case dialer.Mute, dialer.Unmute:
		v.Muted = c.Action == dialer.Mute
	}
	f.calls[c.Call] = v
	f.say(dialer.CallChanged{Call: v})
	return nil
}

// agentDoes are the commands of an agent who has arrived.
func (f *stage) agentDoes(c dialer.Command) error {
	switch c := c.(type) {
	case dialer.Sit:
		f.agents[c.Agent].Station = c.Station
	case dialer.Stand:
		f.agents[c.Agent].Station = agent.Station{}
	case dialer.TestLine:
		return f.testLine(f.agents[c.Agent])
	case dialer.LogIn:
		return f.logIn(f.agents[c.Agent], c)
	case dialer.LogOff:
		a := f.agents[c.Agent]
		a.State = agent.Out
		f.say(dialer.LoggedOff{Agent: c.Agent, Campaigns: a.Campaigns, Entirely: len(c.Campaigns) == 0})
	case dialer.Ready:
		if f.agents[c.Agent].State == agent.Out {
			return fault.New(fault.Conflict, "log in to the dialer first")
		}
	case dialer.EstablishLine:
		f.establish(f.agents[c.Agent])
	case dialer.RequestBreak:
		f.say(dialer.BreakChanged{Agent: c.Agent, Break: agent.BreakPending})
		f.agents[c.Agent].Break = agent.OnBreak
		f.say(dialer.BreakChanged{Agent: c.Agent, Break: agent.OnBreak})
	case dialer.EndBreak:
		f.agents[c.Agent].Break = agent.NotOnBreak
		f.say(dialer.BreakChanged{Agent: c.Agent, Break: agent.NotOnBreak})
	case dialer.PlacePreview:
		v, ok := f.calls[f.agents[c.Agent].Call]
		if !ok {
			return fault.New(fault.NotFound, "there is no preview to place")
		}
		v.Placed, v.State = true, call.Dialing
		f.calls[v.ID] = v
		f.say(dialer.Popped{Agent: c.Agent, Call: v})
	case dialer.Dispose:
		return f.dispose(c)
	default:
		return f.ofCalls(c)
	}
	return nil
}

func (f *stage) logIn(a *dialer.AgentView, c dialer.LogIn) error {
	if c.Campaign != "" && !a.MayChoose {
		return fault.New(fault.Forbidden, "you may not choose campaigns")
	}
	i := slices.IndexFunc(f.campaigns, func(v dialer.AvailableCampaign) bool { return v.ID == c.Campaign })
	if c.Campaign != "" && i < 0 {
		return &dialer.LogonError{Reason: dialer.CampaignNotFound, Campaign: c.Campaign}
	}
	a.State = agent.Idle
	a.Campaigns = slices.Clone(f.campaigns)
	for i := range a.Campaigns {
		a.Campaigns[i].LoggedIn = !a.MayChoose || a.Campaigns[i].ID == c.Campaign
	}
	f.say(dialer.CampaignsChanged{Agent: a.ID, Whole: true, Added: slices.Clone(a.Campaigns), MayChoose: a.MayChoose})
	f.say(dialer.BreakChanged{Agent: a.ID, Break: a.Break, Whole: true})
	return nil
}

func (f *stage) establish(a *dialer.AgentView) {
	a.Line.Refusal = ""
	switch {
	case !a.Station.MayPersist():
		a.Line.Refusal = "the station is not a persistent remote number"
	case a.State == agent.Out:
		a.Line.Refusal = "not logged in to a campaign"
	case a.Line.State == agent.LineDialing, a.Line.State == agent.LineUp:
		return
	default:
		a.Line = dialer.LineView{State: agent.LineDialing, Since: f.at, Target: a.Station.Target, Persistent: true, Attempts: a.Line.Attempts + 1}
	}
	f.say(dialer.LineChanged{Agent: a.ID, Line: a.Line})
}

// testLine begins a self-test, if there is a phone.
func (f *stage) testLine(a *dialer.AgentView) error {
	if !a.Station.Callable() {
		return fault.New(fault.Conflict, "user %s has no phone for the call; connect to a station first", a.ID.User)
	}
	a.Line.Test = dialer.LineTest{ID: "900", Began: f.at}
	f.say(dialer.LineChanged{Agent: a.ID, Line: a.Line})
	return nil
}

func (f *stage) dispose(c dialer.Dispose) error {
	a := f.agents[c.Agent]
	v, ok := f.calls[a.Call]
	if !ok {
		return fault.New(fault.NotFound, "there is no call to disposition")
	}
	if _, ok := v.Campaign.Disposition(c.Label); !ok && !strings.EqualFold(c.Label, campaign.SkipLabel) {
		return fault.New(fault.Invalid, "there is no disposition %q", c.Label).On("label")
	}
	if c.Again && !v.Campaign.AllowAgain {
		return fault.New(fault.Invalid, "this campaign does not allow another call").On("placeAdditionalFollowUpCall")
	}
	v.Disposed = true
	a.Call = ""
	delete(f.calls, v.ID)
	f.say(dialer.CallChanged{Call: v, Gone: true})
	return nil
}

// keep gives the floor campaigns to look at.
func (f *stage) keep(campaigns ...dialer.CampaignView) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.archive = campaigns
}

// offer gives agents one more campaign to log in to.
func (f *stage) offer(c dialer.AvailableCampaign) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.campaigns = append(f.campaigns, c)
}

// stop makes the floor answer everything with an error, until it is nil.
func (f *stage) stop(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped = err
}

// line changes the line of an agent.
func (f *stage) line(id agent.ID, l dialer.LineView) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.agents[id].Line = l
	f.say(dialer.LineChanged{Agent: id, Line: l})
}

// publish says an event.
func (f *stage) publish(body dialer.EventBody) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.say(body)
}
