package icws

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/agent"
)

// TestAStatusWithAnEnd: until and the number to forward to are kept, told to who
// follows the status, and gone with the next status.
func TestAStatusWithAnEnd(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.must(200, "PUT", "/messaging/subscriptions/status/user-statuses", `{"userIds":["anna"],"userStatusProperties":["until","forwardNumber"]}`)
	c.fetch("userStatusMessage")
	for _, s := range []struct{ body, want string }{
		{`{"statusId":"At Lunch","forwardNumber":"+13175550123","until":{"untilDateTime":"20260131T180000Z","hasDate":false,"hasTime":true}}`,
			`{"userId":"anna","statusId":"At Lunch","forwardNumber":"+13175550123","until":{"untilDateTime":"20260131T180000Z","hasDate":false,"hasTime":true}}`},
		{`{"statusId":"At Lunch","until":{"untilDateTime":"2026-02-01T12:00:00+01:00"}}`,
			`{"userId":"anna","statusId":"At Lunch","forwardNumber":"","until":{"untilDateTime":"20260201T110000Z","hasDate":true,"hasTime":true}}`},
		{`{"statusId":"Available","until":null}`, `{"userId":"anna","statusId":"Available","forwardNumber":"","until":null}`},
		{`{"statusId":"At Lunch","until":{"untilDateTime":"20260131T180000Z","hasDate":false,"hasTime":false}}`, `{"userId":"anna","statusId":"At Lunch","forwardNumber":"","until":null}`},
	} {
		c.must(202, "PUT", "/status/user-statuses/anna", s.body)
		m := c.fetch("userStatusMessage", "asyncOperationCompletedMessage")
		golden(t, m[0]["userStatusList"], `[`+s.want+`]`)
	}
	for _, s := range []struct{ body, property string }{
		{`{"statusId":"At Lunch","until":{}}`, "until.untilDateTime"},
		{`{"statusId":"At Lunch","until":{"hasTime":true}}`, "until.untilDateTime"},
		{`{"statusId":"At Lunch","until":{"untilDateTime":"noon"}}`, "until.untilDateTime"},
		{`{"statusId":"At Lunch","until":{"untilDateTime":1}}`, "until.untilDateTime"},
		{`{"statusId":"At Lunch","until":"noon"}`, "until"},
		{`{"statusId":"At Lunch","forwardNumber":"1\n2"}`, "forwardNumber"},
		{`{"statusId":"At Lunch","notes":"` + strings.Repeat("x", maxNotes+1) + `"}`, "notes"},
		{`{"notes":"x"}`, "statusId"},
	} {
		if got := c.must(400, "PUT", "/status/user-statuses/anna", s.body).json(t); got["propertyName"] != s.property {
			t.Errorf("%s: %v", s.body, got)
		}
	}
}

// TestWhoMaySetAStatus: one's own, and supervisors that of their people.
func TestWhoMaySetAStatus(t *testing.T) {
	o := openOffice(t, Config{})
	for _, s := range []struct {
		who, whose string
		status     int
	}{
		{"anna", "ANNA", 202}, {"anna", "sara", 403}, {"anna", "bert", 403}, {"anna", "nobody", 403},
		{"sara", "anna", 202}, {"sara", "bert", 403}, {"root", "bert", 202}, {"root", "nobody", 403},
	} {
		o.signIn(s.who, "desk").must(s.status, "PUT", "/status/user-statuses/"+s.whose, `{"statusId":"At Lunch"}`)
	}
}

func TestPreviousStatuses(t *testing.T) {
	o := openOffice(t, Config{})
	anna, sara, bert := o.signIn("anna", "desk"), o.signIn("sara", "desk"), o.signIn("bert", "desk")
	const path, follow = "/status/user-status-previous-info/", "/messaging/subscriptions/status/user-status-previous-info"
	golden(t, anna.must(200, "GET", path+"anna", "").json(t), `{"userStatusPreviousInfoList":[]}`)
	anna.must(200, "PUT", follow, "")
	golden(t, anna.fetch("userStatusPreviousInfoMessage")[0], `{"__type":"urn:inin.com:status:userStatusPreviousInfoMessage","isDelta":false,"userStatusPreviousInfoList":[]}`)
	set := func(body string) {
		t.Helper()
		anna.must(202, "PUT", "/status/user-statuses/anna", body)
	}
	set(`{"statusId":"At Lunch","notes":"soup","forwardNumber":"123"}`)
	anna.fetch("userStatusPreviousInfoMessage", "asyncOperationCompletedMessage")
	set(`{"statusId":"Available"}`)
	const rows = `[{"statusId":"At Lunch","notes":"soup","forwardNumber":"123"},{"statusId":"Gone Home","notes":""}]`
	golden(t, anna.fetch("userStatusPreviousInfoMessage", "asyncOperationCompletedMessage")[0]["userStatusPreviousInfoList"], rows)
	golden(t, sara.must(200, "GET", path+"Anna", "").json(t)["userStatusPreviousInfoList"], rows)
	bert.must(404, "GET", path+"anna", "")
	sara.must(404, "GET", path+"bert", "")
	sara.must(404, "GET", path+"nobody", "")
	anna.must(204, "DELETE", follow, "")
	set(`{"statusId":"At Lunch"}`)
	anna.fetch("asyncOperationCompletedMessage")
}

// TestWhichStatusesMayEnd: those that a person chooses to be away.
func TestWhichStatusesMayEnd(t *testing.T) {
	for _, row := range statusRows(agent.Statuses) {
		want := row.IsSelectableStatus && !row.IsAcdStatus && !row.IsAfterCallWorkStatus
		if row.CanHaveDate != want || row.CanHaveTime != want {
			t.Errorf("%+v", row)
		}
	}
}
