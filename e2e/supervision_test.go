//go:build linux

package e2e

import (
	"net/http"
	"testing"
	"time"
)

// A supervisor who listens is heard by nobody; coaching, by the agent; joining, by
// all. The customer and the agent go on meanwhile.
func supervision(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	id, began := customer.Interaction, o.sue.phone.calls()
	alone := []heard{o.anna.hears("customer"), o.customer.hears("anna")}

	listening := time.Now()
	o.sue.act(t, id, "listen", supervised)
	o.sue.phone.awaitEvent(t, "CALL_ESTABLISHED", began+1)
	o.expect(t, "listening", append(alone, o.sue.hears("anna", "customer"))...)
	o.holds(t, "listening", 4*window, append(alone, o.sue.hears("anna", "customer"))...)
	if who := o.anna.attribute(t, id, "Eic_Monitors"); who != "sue" {
		t.Errorf("who listens is %q", who)
	}
	o.unheard(t, "sue", listening, o.anna.ear, o.customer)

	o.sue.act(t, id, "coach", supervised)
	o.expect(t, "coaching", o.anna.hears("customer", "sue"), o.customer.hears("anna"), o.sue.hears("anna", "customer"))
	o.holds(t, "coaching", 4*window, o.anna.hears("customer", "sue"), o.customer.hears("anna"), o.sue.hears("anna", "customer"))
	o.unheard(t, "sue", listening, o.customer)

	o.sue.act(t, id, "join", nil)
	o.expect(t, "joined", o.anna.hears("customer", "sue"), o.customer.hears("anna", "sue"), o.sue.hears("anna", "customer"))

	o.sue.act(t, id, "listen", left)
	o.sue.phone.awaitEvent(t, "CALL_CLOSED", began+1)
	o.expect(t, "alone again", alone...)
	o.bye(t, o.anna, customer, "Sale")
}

// unheard holds that a voice went to none of some ears since a moment, in not one
// packet on its own nor in sum with others.
func (o *office) unheard(t testing.TB, voice string, since time.Time, ears ...ear) {
	t.Helper()
	for _, e := range ears {
		stream := o.wire.stream(func(k packet) bool { return e.media.to(k) && k.at.After(since) })
		for ; len(stream) >= 4; stream = stream[2:] {
			var pcm []int16
			for _, r := range stream[:4] {
				pcm = append(pcm, decode(r.audio)...)
			}
			for _, heard := range voicesIn(pcm) {
				if heard == voice {
					t.Errorf("%s is heard by the %s %v after", voice, e.name, stream[0].at.Sub(since))
					return
				}
			}
		}
	}
}

// A private call keeps supervisors out, and throws out who is in.
func private(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	id, began := customer.Interaction, o.sue.phone.calls()
	o.sue.act(t, id, "listen", supervised)
	o.sue.phone.awaitEvent(t, "CALL_ESTABLISHED", began+1)
	o.expect(t, "listening", o.sue.hears("anna", "customer"))
	o.anna.act(t, id, "make-private", on)
	o.sue.phone.awaitEvent(t, "CALL_CLOSED", began+1)
	for _, way := range []struct {
		name string
		body any
	}{{"listen", supervised}, {"coach", supervised}, {"join", nil}, {"record", supervised}} {
		o.sue.desk.must(t, http.MethodPost, "/interactions/"+id+"/"+way.name, http.StatusForbidden, way.body, nil)
	}
	o.expect(t, "in private", o.anna.hears("customer"), o.customer.hears("anna"))

	o.anna.act(t, id, "make-private", off)
	o.sue.act(t, id, "join", nil)
	o.expect(t, "no longer private", o.anna.hears("customer", "sue"), o.customer.hears("anna", "sue"))
	o.bye(t, o.anna, customer, "Sale")
	o.sue.phone.awaitEvent(t, "CALL_CLOSED", began+2)
}

// A supervisor takes a customer who is on hold over from the agent.
func takenOver(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	id := customer.Interaction
	o.anna.act(t, id, "hold", on)
	o.sue.follow(t, id)
	o.sue.act(t, id, "pickup", nil)
	taken := o.sue.morphed(t, id)
	o.expect(t, "taken over", o.sue.hears("customer"), o.customer.hears("sue"), o.anna.hears())
	o.over(t, o.anna, customer, "Transferred")
	o.sue.act(t, taken, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", customer.number())
}
