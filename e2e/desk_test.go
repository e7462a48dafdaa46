//go:build linux

package e2e

import (
	"net/http"
	"testing"
	"time"
)

const previewType = "urn:inin.com:dialer:previewPop"

// TestPreview: the agent sees the contact before anyone is called, skips one,
// places the next, and is bridged on the line that stands.
func TestPreview(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}, mode: "preview"})
	anna := startPhone(t, atOnce)
	w := watch(t, []int{c.port, p.sip, anna.port}, p.media)
	p.serve(t)
	skipped, called, missed := number(talks, 1), number(talks, 2), number(busy, 3)
	p.load(t, skipped, called, missed)

	desk := begin(t, p.http, "anna", anna.uri(), true)
	seen := desk.mustPop(t)
	if seen.Type != previewType || seen.Placed || seen.number() != skipped {
		t.Fatalf("the first pop: %+v", seen)
	}
	if err := desk.dispose("Skipped - Agent Skip"); err != nil {
		t.Fatal(err)
	}
	if err := desk.available(); err != nil {
		t.Fatal(err)
	}
	seen = desk.mustPop(t)
	if n := len(c.dialed()); n != 0 || seen.number() != called {
		t.Fatalf("%d were called before one was placed; the pop is of %s", n, seen.number())
	}
	desk.must(t, http.MethodPost, "/dialer/place-preview-call", http.StatusOK, map[string]bool{"callInitiatedByTimer": false}, nil)
	if placed := desk.mustPop(t); !placed.Placed || placed.Interaction != seen.Interaction {
		t.Fatalf("the pop of the placed call: %+v", placed)
	}
	now := time.Now()
	w.awaitTone(t, "the customer's voice at the agent", customerTone, 10, func(k packet) bool { return anna.media.to(k) && k.at.After(now) })
	w.awaitTone(t, "the agent's voice at the customer", agentTone, 10, func(k packet) bool { return c.media.to(k) && k.at.After(now) })
	if err := desk.finish(seen, "Sale"); err != nil {
		t.Fatal(err)
	}
	c.awaitCall(t, "BYE", called)

	seen = desk.mustPop(t)
	desk.must(t, http.MethodPost, "/dialer/place-preview-call", http.StatusOK, nil, nil)
	desk.mustPop(t)
	c.awaitCall(t, "INVITE", missed)
	if err := desk.finish(seen, "Sale"); err != nil { // the agent says what was heard
		t.Fatal(err)
	}
	rows := p.awaitAttempts(t, "three previews closed", func(rows []attempt) bool { return len(rows) == 3 && allClosed(rows) })
	w.stop(t)
	for i, want := range []struct{ number, outcome, code string }{
		{skipped, "Skipped", "Skipped - Agent Skip"}, {called, "Talked", "Sale"}, {missed, "Not reached", "Sale"},
	} {
		if a := rows[i]; a.Number != want.number || a.Outcome != want.outcome || a.WrapUpCode != want.code {
			t.Errorf("got %+v, want %+v", a, want)
		}
	}
	if n := len(w.requests(t, "INVITE", anna.port)); n != 1 {
		t.Errorf("the agent's phone saw %d INVITEs", n)
	}
	unbroken(t, "the agent's one stream", w.stream(anna.media.to))
	w.wellFormed(t)
}

// TestHoldAndMute: on hold the customer hears music and not the agent; muted, the
// agent hears the customer and is not heard. Taken back, both hear each other.
func TestHoldAndMute(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	anna := startPhone(t, atOnce)
	w := watch(t, []int{c.port, p.sip, anna.port}, p.media)
	p.serve(t)
	p.load(t, number(talks, 1))

	desk := begin(t, p.http, "anna", anna.uri(), true)
	customer := desk.mustPop(t)
	act := func(what string, on bool) time.Time {
		t.Helper()
		desk.must(t, http.MethodPost, "/interactions/"+customer.Interaction+"/"+what, http.StatusOK, map[string]bool{"on": on}, nil)
		// What was under way when the server said yes is over by then.
		return time.Now().Add(100 * time.Millisecond)
	}
	both := func(since time.Time) {
		t.Helper()
		w.awaitTone(t, "the customer's voice at the agent", customerTone, 10, func(k packet) bool { return anna.media.to(k) && k.at.After(since) })
		w.awaitTone(t, "the agent's voice at the customer", agentTone, 10, func(k packet) bool { return c.media.to(k) && k.at.After(since) })
	}
	// within tells how many packets to a party in half a second from then hold a tone, of how many.
	within := func(since time.Time, to func(packet) bool, tone float64) (heard, all int) {
		t.Helper()
		until := since.Add(500 * time.Millisecond)
		w.awaitPacket(t, until)
		for _, r := range w.stream(func(k packet) bool { return to(k) && k.at.After(since) && k.at.Before(until) }) {
			all++
			if r.hears(tone) {
				heard++
			}
		}
		return heard, all
	}
	both(time.Now())

	held := act("hold", true)
	if heard, all := within(held, c.media.to, agentTone); heard > 0 || all < 20 {
		t.Errorf("held, the customer heard the agent in %d of %d packets", heard, all)
	}
	if heard, all := within(held, anna.media.to, customerTone); heard > 0 || all < 20 {
		t.Errorf("on hold, the agent heard the customer in %d of %d packets", heard, all)
	}
	both(act("hold", false))

	muted := act("mute", true)
	if heard, all := within(muted, c.media.to, agentTone); heard > 0 || all < 20 {
		t.Errorf("muted, the agent was heard in %d of %d packets", heard, all)
	}
	if heard, all := within(muted, anna.media.to, customerTone); heard < all-2 || all < 20 {
		t.Errorf("muted, the agent heard the customer in %d of %d packets", heard, all)
	}
	both(act("mute", false))

	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	p.awaitClosed(t, number(talks, 1))
	w.stop(t)
	unbroken(t, "the agent's one stream", w.stream(anna.media.to))
	for _, a := range w.answers(t, c.port) {
		unbroken(t, "the customer's one stream", w.stream(a.hears))
	}
	w.wellFormed(t)
}
