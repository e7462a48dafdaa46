package bench

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	// beat is how often the network looks at its clock and its pipe.
	beat = 5 * time.Millisecond
	// again is after how long what was not answered is sent again (RFC 3261: T1), and
	// hopeless how long that goes on.
	again    = 500 * time.Millisecond
	hopeless = 16 * time.Second
	// inbound is the buffer of the socket, so that a burst of calls is not lost.
	inbound = 4 << 20
)

// network is a carrier with its customers, and the agents' phones: who answers every call
// at once. One goroutine owns it, but for what its lines hold.
type network struct {
	about  Subscribers
	socket *net.UDPConn
	at     netip.AddrPort
	lines  *lines
	calls  map[string]*dialog // by Call-ID
	queue  []*dialog          // whose time has to be looked at, every beat
	seen   Calls
	ask    chan chan Calls
}

// dialog is a call at the far end.
type dialog struct {
	invite  message
	from    netip.AddrPort
	tag     string
	line    *line // nil once it is given back
	agent   bool
	state   state
	begun   time.Time // the INVITE came
	since   time.Time // it is in this state
	tries   int       // that what it waits for was asked for again
	pending string    // what would be sent again
	told    string    // our description
}

type state int

const (
	answered state = iota // 200 was sent
	talking               // ACK has come
	leaving               // BYE was sent
	gone                  // over; it is remembered for what comes late
)

// Network is the process of a carrier and of agents' phones; it answers a parent over in
// and out until in is closed.
func Network(in io.Reader, out io.Writer) (err error) {
	var n *network
	done := make(chan error, 1)
	defer func() {
		if n != nil {
			n.socket.Close()
			err = errors.Join(err, <-done)
			n.lines.close()
		}
	}()
	return Answer(in, out, func(r NetworkRequest, answer func(any) error) error {
		switch {
		case r.Open != nil && n == nil:
			opened, err := openNetwork(*r.Open)
			if err != nil {
				return err
			}
			n = opened
			go func() { done <- n.run() }()
			return answer(n.at)
		case n == nil:
			return errors.New("the network is not open yet")
		}
		seen := make(chan Calls)
		n.ask <- seen
		calls := <-seen
		return answer(&calls)
	})
}

func openNetwork(about Subscribers) (*network, error) {
	socket, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(about.Address, 0)))
	if err != nil {
		return nil, err
	}
	_ = socket.SetReadBuffer(inbound) // the system may give less
	lines, err := openLines(about.Address, about.Phones)
	if err != nil {
		return nil, errors.Join(err, socket.Close())
	}
	at := netip.AddrPortFrom(about.Address, uint16(socket.LocalAddr().(*net.UDPAddr).Port))
	return &network{about: about, socket: socket, at: at, lines: lines, calls: map[string]*dialog{}, ask: make(chan chan Calls)}, nil
}

// run owns the network until its socket is closed.
func (n *network) run() error {
	datagram := make([]byte, 1<<16)
	for next := time.Now(); ; {
		if now := time.Now(); !now.Before(next) {
			n.look(now)
			next = now.Add(beat)
			if err := n.socket.SetReadDeadline(next); err != nil {
				return closedIsNone(err)
			}
		}
		size, from, err := n.socket.ReadFromUDPAddrPort(datagram)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
		case errors.Is(err, net.ErrClosed):
			return nil
		case err != nil: // an answer to what was sent to somebody who is gone
		default:
			if m, ok := readMessage(string(datagram[:size])); ok {
				n.take(m, netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), time.Now())
			}
		}
	}
}

func closedIsNone(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// take takes a message.
func (n *network) take(m message, from netip.AddrPort, now time.Time) {
	d := n.calls[m.call]
	switch {
	case m.status != 0:
		if d != nil && d.state == leaving && m.method == "BYE" && m.status >= 200 {
			n.seen.Teardown.Add(now.Sub(d.since))
			n.end(d, now)
		}
	case m.method == "INVITE" && d == nil:
		n.invited(m, from, now)
	case m.method == "INVITE" && strings.Contains(m.to, ";tag="): // a re-INVITE changes nothing here
		if d.line != nil {
			n.send(m.answer("200 OK", d.tag, n.at, d.told), from)
		}
	case m.method == "INVITE":
		n.seen.Repeated++
		n.send(d.pending, from)
	case m.method == "ACK":
		if d != nil && d.state == answered {
			n.acknowledged(d, now)
		}
	case m.method == "BYE":
		n.send(m.answer("200 OK", "none", n.at, ""), from)
		if d != nil {
			n.end(d, now)
		}
	case m.method == "CANCEL": // too late: everyone answers at once
		n.send(m.answer("481 Call Does Not Exist", "none", n.at, ""), from)
	default:
		n.send(m.answer("200 OK", "none", n.at, ""), from)
	}
}

// invited answers a call.
func (n *network) invited(m message, from netip.AddrPort, now time.Time) {
	n.seen.Invited++
	d := &dialog{invite: m, from: from, tag: "far" + strconv.Itoa(n.seen.Invited), agent: n.about.Agents != "" && strings.HasPrefix(m.user, n.about.Agents), begun: now, since: now}
	offer, err := described(m.body)
	if err == nil {
		d.line = n.lines.take()
	}
	if d.line == nil {
		n.seen.Busy++
		n.send(m.answer("486 Busy Here", d.tag, n.at, ""), from)
		return
	}
	n.calls[m.call] = d
	n.queue = append(n.queue, d)
	n.seen.Up++
	if d.agent {
		n.seen.Lines++
	}
	ours := voice{at: d.line.port.address, tag: offer.tag}
	if len(offer.key) > 0 {
		ours.key = newKey()
	}
	d.told = describe(ours)
	d.pending = m.answer("200 OK", d.tag, n.at, d.told)
	if err := d.line.pickUp(offer, ours.key, d.agent); err != nil {
		n.seen.Failed++
		n.end(d, now)
		return
	}
	n.send(d.pending, from)
}

func (n *network) acknowledged(d *dialog, now time.Time) {
	d.state, d.since, d.tries = talking, now, 0
	if !d.agent {
		n.seen.Answered++
		n.seen.Setup.Add(now.Sub(d.begun))
	}
}

// look sees to those whose time has come, and answers the parent.
func (n *network) look(now time.Time) {
	kept := n.queue[:0]
	for _, d := range n.queue {
		if n.due(d, now) {
			kept = append(kept, d)
		} else {
			delete(n.calls, d.invite.call)
		}
	}
	clear(n.queue[len(kept):])
	n.queue = kept
	select {
	case seen := <-n.ask:
		seen <- n.seen
	default:
	}
}

// due does what time asks for; false once a call may be forgotten.
func (n *network) due(d *dialog, now time.Time) bool {
	waited := now.Sub(d.since)
	switch d.state {
	case talking:
		if !d.agent && waited >= n.about.Hold {
			d.state, d.since = leaving, now
			d.pending = d.invite.bye(d.tag, d.tag, n.at)
			n.send(d.pending, d.from)
		}
	case gone:
		return waited < hopeless
	default:
		if waited > hopeless {
			n.seen.Failed++
			n.end(d, now)
		} else if waited > again<<d.tries {
			d.tries++
			n.seen.Repeated++
			n.send(d.pending, d.from)
		}
	}
	return true
}

// end gives the call's line back.
func (n *network) end(d *dialog, now time.Time) {
	if d.line == nil {
		return
	}
	prime, plain := n.lines.giveBack(d.line)
	if prime > 0 && plain > 0 {
		n.seen.Prime.Add(prime)
		n.seen.Plain.Add(plain)
	}
	n.seen.Up--
	if d.agent {
		n.seen.Lines--
	} else {
		n.seen.Ended++
	}
	d.line, d.state, d.since = nil, gone, now
}

// send sends a message; what does not arrive is sent again later.
func (n *network) send(text string, to netip.AddrPort) {
	_, _ = n.socket.WriteToUDPAddrPort([]byte(text), to)
}
