package console

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// shown is what Prometheus gets.
func shown(t *testing.T, m *Metrics) string {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	if err := r.Register(m); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	promhttp.HandlerFor(r, promhttp.HandlerOpts{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}

func TestMetricsCountWhatTheFloorSays(t *testing.T) {
	m := NewMetrics()
	for _, a := range []campaign.Attempt{
		{Outcome: call.Talked, ToCustomer: 400 * time.Microsecond, ToAgent: 20 * time.Millisecond},
		{Outcome: call.Talked, ToCustomer: 1500 * time.Millisecond},
		{Outcome: call.Abandoned},
		{Outcome: call.NotReached},
	} {
		m.Hear(dialer.Event{Body: dialer.AttemptClosed{Attempt: a}})
	}
	for _, a := range []campaign.Attempt{
		{Media: call.Quality{Codec: "PCMU", Received: 97, Lost: 3}, AgentCodec: "G722"},
		{Media: call.Quality{Codec: "PCMU", Received: 1000}, AgentCodec: "PCMU"},
		{}, // never answered
	} {
		m.Hear(dialer.Event{Body: dialer.CallEnded{Attempt: a}})
	}
	m.Hear(dialer.Event{Body: dialer.CampaignSet{}}) // what is not counted does no harm
	const want = `# HELP outdial_bridge_seconds From the customer's answer to the first packet of the other party, by who hears it.
# TYPE outdial_bridge_seconds histogram
outdial_bridge_seconds_bucket{heard_by="agent",le="0.00025"} 0
outdial_bridge_seconds_bucket{heard_by="agent",le="0.0005"} 0
outdial_bridge_seconds_bucket{heard_by="agent",le="0.001"} 0
outdial_bridge_seconds_bucket{heard_by="agent",le="0.0025"} 0
outdial_bridge_seconds_bucket{heard_by="agent",le="0.005"} 0
outdial_bridge_seconds_bucket{heard_by="agent",le="0.01"} 0
outdial_bridge_seconds_bucket{heard_by="agent",le="0.025"} 1
outdial_bridge_seconds_bucket{heard_by="agent",le="0.05"} 1
outdial_bridge_seconds_bucket{heard_by="agent",le="0.1"} 1
outdial_bridge_seconds_bucket{heard_by="agent",le="0.25"} 1
outdial_bridge_seconds_bucket{heard_by="agent",le="0.5"} 1
outdial_bridge_seconds_bucket{heard_by="agent",le="1"} 1
outdial_bridge_seconds_bucket{heard_by="agent",le="2"} 1
outdial_bridge_seconds_bucket{heard_by="agent",le="5"} 1
outdial_bridge_seconds_bucket{heard_by="agent",le="10"} 1
outdial_bridge_seconds_bucket{heard_by="agent",le="+Inf"} 1
outdial_bridge_seconds_sum{heard_by="agent"} 0.02
outdial_bridge_seconds_count{heard_by="agent"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.00025"} 0
outdial_bridge_seconds_bucket{heard_by="customer",le="0.0005"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.001"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.0025"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.005"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.01"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.025"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.05"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.1"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.25"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="0.5"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="1"} 1
outdial_bridge_seconds_bucket{heard_by="customer",le="2"} 2
outdial_bridge_seconds_bucket{heard_by="customer",le="5"} 2
outdial_bridge_seconds_bucket{heard_by="customer",le="10"} 2
outdial_bridge_seconds_bucket{heard_by="customer",le="+Inf"} 2
outdial_bridge_seconds_sum{heard_by="customer"} 1.5004
outdial_bridge_seconds_count{heard_by="customer"} 2
# HELP outdial_calls_abandoned_total Answered customers whom no agent took in time.
# TYPE outdial_calls_abandoned_total counter
outdial_calls_abandoned_total 1
# HELP outdial_calls_total Attempts that are closed, by outcome.
# TYPE outdial_calls_total counter
outdial_calls_total{outcome="Abandoned"} 1
outdial_calls_total{outcome="Not reached"} 1
outdial_calls_total{outcome="Talked"} 2
# HELP outdial_loss_ratio Packets of the customer that did not arrive, as a part of all, by call.
# TYPE outdial_loss_ratio histogram
outdial_loss_ratio_bucket{le="0"} 1
outdial_loss_ratio_bucket{le="0.001"} 1
outdial_loss_ratio_bucket{le="0.005"} 1
outdial_loss_ratio_bucket{le="0.01"} 1
outdial_loss_ratio_bucket{le="0.02"} 1
outdial_loss_ratio_bucket{le="0.05"} 2
outdial_loss_ratio_bucket{le="0.1"} 2
outdial_loss_ratio_bucket{le="0.2"} 2
outdial_loss_ratio_bucket{le="+Inf"} 2
outdial_loss_ratio_sum 0.03
outdial_loss_ratio_count 2
# HELP outdial_persistent_connections Persistent connections to agents that are up.
# TYPE outdial_persistent_connections gauge
outdial_persistent_connections 0
# HELP outdial_recorded_bytes_total Size of the files of recordings.
# TYPE outdial_recorded_bytes_total counter
outdial_recorded_bytes_total 0
# HELP outdial_recorded_seconds_total Length of the files of recordings.
# TYPE outdial_recorded_seconds_total counter
outdial_recorded_seconds_total 0
# HELP outdial_recording_dropped_seconds_total What is silence in recordings because the disk did not keep up, or missing.
# TYPE outdial_recording_dropped_seconds_total counter
outdial_recording_dropped_seconds_total 0
# HELP outdial_recordings_failed_total Calls that were not recorded, or no longer, though they should be.
# TYPE outdial_recordings_failed_total counter
outdial_recordings_failed_total 0
# HELP outdial_transcoded_calls_total Calls whose two legs spoke unlike codecs.
# TYPE outdial_transcoded_calls_total counter
outdial_transcoded_calls_total 1
`
	if got := shown(t, m); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMetricsCountWhatBecomesOfLines(t *testing.T) {
	m := NewMetrics()
	anna, bert := agent.ID{User: "anna"}, agent.ID{User: "bert"}
	for _, body := range []dialer.EventBody{
		dialer.LineChanged{Agent: anna, Line: dialer.LineView{State: agent.LineDialing}},
		dialer.LineChanged{Agent: bert, Line: dialer.LineView{State: agent.LineDialing}},
		dialer.LineNews{Agent: anna, What: dialer.LineVerified, Result: "key"},
		dialer.LineNews{Agent: anna, What: dialer.LineRaised, Result: "up", Took: 4 * time.Second},
		dialer.LineChanged{Agent: anna, Line: dialer.LineView{State: agent.LineUp}},
		dialer.LineNews{Agent: bert, What: dialer.LineRaised, Result: "busy"},
		dialer.LineChanged{Agent: bert, Line: dialer.LineView{State: agent.LineNone}},
		dialer.LineNews{Agent: bert, What: dialer.LineRetried},
		dialer.LineNews{Agent: bert, What: dialer.LineGivenUp, Result: "busy"},
		dialer.LineNews{Agent: anna, What: dialer.LineBroke, Result: "media failure"},
		dialer.LineNews{Agent: anna, What: dialer.LineRedialed, Result: "back"},
		dialer.LineNews{Agent: anna, What: dialer.LineEvent(99), Result: "nothing that is counted"},
	} {
		m.Hear(dialer.Event{Body: body})
	}
	got := shown(t, m)
	for _, line := range []string{
		`outdial_agent_redials_total{result="back"} 1`,
		`outdial_line_calls_total{result="busy"} 1`, `outdial_line_calls_total{result="up"} 1`,
		`outdial_line_losses_total{reason="media failure"} 1`, `outdial_line_retries_total 1`,
		`outdial_line_setup_seconds_bucket{le="3"} 0`, `outdial_line_setup_seconds_bucket{le="5"} 1`, `outdial_line_setup_seconds_count 1`,
		`outdial_line_verifications_total{result="key"} 1`, `outdial_lines_given_up_total{reason="busy"} 1`, `outdial_lines{state="up"} 1`,
	} {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("there is no %s in\n%s", line, got)
		}
	}
	if strings.Contains(got, `state="dialing"`) {
		t.Error("a line is still said to be dialing")
	}
}

func TestMetricsFollowPersistentConnections(t *testing.T) {
	m := NewMetrics()
	anna, bert := agent.ID{User: "anna"}, agent.ID{User: "bert"}
	const refusal = "not logged in to a campaign"
	view := func(s agent.Line, persistent bool, refusal string) dialer.LineView {
		return dialer.LineView{State: s, Persistent: persistent, Refusal: refusal}
	}
	for i, step := range []struct {
		who     agent.ID
		line    dialer.LineView
		up      float64
		refused float64
	}{
		{anna, view(agent.LineNone, true, refusal), 0, 1},
		{anna, view(agent.LineNone, true, refusal), 0, 2},    // asked again
		{anna, view(agent.LineDialing, true, refusal), 0, 2}, // a customer came: the refusal is carried along
		{anna, view(agent.LineUp, true, ""), 1, 2},
		{bert, view(agent.LineUp, false, ""), 1, 2}, // up, for one call
		{bert, view(agent.LineUp, false, refusal), 1, 3},
		{bert, view(agent.LineNone, false, refusal), 1, 3},
		{bert, view(agent.LineUp, true, ""), 2, 3},
		{anna, view(agent.LineLost, true, ""), 1, 3},
		{bert, view(agent.LineNone, false, ""), 0, 3},
	} {
		m.Hear(dialer.Event{Body: dialer.LineChanged{Agent: step.who, Line: step.line}})
		want := []string{fmt.Sprintf("outdial_persistent_connections %v\n", step.up),
			fmt.Sprintf("outdial_establish_refused_total{reason=%q} %v\n", refusal, step.refused)}
		for _, line := range want {
			if got := shown(t, m); !strings.Contains(got, line) {
				t.Errorf("step %d: no %q in\n%s", i, line, got)
			}
		}
	}
	if _, kept := m.last[bert]; kept {
		t.Error("an agent without a line is remembered")
	}
}
