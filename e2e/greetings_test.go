//go:build linux

package e2e

import (
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Who is there at a number, as testdata/greetings.xml tells it.
const (
	person    behaviour = "30"
	recorder  behaviour = "31" // an answering machine
	facsimile behaviour = "32"
	vacant    behaviour = "40"
	intercept behaviour = "41"
	reorder   behaviour = "42"
	noCircuit behaviour = "43"
)

// utterance is what is on a line for a while.
type utterance struct {
	hertz int // of a tone, or words, or hush
	ms    int
}

const (
	words = 0
	hush  = -1
)

// heardLine makes what is said audible, on a faint hiss, as no line is without.
func heardLine(said ...utterance) []int16 {
	r := rand.New(rand.NewPCG(1, 2))
	var pcm []int16
	for _, u := range said {
		for i := range u.ms * sampleRate / 1000 {
			at, v := float64(i)/sampleRate, 10*r.NormFloat64()
			switch u.hertz {
			case words:
				v += vowel(at)
			case hush:
			default:
				v += 8000 * math.Sin(2*math.Pi*float64(u.hertz)*at)
			}
			pcm = append(pcm, int16(v))
		}
	}
	return pcm
}

// vowel is a voice of about 130 Hz that rises and falls, with two formants, in five
// syllables a second.
func vowel(at float64) float64 {
	phase := 2*math.Pi*130*at - 20*math.Cos(2*math.Pi*1.3*at)
	v := 0.0
	for n := 1.0; n < 20; n++ {
		hz := n * 130
		v += math.Sin(n*phase) * (math.Exp(-math.Abs(hz-600)/200) + 0.6*math.Exp(-math.Abs(hz-1700)/300))
	}
	return 5000 * (0.02 + math.Abs(math.Sin(2*math.Pi*2.5*at))) * v
}

// answered is an attempt with what was found out of who answered.
type answered struct {
	attempt
	Verdict struct {
		Finding string `json:"finding"`
		Why     string `json:"why"`
	} `json:"verdict"`
	Message struct {
		Prompt string `json:"prompt"`
		Whole  bool   `json:"whole"`
	} `json:"message"`
}

// TestWhoAnswersIsFoundOut dials everybody at once, with analysis before an agent is
// sought: the person reaches the agent; the machine is left the message, after its beep;
// the fax is hung up on; and what the network says before any answer ends the call for
// what it means.
func TestWhoAnswersIsFoundOut(t *testing.T) {
	t.Parallel()
	const beep, message = 1400, 1800
	tones := func(first, ms1, second, ms2 int) []int16 { // ITU-T Q.35; Telcordia SR-2275
		return heardLine(utterance{hush, 200}, utterance{first, ms1}, utterance{second, ms2}, utterance{1777, 380}, utterance{hush, 5000})
	}
	c, phones := startScenario(t, here, "carrier", "greetings.xml", freePort(t), map[string][]int16{
		"person":     heardLine(utterance{hush, 300}, utterance{words, 600}, utterance{hush, 9000}),
		"machine":    heardLine(utterance{hush, 300}, utterance{words, 3100}, utterance{hush, 200}, utterance{beep, 300}, utterance{hush, 5000}),
		"fax":        heardLine(utterance{hush, 300}, utterance{2100, 2600}, utterance{hush, 5000}),
		"vacant":     tones(985, 380, 1371, 274),
		"intercept":  tones(914, 274, 1371, 274),
		"reorder":    tones(914, 274, 1429, 380),
		"no-circuit": tones(985, 380, 1429, 380),
	}), startPhones(t)
	p := prepare(t, shift{
		trunk: c.uri(""), agents: []string{"anna"}, linesPerAgent: 7, media: "prompts = \"prompts\"\n",
		campaign: "analysis = \"first\"\nmachine = \"message\"\nmachine_message = \"later\"\n",
	})
	if err := os.Mkdir(filepath.Join(p.dir, "prompts"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeWAV(t, filepath.Join(p.dir, "prompts", "Later.wav"), sine(message, 1)[:sampleRate/2])
	w := watch(t, []int{c.port, phones.port, p.sip}, p.media)
	p.serve(t)
	var numbers []string
	for _, b := range []behaviour{person, recorder, facsimile, vacant, intercept, reorder, noCircuit} {
		numbers = append(numbers, number(b, 1))
	}
	p.load(t, numbers...)
	anna := begin(t, p.http, "anna", phones.uri("anna"), true)
	defer anna.leave(t)
	customer := anna.mustPop(t)
	if customer.number() != number(person, 1) {
		t.Errorf("the agent has %s", customer.number())
	}
	if err := anna.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	p.awaitAttempts(t, "all were dialed", func(rows []attempt) bool { return len(rows) == len(numbers) && allClosed(rows) })

	var rows []answered
	p.administer(t, http.MethodGet, "/api/attempts?campaign=Autumn&limit=1000", &rows)
	for _, want := range []struct {
		who           behaviour
		agent         string
		finding, why  string
		outcome, code string
		message       string
	}{
		{person, "anna", "live", "then silent for 1s", "Talked", "Sale", ""},
		{recorder, "", "machine", "spoke for more than 2.8s", "No person", "Machine - Recording played to Machine", "later"},
		{facsimile, "", "fax", "2100 Hz", "No person", "Fax - System Hang Up on Fax", ""},
		{vacant, "", "", "", "Not reached", "SIT Uncallable", ""},
		{intercept, "", "", "", "Not reached", "SIT Uncallable", ""},
		{reorder, "", "", "", "Not reached", "SIT Callable", ""},
		{noCircuit, "", "", "", "Not reached", "SIT Callable", ""},
	} {
		got := rows[slices.IndexFunc(rows, func(a answered) bool { return a.Number == number(want.who, 1) })]
		if got.Agent != want.agent || got.Bridged.IsZero() != (want.agent == "") {
			t.Errorf("%s: agent %q, together at %v; want %q", got.Number, got.Agent, got.Bridged, want.agent)
		}
		if got.Outcome != want.outcome || got.WrapUpCode != want.code {
			t.Errorf("%s: %s, %s; want %s, %s", got.Number, got.Outcome, got.WrapUpCode, want.outcome, want.code)
		}
		if v := got.Verdict; v.Finding != want.finding || !strings.Contains(v.Why, want.why) {
			t.Errorf("%s: found to be %q, %q; want %q, %q", got.Number, v.Finding, v.Why, want.finding, want.why)
		}
		if m := got.Message; m.Prompt != want.message || m.Whole != (want.message != "") {
			t.Errorf("%s: message %q, whole %t; want %q", got.Number, m.Prompt, m.Whole, want.message)
		}
		if early := want.finding == ""; early != got.Answered.IsZero() {
			t.Errorf("%s: answered at %v", got.Number, got.Answered)
		}
	}

	w.flush(t)
	var beeped time.Time
	for _, said := range w.stream(func(k packet) bool { return c.media.has(k.from.Port()) }) {
		if said.hears(beep) {
			beeped = said.at
		}
	}
	begun, ok := w.first(time.Time{}, message, c.media.to)
	if pause := begun.at.Sub(beeped); !ok || pause < 0 || pause > time.Second {
		t.Errorf("the message begins at %v (%t), the beep ended at %v", begun.at, ok, beeped)
	}
}
