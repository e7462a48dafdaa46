//go:build linux

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// linphone is an agent's phone of another make: linphonec without a sound card. It
// answers at once, speaks from a file and hears into one; its keys are commands.
type linphone struct {
	*peer
	dir   string
	port  int
	media span
	keys  io.Writer
}

// startLinphone runs linphonec at a port of 127.0.0.1. more are lines of its
// configuration's section on SIP.
func startLinphone(t testing.TB, more string) *linphone {
	t.Helper()
	linphonec := locate(t, "linphonec")
	p := &linphone{dir: t.TempDir(), port: freePort(t), media: mediaSpan()}
	writeWAV(t, filepath.Join(p.dir, "voice.wav"), sine(agentTone, 300))
	// It keeps its database here, and does not make the folder.
	if err := os.MkdirAll(filepath.Join(p.dir, ".local/share/linphone"), 0o700); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("[sip]\nsip_port=%d\nsip_tcp_port=0\nsip_tls_port=0\nbind_address=127.0.0.1\nguess_hostname=0\nuse_ipv6=0\n%s\n[rtp]\naudio_rtp_port=%s\n[sound]\nechocancellation=0\n",
		p.port, more, p.media)
	if err := os.WriteFile(filepath.Join(p.dir, "linphonerc"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(linphonec, "-c", "linphonerc", "-a")
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "HOME="+p.dir)
	keys, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.keys = keys
	p.peer = launch(t, "linphonec", cmd)
	options(t, p.peer, p.port)
	p.press(t, "soundcard use files", "Using wav files")
	p.press(t, "play "+filepath.Join(p.dir, "voice.wav"), "")
	p.press(t, "record "+filepath.Join(p.dir, "heard.wav"), "")
	return p
}

// press gives the phone a command, and waits for what it says to it.
func (p *linphone) press(t testing.TB, command, says string) {
	t.Helper()
	if _, err := fmt.Fprintln(p.keys, command); err != nil {
		t.Fatalf("linphonec takes no command: %v", err)
	}
	if says != "" {
		p.await(t, says)
	}
}

func (p *linphone) uri() string { return fmt.Sprintf("sip:anna@127.0.0.1:%d", p.port) }

// TestAPhoneOfAnotherMake has an agent on linphone: one line that stands, and two
// customers who are talked to on it. A hold at the phone stops nothing for good: in
// a call the two hear each other again, and between calls nobody is called for an
// agent who holds. The phone ends the line.
func TestAPhoneOfAnotherMake(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}})
	anna := startLinphone(t, "")
	w := watch(t, []int{c.port, p.sip, anna.port}, p.media)
	p.serve(t)
	p.load(t, number(talks, 1))
	desk := begin(t, p.http, "anna", anna.uri(), true)
	both := func(since time.Time) {
		t.Helper()
		w.awaitTone(t, "the customer's voice at the agent", customerTone, 25, func(k packet) bool { return anna.media.to(k) && k.at.After(since) })
		w.awaitTone(t, "the agent's voice at the customer", agentTone, 25, func(k packet) bool { return c.media.to(k) && k.at.After(since) })
	}
	customer := desk.mustPop(t)
	both(time.Now())
	anna.press(t, "pause", "Call 1 with \"Outdial\" <sip:Outdial@127.0.0.1> is now paused")
	anna.press(t, "resume 1", "Resuming call 1")
	both(time.Now().Add(100 * time.Millisecond))
	anna.press(t, "pause", "")
	anna.awaitTimes(t, "is now paused", 2)
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	p.awaitClosed(t, customer.number())
	p.load(t, number(talks, 2))
	since(time.Now(), time.Second)
	if called := c.dialed(); len(called) != 1 {
		t.Errorf("for an agent who holds were called: %v", called)
	}
	anna.press(t, "resume 1", "")
	customer = desk.mustPop(t)
	both(time.Now())
	anna.press(t, "terminate", "Call 1 with")
	desk.awaitLine(t, 0, "lost")
	desk.must(t, http.MethodDelete, "/connection", http.StatusOK, nil, nil)
	c.awaitCall(t, "BYE", customer.number())
	w.stop(t)
	if n := len(w.requests(t, "INVITE", anna.port)); n != 1 {
		t.Errorf("the phone saw %d INVITEs", n)
	}
	w.wellFormed(t)
	if frames := heardFor(readWAV(t, filepath.Join(anna.dir, "heard.wav")), customerTone); frames < 50 {
		t.Errorf("the phone's recording holds the customers for %d ms", frames*20)
	}
}

// TestKeysOfAPhoneOfAnotherMake: whoever answers the agent's phone must press a key,
// and the key is understood both ways, in the media (RFC 4733) and by INFO.
func TestKeysOfAPhoneOfAnotherMake(t *testing.T) {
	t.Parallel()
	for name, setting := range map[string]string{"RFC 4733": "use_rfc2833=1\nuse_info=0", "INFO": "use_rfc2833=0\nuse_info=1"} {
		t.Run(name, func(t *testing.T) {
			phones := startPhones(t)
			p := prepare(t, shift{trunk: phones.uri(""), agents: []string{"anna"}, dialer: `verify = "key"`})
			anna := startLinphone(t, setting)
			w := watch(t, []int{p.sip, anna.port}, p.media)
			p.serve(t)
			desk := signIn(t, p.http, "anna")
			desk.watchLine(t)
			desk.sit(t, anna.uri(), true)
			desk.logIn(t)
			desk.establish(t)
			place := desk.awaitLine(t, 0, "verifying")
			anna.press(t, "5", "")
			desk.awaitLine(t, place, "up")
			w.stop(t)
			if n, want := len(w.requests(t, "INFO", p.sip)), strings.Count(name, "INFO"); n != want {
				t.Errorf("%d INFOs came, not %d", n, want)
			}
		})
	}
}

// TestASecurePhoneOfAnotherMake has the agent at a station that wants SRTP: agent and
// customer hear each other, and whoever reads the wire to the phone hears nothing.
func TestASecurePhoneOfAnotherMake(t *testing.T) {
	t.Parallel()
	c := startCarrier(t)
	anna := startLinphone(t, "media_encryption=srtp")
	p := prepare(t, shift{trunk: c.uri(""), agents: []string{"anna"}, more: fmt.Sprintf(`
[[station]]
name = "desk 1"
kind = "remote"
address = %q
persistent = true
srtp = "required"
`, anna.uri())})
	w := watch(t, []int{c.port, p.sip, anna.port}, p.media)
	p.serve(t)
	p.load(t, number(talks, 1))
	desk := signIn(t, p.http, "anna")
	desk.watchLine(t)
	desk.must(t, http.MethodPut, "/connection/station", http.StatusOK, map[string]any{
		"__type": "urn:inin.com:connection:remoteWorkstationSettings", "workstation": "desk 1",
		"supportedMediaTypes": []int{1}, "readyForInteractions": true,
	}, nil)
	desk.logIn(t)
	desk.establish(t)
	desk.awaitLine(t, 0, "up")
	desk.ready(t)
	customer := desk.mustPop(t)
	w.awaitTone(t, "the agent's voice at the customer", agentTone, 50, c.media.to)
	if err := desk.finish(customer, "Sale"); err != nil {
		t.Fatal(err)
	}
	c.awaitCall(t, "BYE", customer.number())
	desk.must(t, http.MethodDelete, "/connection", http.StatusOK, nil, nil)
	w.stop(t)
	for _, r := range w.stream(anna.media.to) {
		if r.hears(customerTone) {
			t.Fatal("the customer is heard on the wire to the phone")
		}
	}
	if frames := heardFor(readWAV(t, filepath.Join(anna.dir, "heard.wav")), customerTone); frames < 25 {
		t.Errorf("the phone's recording holds the customer for %d ms", frames*20)
	}
}
