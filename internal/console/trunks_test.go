package console

import (
	"strings"
	"testing"
	"time"
)

// carriers are one that is well and one that is not.
func carriers() []Trunk {
	return []Trunk{
		{
			Name: "carrier", Address: "sip:carrier.example", Priority: 1, Weight: 3, State: "up", Since: noon, AnsweredAt: noon.Add(time.Minute),
			RoundTrip: 12 * time.Millisecond, Registration: &Registration{Registered: true, Since: noon, Until: noon.Add(time.Hour), Contact: "sip:a@192.0.2.9:5060"},
			Calls: 2, MaxCalls: 60, Placed: 9, Answered: 4, Responses: map[string]int{"2xx": 4, "4xx": 3},
			Learned: "192.0.2.9:5060", Hops: []Hop{{Address: "udp:192.0.2.1:5060"}, {"udp:192.0.2.2:5060", noon}},
		},
		{
			Name: "spare", Address: "sip:spare.example", Weight: 1, State: "down", Why: "it is not registered: REGISTER was answered 403 Forbidden",
			Registration: &Registration{Trouble: "REGISTER was answered 403 Forbidden"}, Failed: 1, Refused: 2, Trouble: "congestion",
			TriedLastUntil: noon, RestsUntil: noon.Add(time.Second),
		},
	}
}

func TestTrunks(t *testing.T) {
	s := serve(t, newOffice(), func(c *Config) { c.Trunks = carriers })
	_, body := ask(t, s, "GET", "/api/trunks", "", nil)
	wantJSON(t, body, `[
		{"name": "carrier", "address": "sip:carrier.example", "priority": 1, "weight": 3, "state": "up", "why": "", "since": "2026-03-04T12:00:00.123Z",
		"answeredAt": "2026-03-04T12:01:00.123Z", "roundTripMs": 12, "registration": {"registered": true, "since": "2026-03-04T12:00:00.123Z",
		"until": "2026-03-04T13:00:00.123Z", "contact": "sip:a@192.0.2.9:5060", "trouble": ""}, "calls": 2, "maxCalls": 60, "placed": 9, "answered": 4,
		"failed": 0, "refused": 0, "responses": {"2xx": 4, "4xx": 3}, "trouble": "", "learnedAddress": "192.0.2.9:5060",
		"hops": [{"address": "udp:192.0.2.1:5060"}, {"address": "udp:192.0.2.2:5060", "avoidedUntil": "2026-03-04T12:00:00.123Z"}]},
		{"name": "spare", "address": "sip:spare.example", "priority": 0, "weight": 1, "state": "down", "why": "it is not registered: REGISTER was answered 403 Forbidden",
		"roundTripMs": 0, "registration": {"registered": false, "contact": "", "trouble": "REGISTER was answered 403 Forbidden"}, "calls": 0, "maxCalls": 0,
		"placed": 0, "answered": 0, "failed": 1, "refused": 2, "responses": {}, "trouble": "congestion", "triedLastUntil": "2026-03-04T12:00:00.123Z",
		"restsUntil": "2026-03-04T12:00:01.123Z", "learnedAddress": "", "hops": []}]`)
	none := serve(t, newOffice(), nil)
	_, body = ask(t, none, "GET", "/api/trunks", "", nil)
	wantJSON(t, body, `[]`)
}

func TestMetricsOfTrunks(t *testing.T) {
	s := serve(t, newOffice(), func(c *Config) { c.Trunks = carriers })
	_, body := ask(t, s, "GET", "/metrics", "", nil)
	for _, line := range []string{
		`outdial_trunk_up{trunk="carrier"} 1`, `outdial_trunk_up{trunk="spare"} 0`,
		`outdial_trunk_registered{trunk="carrier"} 1`, `outdial_trunk_registered{trunk="spare"} 0`,
		`outdial_trunk_calls{trunk="carrier"} 2`, `outdial_trunk_responses_total{class="4xx",trunk="carrier"} 3`,
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("no %s in\n%s", line, body)
		}
	}
}
