package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// agentName begins the names of agents, of their phones too.
	agentName = "agent"
	// benchPassword is everybody's; nobody else can reach the server.
	benchPassword = "bench-secret"
	// benchCampaign is the campaign, and its list.
	benchCampaign = "Bench"
	// message is how many seconds a customer is spoken to who no agent takes.
	message = 60
)

// benchServer is an `outdial serve` in a process of its own.
type benchServer struct {
	cmd  *exec.Cmd
	base string // http://host:port
	http *http.Client
	log  *os.File
}

// serve writes a configuration and runs a server on it.
func (b *callBench) serve(ctx context.Context, self string, carrier netip.AddrPort, stderr io.Writer) (s *benchServer, err error) {
	if err := b.configure(carrier); err != nil {
		return nil, err
	}
	s = &benchServer{http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	if s.log, err = os.Create(filepath.Join(b.dir, "server.log")); err != nil {
		return nil, err
	}
	s.cmd = exec.Command(self, "serve", "--config", b.config())
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "listening http="); ok {
			s.base, _, _ = strings.Cut(rest, " ")
			return s, nil
		}
	}
	err = errors.Join(fmt.Errorf("the server did not start"), s.stop())
	if said, readErr := os.ReadFile(s.log.Name()); readErr == nil {
		stderr.Write(said)
	}
	return nil, err
}

func (b *callBench) config() string { return filepath.Join(b.dir, "outdial.toml") }

// configure writes the server's configuration and the message.
func (b *callBench) configure(carrier netip.AddrPort) error {
	prompts := filepath.Join(b.dir, "prompts")
	if err := os.Mkdir(prompts, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(prompts, "message.wav"), quiet(message), 0o600); err != nil {
		return err
	}
	var text bytes.Buffer
	recordings, srtp, by := "", "off", "mode = \"agentless\"\nagentless_message = \"message\"\n"
	if b.agents > 0 {
		by = "mode = \"power\"\nlines_per_agent = 1\n"
	}
	if b.record {
		recordings, by = "recordings = \"recordings\"\n", by+"record = \"all\"\n"
	}
	if b.srtp {
		srtp = "required"
	}
	// A closed port rests for seconds, so there are more of them than calls; all are below
	// those that the system chooses for the far ends.
	fmt.Fprintf(&text, `
[http]
listen = "127.0.0.1:0"
[database]
path = "outdial.db"
[sip]
listen = "127.0.0.1:0"
[media]
address = "127.0.0.1"
ports = "2048-32767"
prompts = "prompts"
%s[dialer]
zip_tone = false
[[trunk]]
name = "carrier"
address = "sip:%s"
max_calls = %d
calls_per_second = %d
srtp = %q
[[campaign]]
name = %[6]q
list = %[6]q
workgroup = "Bench"
state = "on"
caller_id = "+13175550100"
ring = "30s"
hours = "always"
max_rate = %d
max_flying = %d
%s[[campaign.disposition]]
label = "Done"
category = "Success"
code = "Done"
[[user]]
id = "boss"
name = "Boss"
password = %q
admin = true
`, recordings, carrier, b.flying()+b.agents, 2*b.rate, srtp, benchCampaign, b.rate, b.flying(), by, benchPassword)
	for i := range b.agents {
		fmt.Fprintf(&text, "[[user]]\nid = %[1]q\nname = \"Agent %[2]d\"\npassword = %[3]q\nworkgroups = [\"Bench\"]\n"+
			"[[station]]\nname = %[1]q\nkind = \"remote\"\naddress = %[4]q\nsrtp = %[5]q\n", nameOf(i), i, benchPassword, phoneOf(nameOf(i), carrier), srtp)
	}
	return os.WriteFile(b.config(), text.Bytes(), 0o600)
}

// nameOf is an agent's name, phoneOf where his phone is.
func nameOf(agent int) string { return fmt.Sprintf("%s%04d", agentName, agent) }

func phoneOf(name string, phones netip.AddrPort) string {
	return fmt.Sprintf("sip:%s@%s", name, phones)
}

// quiet is a WAV file of µ-law that says nothing.
func quiet(seconds int) []byte {
	const muLaw, rate = 7, 8000
	size := uint32(seconds * rate)
	out := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, 36+size)...)
	out = append(out, "WAVEfmt \x10\x00\x00\x00"...)
	for _, v := range []uint16{muLaw, 1, rate, 0, rate, 0, 1, 8} { // the rates have 32 bits
		out = binary.LittleEndian.AppendUint16(out, v)
	}
	out = binary.LittleEndian.AppendUint32(append(out, "data"...), size)
	return append(out, bytes.Repeat([]byte{0xff}, int(size))...)
}

// load imports the contacts.
func (b *callBench) load(ctx context.Context) error {
	var rows bytes.Buffer
	rows.WriteString("number,name\n")
	for i := range b.contacts() {
		fmt.Fprintf(&rows, "+1317%07d,Customer %d\n", 2000000+i, i)
	}
	path := filepath.Join(b.dir, "contacts.csv")
	if err := os.WriteFile(path, rows.Bytes(), 0o600); err != nil {
		return err
	}
	var said strings.Builder
	if err := importContacts(ctx, []string{"--config", b.config(), "--campaign", benchCampaign, path}, &said, &said); err != nil {
		return fmt.Errorf("the contacts: %w\n%s", err, said.String())
	}
	return nil
}

func (s *benchServer) pid() int { return s.cmd.Process.Pid }

// stop has the server stop as an operator does, and waits for it.
func (s *benchServer) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	timer := time.AfterFunc(drainTime+10*time.Second, func() { _ = s.cmd.Process.Kill() }) // it may have ended
	defer timer.Stop()
	return errors.Join(s.cmd.Wait(), s.log.Close())
}

// ask makes a request of the administrators' API.
func (s *benchServer) ask(ctx context.Context, method, path, body string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.base+path, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.SetBasicAuth("boss", benchPassword)
	res, err := s.http.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s answered %s: %s", method, path, res.Status, text)
	}
	return string(text), err
}

// pause has the campaign begin no more calls.
func (s *benchServer) pause(ctx context.Context) error {
	_, err := s.ask(ctx, http.MethodPut, "/api/campaigns/"+benchCampaign+"/state", `{"state":"paused"}`)
	return err
}

// metrics reads the server's figures; those with labels are summed up.
func (s *benchServer) metrics(ctx context.Context) (map[string]float64, error) {
	text, err := s.ask(ctx, http.MethodGet, "/metrics", "")
	if err != nil {
		return nil, err
	}
	figures := map[string]float64{}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if v, err := strconv.ParseFloat(value, 64); ok && err == nil {
			name, _, _ = strings.Cut(name, "{")
			figures[name] += v
		}
	}
	return figures, nil
}

// holdings are what a server holds.
type holdings struct {
	Goroutines int   `json:"goroutines"`
	Files      int   `json:"files"`
	Sockets    int   `json:"udp_sockets"` // two for each leg
	Attempts   int   `json:"open_attempts"`
	Heap       int64 `json:"heap_bytes"` // in use
	Resident   int64 `json:"resident_bytes"`
}

// more tells whether something was kept. A pool of the database may hold a few files and
// goroutines more.
func (h holdings) more(than holdings) bool {
	const pooled = 12
	return h.Sockets > than.Sockets || h.Attempts > than.Attempts || h.Goroutines > than.Goroutines+pooled || h.Files > than.Files+pooled
}

func (s *benchServer) holdings(ctx context.Context) (h holdings, err error) {
	m, err := s.metrics(ctx)
	if err != nil {
		return h, err
	}
	h = holdings{
		Goroutines: int(m["go_goroutines"]), Files: int(m["process_open_fds"]), Attempts: int(m["outdial_attempts_open"]),
		Heap: int64(m["go_memstats_heap_inuse_bytes"]), Resident: int64(m["process_resident_memory_bytes"]),
	}
	h.Sockets, err = udpSockets(s.pid())
	return h, err
}

// udpSockets counts a process's sockets of UDP over IPv4.
func udpSockets(pid int) (count int, err error) {
	table, err := os.ReadFile("/proc/net/udp")
	if err != nil {
		return 0, err
	}
	inodes := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		if fields := strings.Fields(line); len(fields) > 9 { // the inode is the tenth
			inodes["socket:["+fields[9]+"]"] = true
		}
	}
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	files, err := os.ReadDir(folder)
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		if link, err := os.Readlink(filepath.Join(folder, f.Name())); err == nil && inodes[link] { // else it was closed meanwhile
			count++
		}
	}
	return count, nil
}
