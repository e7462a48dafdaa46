//go:build linux

package e2e

import (
	"fmt"
	"net/http"
	"testing"
)

func TestAWidebandPhoneMeetsCustomersOfG711(t *testing.T) {
	t.Parallel()
	toAnna := meetCustomersOfG711(t, startWideband(t), "G722")
	for _, r := range toAnna {
		if r.kind != 9 || len(r.audio) != 160 {
			t.Fatalf("the phone was sent %d bytes of type %d", len(r.audio), r.kind)
		}
	}
	unbroken(t, "the agent's one stream", toAnna)
}

func TestAnOpusPhoneMeetsCustomersOfG711(t *testing.T) {
	t.Parallel()
	toAnna := meetCustomersOfG711(t, startOpus(t), "opus")
	for _, r := range toAnna {
		if r.kind != 96 && r.kind != 102 || len(r.audio) > 160 {
			t.Fatalf("the phone was sent %d bytes of type %d", len(r.audio), r.kind)
		}
	}
	unbrokenAt(t, "the agent's one stream", toAnna, 48000)
}

// meetCustomersOfG711 is the day of an agent whose phone speaks a codec that no customer
// has: each finds the other's tone in what it hears, and the record of the call says
// that it was transcoded. It gives what the phone was sent.
func meetCustomersOfG711(t *testing.T, anna *phone, codec string) []rtp {
	t.Helper()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}, more: fmt.Sprintf(`
[[station]]
name = "anna's"
kind = "remote"
address = "%s"
persistent = true
codecs = ["%s", "PCMU"]
`, anna.uri(), codec)})
	w := watch(t, []int{c.port, p.sip, anna.port}, p.media)
	p.serve(t)
	p.load(t, number(leaves, 1), number(leaves, 2))
	desk := begin(t, p.http, "anna", anna.uri(), true)
	for range 2 {
		customer := desk.mustPop(t)
		w.awaitTone(t, "the agent's voice at the customer", agentTone, 25, c.media.to)
		c.awaitCall(t, disconnect, customer.number())
		if err := desk.finish(customer, "Sale"); err != nil {
			t.Fatal(err)
		}
	}
	rows := p.awaitAttempts(t, "both", func(rows []attempt) bool {
		return len(rows) == 2 && allClosed(rows) && !rows[0].Ended.IsZero() && !rows[1].Ended.IsZero()
	})
	desk.must(t, http.MethodDelete, "/connection/station", http.StatusOK, nil, nil)
	anna.awaitEvent(t, "CALL_CLOSED", 1)
	anna.switchOff()
	w.stop(t)

	for _, a := range rows {
		if !a.Transcoded || a.Media.Codec != "PCMU" || a.AgentMedia.Codec != codec {
			t.Errorf("%s: transcoded %t, from %q to %q", a.Number, a.Transcoded, a.Media.Codec, a.AgentMedia.Codec)
		}
		if a.Media.Received < 50 || a.Media.Sent < 50 || a.Media.Lost > a.Media.Received/10 {
			t.Errorf("%s: %+v", a.Number, a.Media)
		}
	}
	toAnna := w.stream(anna.media.to)
	recordings := anna.heard(t)
	if len(recordings) != 1 {
		t.Fatalf("%d calls were recorded at the agent's phone, not one", len(recordings))
	}
	// Each customer speaks for 1.5 s.
	if frames := heardFor(recordings[0], customerTone); frames < 2*60 {
		t.Errorf("the agent heard customers for %d ms", frames*20)
	}
	w.wellFormed(t)
	return toAnna
}
