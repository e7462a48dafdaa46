//go:build linux

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// behaviour is what a customer does, as testdata/carrier.xml tells it.
type behaviour string

const (
	talks      behaviour = "10" // rings, answers, talks until hung up on
	leaves     behaviour = "11" // answers, hangs up after 1.5 s
	vanishes   behaviour = "12" // answers, and hangs up at that very moment
	crosses    behaviour = "13" // answers when the caller gives up
	prompt     behaviour = "14" // answers without ringing, talks until hung up on
	glances    behaviour = "15" // answers, hangs up after 0.2 s
	busy       behaviour = "20"
	absent     behaviour = "21" // rings for ever
	refuses    behaviour = "22"
	unknown    behaviour = "23" // no such number
	declines   behaviour = "24" // rings, then rejects
	congested  behaviour = "25"
	disconnect           = "HANGUP" // the word for a customer who hung up, in the log
)

// number is a customer who behaves so; nnn tells customers apart.
func number(b behaviour, nnn int) string { return fmt.Sprintf("+131755%s%03d", b, nnn) }

// carrier is sipp, answering for every customer.
type carrier struct {
	*peer
	at    *place
	port  int
	media span
	calls *journal[string] // "WORD number call-id", a line for each turn of each call
}

// startCarrier runs sipp with all customers behind one port of 127.0.0.1.
func startCarrier(t testing.TB) *carrier {
	t.Helper()
	return startSipp(t, "carrier", freePort(t), customerTone)
}

// startPhones runs sipp as any number of agents' phones: they answer after
// ringing for 300 ms and send the agent's tone.
func startPhones(t testing.TB) *carrier {
	t.Helper()
	return startSipp(t, "phones", freePort(t), agentTone)
}

func startSipp(t testing.TB, name string, port, hertz int) *carrier {
	t.Helper()
	return startSippAt(t, here, name, port, hertz)
}

// startSippAt is startSipp for a carrier that is elsewhere.
func startSippAt(t testing.TB, at *place, name string, port, hertz int) *carrier {
	t.Helper()
	return startScenario(t, at, name, "carrier.xml", port, map[string][]int16{"tone": sine(hertz, 1)})
}

// startScenario runs sipp with a scenario of testdata and the sounds that it plays, by
// their names there.
func startScenario(t testing.TB, at *place, name, file string, port int, sounds map[string][]int16) *carrier {
	t.Helper()
	sipp := locate(t, "sipp")
	dir := t.TempDir()
	scenario, err := filepath.Abs(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	for sound, pcm := range sounds {
		if err := os.WriteFile(filepath.Join(dir, sound+".ulaw"), encodeMuLaw(pcm), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := &carrier{at: at, port: port, media: mediaSpan(), calls: newJournal[string]()}
	cmd := exec.Command(sipp, "-sf", scenario, "-nostdin",
		"-i", at.address, "-p", strconv.Itoa(port),
		"-mi", at.address, "-mp", strconv.Itoa(c.media.low),
		"-trace_err", "-error_file", "errors",
		"-trace_logs", "-log_file", "/dev/fd/3")
	cmd.Dir = dir
	cmd.ExtraFiles = []*os.File{in}
	at.do(t, func() { c.peer = launch(t, name, cmd) })
	in.Close()
	read := make(chan struct{})
	go func() {
		defer close(read)
		followLines(log, c.calls)
	}()
	t.Cleanup(func() {
		c.kill()
		log.Close()
		<-read
		if t.Failed() {
			errors, _ := os.ReadFile(filepath.Join(dir, "errors"))
			t.Logf("%s's calls:\n%s\n%s", name, c.calls.tail(60), errors[max(0, len(errors)-4000):])
		}
	})
	at.do(t, func() { optionsAt(t, c.peer, at.address, port) })
	return c
}

// uri is where this sipp takes calls for a user or a number.
func (c *carrier) uri(user string) string {
	if user != "" {
		user += "@"
	}
	return fmt.Sprintf("sip:%s%s:%d", user, c.at.address, c.port)
}

// awaitCall waits until a call to the number has come to the turn that the word
// names: INVITE, ACK, CANCEL, FAILED (a refusal was acknowledged), BYE (the
// caller hung up), HANGUP (the customer did).
func (c *carrier) awaitCall(t testing.TB, word, number string) {
	t.Helper()
	c.awaitCalls(t, word, number, 1)
}

// awaitCalls waits for the same turn of n calls.
func (c *carrier) awaitCalls(t testing.TB, word, number string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	from := 0
	for i := range n {
		next, _, err := c.calls.next(ctx, from, starting(word+" "+number))
		if err != nil {
			t.Fatalf("%s to %s was seen %d times, not %d\n%s", word, number, i, n, c.calls.tail(40))
		}
		from = next
	}
}

// awaitGone waits until the customer with a number has hung up.
func (c *carrier) awaitGone(ctx context.Context, number string) error {
	_, _, err := c.calls.next(ctx, 0, starting(disconnect+" "+number))
	return err
}

// dialed lists the numbers of all INVITEs in order. sipp tells a repeated
// request from a new call, so that each is one attempt.
func (c *carrier) dialed() []string {
	var numbers []string
	for _, line := range c.calls.all(starting("INVITE ")) {
		numbers = append(numbers, strings.Fields(line)[1])
	}
	return numbers
}

// caller is sipp, placing one call and speaking until it is hung up on.
type caller struct {
	*peer
	port  int
	media span
}

// prepareCaller takes the caller's ports, so that they can be watched first.
func prepareCaller(t testing.TB) *caller {
	return &caller{port: freePort(t), media: mediaSpan()}
}

// call places the call to a user at a port, with the name and password that the
// trunk of these tests wants.
func (c *caller) call(t testing.TB, user string, port, hertz int) {
	t.Helper()
	sipp := locate(t, "sipp")
	scenario, err := filepath.Abs("testdata/caller.xml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tone.ulaw"), encodeMuLaw(sine(hertz, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(sipp, fmt.Sprintf("127.0.0.1:%d", port), "-sf", scenario, "-s", user, "-m", "1", "-nostdin",
		"-au", trunkUser, "-ap", trunkPassword,
		"-i", "127.0.0.1", "-p", strconv.Itoa(c.port), "-mi", "127.0.0.1", "-mp", strconv.Itoa(c.media.low))
	cmd.Dir = dir
	c.peer = launch(t, "caller", cmd)
}
