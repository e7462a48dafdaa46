package main

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/store"
)

func TestRecountHoldsTheLedgerAgainstTheAttempts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.db")
	db, err := store.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	spring := campaign.Campaign{ID: "A", Name: "Spring", List: "leads"}.Defaults()
	spring.Hours.Always = true
	now := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	if err := db.SaveCampaign(t.Context(), spring); err != nil {
		t.Fatal(err)
	}
	if _, err := db.AddContacts(t.Context(), "leads", campaign.Addition{}, []campaign.Contact{{Number: "100", Zone: "America/New_York"}}); err != nil {
		t.Fatal(err)
	}
	got, err := db.Claim(t.Context(), spring, 1, nil, now)
	if err != nil || len(got.Leads) != 1 {
		t.Fatal(len(got.Leads), err)
	}
	a := got.Leads[0].Attempt
	a.Answered, a.Ended, a.Closed, a.Outcome = now, now.Add(time.Second), now.Add(time.Second), call.Abandoned
	a.Category, a.Next = "Machine", campaign.Next{Status: campaign.Callable, Due: now.Add(time.Hour), Counts: true}
	if err := errors.Join(db.Record(t.Context(), a), db.Close()); err != nil {
		t.Fatal(err)
	}
	run := func() (string, error) {
		var out strings.Builder
		err := recount(t.Context(), []string{"--database", path, "--campaign", "spring"}, &out, &out)
		return out.String(), err
	}
	if out, err := run(); err != nil || out != "Spring: the ledger is what the attempts add up to\n" {
		t.Errorf("%q %v", out, err)
	}
	byHand, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = byHand.ExecContext(t.Context(), `UPDATE ledger SET abandoned = 0`)
	if err := errors.Join(err, byHand.Close()); err != nil {
		t.Fatal(err)
	}
	out, err := run()
	if !errors.Is(err, errLedger) || !strings.Contains(out, "attempts  1 answered, 1 live, 1 abandoned") || !strings.Contains(out, "ledger    1 answered, 1 live, 0 abandoned") {
		t.Errorf("%q %v", out, err)
	}
	if err := recount(t.Context(), []string{"--campaign", "none", "--database", path}, &strings.Builder{}, &strings.Builder{}); err == nil {
		t.Error("a campaign that is not there was recounted")
	}
}
