//go:build linux

package e2e

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// phone is the agent's: baresip without a screen. It sends the agent's tone
// while a call is up and records what it hears.
type phone struct {
	*peer
	at     *place
	dir    string
	port   int
	media  span
	events *journal[string] // JSON, one event of baresip a line

	mu   sync.Mutex
	ctrl net.Conn
}

// answering is how the phone takes a call.
type answering string

const (
	atOnce answering = "auto"
	byHand answering = "manual" // only when told to by accept
)

// startPhone runs baresip at a port of 127.0.0.1.
func startPhone(t testing.TB, mode answering) *phone {
	t.Helper()
	return startVoice(t, mode, agentTone)
}

// startWideband is startPhone for a phone that speaks G.722 alone, through the codec
// of baresip's own library.
func startWideband(t testing.TB) *phone {
	t.Helper()
	return startBaresip(t, here, atOnce, voice{hertz: agentTone, module: "g722.so", codec: "G722/16000/1"})
}

// startOpus is startPhone for a phone that speaks Opus alone, through libopus.
func startOpus(t testing.TB) *phone {
	t.Helper()
	return startBaresip(t, here, atOnce, voice{hertz: agentTone, module: "opus.so", codec: "opus/48000/2"})
}

// startVoice is startPhone for an agent with a tone of his own.
func startVoice(t testing.TB, mode answering, hertz int) *phone {
	t.Helper()
	return startVoiceAt(t, here, mode, hertz)
}

// startVoiceAt is startVoice for an agent who sits elsewhere.
func startVoiceAt(t testing.TB, at *place, mode answering, hertz int) *phone {
	t.Helper()
	return startBaresip(t, at, mode, voice{hertz: hertz, module: "g711.so", codec: "PCMU/8000/1"})
}

// voice is how a phone speaks: its tone, the codec with its module, and, where it is
// not as usual, its transport and more settings, of all and of the account.
type voice struct {
	hertz         int
	module, codec string

	transport, settings, account string
}

func startBaresip(t testing.TB, at *place, mode answering, v voice) *phone {
	t.Helper()
	baresip := locate(t, "baresip")
	p := &phone{at: at, dir: t.TempDir(), port: freePort(t), media: mediaSpan(), events: newJournal[string]()}
	control := freePort(t)
	// baresip hangs up when its source is exhausted: the tone outlasts any test.
	writeWAV(t, filepath.Join(p.dir, "voice.wav"), sine(v.hertz, 300))
	p.write(t, "config", fmt.Sprintf(`sip_listen %s:%d
net_interface %s
rtp_ports %s
rtp_timeout 0
call_local_timeout 120
call_max_calls 4
audio_source aufile,%s
audio_player aufile,
audio_alert aufile,
ausrc_srate %d
auplay_srate %d
ausrc_channels 1
auplay_channels 1
snd_path %s
module_path %s
module %s
module aufile.so
module sndfile.so
module_app account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:%d
%s
`, at.address, p.port, at.device, p.media, filepath.Join(p.dir, "voice.wav"), sampleRate, sampleRate, p.dir, modules(t), v.module, control, v.settings))
	p.write(t, "accounts", fmt.Sprintf("<sip:anna@%s;transport=%s>;regint=0;answermode=%s;audio_codecs=%s%s\n", at.address, cmp.Or(v.transport, "udp"), mode, v.codec, v.account))
	p.write(t, "contacts", "")
	cmd := exec.Command(baresip, "-f", p.dir)
	cmd.Dir = p.dir
	at.do(t, func() { p.peer = launch(t, "baresip", cmd) })
	p.await(t, "baresip is ready")
	var conn net.Conn
	at.do(t, func() {
		var err error
		if conn, err = net.Dial("tcp4", "127.0.0.1:"+strconv.Itoa(control)); err != nil {
			t.Fatalf("baresip takes no commands: %v", err)
		}
	})
	p.ctrl = conn
	read := make(chan struct{})
	go func() {
		defer close(read)
		p.followEvents(conn)
	}()
	t.Cleanup(func() {
		conn.Close()
		<-read
		if t.Failed() {
			t.Logf("baresip's events:\n%s", p.events.tail(30))
		}
	})
	return p
}

func (p *phone) write(t testing.TB, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// modules is where the distribution keeps baresip's modules.
func modules(t testing.TB) string {
	t.Helper()
	for _, pattern := range []string{"/usr/lib/baresip/modules", "/usr/lib/*/baresip/modules", "/usr/local/lib/baresip/modules"} {
		if dirs, _ := filepath.Glob(pattern); len(dirs) > 0 {
			return dirs[0]
		}
	}
	t.Fatal("baresip's modules are not installed on this machine: run `make peers` first")
	return ""
}

// followEvents reads netstrings: a decimal length, a colon, that many bytes, a comma.
func (p *phone) followEvents(conn net.Conn) {
	r := bufio.NewReader(conn)
	for {
		head, err := r.ReadString(':')
		if err != nil {
			return
		}
		size, err := strconv.Atoi(strings.TrimSuffix(head, ":"))
		if err != nil {
			return
		}
		body := make([]byte, size+1)
		if _, err := io.ReadFull(r, body); err != nil {
			return
		}
		p.events.add(string(body[:size]))
	}
}

// uri is the remote number that the agent gives.
func (p *phone) uri() string { return fmt.Sprintf("sip:anna@%s:%d", p.at.address, p.port) }

// command presses a key of the phone.
func (p *phone) command(t testing.TB, name string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"command": name})
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := fmt.Fprintf(p.ctrl, "%d:%s,", len(body), body); err != nil {
		t.Fatalf("baresip takes no command: %v", err)
	}
}

// hangUp ends the call on the line.
func (p *phone) hangUp(t testing.TB) { p.command(t, "hangup") }

// accept takes the call that rings.
func (p *phone) accept(t testing.TB) { p.command(t, "accept") }

// awaitEvent waits for the n-th event of a type: CALL_ESTABLISHED, CALL_CLOSED,
// and, of a phone that is answered by hand, CALL_INCOMING.
func (p *phone) awaitEvent(t testing.TB, kind string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	from := 0
	for i := range n {
		next, _, err := p.events.next(ctx, from, containing(`"type":"`+kind+`"`))
		if err != nil {
			t.Fatalf("the phone reported %s %d times, not %d\n%s", kind, i, n, p.events.tail(20))
		}
		from = next
	}
}

// switchOff switches the phone off, so that its recordings are complete.
func (p *phone) switchOff() {
	p.stop(syscall.SIGTERM)
}

// calls counts the calls that the phone has taken.
func (p *phone) calls() int { return len(p.events.all(containing(`"type":"CALL_ESTABLISHED"`))) }

// heard gives what the phone recorded, one recording a call, in order of time.
// A recording is complete once the phone was stopped.
func (p *phone) heard(t testing.TB) [][]int16 {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.dir, "dump-*-dec.wav"))
	if err != nil {
		t.Fatal(err)
	}
	var recordings [][]int16
	for _, file := range files {
		recordings = append(recordings, readWAV(t, file))
	}
	return recordings
}

// TestPhoneIsAPhone calls baresip with sipp: it answers, sends its tone, records
// the other's, and hangs up on command.
func TestPhoneIsAPhone(t *testing.T) {
	t.Parallel()
	p := startPhone(t, atOnce)
	from := prepareCaller(t)
	w := watch(t, []int{from.port, p.port}, p.media)
	from.call(t, "anna", p.port, customerTone)
	p.awaitEvent(t, "CALL_ESTABLISHED", 1)
	w.awaitTone(t, "the agent's voice at the caller", agentTone, 50, from.media.to)
	w.awaitTone(t, "the caller's voice at the phone", customerTone, 50, p.media.to)
	p.hangUp(t)
	if err := from.awaitEnd(t); err != nil {
		t.Errorf("the caller's call failed: %v", err)
	}
	p.awaitEvent(t, "CALL_CLOSED", 1)
	p.switchOff()
	if heard := p.heard(t); len(heard) != 1 || heardFor(heard[0], customerTone) < 40 {
		t.Errorf("the phone's recording does not hold the caller's voice: %d recordings", len(heard))
	}
	w.stop(t)
	if n := len(w.requests(t, "INVITE", p.port)); n != 1 {
		t.Errorf("%d INVITEs on the wire", n)
	}
	w.wellFormed(t)
}
