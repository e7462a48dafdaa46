package icws

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

// TestClientsNeed is section 12 of the contract, line by line. Line 17, the ports,
// is for who listens.
func TestClientsNeed(t *testing.T) {
	lines := []struct {
		name string
		test func(*testing.T)
	}{
		{"01_media_type", mediaTypeOfEveryAnswer},
		{"02_bodies_of_any_type", bodiesOfAnyType},
		{"03_id_and_token_twice", idAndTokenTwice},
		{"04_one_cookie_read_leniently", oneCookie},
		{"05_token_where_needed", tokenWhereNeeded},
		{"06_location", locations},
		{"07_messages_by_poll_and_stream", pollAndStream},
		{"08_only_what_was_subscribed", onlySubscribed},
		{"09_status_codes", statusCodes},
		{"10_bad_credentials_and_503", refusals},
		{"11_forms_of_values", forms},
		{"12_features_without_session", featuresOpen},
		{"13_accept_language_on_connection_only", acceptLanguage},
		{"14_cors", cors},
		{"15_paths", paths},
		{"16_several_sessions", severalSessions},
		{"18_cache_headers", cacheHeaders},
	}
	for _, l := range lines {
		t.Run(l.name, l.test)
	}
}

const vendor = "application/vnd.inin.icws+JSON; charset=utf-8"

func mediaTypeOfEveryAnswer(t *testing.T) {
	o := openOffice(t, Config{Removed: []string{"POST /dialer/end-break"}})
	c := o.signIn("anna", "desk")
	for _, r := range []reply{
		o.send("GET", "/icws/connection/version", ""),
		o.send("GET", "/nowhere", ""),
		o.send("PATCH", "/icws/connection", ""),
		o.send("OPTIONS", "/icws/connection", ""),
		o.send("POST", "/icws/connection", ""),
		o.send("GET", "/icws/123/connection/station", ""),
		c.do("POST", "/dialer/log-in", ""),
		c.do("POST", "/dialer/establish-persistent-connection", ""),
		c.do("POST", "/dialer/end-break", ""),
		c.do("GET", "/connection/station", ""),
		c.do("GET", "/messaging/messages", ""),
		c.do("DELETE", "/messaging/subscriptions/queues/q", ""),
		c.do("POST", "/messaging/heartbeat", strings.Repeat("x", 70<<10)),
		c.do("DELETE", "/connection", ""),
	} {
		if got := r.Header["Content-Type"]; len(got) != 1 || got[0] != vendor {
			t.Errorf("%s %s: %d with Content-Type %q", r.Request.Method, r.Request.URL.Path, r.StatusCode, got)
		}
	}
}

func bodiesOfAnyType(t *testing.T) {
	o := openOffice(t, Config{})
	for _, typ := range []string{"", "application/json", vendor, "application/x-www-form-urlencoded"} {
		r := o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en", "Content-Type: "+typ, "Accept: text/plain")
		if r.StatusCode != 201 {
			t.Errorf("content type %q: %d", typ, r.StatusCode)
		}
	}
	c := o.signIn("anna", "desk")
	for _, body := range []string{"", "{}", "null", " \n", "garbage", `{"unknown":1}`} {
		c.must(202, "POST", "/dialer/request-break", body)
		c.must(200, "GET", "/connection", body)
		c.must(200, "DELETE", "/connection/station", body)
	}
	for _, body := range []string{"", "{}", "null", `{"unknown":[{}]}`} {
		c.must(200, "POST", "/dialer/log-in", body)
	}
	for _, accept := range []string{"*", "*/*", "application/json", vendor, "image/png"} {
		if r := c.do("GET", "/connection", "", "Accept: "+accept); r.StatusCode != 200 {
			t.Errorf("accept %q: %d", accept, r.StatusCode)
		}
	}
}

func idAndTokenTwice(t *testing.T) {
	o := openOffice(t, Config{Origins: []string{"https://desk.example.com"}})
	r := o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en", "Origin: https://desk.example.com")
	b := r.json(t)
	if b["sessionId"] != r.Header.Get("ININ-ICWS-Session-ID") || b["csrfToken"] != r.Header.Get("ININ-ICWS-CSRF-Token") || b["csrfToken"] == "" {
		t.Errorf("body %v, headers %v", b, r.Header)
	}
	exposed := r.Header.Get("Access-Control-Expose-Headers")
	for _, h := range []string{"ININ-ICWS-Session-ID", "ININ-ICWS-CSRF-Token", "Location", "Set-Cookie"} {
		if !strings.Contains(exposed, h) {
			t.Errorf("%s is not exposed: %s", h, exposed)
		}
	}
}

func oneCookie(t *testing.T) {
	o := openOffice(t, Config{})
	r := o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en-US,en;q=0.9")
	id := r.Header.Get(sessionHeader)
	set := r.Header["Set-Cookie"]
	if len(set) != 1 {
		t.Fatalf("cookies %q", set)
	}
	guid, rest, _ := strings.Cut(strings.TrimPrefix(set[0], "icws_"+id+"="), "|")
	if len(guid) != 36 || rest != "languageId=en-us; Path=/icws/"+id+"; HttpOnly" {
		t.Errorf("cookie %q", set[0])
	}
	secure := openOffice(t, Config{Secure: true}).signIn("anna", "desk")
	if !strings.HasSuffix(secure.cookie, "; HttpOnly; Secure; SameSite=None; Partitioned") {
		t.Errorf("cookie over HTTPS %q", secure.cookie)
	}
	good := "icws_" + id + "=" + guid + "|languageId=en-us"
	token := tokenHeader + ": " + r.Header.Get(tokenHeader)
	for cookie, want := range map[string]int{
		set[0]:                       200, // with its attributes
		good:                         200,
		"icws_" + id + "=" + guid:    200,
		"a=b; " + good + "; null":    200,
		"theme=dark;" + good:         200,
		"null":                       401,
		"":                           401,
		"icws_" + id + "=" + "wrong": 401,
		"icws_1=" + guid:             401,
	} {
		if got := o.send("GET", "/icws/"+id+"/connection", "", "Cookie: "+cookie, token).StatusCode; got != want {
			t.Errorf("cookie %q: %d, want %d", cookie, got, want)
		}
	}
}

func tokenWhereNeeded(t *testing.T) {
	o := openOffice(t, Config{})
	for _, token := range []string{"null", "", "anything"} {
		if r := o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en", tokenHeader+": "+token); r.StatusCode != 201 {
			t.Errorf("token %q on connection: %d", token, r.StatusCode)
		}
	}
	c := o.signIn("anna", "desk")
	path := "/icws/" + c.id
	if r := o.send("GET", path+"/messaging/messages", "", "Cookie: "+c.cookie); r.StatusCode != 200 {
		t.Errorf("messages without token: %d", r.StatusCode)
	}
	for _, token := range []string{"", "null", "wrong"} {
		r := o.send("POST", path+"/dialer/log-in", "", "Cookie: "+c.cookie, tokenHeader+": "+token)
		if r.StatusCode != 401 || r.Header.Get("WWW-Authenticate") != `ICWS realm="ICWS" location="/ICWS/connection"` {
			t.Errorf("token %q: %d %v", token, r.StatusCode, r.Header)
		}
	}
}

func locations(t *testing.T) {
	o := openOffice(t, Config{Prefix: "/api/dial"})
	r := o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en")
	id := r.Header.Get(sessionHeader)
	if got := r.Header.Get("Location"); got != "/icws/"+id+"/connection" {
		t.Errorf("Location %q", got)
	}
	r = o.send("POST", "/api/dial/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en")
	id = r.Header.Get(sessionHeader)
	if got := r.Header.Get("Location"); got != "/api/dial/icws/"+id+"/connection" {
		t.Errorf("Location behind a prefix %q", got)
	}
	if !strings.Contains(r.Header.Get("Set-Cookie"), "; Path=/api/dial/icws/"+id+";") {
		t.Errorf("cookie behind a prefix %q", r.Header.Get("Set-Cookie"))
	}
	c := o.signIn("anna", "desk")
	r = c.must(200, "PUT", "/connection/station", `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"Desk7"}`)
	if got := r.Header.Get("Location"); got != "/icws/"+c.id+"/connection/station" {
		t.Errorf("Location of the station %q", got)
	}
}

func pollAndStream(t *testing.T) {
	o := openOffice(t, Config{PingEvery: time.Millisecond})
	c := o.signIn("anna", "desk")
	if got := c.poll(); got == nil || len(got) != 0 {
		t.Fatalf("nothing unread is %v, want []", got)
	}
	c.must(200, "PUT", "/messaging/subscriptions/connection/station", "")
	stream := c.listen(t.Context())
	late := time.After(10 * time.Second)
	for pinged, told := false, false; !pinged || !told; {
		select {
		case m := <-stream:
			pinged = pinged || m.kind() == "ping"
			told = told || m.kind() == "stationConnectionStateChangeMessage"
		case <-late:
			t.Fatalf("ping %v, queued message %v", pinged, told)
		}
	}
}

func onlySubscribed(t *testing.T) {
	o := openOffice(t, Config{})
	quiet, loud := o.signIn("anna", "browser"), o.signIn("anna", "desk")
	for path, first := range map[string]string{
		"/status/user-statuses": "userStatusMessage", "/status/status-messages": "statusMessagesMessage",
		"/status/status-messages-user-access": "statusMessagesUserAccessMessage", "/queues/mine": "queueContentsMessage",
		"/connection/station": "stationConnectionStateChangeMessage", "/dialer/persistent-connection": "persistentConnectionMessage",
	} {
		loud.must(200, "PUT", "/messaging/subscriptions"+path, `{"userIds":["ANNA"],"queueIds":[{"queueType":1,"queueName":"anna"}],"attributeNames":["Eic_State"]}`)
		if m := loud.fetch(first)[0]; m["isDelta"] != false {
			t.Errorf("first message of %s: %v", path, m)
		}
	}
	loud.must(200, "POST", "/dialer/log-in", "")
	loud.fetch("availableCampaignsMessage", "breakStatusMessage")
	o.floor.ring(customer("1000000001", loud.agent))
	loud.fetch("queueContentsMessage", "dataPopMessage")
	loud.must(202, "PUT", "/status/user-statuses/anna", `{"statusId":"available"}`)
	loud.fetch("userStatusMessage", "asyncOperationCompletedMessage")
	if got := quiet.poll(); len(got) != 0 {
		t.Errorf("a session that subscribed to nothing, of another application, got %v", kinds(got))
	}
}

func statusCodes(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.remote()
	c.must(200, "GET", "/connection/station", "")
	c.must(200, "PUT", "/messaging/subscriptions/status/user-statuses", `{"userIds":["anna"]}`)
	c.must(204, "DELETE", "/messaging/subscriptions/status/user-statuses", "")
	c.must(200, "PUT", "/messaging/subscriptions/queues/q", `{"queueIds":[{"queueType":1,"queueName":"anna"}],"attributeNames":[]}`)
	c.must(204, "DELETE", "/messaging/subscriptions/queues/q", "")
	c.must(200, "DELETE", "/messaging/subscriptions/connection/station", "")
	c.must(200, "DELETE", "/messaging/subscriptions/status/status-messages-user-access", "")
	c.must(200, "POST", "/dialer/log-in", "")
	c.must(202, "POST", "/dialer/establish-persistent-connection", "")
	c.must(200, "POST", "/dialer/ready-for-calls", "")
	o.floor.ring(customer("1000000001", c.agent))
	c.must(204, "PUT", "/messaging/subscriptions/interactions/1000000001", `{"attributeNames":["Eic_State"]}`)
	c.must(204, "DELETE", "/messaging/subscriptions/interactions/1000000001", "")
	for _, act := range []string{"hold", "mute"} {
		c.must(200, "POST", "/interactions/1000000001/"+act, `{"on":true}`)
	}
	c.must(200, "POST", "/interactions/1000000001/pickup", "")
	c.must(200, "POST", "/interactions/1000000001/disconnect", "{}")
	c.must(200, "POST", "/dialer/disposition", `{"label":"Sale"}`)
	c.must(202, "POST", "/dialer/request-break", "")
	c.must(202, "POST", "/dialer/end-break", "")
	r := c.must(202, "PUT", "/status/user-statuses/anna", `{"statusId":"Available"}`)
	if id, _ := r.json(t)["requestId"].(string); id == "" {
		t.Errorf("no requestId in %s", r.text)
	}
	c.must(200, "POST", "/dialer/log-off", "")
	c.must(200, "DELETE", "/connection/station", "")
	c.must(200, "DELETE", "/connection", "")
}

func refusals(t *testing.T) {
	o := openOffice(t, Config{AlternateHosts: []string{"other"}})
	for _, user := range []string{"anna", "nobody"} {
		r := o.send("POST", "/icws/connection", signInBody(user, "wrong", "desk"), "Accept-Language: en")
		if r.StatusCode != 400 || r.Header.Get("WWW-Authenticate") != "" {
			t.Errorf("%d %v", r.StatusCode, r.Header)
		}
		golden(t, r.json(t), `{"errorId":"error.request.connection.authenticationFailure","errorCode":-2147221503,"message":"The authentication process failed."}`)
	}
	r := o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en")
	golden(t, r.json(t)["alternateHostList"], `["other"]`)
	o.floor.stop(fault.New(fault.Busy, "the inbox is full"))
	r = o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en")
	if r.StatusCode != 503 {
		t.Errorf("overloaded: %d %s", r.StatusCode, r.text)
	}
	golden(t, r.json(t), `{"errorId":"error.server.unavailable","message":"This server is overloaded; try another one, or this one in a moment.","alternateHostList":["other"]}`)
	o.floor.stop(nil)
	o.book.Close(context.Background())
	r = o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"), "Accept-Language: en")
	if r.StatusCode != 503 {
		t.Fatalf("after closing: %d %s", r.StatusCode, r.text)
	}
	golden(t, r.json(t), `{"errorId":"error.server.notAcceptingConnections","message":"This server is not taking new sessions now; try another one.","alternateHostList":["other"]}`)
}

func forms(t *testing.T) {
	o := openOffice(t, Config{})
	golden(t, o.send("GET", "/icws/connection/server-time", "").json(t), `{"serverUtcTime":"20260131T173000Z"}`)
	r := o.send("POST", "/icws/connection?include=version,features", signInBody("ANNA", "secret", "desk"), "Accept-Language: en").json(t)
	golden(t, r["alternateHostList"], `[]`)
	golden(t, r["userID"], `"anna"`)
	for name, v := range r["version"].(map[string]any) {
		if _, ok := v.(string); !ok {
			t.Errorf("version field %s is %T", name, v)
		}
	}
	golden(t, r["version"], `{"majorVersion":"20","minorVersion":"1","su":"0","build":"10400","productId":"Outdial","codebaseId":"outdial","productReleaseDisplayString":"Outdial 1.4.0","productPatchDisplayString":""}`)
	for _, f := range r["features"].([]any) {
		if _, ok := f.(map[string]any)["version"].(float64); !ok {
			t.Errorf("feature %v", f)
		}
	}
	c := o.signIn("anna", "desk")
	o.floor.ring(customer("1000000001", c.agent))
	body := c.must(200, "GET", "/interactions/1000000001?select=eic_STATE,Eic_CallPurpose,Eic_Muted,plan,Nonsense", "").json(t)
	golden(t, body, `{"attributes":{"eic_STATE":"C","Eic_CallPurpose":"2","Eic_Muted":"0","plan":"Gold","Nonsense":""}}`)
}

func featuresOpen(t *testing.T) {
	o := openOffice(t, Config{})
	golden(t, o.send("GET", "/icws/connection/features", "").json(t), `{"featureInfoList":[
		{"featureId":"configuration","version":1},{"featureId":"connection","version":10},{"featureId":"dialer","version":9},{"featureId":"interactions","version":13},
		{"featureId":"licenses","version":1},{"featureId":"messaging","version":2},{"featureId":"outdial","version":2},{"featureId":"queues","version":1},{"featureId":"session","version":1},{"featureId":"status","version":1},{"featureId":"system","version":1}]}`)
	golden(t, o.send("GET", "/icws/connection/features/messaging", "").json(t), `{"featureId":"messaging","version":2}`)
	if r := o.send("GET", "/icws/connection/features/telepathy", ""); r.StatusCode != 400 {
		t.Errorf("unknown feature: %d", r.StatusCode)
	}
	for _, include := range []string{"features,version", "features%2Cversion", "version&include=features"} {
		r := o.send("POST", "/icws/connection?include="+include, signInBody("anna", "secret", "desk"), "Accept-Language: en").json(t)
		if r["features"] == nil || r["version"] == nil {
			t.Errorf("include=%s: %v", include, r)
		}
	}
}

func acceptLanguage(t *testing.T) {
	o := openOffice(t, Config{})
	r := o.send("POST", "/icws/connection", signInBody("anna", "secret", "desk"))
	if r.StatusCode != 400 {
		t.Fatalf("%d", r.StatusCode)
	}
	golden(t, r.json(t), `{"__type":"urn:inin.com:common:missingPropertyError","errorId":"error.request.missingProperty","message":"Accept-Language is required.","propertyName":"Accept-Language"}`)
	o.signIn("anna", "desk").must(200, "GET", "/connection", "")
}

func cors(t *testing.T) {
	const origin = "https://desk.example.com"
	o := openOffice(t, Config{Origins: []string{origin}})
	c := o.signIn("anna", "desk")
	for _, r := range []reply{
		o.send("GET", "/icws/connection/version", "", "Origin: "+origin),
		o.send("GET", "/nowhere", "", "Origin: "+origin),
		o.send("GET", "/icws/"+c.id+"/connection", "", "Origin: "+origin),
		c.do("POST", "/dialer/log-in", "", "Origin: "+origin),
	} {
		if r.Header.Get("Access-Control-Allow-Origin") != origin || r.Header.Get("Access-Control-Allow-Credentials") != "true" {
			t.Errorf("%d: %v", r.StatusCode, r.Header)
		}
	}
	r := o.send("OPTIONS", "/icws/1/dialer/log-in", "", "Origin: "+origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: accept-language, x-icws-devtools-correlationid")
	if r.StatusCode != 200 || r.Header.Get("Access-Control-Allow-Methods") != "GET, POST, PUT, DELETE" || r.Header.Get("Access-Control-Allow-Headers") != "accept-language, x-icws-devtools-correlationid" {
		t.Errorf("preflight %d %v", r.StatusCode, r.Header)
	}
	// A page must get to see that a resource is not served.
	for _, verb := range []string{"OPTIONS", "POST"} {
		r = o.send(verb, "/icws/1/directories", "", "Origin: "+origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: "+strings.ToLower(tokenHeader))
		if want := map[string]int{"OPTIONS": 200, "POST": 404}[verb]; r.StatusCode != want || r.Header.Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("%s of an unknown resource: %d %v", verb, r.StatusCode, r.Header)
		}
	}
	if r = o.send("OPTIONS", "/icws/1/directories", "", "Origin: https://evil.example.com", "Access-Control-Request-Method: POST"); r.StatusCode != 404 {
		t.Errorf("preflight of an unknown resource from another origin: %d", r.StatusCode)
	}
	r = o.send("OPTIONS", "/icws/1/dialer/log-in", "", "Origin: https://evil.example.com", "Access-Control-Request-Method: POST")
	if r.Header.Get("Access-Control-Allow-Origin") != "" || r.Header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("a foreign origin was let in: %v", r.Header)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	req, _ := http.NewRequestWithContext(ctx, "GET", o.http.URL+"/icws/"+c.id+"/messaging/messages", nil)
	req.Header = http.Header{"Origin": {origin}, "Accept": {"text/event-stream"}, "Cookie": {c.cookie}}
	res, err := o.http.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.Header.Get("Access-Control-Allow-Origin") != origin || res.Header.Get("Access-Control-Allow-Credentials") != "true" {
		t.Errorf("event stream: %v", res.Header)
	}
}

func paths(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	for _, p := range []string{"/connection/", "//connection", "/connection//", "/connection/?a=b", "/./connection"} {
		c.must(200, "GET", p, "")
	}
	c.must(202, "POST", "/dialer/request-break/", "")
	if r := o.send("POST", "//icws//connection/", signInBody("anna", "secret", "desk"), "Accept-Language: en"); r.StatusCode != 201 {
		t.Errorf("doubled slashes: %d", r.StatusCode)
	}
	// What a 401 sends clients to must be there.
	_, location, _ := strings.Cut(o.send("GET", "/icws/1/connection", "").Header.Get("WWW-Authenticate"), `location="`)
	if r := o.send("POST", strings.TrimSuffix(location, `"`), signInBody("anna", "secret", "desk"), "Accept-Language: en"); r.StatusCode != 201 {
		t.Errorf("POST to %s: %d", location, r.StatusCode)
	}
	if r := o.send("GET", "/icwsx/connection/version", ""); r.StatusCode != 404 {
		t.Errorf("another root: %d", r.StatusCode)
	}
	c.must(200, "GET", "/status/user-statuses/%61nna", "")
	c.must(404, "GET", "/status/user-statuses/dom%2Fanna", "")
	c.must(200, "PUT", "/messaging/subscriptions/queues/a%2Fb%20c", `{"queueIds":[{"queueType":1,"queueName":"anna"}],"attributeNames":[]}`)
	if m := c.fetch("queueContentsMessage")[0]; m["subscriptionId"] != "a/b c" {
		t.Errorf("subscription id %v", m["subscriptionId"])
	}
}

func severalSessions(t *testing.T) {
	o := openOffice(t, Config{})
	one, two := o.signIn("anna", "desk"), o.signIn("anna", "desk")
	if one.id == two.id {
		t.Fatal("one id for two sessions")
	}
	for _, body := range []string{"", "{}", `{"campaignId":"x"}`} {
		if r := one.do("POST", "/dialer/ready-for-calls", body); r.StatusCode != 400 {
			t.Errorf("ready before log-in: %d", r.StatusCode)
		}
	}
	one.must(200, "POST", "/dialer/log-in", "")
	for _, c := range []*seat{one, two} {
		c.fetch("availableCampaignsMessage", "breakStatusMessage")
	}
	for _, body := range []string{"", "{}", `{"campaignId":"4E883D1E"}`, `{"campaignIds":["4E883D1E-4B03-4E89-8DA6-CE904BB64983"]}`, "{}"} {
		two.must(200, "POST", "/dialer/ready-for-calls", body)
	}
	last := o.floor.asked()
	if i := slices.IndexFunc(last, func(c dialer.Command) bool {
		r, ok := c.(dialer.Ready)
		return ok && len(r.Campaigns) == 1
	}); i < 0 {
		t.Error("the campaigns named did not reach the floor")
	}
	one.must(200, "DELETE", "/connection", "")
	two.must(200, "GET", "/connection", "")
}

func cacheHeaders(t *testing.T) {
	o := openOffice(t, Config{Secure: true})
	h := o.send("GET", "/icws/connection/version", "").Header
	if h.Get("Cache-Control") != "no-cache, no-store, must-revalidate" || h.Get("Pragma") != "no-cache" || h.Get("Expires") != "0" || h.Get("Strict-Transport-Security") == "" {
		t.Errorf("%v", h)
	}
	if got := openOffice(t, Config{}).send("GET", "/icws/connection/version", "").Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("over plain HTTP: %q", got)
	}
}
