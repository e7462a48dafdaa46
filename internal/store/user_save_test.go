package store

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

func TestSaveUserAddsAndChanges(t *testing.T) {
	ctx, clock := t.Context(), noon
	s, err := Open(ctx, filepath.Join(t.TempDir(), "users.db"), func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	anna := agent.User{ID: "anna", Name: "Anna", Workgroups: []string{"Sales", "Service"}}
	if err := s.SaveUser(ctx, anna, ""); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a new user without a password: %v", err)
	}
	if err := s.SaveUser(ctx, anna, "first-secret"); err != nil {
		t.Fatal(err)
	}
	anna.Name, anna.LogonCampaign, anna.FixedNumbers, anna.NoPersistence, anna.NoOutsideCalls, anna.Workgroups = "Anna Agent", true, true, true, true, []string{"Sales"}
	if err := s.SaveUser(ctx, anna, ""); err != nil {
		t.Fatal(err)
	}
	anna.PasswordSet = noon
	got, err := s.Authenticate(ctx, "ANNA", "first-secret")
	if err != nil || !reflect.DeepEqual(got, anna) {
		t.Errorf("got %+v, %v", got, err)
	}
	for day := range 3 { // of the configuration, which says the same each time
		clock = noon.AddDate(0, 0, 1+day)
		if err := s.SaveUser(ctx, anna, "second-secret"); err != nil {
			t.Fatal(err)
		}
		if got, err := s.User(ctx, "anna"); err != nil || !got.PasswordSet.Equal(noon.AddDate(0, 0, 1)) {
			t.Errorf("the password was set at %v, %v", got.PasswordSet, err)
		}
	}
	if err := s.SetPassword(ctx, "anna", "second-secret"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.User(ctx, "anna"); err != nil || !got.PasswordSet.Equal(clock) {
		t.Errorf("set anew it was set at %v, %v", got.PasswordSet, err)
	}
	if _, err := s.Authenticate(ctx, "anna", "first-secret"); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("the old password: %v", err)
	}
	if _, err := s.Authenticate(ctx, "anna", "second-secret"); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

// A password that was set outlives the configuration's, until that gives another.
func TestAPasswordThatWasSetStays(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "users.db")
	anna := agent.User{ID: "anna", Name: "Anna"}
	start := func(password string) *Store {
		s, err := Open(ctx, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SaveUser(ctx, anna, password); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := start("from-the-file")
	if err := s.SetPassword(ctx, "anna", "her-own-secret"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ given, want string }{{"from-the-file", "her-own-secret"}, {"", "her-own-secret"}, {"new-in-the-file", "new-in-the-file"}} {
		s.Close()
		s = start(c.given)
		if _, err := s.Authenticate(ctx, "anna", c.want); err != nil {
			t.Errorf("given %q: the password is not %q: %v", c.given, c.want, err)
		}
	}
	s.Close()
}
