//go:build linux

package e2e

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestNobodyThere dials customers who do not come to the phone, each in a way of
// its own, while the agent's one connection stays up; the agent is troubled by
// none of them, and has the last customer, who does answer.
func TestNobodyThere(t *testing.T) {
	t.Parallel()
	overBothPaths(t, nobodyThere)
}

func nobodyThere(t *testing.T, c *carrier, path string, through ...int) {
	want := []struct {
		kind   behaviour
		reason string
		sip    []int  // statuses that may stand in the results
		turn   string // what the carrier must have seen
	}{
		{busy, "busy", []int{486}, "FAILED"},
		{refuses, "refused", []int{603}, "FAILED"},
		{unknown, "bad number", []int{404}, "FAILED"},
		{declines, "refused", []int{603}, "FAILED"},
		// A proxy passes a 503 on as 500 (RFC 3261 section 16.7).
		{congested, "congestion", []int{500, 503}, "FAILED"},
		// The program gives up: CANCEL, 487, ACK.
		{absent, "no answer", []int{0, 487}, "FAILED"},
		// The 200 crosses the CANCEL: it must be acknowledged and hung up on.
		{crosses, "no answer", []int{0, 200, 487}, "BYE"},
	}
	p := prepare(t, shift{trunk: path, agents: []string{"anna"}, ring: "2s"})
	anna := startPhone(t, atOnce)
	w := watch(t, append(through, anna.port, p.sip), p.media)
	p.serve(t)
	var numbers []string
	for _, c := range want {
		numbers = append(numbers, number(c.kind, 1))
	}
	last := number(leaves, 99)
	p.load(t, append(numbers, last)...)
	desk := begin(t, p.http, "anna", anna.uri(), true)

	customer := desk.mustPop(t)
	if customer.number() != last {
		t.Errorf("the agent was given %s, who is not there", customer.number())
	}
	c.awaitCall(t, disconnect, last)
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	rows := p.awaitAttempts(t, "all closed", func(rows []attempt) bool { return len(rows) == len(want)+1 && allClosed(rows) })
	for _, c1 := range want {
		number := number(c1.kind, 1)
		c.awaitCall(t, c1.turn, number)
		a := rows[closedAttempt(rows, number)]
		if a.Outcome != "Not reached" || a.Reason != c1.reason || !slices.Contains(c1.sip, a.SIP) {
			t.Errorf("%s: %q, %q, SIP %d; want \"Not reached\", %q, %v", number, a.Outcome, a.Reason, a.SIP, c1.reason, c1.sip)
		}
		if a.Agent != "" {
			t.Errorf("%s was counted for %s", number, a.Agent)
		}
	}
	if n := anna.calls(); n != 1 {
		t.Errorf("the agent's phone took %d calls", n)
	}
	w.stop(t)
	unbroken(t, "the agent's one stream", w.stream(anna.media.to))
	w.wellFormed(t)
}

// TestCustomerVanishesWhenAnswering has customers hang up at the moment of the
// answer. Nobody is left on the line, and the agent is there for the next one.
func TestCustomerVanishesWhenAnswering(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	anna := startPhone(t, atOnce)
	w := watch(t, []int{c.port, anna.port, p.sip}, p.media)
	p.serve(t)
	const vanishing = 5
	var numbers []string
	for i := range vanishing {
		numbers = append(numbers, number(vanishes, i))
	}
	last := number(leaves, 99)
	p.load(t, append(numbers, last)...)
	desk := begin(t, p.http, "anna", anna.uri(), true)
	for customer := desk.mustPop(t); ; customer = desk.mustPop(t) {
		c.awaitCall(t, disconnect, customer.number())
		if err := desk.finish(customer, "Sale"); err != nil {
			t.Fatal(err)
		}
		if customer.number() == last {
			break
		}
	}
	rows := p.awaitAttempts(t, "all closed", func(rows []attempt) bool { return len(rows) == vanishing+1 && allClosed(rows) })
	for _, a := range rows {
		switch {
		case a.Ended.IsZero() || a.Answered.IsZero():
			t.Errorf("%s: answered %v, ended %v", a.Number, a.Answered, a.Ended)
		case a.Outcome != "Talked" && a.Outcome != "Hung up":
			t.Errorf("%s: %q, %q", a.Number, a.Outcome, a.Reason)
		}
	}
	w.stop(t)
	if n := len(w.requests(t, "INVITE", anna.port)); n != 1 {
		t.Errorf("the agent's phone saw %d INVITEs", n)
	}
	unbroken(t, "the agent's one stream", w.stream(anna.media.to))
	w.wellFormed(t)
}

// TestAgentHangsUpBetweenCalls: the connection is lost, nobody is given to a leg
// that is gone, and once it is up again customers come on the new one.
func TestAgentHangsUpBetweenCalls(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	anna := startPhone(t, atOnce)
	w := watch(t, []int{c.port, anna.port, p.sip}, p.media)
	p.serve(t)
	p.load(t, number(leaves, 1))
	desk := begin(t, p.http, "anna", anna.uri(), true)
	place := desk.awaitLine(t, 0, "up")
	first := desk.mustPop(t)
	c.awaitCall(t, disconnect, first.number())
	if err := desk.dispose("Sale"); err != nil {
		t.Fatal(err)
	}
	p.awaitClosed(t, first.number())

	anna.hangUp(t)
	anna.awaitEvent(t, "CALL_CLOSED", 1)
	place = desk.awaitLine(t, place, "lost", "none", "dialing")
	desk.establish(t)
	desk.awaitLine(t, place, "up")
	anna.awaitEvent(t, "CALL_ESTABLISHED", 2)
	if err := desk.available(); err != nil {
		t.Fatal(err)
	}
	p.load(t, number(talks, 2))
	second := desk.mustPop(t)
	now := time.Now()
	w.awaitTone(t, "the second customer's voice at the agent", customerTone, 25, func(k packet) bool { return anna.media.to(k) && k.at.After(now) })
	w.awaitTone(t, "the agent's voice at the second customer", agentTone, 25, func(k packet) bool { return c.media.to(k) && k.at.After(now) })
	if err := desk.finish(second, "Sale"); err != nil {
		t.Fatal(err)
	}
	c.awaitCall(t, "BYE", second.number())
	w.stop(t)
	if n := len(w.requests(t, "INVITE", anna.port)); n != 2 {
		t.Errorf("the agent's phone saw %d INVITEs, for two connections", n)
	}
	w.wellFormed(t)
}

// TestAgentsPhoneDies between calls, without a word: nobody is given to it from 2 s
// after its last packet on, and the customer goes to the other agent.
func TestAgentsPhoneDies(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna", "bert"}})
	anna, bert := startPhone(t, atOnce), startPhone(t, atOnce)
	w := watch(t, []int{c.port, anna.port, bert.port, p.sip}, p.media)
	p.serve(t)
	first := begin(t, p.http, "anna", anna.uri(), true)
	second := begin(t, p.http, "bert", bert.uri(), true)
	w.awaitTone(t, "the phone that is about to die", agentTone, 75, func(k packet) bool { return anna.media.has(k.from.Port()) })

	late := machine(t)
	anna.kill()
	first.awaitLineTo(t, 0, "faded", func(l line) bool { return l.State == "up" && l.Faded })
	told := time.Now()
	if l := first.line(t); l.State != "up" || !l.Faded {
		t.Errorf("the line is %+v", l)
	}
	w.flush(t)
	packets := w.packets.all(func(k packet) bool { return anna.media.has(k.from.Port()) })
	took := told.Sub(packets[len(packets)-1].at)
	t.Logf("the agent's desktop was told %v after the last packet of the phone", took)
	if most := latencies(late()).quantile(1); took > 2*time.Second+most {
		t.Errorf("the phone was believed in for %v; the machine woke up %v late at most", took, most)
	}
	p.load(t, number(talks, 1))
	customer := second.mustPop(t)
	w.awaitTone(t, "the customer's voice at the other agent", customerTone, 25, bert.media.to)
	if l := first.line(t); l.State != "up" || !l.Faded { // and stays so for some time
		t.Errorf("the line is %+v", l)
	}
	if err := second.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	if a := p.awaitClosed(t, customer.number()); a.Agent != "bert" {
		t.Errorf("the customer was counted for %s", a.Agent)
	}
	if popped := first.messages.all(func(m message) bool { return m.Type == popMessage }); len(popped) != 0 {
		t.Errorf("the agent without a phone was given %s", popped)
	}
	w.stop(t)
}

// TestAgentHangsUpInACall: the customer is not left alone in silence. Either the
// agent's phone is called again and the two go on, or the customer is let go.
func TestAgentHangsUpInACall(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	anna := startPhone(t, atOnce)
	w := watch(t, []int{c.port, anna.port, p.sip}, p.media)
	p.serve(t)
	p.load(t, number(talks, 1))
	desk := begin(t, p.http, "anna", anna.uri(), true)
	customer := desk.mustPop(t)
	w.awaitTone(t, "the agent's voice at the customer", agentTone, 25, c.media.to)
	anna.hangUp(t)
	anna.awaitEvent(t, "CALL_CLOSED", 1)
	hungUp := time.Now()

	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	let := make(chan struct{}) // go of: the customer was hung up on
	go func() {
		defer close(let)
		if _, _, err := c.calls.next(ctx, 0, starting("BYE "+customer.number())); err == nil {
			cancel()
		}
	}()
	_, _, err := w.packets.next(ctx, 0, func(k packet) bool {
		r, ok := k.rtp()
		return ok && c.media.to(k) && k.at.After(hungUp.Add(200*time.Millisecond)) && r.hears(agentTone)
	})
	switch {
	case err == nil:
		t.Log("the agent's phone was called again, and the customer heard the agent")
	case ctx.Err() == context.Canceled:
		t.Log("the customer was let go")
	default:
		t.Error("the customer was left alone")
	}
	cancel()
	<-let
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Error(err)
	}
	a := p.awaitClosed(t, customer.number())
	t.Logf("\n%s", table([]attempt{a}))
	c.awaitCall(t, "BYE", customer.number())
	w.stop(t)
	w.wellFormed(t)
}

// TestAgentsPhoneIsNotThere: a persistent connection that can not be had is a
// state with a reason; the request for it is answered as ever, and no customer
// is called for an agent whom nobody could hear.
func TestAgentsPhoneIsNotThere(t *testing.T) {
	t.Parallel()
	c, phones := startCarrier(t), startPhones(t)
	p := start(t, shift{trunk: c.uri(""), agents: []string{"anna"}, agentRing: "1s"}, number(talks, 1))
	for _, story := range []struct {
		kind   behaviour
		reason string
		sip    []int
	}{
		{busy, "busy", []int{486}},
		{refuses, "refused", []int{603}},
		{absent, "no answer", []int{0, 487}},
	} {
		t.Run(story.reason, func(t *testing.T) {
			desk := signIn(t, p.http, "anna")
			desk.watchLine(t)
			desk.sit(t, phones.uri(number(story.kind, 1)), true)
			desk.logIn(t)
			desk.establish(t)
			place := desk.awaitLine(t, 0, "dialing")
			desk.awaitLine(t, place, "none")
			l := desk.line(t)
			if !strings.Contains(l.LastFailure.Reason, story.reason) || !slices.Contains(story.sip, l.LastFailure.SIPStatus) {
				t.Errorf("last failure is %+v", l.LastFailure)
			}
			desk.must(t, http.MethodDelete, "/connection", http.StatusOK, nil, nil)
		})
	}
	if called := c.dialed(); len(called) != 0 {
		t.Errorf("customers were called: %v", called)
	}
}

// TestStationEndsConnection: the phone is hung up on when the agent gives the
// station up, and not before.
func TestStationEndsConnection(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	anna := startPhone(t, atOnce)
	w := watch(t, []int{c.port, anna.port, p.sip}, p.media)
	p.serve(t)
	desk := begin(t, p.http, "anna", anna.uri(), true)
	desk.establish(t) // again, while it is up: does nothing
	desk.must(t, http.MethodDelete, "/connection/station", http.StatusOK, nil, nil)
	anna.awaitEvent(t, "CALL_CLOSED", 1)
	desk.must(t, http.MethodDelete, "/connection", http.StatusOK, nil, nil)
	w.stop(t)
	if invites, byes := len(w.requests(t, "INVITE", anna.port)), len(w.requests(t, "BYE", anna.port)); invites != 1 || byes != 1 {
		t.Errorf("the agent's phone saw %d INVITEs and %d BYEs", invites, byes)
	}
	w.wellFormed(t)
}
