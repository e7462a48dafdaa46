package icws

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// TestDialerMessages: what an agent hears from log-in to log-off, to the letter.
func TestDialerMessages(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	steps := []struct {
		name string
		do   func()
		want string
		n    []string
	}{
		{"log-in", func() { c.must(200, "POST", "/dialer/log-in", "") }, `[
			{"__type":"urn:inin.com:dialer:availableCampaignsMessage","isDelta":false,"agentHasLogonCampaignRight":false,"campaignsAdded":[
				{"__type":"urn:inin.com:dialer:availableCampaign","id":"4E883D1E-4B03-4E89-8DA6-CE904BB64983","name":"Spring","workgroup":"Sales","status":[1],"hasBaseScript":false,"isLoggedIn":true,"campaignType":2}]},
			{"__type":"urn:inin.com:dialer:breakStatusMessage","isDelta":false,"breakStatus":0}]`,
			[]string{"availableCampaignsMessage", "breakStatusMessage"}},
		{"a campaign is paused", func() {
			o.floor.publish(dialer.CampaignsChanged{Agent: c.agent, Changed: []dialer.AvailableCampaign{{ID: "A1", Name: "Spring", State: campaign.Paused}}, Removed: []campaign.ID{"B2"}})
		}, `[{"__type":"urn:inin.com:dialer:availableCampaignsMessage","isDelta":true,"agentHasLogonCampaignRight":false,
				"campaignsChanged":[{"__type":"urn:inin.com:dialer:changedCampaign","id":"A1","name":"Spring","status":[16]}],"campaignsRemoved":[{"id":"B2"}]}]`,
			[]string{"availableCampaignsMessage"}},
		{"a customer", func() { o.floor.ring(customer("1000000001", c.agent)) }, `[{"__type":"urn:inin.com:dialer:dataPopMessage","isDelta":true,"call":{
				"__type":"urn:inin.com:dialer:dataPop","interactionId":"1000000001","campaignId":"4E883D1E-4B03-4E89-8DA6-CE904BB64983","dialingMode":2,
				"autoDisconnectOnDisposition":false,"allowAgentCallbacks":false,
				"attributes":{"FIRST_NAME":"Cleo","LAST_NAME":"Dunn","PLAN":"Gold","I3_IDENTITY":"7","IS_ATTR_I3_IDENTITY":"7","IS_ATTR_CALLID":"1000000001",
					"IS_ATTR_CAMPAIGNID":"4E883D1E-4B03-4E89-8DA6-CE904BB64983","IS_ATTR_CAMPAIGNNAME":"Spring","IS_ATTR_NUMBERTODIAL":"+13175550142",
					"IS_ATTR_STATUS":"I","IS_ATTR_ATTEMPTS":"0","IS_ATTR_STAGE":"0","IS_ATTR_ZONE":"America/New_York","IS_ATTR_WORKGROUPNAME":"Sales"},
				"dispositions":[{"label":"Sale","wrapUpCategory":"Success","wrapUpCode":"Sold","abandon":false},{"label":"Later","wrapUpCategory":"Scheduled","wrapUpCode":"Scheduled","abandon":false}]}}]`,
			[]string{"dataPopMessage"}},
		{"a break", func() { c.must(202, "POST", "/dialer/request-break", "") }, `[
			{"__type":"urn:inin.com:dialer:breakStatusMessage","isDelta":true,"breakStatus":1},
			{"__type":"urn:inin.com:dialer:breakStatusMessage","isDelta":true,"breakStatus":2}]`,
			[]string{"breakStatusMessage", "breakStatusMessage"}},
		{"log-off", func() { c.must(200, "POST", "/dialer/log-off", "") }, `[
			{"__type":"urn:inin.com:dialer:logoutGrantedMessage","isDelta":false,"campaigns":[{"id":"4E883D1E-4B03-4E89-8DA6-CE904BB64983","name":"Spring"},{"id":"","name":""}]}]`,
			[]string{"logoutGrantedMessage"}},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			step.do()
			golden(t, c.fetch(step.n...), step.want)
		})
	}
}

// TestPreviewPop: the pop before the call, and again when it is placed.
func TestPreviewPop(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.must(200, "POST", "/dialer/log-in", "")
	c.fetch("availableCampaignsMessage", "breakStatusMessage")
	v := customer("1000000002", c.agent)
	v.Campaign, v.Preview, v.State, v.PreviewUntil = spring(true), true, call.Previewed, o.floor.at.Add(time.Minute)
	o.floor.ring(v)
	p := c.fetch("dataPopMessage")[0]["call"].(map[string]any)
	if p["__type"] != "urn:inin.com:dialer:previewPop" || p["callPlaced"] != false || p["allowSkip"] != true || p["previewTimeout"] != "20260131T173100Z" || p["dialingMode"] != 0.0 {
		t.Errorf("preview %v", p)
	}
	c.must(200, "POST", "/dialer/place-preview-call", `{"callInitiatedByTimer":false,"callAttributes":{"PLAN":"Silver"}}`)
	p = c.fetch("dataPopMessage")[0]["call"].(map[string]any)
	if p["callPlaced"] != true || p["previewTimeout"] != nil {
		t.Errorf("placed %v", p)
	}
}

// TestLateSession: a tab that opens in the middle of a call gets the whole.
func TestLateSession(t *testing.T) {
	o := openOffice(t, Config{})
	first := o.signIn("anna", "desk")
	first.must(200, "POST", "/dialer/log-in", "")
	o.floor.ring(customer("1000000001", first.agent))
	first.fetch("availableCampaignsMessage", "breakStatusMessage", "dataPopMessage")
	late, other := o.signIn("anna", "desk"), o.signIn("anna", "browser")
	for _, m := range late.fetch("availableCampaignsMessage", "breakStatusMessage", "dataPopMessage") {
		if m["isDelta"] != false {
			t.Errorf("told again as a delta: %v", m)
		}
	}
	wantKinds(t, other.poll())
	wantKinds(t, first.poll())
}

// TestQueue: a call comes, changes and goes, under the names that were asked for.
func TestQueue(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.remote()
	c.fetch("effectiveStationChangeMessage")
	c.must(200, "PUT", "/messaging/subscriptions/queues/mine", `{"queueIds":[{"queueType":1,"queueName":"Anna"},{"queueType":3,"queueName":"remote-anna"}],"attributeNames":["EIC_State","Eic_RemoteTnRaw","Eic_RemoteName","Eic_CallDirection"]}`)
	golden(t, c.fetch("queueContentsMessage"), `[{"__type":"urn:inin.com:queues:queueContentsMessage","isDelta":false,"subscriptionId":"mine","interactionsAdded":[]}]`)
	o.floor.ring(customer("1000000001", c.agent))
	golden(t, c.fetch("queueContentsMessage"), `[{"__type":"urn:inin.com:queues:queueContentsMessage","isDelta":true,"subscriptionId":"mine","interactionsAdded":[
		{"interactionId":"1000000001","attributes":{"EIC_State":"C","Eic_RemoteTnRaw":"sip:+13175550142@dialer.example.com","Eic_RemoteName":"Cleo Dunn","Eic_CallDirection":"O"}}]}]`)
	o.floor.change("1000000001", func(v *dialer.CallView) { v.Muted = true }) // not asked for: silence
	o.floor.change("1000000001", func(v *dialer.CallView) { v.State, v.FarEnd = call.Over, true })
	golden(t, c.fetch("queueContentsMessage"), `[{"__type":"urn:inin.com:queues:queueContentsMessage","isDelta":true,"subscriptionId":"mine","interactionsChanged":[
		{"interactionId":"1000000001","attributes":{"EIC_State":"E"}}]}]`)
	o.floor.gone("1000000001")
	golden(t, c.fetch("queueContentsMessage"), `[{"__type":"urn:inin.com:queues:queueContentsMessage","isDelta":true,"subscriptionId":"mine","interactionsRemoved":["1000000001"]}]`)
	for _, body := range []string{`{"queueType":1,"queueName":"bert"}`, `{"queueType":3,"queueName":"Desk7"}`, `{"queueType":2,"queueName":"Support"}`, `{"queueType":0,"queueName":""}`} {
		c.must(403, "PUT", "/messaging/subscriptions/queues/other", `{"queueIds":[`+body+`],"attributeNames":[]}`)
	}
}

// TestInteraction: one call is followed, touched and lost.
func TestInteraction(t *testing.T) {
	o := openOffice(t, Config{})
	c, other := o.signIn("anna", "desk"), o.signIn("bert", "desk")
	o.floor.ring(customer("1000000001", c.agent))
	const path = "/interactions/1000000001"
	c.must(204, "PUT", "/messaging/subscriptions"+path, `{"attributeNames":["Eic_State","Eic_Muted"]}`)
	c.must(200, "POST", path+"/hold", `{"on":true}`)
	c.must(200, "POST", path+"/mute", `{"on":true}`)
	o.floor.gone("1000000001")
	golden(t, c.fetch("interactionChangedMessage", "interactionChangedMessage", "interactionChangedMessage", "interactionDeallocatedMessage"), `[
		{"__type":"urn:inin.com:interactions:interactionChangedMessage","isDelta":false,"interactionID":"1000000001","attributes":{"Eic_State":"C","Eic_Muted":"0"}},
		{"__type":"urn:inin.com:interactions:interactionChangedMessage","isDelta":true,"interactionID":"1000000001","attributes":{"Eic_State":"H"}},
		{"__type":"urn:inin.com:interactions:interactionChangedMessage","isDelta":true,"interactionID":"1000000001","attributes":{"Eic_Muted":"1"}},
		{"__type":"urn:inin.com:interactions:interactionDeallocatedMessage","isDelta":true,"interactionID":"1000000001"}]`)
	o.floor.ring(customer("1000000003", c.agent))
	other.must(403, "GET", "/interactions/1000000003", "")
	other.must(403, "POST", "/interactions/1000000003/disconnect", "")
	other.must(403, "PUT", "/messaging/subscriptions/interactions/1000000003", `{"attributeNames":["Eic_State"]}`)
	other.must(404, "GET", "/interactions/1000000009", "")
	other.must(404, "POST", "/interactions/1000000009/pickup", "")
	other.must(404, "PUT", "/messaging/subscriptions/interactions/1000000009", `{"attributeNames":["Eic_State"]}`)
	golden(t, c.must(200, "GET", "/interactions/1000000003", "").json(t), `{"attributes":{"Eic_CallId":"1000000003"}}`)
}

// TestStream: what is queued comes first, what happens is pushed, and a client
// that comes back after a break misses nothing.
func TestStream(t *testing.T) {
	o := openOffice(t, Config{PingEvery: time.Hour})
	c := o.signIn("anna", "desk")
	c.must(200, "PUT", "/messaging/subscriptions/connection/station", "")
	ctx, leave := context.WithCancel(t.Context())
	events := c.listen(ctx)
	hear(t, events, "stationConnectionStateChangeMessage")
	c.must(200, "POST", "/dialer/log-in", "")
	hear(t, events, "availableCampaignsMessage", "breakStatusMessage")
	leave()
	<-o.left // the server has noticed; what it wrote before that can not be had back
	c.must(202, "POST", "/dialer/request-break", "")
	again := c.listen(t.Context())
	hear(t, again, "breakStatusMessage", "breakStatusMessage")

	newer := c.listen(t.Context())
	if m, ok := <-again; ok {
		t.Errorf("the older stream heard %v, want its end", m)
	}
	c.must(202, "POST", "/dialer/end-break", "")
	hear(t, newer, "breakStatusMessage")

	go o.book.Close(context.Background())
	m := hear(t, newer, "connectionStateChangeMessage")[0]
	golden(t, m, `{"__type":"urn:inin.com:connection:connectionStateChangeMessage","isDelta":false,"previousConnectionState":1,"newConnectionState":2,"reason":"The server is going down.","shouldReconnect":true}`)
	if m, ok := <-newer; ok {
		t.Errorf("after the end: %v", m)
	}
}

// TestStreamOutlivesReadTimeout: the server's limit for reading a request does
// not end an event stream.
func TestStreamOutlivesReadTimeout(t *testing.T) {
	o := openOffice(t, Config{PingEvery: 10 * time.Millisecond})
	limited := httptest.NewUnstartedServer(o.http.Config.Handler)
	limited.Config.ReadTimeout = 100 * time.Millisecond
	limited.Start()
	defer limited.Close()
	o.http.Close()
	o.http = limited
	c := o.signIn("anna", "desk")
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	events := c.listen(ctx)
	for begun := time.Now(); time.Since(begun) < 400*time.Millisecond; {
		hear(t, events, "ping")
	}
}

// deadlines is a connection that notes its write deadline.
type deadlines struct {
	http.ResponseWriter
	last time.Time
	set  int
}

func (d *deadlines) SetWriteDeadline(t time.Time) error {
	d.last = t
	d.set++
	return nil
}

// TestPushTakesItsDeadlineOff: else the next answer on a connection that is kept
// alive would fail for an old deadline.
func TestPushTakesItsDeadlineOff(t *testing.T) {
	d := &deadlines{ResponseWriter: httptest.NewRecorder()}
	if err := push(d, []byte("x")); err != nil || d.set != 2 || !d.last.IsZero() {
		t.Errorf("%v, set %d times, last to %v", err, d.set, d.last)
	}
}

// TestCutOff: a listener that was too slow starts over with the whole.
func TestCutOff(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.must(200, "POST", "/dialer/log-in", "")
	c.must(200, "PUT", "/messaging/subscriptions/status/user-statuses", `{"userIds":["anna"],"userStatusProperties":["LoggedIn"]}`)
	c.fetch("availableCampaignsMessage", "breakStatusMessage", "userStatusMessage")
	o.floor.cut()
	got := c.fetch("availableCampaignsMessage", "breakStatusMessage", "userStatusMessage")
	for _, m := range got {
		if m["isDelta"] != false {
			t.Errorf("told again as a delta: %v", m)
		}
	}
	golden(t, got[2]["userStatusList"], `[{"userId":"anna","statusId":"Gone Home","loggedIn":true}]`)
}

// TestOverflow: messages that nobody fetches end the session, with the reason as
// its last word.
func TestOverflow(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	for range 101 {
		c.must(200, "PUT", "/messaging/subscriptions/status/status-messages", "")
		if r := c.do("GET", "/connection", ""); r.json(t)["connectionState"] == 2.0 {
			break
		}
	}
	m := c.poll()
	wantKinds(t, m, "connectionStateChangeMessage")
	if m[0]["reason"] != "More than 100 messages were not fetched." || m[0]["shouldReconnect"] != true {
		t.Errorf("%v", m[0])
	}
	if r := c.do("GET", "/messaging/messages", ""); r.StatusCode != 401 {
		t.Errorf("after the last word: %d", r.StatusCode)
	}
	golden(t, c.must(200, "GET", "/connection", "").json(t), `{"connectionState":2,"reason":"More than 100 messages were not fetched.","shouldReconnect":true}`)
	c.must(401, "POST", "/messaging/heartbeat", "")
}

// TestManySessions: fifty clients sign in, follow, poll and leave at once.
func TestManySessions(t *testing.T) {
	o := openOffice(t, Config{})
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			c := o.signIn([]string{"anna", "bert"}[i%2], fmt.Sprint("app", i%10))
			c.must(200, "POST", "/dialer/log-in", "")
			c.must(200, "PUT", "/messaging/subscriptions/queues/q", `{"queueIds":[{"queueType":1,"queueName":"`+c.agent.User+`"}],"attributeNames":["Eic_State"]}`)
			for range 5 {
				c.poll()
			}
			c.must(202, "PUT", "/status/user-statuses/"+c.agent.User, `{"statusId":"Available"}`)
			c.must(200, "DELETE", "/connection", "")
		})
	}
	all.Wait()
	if n := o.book.Count(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}
