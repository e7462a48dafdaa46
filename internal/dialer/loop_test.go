package dialer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// exchange is a switch whose customers answer after a while and whose agents
// answer at once; all in the time of a synctest bubble.
type exchange struct {
	report func(call.Progress)
	rings  time.Duration
	begun  time.Time
	wait   sync.WaitGroup

	mu   sync.Mutex
	log  []string
	legs map[call.LegID]context.CancelCauseFunc
}

func (x *exchange) note(format string, args ...any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.log = append(x.log, fmt.Sprintf("%s "+format, append([]any{time.Since(x.begun)}, args...)...))
}

func (x *exchange) lines() []string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return append([]string(nil), x.log...)
}

type byOrder struct{ call.Cause }

func (byOrder) Error() string { return "hung up" }

func (x *exchange) Dial(o call.Order) {
	x.note("dial %s", o.Party)
	ctx, cancel := context.WithCancelCause(context.Background())
	x.mu.Lock()
	x.legs[o.Leg] = cancel
	x.mu.Unlock()
	x.wait.Go(func() {
		rings := x.rings
		if o.Party == call.Agent {
			rings = 0
		}
		select {
		case <-time.After(rings):
			x.report(call.Progress{Leg: o.Leg, Step: call.Answered, At: time.Now()})
			<-ctx.Done()
		case <-ctx.Done():
		}
		var why byOrder
		errors.As(context.Cause(ctx), &why)
		x.report(call.Progress{Leg: o.Leg, Step: call.Ended, At: time.Now(), Cause: why.Cause})
	})
}

func (x *exchange) Bridge(a, c call.LegID)            { x.note("bridge") }
func (x *exchange) Park(call.LegID, call.Sound)       {}
func (x *exchange) Play(l call.LegID, s call.Sound)   { x.note("play %s", s) }
func (x *exchange) Mute(call.LegID, bool)             {}
func (x *exchange) Listen(call.LegID, call.Listening) {}
func (x *exchange) HangUp(l call.LegID, c call.Cause) {
	x.note("hang up: %s", c.Detail)
	x.mu.Lock()
	cancel := x.legs[l]
	x.mu.Unlock()
	cancel(byOrder{c})
}

// shelf is a ledger with so many contacts.
type shelf struct {
	mu    sync.Mutex
	left  int
	next  campaign.AttemptID
	log   []campaign.Attempt
	stuck chan struct{} // closed when it may go on; nil never stops
	saves []string      // of campaigns, and what was done together
	torn  bool          // nothing that is done together is written

	promised time.Time // see [shelf.ClaimOwned]
	kept     bool
}

func (s *shelf) Claim(_ context.Context, c campaign.Campaign, n int, _ campaign.Team, now time.Time) (campaign.Claim, error) {
	s.mu.Lock()
	stuck := s.stuck
	s.mu.Unlock()
	if stuck != nil {
		<-stuck
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var got campaign.Claim
	for ; n > 0 && s.left > 0; n-- {
		s.next++
		s.left--
		at := campaign.Attempt{ID: s.next, Contact: campaign.ContactID(s.next), Number: fmt.Sprint(s.next), Placed: now}
		got.Leads = append(got.Leads, campaign.Lead{Attempt: at, Contact: campaign.Contact{ID: at.Contact, Number: at.Number}})
	}
	return got, nil
}

func (s *shelf) Record(_ context.Context, at campaign.Attempt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, at)
	return nil
}

func (s *shelf) attempts() []campaign.Attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]campaign.Attempt(nil), s.log...)
}

func (s *shelf) Update(context.Context, campaign.ContactID, map[string]string) error { return nil }
func (s *shelf) BeginRecording(context.Context, campaign.Recording) error            { return nil }
func (s *shelf) Journal(context.Context, []campaign.Entry) error                     { return nil }

func (s *shelf) SaveCampaign(_ context.Context, c campaign.Campaign) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saves = append(s.saves, c.CallerID)
	return nil
}

func (s *shelf) Together(ctx context.Context, do func(context.Context)) error {
	mark := func(what string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.saves = append(s.saves, what)
	}
	mark("together")
	do(ctx)
	if s.torn {
		mark("torn")
		return errors.New("the disk is full")
	}
	mark("written")
	return nil
}

// floorInBubble starts a floor with one agent in wait for a call.
func floorInBubble(t *testing.T, contacts int, rings time.Duration) (*Floor, *exchange, *shelf) {
	x := &exchange{rings: rings, begun: time.Now(), legs: map[call.LegID]context.CancelCauseFunc{}}
	ledger := &shelf{left: contacts}
	f := New(Config{Switch: x, Mixer: x, Ledger: ledger, Contacts: ledger, Archive: ledger, Campaigns: []campaign.Campaign{promising()}})
	x.report = f.Report
	ran := make(chan error, 1)
	go func() { ran <- f.Run(context.Background()) }()
	t.Cleanup(func() {
		if err := f.Drain(context.Background()); err != nil {
			t.Error("drain:", err)
		}
		x.wait.Wait()
		if err := <-ran; err != nil {
			t.Error("run:", err)
		}
	})
	id := who("anna")
	for _, c := range []Command{
		Arrive{id, agent.User{ID: "anna", Workgroups: []string{"sales"}}},
		Sit{id, agent.Station{Kind: agent.RemoteNumber, Target: "sip:anna@home", Persistent: true}},
		LogIn{Agent: id}, EstablishLine{id}, Ready{Agent: id}, SetStatus{User: "anna", Status: "available"},
	} {
		if err := f.Do(context.Background(), c); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	return f, x, ledger
}

func TestAnAnsweredCustomerIsBridgedWithoutDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, x, _ := floorInBubble(t, 1, 5*time.Second)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		want := []string{"0s dial agent", "0s play welcome", "0s dial customer", "5s bridge"}
		if got := x.lines(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if err := f.Do(t.Context(), Dispose{Agent: who("anna"), Label: "Success"}); err != nil {
			t.Error(err)
		}
	})
}

func TestACallIsAbandonedAfterExactlyTwoSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, x, ledger := floorInBubble(t, 1, 5*time.Second)
		synctest.Wait() // the customer's phone rings
		if err := f.Do(t.Context(), SetStatus{User: "anna", Status: "At Lunch"}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(7 * time.Second)
		synctest.Wait()
		if got := x.lines(); got[len(got)-1] != "7s hang up: no agent" {
			t.Errorf("got %q", got)
		}
		last := ledger.attempts()
		if end := last[len(last)-1]; end.Outcome != call.Abandoned || !end.Abandoned || end.Closed.IsZero() {
			t.Errorf("recorded %+v", last)
		}
	})
}

func TestEventsHaveNoGapAndSnapshotsSayWhereTheyStand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, _, _ := floorInBubble(t, 20, time.Second)
		l := f.Listen(1000)
		before, err := f.Look(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		last, err := f.Last(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		l.Close()
		next := before.Seq + 1
		for e := range l.C {
			if e.Seq <= before.Seq {
				continue // said between Listen and Look
			}
			if e.Seq != next {
				t.Fatalf("event %d after %d", e.Seq, next-1)
			}
			next++
		}
		if after, _ := f.Look(t.Context()); after.Seq != next-1 || last != next-1 || next == before.Seq+1 {
			t.Errorf("snapshot at %d, last event %d, said to be %d, first look at %d", after.Seq, next-1, last, before.Seq)
		}
	})
}

func TestASlowListenerIsCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, _, _ := floorInBubble(t, 20, time.Second)
		l := f.Listen(2)
		time.Sleep(3 * time.Second)
		n := 0
		for range l.C {
			n++
		}
		if n != 2 {
			t.Errorf("%d events were kept, want 2", n)
		}
		l.Close()
	})
}

// A ledger that hangs must not keep the loop from bridging and answering.
func TestTheLoopWaitsForNoOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, _, ledger := floorInBubble(t, 0, time.Second)
		synctest.Wait()
		stuck := make(chan struct{})
		ledger.mu.Lock()
		ledger.stuck, ledger.left = stuck, 1
		ledger.mu.Unlock()
		time.Sleep(2 * time.Second) // the next claim hangs
		if err := f.Do(t.Context(), RequestBreak{who("anna")}); err != nil {
			t.Error(err)
		}
		if _, err := f.Look(t.Context()); err != nil {
			t.Error(err)
		}
		close(stuck)
	})
}

// What gathers while the ledger is busy is done together, in order; where that is not
// written, each by itself.
func TestWhatGathersIsWrittenTogether(t *testing.T) {
	for torn, want := range map[bool]string{
		false: "[together 1 2 3 written]",
		true:  "[together 1 2 3 torn 1 2 3]",
	} {
		synctest.Test(t, func(t *testing.T) {
			f, _, ledger := floorInBubble(t, 0, time.Second)
			synctest.Wait()
			stuck := make(chan struct{})
			ledger.mu.Lock()
			ledger.stuck, ledger.torn = stuck, torn
			ledger.mu.Unlock()
			time.Sleep(2 * time.Second) // the next claim hangs
			var saved sync.WaitGroup
			for _, callerID := range []string{"1", "2", "3"} {
				saved.Go(func() {
					def := promising()
					def.CallerID = callerID
					if err := f.Do(t.Context(), SetCampaign{def}); err != nil {
						t.Error(err)
					}
				})
				synctest.Wait()
			}
			close(stuck)
			saved.Wait()
			if got := fmt.Sprint(ledger.saves); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestAFullInboxSaysBusy(t *testing.T) {
	f := New(Config{Inbox: 1}) // its loop does not run
	f.inbox <- ticked{}
	if err := f.Do(t.Context(), EndBreak{}); fault.KindOf(err) != fault.Busy {
		t.Errorf("got %v", err)
	}
}

func TestAStoppedFloorSaysSo(t *testing.T) {
	f := New(Config{})
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := f.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("run: %v", err)
	}
	if err := f.Do(t.Context(), EndBreak{}); fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v", err)
	}
	l := f.Listen(1)
	if _, ok := <-l.C; ok {
		t.Error("an event from a stopped floor")
	}
	l.Close()
	if err := f.Drain(t.Context()); err != nil {
		t.Error(err)
	}
}
