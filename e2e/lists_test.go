//go:build linux

package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAnUrgentContactIsCalledAtOnce adds contacts over the API to a list that a campaign
// is calling: who has status J comes before all who were there, within a second or so.
func TestAnUrgentContactIsCalledAtOnce(t *testing.T) {
	c, phones := startCarrier(t), startPhones(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	p.serve(t)
	anna := begin(t, p.http, "anna", phones.uri("anna"), true)
	defer anna.leave(t)
	urgent := number(glances, 1)
	var added []struct {
		ID     int    `json:"id"`
		Status string `json:"status"`
	}
	asked := time.Now()
	body := `[{"number":"` + number(glances, 0) + `","status":"E"},{"number":"` + urgent + `","status":"J","columns":{"name":"Zoë"}}]`
	p.order(t, http.MethodPost, "/api/lists/autumn/contacts", body, &added)
	if len(added) != 2 || added[1].Status != "J" {
		t.Fatalf("%+v", added)
	}
	var rows []struct {
		Number string    `json:"number"`
		Placed time.Time `json:"placedAt"`
	}
	p.awaitAttempts(t, "the urgent contact is dialed", func(all []attempt) bool {
		return slices.ContainsFunc(all, func(a attempt) bool { return a.Number == urgent })
	})
	p.administer(t, http.MethodGet, "/api/attempts", &rows)
	if len(rows) != 1 || rows[0].Number != urgent {
		t.Fatalf("%+v: who is excluded is not called", rows)
	}
	t.Logf("dialed %v after it was added", rows[0].Placed.Sub(asked).Round(time.Millisecond))
	if late := rows[0].Placed.Sub(asked); late > 3*time.Second {
		t.Errorf("dialed %v after it was added", late)
	}
	request, err := http.NewRequest(http.MethodGet, p.http+"/api/lists/autumn/export?format=ndjson", strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(p.boss, password(p.boss))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the export answers %s", response.Status)
	}
}
