package console

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Trunk is one way to the telephone network, as the console shows it.
type Trunk struct {
	Name     string
	Address  string
	Priority int
	Weight   int
	// State is "up", "down" or "unknown"; Why says why no call takes it.
	State, Why string
	// Since is when it began to answer OPTIONS, or ceased to.
	Since        time.Time
	AnsweredAt   time.Time // the last answer to OPTIONS
	RoundTrip    time.Duration
	Registration *Registration // nil if there is none to be kept

	Calls, MaxCalls                   int // now, and at most
	Placed, Answered, Failed, Refused int // since the start
	Responses                         map[string]int
	Trouble                           string // of the last call that it failed
	TriedLastUntil, RestsUntil        time.Time
	Learned                           string // our address as the trunk sees it
	Hops                              []Hop
}

// Registration is how a trunk knows where we are.
type Registration struct {
	Registered   bool
	Since, Until time.Time
	Contact      string
	Trouble      string
}

// Hop is one address of a trunk, which comes last while it is avoided.
type Hop struct {
	Address      string
	AvoidedUntil time.Time
}

type trunkRow struct {
	Name           string           `json:"name"`
	Address        string           `json:"address"`
	Priority       int              `json:"priority"`
	Weight         int              `json:"weight"`
	State          string           `json:"state"`
	Why            string           `json:"why"`
	Since          stamp            `json:"since,omitzero"`
	AnsweredAt     stamp            `json:"answeredAt,omitzero"`
	RoundTripMs    millis           `json:"roundTripMs"`
	Registration   *registrationRow `json:"registration,omitempty"`
	Calls          int              `json:"calls"`
	MaxCalls       int              `json:"maxCalls"`
	Placed         int              `json:"placed"`
	Answered       int              `json:"answered"`
	Failed         int              `json:"failed"`
	Refused        int              `json:"refused"`
	Responses      map[string]int   `json:"responses"`
	Trouble        string           `json:"trouble"`
	TriedLastUntil stamp            `json:"triedLastUntil,omitzero"`
	RestsUntil     stamp            `json:"restsUntil,omitzero"`
	Learned        string           `json:"learnedAddress"`
	Hops           []hopRow         `json:"hops"`
}

type registrationRow struct {
	Registered bool   `json:"registered"`
	Since      stamp  `json:"since,omitzero"`
	Until      stamp  `json:"until,omitzero"`
	Contact    string `json:"contact"`
	Trouble    string `json:"trouble"`
}

type hopRow struct {
	Address      string `json:"address"`
	AvoidedUntil stamp  `json:"avoidedUntil,omitzero"`
}

func newTrunkRow(t Trunk) trunkRow {
	row := trunkRow{
		Name: t.Name, Address: t.Address, Priority: t.Priority, Weight: t.Weight, State: t.State, Why: t.Why,
		Since: stamp(t.Since), AnsweredAt: stamp(t.AnsweredAt), RoundTripMs: millis(t.RoundTrip),
		Calls: t.Calls, MaxCalls: t.MaxCalls, Placed: t.Placed, Answered: t.Answered, Failed: t.Failed, Refused: t.Refused,
		Responses: t.Responses, Trouble: t.Trouble, TriedLastUntil: stamp(t.TriedLastUntil), RestsUntil: stamp(t.RestsUntil),
		Learned: t.Learned, Hops: make([]hopRow, 0, len(t.Hops)),
	}
	if row.Responses == nil {
		row.Responses = map[string]int{}
	}
	if r := t.Registration; r != nil {
		row.Registration = &registrationRow{r.Registered, stamp(r.Since), stamp(r.Until), r.Contact, r.Trouble}
	}
	for _, h := range t.Hops {
		row.Hops = append(row.Hops, hopRow{h.Address, stamp(h.AvoidedUntil)})
	}
	return row
}

// trunks answers with the trunks in the order of the configuration.
func (c *console) trunks(w http.ResponseWriter, _ *http.Request) error {
	rows := []trunkRow{}
	for _, t := range c.Trunks() {
		rows = append(rows, newTrunkRow(t))
	}
	return reply(w, http.StatusOK, rows)
}

var (
	trunkUpDesc = prometheus.NewDesc("outdial_trunk_up",
		"1 if calls may take the trunk, 0 if it is down, not registered or resting.", []string{"trunk"}, nil)
	trunkRegisteredDesc = prometheus.NewDesc("outdial_trunk_registered",
		"1 if the trunk is registered with; only of trunks that register.", []string{"trunk"}, nil)
	trunkCallsDesc = prometheus.NewDesc("outdial_trunk_calls",
		"Calls on the trunk now.", []string{"trunk"}, nil)
	trunkResponsesDesc = prometheus.NewDesc("outdial_trunk_responses_total",
		"Final responses to INVITE, by class; none is silence.", []string{"trunk", "class"}, nil)
)

// trunkGauges looks at the trunks when asked.
type trunkGauges struct{ trunks func() []Trunk }

// Describe implements [prometheus.Collector].
func (g trunkGauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{trunkUpDesc, trunkRegisteredDesc, trunkCallsDesc, trunkResponsesDesc} {
		to <- d
	}
}

// Collect implements [prometheus.Collector].
func (g trunkGauges) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, trunk string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, trunk)
	}
	truth := map[bool]float64{true: 1}
	for _, t := range g.trunks() {
		gauge(trunkUpDesc, truth[t.State != "down"], t.Name)
		gauge(trunkCallsDesc, float64(t.Calls), t.Name)
		if t.Registration != nil {
			gauge(trunkRegisteredDesc, truth[t.Registration.Registered], t.Name)
		}
		for class, n := range t.Responses {
			to <- prometheus.MustNewConstMetric(trunkResponsesDesc, prometheus.CounterValue, float64(n), t.Name, class)
		}
	}
}
