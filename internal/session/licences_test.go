package session

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

func TestLicencesAreCountedByUsers(t *testing.T) {
	l := newLicences(map[string]int{"I3_access_one": 1, "I3_ACCESS_NONE": 0})
	tab, other, colleague := &Session{}, &Session{}, &Session{}
	for i, step := range []struct {
		name, user string
		by         any
		want       LicenceStatus
	}{
		{"I3_ACCESS_ONE", "anna", tab, LicenceAvailable},
		{"i3_access_one", "anna", other, LicenceAvailable}, // the same user
		{"I3_ACCESS_ONE", "bert", colleague, LicenceUnavailable},
		{"I3_ACCESS_NONE", "anna", tab, LicenceUnavailable},
		{"I3_ACCESS_ANY", "bert", colleague, LicenceAvailable}, // no limit is known
		{"ACCESS_ONE", "bert", colleague, LicenceUnknown},
		{"I3_", "bert", colleague, LicenceUnknown},
		{"", "bert", colleague, LicenceUnknown},
	} {
		if got := l.take(step.name, step.user, step.by); got != step.want {
			t.Errorf("%d: %s for %s: %d, want %d", i, step.name, step.user, got, step.want)
		}
	}
	l.giveBackAll("anna", tab)
	if got := l.take("I3_ACCESS_ONE", "bert", colleague); got != LicenceUnavailable {
		t.Errorf("while a tab still has it: %d", got)
	}
	l.giveBackAll("anna", other)
	if got := l.take("I3_ACCESS_ONE", "bert", colleague); got != LicenceAvailable || !l.has("i3_Access_One", "bert") {
		t.Errorf("after the last tab: %d", got)
	}
	l.giveBackAll("bert", colleague)
	if len(l.held) != 0 || len(l.taken) != 0 {
		t.Errorf("left: %v %v", l.held, l.taken)
	}
}

// limited is a room with one dialer licence.
func limited(t *testing.T, test func(room)) {
	in(t, func(r room) {
		r.licences.limits[DialerAddOn] = 1
		test(r)
	})
}

// TestTheDialerLicence is held from log-in until log-off or the last session's end.
func TestTheDialerLicence(t *testing.T) {
	done := func() error { return nil }
	limited(t, func(r room) {
		ctx := context.Background()
		a, tab, b := r.enterAs("anna", "desk"), r.enterAs("anna", "desk"), r.enterAs("bert", "desk")
		logIn := func(s *Session) error {
			err := r.Licensed(s, DialerAddOn, done)
			if err == nil {
				r.floor.say(dialer.CampaignsChanged{Agent: s.Agent(), Whole: true})
				synctest.Wait()
			}
			return err
		}
		refused := func(when string) {
			t.Helper()
			if err := logIn(b); fault.KindOf(err) != fault.Forbidden || err == nil {
				t.Errorf("%s: %v", when, err)
			}
		}
		failed := errors.New("no such campaign")
		if err := r.Licensed(a, DialerAddOn, func() error { return failed }); err != failed {
			t.Errorf("a log-in that fails: %v", err)
		}
		for range 2 {
			if err := logIn(a); err != nil {
				t.Fatal(err)
			}
		}
		refused("while anna is logged in")
		if err := r.Licensed(tab, DialerAddOn, func() error { return failed }); err != failed {
			t.Error(err)
		}
		refused("after a request of hers that failed")
		r.SignOut(ctx, a)
		refused("while her other tab is open")
		r.floor.say(dialer.LoggedOff{Agent: tab.Agent()})
		synctest.Wait()
		refused("after she left a campaign")
		r.floor.say(dialer.LoggedOff{Agent: tab.Agent(), Entirely: true})
		synctest.Wait()
		if err := logIn(b); err != nil {
			t.Errorf("after her log-off: %v", err)
		}
		if err := logIn(tab); fault.KindOf(err) != fault.Forbidden || err == nil {
			t.Errorf("anna while bert is logged in: %v", err)
		}
		r.Dismiss(ctx, b.ID, "", false)
		if err := logIn(tab); err != nil {
			t.Errorf("after bert's end: %v", err)
		}
	})
}

// TestALogOffThatIsHeardLate does not cost who has logged in again the licence.
func TestALogOffThatIsHeardLate(t *testing.T) {
	limited(t, func(r room) {
		a, b := r.enterAs("anna", "desk"), r.enterAs("bert", "desk")
		r.Licensed(a, DialerAddOn, func() error { return nil })
		r.floor.say(dialer.LoggedOff{Agent: a.Agent(), Entirely: true})
		r.floor.say(dialer.CampaignsChanged{Agent: a.Agent(), Whole: true})
		synctest.Wait()
		if err := r.Licensed(b, DialerAddOn, func() error { return nil }); fault.KindOf(err) != fault.Forbidden || err == nil {
			t.Error(err)
		}
	})
}

func TestLicencesThatAreFollowed(t *testing.T) {
	limited(t, func(r room) {
		a, tab := r.enterAs("anna", "desk"), r.enterAs("anna", "browser")
		heard := func(s *Session) (m []Licences) {
			synctest.Wait()
			r.Deliver(context.Background(), s, func(batch []Message) error {
				for _, one := range batch {
					m = append(m, one.(Licences))
				}
				return nil
			})
			return m
		}
		wants := func(what string, s *Session, want string) {
			t.Helper()
			if got := fmt.Sprint(heard(s)); got != want {
				t.Errorf("%s: %s, want %s", what, got, want)
			}
		}
		r.WatchLicences(a, []string{"i3_x", "I3_Y", "i3_x"})
		wants("at first", a, "[{true [{i3_x false} {I3_Y false}]}]")
		r.TakeLicences(tab, []string{"I3_X", "I3_Z", "Y"})
		wants("one was taken", a, "[{false [{i3_x true}]}]")
		r.TakeLicences(a, []string{"I3_X"})
		wants("it was taken again", a, "[]")
		r.KeepLicences(tab, "i3_z")
		wants("one tab gave it back", a, "[]")
		r.KeepLicences(a)
		wants("the other too", a, "[{false [{i3_x false}]}]")
		r.UnwatchLicences(a)
		r.TakeLicences(a, []string{"I3_X"})
		wants("no longer followed", a, "[]")
		r.SignOut(context.Background(), a)
		if r.licences.has("I3_X", "anna") || !r.licences.has("I3_Z", "anna") {
			t.Error("a session that is over holds on, or another lost what it has")
		}
		if got := r.TakeLicences(a, []string{"I3_X"}); got[0].Status != LicenceUnavailable {
			t.Errorf("for a session that is over: %v", got)
		}
	})
}

// TestASessionHoldsSoManyLicences: names are free, so memory is bounded.
func TestASessionHoldsSoManyLicences(t *testing.T) {
	in(t, func(r room) {
		s := r.enterAs("anna", "desk")
		var names []string
		for i := range maxLicences + 1 {
			names = append(names, fmt.Sprintf("I3_%d", i))
		}
		got := r.TakeLicences(s, append(names, "i3_0"))
		if got[maxLicences-1].Status != LicenceAvailable || got[maxLicences].Status != LicenceUnavailable || got[maxLicences+1].Status != LicenceAvailable {
			t.Errorf("%v", got[maxLicences-1:])
		}
	})
}

// TestALicenceThatWasNeverHeld: what fails for want of something else says nothing
// of the licence.
func TestALicenceThatWasNeverHeld(t *testing.T) {
	limited(t, func(r room) {
		a := r.enterAs("anna", "desk")
		r.WatchLicences(a, []string{DialerAddOn})
		r.unread(a)
		if err := r.Licensed(a, DialerAddOn, func() error { return errors.New("not logged in") }); err == nil {
			t.Error("no error")
		}
		r.wants("after a failure", r.unread(a))
		if err := r.Licensed(a, DialerAddOn, func() error { return nil }); err != nil {
			t.Error(err)
		}
		r.wants("after a success", r.unread(a), "Licences")
	})
}
