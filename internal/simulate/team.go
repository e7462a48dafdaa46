package simulate

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// team are the agents of a day, and the desktops that they use.
type team struct {
	day     *day
	members []*member
}

// member is one agent.
type member struct {
	id     agent.ID
	number int
	gone   bool
	state  agent.State
	talks  bool               // to somebody who was passed on to him
	wrapUp time.Duration      // of the call in hand
	label  string             // of its disposition
	choice campaign.ContactID // whom he is about to call by his own wish; 0 is nobody
	of     int                // the campaign for which
	looks  int                // counts how often he has begun to look for somebody
}

const application = "desktop"

// unreached is what agents say of a call in which they spoke to nobody.
const unreached = "Answering machine"

// How long agents look at a contact, previewed or chosen, before they call it, and take to disposition
// one that was not reached.
const (
	looking = 10 * time.Second
	noting  = 3 * time.Second
)

// hire lets one more agent begin to work.
func (t *team) hire() {
	n := len(t.members)
	m := &member{id: agent.ID{User: fmt.Sprintf("agent-%04d", n+1), Application: application}, number: n}
	m.wrapUp, m.label = noting, unreached
	t.members = append(t.members, m)
	d := t.day
	d.score.come(n, d.now)
	d.must(dialer.Arrive{Agent: m.id, User: agent.User{ID: m.id.User, Workgroups: []string{workgroup}}})
	d.must(dialer.Sit{Agent: m.id, Station: agent.Station{
		Kind: agent.RemoteNumber, Name: m.id.User, Target: strconv.Itoa(n), Persistent: !d.Team.NoLine,
	}})
	d.must(dialer.LogIn{Agent: m.id})
	if !d.Team.NoLine {
		d.must(dialer.EstablishLine{Agent: m.id})
	}
	d.must(dialer.Ready{Agent: m.id})
	t.available(m)
	if d.Team.BreakEvery > 0 { // not all at once
		t.rest(m, d.Team.BreakEvery*time.Duration(1+n%20)/20)
	}
}

// vanish lets the agent who came last go at once, in the middle of whatever he does.
func (t *team) vanish() {
	for i := len(t.members) - 1; i >= 0; i-- {
		if m := t.members[i]; !m.gone {
			m.gone = true
			t.day.must(dialer.Leave{Agent: m.id})
			t.day.score.leave(m.number, t.day.now)
			return
		}
	}
}

// at finds the agent whose phone has a number.
func (t *team) at(number string) *member {
	n, _ := strconv.Atoi(number)
	return t.members[n]
}

// hear is told what agents' desktops hear. What comes of it is done later, as the floor
// is at work now.
func (t *team) hear(e dialer.Event) {
	switch e := e.Body.(type) {
	case dialer.AgentChanged:
		m := t.of(e.Agent)
		m.state = e.State
		t.day.score.be(m.number, t.day.now, e.State)
		if e.State == agent.WrapUp {
			t.day.in(m.wrapUp, func() { t.dispose(m) })
		}
	case dialer.Popped:
		if e.Call.Preview && !e.Call.Placed {
			m := t.of(e.Agent)
			m.wrapUp, m.label = noting, unreached
			t.day.in(looking, func() { t.place(m) })
		}
	case dialer.Alert:
		if m := t.of(e.Agent); !e.Stop {
			t.day.in(reach, func() { t.pickUp(m, e.Call.ID) })
		}
	case dialer.ManualCall:
		t.called(t.of(e.Agent), e.Status)
	case dialer.BreakChanged:
		if m := t.of(e.Agent); e.Break == agent.OnBreak {
			t.day.score.pause(m.number, t.day.now, true)
			t.day.in(t.day.Team.BreakFor, func() { t.resume(m) })
		}
	case dialer.StatusChanged:
		if e.Status.Status == agent.StatusNotAnswering {
			m := t.of(agent.ID{User: e.Status.User, Application: application})
			t.day.in(time.Second, func() { t.available(m) })
		}
	}
}

func (t *team) of(id agent.ID) *member {
	n, _ := strconv.Atoi(id.User[len("agent-"):])
	return t.members[n-1]
}

// pickUp takes a call that alerts an agent, unless he has another one by now, or somebody
// else has taken it.
func (t *team) pickUp(m *member, id call.ID) {
	if m.gone || m.talks || m.state != agent.Idle {
		return
	}
	err := t.day.order(dialer.Act{By: m.id, Call: id, Action: dialer.Pickup})
	if kind := fault.KindOf(err); err != nil && kind != fault.Conflict && kind != fault.NotFound && kind != fault.Forbidden {
		t.day.amiss("%s could not pick up call %s: %v", m.id.User, id, err)
	}
}

// place calls the contact that an agent looks at, or lets it go if that is too late.
func (t *team) place(m *member) {
	if m.gone {
		return
	}
	if err := t.day.order(dialer.PlacePreview{Agent: m.id}); err != nil {
		t.day.must(dialer.Dispose{Agent: m.id, Label: campaign.SkipLabel})
		t.available(m)
	}
}

// dispose dispositions the call in hand, and goes on to the next.
func (t *team) dispose(m *member) {
	if m.gone {
		return
	}
	t.day.must(dialer.Dispose{Agent: m.id, Label: m.label})
	m.wrapUp, m.label = noting, unreached
	t.available(m)
}

func (t *team) available(m *member) {
	if !m.gone {
		t.day.must(dialer.SetStatus{User: m.id.User, Status: agent.StatusAvailable})
		t.look(m)
	}
}

// look lets an agent look for somebody to call by his own wish, where a campaign of mode
// manual wants that.
func (t *team) look(m *member) {
	if !slices.ContainsFunc(t.day.Campaigns, func(c Campaign) bool { return c.Mode == campaign.Manual }) {
		return
	}
	m.looks++
	look := m.looks
	t.day.in(looking, func() {
		if m.looks == look && !m.gone && t.day.now < t.day.Length {
			t.call(m)
		}
	})
}

// call calls the next contact of the first manual campaign that has one. If there is none,
// or the agent has something else to do by now, he looks again.
func (t *team) call(m *member) {
	for i, c := range t.day.Campaigns {
		if c.Mode == campaign.Manual && m.choice == 0 {
			m.of = i
			m.choice, _ = t.day.book.choose(listName(i))
		}
	}
	if m.choice == 0 {
		t.look(m)
		return
	}
	t.day.must(dialer.DialManually{By: m.id, For: m.id.User, Campaign: campaignID(m.of), Contact: m.choice})
}

// called hears what became of a call that an agent made by his own wish.
func (t *team) called(m *member, status dialer.ManualStatus) {
	switch status {
	case dialer.ManualCallPlaced:
		m.wrapUp, m.label, m.choice = noting, unreached, 0
	case dialer.ManualAgentNotIdle:
		t.look(m)
	case dialer.ManualCallComplete, dialer.ManualPlaceCallFailed:
	default:
		t.day.amiss("%s could not call contact %d: %s", m.id.User, m.choice, status)
	}
}

// rest lets an agent ask for a break after a while, and resume ends it.
func (t *team) rest(m *member, after time.Duration) {
	t.day.in(after, func() {
		if !m.gone && t.day.now < t.day.Length {
			t.day.must(dialer.RequestBreak{Agent: m.id})
		}
	})
}

func (t *team) resume(m *member) {
	if m.gone {
		return
	}
	t.day.score.pause(m.number, t.day.now, false)
	t.day.must(dialer.EndBreak{Agent: m.id})
	t.rest(m, t.day.Team.BreakEvery)
}
