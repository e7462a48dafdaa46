//go:build linux

package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for something that takes milliseconds when
// all is well.
const patience = 30 * time.Second

// locate finds an outside program, or fails with what to do.
func locate(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		for _, dir := range []string{"/usr/sbin", "/sbin"} {
			if p := filepath.Join(dir, program); isFile(p) {
				return p
			}
		}
		t.Fatalf("%s is not installed on this machine: run `make peers` first", program)
	}
	return path
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// peer is one child process. It is started by launch and ended, at the latest,
// when the test ends.
type peer struct {
	name string
	cmd  *exec.Cmd
	said *journal[string] // stdout and stderr
	done chan struct{}
	err  error // of Wait; valid once done is closed
}

// launch starts a program in a process group of its own. What it prints goes to
// a journal, unless its stdout is spoken for; the tail is shown when the test
// fails.
func launch(t testing.TB, name string, cmd *exec.Cmd) *peer {
	t.Helper()
	p := &peer{name: name, cmd: cmd, said: newJournal[string](), done: make(chan struct{})}
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = in
	if cmd.Stdout == nil {
		cmd.Stdout = in
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s does not start: %v", name, err)
	}
	in.Close()
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	read := make(chan struct{})
	go func() {
		defer close(read)
		followLines(out, p.said)
	}()
	t.Cleanup(func() {
		p.kill()
		out.Close()
		<-read
		if t.Failed() {
			t.Logf("%s said last:\n%s", name, p.said.tail(40))
		}
	})
	return p
}

// kill ends the process group at once and waits for the process.
func (p *peer) kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// stop asks the process to end, and kills it when it does not.
func (p *peer) stop(sig syscall.Signal) {
	p.signal(sig)
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
	}
	p.kill()
}

// signal reaches the whole group: Kamailio has children. A group that is gone
// already is what the caller wanted.
func (p *peer) signal(sig syscall.Signal) {
	_ = syscall.Kill(-p.cmd.Process.Pid, sig)
}

// await waits for a line on stdout or stderr that contains the text, and fails
// when the process ends first.
func (p *peer) await(t testing.TB, text string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	go func() {
		select {
		case <-p.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	_, line, err := p.said.next(ctx, 0, containing(text))
	if err != nil {
		t.Fatalf("%s never said %q (ended: %v)\n%s", p.name, text, p.ended(), p.said.tail(40))
	}
	return line
}

// awaitTimes waits until the text was said so many times.
func (p *peer) awaitTimes(t testing.TB, text string, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for from, i := 0, 0; i < n; i++ {
		next, _, err := p.said.next(ctx, from, containing(text))
		if err != nil {
			t.Fatalf("%s said %q %d times, not %d\n%s", p.name, text, i, n, p.said.tail(20))
		}
		from = next
	}
}

// awaitEnd waits for the process to end by itself; the error is that of Wait.
func (p *peer) awaitEnd(t testing.TB) error {
	t.Helper()
	select {
	case <-p.done:
		return p.err
	case <-time.After(patience):
		t.Fatalf("%s does not end\n%s", p.name, p.said.tail(40))
		return nil
	}
}

// ended tells whether the process is over.
func (p *peer) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// journal is what a peer has said, line by line, or what was seen on the wire,
// packet by packet. Nothing is lost: who asks late still finds what came early.
type journal[T any] struct {
	mu      sync.Mutex
	entries []T
	more    chan struct{} // closed and replaced with each entry
}

func newJournal[T any]() *journal[T] { return &journal[T]{more: make(chan struct{})} }

func (j *journal[T]) add(entry T) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = append(j.entries, entry)
	close(j.more)
	j.more = make(chan struct{})
}

// next waits for the first entry from index on that matches; it gives the index
// after it.
func (j *journal[T]) next(ctx context.Context, from int, match func(T) bool) (int, T, error) {
	for {
		j.mu.Lock()
		entries, more := j.entries, j.more
		j.mu.Unlock()
		for ; from < len(entries); from++ {
			if match(entries[from]) {
				return from + 1, entries[from], nil
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			var none T
			return from, none, ctx.Err()
		}
	}
}

// all gives the entries so far that match.
func (j *journal[T]) all(match func(T) bool) []T {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []T
	for _, entry := range j.entries {
		if match(entry) {
			found = append(found, entry)
		}
	}
	return found
}

// tail gives the last n entries as text.
func (j *journal[T]) tail(n int) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var b strings.Builder
	for _, entry := range j.entries[max(0, len(j.entries)-n):] {
		fmt.Fprintln(&b, entry)
	}
	return b.String()
}

// followLines reads a peer's words to their end.
func followLines(r io.Reader, j *journal[string]) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		j.add(lines.Text())
	}
}

func containing(text string) func(string) bool {
	return func(line string) bool { return strings.Contains(line, text) }
}

func starting(text string) func(string) bool {
	return func(line string) bool { return strings.HasPrefix(line, text) }
}

// ports counts the signalling ports that were given out. All that the tests use
// is below the system's own ephemeral ports, which any socket of this machine may
// take at any moment; and processes that test at once begin at different places.
var ports atomic.Int64

// freePort is a port of 127.0.0.1 that is free for UDP and TCP, and so is the one
// after it, which baresip takes for TLS.
func freePort(t testing.TB) int {
	t.Helper()
	for range 1500 {
		port := 6000 + int(ports.Add(1)+int64(os.Getpid())*37)%1500*4
		if free(port) && free(port+1) {
			return port
		}
	}
	t.Fatal("no pair of ports is free for both UDP and TCP")
	return 0
}

// free tells whether a port can be bound now.
func free(port int) bool {
	at := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	udp, err := net.ListenPacket("udp4", at)
	if err != nil {
		return false
	}
	defer udp.Close()
	tcp, err := net.Listen("tcp4", at)
	if err != nil {
		return false
	}
	tcp.Close()
	return true
}

// span is a range of media ports, both ends included.
type span struct{ low, high int }

func (s span) String() string       { return fmt.Sprintf("%d-%d", s.low, s.high) }
func (s span) has(port uint16) bool { return int(port) >= s.low && int(port) <= s.high }

var spans atomic.Int64

// mediaSpan gives 500 media ports to one peer, below the system's own ephemeral
// ports, so that a capture can tell the peers apart. One that another process is
// using, from its first ports on as all do, is left out.
func mediaSpan() span {
	for tries := 1; ; tries++ {
		low := 12000 + int(spans.Add(1)+int64(os.Getpid())*11)%40*500
		if free(low) && free(low+2) || tries == 40 {
			return span{low, low + 499}
		}
	}
}

// options asks a SIP peer on loopback for a sign of life.
func options(t testing.TB, p *peer, port int) {
	t.Helper()
	optionsAt(t, p, "127.0.0.1", port)
}

// optionsAt asks a SIP peer for a sign of life until it answers: RFC 3261
// section 11, repeated as UDP wants it.
func optionsAt(t testing.TB, p *peer, host string, port int) {
	t.Helper()
	conn, err := net.Dial("udp4", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answer := make([]byte, 4096)
	for try, deadline := 0, time.Now().Add(patience); time.Now().Before(deadline) && !p.ended(); try++ {
		local := conn.LocalAddr().String()
		// A port nobody listens at yet refuses the write or the read: both mean try again.
		_, _ = fmt.Fprintf(conn, "OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKlife%d\r\nMax-Forwards: 70\r\nFrom: <sip:test@%s>;tag=t%d\r\nTo: <sip:%s>\r\nCall-ID: life%d@%s\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
			conn.RemoteAddr(), local, try, local, try, conn.RemoteAddr(), try, local)
		wait := time.Now().Add(50 * time.Millisecond)
		if err := conn.SetReadDeadline(wait); err != nil {
			t.Fatal(err)
		}
		n, err := conn.Read(answer)
		if err == nil && strings.HasPrefix(string(answer[:n]), "SIP/2.0 2") {
			return
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			<-time.After(time.Until(wait))
		}
	}
	t.Fatalf("%s does not answer OPTIONS at port %d\n%s", p.name, port, p.said.tail(40))
}
