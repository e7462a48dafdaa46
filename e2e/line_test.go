//go:build linux

package e2e

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// waitTone is what a customer hears who is told to wait.
const waitTone = 300

// TestAgentIsCalledAgainInACall: the agent's phone hangs up in a call. The customer is
// told to wait, the phone rings once more, and the same call goes on.
func TestAgentIsCalledAgainInACall(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := prepare(t, shift{
		trunk: c.uri(""), agents: []string{"anna"}, dialer: "redial_lost_agent = true\n", media: "please_wait = \"wait.wav\"\n",
	})
	writeWAV(t, filepath.Join(p.dir, "wait.wav"), sine(waitTone, 1))
	anna := startPhone(t, byHand)
	w := watch(t, []int{c.port, anna.port, p.sip}, p.media)
	p.serve(t)
	desk := signIn(t, p.http, "anna")
	desk.watchLine(t)
	desk.sit(t, anna.uri(), true)
	desk.logIn(t)
	desk.establish(t)
	anna.awaitEvent(t, "CALL_INCOMING", 1)
	anna.accept(t)
	place := desk.awaitLine(t, 0, "up")
	desk.ready(t)
	p.load(t, number(talks, 1))
	customer := desk.mustPop(t)
	w.awaitTone(t, "the agent's voice at the customer", agentTone, 25, c.media.to)

	anna.hangUp(t)
	anna.awaitEvent(t, "CALL_INCOMING", 2)
	rung := time.Now()
	w.awaitTone(t, "the request to wait at the customer", waitTone, 25, func(k packet) bool { return c.media.to(k) && k.at.After(rung) })
	anna.accept(t)
	place = desk.awaitLine(t, place, "lost")
	desk.awaitLine(t, place, "up")
	back := time.Now()
	w.awaitTone(t, "the agent's voice at the customer, again", agentTone, 25, func(k packet) bool { return c.media.to(k) && k.at.After(back) })
	w.awaitTone(t, "the customer's voice at the agent, again", customerTone, 25, func(k packet) bool { return anna.media.to(k) && k.at.After(back) })
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	c.awaitCall(t, "BYE", customer.number())
	if a := p.awaitClosed(t, customer.number()); a.Outcome != "Talked" || a.WrapUpCode != "Sale" {
		t.Errorf("the attempt is %+v", a)
	}
	if all := p.attempts(t); len(all) != 1 {
		t.Errorf("%d attempts for one call", len(all))
	}
	w.stop(t)
	w.wellFormed(t)
}

// TestLineIsTriedOut: the self-test of a line that is called for it, and of a standing
// one, finds a phone that sends and no echo.
func TestLineIsTriedOut(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := start(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	anna := startPhone(t, atOnce)
	desk := signIn(t, p.http, "anna")
	desk.watchLine(t)
	desk.sit(t, anna.uri(), true)

	desk.must(t, http.MethodPost, "/dialer/persistent-connection/test", http.StatusAccepted, nil, nil)
	place := desk.awaitLineTo(t, 0, "tested", func(l line) bool { return l.Test.State == "done" })
	found := desk.tested(t)
	if !found.Dialed {
		t.Errorf("nothing was dialed for %+v", found)
	}
	anna.awaitEvent(t, "CALL_CLOSED", 1)

	desk.logIn(t)
	desk.establish(t)
	place = desk.awaitLine(t, place, "up")
	desk.must(t, http.MethodPost, "/dialer/persistent-connection/test", http.StatusAccepted, nil, nil)
	desk.must(t, http.MethodPost, "/dialer/persistent-connection/test", http.StatusBadRequest, nil, nil) // it is under test
	desk.awaitLineTo(t, place, "tested", func(l line) bool { return l.Test.State == "done" && !l.Test.Dialed })
	desk.tested(t)
	var l struct {
		State string `json:"state"`
		Media struct {
			Sent     int     `json:"packetsSent"`
			Received int     `json:"packetsReceived"`
			Age      float64 `json:"lastPacketAgeMs"`
		} `json:"media"`
	}
	desk.must(t, http.MethodGet, "/dialer/persistent-connection", http.StatusOK, nil, &l)
	if l.State != "up" || l.Media.Sent < 150 || l.Media.Received < 150 || l.Media.Age > 1000 {
		t.Errorf("the line is %+v", l)
	}
}

// lineTest is a self-test as a desktop is told of it.
type lineTest struct {
	State    string    `json:"state"`
	Dialed   bool      `json:"dialed"`
	Good     bool      `json:"good"`
	Verdict  string    `json:"verdict"`
	Received int       `json:"packetsReceived"`
	Echo     *struct{} `json:"echo"`
}

// tested gives the last self-test, which must have found a good line.
func (d *desktop) tested(t testing.TB) lineTest {
	t.Helper()
	var found lineTest
	d.must(t, http.MethodGet, "/dialer/persistent-connection/test", http.StatusOK, nil, &found)
	if found.State != "done" || !found.Good || found.Received < 150 || found.Echo != nil {
		t.Errorf("the test found %+v", found)
	}
	return found
}
