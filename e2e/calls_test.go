//go:build linux

package e2e

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestOneConnectionFiveCustomers is the promise of the house: the agent's phone
// is called once, and five customers in a row meet the agent on that one leg,
// straight through the carrier and through a trunk that wants a password.
func TestOneConnectionFiveCustomers(t *testing.T) {
	overBothPaths(t, fiveCustomers)
}

// overBothPaths tells a story twice: with the carrier as the trunk, and with
// Kamailio before it. path is the trunk's address; through are the SIP ports on
// the way.
func overBothPaths(t *testing.T, story func(t *testing.T, c *carrier, path string, through ...int)) {
	t.Run("carrier", func(t *testing.T) {
		c := startCarrier(t)
		story(t, c, c.uri(""), c.port)
	})
	t.Run("trunk with password", func(t *testing.T) {
		c := startCarrier(t)
		tr := startTrunk(t, c)
		story(t, c, tr.address(), c.port, tr.port)
	})
}

func fiveCustomers(t *testing.T, c *carrier, path string, through ...int) {
	p := prepare(t, shift{trunk: path, agents: []string{"anna"}})
	anna := startPhone(t, atOnce)
	w := watch(t, append(through, p.sip, anna.port), p.media)
	p.serve(t)
	numbers := []string{number(talks, 1), number(leaves, 2), number(prompt, 3), number(talks, 4), number(leaves, 5)}
	p.load(t, numbers...)

	desk := begin(t, p.http, "anna", anna.uri(), true)
	for range numbers {
		customer := desk.mustPop(t)
		now := time.Now()
		w.awaitTone(t, "the customer's voice at the agent", customerTone, 25, func(k packet) bool { return anna.media.to(k) && k.at.After(now) })
		w.awaitTone(t, "the agent's voice at the customer", agentTone, 25, func(k packet) bool { return c.media.to(k) && k.at.After(now) })
		if isKind(customer.number(), leaves) {
			c.awaitCall(t, disconnect, customer.number())
		}
		if err := desk.finish(customer, "Sale"); err != nil {
			t.Fatal(err)
		}
		if !isKind(customer.number(), leaves) {
			c.awaitCall(t, "BYE", customer.number())
		}
	}
	rows := p.awaitAttempts(t, "five sales", func(rows []attempt) bool { return len(rows) == 5 && allClosed(rows) })
	w.stop(t)

	t.Logf("the server's account:\n%s", table(rows))
	for _, a := range rows {
		if a.Ended.IsZero() || a.Reason != "normal" {
			t.Errorf("%s: the end is not in the results: ended %v, reason %q", a.Number, a.Ended, a.Reason)
		}
		if a.Outcome != "Talked" || a.WrapUp != "Success" || a.Agent != "anna" {
			t.Errorf("%s ended as %q by %q with %q", a.Number, a.Outcome, a.Agent, a.WrapUp)
		}
	}
	if n := len(w.requests(t, "INVITE", anna.port)); n != 1 {
		t.Errorf("the agent's phone saw %d INVITEs", n)
	}
	if n := len(w.requests(t, "BYE", anna.port)); n != 0 {
		t.Errorf("the agent's phone was hung up on %d times", n)
	}
	unbroken(t, "the agent's one stream", w.stream(anna.media.to))
	toCustomer, toAgent := bridges(t, w, c, anna.media, p.media)
	judge(t, "to the customer", toCustomer)
	report(t, "to the agent, with the time that sipp takes to speak", toAgent)
	if len(toCustomer) != len(numbers) {
		t.Errorf("%d customers heard the agent", len(toCustomer))
	}
	for _, a := range w.answers(t, c.port) {
		unbroken(t, "stream to "+a.number, w.stream(a.hears))
	}
	w.wellFormed(t)
}

// TestAgentRecordsWhatCustomersSay looks for the customer's voice in what
// baresip itself decoded and wrote to a file.
func TestAgentRecordsWhatCustomersSay(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := start(t, shift{trunk: c.uri(""), agents: []string{"anna"}}, number(leaves, 1), number(leaves, 2))
	anna := startPhone(t, atOnce)
	desk := begin(t, p.http, "anna", anna.uri(), true)
	for range 2 {
		customer := desk.mustPop(t)
		c.awaitCall(t, disconnect, customer.number())
		if err := desk.finish(customer, "Sale"); err != nil {
			t.Fatal(err)
		}
	}
	p.awaitClosed(t, number(leaves, 2))
	desk.must(t, http.MethodDelete, "/connection/station", http.StatusOK, nil, nil)
	anna.awaitEvent(t, "CALL_CLOSED", 1)
	anna.switchOff()
	recordings := anna.heard(t)
	if len(recordings) != 1 {
		t.Fatalf("%d calls were recorded at the agent's phone, not one", len(recordings))
	}
	// Each customer speaks for 1.5 s.
	if frames := heardFor(recordings[0], customerTone); frames < 2*60 {
		t.Errorf("the agent heard customers for %d ms", frames*20)
	}
}

// TestBridgeLatency counts from the customer's 200 OK to the first packet of the
// agent's voice to the customer, as dumpcap saw them, over many calls.
func TestBridgeLatency(t *testing.T) {
	const customers = 100
	c := startCarrier(t)
	agents := []string{"anna", "ben", "carla"}
	p := prepare(t, shift{trunk: c.uri(""), agents: agents})
	// Real phones: sipp sends in bursts, and a late frame would be counted as ours.
	watched := []int{c.port, p.sip}
	var phones []*phone
	for range agents {
		phones = append(phones, startPhone(t, atOnce))
		watched = append(watched, phones[len(phones)-1].port)
	}
	w := watch(t, watched, p.media)
	p.serve(t)
	var numbers []string
	for i := range customers {
		numbers = append(numbers, number(glances, i))
	}
	p.load(t, numbers...)
	var desks []*desktop
	for i, agent := range agents {
		desks = append(desks, begin(t, p.http, agent, phones[i].uri(), true))
	}
	late := machine(t)
	team := work(desks, c.awaitGone)
	rows := p.awaitAttempts(t, "all customers served", func(rows []attempt) bool { return len(rows) == customers && allClosed(rows) })
	team.goHome(t)
	w.stop(t)
	report(t, "of this machine itself, to wake up when asked", late())

	// Several talk at once: which customer an agent hears, the wire does not say.
	toCustomer, _ := bridges(t, w, c, span{}, p.media)
	judge(t, "to the customer", toCustomer)
	var ownToCustomer, ownToAgent []time.Duration
	for _, a := range rows {
		if a.Outcome == "Talked" {
			ownToCustomer = append(ownToCustomer, time.Duration(a.ToCustomerMs*float64(time.Millisecond)))
			ownToAgent = append(ownToAgent, time.Duration(a.ToAgentMs*float64(time.Millisecond)))
		}
	}
	report(t, "to the customer, by the server's own account", ownToCustomer)
	report(t, "to the agent, by the server's own account", ownToAgent)
	if len(toCustomer) < customers*9/10 {
		t.Errorf("only %d of %d customers heard an agent", len(toCustomer), customers)
	}
	for i, agent := range agents {
		if n := len(w.requests(t, "INVITE", phones[i].port)); n != 1 {
			t.Errorf("%s's phone saw %d INVITEs", agent, n)
		}
		unbroken(t, agent+"'s one stream", w.stream(phones[i].media.to))
	}
	w.wellFormed(t)
}

// TestWithoutPersistentConnection is the other way: the phone is called when a
// customer has answered, and the customer hears nothing until it is picked up.
func TestWithoutPersistentConnection(t *testing.T) {
	t.Parallel()
	const pickUp = 2 * time.Second
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	anna := startPhone(t, byHand)
	w := watch(t, []int{c.port, anna.port, p.sip}, p.media)
	p.serve(t)
	p.load(t, number(talks, 1), number(talks, 2))
	desk := begin(t, p.http, "anna", anna.uri(), false)
	for i := range 2 {
		anna.awaitEvent(t, "CALL_INCOMING", i+1)
		since(time.Now(), pickUp)
		anna.accept(t)
		customer := desk.mustPop(t)
		w.awaitTone(t, "the agent's voice at the customer", agentTone, 25*(i+1), c.media.to)
		if err := desk.finish(customer, "Sale"); err != nil {
			t.Fatal(err)
		}
		anna.awaitEvent(t, "CALL_CLOSED", i+1)
	}
	w.stop(t)
	toCustomer, _ := bridges(t, w, c, anna.media, p.media)
	report(t, "to the customer", toCustomer)
	if len(toCustomer) != 2 || slices.Min(toCustomer) < pickUp {
		t.Errorf("the customers waited %v", toCustomer)
	}
	if n := len(w.requests(t, "INVITE", anna.port)); n != 2 {
		t.Errorf("the agent's phone saw %d INVITEs for two customers", n)
	}
	w.wellFormed(t)
}

// bridges gives for each customer who answered the time from the 200 OK to the
// first packet of the agent's voice to the customer, and to the first of the
// customer's voice to any agent, which is exact when nobody else talks.
func bridges(t *testing.T, w *wire, c *carrier, agents, server span) (toCustomer, toAgent []time.Duration) {
	t.Helper()
	fromServer := func(k packet) bool { return server.has(k.from.Port()) }
	for _, a := range w.answers(t, c.port) {
		if p, ok := w.first(a.at, agentTone, func(k packet) bool { return a.hears(k) && fromServer(k) }); ok {
			toCustomer = append(toCustomer, p.at.Sub(a.at))
		}
		if p, ok := w.first(a.at, customerTone, func(k packet) bool { return agents.to(k) && fromServer(k) }); ok {
			toAgent = append(toAgent, p.at.Sub(a.at))
		}
	}
	return toCustomer, toAgent
}

// report tells a set of latencies.
func report(t *testing.T, what string, all []time.Duration) (p50, p99 time.Duration) {
	t.Helper()
	if len(all) == 0 {
		t.Errorf("latency %s: none measured", what)
		return 0, 0
	}
	sorted := slices.Sorted(slices.Values(all))
	p50, p99 = sorted[len(sorted)/2], sorted[(len(sorted)*99-1)/100]
	t.Logf("latency %s: %d times, p50 %.3f ms, p99 %.3f ms, most %.3f ms", what, len(all), ms(p50), ms(p99), ms(sorted[len(sorted)-1]))
	return p50, p99
}

// machine measures how late this machine wakes up who sleeps for 5 ms, until the
// result is asked for. A latency is to be read beside it.
func machine(t *testing.T) (late func() []time.Duration) {
	const nap = 5 * time.Millisecond
	stop, done := make(chan struct{}), make(chan struct{})
	var all []time.Duration
	go func() {
		defer close(done)
		for {
			asleep := time.Now()
			select {
			case <-time.After(nap):
				all = append(all, time.Since(asleep)-nap)
			case <-stop:
				return
			}
		}
	}()
	end := sync.OnceFunc(func() {
		close(stop)
		<-done
	})
	t.Cleanup(end)
	return func() []time.Duration {
		end()
		return all
	}
}

// judge tells a set of latencies and holds it to the bars of the house, unless
// the race detector slows everything down. A few bridges have no 99th percentile.
func judge(t *testing.T, what string, all []time.Duration) {
	t.Helper()
	p50, p99 := report(t, what, all)
	if raced {
		return
	}
	if p50 > 2*time.Millisecond || len(all) >= 50 && p99 > 12*time.Millisecond {
		t.Errorf("latency %s: p50 %v, p99 %v; the bars are 2 ms and 12 ms", what, p50, p99)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func allClosed(rows []attempt) bool {
	return !slices.ContainsFunc(rows, func(a attempt) bool { return a.State != "closed" })
}

// isKind tells whether a number is that of a customer who behaves so.
func isKind(number string, b behaviour) bool { return len(number) > 9 && number[7:9] == string(b) }
