//go:build linux

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"
)

// Who the trunk knows.
const (
	trunkUser     = "outdial"
	trunkPassword = "secret"
	trunkRealm    = "trunk.example"
)

// trunk is Kamailio between the program and the carrier: it asks for a password
// (407), stays in the path by Record-Route and relays.
type trunk struct {
	*peer
	port int
	tls  int // its port over TLS, or 0
}

// startTrunk runs Kamailio in front of a carrier.
func startTrunk(t testing.TB, c *carrier) *trunk {
	t.Helper()
	return startKamailio(t, c, false, nil)
}

// startRegistrar runs one that takes calls only from those who have registered.
func startRegistrar(t testing.TB, c *carrier) *trunk {
	t.Helper()
	return startKamailio(t, c, true, nil)
}

// startKamailio runs one over TLS as well for who gives it a certificate.
func startKamailio(t testing.TB, c *carrier, registrar bool, own *papers) *trunk {
	t.Helper()
	kamailio := locate(t, "kamailio")
	dir := t.TempDir()
	tr := &trunk{port: freePort(t)}
	secured := map[string]any(nil)
	if own != nil {
		tr.tls = freePort(t)
		secured = map[string]any{"Port": tr.tls, "Certificate": own.certificate, "Key": own.key}
	}
	config, err := os.Create(filepath.Join(dir, "kamailio.cfg"))
	if err != nil {
		t.Fatal(err)
	}
	defer config.Close()
	err = template.Must(template.ParseFiles("testdata/kamailio.cfg")).Execute(config, map[string]any{
		"Port": tr.port, "Carrier": c.port, "User": trunkUser, "Password": trunkPassword, "Realm": trunkRealm, "NonceSeconds": 300, "Registrar": registrar, "TLS": secured,
	})
	if err != nil {
		t.Fatal(err)
	}
	// -DD stays in the foreground, -E logs to stderr without colours from -e.
	cmd := exec.Command(kamailio, "-f", config.Name(), "-DD", "-E", "-w", dir, "-Y", dir, "-m", "64", "-M", "8")
	cmd.Dir = dir
	tr.peer = launch(t, "kamailio", cmd)
	options(t, tr.peer, tr.port)
	return tr
}

// address is what the program's configuration calls the trunk.
func (tr *trunk) address() string { return fmt.Sprintf("sip:127.0.0.1:%d", tr.port) }

// TestTrunkDoesNotKnowUs: with the wrong password nobody is called, and the
// results say why.
func TestTrunkDoesNotKnowUs(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	tr := startTrunk(t, c)
	phones := startPhones(t)
	p := prepare(t, shift{trunk: tr.address(), trunkPassword: "guessed", agents: []string{"anna"}})
	w := watch(t, []int{tr.port, c.port, p.sip}, p.media)
	p.serve(t)
	p.load(t, number(talks, 1))
	begin(t, p.http, "anna", phones.uri("anna"), true)
	a := p.awaitClosed(t, number(talks, 1))
	if a.Outcome != "Not reached" || a.Reason != "unauthorised" || a.SIP != 407 {
		t.Errorf("%q, %q, SIP %d", a.Outcome, a.Reason, a.SIP)
	}
	if called := c.dialed(); len(called) != 0 {
		t.Errorf("the carrier was asked to call %v", called)
	}
	w.stop(t)
	// The challenge is answered once, not again and again.
	if n := len(w.requests(t, "INVITE", tr.port)); n != 2 {
		t.Errorf("the trunk saw %d INVITEs", n)
	}
	w.wellFormed(t)
}

// TestTrunkWantsAPassword calls a customer through Kamailio with sipp: the call
// is challenged, gets through, and the customer's hang-up finds its way back.
func TestTrunkWantsAPassword(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	tr := startTrunk(t, c)
	from := prepareCaller(t)
	w := watch(t, []int{from.port, tr.port, c.port}, from.media, c.media)
	from.call(t, number(leaves, 1), tr.port, agentTone)
	if err := from.awaitEnd(t); err != nil {
		t.Errorf("the caller's call failed: %v", err)
	}
	c.awaitCall(t, disconnect, number(leaves, 1))
	w.stop(t)
	if asked, answered := len(w.requests(t, "INVITE", tr.port)), w.answers(t, c.port); asked != 2 || len(answered) != 1 {
		t.Errorf("the trunk saw %d INVITEs and the carrier answered %d", asked, len(answered))
	}
	w.wellFormed(t)
}

// trunkView is what the administrators' API says of a trunk.
type trunkView struct {
	State        string
	Why          string
	Registration struct {
		Registered bool
		Trouble    string
	}
	Responses map[string]int
}

// awaitTrunk looks at the trunk, ten times a second, until it is as wished.
func (p *program) awaitTrunk(t testing.TB, what string, enough func(trunkView) bool) trunkView {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		var trunks []trunkView
		p.administer(t, http.MethodGet, "/api/trunks", &trunks)
		if enough(trunks[0]) {
			return trunks[0]
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("the trunk is never %s: %+v", what, trunks[0])
		}
	}
}

const registers = "register = true\ndomain = \"" + trunkRealm + "\""

// TestTrunkWantsARegistration: Kamailio takes calls from those who are registered; a
// call goes out once we are, and at the stop the registration is taken back.
func TestTrunkWantsARegistration(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	tr := startRegistrar(t, c)
	phones := startPhones(t)
	p := prepare(t, shift{trunk: tr.address(), carrier: registers, agents: []string{"anna"}})
	w := watch(t, []int{tr.port, c.port, p.sip}, p.media)
	p.serve(t)
	p.awaitTrunk(t, "registered", func(v trunkView) bool { return v.Registration.Registered && v.State == "up" })
	p.load(t, number(leaves, 1))
	anna := begin(t, p.http, "anna", phones.uri("anna"), true)
	customer := anna.mustPop(t)
	c.awaitCall(t, disconnect, customer.number())
	if err := anna.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	if a := p.awaitClosed(t, number(leaves, 1)); a.Outcome != "Talked" {
		t.Errorf("%q, %q, SIP %d", a.Outcome, a.Reason, a.SIP)
	}
	p.stop(syscall.SIGTERM)
	w.stop(t)
	asked := w.requests(t, "REGISTER", tr.port)
	if len(asked) < 3 { // challenged, granted, taken back
		t.Errorf("the registrar saw %d REGISTERs", len(asked))
	}
	w.wellFormed(t)
}

// TestRegistrarDoesNotKnowUs: a wrong password is told plainly, and nobody is called:
// no contact is leased while there is no trunk for it.
func TestRegistrarDoesNotKnowUs(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	tr := startRegistrar(t, c)
	phones := startPhones(t)
	p := prepare(t, shift{trunk: tr.address(), carrier: registers, trunkPassword: "guessed", agents: []string{"anna"}})
	p.serve(t)
	v := p.awaitTrunk(t, "refused", func(v trunkView) bool { return v.Registration.Trouble != "" })
	if v.State != "down" || !strings.Contains(v.Why, "user or password is wrong") {
		t.Errorf("%+v", v)
	}
	p.load(t, number(talks, 1))
	begin(t, p.http, "anna", phones.uri("anna"), true)
	since(time.Now(), 2*time.Second) // the campaign looks for room twice a second
	if rows := p.attempts(t); len(rows) != 0 {
		t.Errorf("a contact was leased though no trunk could be used:\n%s", table(rows))
	}
	if called := c.dialed(); len(called) != 0 {
		t.Errorf("the carrier was asked to call %v", called)
	}
}
