package dialer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
)

// talkModel is what the mixer and the desktops would know.
type talkModel struct {
	in     map[call.LegID]string       // the conversation that a leg is in
	hears  map[call.LegID][]call.LegID // and whom it hears there
	open   map[string]bool             // conversations
	tapes  map[string]bool             // recordings that run
	rings  map[string]bool             // "call agent" pairs that alert
	number int                         // of the next one who is called
}

func newTalkModel() talkModel {
	return talkModel{
		in: map[call.LegID]string{}, hears: map[call.LegID][]call.LegID{}, open: map[string]bool{},
		tapes: map[string]bool{}, rings: map[string]bool{},
	}
}

var (
	conversed = regexp.MustCompile(`^converse (\S+):(.*)$`)
	hearing   = regexp.MustCompile(`leg-(\d+) hears \[([^\]]*)\]`)
	taped     = regexp.MustCompile(`^tape (\S+) (runs|pauses|is silent|stops) `)
	alerted   = regexp.MustCompile(`^say call (\S+) alerts (no longer )?(\S+)$`)
)

func legOf(text string) call.LegID {
	n, _ := strconv.Atoi(strings.TrimPrefix(text, "leg-"))
	return call.LegID(n)
}

// followTalk reads an order or an event about calls.
func (m *model) followTalk(line string) bool {
	if w := conversed.FindStringSubmatch(line); w != nil {
		m.converse(w[1], w[2], line)
		return true
	}
	if w := taped.FindStringSubmatch(line); w != nil {
		switch running := m.talks.tapes[w[1]]; {
		case w[2] == "stops" && !running:
			m.t.Errorf("%s: it does not run", line)
		case w[2] == "stops":
			delete(m.talks.tapes, w[1])
		default:
			m.talks.tapes[w[1]] = true
		}
		return true
	}
	if w := alerted.FindStringSubmatch(line); w != nil {
		pair := w[1] + " " + w[3]
		if on := w[2] == ""; on == m.talks.rings[pair] {
			m.t.Errorf("%s: it does already", line)
		} else if on {
			m.talks.rings[pair] = true
		} else {
			delete(m.talks.rings, pair)
		}
		return true
	}
	return false
}

// converse carries an arrangement out, and holds it against the legs.
func (m *model) converse(id, parts, line string) {
	for leg, in := range m.talks.in {
		if in == id {
			delete(m.talks.in, leg)
			delete(m.talks.hears, leg)
		}
	}
	m.talks.open[id] = parts != " over"
	members := map[call.LegID]bool{}
	arranged := hearing.FindAllStringSubmatch(parts, -1)
	for _, w := range arranged {
		leg := legOf(w[1])
		if members[leg] = true; !m.legs.answered[leg] || m.legs.ended[leg] {
			m.t.Errorf("%s: %s is not up", line, leg)
		}
		m.part(leg)
		m.talks.in[leg] = id
		for _, other := range strings.Fields(w[2]) {
			m.talks.hears[leg] = append(m.talks.hears[leg], legOf(other))
		}
	}
	for leg := range members {
		for _, other := range m.talks.hears[leg] {
			if !members[other] {
				m.t.Errorf("%s: %s hears %s, who is not in it", line, leg, other)
			}
		}
	}
}

// checkWires holds what every leg hears by the orders given against what the state
// says that it is to hear.
func (m *model) checkWires() {
	for leg := range m.state.legs {
		want := m.state.earOf(leg)
		var hears []call.LegID
		if p, ok := m.legs.partner[leg]; ok {
			hears = []call.LegID{p}
		} else {
			hears = m.talks.hears[leg]
		}
		if len(want.hears) > 0 && !slices.Equal(want.hears, hears) {
			m.t.Errorf("%s hears %v, and is to hear %v", leg, hears, want.hears)
		}
		if want.sound != "" && (len(hears) > 0 || !m.state.wires.legs[leg].is(want)) {
			m.t.Errorf("%s hears %v %q, and is to hear %s", leg, hears, m.state.wires.legs[leg].sound, want.sound)
		}
	}
	ringing := 0
	for _, c := range m.state.talks {
		ringing += len(c.alerts)
		for _, id := range c.alerts {
			if !m.talks.rings[shortened(string(c.id))+" "+id.User] {
				m.t.Errorf("call %s alerts %s, who was not told", c.id, id)
			}
		}
	}
	if ringing != len(m.talks.rings) {
		m.t.Errorf("%d alerts, and told are %v", ringing, m.talks.rings)
	}
	running := 0
	for _, c := range m.interactions() {
		for _, t := range []*taping{c.tape, c.snippet} {
			if t != nil && t.said.ID != "" {
				if c.def.Recorded.Announcement != "" && c.leg != 0 && c.announced.IsZero() {
					m.t.Errorf("recording %s of call %s runs, and was not announced", t.id, c.id)
				}
				if running++; !m.talks.tapes[shortened(t.id)] {
					m.t.Errorf("recording %s of call %s does not run", t.id, c.id)
				}
			}
		}
	}
	if running != len(m.talks.tapes) {
		m.t.Errorf("%d recordings, and running are %v", running, m.talks.tapes)
	}
}

// checkTalksEnded: after the end nothing rings, runs or is open.
func (m *model) checkTalksEnded() {
	m.checkWires()
	for id, open := range m.talks.open {
		if open {
			m.t.Errorf("%s is still open", id)
		}
	}
	if len(m.state.parties) > 0 || len(m.state.wires.legs) > 0 {
		m.t.Errorf("left: %d conferences, wires %v", len(m.state.parties), m.state.wires.legs)
	}
}

func (m *model) interactions() []*interaction {
	var list []*interaction
	for _, c := range m.state.callsByID() {
		list = append(list, &c.interaction)
	}
	return append(list, m.state.talksByID()...)
}

// talk is what an agent might want with calls now.
func (m *model) talk(name string) [][]string {
	some := func() string {
		list := m.interactions()
		if a := m.state.agents[who(name)]; a != nil && m.r.IntN(4) > 0 {
			list = m.state.inHand(a)
		}
		if len(list) == 0 {
			return "77"
		}
		return string(list[m.r.IntN(len(list))].id)
	}
	pick := func(words ...string) string { return words[m.r.IntN(len(words))] }
	target := func() string {
		m.talks.number++
		return pick(fmt.Sprint(500000+m.talks.number), fmt.Sprint(500000+m.talks.number), "anna", "bert", "carl", "group:Sales", "at:anna's", "of:bert")
	}
	about := "77"
	for _, c := range m.state.talksByID() {
		if c.consults != "" && c.agent == who(name) {
			about = string(c.id)
		}
	}
	if len(m.interactions()) == 0 || m.r.IntN(6) == 0 {
		return [][]string{{"calls", name, target()}, {"log-in", name}, {"ready", name}, {"status", name, "Available"}}
	}
	original := some()
	if c := m.state.talks[call.ID(about)]; c != nil {
		original = string(c.consults)
	}
	group := "77"
	for _, c := range m.interactions() {
		if c.conference != "" && c.agent == who(name) {
			group = string(c.conference)
		}
	}
	waiting := some()
	for _, c := range m.state.talksByID() {
		if len(c.alerts) > 0 || c.state == call.Parked || c.state == call.Offered {
			waiting = string(c.id)
		}
	}
	if a := m.state.agents[who(name)]; a != nil && len(m.state.inHand(a)) == 0 && m.r.IntN(3) > 0 {
		return [][]string{{"does", name, "pickup", waiting}, {"does", name, pick("pickup", "refuse"), waiting}, {"join", "bert", string(m.anyCall())}, {"calls", name, target()}}
	}
	return [][]string{
		{"calls", name, target()}, {"transfer", name, some(), target()}, {"park", name, some(), pick("anna", "bert", "group:Sales", "at:carl's")},
		{"consult", name, some(), target()}, {"consult", name, some(), target()}, {"conclude", name, original, about}, {"cancel", name, original, about},
		{"audience", name, original, about, pick("both", "original", "consulted")},
		{"invite", name, some(), target()}, {"invite-to", name, group, target()}, {"confer", name, some(), some()}, {"add", name, group, some()},
		{pick("listen", "coach", "join", "stop-watch"), "bert", some()}, {"join", "bert", string(m.anyCall())},
		{"does", name, pick("disconnect", "hold", "unhold", "mute", "unmute", "make-private", "make-public"), some()},
		{"does", name, pick("record", "stop-recording", "pause", "resume", "snip", "stop-snip"), some()}, {"does", name, "record", some()},
		{"does", name, "pickup", some()}, {"does", name, "pickup", waiting}, {"does", name, pick("pickup", "refuse"), waiting},
		{"secure", name, some(), pick("5s", "0s", "resume")}, {"attribute", name, some(), "a=b"}, {"digits", name, some(), "1#"}, {"wrap-up", name, some(), "x"},
	}
}

// anyCall is a call that is up, whoever has it.
func (m *model) anyCall() call.ID {
	var id call.ID
	for _, c := range m.interactions() {
		if c.state.Up() {
			id = c.id
		}
	}
	return id
}

// anyTape is a recording that runs, or the last one of a call, or none.
func (m *model) anyTape() string {
	var ids []string
	for _, c := range m.interactions() {
		if c.recording != "" {
			ids = append(ids, c.recording)
		}
		if c.snippet != nil {
			ids = append(ids, c.snippet.id)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return ids[m.r.IntN(len(ids))]
}

// The same inputs always have the same effects, in the same order: nothing depends
// on the order of a map.
func TestTheSameShiftTwice(t *testing.T) {
	for seed := range uint64(20) {
		var shifts [2][]string
		for i := range shifts {
			m := newModel(t, seed)
			m.run(300)
			shifts[i] = m.lines
		}
		if !slices.Equal(shifts[0], shifts[1]) {
			for i, line := range shifts[0] {
				if i >= len(shifts[1]) || shifts[1][i] != line {
					t.Fatalf("seed %d, line %d: %s\nand then: %s", seed, i, line, strings.Join(shifts[1][i:min(i+1, len(shifts[1]))], ""))
				}
			}
		}
	}
}
