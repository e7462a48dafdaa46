package console

import (
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/dialer"
)

// setUps are the buckets of the time from the call to an agent's phone to its line
// being up, in seconds: a SIP phone that answers by itself, a person, a person who
// must show himself.
var setUps = []float64{.1, .25, .5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60}

// lineMetrics counts what becomes of lines to agents' phones.
type lineMetrics struct {
	states *prometheus.GaugeVec
	setUp  *prometheus.HistogramVec
	counts map[dialer.LineEvent]*prometheus.CounterVec

	state map[agent.ID]agent.Line // that is not none
}

func newLineMetrics() *lineMetrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	return &lineMetrics{
		states: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "outdial_lines", Help: "Lines to agents' phones that are not none, by state.",
		}, []string{"state"}),
		setUp: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "outdial_line_setup_seconds", Help: "From the call to an agent's phone to its line being up.", Buckets: setUps,
		}, nil),
		counts: map[dialer.LineEvent]*prometheus.CounterVec{
			dialer.LineRaised:   counter("outdial_line_calls_total", "Calls to agents' phones, by what became of them.", "result"),
			dialer.LineBroke:    counter("outdial_line_losses_total", "Lines that stood and were lost, by why.", "reason"),
			dialer.LineRetried:  counter("outdial_line_retries_total", "Calls to agents' phones that were made by the server itself."),
			dialer.LineGivenUp:  counter("outdial_lines_given_up_total", "Lines that are not set up again any more, by why that failed last.", "reason"),
			dialer.LineVerified: counter("outdial_line_verifications_total", "People who were asked to show that they are there, by what they did.", "result"),
			dialer.LineRedialed: counter("outdial_agent_redials_total", "Agents who were called again in a call, by what became of it.", "result"),
		},
		state: map[agent.ID]agent.Line{},
	}
}

func (m *lineMetrics) news(n dialer.LineNews) {
	switch counts := m.counts[n.What]; {
	case counts == nil:
	case n.What == dialer.LineRetried:
		counts.WithLabelValues().Inc()
	default:
		counts.WithLabelValues(n.Result).Inc()
	}
	if n.Took > 0 {
		m.setUp.WithLabelValues().Observe(n.Took.Seconds())
	}
}

func (m *lineMetrics) changed(e dialer.LineChanged) {
	m.state[e.Agent] = e.Line.State
	if e.Line.State == agent.LineNone {
		delete(m.state, e.Agent)
	}
	m.states.Reset()
	for _, s := range m.state {
		m.states.WithLabelValues(strings.ToLower(s.String())).Inc()
	}
}

func (m *lineMetrics) parts() []prometheus.Collector {
	list := []prometheus.Collector{m.states, m.setUp}
	for what := range dialer.LineEvent(len(m.counts)) {
		list = append(list, m.counts[what])
	}
	return list
}
