package dialer

import (
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/agent"
	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/campaign"
	"github.com/outdial/outdial/internal/compliance"
	"github.com/outdial/outdial/internal/pacing"
)

// legModel is what telephony would know: which legs are alive, and how far.
type legModel struct {
	alive    map[call.LegID]call.Party
	answered map[call.LegID]bool
	hungUp   map[call.LegID]bool
	partner  map[call.LegID]call.LegID
	ended    map[call.LegID]bool
	faded    map[call.LegID]bool
	proven   map[call.LegID]bool // a key was pressed, or a word was said
	trial    map[call.LegID]bool // under test
	met      map[[2]call.LegID]bool
}

// model drives a stage at random and follows the orders that the floor gives.
type model struct {
	*stage
	r    *rand.Rand
	legs legModel
	seen int // lines read

	// calm shifts let calls live long, so that more can be done with them.
	calm  bool
	talks talkModel
	law   lawModel
}

// contacts are how many there are in a shift.
const contacts = 60

// cast are the agents; one user works with two applications.
var cast = []string{"anna", "bert", "carl", "carl@phone"}

func newModel(t testing.TB, seed uint64) *model {
	def := autumn()
	r := rand.New(rand.NewPCG(seed, 7))
	def.Lines = float64(1 + r.IntN(3))
	def.AllowOwned, def.AllowAgain, def.Group = r.IntN(2) == 0, r.IntN(2) == 0, "Turns"
	def.Mode, def.PreviewTime = someMode(r), 20*time.Second
	def.ByRate, def.MaxFlying, def.MaxRate = r.IntN(4) == 0, r.IntN(3)*3, float64(r.IntN(3))/2
	def.Pace = pacing.Policy{Adjust: pacing.Adjustments[r.IntN(len(pacing.Adjustments))], Limit: 0.03}
	if r.IntN(3) == 0 { // soon after dawn the day is over
		def.Hours, def.Zone = compliance.Hours{From: 8 * time.Hour, To: 12*time.Hour + 2*time.Minute}, "UTC"
	}
	if r.IntN(2) == 0 {
		def.Recorded = campaign.Recorded{Share: float64(r.IntN(3)) / 2, PauseStages: []int{2}, AgentMayStop: r.IntN(2) == 0, Beep: 15 * time.Second}
		if r.IntN(2) == 0 {
			def.Recorded.Announcement = "legal"
		}
	}
	def.Answers = someAnswers(r)
	bind(&def, r)
	defs := []campaign.Campaign{def}
	if r.IntN(2) == 0 { // two campaigns share the agents
		other := def
		other.ID, other.Name, other.Mode, other.Lines = "SPRING", "Spring", someMode(r), 0.5+float64(r.IntN(4))/2
		defs = append(defs, other)
	}
	rules := Rules{LineIdle: time.Minute, ParkTime: 20 * time.Second, LogOffDropsLine: r.IntN(2) == 0, RedialLostAgent: r.IntN(2) == 0, RedialTime: 3 * time.Second}
	rules.Verify = agent.Verifications[r.IntN(3)]
	if r.IntN(2) == 0 {
		rules.Reestablish, rules.ReestablishAttempts, rules.ReestablishAfterHangUp = time.Second, 2, r.IntN(2) == 0
	}
	m := &model{stage: newStage(t, rules, defs...), r: r}
	if r.IntN(2) == 0 {
		m.flaky = func() bool { return r.IntN(10) == 0 }
	}
	m.calm, m.talks, m.law = seed%2 == 1, newTalkModel(), newLawModel()
	m.now, m.returns, m.watch = nights[r.IntN(len(nights))], true, m.watchLaw
	m.zoneOf = func(id campaign.ContactID) string { return places[int(id)%len(places)] }
	m.state.law, m.state.doNotCall = capped(t), national()
	m.state.trunks, m.law.most = m, 2*r.IntN(4)
	m.legs = legModel{map[call.LegID]call.Party{}, map[call.LegID]bool{}, map[call.LegID]bool{}, map[call.LegID]call.LegID{}, map[call.LegID]bool{}, map[call.LegID]bool{}, map[call.LegID]bool{}, map[call.LegID]bool{}, map[[2]call.LegID]bool{}}
	for i := range contacts {
		m.numbers = append(m.numbers, numberOf(i))
	}
	return m
}

func someMode(r *rand.Rand) campaign.Mode { return campaign.Modes[r.IntN(len(campaign.Modes))] }

// follow reads the orders since the last look and holds them against the legs.
func (m *model) follow() {
	for ; m.seen < len(m.lines); m.seen++ {
		line := m.lines[m.seen]
		var a, b int
		var party, target string
		switch {
		case scan(line, "dial leg-%d %s %s", &a, &party, &target):
			id := call.LegID(a)
			if m.legs.ended[id] {
				m.t.Errorf("%s: dialed twice", line)
			}
			m.legs.alive[id] = call.Customer
			if party == "agent" {
				m.legs.alive[id] = call.Agent
			}
		case scan(line, "bridge leg-%d leg-%d", &a, &b):
			m.bridge(call.LegID(a), call.LegID(b), line)
		case scan(line, "park leg-%d", &a):
			m.part(call.LegID(a))
		case scan(line, "listen leg-%d for an %s", &a, &target):
			m.legs.trial[call.LegID(a)] = true
		case m.followTalk(line):
		case scan(line, "hang up leg-%d", &a):
			m.legs.hungUp[call.LegID(a)] = true
		}
	}
}

func scan(line, format string, into ...any) bool {
	n, _ := fmt.Sscanf(line, format, into...)
	return n == len(into)
}

func (m *model) bridge(a, c call.LegID, line string) {
	for _, leg := range []call.LegID{a, c} {
		if !m.legs.answered[leg] || m.legs.ended[leg] {
			m.t.Errorf("%s: %s is not up", line, leg)
		}
	}
	if pair := [2]call.LegID{a, c}; !m.legs.met[pair] {
		m.legs.met[pair] = true
		m.checkLine(a, c, line)
	}
	m.part(a)
	m.part(c)
	m.legs.partner[a], m.legs.partner[c] = c, a
}

// checkLine: no contact is bridged for the first time to a line that nobody
// verified, or that has faded.
func (m *model) checkLine(a, c call.LegID, line string) {
	if m.state.calls[m.state.legs[c].call] == nil {
		return
	}
	if m.legs.faded[a] || m.legs.trial[a] || m.state.rules.Verify != agent.VerifyOff && !m.legs.proven[a] {
		m.t.Errorf("%s: faded=%t, under test=%t, proven=%t", line, m.legs.faded[a], m.legs.trial[a], m.legs.proven[a])
	}
}

// part takes a leg out of its bridge or conversation.
func (m *model) part(leg call.LegID) {
	if p, ok := m.legs.partner[leg]; ok {
		delete(m.legs.partner, p)
		delete(m.legs.partner, leg)
	}
	delete(m.talks.hears, leg)
	delete(m.talks.in, leg)
}

// end reports a leg's end.
func (m *model) end(id call.LegID, c call.Cause) {
	m.legs.ended[id] = true
	delete(m.legs.alive, id)
	m.part(id)
	m.gone(id, c.Reason)
	m.report(call.Progress{Leg: id, Step: call.Ended, Cause: c})
	m.follow()
}

// someLeg gives any leg that is alive.
func (m *model) someLeg() (call.LegID, bool) {
	var ids []call.LegID
	for id := call.LegID(1); id <= m.state.lastLeg; id++ {
		if _, ok := m.legs.alive[id]; ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return 0, false
	}
	return ids[m.r.IntN(len(ids))], true
}

// step does one thing at random.
func (m *model) step() {
	name := cast[m.r.IntN(len(cast))]
	if m.r.IntN(2) == 0 {
		if id, ok := m.someLeg(); ok && !(m.calm && m.legs.answered[id] && !m.legs.hungUp[id] && m.r.IntN(12) > 0) {
			m.stepLeg(id)
			return
		}
	}
	switch m.r.IntN(60) {
	case 0:
		m.setClock(steps[m.r.IntN(len(steps))])
		return
	case 1:
		m.law.down = !m.law.down
	}
	label := []string{"Success", "Answering machine", campaign.SkipLabel, "nonsense", "Do not call again"}[m.r.IntN(5)]
	status := []string{"Available", "Available", "At Lunch"}[m.r.IntN(3)]
	verbs := [][]string{
		{"arrive", name}, {"sit", name, "persistent"}, {"sit", name, "plain"}, {"log-in", name}, {"establish", name}, {"ready", name},
		{"status", name, status}, {"dispose", name, label}, {"dispose", name, "Success"}, {"place", name}, {"disconnect", name}, {"hold", name},
		{"pickup", name}, {"test", name}, {"mute", name}, {"break", name}, {"end-break", name}, {"log-off", name},
		{"campaign", string(campaign.States[m.r.IntN(len(campaign.States))])}, {"campaign", "on"}, {"dials", string(someMode(m.r))},
		{"pass", fmt.Sprintf("%dms", m.r.IntN(3000))}, {"ledger", []string{"waits", "goes-on", "goes-on"}[m.r.IntN(3)]},
	}
	if m.r.IntN(3) == 0 {
		verbs = m.work(name)
	}
	if m.r.IntN(3) == 0 || m.calm && m.r.IntN(2) == 0 {
		verbs = m.talk(name)
	}
	if m.r.IntN(30) == 0 && !(m.calm && m.r.IntN(4) > 0) {
		verbs = [][]string{{"leave", name}, {"stand", name}, {"sit", name, "workstation"}, {"pass", "2m"}, {"ledger", "breaks"}, {"ledger", "mends"}}
	}
	m.play(verbs[m.r.IntN(len(verbs))])
}

// stepLeg lets one thing happen to a leg.
func (m *model) stepLeg(id call.LegID) {
	up := m.legs.answered[id]
	if up && m.r.IntN(4) == 0 && m.judge(id) {
		return
	}
	switch {
	case m.legs.hungUp[id] && m.r.IntN(4) > 0:
		m.end(id, call.Cause{Reason: call.Normal})
	case up && m.r.IntN(8) == 0 && m.anyTape() != "":
		m.report(call.Progress{Leg: id, Step: call.Untaped, Recording: m.anyTape(), Cause: call.Cause{Detail: "no space left"}})
	case up && m.legs.alive[id] == call.Agent && m.r.IntN(4) == 0:
		m.legs.faded[id] = !m.legs.faded[id]
		step := call.Recovered
		if m.legs.faded[id] {
			step = call.Faded
		}
		m.report(call.Progress{Leg: id, Step: step})
	case up && m.legs.trial[id] && m.r.IntN(2) == 0:
		delete(m.legs.trial, id)
		m.report(call.Progress{Leg: id, Step: call.Tested, Trial: call.Trial{Sent: 200, Received: 180}})
	case up && m.state.rules.Verify == agent.VerifySpeech && m.r.IntN(3) == 0:
		m.report(call.Progress{Leg: id, Step: call.Played})
		m.pass(time.Second)
		m.legs.proven[id] = true
		m.report(call.Progress{Leg: id, Step: call.Spoke, After: time.Duration(m.r.IntN(5000)) * time.Millisecond})
	case up && !m.legs.proven[id] && m.r.IntN(2) == 0:
		m.legs.proven[id] = true
		m.report(call.Progress{Leg: id, Step: call.Digit, Digit: '1'})
	case up && m.r.IntN(3) == 0:
		m.report(call.Progress{Leg: id, Step: call.Played, Sound: call.Prompt("legal"), Cut: m.r.IntN(2) == 0})
	case up && m.r.IntN(2) == 0:
		m.end(id, call.Cause{Reason: []call.Reason{call.Normal, call.MediaFailure}[m.r.IntN(2)], Far: true})
	case up && m.r.IntN(2) == 0:
		m.report(call.Progress{Leg: id, Step: []call.Step{call.FarHold, call.FarResume}[m.r.IntN(2)]})
	case up:
		m.report(call.Progress{Leg: id, Step: call.Heard, After: time.Millisecond})
	case m.law.down:
		m.end(id, call.Cause{Reason: []call.Reason{call.NoLines, call.Congestion, call.Unreachable}[m.r.IntN(3)]})
	case m.r.IntN(4) == 0:
		m.end(id, call.Cause{Reason: []call.Reason{call.Busy, call.NoAnswer, call.NoLines, call.Refused}[m.r.IntN(4)]})
	case m.r.IntN(3) == 0:
		m.report(call.Progress{Leg: id, Step: call.Ringing})
	default:
		m.legs.answered[id] = true
		c, keeper := m.aside(id)
		m.report(call.Progress{Leg: id, Step: call.Answered})
		m.checkAside(c, keeper)
	}
}

// run plays a number of steps, then drains, and holds what must hold at the end.
func (m *model) run(steps int) {
	for _, name := range cast {
		m.play([]string{"arrive", name})
		m.play([]string{"sit", name, "persistent"})
	}
	m.play([]string{"arrive", "bert", "supervises"})
	for range steps {
		m.step()
		m.follow()
		m.check()
		m.checkLaw()
		m.checkWires()
		if m.t.Failed() {
			return
		}
	}
	m.flaky, m.law.down = nil, false
	m.play([]string{"ledger", "mends"})
	if m.r.IntN(2) == 0 {
		m.goHome()
	}
	m.apply(drained{})
	for range 10 {
		m.follow()
		for id := call.LegID(1); id <= m.state.lastLeg; id++ {
			if _, alive := m.legs.alive[id]; alive {
				if !m.legs.hungUp[id] {
					m.t.Errorf("%s is still wanted after the floor was drained", id)
				}
				m.end(id, call.Cause{Reason: call.Normal})
			}
		}
		m.pass(2 * time.Second)
	}
	m.pass(m.law.behind) // what was due by the clock as it was
	if !m.state.finished() {
		m.t.Errorf("not finished: %d calls, %d legs, attempts open: %v", len(m.state.calls), len(m.state.legs), m.openAttempts())
	}
	if len(m.open) > 0 {
		m.t.Errorf("attempts left open: %v", m.openAttempts())
	}
	for id := range m.state.agents {
		m.t.Errorf("agent %s is left", agent.ID(id))
	}
	for id := range m.closed {
		if m.over[id] != 1 {
			m.t.Errorf("attempt %d was said to be over %d times", id, m.over[id])
		}
	}
	for at, n := range m.asked {
		if n > 20+3*contacts { // each may be claimed once and kept out by the hours
			m.t.Errorf("contacts were asked for %d times at %s", n, at)
		}
	}
	m.checkTalksEnded()
	m.checkLedger()
	if n := len(m.state.alarms.at); n > 0 {
		m.t.Errorf("%d alarms are left", n)
	}
}

// goHome lets everyone ask for a break and to log off, and do what agents do:
// then both are granted.
func (m *model) goHome() {
	for _, name := range cast {
		m.play([]string{"break", name})
		m.play([]string{"log-off", name})
	}
	for range 20 {
		m.follow()
		for id := call.LegID(1); id <= m.state.lastLeg; id++ {
			if party, alive := m.legs.alive[id]; alive && (party == call.Customer || m.legs.hungUp[id]) {
				m.end(id, call.Cause{Reason: call.Normal, Far: !m.legs.hungUp[id]})
			}
		}
		for _, name := range cast {
			if a := m.state.agents[who(name)]; a != nil && a.call != "" {
				m.play([]string{"dispose", name, "Success"})
			}
		}
		m.pass(2 * time.Second)
		m.check()
	}
	for id, a := range m.state.agents {
		if a.state != agent.Out || a.brk == agent.BreakPending {
			m.t.Errorf("agent %s asked for a break and to log off and is %s, %s", id, a.state, a.brk)
		}
	}
}

var (
	shifts = flag.Int("shifts", 200, "how many random shifts TestModel plays")
	first  = flag.Uint64("first", 0, "which shift TestModel begins with")
)

// TestModel plays random shifts; FuzzModel looks for more.
func TestModel(t *testing.T) {
	for i := range uint64(*shifts) {
		seed := *first + i
		m := newModel(t, seed)
		m.run(300)
		if t.Failed() {
			lines := m.lines
			if len(lines) > 60 {
				lines = lines[len(lines)-60:]
			}
			for _, l := range lines {
				t.Log(l)
			}
			t.Fatalf("seed %d", seed)
		}
	}
}

func FuzzModel(f *testing.F) {
	f.Add([]byte("12345678"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 8 {
			return
		}
		newModel(t, binary.LittleEndian.Uint64(data)).run(200)
	})
}
