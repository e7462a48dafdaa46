package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// floor notes what it is told, and says what the test wants said.
type floor struct {
	mu       sync.Mutex
	snap     dialer.Snapshot
	told     []string
	refuse   error
	events   chan dialer.Event
	listened int
	looking  func() // called before each look, if set
}

func (f *floor) Do(_ context.Context, c dialer.Command) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return f.refuse
	}
	switch c := c.(type) {
	case dialer.Arrive:
		f.told = append(f.told, "arrive "+c.Agent.String())
	case dialer.Leave:
		f.told = append(f.told, "leave "+c.Agent.String())
	case dialer.Sit:
		f.told = append(f.told, "sit "+c.Agent.String()+" at "+c.Station.Name)
	case dialer.Stand:
		f.told = append(f.told, "stand "+c.Agent.String())
	}
	return nil
}

func (f *floor) Look(context.Context) (dialer.Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.looking != nil {
		f.looking()
	}
	return f.snap, f.refuse
}

func (f *floor) Last(context.Context) (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.snap.Seq, f.refuse
}

func (f *floor) Listen(size int) (<-chan dialer.Event, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.events = make(chan dialer.Event, size)
	f.listened++
	return f.events, func() {}
}

// say publishes; f.mu is taken.
func (f *floor) say(body dialer.EventBody) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sayLocked(body)
}

func (f *floor) sayLocked(body dialer.EventBody) {
	f.snap.Seq++
	if st, ok := body.(dialer.StatusChanged); ok {
		f.snap.Statuses = []dialer.UserStatus{st.Status}
	}
	f.events <- dialer.Event{Seq: f.snap.Seq, Body: body}
}

func (f *floor) refusing(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuse = err
}

// heard gives what the floor was told since it was last asked.
func (f *floor) heard() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.told
	f.told = nil
	return t
}

// people is everyone; the password is "secret", and takes its time to be looked
// at after a hint to do so.
type people struct {
	asked atomic.Int32
	slow  chan struct{}

	mu      sync.Mutex // guards what follows
	since   time.Time  // when everybody's password was set
	removed string     // id of one who is no longer there
	failure error      // of looking somebody up
}

func (p *people) Authenticate(ctx context.Context, id, password string) (agent.User, error) {
	p.asked.Add(1)
	if p.slow != nil && password == "secret" {
		<-p.slow
	}
	if password != "secret" {
		return agent.User{}, fault.New(fault.Unauthenticated, "no")
	}
	return p.User(ctx, id)
}

// User finds everyone: boss is an administrator, sara supervises Sales, where anna
// works.
func (p *people) User(_ context.Context, id string) (agent.User, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id = strings.ToLower(id)
	switch {
	case p.failure != nil:
		return agent.User{}, p.failure
	case id == p.removed:
		return agent.User{}, fault.New(fault.NotFound, "there is no user %s", id)
	}
	u := agent.User{ID: id, Admin: id == "boss", Supervisor: id == "sara", PasswordSet: p.since}
	if id == "sara" || id == "anna" {
		u.Workgroups = []string{"Sales"}
	}
	return u, nil
}

// lose makes looking up fail, or one user be removed.
func (p *people) lose(failure error, removed string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failure, p.removed = failure, removed
}

func (*people) Station(_ context.Context, name string) (agent.Station, error) {
	return agent.Station{Kind: agent.Workstation, Name: name, Target: "sip:" + name + "@127.0.0.1"}, nil
}

// diary is an audit that can fail.
type diary struct {
	mu    sync.Mutex
	lines []string
	full  error
}

func (d *diary) Audit(ctx context.Context, who, what, _ string, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if d.full == nil {
		d.lines = append(d.lines, who+": "+what)
	}
	return d.full
}

type room struct {
	*testing.T
	*Book
	floor  *floor
	people *people
	diary  *diary
}

// in runs a test in virtual time with a book that is closed afterwards.
func in(t *testing.T, test func(room)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := room{T: t, floor: &floor{}, people: &people{}, diary: &diary{}}
		r.Book = New(Config{Floor: r.floor, Listen: r.floor.Listen, Users: r.people, Stations: r.people, Audit: r.diary})
		test(r)
		r.floor.refusing(nil)
		r.Close(context.Background())
	})
}

func (r room) enterAs(user, application string) *Session {
	r.Helper()
	s, err := r.SignIn(context.Background(), Card{User: user, Password: "secret", Application: application, Remote: "192.0.2.1"})
	if err != nil {
		r.Fatal(err)
	}
	return s
}

func (r room) wants(what string, got []string, want ...string) {
	r.Helper()
	if !slices.Equal(got, want) {
		r.Errorf("%s: %q, want %q", what, got, want)
	}
}

// unread fetches a session's messages by their types.
func (r room) unread(s *Session) []string {
	synctest.Wait()
	var kinds []string
	r.Deliver(context.Background(), s, func(batch []Message) error {
		for _, m := range batch {
			kinds = append(kinds, strings.TrimPrefix(fmt.Sprintf("%T", m), "session."))
		}
		return nil
	})
	return kinds
}

func proof(s *Session) Proof { return Proof{ID: s.ID, Cookie: s.Cookie, Token: s.Token} }

func TestOneAgentOfSeveralSessions(t *testing.T) {
	in(t, func(r room) {
		a, b := r.enterAs("Anna", "desk"), r.enterAs("anna", "desk")
		c := r.enterAs("anna", "browser")
		r.wants("arrivals", r.floor.heard(), "arrive anna/desk", "arrive anna/browser")
		r.SignOut(context.Background(), a)
		r.wants("one is left", r.floor.heard())
		r.SignOut(context.Background(), b)
		r.SignOut(context.Background(), c)
		r.wants("departures", r.floor.heard(), "leave anna/desk", "leave anna/browser")
		r.SignOut(context.Background(), c)
		r.wants("signing out twice", r.floor.heard())
		r.wants("audit", r.diary.lines[:1], "anna: sign-in desk")
	})
}

func TestTheNewestStationCounts(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		a, b := r.enterAs("anna", "desk"), r.enterAs("anna", "desk")
		r.floor.heard()
		sit := func(s *Session, name string, ready bool) {
			if _, err := r.Sit(ctx, s, Wish{Kind: agent.Workstation, Name: name, Ready: ready}); err != nil {
				t.Fatal(err)
			}
		}
		sit(a, "One", true)
		sit(b, "Two", true)
		r.wants("two stations", r.floor.heard(), "sit anna/desk at One", "sit anna/desk at Two")
		sit(b, "Two", true)
		r.wants("the same again", r.floor.heard())
		r.SignOut(ctx, b)
		r.wants("the holder left", r.floor.heard(), "sit anna/desk at One")
		sit(a, "One", false)
		r.wants("not ready", r.floor.heard(), "stand anna/desk")
		sit(a, "One", true)
		r.Stand(ctx, a)
		r.wants("disconnected", r.floor.heard(), "sit anna/desk at One", "stand anna/desk")
		r.wants("effective station", r.unread(a), slices.Repeat([]string{"Effective"}, 4)...)
		sit(a, "One", true)
		other := r.enterAs("bert", "desk")
		if _, err := r.Sit(ctx, other, Wish{Kind: agent.Workstation, Name: "ONE", Ready: true}); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a station in use: %v", err)
		}
	})
}

func TestAFloorThatCanNotHear(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		busy := fault.New(fault.Busy, "full")
		a := r.enterAs("anna", "desk")
		r.floor.refusing(busy)
		if _, err := r.Sit(ctx, a, Wish{Kind: agent.Workstation, Name: "One", Ready: true}); fault.KindOf(err) != fault.Busy {
			t.Errorf("sitting: %v", err)
		}
		if _, ok := r.Seat(a); ok {
			t.Error("the session has a station that the floor does not know")
		}
		if _, err := r.SignIn(ctx, Card{User: "bert", Password: "secret", Application: "desk"}); fault.KindOf(err) != fault.Busy || r.Count() != 1 {
			t.Errorf("arriving: %v, %d sessions", err, r.Count())
		}
		if err := r.SignOut(ctx, a); err != nil {
			t.Errorf("signing out needs no floor: %v", err)
		}
		r.floor.heard()
		r.floor.refusing(nil)
		time.Sleep(2 * sweepEvery)
		synctest.Wait()
		r.wants("told again", r.floor.heard(), "leave anna/desk")
	})
}

func TestIdle(t *testing.T) {
	in(t, func(r room) {
		quiet, busy, streaming := r.enterAs("anna", "desk"), r.enterAs("bert", "desk"), r.enterAs("cleo", "desk")
		stream := r.Stream(streaming)
		r.floor.heard()
		for range 6 {
			time.Sleep(time.Minute)
			if _, err := r.Session(proof(busy)); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		r.wants("who left", r.floor.heard(), "leave anna/desk")
		if _, err := r.Session(proof(quiet)); err != ErrOver {
			t.Errorf("an idle session: %v", err)
		}
		if over, ok := r.Over(quiet); !ok || over.Reason != "Nothing was heard of the session for 5m0s." || over.Reconnect {
			t.Errorf("%+v", over)
		}
		stream.Close()
		time.Sleep(5*time.Minute + 2*sweepEvery)
		synctest.Wait()
		if n := r.Count(); n != 0 {
			t.Errorf("%d sessions are left", n)
		}
		time.Sleep(2 * time.Hour)
		if _, err := r.Session(proof(quiet)); err != ErrUnknown {
			t.Errorf("long after its end: %v", err)
		}
	})
}

func TestProof(t *testing.T) {
	in(t, func(r room) {
		s := r.enterAs("anna", "desk")
		good := proof(s)
		for name, c := range map[string]struct {
			change func(*Proof)
			want   error
		}{
			"right":           {func(*Proof) {}, nil},
			"another id":      {func(p *Proof) { p.ID = "1" }, ErrUnknown},
			"another cookie":  {func(p *Proof) { p.Cookie = "x" }, ErrCookie},
			"no cookie":       {func(p *Proof) { p.Cookie = "" }, ErrCookie},
			"another token":   {func(p *Proof) { p.Token += "x" }, ErrToken},
			"no token":        {func(p *Proof) { p.Token = "" }, ErrToken},
			"no token needed": {func(p *Proof) { p.Token, p.NoToken = "", true }, nil},
		} {
			p := good
			c.change(&p)
			if _, err := r.Session(p); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		other := r.enterAs("bert", "desk")
		if s.ID == other.ID || s.Cookie == other.Cookie || s.Token == other.Token || len(s.Token) < 40 {
			t.Error("secrets repeat or are short")
		}
	})
}

func TestFailedSignIns(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		try := func(user, password, from string) error {
			_, err := r.SignIn(ctx, Card{User: user, Password: password, Application: "desk", Remote: from})
			return err
		}
		for range failuresOfUser {
			if err := try("anna", "guess", "192.0.2.1"); !errors.Is(err, ErrCredentials) {
				t.Fatal(err)
			}
		}
		asked := r.people.asked.Load()
		err := try("ANNA", "secret", "192.0.2.2")
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != ErrCredentials.Code || r.people.asked.Load() != asked {
			t.Errorf("barred user: %v, passwords looked at: %d", err, r.people.asked.Load()-asked)
		}
		if err := try("bert", "secret", "192.0.2.1"); err != nil {
			t.Errorf("another user: %v", err)
		}
		for i := range failuresOfPlace {
			try(fmt.Sprint("user", i), "guess", "192.0.2.3")
		}
		if err := try("dora", "secret", "192.0.2.3"); err == nil {
			t.Error("an address that guesses many users was not barred")
		}
		r.people.slow = make(chan struct{})
		right := make(chan error)
		go func() { right <- try("finn", "secret", "192.0.2.4") }()
		synctest.Wait() // it is being looked at while others fail
		for range failuresOfUser {
			try("finn", "guess", "192.0.2.5")
		}
		close(r.people.slow)
		if err := <-right; err == nil {
			t.Error("a right guess among many at one time passed")
		}
		time.Sleep(failureWindow)
		if err := try("anna", "secret", "192.0.2.3"); err != nil {
			t.Errorf("after the window: %v", err)
		}
	})
	var many Failures
	now := time.Now()
	for i := range 2 * failureTable {
		many.Failed(fmt.Sprint(i), fmt.Sprint(i), now)
	}
	if len(many.counts) > failureTable {
		t.Errorf("%d counts are kept", len(many.counts))
	}
}

func TestSignOutOfAClientThatLeft(t *testing.T) {
	in(t, func(r room) {
		s := r.enterAs("anna", "desk")
		left, leave := context.WithCancel(context.Background())
		leave()
		if err := r.SignOut(left, s); err != nil {
			t.Error(err)
		}
		r.wants("the floor", r.floor.heard(), "arrive anna/desk", "leave anna/desk")
		r.wants("the audit", r.diary.lines, "anna: sign-in desk", "anna: sign-out desk")
	})
}

func TestAuditThatFails(t *testing.T) {
	in(t, func(r room) {
		r.diary.full = errors.New("disk full")
		if _, err := r.SignIn(context.Background(), Card{User: "anna", Password: "secret"}); fault.KindOf(err) != fault.Internal || r.Count() != 0 {
			t.Errorf("signing in unseen: %v", err)
		}
	})
}

// TestNothingBetweenSnapshotAndEvents: an event that the snapshot holds already
// is not told again, the one after it is told.
func TestNothingBetweenSnapshotAndEvents(t *testing.T) {
	in(t, func(r room) {
		s := r.enterAs("anna", "desk")
		status := func(text string) dialer.EventBody {
			return dialer.StatusChanged{Status: dialer.UserStatus{User: "anna", Status: text}}
		}
		r.floor.mu.Lock()
		r.floor.looking = func() { // said and heard of only after the look: in the snapshot
			r.floor.looking = nil
			r.floor.sayLocked(status("in the snapshot"))
		}
		r.floor.mu.Unlock()
		if err := r.WatchStatuses(context.Background(), s, []string{"anna"}, nil); err != nil {
			t.Fatal(err)
		}
		r.floor.say(status("after it"))
		synctest.Wait()
		var heard []string
		r.Deliver(context.Background(), s, func(batch []Message) error {
			for _, m := range batch {
				st := m.(Statuses)
				heard = append(heard, fmt.Sprint(st.Whole, " ", st.Statuses[0].Status))
			}
			return nil
		})
		r.wants("statuses", heard, "true in the snapshot", "false after it")
	})
}

// TestFinish: the end of an operation is not told before its effect. No copy of the
// floor is made for that: with hundreds of agents it would do little else.
func TestFinish(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		s := r.enterAs("anna", "desk")
		r.WatchStatuses(ctx, s, []string{"anna"}, nil)
		r.unread(s)
		r.floor.mu.Lock()
		r.floor.looking = func() { t.Error("a snapshot is taken") }
		r.floor.mu.Unlock()
		r.floor.say(dialer.StatusChanged{Status: dialer.UserStatus{User: "anna", Status: "Available"}})
		if err := r.Finish(ctx, s, Done{Request: "1"}); err != nil {
			t.Fatal(err)
		}
		r.wants("order", r.unread(s), "Statuses", "Done")
		r.Finish(ctx, s, Done{Request: "2"})
		r.wants("nothing to wait for", r.unread(s), "Done")
	})
}

func TestSubscriptionsAreBounded(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		s := r.enterAs("anna", "desk")
		for i := range maxWatches {
			if err := r.WatchQueues(ctx, s, fmt.Sprint(i), own("anna"), nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.WatchLine(ctx, s); fault.KindOf(err) != fault.Invalid {
			t.Errorf("one too many: %v", err)
		}
		if err := r.WatchQueues(ctx, s, "0", own("anna"), nil); err != nil {
			t.Errorf("replacing one: %v", err)
		}
		r.UnwatchQueue(s, "0")
		if err := r.WatchLine(ctx, s); err != nil {
			t.Errorf("after ending one: %v", err)
		}
	})
}

func TestCutOffListenerStartsOver(t *testing.T) {
	in(t, func(r room) {
		s := r.enterAs("anna", "desk")
		id := s.Agent()
		r.floor.mu.Lock()
		c := dialer.CallView{ID: "7", Agent: id, State: call.Connected}
		r.floor.snap.Agents = []dialer.AgentView{{ID: id, State: agent.Talking, Call: "7"}}
		r.floor.snap.Calls = []dialer.CallView{c}
		r.floor.mu.Unlock()
		if err := r.WatchCall(context.Background(), s, "7", nil); err != nil {
			t.Fatal(err)
		}
		r.wants("first", r.unread(s), "Interaction")
		r.floor.mu.Lock()
		r.floor.snap.Calls = nil
		r.floor.snap.Seq += 10 // missed
		close(r.floor.events)
		r.floor.mu.Unlock()
		time.Sleep(2 * relisten)
		r.wants("the whole again", r.unread(s), "Campaigns", "Break", "InteractionGone")
		r.floor.say(dialer.BreakChanged{Agent: id})
		r.wants("and on", r.unread(s), "Break")
	})
}

func TestAFloorThatStops(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		s := r.enterAs("anna", "desk")
		r.floor.refusing(fault.New(fault.Gone, "stopped"))
		r.floor.mu.Lock()
		close(r.floor.events)
		r.floor.mu.Unlock()
		synctest.Wait()
		if err := r.WatchLine(ctx, s); err == nil {
			t.Error("a subscription without a floor")
		}
		time.Sleep(10 * relisten)
		r.floor.refusing(nil)
		time.Sleep(2 * relisten)
		if err := r.WatchLine(ctx, s); err != nil {
			t.Errorf("when it is back: %v", err)
		}
	})
}

func TestClose(t *testing.T) {
	in(t, func(r room) {
		ctx := context.Background()
		a, b := r.enterAs("anna", "desk"), r.enterAs("bert", "desk")
		r.Say(a, StatusList{})
		r.floor.heard()
		if err := r.Close(ctx); err != nil {
			t.Fatal(err)
		}
		r.wants("what was unread is kept", r.unread(a), "StatusList", "Connection")
		told := r.floor.heard()
		slices.Sort(told)
		r.wants("the floor", told, "leave anna/desk", "leave bert/desk")
		if over, ok := r.Over(b); !ok || !over.Reconnect {
			t.Errorf("%+v", over)
		}
		if _, err := r.SignIn(ctx, Card{User: "cleo", Password: "secret"}); err != ErrClosed {
			t.Errorf("signing in: %v", err)
		}
		if err := r.WatchLine(ctx, b); err == nil {
			t.Error("a subscription of a closed book")
		}
		r.Close(ctx)
	})
}

// TestSecrets have the shape that clients were seen to accept.
func TestSecrets(t *testing.T) {
	if id := newID(); len(id) != 9 || strings.Trim(id, "0123456789") != "" || id[0] == '0' {
		t.Errorf("id %q", id)
	}
	g := newGUID()
	if len(g) != 36 || strings.Count(g, "-") != 4 || g[14] != '4' || !strings.ContainsRune("89ab", rune(g[19])) {
		t.Errorf("GUID %q", g)
	}
}
