package session

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

// TestADoorThatIsShut: who is in stays, who comes is sent away, with a password or
// with a ticket, and before it is looked at.
func TestADoorThatIsShut(t *testing.T) {
	in(t, func(r room) {
		s := r.enterAs("anna", "desk")
		ticket := r.ticketOf(s, false)
		asked := r.people.asked.Load()
		r.Accept(false, "We move house.")
		for name, c := range map[string]Card{"a password": {User: "anna", Password: "secret", Application: "desk"}, "a ticket": {Application: "desk", Ticket: &ticket}} {
			if _, err := r.SignIn(context.Background(), c); !errors.Is(err, ErrClosed) || fault.KindOf(err) != fault.Busy || err.Error() != "We move house.: "+ErrClosed.Message {
				t.Errorf("%s: %v", name, err)
			}
		}
		if r.people.asked.Load() != asked {
			t.Error("a password was looked at")
		}
		if _, err := r.Session(proof(s)); err != nil {
			t.Errorf("who is in: %v", err)
		}
		if on, reason := r.Accepting(); on || reason != "We move house." {
			t.Errorf("%v %q", on, reason)
		}
		r.Accept(true, "")
		if on, reason := r.Accepting(); !on || reason != "" {
			t.Errorf("%v %q", on, reason)
		}
		r.enterAs("bert", "desk")
		r.Accept(false, "")
		r.Close(context.Background())
		if on, reason := r.Accepting(); on || reason != ErrClosed.Message {
			t.Errorf("closed: %v %q", on, reason)
		}
	})
}

func TestDismissal(t *testing.T) {
	for _, reconnect := range []bool{true, false} {
		in(t, func(r room) {
			s := r.enterAs("anna", "desk")
			r.Sit(context.Background(), s, Wish{Kind: agent.Workstation, Name: "One", Ready: true})
			r.unread(s)
			r.floor.heard()
			was, err := r.Dismiss(context.Background(), s.ID, "The shift is over.", reconnect)
			if err != nil || was.ID != s.ID || was.User != "anna" || was.Station != "One" || was.Remote != "192.0.2.1" {
				t.Errorf("%+v %v", was, err)
			}
			r.wants("the floor", r.floor.heard(), "leave anna/desk")
			if _, err := r.Session(proof(s)); err != ErrOver {
				t.Errorf("a request: %v", err)
			}
			if over, _ := r.Over(s); over.Reason != "The shift is over." || over.Reconnect != reconnect {
				t.Errorf("%+v", over)
			}
			r.wants("its last word", r.unread(s), "Connection")
			r.wants("audit", r.diary.lines, "anna: sign-in desk", "anna: session dismissed desk")
			if _, err := r.Dismiss(context.Background(), s.ID, "", false); fault.KindOf(err) != fault.NotFound {
				t.Errorf("twice: %v", err)
			}
			r.enterAs("anna", "desk")
		})
	}
}

func TestWhoIsHere(t *testing.T) {
	in(t, func(r room) {
		a := r.enterAs("anna", "desk")
		time.Sleep(time.Second)
		b := r.enterAs("bert", "browser")
		r.Stream(a)
		r.WatchStation(b)
		got := r.Sessions()
		if len(got) != 2 || got[0].ID != a.ID || got[0].Streams != 1 || got[1].ID != b.ID || got[1].Unread != 1 || got[1].Application != "browser" {
			t.Errorf("%+v", got)
		}
	})
}

// TestAUserWhoIsRemoved loses the sessions within a minute; a store that can not be
// asked costs nobody anything.
func TestAUserWhoIsRemoved(t *testing.T) {
	in(t, func(r room) {
		a, tab, b := r.enterAs("anna", "desk"), r.enterAs("anna", "desk"), r.enterAs("bert", "desk")
		for _, s := range []*Session{a, tab, b} {
			r.Stream(s)
		}
		r.people.lose(fault.New(fault.Busy, "locked"), "")
		time.Sleep(2 * lookUpEvery)
		r.people.lose(nil, "anna")
		if n := r.Count(); n != 3 {
			t.Errorf("%d sessions while the store was busy", n)
		}
		time.Sleep(lookUpEvery)
		synctest.Wait()
		for _, s := range []*Session{a, tab} {
			if over, ok := r.Over(s); !ok || over.Reason != "The user was removed." || over.Reconnect {
				t.Errorf("%+v", over)
			}
		}
		if _, ok := r.Over(b); ok {
			t.Error("a colleague is gone too")
		}
	})
}
