//go:build linux

package e2e

import (
	"syscall"
	"testing"
	"time"
)

// TestWhatACrashLeftUpIsHungUp kills the program while an agent talks to a customer.
// Both phones are in a call with nobody, until it is started again: then it hangs
// them up, and the agent's phone is free to be called. After an orderly stop there
// is nothing to hang up.
func TestWhatACrashLeftUpIsHungUp(t *testing.T) {
	t.Parallel()
	const leftUp = "calls of a former run are being hung up"
	c, anna := startCarrier(t), startPhone(t, atOnce)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	w := watch(t, []int{c.port, anna.port, p.sip}, p.media)
	p.serve(t)
	p.load(t, number(talks, 1))
	customer := begin(t, p.http, "anna", anna.uri(), true).mustPop(t)
	w.awaitTone(t, "the agent's voice at the customer", agentTone, 25, c.media.to)

	p.kill()
	again := time.Now()
	p.serve(t)
	anna.awaitEvent(t, "CALL_CLOSED", 1)
	c.awaitCall(t, "BYE", customer.number())
	took := time.Since(again)
	t.Logf("both were hung up %v after the program was started", took.Round(time.Millisecond))
	if took > 5*time.Second {
		t.Error("that is too long")
	}
	if len(p.said.all(containing(leftUp))) != 1 {
		t.Error("the log does not tell of it")
	}

	begin(t, p.http, "anna", anna.uri(), true)
	p.stop(syscall.SIGTERM)
	anna.awaitEvent(t, "CALL_CLOSED", 2)
	p.serve(t)
	begin(t, p.http, "anna", anna.uri(), true)
	if len(p.said.all(containing(leftUp))) != 0 {
		t.Error("after an orderly stop calls are hung up")
	}
	w.stop(t)
	if byes := len(w.requests(t, "BYE", anna.port)); byes != 2 {
		t.Errorf("the agent's phone was hung up on %d times, want one for the crash and one for the stop", byes)
	}
	w.wellFormed(t)
}
