package icws

import (
	"testing"
)

// TestWhoIsConnected: supervisors follow the sessions of those they oversee.
func TestWhoIsConnected(t *testing.T) {
	o := openOffice(t, Config{})
	sara, anna, bert := o.signIn("sara", "desk"), o.signIn("anna", "desk"), o.signIn("bert", "desk")
	row := func(user, name, application, station string) string {
		uri := ""
		if station != "" {
			uri = "/configuration/stations/" + station
		}
		return `{"applicationName":"` + application + `","machineName":"127.0.0.1","reason":0,
			"userId":{"id":"` + user + `","displayName":"` + name + `","uri":"/configuration/users/` + user + `"},
			"stationId":{"id":"` + station + `","displayName":"` + station + `","uri":"` + uri + `"}}`
	}
	const typ = `"__type":"urn:inin.com:session:sessionsMessage"`
	users, stations, layouts := "/messaging/subscriptions/session/sessions-users", "/messaging/subscriptions/session/sessions-stations", "/messaging/subscriptions/session/sessions-layouts"

	golden(t, sara.must(200, "PUT", users, "").json(t), `{}`)
	golden(t, sara.fetch("sessionsMessage")[0], `{`+typ+`,"isDelta":false,"sessionsAdded":[`+row("anna", "Anna Berg", "desk", "")+`,`+row("sara", "Sara Ek", "desk", "")+`]}`)
	tab := o.signIn("anna", "browser")
	golden(t, sara.fetch("sessionsMessage")[0], `{`+typ+`,"isDelta":true,"sessionsAdded":[`+row("anna", "Anna Berg", "browser", "")+`]}`)
	tab.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Desk7"}`)
	golden(t, sara.fetch("sessionsMessage")[0], `{`+typ+`,"isDelta":true,"sessionsRemoved":[`+row("anna", "Anna Berg", "browser", "")+`],"sessionsAdded":[`+row("anna", "Anna Berg", "browser", "Desk7")+`]}`)

	golden(t, sara.must(200, "PUT", stations, `{"stationIds":["desk7"]}`).json(t), `{}`)
	golden(t, sara.fetch("sessionsMessage")[0], `{`+typ+`,"isDelta":false,"sessionsAdded":[`+row("anna", "Anna Berg", "browser", "Desk7")+`]}`)
	sara.must(204, "DELETE", users, "")
	tab.must(200, "DELETE", "/connection", "")
	golden(t, sara.fetch("sessionsMessage")[0], `{`+typ+`,"isDelta":true,"sessionsRemoved":[`+row("anna", "Anna Berg", "browser", "Desk7")+`]}`)
	sara.must(200, "DELETE", stations, "")

	golden(t, bert.must(200, "PUT", layouts, `{"layoutIds":[]}`).json(t), `{}`)
	golden(t, bert.fetch("sessionsMessage")[0], `{`+typ+`,"isDelta":false,"sessionsAdded":[]}`)
	bert.must(204, "DELETE", layouts, "")

	bert.must(200, "PUT", users, `{"userIds":["BERT"]}`)
	bert.fetch("sessionsMessage")
	for _, s := range []struct {
		who    *seat
		status int
		path   string
		body   string
	}{
		{bert, 403, users, `{"userIds":["anna"]}`},
		{anna, 403, users, `{"userIds":["anna","sara"]}`},
		{sara, 403, users, `{"userIds":["bert"]}`},
		{bert, 400, users, `{"userIds":["nobody"]}`},
		{bert, 400, users, `{"userIds":"bert"}`},
		{bert, 400, stations, `{"stationIds":[7]}`},
		{bert, 400, layouts, `{"layoutIds":{}}`},
	} {
		s.who.must(s.status, "PUT", s.path, s.body)
	}
	anna.must(200, "DELETE", "/connection", "")
	if got := sara.poll(); len(got) != 0 {
		t.Errorf("after the subscription: %v", got)
	}
}
