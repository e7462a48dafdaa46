package store

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/fault"
)

func TestSaveUserAddsAndChanges(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "users.db"), nil)
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
	anna.Name, anna.LogonCampaign, anna.FixedNumbers, anna.NoPersistence, anna.Workgroups = "Anna Agent", true, true, true, []string{"Sales"}
	if err := s.SaveUser(ctx, anna, ""); err != nil {
		t.Fatal(err)
	}
	got, err := s.Authenticate(ctx, "ANNA", "first-secret")
	if err != nil || !reflect.DeepEqual(got, anna) {
		t.Errorf("got %+v, %v", got, err)
	}
	for range 2 { // the second time nothing changes
		if err := s.SaveUser(ctx, anna, "second-secret"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Authenticate(ctx, "anna", "first-secret"); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("the old password: %v", err)
	}
	if _, err := s.Authenticate(ctx, "anna", "second-secret"); err != nil {
		t.Errorf("the new password: %v", err)
	}
}
