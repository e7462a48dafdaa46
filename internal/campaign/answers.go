package campaign

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
	"github.com/outdial/outdial/internal/pacing"
)

// Answers says what becomes of a campaign's calls once somebody, or something, has
// answered.
type Answers struct {
	Analysis Analysis
	// SafeHarbour is the prompt that a person hears for whom no agent is there in time,
	// in place of silence: the seller's name and number. Empty: the call is just ended.
	SafeHarbour string
	// Window is over which time abandoned calls are counted; nothing is [pacing.Day].
	Window pacing.Window
	// Unattended is for mode [Agentless].
	Unattended Unattended
}

// Analysis says who is to find out whether a person answered, and what becomes of
// machines.
type Analysis struct {
	Policy AnalysisPolicy
	// Silence, Speech and Time are those of [call.Analysis]; 0 is its default.
	Silence, Speech, Time time.Duration
	// Message is the prompt that a machine is left after its beep; empty: machines are
	// hung up on.
	Message string
	// Sample is the share of the calls in which a verdict other than live is written
	// down and not acted upon, so that an agent tells who it was: without it nobody
	// would ever learn of the people who are taken for machines.
	Sample float64
}

// AnalysisPolicy is what waits for call analysis.
type AnalysisPolicy string

const (
	// AnalyseNot, or nothing: an agent is sought at the answer, whoever answers.
	AnalyseNot AnalysisPolicy = "off"
	// AnalyseFirst: an agent is sought once a person was found.
	AnalyseFirst AnalysisPolicy = "first"
	// AnalyseBeside: an agent is sought at the answer and hears the first hello; what
	// is no person is taken away from him.
	AnalyseBeside AnalysisPolicy = "beside"
)

// AnalysisPolicies are all that there are.
var AnalysisPolicies = []AnalysisPolicy{AnalyseNot, AnalyseFirst, AnalyseBeside}

// On tells whether anything is analysed.
func (a Analysis) On() bool { return a.Policy == AnalyseFirst || a.Policy == AnalyseBeside }

// Longest is how long a verdict takes at most: words that were begun in the last moment
// are heard out.
func (a Analysis) Longest() time.Duration {
	return cmp.Or(a.Time, 4*time.Second) + cmp.Or(a.Speech, 2800*time.Millisecond) + cmp.Or(a.Silence, time.Second)
}

// Order is what telephony is asked for; nil is nothing.
func (a Analysis) Order() *call.Analysis {
	if !a.On() {
		return nil
	}
	return &call.Analysis{Silence: a.Silence, Speech: a.Speech, Time: a.Time, Early: true}
}

// Sampled tells whether a verdict is not acted upon in a call. It is always the same
// for the same call.
func (a Analysis) Sampled(id call.ID) bool { return spread("sample "+id) < a.Sample }

// prompts are the names of those that answers need.
func (a Answers) prompts() []string { return []string{a.SafeHarbour, a.Analysis.Message} }

// Check holds them against what they must be. Errors: Invalid.
func (a Answers) Check() error {
	x := a.Analysis
	switch {
	case x.Policy != "" && !slices.Contains(AnalysisPolicies, x.Policy):
		return fault.New(fault.Invalid, "analysis %q: there are %v", x.Policy, AnalysisPolicies)
	case x.Silence < 0 || x.Silence > 3*time.Second:
		return fault.New(fault.Invalid, "a greeting is not over after %s of silence; take up to 3s, or 0 for the default", x.Silence)
	case x.Speech < 0 || x.Speech > 10*time.Second:
		return fault.New(fault.Invalid, "%s of speech is no bound between people and machines; take up to 10s, or 0 for the default", x.Speech)
	case x.Time != 0 && (x.Time < time.Second || x.Time > 15*time.Second):
		return fault.New(fault.Invalid, "analysis of %s: take 1s to 15s, or 0 for the default", x.Time)
	case !(x.Sample >= 0 && x.Sample <= 1):
		return fault.New(fault.Invalid, "%g is no share of calls for an agent to judge; it is from 0 to 1", x.Sample)
	case a.Window != "" && !slices.Contains(pacing.Windows, a.Window):
		return fault.New(fault.Invalid, "abandoned calls can not be counted over %q; there are %v", a.Window, pacing.Windows)
	case !x.On() && x.Message != "":
		return fault.New(fault.Invalid, "a message for machines needs an analysis that finds them")
	}
	for _, prompt := range a.prompts() {
		if prompt != strings.ToLower(prompt) {
			return fault.New(fault.Invalid, "a message is the name of a prompt in lower case, not %q", prompt)
		}
	}
	return nil
}

// Answer is what is known of who answered an attempt, and how he was served.
type Answer struct {
	// Finding is the verdict of call analysis; Judged when it was found, Why the rule
	// and the figures, Features those of the shadow log.
	Finding  call.Finding
	Judged   time.Time
	Why      string
	Features map[string]float64
	// Greeted is when the first words ended; zero if that is not known.
	Greeted time.Time
	// Corrected is when a beep showed that it was a machine after all.
	Corrected time.Time
	// Message is the last prompt that was played in place of an agent, Messaged when it
	// began, and Played tells whether it came to its end.
	Message  string
	Messaged time.Time
	Played   bool
	// Abandoned: a person answered, and no agent was there in time.
	Abandoned bool
}

// Greets is the moment from which the time to find an agent counts: the end of the
// greeting, or, where that is not known, the answer.
func (a Attempt) Greets() time.Time {
	if a.Greeted.IsZero() {
		return a.Answered
	}
	return a.Greeted
}

// Nobody tells whether analysis found that no person had answered.
func (a Attempt) Nobody() bool {
	return !a.Corrected.IsZero() || a.Finding != call.Unjudged && !a.Finding.Person()
}
