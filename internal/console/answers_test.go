package console

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
)

func TestTheLedgerIsShown(t *testing.T) {
	o := newOffice()
	v := &o.snapshot.Campaigns[0]
	v.Today = 20260304
	v.Book.Add(20260302, campaign.Count{Answered: 300, Live: 100, Abandoned: 2, Served: 95})
	v.Book.Add(20260304, campaign.Count{Answered: 500, Live: 200, Abandoned: 5, Served: 190, Unmanned: 250, Told: 5})
	s := serve(t, o, nil)
	for query, want := range map[string]string{
		"": `"window":"day","today":"2026-03-04","rate":0.034653465346534656,"live":202,"abandoned":7,"estimated":2,"assumed":true,` +
			`"counted":{"answered":500,"live":200,"abandoned":5,"served":190,"unmanned":250,"heard":0,"checked":0,"mistaken":0,"told":5},` +
			`"days":[{"day":"2026-03-04",`,
		"?window=30%20days": `"window":"30 days","today":"2026-03-04","rate":0.033003300330033,"live":303,"abandoned":10,"estimated":3,`,
		"?window=ofcom":     `"live":197,"abandoned":7,`,
	} {
		res, body := ask(t, s, "GET", "/api/campaigns/spring%20sale/abandonment"+query, "", nil)
		if res.StatusCode != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%q: %d %s\nwant %s", query, res.StatusCode, body, want)
		}
	}
	for path, status := range map[string]int{
		"/api/campaigns/A1/abandonment?window=week":                http.StatusBadRequest,
		"/api/campaigns/winter/abandonment":                        http.StatusNotFound,
		"/api/campaigns/A1/abandonment?format=csv&from=2026-13-01": http.StatusBadRequest,
		"/api/campaigns/A1/analysis?to=tomorrow":                   http.StatusBadRequest,
		"/api/campaigns/winter/analysis":                           http.StatusNotFound,
		"/api/campaigns/A1/abandonment?format=xls":                 http.StatusBadRequest,
		"/api/campaigns/A1/analysis?format=ndjson":                 http.StatusBadRequest,
		"/api/campaigns/A1/analysis?format=json":                   http.StatusOK,
	} {
		if res, body := ask(t, s, "GET", path, "", nil); res.StatusCode != status {
			t.Errorf("%s: %d %s, want %d", path, res.StatusCode, body, status)
		}
	}
	o.ledger = []campaign.Daily{{Day: 20260302, Count: campaign.Count{Answered: 9, Live: 8, Abandoned: 1, Served: 6, Unmanned: 1}}}
	res, body := ask(t, s, "GET", "/api/campaigns/A1/abandonment?format=csv&from=2026-03-01", "", nil)
	want := "day,answered,live,abandoned,served,unmanned,heard,checked,mistaken,told,estimated\n2026-03-02,9,8,1,6,1,0,0,0,0,1\n"
	if res.Header.Get("Content-Type") != "text/csv; charset=utf-8" || body != want || o.query[1] != campaign.Day(20260301) {
		t.Errorf("%s %v %q", res.Header, o.query, body)
	}
}

func TestWhatAgentsSayOfVerdictsIsShown(t *testing.T) {
	o := newOffice()
	o.verdicts = []campaign.Verdicts{
		{Finding: call.Live, Label: campaign.NoLabel, Calls: 3}, {Finding: call.Live, Label: campaign.MachineLabel, Calls: 2},
		{Finding: call.Live, Label: campaign.PersonLabel, Calls: 95}, {Finding: call.Machine, Label: campaign.NoLabel, Calls: 50},
	}
	s := serve(t, o, nil)
	_, body := ask(t, s, "GET", "/api/campaigns/A1/analysis", "", nil)
	for _, want := range []string{
		`"calls":150,"labelled":97,`, `{"verdict":"live","person":95,"machine":2,"unlabelled":3},{"verdict":"machine","person":0,"machine":0,"unlabelled":50}`,
		`"missed":{"some":2,"of":97,`, `"mistaken":{"some":0,"of":0,"share":0,"low":0,"high":1}`,
		"Agents labelled 97 of 150 calls. No verdict against a person was checked",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s\nwant %s", body, want)
		}
	}
	o.verdicts = append(o.verdicts, campaign.Verdicts{Finding: call.Machine, Label: campaign.PersonLabel, Calls: 1}, campaign.Verdicts{Finding: call.Machine, Label: campaign.MachineLabel, Calls: 99})
	if _, body = ask(t, s, "GET", "/api/campaigns/A1/analysis", "", nil); !strings.Contains(body, "by 100 checked verdicts") {
		t.Error(body)
	}
	a := campaign.Attempt{ID: 7, Campaign: "A1", Agent: "anna", Label: "Sale", Category: "Success", Outcome: call.Talked, Answered: noon}
	a.Answer = campaign.Answer{Finding: call.Live, Judged: noon.Add(time.Second), Why: "spoke for 600ms, then silent for 1s", Features: map[string]float64{"spoken": 0.6, "noise": -61}}
	o.attempts = []campaign.Attempt{a, {ID: 8}}
	pages := &paged{office: o}
	s = serve(t, o, func(c *Config) { c.Records = pages })
	_, body = ask(t, s, "GET", "/api/campaigns/A1/analysis?format=csv", "", nil)
	const row = `7,1000000007,2026-03-04T12:00:00.123Z,2026-03-04T12:00:01.123Z,,live,,"spoke for 600ms, then silent for 1s",noise=-61 spoken=0.6,anna,Sale,Success,Talked,`
	if lines := strings.Split(body, "\n"); len(lines) != 3 || lines[1] != row {
		t.Errorf("%q", body)
	}
}

// paged gives its attempts once, and then no more.
type paged struct {
	*office
	given bool
}

func (p *paged) Attempts(context.Context, string, campaign.AttemptID, int) ([]campaign.Attempt, error) {
	if p.given {
		return nil, nil
	}
	p.given = true
	return p.attempts, nil
}
