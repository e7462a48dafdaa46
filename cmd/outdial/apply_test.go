package main

import (
	"path/filepath"
	"testing"

	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/store"
)

// TestAFileAppliedAgainKeepsTheCampaign: its id, by which attempts know it, and
// its last state, unless the file names one.
func TestAFileAppliedAgainKeepsTheCampaign(t *testing.T) {
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "outdial.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	apply := func(state string) campaign.Campaign {
		t.Helper()
		cfg, err := parseConfig([]byte("[[campaign]]\nname = \"First\"\nlist = \"first\"\nworkgroup = \"Sales\"\n" + state +
			"[[campaign.disposition]]\nlabel = \"Sale\"\ncategory = \"Success\"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if err := cfg.apply(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		c, err := db.Campaign(t.Context(), "First")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := apply("")
	if first.State != campaign.Off || first.ID == "" || !first.AllowSkip {
		t.Errorf("at first %+v", first)
	}
	if d := first.Dispositions; len(d) != 1 || d[0].Code != "Sale" {
		t.Errorf("a disposition without a code: %+v", d)
	}
	running := first
	running.State = campaign.On
	if err := db.SaveCampaign(t.Context(), running); err != nil {
		t.Fatal(err)
	}
	if c := apply(""); c.State != campaign.On || c.ID != first.ID {
		t.Errorf("without a state it is %s as %s, was on as %s", c.State, c.ID, first.ID)
	}
	if c := apply("state = \"paused\"\n"); c.State != campaign.Paused || c.ID != first.ID {
		t.Errorf("with a state it is %s as %s", c.State, c.ID)
	}
}
