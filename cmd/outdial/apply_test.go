package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
		if err := cfg.apply(t.Context(), db, slog.New(slog.DiscardHandler)); err != nil {
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

// TestAStartTellsWhereACampaignIsNotAsConfigured, and what was changed and holds no more.
func TestAStartTellsWhereACampaignIsNotAsConfigured(t *testing.T) {
	file := campaign.Campaign{ID: "A1", Name: "First", List: "first"}.Defaults()
	was, err := file.With(campaign.Change{"mode": "preview", "abandonLimit": 0.01}, "boss", time.Date(2026, 3, 4, 18, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	file.Pace.Limit = 0.02
	var said bytes.Buffer
	if now := keep(file, was.Changed, slog.New(slog.NewTextHandler(&said, nil))); now.Mode != campaign.Preview || now.Pace.Limit != 0.02 {
		t.Errorf("%s, limit %g", now.Mode, now.Pace.Limit)
	}
	for _, want := range []string{
		`level=INFO msg="a campaign is not as the configuration has it" campaign=First setting=mode configured=power now=preview changed=2026-03-04T18:00:00Z by=boss`,
		`level=WARN msg="a change of a campaign is dropped, the configuration holds again" campaign=First setting=abandon_limit changed_to=0.01 by=boss ` +
			`reason="the configuration was edited since, from 0.03 to 0.02"`,
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("it said %s, not %s", &said, want)
		}
	}
}

// TestAChangeOutlivesARestart: a campaign that was switched to preview does not predict
// again after the night, unless the file or somebody says so.
func TestAChangeOutlivesARestart(t *testing.T) {
	t.Chdir(t.TempDir())
	configure := func(settings string) {
		t.Helper()
		text := "[http]\nlisten = \"127.0.0.1:0\"\n[sip]\nlisten = \"127.0.0.1:0\"\n" +
			"[[user]]\nid = \"boss\"\npassword = \"very secret\"\nadmin = true\n" +
			"[[campaign]]\nname = \"First\"\nlist = \"first\"\nworkgroup = \"Sales\"\nmode = \"predictive\"\n" + settings +
			"[[campaign.disposition]]\nlabel = \"Sale\"\ncategory = \"Success\"\n"
		if err := os.WriteFile(usualConfig, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(s served, method, path, body string) string {
		t.Helper()
		req, _ := http.NewRequest(method, s.url+path, strings.NewReader(body))
		req.SetBasicAuth("boss", "very secret")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		got, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(got)
	}
	configure("")
	day := serveUntilReady(t)
	if got := ask(day, "PUT", "/api/campaigns/First", `{"mode":"preview","maxFlying":4}`); !strings.Contains(got, `"mode":"preview"`) {
		t.Errorf("changed: %s", got)
	}
	day.stop(t)
	configure("max_flying = 9\n")
	var said bytes.Buffer
	if err := check(t.Context(), nil, &said, io.Discard); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"mode is predictive in the file, and was changed to preview by boss on 20", "max_flying was changed to 4 by boss; the next start drops that: the configuration was edited since, from 0 to 9"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the check says %s, not %s", &said, want)
		}
	}
	next := serveUntilReady(t)
	got := ask(next, "GET", "/api/campaigns", "")
	for _, want := range []string{`"mode":"preview"`, `"maxFlying":9`, `"changed":{"mode":{"file":"predictive","now":"preview","at":"20`, `"by":"boss"}}`} {
		if !strings.Contains(got, want) {
			t.Errorf("after the restart it is %s, without %s", got, want)
		}
	}
	if got := ask(next, "PUT", "/api/campaigns/First", `{"mode":null}`); !strings.Contains(got, `"mode":"predictive"`) || strings.Contains(got, `"changed"`) {
		t.Errorf("back to the file: %s", got)
	}
	next.stop(t)
}
