package session

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

const seed = "0b2e8a5c-6f0e-4b6e-9d53-2f1c1a7f9e10"

// ticketOf gives a ticket of a session.
func (r room) ticketOf(s *Session, end bool) Ticket {
	r.Helper()
	token, err := r.Issue(s, seed)
	if err != nil {
		r.Fatal(err)
	}
	return Ticket{Token: token, Seed: seed, Source: s.ID, End: end}
}

func (r room) enterWith(t Ticket, application string) (*Session, error) {
	return r.SignIn(context.Background(), Card{Application: application, Remote: "192.0.2.1", Ticket: &t})
}

func TestTickets(t *testing.T) {
	for name, c := range map[string]struct {
		change func(r room, s *Session, t *Ticket)
		good   bool
	}{
		"at once":              {func(room, *Session, *Ticket) {}, true},
		"just in time":         {func(room, *Session, *Ticket) { time.Sleep(7*time.Second - 1) }, true},
		"in another case":      {func(_ room, _ *Session, t *Ticket) { t.Seed = strings.ToUpper(t.Seed) }, true},
		"after others":         {func(r room, s *Session, _ *Ticket) { r.ticketOf(s, false) }, true},
		"too late":             {func(room, *Session, *Ticket) { time.Sleep(7 * time.Second) }, false},
		"twice":                {func(r room, _ *Session, t *Ticket) { r.enterWith(*t, "desk") }, false},
		"with another seed":    {func(_ room, _ *Session, t *Ticket) { t.Seed = seed[:35] + "1" }, false},
		"with another token":   {func(_ room, _ *Session, t *Ticket) { t.Token += "x" }, false},
		"from nowhere":         {func(_ room, _ *Session, t *Ticket) { t.Source = "1" }, false},
		"of another session":   {func(r room, _ *Session, t *Ticket) { t.Source = r.enterAs("bert", "desk").ID }, false},
		"of one that is over":  {func(r room, s *Session, _ *Ticket) { r.SignOut(context.Background(), s) }, false},
		"of a user who is not": {func(r room, _ *Session, _ *Ticket) { r.people.lose(nil, "anna") }, false},
		"drowned in others": {func(r room, s *Session, _ *Ticket) {
			for range maxTickets {
				r.ticketOf(s, false)
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(r room) {
				s := r.enterAs("anna", "desk")
				ticket := r.ticketOf(s, false)
				c.change(r, s, &ticket)
				got, err := r.enterWith(ticket, "desk")
				if c.good != (err == nil) {
					t.Fatal(err)
				}
				if err == nil && (got.User.ID != "anna" || got == s) {
					t.Errorf("%+v", got)
				}
				var f *fault.Error
				if err != nil && (!errors.As(err, &f) || f.Code != ErrCredentials.Code) {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

// TestAClientGoesOnInAnotherSession: the agent neither leaves nor stands up, and
// what it holds goes along.
func TestAClientGoesOnInAnotherSession(t *testing.T) {
	in(t, func(r room) {
		old := r.enterAs("anna", "desk")
		if _, err := r.Sit(context.Background(), old, Wish{Kind: agent.RemoteNumber, Number: "+13175550101", Persistent: true, Ready: true}); err != nil {
			t.Fatal(err)
		}
		r.floor.say(dialer.CampaignsChanged{Agent: old.Agent(), Whole: true})
		r.TakeLicences(old, []string{"I3_ACCESS_CLIENT"})
		r.unread(old)
		r.floor.heard()
		s, err := r.enterWith(r.ticketOf(old, true), "desk")
		if err != nil {
			t.Fatal(err)
		}
		r.wants("the floor", r.floor.heard())
		r.wants("the old one", r.unread(old), "Connection")
		if over, ok := r.Over(old); !ok || over.Reconnect {
			t.Errorf("%+v", over)
		}
		if seat, ok := r.Seat(s); !ok || seat.Station.Target != "+13175550101" {
			t.Errorf("%+v", seat)
		}
		if !r.licences.has("I3_ACCESS_CLIENT", "anna") {
			t.Error("the licence is lost")
		}
		r.wants("the new one", r.unread(s))
		r.SignOut(context.Background(), s)
		r.wants("the floor in the end", r.floor.heard(), "leave anna/desk")
	})
}

// TestAnotherApplicationIsAnotherAgent: the first one leaves.
func TestAnotherApplicationIsAnotherAgent(t *testing.T) {
	in(t, func(r room) {
		old := r.enterAs("anna", "desk")
		r.Sit(context.Background(), old, Wish{Kind: agent.Workstation, Name: "One", Ready: true})
		r.floor.heard()
		s, err := r.enterWith(r.ticketOf(old, true), "browser")
		if err != nil {
			t.Fatal(err)
		}
		r.wants("the floor", r.floor.heard(), "arrive anna/browser", "leave anna/desk")
		if _, ok := r.Seat(s); ok {
			t.Error("a station went from agent to agent")
		}
	})
}

// TestAFloorThatCanNotTakeTheNewOne: the old session goes on.
func TestAFloorThatCanNotTakeTheNewOne(t *testing.T) {
	in(t, func(r room) {
		old := r.enterAs("anna", "desk")
		ticket := r.ticketOf(old, true)
		r.floor.refusing(fault.New(fault.Busy, "full"))
		if _, err := r.enterWith(ticket, "desk"); fault.KindOf(err) != fault.Busy {
			t.Error(err)
		}
		if _, ok := r.Over(old); ok || r.Count() != 1 {
			t.Errorf("%d sessions", r.Count())
		}
	})
}

func TestPasswordAge(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		age, old time.Duration // old < 0: not known when it was set
		days     int
		told     bool
		err      error
	}{
		"for ever":           {0, 1000 * day, 0, false, nil},
		"new":                {90 * day, 0, 90, true, nil},
		"some hours old":     {90 * day, time.Hour, 89, true, nil},
		"on the last day":    {90 * day, 90*day - time.Hour, 0, true, nil},
		"to the second":      {90 * day, 90 * day, 0, false, ErrExpired},
		"long since":         {90 * day, 1000 * day, 0, false, ErrExpired},
		"not known how long": {90 * day, -1, 0, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, func(r room) {
				r.cfg.PasswordAge = c.age
				if c.old >= 0 {
					r.people.since = time.Now().Add(-c.old)
				}
				s, err := r.SignIn(context.Background(), Card{User: "anna", Password: "secret", Application: "desk"})
				if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
					t.Fatalf("%v, want %v", err, c.err)
				}
				if err != nil {
					r.wants("audit", r.diary.lines, "anna: sign-in with an expired password")
					if _, err := r.SignIn(context.Background(), Card{User: "anna", Password: "wrong", Application: "desk"}); !errors.Is(err, ErrCredentials) {
						t.Errorf("who guesses hears of the age: %v", err)
					}
					return
				}
				if days, told := r.PasswordDays(s); days != c.days && told || told != c.told {
					t.Errorf("%d days, %v", days, told)
				}
			})
		})
	}
}

// TestAPageThatIsReloadedOnTheLastDay: a ticket asks for no password.
func TestAPageThatIsReloadedOnTheLastDay(t *testing.T) {
	in(t, func(r room) {
		r.cfg.PasswordAge, r.people.since = time.Minute, time.Now()
		s := r.enterAs("anna", "desk")
		time.Sleep(2 * time.Minute)
		if _, err := r.enterWith(r.ticketOf(s, true), "desk"); err != nil {
			t.Error(err)
		}
	})
}

func TestManySessionsOfAUser(t *testing.T) {
	in(t, func(r room) {
		r.cfg.PerUser = 2
		first := r.enterAs("anna", "desk")
		r.enterAs("anna", "browser")
		r.enterAs("bert", "desk")
		card := Card{User: "anna", Password: "secret", Application: "desk"}
		if _, err := r.SignIn(context.Background(), card); fault.KindOf(err) != fault.Invalid || err == nil || !strings.Contains(err.Error(), "2 sessions") {
			t.Errorf("one too many: %v", err)
		}
		first, err := r.enterWith(r.ticketOf(first, true), "desk")
		if err != nil {
			t.Fatalf("in the place of another: %v", err)
		}
		if _, err := r.enterWith(r.ticketOf(first, false), "desk"); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("beside another: %v", err)
		}
		r.SignOut(context.Background(), first)
		if _, err := r.SignIn(context.Background(), card); err != nil {
			t.Error(err)
		}
	})
}
