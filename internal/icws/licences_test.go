package icws

import (
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/session"
)

func limits(names map[string]int) func(*session.Config) {
	return func(c *session.Config) { c.Licences = names }
}

// licenceRow is a licenseOperationResult.
func licenceRow(name, status, details string) string {
	available := map[bool]string{true: "true", false: "false"}[status == "2"]
	return `{"licenseName":"` + name + `","licenseStatus":` + status + `,"isAvailable":` + available + `,"errorDetails":"` + details + `"}`
}

func TestLicences(t *testing.T) {
	o := openOffice(t, Config{}, limits(map[string]int{"I3_ACCESS_ONE": 1}))
	anna, tab, bert := o.signIn("anna", "desk"), o.signIn("anna", "browser"), o.signIn("bert", "desk")
	const path, follow = "/licenses", "/messaging/subscriptions/licenses"
	all := func(rows ...string) string { return `{"licenseOperationResultList":[` + strings.Join(rows, ",") + `]}` }
	const taken, unknown = "All licences of this name are in use.", "There is no licence of this name."

	bert.must(200, "PUT", follow, `{"licenseList":["i3_access_one","I3_ACCESS_TWO"]}`)
	golden(t, bert.fetch("licenseMessage")[0], `{"__type":"urn:inin.com:licenses:licenseMessage","isDelta":false,"licenseAssignedStatusList":[{"name":"i3_access_one","isAssigned":false},{"name":"I3_ACCESS_TWO","isAssigned":false}]}`)
	for _, s := range []struct {
		who  *seat
		verb string
		body string
		want string
	}{
		{anna, "POST", `{"licenseList":["I3_ACCESS_ONE","i3_access_two","ONE"]}`,
			all(licenceRow("I3_ACCESS_ONE", "2", ""), licenceRow("i3_access_two", "2", ""), licenceRow("ONE", "9", unknown))},
		{tab, "POST", `{"licenseList":["I3_ACCESS_ONE"]}`, all(licenceRow("I3_ACCESS_ONE", "2", ""))},
		{bert, "POST", `{"licenseList":["I3_ACCESS_ONE"]}`, all(licenceRow("I3_ACCESS_ONE", "4", taken))},
		{anna, "PUT", `{"licenseList":["I3_ACCESS_TWO"]}`, all(licenceRow("I3_ACCESS_TWO", "2", ""))},
		{bert, "POST", `{"licenseList":["I3_ACCESS_ONE"]}`, all(licenceRow("I3_ACCESS_ONE", "4", taken))},
		{tab, "PUT", `{"licenseList":[]}`, all()},
		{bert, "POST", `{"licenseList":["I3_ACCESS_ONE"]}`, all(licenceRow("I3_ACCESS_ONE", "2", ""))},
	} {
		golden(t, s.who.must(200, s.verb, path, s.body).json(t), s.want)
	}
	golden(t, bert.fetch("licenseMessage")[0], `{"__type":"urn:inin.com:licenses:licenseMessage","isDelta":true,"licenseAssignedStatusList":[{"name":"i3_access_one","isAssigned":true}]}`)
	bert.must(200, "DELETE", path, "")
	bert.fetch("licenseMessage")
	bert.must(204, "DELETE", follow, "")
	golden(t, anna.must(200, "POST", path, `{"licenseList":["I3_ACCESS_ONE"]}`).json(t), all(licenceRow("I3_ACCESS_ONE", "2", "")))
	if got := bert.poll(); len(got) != 0 {
		t.Errorf("after the subscription: %v", got)
	}
}

func TestLicenceStages(t *testing.T) {
	o := openOffice(t, Config{}, limits(map[string]int{"I3_NONE": 0}))
	c := o.signIn("anna", "desk")
	stage := func(name, action, licences string) string {
		return `{"stageName":"` + name + `","stageFailureAction":` + action + `,"licenseList":[` + licences + `]}`
	}
	body := func(stages ...string) string {
		return `{"licenseStageOperationList":[` + strings.Join(stages, ",") + `]}`
	}
	const taken = "All licences of this name are in use."
	result := func(name string, rows ...string) string {
		return `{"stageName":"` + name + `","result":[` + strings.Join(rows, ",") + `]}`
	}
	for _, s := range []struct{ body, want string }{
		{body(), ``},
		{body(stage("a", "0", `"I3_NONE"`), stage("b", "1", `"I3_ANY"`)), result("a", licenceRow("I3_NONE", "4", taken)) + `,` + result("b", licenceRow("I3_ANY", "2", ""))},
		{body(stage("a", "1", `"I3_ANY","I3_NONE"`), stage("b", "0", `"I3_ANY"`)), result("a", licenceRow("I3_ANY", "2", ""), licenceRow("I3_NONE", "4", taken))},
	} {
		golden(t, c.must(200, "POST", "/licenses/license-stages", s.body).json(t), `{"licenseStageOperationResultList":[`+s.want+`]}`)
	}
	for _, s := range []struct{ path, body, property string }{
		{"/licenses/license-stages", `{}`, "licenseStageOperationList"},
		{"/licenses/license-stages", body(`{"stageFailureAction":0,"licenseList":[]}`), "licenseStageOperationList.stageName"},
		{"/licenses/license-stages", body(`{"stageName":"a","licenseList":[]}`), "licenseStageOperationList.stageFailureAction"},
		{"/licenses/license-stages", body(stage("a", "2", "")), "licenseStageOperationList.stageFailureAction"},
		{"/licenses/license-stages", body(`{"stageName":"a","stageFailureAction":0}`), "licenseStageOperationList.licenseList"},
		{"/licenses", `{}`, "licenseList"},
		{"/licenses", `{"licenseList":null}`, "licenseList"},
		{"/licenses", `{"licenseList":["` + strings.Repeat("x", nameLength+1) + `"]}`, "licenseList"},
		{"/licenses", `{"licenseList":[` + strings.TrimSuffix(strings.Repeat(`"I3_X",`, 101), ",") + `]}`, "licenseList"},
		{"/licenses", `{"licenseList":"I3_X"}`, "licenseList"},
	} {
		if got := c.must(400, "POST", s.path, s.body).json(t); got["propertyName"] != s.property {
			t.Errorf("%s: %v", s.body, got)
		}
	}
}

// TestTheDialerAddOn: who logs in to the dialer needs it, and gives it back.
func TestTheDialerAddOn(t *testing.T) {
	o := openOffice(t, Config{}, limits(map[string]int{session.DialerAddOn: 1}))
	anna, bert := o.signIn("anna", "desk"), o.signIn("bert", "desk")
	anna.must(200, "POST", "/dialer/log-in", "{}")
	for _, path := range []string{"/dialer/log-in", "/dialer/ready-for-calls"} {
		if got := bert.must(403, "POST", path, "{}").json(t); got["errorCode"] != 7.0 || !strings.Contains(got["message"].(string), session.DialerAddOn) {
			t.Errorf("%s: %v", path, got)
		}
	}
	anna.must(200, "POST", "/dialer/ready-for-calls", "{}")
	anna.must(200, "DELETE", "/connection", "")
	bert.must(200, "POST", "/dialer/log-in", "{}")
}
