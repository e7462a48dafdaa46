//go:build linux

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

var everyFault = flag.Bool("faults", false, "TestNetworkFaults makes every fault, on either side, and prints the table of docs/faults.md")

// The addresses of the program, the agent's phone and the carrier, in namespaces
// that only the test knows (RFC 2544: for such tests, never on the internet).
const (
	hall, desk1, street = "198.18.0.1", "198.18.0.2", "198.18.0.3"
	insideVariable      = "OUTDIAL_E2E_INSIDE"
)

// TestNetworkFaults puts the agent's phone and the customers each behind a link
// that loses, delays, reorders, repeats or holds packets, and sees what is heard,
// what is decided, and how long it takes. In short: 5 % of loss, and a cut of 10 s
// that the agent's line survives, out of routing while it lasts. With
// `go test ./e2e -run NetworkFaults -faults -timeout 20m -v`: all, as a table.
//
// It runs in a network namespace of its own, for which it starts itself once more.
func TestNetworkFaults(t *testing.T) {
	if os.Getenv(insideVariable) == "" {
		inside(t)
		return
	}
	ip(t, "link set lo up")
	s := stageFaults(t)
	if !*everyFault {
		r := s.talk(t, fault{name: "5 % loss", loss: 0.05}, "both", 3*time.Second)
		if r.heard.came < 0.70 || r.spoke.came < 0.70 {
			t.Errorf("with 5 %% of loss on both links %s", r)
		}
		s.cutBetweenCalls(t)
		return
	}
	var rows []talkUnder
	for _, f := range []fault{
		{name: "none"},
		{name: "1 % loss", loss: 0.01},
		{name: "5 % loss", loss: 0.05},
		{name: "20 % loss", loss: 0.20},
		{name: "delay 100 ms ± 50 ms", delay: 100 * time.Millisecond, jitter: 50 * time.Millisecond},
		{name: "delay 100 ms ± 100 ms", delay: 100 * time.Millisecond, jitter: 100 * time.Millisecond},
		{name: "reordering: 25 % overtake a delay of 50 ms", delay: 50 * time.Millisecond, hasty: 0.25},
		{name: "5 % come twice", duplicate: 0.05},
	} {
		for _, side := range []string{"agent", "customer"} {
			if f.name == "none" && side == "customer" {
				continue
			}
			rows = append(rows, s.talk(t, f, side, 10*time.Second))
		}
	}
	fmt.Println("| fault | on the side of | line is up after | customer is there after | the customer hears | the agent hears | the line | hung up after |\n|---|---|--:|--:|---|---|---|--:|")
	for _, r := range rows {
		fmt.Println(r)
	}
	s.cutBetweenCalls(t)
	s.cutInACall(t, "agent", 10*time.Second)
	s.cutInACall(t, "customer", 10*time.Second)
	s.cutInACall(t, "agent", 0)
	s.cutInACall(t, "customer", 0)
	s.holds(t)
}

// inside runs this test again, in a network namespace of its own.
func inside(t *testing.T) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=20m", fmt.Sprintf("-faults=%v", *everyFault))
	cmd.Env = append(os.Environ(), insideVariable+"="+build(t))
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if uid := os.Geteuid(); uid != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatalf("no network namespace can be made (%v): run this test as root, or allow users to make namespaces (sysctl kernel.unprivileged_userns_clone=1)", err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Println(lines.Text())
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("inside its namespace: %v", err)
	}
}

// faultStage is the program, an agent's phone and a carrier, with a link each.
type faultStage struct {
	agent, customer *link
	phone           *phone
	carrier         *carrier
	p               *program
	contacts        int
}

func stageFaults(t *testing.T) *faultStage {
	t.Helper()
	s := &faultStage{agent: newLink(t, "agent", hall, desk1), customer: newLink(t, "customer", hall, street)}
	s.phone = startVoiceAt(t, s.agent.place, atOnce, agentTone)
	s.carrier = startSippAt(t, s.customer.place, "carrier", freePort(t), customerTone)
	s.p = prepare(t, shift{address: hall, trunk: s.carrier.uri(""), agents: []string{"anna"}, ring: "15s"})
	s.p.serve(t)
	return s
}

// suffer makes a fault on one side, or both.
func (s *faultStage) suffer(f fault, side string) {
	for name, l := range map[string]*link{"agent": s.agent, "customer": s.customer} {
		if side == name || side == "both" {
			l.suffer(f)
		} else {
			l.suffer(fault{})
		}
	}
}

// nextCustomer puts one more customer into the list.
func (s *faultStage) nextCustomer(t *testing.T) string {
	s.contacts++
	who := number(talks, s.contacts)
	s.p.load(t, who)
	return who
}

// hearing is the share of the 20 ms frames of a while that came with a tone in them.
type hearing struct{ came, inTime float64 }

func (h hearing) String() string {
	return fmt.Sprintf("%.1f %%, in time %.1f %%", 100*h.came, 100*h.inTime)
}

// patientFor is how long a listener waits for a frame: one that comes later than
// the fastest around it did, by more than this, is not in time. Around is half a
// second before and after, for peers whose machine pauses do not catch up.
const (
	patientFor = 60 * time.Millisecond
	around     = 25
)

// heard tells how much of a tone came to an address in a while.
func (l *link) heard(to string, hertz float64, from time.Time, long time.Duration) (h hearing) {
	var frames []rtp
	for _, k := range l.came.all(func(k packet) bool {
		return k.to.Addr() == netip.MustParseAddr(to) && k.at.After(from) && k.at.Before(from.Add(long))
	}) {
		if r, ok := k.rtp(); ok && r.hears(hertz) {
			frames = append(frames, r)
		}
	}
	slices.SortStableFunc(frames, func(a, b rtp) int { return int(int32(a.timestamp - b.timestamp)) })
	frames = slices.CompactFunc(frames, func(a, b rtp) bool { return a.seq == b.seq })
	took := make([]time.Duration, len(frames)) // by the clock of the sender, give or take the same for all
	for i, r := range frames {
		took[i] = r.at.Sub(frames[0].at) - time.Duration(int32(r.timestamp-frames[0].timestamp))*time.Second/sampleRate
	}
	share := float64(20*time.Millisecond) / float64(long)
	for i := range took {
		h.came += share
		if took[i]-slices.Min(took[max(0, i-around):min(len(took), i+around)]) <= patientFor {
			h.inTime += share
		}
	}
	// A frame at either edge may be one too many.
	return hearing{min(1, h.came), min(1, h.inTime)}
}

// talkUnder is what came of one talk under a fault.
type talkUnder struct {
	fault, side  string
	line, called time.Duration // until the agent's line was up, and until the customer was with the agent
	heard, spoke hearing       // the agent's tone at the customer, and the customer's at the agent's phone
	states       string        // of the line, meanwhile
	hungUp       time.Duration // until the carrier had the BYE
}

func (r talkUnder) String() string {
	return fmt.Sprintf("| %s | %s | %.2f s | %.2f s | %s | %s | %s | %.2f s |", r.fault, r.side,
		r.line.Seconds(), r.called.Seconds(), r.heard, r.spoke, r.states, r.hungUp.Seconds())
}

// talk has the agent sign in, take a customer, talk, and go home, all under a fault.
func (s *faultStage) talk(t *testing.T, f fault, side string, long time.Duration) talkUnder {
	t.Helper()
	s.suffer(f, side)
	defer s.suffer(fault{}, "both")
	r := talkUnder{fault: f.name, side: side}
	desk := signIn(t, s.p.http, "anna")
	desk.watchLine(t)
	desk.sit(t, s.phone.uri(), true)
	desk.logIn(t)
	from := time.Now()
	desk.establish(t)
	desk.awaitLine(t, 0, "up")
	r.line = time.Since(from)
	desk.ready(t)
	from = time.Now()
	who := s.nextCustomer(t)
	customer := desk.mustPop(t)
	r.called = time.Since(from)
	// Whoever has been heard once is there; sipp needs a moment to speak.
	start := time.Now().Add(500 * time.Millisecond)
	since(start, long)
	r.heard = s.customer.heard(street, agentTone, start, long)
	r.spoke = s.agent.heard(desk1, customerTone, start, long)
	from = time.Now()
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	s.carrier.awaitCall(t, "BYE", who)
	r.hungUp = time.Since(from)
	r.states = desk.lineStates(t)
	s.suffer(fault{}, "both")
	desk.leave(t)
	s.phone.awaitEvent(t, "CALL_CLOSED", s.phone.calls())
	t.Log(r)
	return r
}

// lineStates are the states that the line was in since it was first up.
func (d *desktop) lineStates(t *testing.T) string {
	t.Helper()
	var states []string
	for _, m := range d.messages.all(func(m message) bool { return m.Type == lineMessage }) {
		var told struct {
			Line line `json:"persistentConnection"`
		}
		if err := json.Unmarshal(m.body, &told); err != nil {
			t.Fatal(err)
		}
		state := told.Line.State
		if told.Line.Faded {
			state = "faded"
		}
		if state == "none" || state == "dialing" {
			continue
		}
		if len(states) == 0 || states[len(states)-1] != state {
			states = append(states, state)
		}
	}
	return strings.Join(states, ", ")
}

// cutBetweenCalls takes the network from the phone of an agent who waits, for 10 s:
// out of routing within 2 s, and back on the same call when the network is.
func (s *faultStage) cutBetweenCalls(t *testing.T) {
	t.Helper()
	desk := begin(t, s.p.http, "anna", s.phone.uri(), true)
	since(time.Now(), time.Second)
	calls, place := s.phone.calls(), desk.told()
	late := machine(t)
	s.suffer(fault{loss: 1}, "agent")
	cut := time.Now()
	place = desk.awaitLineTo(t, place, "faded", func(l line) bool { return l.Faded })
	faded := time.Since(cut)
	if most := latencies(late()).quantile(1); faded > 2*time.Second+most {
		t.Errorf("the phone was believed in for %v; the machine woke up %v late at most", faded, most)
	}
	called := len(s.carrier.dialed())
	s.nextCustomer(t)
	since(cut, 10*time.Second)
	if n := len(s.carrier.dialed()); n != called {
		t.Errorf("a customer was called for an agent whom nobody can reach")
	}
	s.suffer(fault{}, "agent")
	back := time.Now()
	desk.awaitLineTo(t, place, "back", func(l line) bool { return l.State == "up" && !l.Faded })
	recovered := time.Since(back)
	customer := desk.mustPop(t)
	given := time.Since(back)
	s.customerHears(t, time.Now())
	if n := s.phone.calls(); n != calls {
		t.Errorf("the phone was called again: %d calls, not %d", n, calls)
	}
	t.Logf("cut of 10 s on the agent's side, between calls: faded after %.2f s, back %.2f s after the network, the next customer after %.2f s, on the same call", faded.Seconds(), recovered.Seconds(), given.Seconds())
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	desk.leave(t)
}

// told is how many messages the desktop has had.
func (d *desktop) told() int { return len(d.messages.all(func(message) bool { return true })) }

// customerHears waits until the agent's voice comes to the customer, and gives how
// long that took from a moment on; no time at all means never.
func (s *faultStage) customerHears(t *testing.T, from time.Time) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, k, err := s.customer.came.next(ctx, 0, func(k packet) bool {
		r, ok := k.rtp()
		return ok && k.at.After(from) && k.to.Addr() == netip.MustParseAddr(street) && r.hears(agentTone)
	})
	if err != nil {
		return 0
	}
	return k.at.Sub(from)
}

// cutInACall takes the network from one side in the middle of a call, for a while
// or, with no time at all, for good; and tells what became of line and call.
func (s *faultStage) cutInACall(t *testing.T, side string, long time.Duration) {
	t.Helper()
	desk := begin(t, s.p.http, "anna", s.phone.uri(), true)
	who := s.nextCustomer(t)
	customer := desk.mustPop(t)
	s.customerHears(t, time.Now())
	calls := s.phone.calls()
	s.suffer(fault{loss: 1}, side)
	cut := time.Now()
	if long > 0 {
		since(cut, long)
		s.suffer(fault{}, "both")
		again := s.customerHears(t, cut.Add(long))
		since(time.Now(), time.Second)
		t.Logf("cut of %v on the %s's side, in a call: the customer hears the agent again %.2f s after the network is back; the line was %s; calls of the phone meanwhile: %d", long, side,
			again.Seconds(), desk.lineStates(t), s.phone.calls()-calls)
		if err := desk.finish(customer, "Sale"); err != nil {
			t.Error(err)
		}
		desk.leave(t)
		return
	}
	ended := s.ends(t, cut)
	if err := desk.dispose("Sale"); err != nil {
		t.Error(err)
	}
	a := s.p.awaitClosed(t, who)
	t.Logf("cut for good on the %s's side, in a call: the call ended after %.1f s; %q, %q, wrapped up as %q; the line was %s", side, ended.Seconds(), a.Outcome, a.Reason, a.WrapUpCode, desk.lineStates(t))
	s.suffer(fault{}, "both")
	desk.leave(t)
}

// ends waits, for a minute, until nobody talks any more, and gives how long that
// took from a moment on.
func (s *faultStage) ends(t *testing.T, from time.Time) time.Duration {
	t.Helper()
	for s.p.metrics(t)[`outdial_agents{state="Talking"}`] > 0 {
		if time.Since(from) > time.Minute {
			t.Fatal("the call does not end")
		}
		since(time.Now(), 100*time.Millisecond)
	}
	return time.Since(from)
}

// holds: a phone that holds says nothing, and may. It is not taken for a dead one.
func (s *faultStage) holds(t *testing.T) {
	t.Helper()
	desk := begin(t, s.p.http, "anna", s.phone.uri(), true)
	s.phone.command(t, "hold")
	since(time.Now(), 35*time.Second)
	t.Logf("a phone on hold for 35 s: the line was %s", desk.lineStates(t))
	if l := desk.line(t); l.State != "up" || l.Faded {
		t.Errorf("a phone on hold: the line is %+v", l)
	}
	s.phone.command(t, "resume")
	if err := desk.available(); err != nil {
		t.Error(err)
	}
	s.nextCustomer(t)
	customer := desk.mustPop(t)
	if s.customerHears(t, time.Now()) == 0 {
		t.Error("taken back, the agent is not heard")
	}
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Error(err)
	}
	desk.leave(t)
}
