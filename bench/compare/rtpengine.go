package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/bench"
)

const (
	// patience is how long an answer of rtpengine is waited for.
	patience = time.Second
	// attempts is how often a request is sent: it may not have begun to listen.
	attempts = 100
)

// installEngine installs Debian's package.
func installEngine(ctx context.Context) error {
	fmt.Fprintln(os.Stderr, "rtpengine is missing and will be installed: apt-get install rtpengine-daemon")
	install := exec.CommandContext(ctx, "apt-get", "install", "-y", "--no-install-recommends", "rtpengine-daemon")
	install.Stdout, install.Stderr = os.Stderr, os.Stderr
	if err := install.Run(); err != nil {
		return fmt.Errorf("rtpengine cannot be installed: %w; install it, or leave it out with -relays outdial,plain", err)
	}
	return nil
}

// engine is an rtpengine in userspace, told of calls over its ng protocol: a cookie and a
// dictionary, bencoded, in a datagram; the answer has the cookie too.
type engine struct {
	cmd    *exec.Cmd
	socket net.Conn
	cookie int
}

// startEngine runs rtpengine with its ports at an address.
func startEngine(ctx context.Context, address netip.Addr, folder string) (bench.Relay, error) {
	path, err := exec.LookPath("rtpengine")
	if err != nil {
		return nil, err
	}
	control, err := freePort()
	if err != nil {
		return nil, err
	}
	listen := net.JoinHostPort("127.0.0.1", strconv.Itoa(control))
	cmd := exec.CommandContext(ctx, path, "--config-file=none", "--foreground", "--table=-1", "--interface="+address.String(),
		"--listen-ng="+listen, "--port-min=20000", "--port-max=32000", "--log-level=2", "--log-stderr",
		"--pidfile="+filepath.Join(folder, "rtpengine.pid"))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	socket, err := net.Dial("udp", listen)
	if err != nil {
		return nil, err
	}
	e := &engine{cmd: cmd, socket: socket}
	if _, err := e.ask("command", "ping"); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// freePort is one for UDP that nobody has at the moment.
func freePort() (int, error) {
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return 0, err
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).Port, nil
}

func (e *engine) Name() string { return "rtpengine" }
func (e *engine) PID() int     { return e.cmd.Process.Pid }

// Figures of it are none.
func (e *engine) Figures() (bench.Figures, error) { return bench.Figures{}, nil }
func (e *engine) Finish() (bench.Figures, error)  { return bench.Figures{}, nil }

func (e *engine) Close() error {
	e.socket.Close()
	if err := e.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	timer := time.AfterFunc(5*time.Second, func() { _ = e.cmd.Process.Kill() }) // it may have ended
	defer timer.Stop()
	_ = e.cmd.Wait() // how it ends is its own affair
	return nil
}

// Open offers and answers each call; the descriptions that come back tell where its ports
// are: the one for the callee in answer to the offer, the one for the caller to the answer.
func (e *engine) Open(load bench.Load, ends []bench.End) error {
	if 2*load.Calls != len(ends) || load.SRTP || load.Record || load.Transcode {
		return errors.New("rtpengine is compared by calls in clear, and nothing else")
	}
	for i := 0; i < len(ends); i += 2 {
		call := "call-" + strconv.Itoa(i)
		offer, err := e.ask("ICE", "remove", "call-id", call, "command", "offer", "from-tag", "a", "sdp", description(ends[i].Far))
		if err != nil {
			return err
		}
		answer, err := e.ask("ICE", "remove", "call-id", call, "command", "answer", "from-tag", "a", "sdp", description(ends[i+1].Far), "to-tag", "b")
		if err != nil {
			return err
		}
		if ends[i+1].Near, err = audioAt(offer); err != nil {
			return err
		}
		if ends[i].Near, err = audioAt(answer); err != nil {
			return err
		}
	}
	return nil
}

// description is SDP of G.711 at an address.
func description(at netip.AddrPort) string {
	version := "IP4"
	if at.Addr().Is6() {
		version = "IP6"
	}
	return fmt.Sprintf("v=0\r\no=- 1 1 IN %[1]s %[2]s\r\ns=-\r\nc=IN %[1]s %[2]s\r\nt=0 0\r\nm=audio %[3]d RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendrecv\r\n", version, at.Addr(), at.Port())
}

// audioAt reads where a description wants its audio.
func audioAt(sdp string) (at netip.AddrPort, err error) {
	var address, port string
	for line := range strings.Lines(sdp) {
		switch fields := strings.Fields(line); {
		case strings.HasPrefix(line, "c=") && len(fields) > 2:
			address = fields[2]
		case strings.HasPrefix(line, "m=audio") && len(fields) > 1:
			port = fields[1]
		}
	}
	if at, err = netip.ParseAddrPort(net.JoinHostPort(address, port)); err != nil {
		return at, fmt.Errorf("no address in what rtpengine answers: %w\n%s", err, sdp)
	}
	return at, nil
}

// ask sends a dictionary, keys and values in the order of the keys, and gives the SDP of
// the answer.
func (e *engine) ask(pairs ...string) (sdp string, err error) {
	e.cookie++
	cookie := strconv.Itoa(e.cookie) + " "
	text := cookie + "d"
	for _, s := range pairs {
		text += strconv.Itoa(len(s)) + ":" + s
	}
	text += "e"
	answer := make([]byte, 1<<16)
	for range attempts {
		if _, err = e.socket.Write([]byte(text)); err != nil {
			continue // it may be asked again: it does not listen yet
		}
		for {
			if err = e.socket.SetReadDeadline(time.Now().Add(patience)); err != nil {
				return "", err
			}
			n, failed := e.socket.Read(answer)
			if failed != nil {
				err = failed
				time.Sleep(patience / 10)
				break
			}
			if got, ok := strings.CutPrefix(string(answer[:n]), cookie); ok {
				return result(got)
			}
		}
	}
	return "", fmt.Errorf("rtpengine does not answer: %w", err)
}

// result reads a dictionary of strings, which is all that is looked at.
func result(text string) (sdp string, err error) {
	words := words(text)
	if i := slices.Index(words, "result"); i < 0 || i+1 == len(words) || words[i+1] != "ok" && words[i+1] != "pong" {
		return "", fmt.Errorf("rtpengine answers %q", text)
	}
	if i := slices.Index(words, "sdp"); i >= 0 && i+1 < len(words) {
		sdp = words[i+1]
	}
	return sdp, nil
}

// words gives the strings of a bencoded value, in order.
func words(text string) (all []string) {
	for text != "" {
		digits := 0
		for digits < len(text) && text[digits] >= '0' && text[digits] <= '9' {
			digits++
		}
		n, err := strconv.Atoi(text[:digits])
		if err != nil || digits == len(text) || text[digits] != ':' || digits+1+n > len(text) {
			text = text[1:] // the frame of a list, a dictionary or a number
			continue
		}
		all = append(all, text[digits+1:digits+1+n])
		text = text[digits+1+n:]
	}
	return all
}
