package icws

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// TestOrderOfChecks: a request that is wrong in several ways gets the answer of
// the first check (contract section 11).
func TestOrderOfChecks(t *testing.T) {
	o := openOffice(t, Config{Removed: []string{"GET /connection/station"}})
	c := o.signIn("anna", "desk")
	o.floor.ring(customer("1000000001", c.agent))
	p := "/icws/" + c.id
	cookie, token := "Cookie: "+c.cookie, tokenHeader+": "+c.token
	steps := []struct {
		name, verb, path, body string
		headers                []string
		want                   int
	}{
		{"path before all", "BREW", "/icws/x/dialer/no-such-thing", "{", nil, 404},
		{"verb before session", "PUT", "/icws/x/dialer/log-in", "{", nil, 405},
		{"removed before session", "GET", "/icws/x/connection/station", "{", nil, 410},
		{"session before body", "POST", "/icws/x/dialer/disposition", "{", []string{cookie, token}, 401},
		{"cookie before body", "POST", p + "/dialer/disposition", "{", []string{token}, 401},
		{"token before body", "POST", p + "/dialer/disposition", "{", []string{cookie}, 401},
		{"session before size", "POST", p + "/messaging/heartbeat", strings.Repeat("x", 70<<10), nil, 401},
		{"body before rights", "PUT", p + "/status/user-statuses/bert", "{", []string{cookie, token}, 400},
		{"rights before object", "PUT", p + "/status/user-statuses/nobody", `{"statusId":"Available"}`, []string{cookie, token}, 403},
		{"object", "POST", p + "/interactions/1000000009/hold", `{"on":true}`, []string{cookie, token}, 404},
		{"all is well", "POST", p + "/interactions/1000000001/hold", `{"on":true}`, []string{cookie, token}, 200},
	}
	for _, s := range steps {
		if r := o.send(s.verb, s.path, s.body, s.headers...); r.StatusCode != s.want {
			t.Errorf("%s: %d, want %d: %s", s.name, r.StatusCode, s.want, r.text)
		}
	}
}

// TestUnauthorised: what the recorded numbers tell apart.
func TestUnauthorised(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	gone := o.signIn("anna", "desk")
	gone.must(200, "DELETE", "/connection", "")
	cookie, token := "Cookie: "+c.cookie, tokenHeader+": "+c.token
	for name, s := range map[string]struct {
		reply
		code float64
	}{
		"no number":       {o.send("GET", "/icws/null/connection", "", cookie, token), -2147221499},
		"unknown session": {o.send("GET", "/icws/123/connection", "", cookie, token), 2},
		"no cookie":       {o.send("GET", "/icws/"+c.id+"/connection", "", token), 1},
		"no token":        {o.send("GET", "/icws/"+c.id+"/connection", "", cookie), 2},
		"ended session":   {gone.do("POST", "/messaging/heartbeat", ""), 1},
	} {
		b := s.json(t)
		if s.StatusCode != 401 || b["errorCode"] != s.code || b["message"] == "" || s.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %v", name, s.StatusCode, b)
		}
	}
	golden(t, gone.must(200, "GET", "/connection", "").json(t), `{"connectionState":2,"reason":"The client disconnected.","shouldReconnect":false}`)
	if r := o.send("GET", "/icws/"+gone.id+"/connection", ""); r.StatusCode != 401 {
		t.Errorf("a previous session without proof: %d", r.StatusCode)
	}
}

// TestNever500: whatever a body holds, the answer blames the client or ignores it.
func TestNever500(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.must(200, "POST", "/dialer/log-in", "")
	bodies := []string{
		"", "{}", "null", "[]", `"x"`, "1", "true", "{", "}", "garbage", "\xff\xfe", `{"__type":1}`, `{"userIds":{}}`, `{"userIds":[null]}`,
		"{\"label\":\"\xff\"}", `{"label":"a","label":["b"]}`, `{"on":"yes"}`, `{"campaignIds":"x"}`, `{"campaignId":7}`, `{"callAttributes":{"a":1}}`,
		`{"label":"Sale","scheduledTime":1e99}`, `{"label":"Sale","scheduledTime":"now"}`, `{"queueIds":[{}],"attributeNames":null}`, `{"queueIds":[null],"attributeNames":[]}`,
		strings.Repeat("[", 20_000), strings.Repeat(`{"a":`, 20_000), `{} {}`, "\xef\xbb\xbf{}",
	}
	for _, rt := range routes() {
		path := "/icws" + strings.NewReplacer("{sessionId}", c.id, "{featureId}", "x", "{subscriptionId}", "s", "{interactionId}", "1000000001", "{userId}", "anna").Replace(rt.path)
		if rt.verb == "DELETE" && rt.path == "/{sessionId}/connection" {
			continue
		}
		for _, body := range bodies {
			r := o.send(rt.verb, path, body, "Cookie: "+c.cookie, tokenHeader+": "+c.token, "Accept-Language: en")
			if r.StatusCode >= 500 || r.StatusCode == 401 {
				t.Errorf("%s %s %.40q: %d %s", rt.verb, rt.path, body, r.StatusCode, r.text)
			}
			if !rt.body && r.StatusCode == 400 && !strings.Contains(r.text, "feature") && !strings.Contains(r.text, "connect to a station") {
				t.Errorf("%s %s %.40q: a stray body was looked at: %s", rt.verb, rt.path, body, r.text)
			}
		}
		c.poll()
	}
}

// TestBodies: what is missing or wrong is named.
func TestBodies(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	const missingType, invalidType = "urn:inin.com:common:missingPropertyError", "urn:inin.com:common:invalidPropertyError"
	for _, s := range []struct {
		verb, path, body string
		typ, property    any
	}{
		{"POST", "/dialer/disposition", "{}", missingType, "label"},
		{"POST", "/dialer/disposition", `{"label":7}`, invalidType, "label"},
		{"POST", "/dialer/disposition", `{"label":"x","scheduledAgent":"bert"}`, missingType, "scheduledTime"},
		{"POST", "/dialer/disposition", `{"label":"x","relativeTo":2}`, invalidType, "relativeTo"},
		{"POST", "/dialer/disposition", "{", nil, nil},
		{"POST", "/interactions/1/hold", "", missingType, "on"},
		{"PUT", "/status/user-statuses/anna", "{}", missingType, "statusId"},
		{"PUT", "/status/user-statuses/anna", `{"statusId":"Dancing"}`, invalidType, "statusId"},
		{"PUT", "/status/user-statuses/anna", `{"statusId":"Available","until":{"untilDateTime":"soon"}}`, invalidType, "until.untilDateTime"},
		{"PUT", "/messaging/subscriptions/status/user-statuses", "{}", missingType, "userIds"},
		{"PUT", "/messaging/subscriptions/queues/q", "{}", missingType, "queueIds"},
		{"PUT", "/messaging/subscriptions/interactions/1", `{"attributeNames":[]}`, missingType, "attributeNames"},
		{"PUT", "/connection/station", "{}", missingType, "__type"},
		{"PUT", "/connection/station", `{"__type":"x"}`, invalidType, "__type"},
		{"PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings"}`, missingType, "workstation"},
		{"PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Home1"}`, invalidType, "workstation"},
		{"PUT", "/connection/station", `{"__type":"urn:inin.com:connection:remoteNumberSettings"}`, missingType, "remoteNumber"},
		{"PUT", "/connection/station", `{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":"call me"}`, invalidType, "remoteNumber"},
		{"PUT", "/connection/station", `{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":"sip:a@b;x=y\r\nEvil: 1"}`, invalidType, "remoteNumber"},
		{"PUT", "/connection/station", `{"__type":"urn:inin.com:connection:stationlessSettings","stationConnectionMode":9}`, invalidType, "stationConnectionMode"},
	} {
		b := c.must(400, s.verb, s.path, s.body).json(t)
		if b["__type"] != s.typ || b["propertyName"] != s.property || b["message"] == "" || b["errorId"] == nil {
			t.Errorf("%s %s %s: %v", s.verb, s.path, s.body, b)
		}
		// A property is named as it is written.
		name, _ := s.property.(string)
		name = name[strings.LastIndexByte(name, '.')+1:]
		if word, _, _ := strings.Cut(b["message"].(string), " "); strings.EqualFold(word, name) && word != name {
			t.Errorf("%s %s %s: %v", s.verb, s.path, s.body, b["message"])
		}
	}
	for body, property := range map[string]string{
		`{}`: "__type",
		`{"__type":"urn:inin.com:connection:singleSignOnTokenConnectionRequestSettings"}`: "__type",
		`{"__type":"` + icAuth + `"}`:                                                               "applicationName",
		`{"__type":"` + icAuth + `","applicationName":"a"}`:                                         "userID",
		`{"__type":"` + icAuth + `","applicationName":"a","userID":"anna"}`:                         "password",
		`{"__type":"` + icAuth + `","applicationName":"a","userID":null,"password":"secret"}`:       "userID",
		`{"__type":"` + icAuth + `","applicationName":{"x":1},"userID":"anna","password":"secret"}`: "applicationName",
	} {
		if r := o.send("POST", "/icws/connection", body, "Accept-Language: en"); r.StatusCode != 400 || r.json(t)["propertyName"] != property {
			t.Errorf("%s: %d %s", body, r.StatusCode, r.text)
		}
	}
	r := o.send("POST", "/icws/connection", strings.TrimSuffix(signInBody("anna", "secret", "a"), "}")+`,"marketPlaceApplicationCode":"x","marketPlaceApplicationLicenseName":null}`, "Accept-Language: en")
	if r.StatusCode != 201 {
		t.Errorf("marketplace fields: %d", r.StatusCode)
	}
}

// TestConnectionIncludes: each include adds its part, null where there is none.
func TestConnectionIncludes(t *testing.T) {
	o := openOffice(t, Config{})
	send := func(user string) map[string]any {
		r := o.send("POST", "/icws/connection?include=server-time,default-workstation,effective-station,purecloud-integration,other", signInBody(user, "secret", "desk"), "Accept-Language: en").json(t)
		delete(r, "csrfToken")
		delete(r, "sessionId")
		return r
	}
	golden(t, send("bert"), `{"alternateHostList":[],"userID":"bert","userDisplayName":"Bert Cole","icServer":"dialer.example.com",
		"serverTimeInfo":{"serverUtcTime":"20260131T173000Z"},"defaultWorkstationId":null,"effectiveStation":null,"purecloudIntegration":{"integrationEnabled":false}}`)
	o.signIn("anna", "desk").must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"desk7"}`)
	r := send("anna")
	golden(t, r["defaultWorkstationId"], `"Desk7"`)
	golden(t, r["effectiveStation"], `{"stationId":{"id":"Desk7","displayName":"Desk7","uri":"/configuration/stations/Desk7"}}`)
	golden(t, o.send("GET", "/icws/connection/server-info", "", "Accept-Language: de-AT").json(t), `{"languages":[{"languageID":"en-us","languageDisplayName":"English (United States)"}],"acceptLanguage":"de-at","authentication":{"allowIcAuth":true,"identityProviders":[]}}`)
	golden(t, o.signIn("anna", "desk").must(200, "GET", "/connection/switchover-status", "").json(t), `{"isSwitchoverActive":false,"primaryHost":"dialer.example.com"}`)
}

// TestBuild: a number for every version that the linker may set.
func TestBuild(t *testing.T) {
	for version, want := range map[string]string{"0.1.0": "100", "1.4.0": "10400", "2.10.3-rc1": "21003", "1.4": "10400", "v1.4.0": "10400", "dev": "0", "": "0", "1.4.0-5-gabc": "10400", "1.-4.0": "10000", "1.400.0": "19900"} {
		if got := build(version); got != want {
			t.Errorf("build of %q: %s, want %s", version, got, want)
		}
	}
}

// TestStation: connected, looked at, changed, taken, disconnected.
func TestStation(t *testing.T) {
	o := openOffice(t, Config{})
	c, other := o.signIn("anna", "desk"), o.signIn("bert", "desk")
	golden(t, c.must(404, "GET", "/connection/station", "").json(t), `{"errorId":"-2147221496","message":"The session has no station; connect one first."}`)
	golden(t, c.must(404, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Nowhere"}`).json(t), `{"errorId":"-2147221496","message":"There is no station Nowhere."}`)
	c.must(200, "PUT", "/messaging/subscriptions/connection/station", "")
	golden(t, c.fetch("stationConnectionStateChangeMessage")[0]["newStationInfo"], `{"canBeDialed":false,"extension":"","id":"","stationSetting":0}`)

	golden(t, c.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"desk7","supportedMediaTypes":[1],"readyForInteractions":true}`).json(t),
		`{"canBeDialed":true,"extension":"Desk7","id":"Desk7","stationSetting":1,"allowedMediaTypes":[1]}`)
	c.fetch("stationConnectionStateChangeMessage", "effectiveStationChangeMessage")
	other.must(403, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Desk7"}`)

	c.remote()
	m := c.fetch("stationConnectionStateChangeMessage", "effectiveStationChangeMessage")
	golden(t, m[0], `{"__type":"urn:inin.com:connection:stationConnectionStateChangeMessage","isDelta":true,
		"previousStationInfo":{"canBeDialed":true,"extension":"Desk7","id":"Desk7","stationSetting":1,"allowedMediaTypes":[1]},
		"newStationInfo":{"canBeDialed":true,"extension":"+13175550101","id":"remote-anna","remoteNumber":"+13175550101","stationSetting":3,"allowedMediaTypes":[1]}}`)
	golden(t, c.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:remoteWorkstationSettings","workstation":"Home1","remoteNumber":"317-555-0100"}`).json(t),
		`{"canBeDialed":true,"extension":"3175550100","id":"Home1","remoteNumber":"3175550100","stationSetting":2}`)
	c.must(200, "DELETE", "/connection/station", "")
	c.must(404, "GET", "/connection/station", "")
	c.fetch("stationConnectionStateChangeMessage", "effectiveStationChangeMessage", "stationConnectionStateChangeMessage", "effectiveStationChangeMessage")
	other.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Desk7"}`)
}

// TestEffectiveStation: null where there is none; its uri can be asked for as it is.
func TestEffectiveStation(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	effective := func() any {
		t.Helper()
		told := c.fetch("effectiveStationChangeMessage")[0]["effectiveStation"]
		r := o.send("POST", "/icws/connection?include=effective-station", signInBody("anna", "secret", "desk"), "Accept-Language: en").json(t)
		if !reflect.DeepEqual(r["effectiveStation"], told) {
			t.Errorf("a new session gets %v, an old one was told %v", r["effectiveStation"], told)
		}
		return told
	}
	c.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Room 2/ä"}`)
	golden(t, effective(), `{"stationId":{"id":"Room 2/ä","displayName":"Room 2/ä","uri":"/configuration/stations/Room%202%2F%C3%A4"}}`)
	c.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:stationlessSettings"}`)
	golden(t, effective(), `null`)
	c.must(400, "PUT", "/messaging/subscriptions/queues/q", `{"queueIds":[{"queueType":3,"queueName":""}],"attributeNames":[]}`)
}

// TestStatuses: read, set, and told when done.
func TestStatuses(t *testing.T) {
	o := openOffice(t, Config{})
	c, root := o.signIn("anna", "desk"), o.signIn("root", "desk")
	golden(t, c.must(200, "GET", "/status/user-statuses/BERT", "").json(t), `{"userId":"bert","statusId":"Gone Home","notes":"","forwardNumber":"","until":null,"stations":[],"icServers":[],"loggedIn":false,"onPhone":false}`)
	c.must(404, "GET", "/status/user-statuses/nobody", "")
	rows := c.must(200, "GET", "/status/status-messages", "").json(t)["statusMessageList"].([]any)
	golden(t, rows[0], `{"statusId":"Available","messageText":"Available","iconUri":"","groupTag":"Available","systemId":"Available","canHaveDate":false,"canHaveTime":false,"isDoNotDisturbStatus":false,
		"isSelectableStatus":true,"isPersistentStatus":false,"isForwardStatus":false,"isAfterCallWorkStatus":false,"isAcdStatus":true,"isAllowFollowUpStatus":true}`)
	if got := c.must(200, "GET", "/status/status-messages-user-access/Anna", "").json(t); got["userId"] != "anna" || slices.Contains(got["statusMessages"].([]any), any("Campaign Call")) {
		t.Errorf("%v", got)
	}
	c.must(404, "PUT", "/messaging/subscriptions/status/user-statuses", `{"userIds":["anna","nobody"]}`)
	id := c.must(202, "PUT", "/status/user-statuses/Anna", `{"statusId":"AVAILABLE","notes":"here","until":{"untilDateTime":"2026-02-01T10:00Z"}}`).json(t)["requestId"]
	m := c.fetch("asyncOperationCompletedMessage")[0]
	if m["requestId"] != id || m["error"] != nil || m["isDelta"] != false {
		t.Errorf("%v", m)
	}
	golden(t, c.must(200, "GET", "/status/user-statuses/anna", "").json(t), `{"userId":"anna","statusId":"Available","notes":"here","forwardNumber":"","until":{"untilDateTime":"20260201T100000Z","hasDate":true,"hasTime":true},"stations":[],"icServers":["dialer.example.com"],"loggedIn":true,"onPhone":false,"statusChanged":"20260131T173000Z"}`)
	golden(t, c.must(403, "PUT", "/status/user-statuses/bert", `{"statusId":"Available"}`).json(t), `{"errorCode":7,"message":"You may set your own status, and that of users whom you supervise."}`)
	root.must(202, "PUT", "/status/user-statuses/bert", `{"statusId":"At Lunch"}`)
	for _, until := range []string{`null`, `{"untilDateTime":"","hasDate":false,"hasTime":false}`, `{"untilDateTime":"20260201T100000Z"}`, `{"untilDateTime":"2026-02-01T10:00:00.5Z"}`, `{"untilDateTime":"2026-02-01T11:00:00+01:00"}`} {
		c.must(202, "PUT", "/status/user-statuses/anna", `{"statusId":"At Lunch","until":`+until+`}`)
	}
}

// TestStationsOfAUser: each once, whoever sits there.
func TestStationsOfAUser(t *testing.T) {
	for _, c := range []struct{ at, want []string }{
		{nil, []string{}}, {[]string{"b", "a"}, []string{"b", "a"}}, {[]string{"b", "a", "b"}, []string{"b", "a"}},
	} {
		if got := (&server{}).userStatus(dialer.UserStatus{Station: c.at}, nil)["stations"]; !reflect.DeepEqual(got, c.want) {
			t.Errorf("stations of %q: %q, want %q", c.at, got, c.want)
		}
	}
}

// TestLogIn: who may name a campaign, and what is wrong with it.
func TestLogIn(t *testing.T) {
	o := openOffice(t, Config{})
	anna, bert := o.signIn("anna", "desk"), o.signIn("bert", "desk")
	anna.must(403, "POST", "/dialer/log-in", `{"campaignId":"4E883D1E-4B03-4E89-8DA6-CE904BB64983"}`)
	bert.must(200, "POST", "/dialer/log-in", "")
	bert.must(200, "POST", "/dialer/log-in", `{"campaignId":"4E883D1E-4B03-4E89-8DA6-CE904BB64983"}`)
	golden(t, bert.must(400, "POST", "/dialer/log-in", `{"campaignId":"B"}`).json(t), `{"__type":"urn:inin.com:dialer:campaignLogonError","errorId":"error.request.dialer.campaignLogon",
		"message":"There is no campaign B; take an id from availableCampaigns.","logonError":2}`)
}

// TestDisposition: what reaches the floor, and in which time zone.
func TestDisposition(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.must(404, "POST", "/dialer/disposition", `{"label":"Sale"}`)
	promised := time.Date(2026, 2, 2, 9, 0, 0, 0, time.UTC).Unix()
	newYork, _ := time.LoadLocation("America/New_York")
	for _, s := range []struct {
		body string
		want dialer.Dispose
	}{
		{`{"label":"sale","callAttributes":{"PLAN":"Silver"},"isAbandon":true}`, dialer.Dispose{Label: "sale", Abandon: true}},
		{`{"label":"Later","scheduledTime":1770022800,"relativeTo":0}`, dialer.Dispose{Label: "Later", Callback: time.Unix(promised, 0)}},
		{`{"label":"Later","scheduledTime":1770022800.75}`, dialer.Dispose{Label: "Later", Callback: time.Unix(promised, 0)}},
		{`{"label":"Later","scheduledTime":1770022800,"relativeTo":1,"scheduledAgent":"ANNA"}`, dialer.Dispose{Label: "Later", Owner: "anna", Callback: time.Date(2026, 2, 2, 9, 0, 0, 0, newYork)}},
	} {
		o.floor.ring(customer("1000000001", c.agent))
		c.must(200, "POST", "/dialer/disposition", s.body)
		asked := o.floor.asked()
		got := asked[len(asked)-1].(dialer.Dispose)
		if got.Label != s.want.Label || got.Owner != s.want.Owner || got.Abandon != s.want.Abandon || !got.Callback.Equal(s.want.Callback) {
			t.Errorf("%s: %+v", s.body, got)
		}
	}
	o.floor.ring(customer("1000000002", c.agent))
	if b := c.must(400, "POST", "/dialer/disposition", `{"label":"Later","scheduledTime":1770022800,"scheduledAgent":"nobody"}`).json(t); b["propertyName"] != "scheduledAgent" {
		t.Errorf("%v", b)
	}
	if b := c.must(400, "POST", "/dialer/disposition", `{"label":"Nonsense"}`).json(t); b["propertyName"] != "label" {
		t.Errorf("%v", b)
	}
}

// TestStateLetters: every state of a call has its letter and word.
func TestStateLetters(t *testing.T) {
	for s := call.Previewed; s <= call.Parked; s++ {
		if callStates[s].letter == "" || callStates[s].word == "" {
			t.Errorf("%v has no letter or word", s)
		}
	}
	if got := (looked{CallView: dialer.CallView{State: call.Over, FarEnd: true}}).state().letter; got != "E" {
		t.Errorf("ended by the customer: %s", got)
	}
}

// TestPanic: a failure of ours is a 500 with an id and nothing of what it was; of
// a panic the log tells where it was.
func TestPanic(t *testing.T) {
	var log strings.Builder
	s := New(Config{Log: slog.New(slog.NewTextHandler(&log, nil))}, nil, nil).(*server)
	for name, broken := range map[string]handler{
		"a panic":       func(*server, *request) (answer, error) { panic("secret") },
		"a wrong value": func(*server, *request) (answer, error) { return answer{status: 200, body: func() {}}, nil },
		"a failure": func(*server, *request) (answer, error) {
			return answer{}, fault.Wrap(http.ErrBodyNotAllowed, fault.Internal, "secret")
		},
	} {
		s.mux = http.NewServeMux()
		s.mux.Handle("/", resource{s, map[string]route{"GET": {verb: "GET", path: "/x", auth: open, serve: broken}}})
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
		if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), "under request ") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if !strings.Contains(log.String(), "icws.TestPanic.") {
		t.Errorf("the log: %s", log.String())
	}
}

// TestConfig: what can not be meant is found.
func TestConfig(t *testing.T) {
	for name, cfg := range map[string]Config{
		"removed":         {Removed: []string{"POST /dialer/no-such-thing"}},
		"prefix":          {Prefix: "api"},
		"origins":         {Origins: []string{"*", "http://[2001:db8::1]:8100", "https://desk.example.com/"}},
		"alternate_hosts": {AlternateHosts: []string{"other:8018"}},
	} {
		if err := cfg.Check(); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (Config{Origins: []string{"*", "http://[2001:db8::1]:8100", "https://desk.example.com"}}).Check(); err != nil {
		t.Error(err)
	}
	off := New(Config{DialerOff: true}, nil, nil).(*server)
	for _, f := range off.features {
		if f.FeatureID == "dialer" || f.FeatureID == "outdial" {
			t.Errorf("offered although switched off: %v", f)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, p := range []string{"", "/", "//icws//connection/", "/api/icws/1/connection", "/api", "/apix/y", "/a/../..//b/%2F/", "*", "/./"} {
		f.Add(p, "/api")
	}
	f.Fuzz(func(t *testing.T, p, prefix string) {
		clean, base := normalise(p, prefix)
		if clean == "" || clean[0] != '/' || strings.Contains(clean, "//") || len(clean) > 1 && strings.HasSuffix(clean, "/") {
			t.Errorf("%q became %q", p, clean)
		}
		if again, _ := normalise(clean, ""); again != clean {
			t.Errorf("%q became %q, and that %q", p, clean, again)
		}
		if base != "" && base != prefix {
			t.Errorf("base %q", base)
		}
	})
}

func FuzzCookie(f *testing.F) {
	for _, c := range []string{"icws_1=g|languageId=en; Path=/icws/1; HttpOnly", "null", "a=b;icws_1=g", `icws_1="g|x"`, ";;=;", "icws_1"} {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, c string) {
		if got := cookieOf([]string{c}, "1"); got != "" && (!strings.Contains(c, "icws_1=") || strings.ContainsAny(got, ";|")) {
			t.Errorf("%q gave %q", c, got)
		}
		if tag := language(c); tag == "" || strings.ContainsAny(tag, "; =|,\r\n") {
			t.Errorf("language %q", tag)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, d := range []string{"20260131T173000Z", "20260131T173000.123Z", "2026-01-31T17:30Z", "2026-01-31T17:30:00.5Z", "9999-12-31T23:59:59-23:59", "soon", ""} {
		f.Add(d)
	}
	f.Fuzz(func(t *testing.T, d string) {
		if got, ok := parseDate(d); ok {
			again, ok := parseDate(date(got))
			if !ok || !again.Equal(got.Truncate(time.Second)) {
				t.Errorf("%q is %v, written and read again %v", d, got, again)
			}
		}
	})
}

func FuzzBody(f *testing.F) {
	for _, b := range []string{"", "null", "{}", `{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":"1"}`, `{"label":1}`, "[[[", "\xef\xbb\xbf{}", `{"supportedMediaTypes":[1,"2"]}`} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &request{body: b}
		var station stationBody
		if err := r.decode(&station); err == nil {
			if w, err := station.wish(); err == nil && strings.ContainsAny(w.Number, "\r\n <>\"") {
				t.Errorf("%q lets %q be dialed", b, w.Number)
			}
		} else if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", b, err)
		}
		var d dispositionBody
		if err := r.decode(&d); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", b, err)
		}
	})
}

// A number is typed as people write it; an address may name its transport, and
// nothing else.
func TestTypedNumbersAndAddresses(t *testing.T) {
	for typed, want := range map[string]string{
		"+1 (317) 555-0100":                     "+13175550100",
		"sip:anna@192.0.2.7":                    "sip:anna@192.0.2.7",
		"sips:anna@phones.example":              "sips:anna@phones.example",
		"sip:anna@192.0.2.7:5061;transport=tls": "sip:anna@192.0.2.7:5061;transport=tls",
		"sip:anna@192.0.2.7;transport=ws":       "",
		"sip:anna@192.0.2.7;maddr=10.0.0.1":     "",
		"tel:+13175550100":                      "",
	} {
		if got, err := target(typed); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}
