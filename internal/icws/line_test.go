package icws

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/dialer"
	"github.com/outdial/outdial/internal/fault"
)

const establish = "/dialer/establish-persistent-connection"

// TestEstablishPersistentConnection: 202 and an empty body for whoever is
// authenticated, whatever is missing; the floor decides, and only the outdial
// resource tells.
func TestEstablishPersistentConnection(t *testing.T) {
	stations := map[string]string{
		"no station":                    "",
		"stationless":                   `{"__type":"urn:inin.com:connection:stationlessSettings"}`,
		"workstation":                   `{"__type":"urn:inin.com:connection:workstationSettings","workstation":"desk7"}`,
		"remote number, not persistent": `{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":"3175550101"}`,
		"remote number, not ready":      `{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":"3175550101","persistentConnection":true,"readyForInteractions":false}`,
		"persistent remote number":      `{"__type":"urn:inin.com:connection:remoteNumberSettings","remoteNumber":"3175550101","persistentConnection":true}`,
		"persistent remote workstation": `{"__type":"urn:inin.com:connection:remoteWorkstationSettings","workstation":"Home1"}`,
	}
	for name, station := range stations {
		for _, in := range []bool{false, true} {
			t.Run(map[bool]string{false: name + ", logged off", true: name + ", logged in"}[in], func(t *testing.T) {
				o := openOffice(t, Config{})
				c := o.signIn("anna", "desk")
				if station != "" {
					c.must(200, "PUT", "/connection/station", station)
				}
				if in {
					c.must(200, "POST", "/dialer/log-in", "")
				}
				for range 2 { // a repetition is answered the same
					if r := c.must(202, "POST", establish, ""); r.text != "" {
						t.Errorf("body %q", r.text)
					}
				}
				line := c.must(200, "GET", "/dialer/persistent-connection", "").json(t)
				if dialed := strings.HasPrefix(name, "persistent") && in; dialed != (line["state"] == "dialing") {
					t.Errorf("line %v", line)
				} else if dialed && line["attempts"] != 1.0 || !dialed && line["refusal"] == nil {
					t.Errorf("line %v", line)
				}
			})
		}
	}
}

func TestEstablishPersistentConnectionBodies(t *testing.T) {
	c := openOffice(t, Config{}).signIn("anna", "desk")
	for body, want := range map[string]int{
		"": 202, "{}": 202, "null": 202, "[1]": 202, "\x00\xff garbage {": 202,
		strings.Repeat(" ", 64<<10): 202, strings.Repeat("x", 70<<10): 413,
	} {
		r := c.do("POST", establish, body)
		if r.StatusCode != want {
			t.Errorf("%d bytes: %d, want %d", len(body), r.StatusCode, want)
		}
	}
}

func TestEstablishPersistentConnectionRefusals(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	path := "/icws/" + c.id + establish
	cookie, token := "Cookie: "+c.cookie, tokenHeader+": "+c.token
	for name, r := range map[string]struct {
		reply
		want int
	}{
		"no cookie":          {o.send("POST", path, "", token), 401},
		"no token":           {o.send("POST", path, "", cookie), 401},
		"neither":            {o.send("POST", path, ""), 401},
		"unknown session":    {o.send("POST", "/icws/999999999"+establish, "", cookie, token), 401},
		"no session id":      {o.send("POST", "/icws/abc"+establish, "", cookie, token), 401},
		"wrong verb":         {o.send("GET", path, "", cookie, token), 405},
		"wrong verb, nobody": {o.send("DELETE", path, ""), 405},
		"misspelt":           {o.send("POST", path+"s", "", cookie, token), 404},
	} {
		if r.StatusCode != r.want {
			t.Errorf("%s: %d, want %d: %s", name, r.StatusCode, r.want, r.text)
		}
		if r.want == 405 && r.Header.Get("Allow") != "POST, OPTIONS" {
			t.Errorf("%s: Allow %q", name, r.Header.Get("Allow"))
		}
	}
	for _, cfg := range []Config{{DialerOff: true}, {Removed: []string{"POST " + establish}}, {Removed: []string{establish}}} {
		o := openOffice(t, cfg)
		c := o.signIn("anna", "desk")
		c.must(410, "POST", establish, "")
		if r := o.send("POST", "/icws/1"+establish, ""); r.StatusCode != 410 {
			t.Errorf("removed, without a session: %d, want 410 before 401", r.StatusCode)
		}
	}
}

// TestEstablishPersistentConnectionFloor: what the floor says becomes 500 only if
// it could not take the request.
func TestEstablishPersistentConnectionFloor(t *testing.T) {
	for kind, want := range map[fault.Kind]int{
		fault.Busy: 500, fault.Internal: 500, fault.Gone: 500,
		fault.Conflict: 202, fault.Forbidden: 202, fault.NotFound: 202, fault.Invalid: 202,
	} {
		o := openOffice(t, Config{})
		c := o.signIn("anna", "desk")
		o.floor.stop(fault.New(kind, "no"))
		r := c.must(want, "POST", establish, "")
		if id, _, ok := strings.Cut(r.text, "request "); want == 500 && (!ok || id == "") {
			t.Errorf("%v: no request id in %q", kind, r.text)
		}
		o.floor.stop(nil)
	}
}

// TestLineSubscription: each change of the line is a message, to who asked only.
func TestLineSubscription(t *testing.T) {
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.remote()
	c.must(200, "POST", "/dialer/log-in", "")
	c.fetch("effectiveStationChangeMessage", "availableCampaignsMessage", "breakStatusMessage")
	c.must(202, "POST", establish, "")
	c.must(http.StatusOK, "PUT", "/messaging/subscriptions/dialer/persistent-connection", "")
	golden(t, c.fetch("persistentConnectionMessage"), `[{"__type":"urn:outdial:dialer:persistentConnectionMessage","isDelta":false,"at":"20260131T173000Z",
		"persistentConnection":{"state":"dialing","since":"20260131T173000Z","remoteNumber":"+13175550101","persistent":true,"attempts":1}}]`)
	o.floor.line(c.agent, dialer.LineView{State: agent.LineNone, Since: o.floor.at, Target: "+13175550101", Persistent: true, Attempts: 1, Failure: "busy", SIP: 486})
	golden(t, c.fetch("persistentConnectionMessage"), `[{"__type":"urn:outdial:dialer:persistentConnectionMessage","isDelta":true,"at":"20260131T173000Z",
		"persistentConnection":{"state":"none","since":"20260131T173000Z","remoteNumber":"+13175550101","persistent":true,"attempts":1,"lastFailure":{"reason":"busy","sipStatus":486}}}]`)
	o.floor.line(c.agent, dialer.LineView{State: agent.LineUp, Persistent: true, Attempts: 2, Faded: true})
	golden(t, c.fetch("persistentConnectionMessage"), `[{"__type":"urn:outdial:dialer:persistentConnectionMessage","isDelta":true,"at":"20260131T173000Z",
		"persistentConnection":{"state":"up","persistent":true,"faded":true,"attempts":2}}]`)
	c.must(204, "DELETE", "/messaging/subscriptions/dialer/persistent-connection", "")
	o.floor.line(c.agent, dialer.LineView{State: agent.LineUp})
	c.must(200, "PUT", "/messaging/subscriptions/connection/station", "")
	c.fetch("stationConnectionStateChangeMessage")
}

// carriage is how well one leg is carried.
type carriage struct{ at time.Time }

func (c carriage) Quality(leg call.LegID) (call.Quality, time.Time, bool) {
	if leg != 7 {
		return call.Quality{}, time.Time{}, false
	}
	return call.Quality{Sent: 5000, Received: 4990, Lost: 10, FarLost: 2, Jitter: 1250 * time.Microsecond, RoundTrip: 40 * time.Millisecond}, c.at.Add(-18 * time.Millisecond), true
}

// TestLineIsToldInFull: what the floor knows, and how well the line is carried now.
func TestLineIsToldInFull(t *testing.T) {
	at := time.Date(2026, 1, 31, 17, 30, 0, 0, time.UTC)
	o := openOffice(t, Config{Lines: carriage{at}, Now: func() time.Time { return at }})
	c := o.signIn("anna", "desk")
	line := dialer.LineView{
		State: agent.LineUp, Since: at, Target: "+13175550101", Persistent: true, Held: true, Attempts: 4, Tries: 2, Next: at.Add(time.Minute),
		Failure: "congestion", SIP: 503, Q850: 34, Verify: agent.VerifyKey, Proven: true,
		ToCustomer: 412 * time.Microsecond, ToAgent: 8 * time.Millisecond, Leg: 7, Media: call.Quality{Codec: "G722", Secure: true},
	}
	o.floor.line(c.agent, line)
	golden(t, []any{c.must(200, "GET", "/dialer/persistent-connection", "").json(t)}, `[{"state":"up","since":"20260131T173000Z","remoteNumber":"+13175550101","persistent":true,"held":true,
		"attempts":4,"tries":2,"nextTry":"20260131T173100Z","lastFailure":{"reason":"congestion","sipStatus":503,"q850Cause":34},"verification":{"required":"key","verified":true},
		"lastBridge":{"toCustomerMs":0.412,"toAgentMs":8},
		"media":{"codec":"G722","secure":true,"packetsSent":5000,"packetsReceived":4990,"packetsLost":10,"packetsLostByPhone":2,"jitterMs":1.25,"roundTripMs":40,"lastPacketAgeMs":18}}]`)
	line.Leg = 8 // it ended meanwhile
	o.floor.line(c.agent, line)
	if b := c.must(200, "GET", "/dialer/persistent-connection", "").json(t); b["media"] != nil {
		t.Errorf("media %v of a leg that there is not", b["media"])
	}
}

// TestLineTest: a self-test is answered with an id, and told of when asked.
func TestLineTest(t *testing.T) {
	const path = "/dialer/persistent-connection/test"
	o := openOffice(t, Config{})
	c := o.signIn("anna", "desk")
	c.must(404, "GET", path, "")
	if r := c.must(400, "POST", path, ""); !strings.Contains(r.text, "connect to a station first") {
		t.Errorf("refused without a reason: %s", r.text)
	}
	c.remote()
	golden(t, []any{c.must(202, "POST", path, "").json(t)}, `[{"id":"900"}]`)
	golden(t, []any{c.must(200, "GET", path, "").json(t)}, `[{"id":"900","state":"running","began":"20260131T173000Z","dialed":false,"good":false}]`)
	test := dialer.LineTest{ID: "900", Began: o.floor.at, Dialed: true, Over: true, Trial: call.Trial{
		Took: 4 * time.Second, Sent: 200, Received: 200, Jitter: time.Millisecond, Echo: call.Echo{Found: true, Delay: 240 * time.Millisecond, Level: -18.44},
	}}
	o.floor.line(c.agent, dialer.LineView{Test: test})
	golden(t, []any{c.must(200, "GET", path, "").json(t)}, `[{"id":"900","state":"done","began":"20260131T173000Z","dialed":true,"good":false,
		"verdict":"The customer will hear himself after 240 ms (-18 dB): turn the phone's loudspeaker down, or use a headset.",
		"seconds":4,"packetsSent":200,"packetsReceived":200,"jitterMs":1,"echo":{"delayMs":240,"levelDb":-18.4}}]`)
	test.Why = "busy"
	o.floor.line(c.agent, dialer.LineView{Test: test})
	if b := c.must(200, "GET", path, "").json(t); b["state"] != "failed" || b["verdict"] != "The line was not there to be tested: busy." {
		t.Errorf("%v", b)
	}
}
