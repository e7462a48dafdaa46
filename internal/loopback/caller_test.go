package loopback

import (
	"bytes"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// patience bounds every wait of the tests.
const patience = 10 * time.Second

// caller is a SIP user agent of plain text, and one RTP socket.
type caller struct {
	t      *testing.T
	sip    *net.UDPConn
	rtp    *net.UDPConn
	to     *net.UDPAddr
	number string
	id     string
	tag    string // of the other side
	cseq   int
	branch int
}

// message is a SIP message, read with no more than string functions.
type message struct {
	start string
	text  string
	body  string
}

func (m message) header(name string) string {
	for line := range strings.Lines(m.text) {
		if key, value, found := strings.Cut(line, ":"); found && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

func (m message) status() int {
	fields := strings.Fields(m.start)
	if len(fields) < 2 || fields[0] != "SIP/2.0" {
		return 0
	}
	n, _ := strconv.Atoi(fields[1])
	return n
}

// port is where the description wants RTP.
func (m message) port() int {
	_, rest, found := strings.Cut(m.body, "m=audio ")
	if !found {
		return 0
	}
	n, _ := strconv.Atoi(strings.Fields(rest)[0])
	return n
}

func newCaller(t *testing.T, address, number string) *caller {
	t.Helper()
	to, err := net.ResolveUDPAddr("udp4", address[strings.Index(address, "127.0.0.1"):])
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, to: to, number: number, id: fmt.Sprintf("%s-%d", t.Name(), time.Now().UnixNano()), cseq: 1}
	for _, conn := range []**net.UDPConn{&c.sip, &c.rtp} {
		if *conn, err = listenUDP(0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { (*conn).Close() })
	}
	return c
}

func (c *caller) offer(direction string, formats string) string {
	return fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP %s 101\r\na=rtpmap:101 telephone-event/8000\r\na=%s\r\n", portOf(c.rtp), formats, direction)
}

// send writes a request; extra are whole header lines.
func (c *caller) send(method, body string, extra ...string) {
	c.t.Helper()
	if method != "ACK" && method != "CANCEL" {
		c.branch++
	}
	branch := c.branch
	if method == "ACK" && c.tag != "" {
		branch += 1000
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s sip:%s@%s SIP/2.0\r\n", method, c.number, c.to)
	fmt.Fprintf(&b, "Via: SIP/2.0/UDP %s;branch=z9hG4bK-%s-%d\r\n", c.sip.LocalAddr(), c.id, branch)
	fmt.Fprintf(&b, "From: <sip:+13175550100@127.0.0.1>;tag=us\r\nTo: <sip:%s@%s>", c.number, c.to)
	if c.tag != "" {
		fmt.Fprintf(&b, ";tag=%s", c.tag)
	}
	fmt.Fprintf(&b, "\r\nCall-ID: %s\r\nCSeq: %d %s\r\nContact: <sip:us@%s>\r\nMax-Forwards: 70\r\n", c.id, c.cseq, method, c.sip.LocalAddr())
	for _, line := range extra {
		b.WriteString(line + "\r\n")
	}
	if body != "" {
		b.WriteString("Content-Type: application/sdp\r\n")
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(body), body)
	if _, err := c.sip.WriteToUDP([]byte(b.String()), c.to); err != nil {
		c.t.Fatal(err)
	}
}

// read gives the next message; 100 Trying is passed over.
func (c *caller) read() message {
	c.t.Helper()
	buf := make([]byte, 8192)
	for {
		c.sip.SetReadDeadline(time.Now().Add(patience))
		n, err := c.sip.Read(buf)
		if err != nil {
			c.t.Fatalf("nothing came: %v", err)
		}
		head, body, _ := strings.Cut(string(buf[:n]), "\r\n\r\n")
		start, _, _ := strings.Cut(head, "\r\n")
		m := message{start: start, text: head, body: body}
		if m.status() != 100 {
			return m
		}
	}
}

// expect reads a response with this status, and takes the other side's tag from it.
func (c *caller) expect(status int) message {
	c.t.Helper()
	m := c.read()
	if m.status() != status {
		c.t.Fatalf("got %q, want a %d", m.start, status)
	}
	if _, tag, found := strings.Cut(m.header("To"), "tag="); found && strings.HasSuffix(m.header("CSeq"), "INVITE") {
		c.tag = tag
	}
	return m
}

// call invites and acknowledges; it gives the 200.
func (c *caller) call() message {
	c.t.Helper()
	c.send("INVITE", c.offer("sendrecv", "0 8"))
	m := c.read()
	for m.status() == 180 {
		m = c.read()
	}
	if m.status() != 200 {
		c.t.Fatalf("got %q, want a 200", m.start)
	}
	_, c.tag, _ = strings.Cut(m.header("To"), "tag=")
	c.send("ACK", "")
	return m
}

// hangUp sends BYE and reads its answer.
func (c *caller) hangUp() {
	c.t.Helper()
	c.cseq++
	c.send("BYE", "")
	c.expect(200)
}

// answerBye waits for the other side's BYE and answers it.
func (c *caller) answerBye() message {
	c.t.Helper()
	m := c.read()
	if !strings.HasPrefix(m.start, "BYE ") {
		c.t.Fatalf("got %q, want a BYE", m.start)
	}
	var b strings.Builder
	b.WriteString("SIP/2.0 200 OK\r\n")
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		fmt.Fprintf(&b, "%s: %s\r\n", name, m.header(name))
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	if _, err := c.sip.WriteToUDP([]byte(b.String()), c.to); err != nil {
		c.t.Fatal(err)
	}
	return m
}

// hear reads n packets of RTP.
func (c *caller) hear(n int) []rtp.Packet {
	c.t.Helper()
	packets := make([]rtp.Packet, n)
	buf := make([]byte, 2048)
	for i := range packets {
		c.rtp.SetReadDeadline(time.Now().Add(patience))
		size, err := c.rtp.Read(buf)
		if err != nil {
			c.t.Fatalf("no packet %d: %v", i, err)
		}
		if err := packets[i].Unmarshal(bytes.Clone(buf[:size])); err != nil {
			c.t.Fatal(err)
		}
	}
	return packets
}

// say sends frames of a voice, as fast as it goes.
func (c *caller) say(port int, v Voice, n int) {
	c.t.Helper()
	to := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(port))
	said := v.in(laws[0])
	for i := range n {
		p := rtp.Packet{Header: rtp.Header{Version: 2, SSRC: 9, SequenceNumber: uint16(i), Timestamp: uint32(i * frameSamples)}, Payload: said.frame(i)}
		raw, err := p.Marshal()
		if err != nil {
			c.t.Fatal(err)
		}
		if _, err := c.rtp.WriteToUDPAddrPort(raw, to); err != nil {
			c.t.Fatal(err)
		}
	}
}

// kinds counts what is in the packets.
func kinds(packets []rtp.Packet) map[int]int {
	found := map[int]int{}
	for _, p := range packets {
		found[kindOf(lawOf(p.PayloadType).decode(nil, p.Payload))]++
	}
	return found
}
