//go:build linux

package e2e

import (
	"context"
	"encoding/binary"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestInteractions is what an agent does with calls, on real legs: the ends of each
// hear what they should, and nothing else.
func TestInteractions(t *testing.T) {
	t.Parallel()
	o := openOffice(t, shift{more: "[[profile]]\nname = \"Night desk\"\nuser = \"ben\"\n"}, 20)
	for _, story := range []struct {
		name string
		tell func(*testing.T, *office)
	}{
		{"a call without a standing line", madeWithoutALine},
		{"hold music", holdMusic},
		{"blind transfer to a number", transferred},
		{"a transfer that is refused", transferRefused},
		{"blind transfer to a colleague", toColleague},
		{"blind transfer to a workgroup", toWorkgroup},
		{"transfer to a profile", toProfile},
		{"park and pickup", parked},
		{"consult three ways and conclude", consulted},
		{"consult and cancel", consultCancelled},
		{"consult a colleague", colleagueConsulted},
		{"conference", conference},
		{"a conference without its agent", conferenceGoesOn},
		{"hang-ups", hangUps},
		{"digits as events", digits},
		{"digits as tones", tones},
		{"a prompt", prompted},
		{"a recording", recorded},
		{"listen, coach, join", supervision},
		{"a private call", private},
		{"a call is taken over", takenOver},
	} {
		if !t.Run(story.name, func(t *testing.T) { story.tell(t, o) }) {
			t.Fatal("the office is not as the next story wants it")
		}
	}
	o.close(t)
}

// An agent without a standing line has his own phone called first, and the target
// once he is there; he hears it ring. A number goes over the trunk.
func madeWithoutALine(t *testing.T, o *office) {
	nobody, somebody := number(absent, 1), number(talks, 101)
	id := o.ben.calls(t, o.outsider.uri(nobody))
	o.ben.phone.awaitEvent(t, "CALL_ESTABLISHED", 1)
	o.outsider.awaitCall(t, "INVITE", nobody)
	o.expect(t, "it rings", o.ben.hears("ring-back"))
	answered := o.wire.packets.all(func(k packet) bool { return int(k.from.Port()) == o.ben.phone.port && says(k, "SIP/2.0 200") })
	invited := o.wire.packets.all(func(k packet) bool { return int(k.to.Port()) == o.outsider.port && says(k, "INVITE") })
	if invited[0].at.Before(answered[0].at) {
		t.Error("the target was called before the agent's phone was there")
	}
	o.ben.act(t, id, "disconnect", nil)
	o.outsider.awaitCall(t, "CANCEL", nobody)
	o.ben.phone.awaitEvent(t, "CALL_CLOSED", 1)

	id = o.ben.calls(t, somebody)
	o.ben.follow(t, id)
	o.ben.state(t, id, "C")
	o.expect(t, "the call is up", o.ben.hears("customer"), o.customer.hears("ben"))
	o.ben.act(t, id, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", somebody)
	o.ben.phone.awaitEvent(t, "CALL_CLOSED", 2)
}

func says(k packet, word string) bool { return strings.HasPrefix(string(k.payload), word) }

// A customer on hold hears music, and the agent silence.
func holdMusic(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	o.anna.act(t, customer.Interaction, "hold", on)
	o.expect(t, "on hold", o.anna.hears(), o.customer.hears("music"))
	o.anna.act(t, customer.Interaction, "pickup", nil)
	o.expect(t, "taken back", o.anna.hears("customer"), o.customer.hears("anna"))
	o.bye(t, o.anna, customer, "Sale")
}

// A transferred customer speaks with the new party, and the agent is in wrap-up,
// and free after the disposition.
func transferred(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	id, called := customer.Interaction, number(talks, 102)
	o.sue.follow(t, id)
	o.anna.act(t, id, "blind-transfer", to(o.outsider.uri(called)))
	gone := o.sue.morphed(t, id)
	o.expect(t, "transferred", o.customer.hears("outsider"), o.other.hears("customer"), o.anna.hears())
	if state := o.doing(t, "anna"); state != "WrapUp" {
		t.Errorf("anna is %s", state)
	}
	if a := o.over(t, o.anna, customer, "Transferred"); a.Outcome != "Talked" || a.Agent != "anna" {
		t.Errorf("%+v", a)
	}
	if state := o.doing(t, "anna"); state != "Idle" {
		t.Errorf("after the disposition anna is %s", state)
	}
	o.holds(t, "they go on without an agent", 2*window, o.customer.hears("outsider"), o.other.hears("customer"), o.anna.hears())
	o.sue.act(t, gone, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", customer.number())
	o.outsider.awaitCall(t, "BYE", called)
}

// doing is the state of an agent.
func (o *office) doing(t testing.TB, user string) string {
	t.Helper()
	var agents []struct{ User, State string }
	o.administer(t, http.MethodGet, "/api/agents", &agents)
	for _, a := range agents {
		if a.User == user {
			return a.State
		}
	}
	return "nowhere"
}

// A transfer that is refused, by a number or by a colleague, leaves the customer with
// the agent, on hold.
func transferRefused(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	id, engaged := customer.Interaction, number(busy, 1)
	o.anna.act(t, id, "blind-transfer", to(o.outsider.uri(engaged)))
	o.outsider.awaitCall(t, "FAILED", engaged)
	o.expect(t, "refused", o.customer.hears("music"), o.anna.hears())
	o.anna.act(t, id, "pickup", nil)
	o.expect(t, "taken back", o.customer.hears("anna"), o.anna.hears("customer"))

	o.anna.act(t, id, "blind-transfer", to("ben"))
	offered := o.ben.alerted(t)
	o.ben.act(t, offered, "disconnect", nil)
	if no := o.ben.unalerted(t); no != offered {
		t.Fatalf("ben is alerted by %s no longer, and not by %s", no, offered)
	}
	o.anna.act(t, id, "pickup", nil)
	o.expect(t, "taken back again", o.customer.hears("anna"), o.anna.hears("customer"))
	o.bye(t, o.anna, customer, "Sale")
}

// bye ends a customer's call and disposes it.
func (o *office) bye(t testing.TB, c *colleague, customer pop, label string) {
	t.Helper()
	c.act(t, customer.Interaction, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", customer.number())
	o.over(t, c, customer, label)
}

// A colleague is alerted at the desktop, and has the customer once he picks up.
func toColleague(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	o.anna.act(t, customer.Interaction, "blind-transfer", to("ben"))
	offered := o.ben.alerted(t)
	o.expect(t, "offered", o.customer.hears("music"), o.anna.hears())
	o.ben.act(t, offered, "pickup", nil)
	o.expect(t, "picked up", o.customer.hears("ben"), o.ben.hears("customer"), o.anna.hears())
	o.over(t, o.anna, customer, "Transferred")
	o.ben.act(t, offered, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", customer.number())
}

// A workgroup's members are all alerted; who picks up has the customer, and the
// others are alerted no longer.
func toWorkgroup(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	o.anna.act(t, customer.Interaction, "blind-transfer", queue(2, "Sales"))
	offered := o.ben.alerted(t)
	if other := o.sue.alerted(t); other != offered {
		t.Fatalf("ben is alerted by %s and sue by %s", offered, other)
	}
	o.expect(t, "waiting", o.customer.hears("music"), o.anna.hears())
	o.over(t, o.anna, customer, "Transferred")
	o.ben.act(t, offered, "pickup", nil)
	if no := o.sue.unalerted(t); no != offered {
		t.Fatalf("sue is alerted by %s no longer, and not by %s", no, offered)
	}
	o.expect(t, "picked up", o.customer.hears("ben"), o.ben.hears("customer"), o.anna.hears())
	o.ben.act(t, offered, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", customer.number())
}

// A profile leads to where the configuration says.
func toProfile(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	o.anna.desk.must(t, http.MethodPost, "/dialer/transfer-to-attendant-profile", http.StatusOK, map[string]string{
		"callId": customer.Interaction, "campaignId": customer.Campaign, "target": "Night desk",
	}, nil)
	offered := o.ben.alerted(t)
	o.ben.act(t, offered, "pickup", nil)
	o.expect(t, "picked up", o.customer.hears("ben"), o.ben.hears("customer"), o.anna.hears())
	o.over(t, o.anna, customer, "Transferred")
	o.ben.act(t, offered, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", customer.number())
}

// A parked customer hears music, alerts nobody, and is picked up again.
func parked(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	o.anna.follow(t, customer.Interaction)
	o.anna.act(t, customer.Interaction, "park", queue(1, "anna"))
	waiting := o.anna.morphed(t, customer.Interaction)
	o.expect(t, "parked", o.customer.hears("music"), o.anna.hears())
	o.over(t, o.anna, customer, "Transferred")
	if state := o.anna.attribute(t, waiting, "Eic_State"); state != "P" {
		t.Errorf("a parked call is %q", state)
	}
	o.anna.act(t, waiting, "pickup", nil)
	o.expect(t, "picked up", o.customer.hears("anna"), o.anna.hears("customer"))
	o.anna.act(t, waiting, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", customer.number())
}

// consult calls somebody about a call, and gives the path of the consultation.
func (c *colleague) consult(t testing.TB, id, target string) string {
	t.Helper()
	var made struct {
		ID string `json:"consultId"`
	}
	c.desk.must(t, http.MethodPost, "/interactions/"+id+"/consult", http.StatusCreated, to(target), &made)
	return "/interactions/" + id + "/consult/" + made.ID
}

// audience is with whom the agent of a consultation speaks.
func audience(original, consulted bool) map[string]any {
	return map[string]any{"audience": map[string]bool{"originalParty": original, "consultedParty": consulted}}
}

// The agent speaks with the one consulted, with the customer, and with both, who
// then hear each other; in the end the two go on without him.
func consulted(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	id, called := customer.Interaction, number(talks, 103)
	o.sue.follow(t, id)
	consultation := o.anna.consult(t, id, o.outsider.uri(called))
	o.outsider.awaitCall(t, "ACK", called)
	o.expect(t, "the consulted one alone", o.customer.hears("music"), o.other.hears("anna"), o.anna.hears("outsider"))
	o.anna.desk.must(t, http.MethodPost, consultation+"/change-audience", http.StatusOK, audience(true, true), nil)
	o.expect(t, "all three", o.customer.hears("anna", "outsider"), o.other.hears("anna", "customer"), o.anna.hears("customer", "outsider"))
	o.anna.desk.must(t, http.MethodPost, consultation+"/change-audience", http.StatusOK, audience(true, false), nil)
	o.expect(t, "the customer alone", o.customer.hears("anna"), o.other.hears("music"), o.anna.hears("customer"))
	o.anna.desk.must(t, http.MethodPost, consultation+"/change-audience", http.StatusOK, audience(false, true), nil)
	o.expect(t, "the consulted one again", o.customer.hears("music"), o.other.hears("anna"), o.anna.hears("outsider"))

	var begun struct {
		Request string `json:"requestId"`
	}
	o.anna.desk.must(t, http.MethodPost, consultation+"/conclude", http.StatusAccepted, nil, &begun)
	gone := o.sue.morphed(t, id)
	o.anna.await(t, asyncMessage, nil, begun.Request)
	o.expect(t, "concluded", o.customer.hears("outsider"), o.other.hears("customer"), o.anna.hears())
	o.over(t, o.anna, customer, "Transferred")
	o.sue.act(t, gone, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", customer.number())
	o.outsider.awaitCall(t, "BYE", called)
}

// When a consultation is cancelled the agent is back with the customer.
func consultCancelled(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	called := number(talks, 104)
	consultation := o.anna.consult(t, customer.Interaction, o.outsider.uri(called))
	o.outsider.awaitCall(t, "ACK", called)
	o.expect(t, "consulting", o.customer.hears("music"), o.other.hears("anna"), o.anna.hears("outsider"))
	o.anna.desk.must(t, http.MethodDelete, consultation, http.StatusOK, nil, nil)
	o.outsider.awaitCall(t, "BYE", called)
	o.expect(t, "cancelled", o.customer.hears("anna"), o.anna.hears("customer"))
	o.bye(t, o.anna, customer, "Sale")
}

// A colleague who is consulted is alerted first, and in the end has the customer.
func colleagueConsulted(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	id := customer.Interaction
	consultation := o.anna.consult(t, id, "ben")
	asked := o.ben.alerted(t)
	o.expect(t, "it rings", o.customer.hears("music"), o.anna.hears("ring-back"))
	o.ben.act(t, asked, "pickup", nil)
	o.expect(t, "the colleague alone", o.customer.hears("music"), o.ben.hears("anna"), o.anna.hears("ben"))
	o.anna.desk.must(t, http.MethodPost, consultation+"/change-audience", http.StatusOK, audience(true, true), nil)
	o.expect(t, "all three", o.customer.hears("anna", "ben"), o.ben.hears("anna", "customer"), o.anna.hears("ben", "customer"))
	o.sue.follow(t, id)
	o.anna.desk.must(t, http.MethodPost, consultation+"/conclude", http.StatusAccepted, nil, nil)
	taken := o.sue.morphed(t, id)
	o.expect(t, "concluded", o.customer.hears("ben"), o.ben.hears("customer"), o.anna.hears())
	o.over(t, o.anna, customer, "Transferred")
	o.ben.act(t, taken, "disconnect", nil)
	o.customers.awaitCall(t, "BYE", customer.number())
}

// A conference: all hear all, one is put on hold and leaves, the others go on.
func conference(t *testing.T, o *office) {
	customer := o.withCustomer(t, o.anna)
	called, invited := number(talks, 105), number(talks, 106)
	second := o.anna.calls(t, o.outsider.uri(called))
	o.expect(t, "the second call", o.customer.hears("music"), o.other.hears("anna"), o.anna.hears("outsider"))
	var made struct {
		ID string `json:"conferenceId"`
	}
	o.anna.desk.must(t, http.MethodPost, "/interactions/conferences", http.StatusCreated,
		map[string]any{"interactions": []string{customer.Interaction, second}}, &made)
	o.expect(t, "three", o.customer.hears("anna", "outsider"), o.other.hears("anna", "customer"), o.anna.hears("customer", "outsider"))
	o.anna.desk.must(t, http.MethodPost, "/interactions/conferences/"+made.ID+"/invite-party", http.StatusOK, to(o.third.uri(invited)), nil)
	o.expect(t, "four", o.customer.hears("anna", "outsider", "third"), o.other.hears("anna", "customer", "third"),
		o.more.hears("anna", "customer", "outsider"), o.anna.hears("customer", "outsider", "third"))
	o.anna.act(t, second, "hold", on)
	o.expect(t, "one on hold", o.customer.hears("anna", "third"), o.other.hears("music"), o.more.hears("anna", "customer"), o.anna.hears("customer", "third"))
	o.anna.act(t, second, "disconnect", nil)
	o.outsider.awaitCall(t, "BYE", called)
	o.expect(t, "one has left", o.customer.hears("anna", "third"), o.more.hears("anna", "customer"), o.anna.hears("customer", "third"))
	o.bye(t, o.anna, customer, "Sale")
	o.expect(t, "two are left", o.more.hears("anna"), o.anna.hears("third"))
	// The last party came by invitation, whose id the queue tells.
	o.anna.act(t, o.anna.onQueue(t), "disconnect", nil)
	o.third.awaitCall(t, "BYE", invited)
}

// When the agent's phone hangs up on a conference, the other two go on; when one of
// them leaves, it is over.
func conferenceGoesOn(t *testing.T, o *office) {
	first, second := number(talks, 109), number(talks, 110)
	one := o.ben.calls(t, o.outsider.uri(first))
	o.expect(t, "the first", o.ben.hears("outsider"), o.other.hears("ben"))
	two := o.ben.calls(t, o.third.uri(second))
	o.expect(t, "the second", o.ben.hears("third"), o.more.hears("ben"), o.other.hears("music"))
	o.ben.desk.must(t, http.MethodPost, "/interactions/conferences", http.StatusCreated, map[string]any{"interactions": []string{one, two}}, nil)
	o.expect(t, "three", o.ben.hears("outsider", "third"), o.other.hears("ben", "third"), o.more.hears("ben", "outsider"))
	o.ben.phone.hangUp(t)
	o.expect(t, "two", o.other.hears("third"), o.more.hears("outsider"))
	boss := signIn(t, o.http, o.boss)
	boss.must(t, http.MethodPost, "/interactions/"+two+"/disconnect", http.StatusOK, nil, nil)
	o.third.awaitCall(t, "BYE", second)
	o.outsider.awaitCall(t, "BYE", first)
}

// onQueue gives the one interaction that is on an agent's queue now.
func (c *colleague) onQueue(t testing.TB) string {
	t.Helper()
	const path = "/messaging/subscriptions/queues/mine"
	c.desk.must(t, http.MethodPut, path, http.StatusOK, map[string]any{
		"queueIds": []any{map[string]any{"queueType": 1, "queueName": c.name}}, "attributeNames": []string{},
	}, nil)
	defer c.desk.must(t, http.MethodDelete, path, http.StatusNoContent, nil, nil)
	var m struct {
		Added []struct {
			ID string `json:"interactionId"`
		} `json:"interactionsAdded"`
	}
	c.await(t, "urn:inin.com:queues:queueContentsMessage", &m, `"isDelta":false`)
	if len(m.Added) != 1 {
		t.Fatalf("on %s's queue are %v", c.name, m.Added)
	}
	return m.Added[0].ID
}

// A party who hangs up while being transferred takes the call to the new one along;
// later, each of the two ends it for both.
func hangUps(t *testing.T, o *office) {
	nobody, brief, somebody := number(absent, 2), number(leaves, 1), number(talks, 107)
	id := o.anna.calls(t, o.third.uri(brief))
	o.expect(t, "a brief call", o.anna.hears("third"), o.more.hears("anna"))
	o.anna.act(t, id, "blind-transfer", to(o.outsider.uri(nobody)))
	o.outsider.awaitCall(t, "INVITE", nobody)
	o.third.awaitCall(t, disconnect, brief)
	o.outsider.awaitCall(t, "CANCEL", nobody)

	brief = number(leaves, 2)
	id = o.anna.calls(t, o.outsider.uri(somebody))
	o.expect(t, "a call", o.anna.hears("outsider"), o.other.hears("anna"))
	o.anna.act(t, id, "blind-transfer", to(o.third.uri(brief)))
	o.expect(t, "passed on", o.other.hears("third"), o.more.hears("outsider"), o.anna.hears())
	o.third.awaitCall(t, disconnect, brief)
	o.outsider.awaitCall(t, "BYE", somebody)
}

// A far end that takes no telephone-events gets the tones of the keys.
func tones(t *testing.T, o *office) {
	called := number(talks, 108)
	id := o.anna.calls(t, o.outsider.uri(called))
	o.expect(t, "the call is up", o.anna.hears("outsider"), o.other.hears("anna"))
	pressed := time.Now()
	o.anna.act(t, id, "send-digits", map[string]string{"dtmfDigits": "5"})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, _, err := o.wire.packets.next(ctx, 0, func(k packet) bool {
		r, ok := k.rtp()
		if !ok || !o.other.media.to(k) || k.at.Before(pressed) {
			return false
		}
		frame := decode(r.audio) // 770 and 1336 Hz are the 5 (ITU-T Q.23)
		return amplitude(frame, 770) > 4000 && amplitude(frame, 1336) > 4000
	})
	if err != nil {
		t.Fatal("the tones of the key are not on the wire")
	}
	o.expect(t, "and goes on", o.anna.hears("outsider"), o.other.hears("anna"))
	o.anna.act(t, id, "disconnect", nil)
	o.outsider.awaitCall(t, "BYE", called)
}

// Digits are telephone-events on the wire, as RFC 4733 has them, within the one
// sequence of the stream; the far end's phone understands them.
func digits(t *testing.T, o *office) {
	far := o.sue.phone // a phone that takes events; here nobody's station
	id := o.anna.calls(t, far.uri())
	o.expect(t, "the call is up", o.anna.hears("sue"), o.sue.hears("anna"))
	const keys = "15*#"
	o.anna.act(t, id, "send-digits", map[string]string{"dtmfDigits": keys})
	far.awaitEvent(t, "CALL_DTMF_END", len(keys))
	o.expect(t, "and goes on", o.anna.hears("sue"), o.sue.hears("anna"))
	o.anna.act(t, id, "disconnect", nil)
	far.awaitEvent(t, "CALL_CLOSED", far.calls())

	stream := o.wire.stream(far.media.to)
	stream = stream[slices.IndexFunc(stream, func(r rtp) bool { return r.ssrc == stream[len(stream)-1].ssrc }):]
	var pressed []event
	for i, r := range stream {
		if i > 0 && r.seq != stream[i-1].seq+1 {
			t.Errorf("sequence %d follows %d", r.seq, stream[i-1].seq)
		}
		if r.kind == 0 {
			continue
		}
		e := eventOf(t, r)
		if n := len(pressed); n > 0 && pressed[n-1].timestamp == r.timestamp {
			e.ends += pressed[n-1].ends
			pressed = pressed[:n-1]
		}
		pressed = append(pressed, e)
	}
	var said string
	for i, e := range pressed {
		said += string("0123456789*#"[e.code])
		// 100 ms, the end said three times, 60 ms of pause: less where the machine was
		// late, as the stream keeps to real time.
		if e.duration != 800 || e.ends != 3 {
			t.Errorf("key %d lasts %d samples and its end is said %d times", i, e.duration, e.ends)
		}
		if i > 0 {
			if apart := e.timestamp - pressed[i-1].timestamp; apart < 800+160 {
				t.Errorf("key %d begins %d samples after the one before", i, apart)
			}
		}
	}
	if said != keys {
		t.Errorf("on the wire were %q", said)
	}
}

// event is a telephone-event: RFC 4733 section 2.3.
type event struct {
	timestamp uint32
	code      byte
	ends      int
	duration  uint16
}

// eventOf reads a packet that holds one.
func eventOf(t testing.TB, r rtp) event {
	t.Helper()
	if len(r.audio) != 4 || r.audio[0] > 11 {
		t.Fatalf("no event: payload type %d, % x", r.kind, r.audio)
	}
	e := event{timestamp: r.timestamp, code: r.audio[0], duration: binary.BigEndian.Uint16(r.audio[2:])}
	if r.audio[1]&0x80 != 0 {
		e.ends = 1
	}
	return e
}
