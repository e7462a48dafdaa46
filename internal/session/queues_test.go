package session

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// own is the queue of a user.
func own(user string) []call.Queue { return []call.Queue{{Type: call.UserQueue, Name: user}} }

// TestSees: who may see which call, each rule with a case on both sides.
func TestSees(t *testing.T) {
	var (
		anna  = agent.User{ID: "anna", Workgroups: []string{"Sales"}}
		bert  = agent.User{ID: "bert", Workgroups: []string{"Sales"}}
		carl  = agent.User{ID: "carl", Workgroups: []string{"Support"}}
		sally = agent.User{ID: "sally", Supervisor: true, Workgroups: []string{"Sales"}}
		root  = agent.User{ID: "root", Admin: true}
	)
	of := func(u agent.User) dialer.CallView {
		return dialer.CallView{ID: "1", Agent: agent.ID{User: u.ID, Application: "desk"}, State: call.Connected}
	}
	on := func(typ call.QueueType, name string) dialer.CallView {
		return dialer.CallView{ID: "1", Queue: call.Queue{Type: typ, Name: name}, State: call.Parked}
	}
	with := func(c dialer.CallView, change func(*dialer.CallView)) dialer.CallView { change(&c); return c }
	sales := func(c *dialer.CallView) { c.Campaign = campaign.Campaign{ID: "A", Workgroup: "sales"} }
	for _, c := range []struct {
		name string
		call dialer.CallView
		side agent.User
		see  []string
	}{
		{"held by anna", of(anna), anna, []string{"anna", "sally", "root"}},
		{"held by carl, of another workgroup", of(carl), carl, []string{"carl", "root"}},
		{"held by carl for a campaign of sales", with(of(carl), sales), carl, []string{"carl", "sally", "root"}},
		{"held by one whose last session ended", of(anna), agent.User{}, []string{"anna", "root"}},
		{"a colleague is called", with(of(carl), func(c *dialer.CallView) { c.Target = "Bert" }), carl, []string{"bert", "carl", "root"}},
		{"a supervisor takes part", with(of(carl), func(c *dialer.CallView) { c.Supervisors = map[string]call.Supervision{"sally": call.Listen} }), carl, []string{"carl", "sally", "root"}},
		{"waits for anna", on(call.UserQueue, "ANNA"), anna, []string{"anna", "sally", "root"}},
		{"waits at anna's station", on(call.StationQueue, "desk-anna"), anna, []string{"anna", "sally", "root"}},
		{"waits for a workgroup", on(call.WorkgroupQueue, "SALES"), agent.User{}, []string{"anna", "bert", "sally", "root"}},
		{"a customer of sales is being called", with(dialer.CallView{ID: "1", State: call.Dialing}, sales), agent.User{}, []string{"sally", "root"}},
		{"nobody's", dialer.CallView{ID: "1"}, agent.User{}, []string{"root"}},
	} {
		var got []string
		for _, u := range []agent.User{anna, bert, carl, sally, root} {
			if (Looker{User: u, Station: "desk-" + u.ID}).Sees(c.call, c.side) {
				got = append(got, u.ID)
			}
		}
		if !slices.Equal(got, c.see) {
			t.Errorf("%s: %v see it, want %v", c.name, got, c.see)
		}
	}
}

// staffed gives the book's users rights and workgroups, before they sign in.
type staffed struct{ people }

func (*staffed) User(_ context.Context, id string) (agent.User, error) {
	for _, u := range []agent.User{
		{ID: "anna", Workgroups: []string{"Sales"}}, {ID: "bert", Workgroups: []string{"Sales"}}, {ID: "carl", Workgroups: []string{"Support"}},
		{ID: "sally", Supervisor: true, Workgroups: []string{"Sales"}}, {ID: "root", Admin: true},
	} {
		if is(u.ID, id) {
			return u, nil
		}
	}
	return agent.User{}, fault.New(fault.NotFound, "there is no user %s", id)
}

func (p *staffed) Authenticate(ctx context.Context, id, _ string) (agent.User, error) {
	return p.User(ctx, id)
}

// shared is a room of several workgroups.
func shared(t *testing.T, test func(room)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := room{T: t, floor: &floor{}}
		r.Book = New(Config{Floor: r.floor, Listen: r.floor.Listen, Users: &staffed{}, Stations: &people{}})
		synctest.Wait()
		test(r)
		r.Close(context.Background())
	})
}

// TestMayFollow: whose queues one may follow.
func TestMayFollow(t *testing.T) {
	shared(t, func(r room) {
		ctx := context.Background()
		all := map[string]*Session{}
		for _, u := range []string{"anna", "bert", "carl", "sally", "root"} {
			all[u] = r.enterAs(u, "desk")
			if _, err := r.Sit(ctx, all[u], Wish{Kind: agent.Workstation, Name: "Desk-" + u, Ready: true}); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			who  string
			q    call.Queue
			want fault.Kind // Internal is none
		}{
			{"anna", call.Queue{Type: call.UserQueue, Name: "ANNA"}, fault.Internal},
			{"anna", call.Queue{Type: call.UserQueue, Name: "bert"}, fault.Forbidden},
			{"anna", call.Queue{Type: call.UserQueue, Name: "nobody"}, fault.Forbidden},
			{"sally", call.Queue{Type: call.UserQueue, Name: "bert"}, fault.Internal},
			{"sally", call.Queue{Type: call.UserQueue, Name: "carl"}, fault.Forbidden},
			{"sally", call.Queue{Type: call.UserQueue, Name: "nobody"}, fault.NotFound},
			{"root", call.Queue{Type: call.UserQueue, Name: "carl"}, fault.Internal},
			{"anna", call.Queue{Type: call.WorkgroupQueue, Name: "sales"}, fault.Internal},
			{"anna", call.Queue{Type: call.WorkgroupQueue, Name: "Support"}, fault.Forbidden},
			{"sally", call.Queue{Type: call.WorkgroupQueue, Name: "Support"}, fault.Forbidden},
			{"root", call.Queue{Type: call.WorkgroupQueue, Name: "Support"}, fault.Internal},
			{"anna", call.Queue{Type: call.StationQueue, Name: "desk-anna"}, fault.Internal},
			{"anna", call.Queue{Type: call.StationQueue, Name: "Desk-bert"}, fault.Forbidden},
			{"anna", call.Queue{Type: call.StationQueue, Name: "Empty"}, fault.Forbidden},
			{"sally", call.Queue{Type: call.StationQueue, Name: "Desk-bert"}, fault.Internal},
			{"sally", call.Queue{Type: call.StationQueue, Name: "Desk-carl"}, fault.Forbidden},
			{"sally", call.Queue{Type: call.StationQueue, Name: "Empty"}, fault.Internal},
			{"root", call.Queue{Type: call.StationQueue, Name: "remote-carl"}, fault.Internal},
			{"anna", call.Queue{Type: call.SystemQueue}, fault.Forbidden},
			{"sally", call.Queue{Type: call.SystemQueue}, fault.Internal},
			{"root", call.Queue{Type: call.SystemQueue}, fault.Internal},
		} {
			if err := r.WatchQueues(ctx, all[c.who], "q", []call.Queue{c.q}, nil); fault.KindOf(err) != c.want || (err == nil) != (c.want == fault.Internal) {
				t.Errorf("%s follows %+v: %v", c.who, c.q, err)
			}
		}
	})
}

// tell reads messages about calls as short words.
func (r room) tell(s *Session) []string {
	synctest.Wait()
	var words []string
	r.Deliver(context.Background(), s, func(batch []Message) error {
		for _, m := range batch {
			switch m := m.(type) {
			case Queue:
				w := m.Subscription + ":"
				if m.Whole {
					w += " whole"
				}
				for _, c := range m.Added {
					w += " +" + string(c.ID)
				}
				for _, c := range m.Changed {
					w += " ~" + string(c.After.ID)
				}
				for _, id := range m.Removed {
					w += " -" + string(id)
				}
				words = append(words, w)
			case QueueLost:
				words = append(words, m.Subscription+": lost")
			case Interaction:
				words = append(words, "call "+string(m.After.ID))
			case InteractionGone:
				words = append(words, fmt.Sprintf("gone %s, lost %v", m.Call, m.Lost))
			case Morphed:
				words = append(words, fmt.Sprintf("%s is %s", m.From, m.To))
			case Snippet:
				words = append(words, "snippet "+m.Recording)
			case Alerting:
				w := "alerts:"
				if m.Whole {
					w = "alerts whole:"
				}
				for _, a := range m.Alerts {
					w += fmt.Sprintf(" %s of %d %s", a.Call.ID, a.Queue.Type, a.Queue.Name)
					if a.Stop {
						w += " stops"
					}
				}
				words = append(words, w)
			case History:
				w := "history:"
				if m.Whole {
					w = "history whole:"
				}
				for _, p := range m.Calls {
					w += " " + string(p.Call.ID)
					if p.Forwarded {
						w += " forwarded"
					}
				}
				words = append(words, w)
			}
		}
		return nil
	})
	return words
}

func (r room) hears(what string, s *Session, want ...string) {
	r.Helper()
	r.wants(what, r.tell(s), want...)
}

// TestQueues: what each of four people sees of the same calls as they come and go.
func TestQueues(t *testing.T) {
	shared(t, func(r room) {
		ctx := context.Background()
		anna, bert, sally := r.enterAs("anna", "desk"), r.enterAs("bert", "desk"), r.enterAs("sally", "desk")
		workgroup := []call.Queue{{Type: call.WorkgroupQueue, Name: "Sales"}}
		r.floor.mu.Lock()
		r.floor.snap.Calls = []dialer.CallView{{ID: "6", State: call.Dialing, Campaign: campaign.Campaign{ID: "A", Workgroup: "Sales"}}}
		r.floor.mu.Unlock()
		for s, queues := range map[*Session][]call.Queue{anna: own("anna"), bert: workgroup, sally: {{Type: call.SystemQueue}}} {
			if err := r.WatchQueues(ctx, s, "q", queues, nil); err != nil {
				t.Fatal(err)
			}
			r.hears("first, without a contact who is being called", s, "q: whole")
		}
		c := dialer.CallView{ID: "7", Agent: anna.Agent(), State: call.Connected, Campaign: campaign.Campaign{ID: "A", Workgroup: "Sales"}}
		for _, step := range []struct {
			name              string
			change            func()
			gone              bool
			anna, bert, sally []string
		}{
			{"anna gets a customer", func() {}, false, []string{"q: +7"}, nil, []string{"q: +7"}},
			{"she holds him", func() { c.State = call.Held }, false, []string{"q: ~7"}, nil, []string{"q: ~7"}},
			{"she parks him with her workgroup", func() {
				c.Kind, c.Agent, c.Queue, c.State = call.Passed, agent.ID{}, call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}, call.Parked
			},
				false, []string{"q: -7"}, []string{"q: +7"}, []string{"q: ~7"}},
			{"bert takes him", func() { c.Agent, c.Queue, c.State = bert.Agent(), call.Queue{}, call.Connected }, false, nil, []string{"q: ~7"}, []string{"q: ~7"}},
			{"it is over", func() { c.State = call.Over }, true, nil, []string{"q: -7"}, []string{"q: -7"}},
		} {
			step.change()
			r.floor.say(dialer.CallChanged{Call: c, Gone: step.gone})
			r.hears(step.name+": anna", anna, step.anna...)
			r.hears(step.name+": bert", bert, step.bert...)
			r.hears(step.name+": sally", sally, step.sally...)
		}
	})
}

// TestAQueueIsLost when the supervisor does not oversee its user any more.
func TestAQueueIsLost(t *testing.T) {
	shared(t, func(r room) {
		ctx := context.Background()
		anna, sally := r.enterAs("anna", "desk"), r.enterAs("sally", "desk")
		if err := r.WatchQueues(ctx, sally, "q", own("anna"), nil); err != nil {
			t.Fatal(err)
		}
		c := dialer.CallView{ID: "7", Agent: anna.Agent(), State: call.Connected}
		r.floor.say(dialer.CallChanged{Call: c})
		synctest.Wait()
		r.mu.Lock()
		r.desks[anna.Agent()].user.Workgroups = []string{"Support"}
		r.mu.Unlock()
		r.floor.say(dialer.CallChanged{Call: c})
		r.floor.say(dialer.CallChanged{Call: c})
		r.hears("a call of hers", sally, "q: whole", "q: +7", "q: lost")
	})
}

// TestACallIsFollowed through its changes, into another one and out of sight.
func TestACallIsFollowed(t *testing.T) {
	shared(t, func(r room) {
		ctx := context.Background()
		anna, bert := r.enterAs("anna", "desk"), r.enterAs("bert", "desk")
		c := dialer.CallView{ID: "7", Agent: anna.Agent(), State: call.Connected}
		r.floor.mu.Lock()
		r.floor.snap.Calls = []dialer.CallView{c}
		r.floor.mu.Unlock()
		if err := r.WatchCall(ctx, bert, "7", nil); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a colleague's: %v", err)
		}
		if err := r.WatchCall(ctx, anna, "8", nil); fault.KindOf(err) != fault.NotFound {
			t.Errorf("one that is not there: %v", err)
		}
		if err := r.WatchCall(ctx, anna, "7", nil); err != nil {
			t.Fatal(err)
		}
		waiting := dialer.CallView{ID: "9", Kind: call.Passed, Queue: call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}, State: call.Offered}
		taken := waiting
		taken.Agent, taken.Queue, taken.State = bert.Agent(), call.Queue{}, call.Connected
		for _, body := range []dialer.EventBody{
			dialer.CallChanged{Call: c},
			dialer.CallChanged{Call: dialer.CallView{ID: "8", Agent: anna.Agent()}},
			dialer.SnippetMade{Call: "7", By: "anna", Recording: "x-1"},
			dialer.SnippetMade{Call: "8", By: "anna", Recording: "y-1"},
			dialer.CallMorphed{From: c, To: waiting},
			dialer.CallChanged{Call: c}, // what is left of it is not followed
			dialer.CallChanged{Call: waiting, New: true},
			dialer.CallChanged{Call: taken},
			dialer.CallChanged{Call: taken, Gone: true},
		} {
			r.floor.say(body)
		}
		r.hears("all", anna, "call 7", "call 7", "snippet x-1", "7 is 9", "call 9", "call 9", "gone 9, lost true")

		if err := r.WatchCall(ctx, anna, "7", nil); err != nil { // the floor still shows it
			t.Fatal(err)
		}
		r.floor.say(dialer.CallMorphed{From: c, To: taken})
		r.floor.say(dialer.CallChanged{Call: c, Gone: true})
		r.hears("one that went where she may not see it", anna, "call 7", "gone 7, lost false")
	})
}

// TestUnfollowing: a call that became another one is let go under both ids, and
// followed once.
func TestUnfollowing(t *testing.T) {
	shared(t, func(r room) {
		ctx := context.Background()
		anna := r.enterAs("anna", "desk")
		from, to := dialer.CallView{ID: "7", Agent: anna.Agent()}, dialer.CallView{ID: "9", Agent: anna.Agent()}
		r.floor.mu.Lock()
		r.floor.snap.Calls = []dialer.CallView{from, to}
		r.floor.mu.Unlock()
		for _, id := range []call.ID{"7", "9"} {
			if err := r.WatchCall(ctx, anna, "7", nil); err != nil {
				t.Fatal(err)
			}
			r.floor.say(dialer.CallMorphed{From: from, To: to})
			synctest.Wait()
			r.UnwatchCall(anna, id)
			r.floor.say(dialer.CallChanged{Call: to})
			r.hears("let go as "+string(id), anna, "call 7", "7 is 9", "call 9")
		}
		if err := r.WatchCall(ctx, anna, "7", nil); err != nil {
			t.Fatal(err)
		}
		r.floor.say(dialer.CallMorphed{From: from, To: to})
		synctest.Wait()
		if err := r.WatchCall(ctx, anna, "9", nil); err != nil {
			t.Fatal(err)
		}
		r.floor.say(dialer.CallChanged{Call: to})
		r.hears("followed once", anna, "call 7", "7 is 9", "call 9", "call 9", "call 9")
	})
}

// TestAlerts: what alerts now comes first, then each start and stop for this agent.
func TestAlerts(t *testing.T) {
	shared(t, func(r room) {
		ctx := context.Background()
		anna, tab := r.enterAs("anna", "desk"), r.enterAs("anna", "browser")
		sales, mine := call.Queue{Type: call.WorkgroupQueue, Name: "Sales"}, call.Queue{Type: call.UserQueue, Name: "anna"}
		r.floor.mu.Lock()
		r.floor.snap.Calls = []dialer.CallView{
			{ID: "1", State: call.Offered, Queue: sales, Alerts: []agent.ID{tab.Agent(), anna.Agent()}, Rings: sales},
			{ID: "2", State: call.Offered, Queue: sales, Alerts: []agent.ID{tab.Agent()}, Rings: sales},
			{ID: "3", State: call.Alerting, Agent: agent.ID{User: "bert"}, Target: "anna", Alerts: []agent.ID{anna.Agent()}, Rings: mine},
			{ID: "4", State: call.Parked, Queue: sales},
		}
		r.floor.mu.Unlock()
		if err := r.WatchAlerts(ctx, anna, nil); err != nil {
			t.Fatal(err)
		}
		c := dialer.CallView{ID: "6", State: call.Offered, Queue: mine}
		r.floor.say(dialer.Alert{Agent: tab.Agent(), Call: c, Queue: mine})
		r.floor.say(dialer.Alert{Agent: anna.Agent(), Call: c, Queue: mine})
		r.floor.say(dialer.Alert{Agent: anna.Agent(), Call: c, Queue: mine, Stop: true})
		r.hears("alerts", anna, "alerts whole: 1 of 2 Sales 3 of 1 anna", "alerts: 6 of 1 anna", "alerts: 6 of 1 anna stops")
		r.UnwatchAlerts(anna)
		r.floor.say(dialer.Alert{Agent: anna.Agent(), Call: c, Queue: mine})
		r.hears("after it was ended", anna)
	})
}

// TestHistory: each call once, the newest first, a hundred at most.
func TestHistory(t *testing.T) {
	shared(t, func(r room) {
		ctx := context.Background()
		anna, bert := r.enterAs("anna", "desk"), r.enterAs("bert", "desk")
		follow := func(s *Session, n int) {
			t.Helper()
			if err := r.WatchHistory(ctx, s, n); err != nil {
				t.Fatal(err)
			}
		}
		follow(anna, 10)
		at := time.Date(2026, 1, 31, 17, 30, 0, 0, time.UTC)
		c := dialer.CallView{ID: "1", Agent: anna.Agent(), State: call.Connected, Dialed: at}
		over := c
		over.State, over.Ended = call.Over, at.Add(time.Minute)
		aside := dialer.CallView{ID: "2", Agent: anna.Agent(), Kind: call.Made, Target: "bert", State: call.Over, Began: at}
		for _, body := range []dialer.EventBody{
			dialer.CallChanged{Call: c},
			dialer.CallChanged{Call: over},
			dialer.CallMorphed{From: over, To: dialer.CallView{ID: "9"}},
			dialer.CallChanged{Call: over, Gone: true},
			dialer.CallChanged{Call: dialer.CallView{ID: "3", Agent: anna.Agent(), State: call.Over, Preview: true}, Gone: true}, // skipped
			dialer.CallChanged{Call: aside, Gone: true},
		} {
			r.floor.say(body)
		}
		r.hears("as they end", anna, "history whole:", "history: 1", "history: 2")
		follow(anna, 1)
		r.hears("the last one", anna, "history whole: 2")
		follow(anna, 10)
		r.hears("all", anna, "history whole: 2 1 forwarded")
		follow(bert, 10)
		r.hears("the colleague who was called", bert, "history whole: 2")

		for i := range 2 * MaxHistory {
			r.floor.say(dialer.CallChanged{Call: dialer.CallView{ID: call.ID(fmt.Sprint(100 + i)), Agent: bert.Agent(), State: call.Over, Began: at}})
		}
		synctest.Wait()
		r.mu.Lock()
		defer r.mu.Unlock()
		if n := len(r.history["bert"]); n != MaxHistory || r.history["bert"][n-1].id != "299" {
			t.Errorf("%d calls are remembered", n)
		}
	})
}

// TestACallThatIsOverIsLetGo: what nothing more is told of does not count as followed.
func TestACallThatIsOverIsLetGo(t *testing.T) {
	shared(t, func(r room) {
		ctx := context.Background()
		anna := r.enterAs("anna", "desk")
		for i := range maxWatches + 1 {
			c := dialer.CallView{ID: call.ID(fmt.Sprint(i)), Agent: anna.Agent(), State: call.Connected}
			r.floor.mu.Lock()
			r.floor.snap.Calls = []dialer.CallView{c}
			r.floor.mu.Unlock()
			if err := r.WatchCall(ctx, anna, c.ID, nil); err != nil {
				t.Fatalf("call %d of a day: %v", i+1, err)
			}
			r.floor.say(dialer.CallChanged{Call: c, Gone: true})
			r.hears("a call", anna, "call "+string(c.ID), "gone "+string(c.ID)+", lost false")
		}
	})
}

// TestHistoryOfWhatEndsMeanwhile: a call that the snapshot holds already, but of
// which nothing was heard, is told once; so is one that ended while the listener was
// cut off.
func TestHistoryOfWhatEndsMeanwhile(t *testing.T) {
	shared(t, func(r room) {
		anna := r.enterAs("anna", "desk")
		at := time.Date(2026, 1, 31, 17, 30, 0, 0, time.UTC)
		over := func(id call.ID) dialer.CallView {
			return dialer.CallView{ID: id, Agent: anna.Agent(), State: call.Over, Dialed: at, Ended: at.Add(time.Minute)}
		}
		r.floor.say(dialer.CallChanged{Call: over("1")})
		r.floor.mu.Lock()
		r.floor.looking = func() {
			r.floor.looking = nil
			r.floor.sayLocked(dialer.CallChanged{Call: over("2")})
		}
		r.floor.mu.Unlock()
		if err := r.WatchHistory(context.Background(), anna, 0); err != nil {
			t.Fatal(err)
		}
		r.floor.say(dialer.CallChanged{Call: over("3")})
		r.hears("as they end", anna, "history whole:", "history: 2", "history: 3")

		r.floor.mu.Lock()
		r.floor.snap.Calls = []dialer.CallView{over("3"), over("4")}
		r.floor.snap.Seq += 10 // missed
		close(r.floor.events)
		r.floor.mu.Unlock()
		time.Sleep(2 * relisten)
		r.hears("the whole again", anna, "history whole: 4 3 2")
		r.floor.say(dialer.CallChanged{Call: over("4"), Gone: true})
		r.floor.say(dialer.CallChanged{Call: over("5")})
		r.hears("and on", anna, "history: 5")
	})
}
