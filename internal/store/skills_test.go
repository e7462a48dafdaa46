package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

// Whose skills nobody has is put aside for a minute, and no attempt tells of it; who comes
// behind is claimed at once.
func TestNobodyIsLeasedWhoseSkillsNobodyHas(t *testing.T) {
	for _, sort := range []string{"", "number"} {
		s := fresh(t)
		c := chosen("", sort)
		c.SkillColumn = "wants"
		save(t, s, c)
		bring(t, s, spring.List, "number,wants", "101,French", `102,"french, Wine"`, "103,", "104,wine")
		arrange(t, s)
		sommelier := campaign.Team{{"Wine"}, {"Cheese"}}
		got, err := s.Claim(t.Context(), c, 3, sommelier, noon)
		if err != nil || !slices.Equal(numbers(got.Leads), []campaign.ContactID{3, 4}) || got.Left != 2 {
			t.Errorf("sort %q: %v left %d, %v", sort, numbers(got.Leads), got.Left, err)
		}
		if !strings.Contains(got.Why, "the skills that 2 contacts ask for") || !got.Due.Equal(noon.Add(asideFor)) {
			t.Errorf("sort %q: short because %q, due %v", sort, got.Why, got.Due)
		}
		if n := count(t, s, `SELECT count(*) FROM attempts`); n != 2 {
			t.Errorf("sort %q: %d attempts", sort, n)
		}
		if one := contact(t, s, 1); one.Status != campaign.Callable || one.Attempts != 0 {
			t.Errorf("sort %q: who is put aside is %+v", sort, one)
		}
		french := campaign.Team{{"French"}, {"french", "WINE"}}
		if got, err = s.Claim(t.Context(), c, 3, french, noon.Add(asideFor-time.Second)); err != nil || len(got.Leads) > 0 {
			t.Errorf("sort %q: within the minute %v, %v", sort, numbers(got.Leads), err)
		}
		if got, err = s.Claim(t.Context(), c, 3, french, noon.Add(asideFor)); err != nil || !slices.Equal(numbers(got.Leads), []campaign.ContactID{1, 2}) {
			t.Errorf("sort %q: after it %v, %v", sort, numbers(got.Leads), err)
		}
	}
}

// A long list of them is gone through by several claims.
func TestAClaimPutsNoMoreAsideThanIsSoonDone(t *testing.T) {
	s := fresh(t)
	c := spring
	c.SkillColumn = "wants"
	save(t, s, c)
	rows := []string{"number,wants"}
	for i := range mostAside + 20 {
		rows = append(rows, fmt.Sprintf("%d,French", 1000+i))
	}
	bring(t, s, spring.List, append(rows, "999,")...)
	var found []int
	for range 2 {
		got, err := s.Claim(t.Context(), c, 10, campaign.Team{{}}, noon)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, len(got.Leads))
	}
	if !slices.Equal(found, []int{0, 1}) {
		t.Errorf("claims found %v", found)
	}
}
