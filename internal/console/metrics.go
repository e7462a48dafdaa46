package console

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/dialer"
)

// latencies are the buckets of bridge latency in seconds: a bridge to a standing
// line takes less than a millisecond, one to a phone that must be called takes
// seconds, and 2 s is what the US rule allows.
var latencies = []float64{.00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 5, 10}

// losses are the buckets of lost packets: from 1 in 100 on G.711 is heard to suffer.
var losses = []float64{0, .001, .005, .01, .02, .05, .1, .2}

// Metrics counts what the floor says, for Prometheus:
//
//	outdial_calls_total{outcome}             attempts closed
//	outdial_calls_abandoned_total            of these, abandoned
//	outdial_bridge_seconds{heard_by}         the customer's 200 OK to the first packet of the other, heard by customer or agent
//	outdial_transcoded_calls_total           calls whose two legs spoke unlike codecs
//	outdial_loss_ratio                       packets of the customer that were lost, as a part of all, for each call
//	outdial_persistent_connections           agents' standing lines that are up
//	outdial_establish_refused_total{reason}  wishes for a persistent connection without effect
//	outdial_recordings_total{state}          recordings whose file came to its end, complete or failed
//	outdial_recordings_failed_total          calls that were not recorded, or no longer, though they should be
//	outdial_recorded_seconds_total           length of the files
//	outdial_recorded_bytes_total             size of the files
//	outdial_recording_dropped_seconds_total  of them, silence because the disk did not keep up, or missing
//	outdial_lines{state}, outdial_line_…     what becomes of lines to agents' phones (lines.go)
//
// Feed it all events of one listener with [Metrics.Hear], and recordings that ended
// with [Metrics.Taped].
type Metrics struct {
	calls      *prometheus.CounterVec
	abandoned  prometheus.Counter
	bridge     *prometheus.HistogramVec
	transcoded prometheus.Counter
	loss       prometheus.Histogram
	lines      prometheus.Gauge
	refused    *prometheus.CounterVec
	taped      *prometheus.CounterVec
	untaped    prometheus.Counter
	seconds    prometheus.Counter
	bytes      prometheus.Counter
	dropped    prometheus.Counter
	states     *lineMetrics

	last map[agent.ID]dialer.LineView // of whoever feeds the events
}

// NewMetrics begins to count at zero.
func NewMetrics() *Metrics {
	return &Metrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "outdial_calls_total", Help: "Attempts that are closed, by outcome.",
		}, []string{"outcome"}),
		abandoned: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "outdial_calls_abandoned_total", Help: "Answered customers whom no agent took in time.",
		}),
		bridge: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "outdial_bridge_seconds", Help: "From the customer's answer to the first packet of the other party, by who hears it.",
			Buckets: latencies,
		}, []string{"heard_by"}),
		transcoded: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "outdial_transcoded_calls_total", Help: "Calls whose two legs spoke unlike codecs.",
		}),
		loss: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "outdial_loss_ratio", Help: "Packets of the customer that did not arrive, as a part of all, by call.",
			Buckets: losses,
		}),
		lines: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "outdial_persistent_connections", Help: "Persistent connections to agents that are up.",
		}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "outdial_establish_refused_total", Help: "Wishes for a persistent connection that had no effect, by reason.",
		}, []string{"reason"}),
		taped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "outdial_recordings_total", Help: "Recordings whose file came to its end, by what it is then.",
		}, []string{"state"}),
		untaped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "outdial_recordings_failed_total", Help: "Calls that were not recorded, or no longer, though they should be.",
		}),
		seconds: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "outdial_recorded_seconds_total", Help: "Length of the files of recordings.",
		}),
		bytes: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "outdial_recorded_bytes_total", Help: "Size of the files of recordings.",
		}),
		dropped: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "outdial_recording_dropped_seconds_total", Help: "What is silence in recordings because the disk did not keep up, or missing.",
		}),
		states: newLineMetrics(),
		last:   map[agent.ID]dialer.LineView{},
	}
}

// Hear takes an event. It must be called by one goroutine.
func (m *Metrics) Hear(e dialer.Event) {
	switch body := e.Body.(type) {
	case dialer.AttemptClosed:
		m.closed(body)
	case dialer.CallEnded:
		m.ended(body)
	case dialer.LineChanged:
		m.line(body)
		m.states.changed(body)
	case dialer.LineNews:
		m.states.news(body)
	case dialer.RecordingFailed:
		m.untaped.Inc()
	}
}

// ended looks at what is known only when both the leg and the attempt are over.
func (m *Metrics) ended(e dialer.CallEnded) {
	if e.Attempt.Transcoded() {
		m.transcoded.Inc()
	}
	if q := e.Attempt.Media; q.Received+q.Lost > 0 {
		m.loss.Observe(float64(q.Lost) / float64(q.Received+q.Lost))
	}
}

// Taped takes what became of a recording. It may be called by any goroutine.
func (m *Metrics) Taped(t call.Taped) {
	state := campaign.RecordingFailed
	if t.Whole {
		state = campaign.RecordingComplete
	}
	m.taped.WithLabelValues(string(state)).Inc()
	m.seconds.Add(t.Duration.Seconds())
	m.bytes.Add(float64(t.Bytes))
	m.dropped.Add(t.Dropped.Seconds())
}

func (m *Metrics) closed(e dialer.AttemptClosed) {
	a := e.Attempt
	m.calls.WithLabelValues(string(a.Outcome)).Inc()
	if a.Outcome == call.Abandoned {
		m.abandoned.Inc()
	}
	if a.ToCustomer > 0 {
		m.bridge.WithLabelValues("customer").Observe(a.ToCustomer.Seconds())
	}
	if a.ToAgent > 0 {
		m.bridge.WithLabelValues("agent").Observe(a.ToAgent.Seconds())
	}
}

// line takes a change of an agent's line. A refused wish changes nothing but the
// refusal; later changes only carry the last one along.
func (m *Metrics) line(e dialer.LineChanged) {
	before, known := m.last[e.Agent]
	before.Refusal = e.Line.Refusal
	if e.Line.Refusal != "" && (!known || before == e.Line) {
		m.refused.WithLabelValues(e.Line.Refusal).Inc()
	}
	if e.Line.State == agent.LineNone && e.Line.Refusal == "" {
		delete(m.last, e.Agent) // so that agents who left are forgotten
	} else {
		m.last[e.Agent] = e.Line
	}
	up := 0
	for _, l := range m.last {
		if l.Persistent && l.State == agent.LineUp {
			up++
		}
	}
	m.lines.Set(float64(up))
}

func (m *Metrics) parts() []prometheus.Collector {
	return append(m.states.parts(),
		m.calls, m.abandoned, m.bridge, m.transcoded, m.loss, m.lines, m.refused, m.taped, m.untaped, m.seconds, m.bytes, m.dropped,
	)
}

// Describe implements [prometheus.Collector].
func (m *Metrics) Describe(to chan<- *prometheus.Desc) {
	for _, p := range m.parts() {
		p.Describe(to)
	}
}

// Collect implements [prometheus.Collector].
func (m *Metrics) Collect(to chan<- prometheus.Metric) {
	for _, p := range m.parts() {
		p.Collect(to)
	}
}

var (
	openDesc = prometheus.NewDesc("outdial_attempts_open",
		"Attempts that are not closed: dialing, up, or waiting for a disposition.", nil, nil)
	agentsDesc = prometheus.NewDesc("outdial_agents",
		"Agents on the floor, by state.", []string{"state"}, nil)
)

// floorGauges looks at the floor when asked; a floor that does not answer has no
// figures, and /healthz says so.
type floorGauges struct{ floor Floor }

// Describe implements [prometheus.Collector].
func (f *floorGauges) Describe(to chan<- *prometheus.Desc) {
	to <- openDesc
	to <- agentsDesc
	describeCampaigns(to)
}

// Collect implements [prometheus.Collector].
func (f *floorGauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s, err := f.floor.Look(ctx)
	if err != nil {
		return
	}
	to <- prometheus.MustNewConstMetric(openDesc, prometheus.GaugeValue, float64(len(s.Calls)))
	collectCampaigns(to, s.Campaigns)
	agents := map[string]int{}
	for _, a := range s.Agents {
		agents[a.State.String()]++
	}
	for state, n := range agents {
		to <- prometheus.MustNewConstMetric(agentsDesc, prometheus.GaugeValue, float64(n), state)
	}
}
