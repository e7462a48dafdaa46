package telephony

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// zone is a DNS server with SRV records for _sip._udp.carrier.test; every other name
// that it has is at 127.0.0.1.
type zone struct {
	records []srv
}

type srv struct {
	priority, weight uint16
	port             int
}

// resolver asks the zone, and no network.
func (z zone) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go z.serve(theirs)
		return ours, nil
	}}
}

// serve answers over a stream: each message has its length before it (RFC 1035 section
// 4.2.2).
func (z zone) serve(c net.Conn) {
	defer c.Close()
	for {
		var length [2]byte
		if _, err := io.ReadFull(c, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(c, query); err != nil {
			return
		}
		answer := z.answer(query)
		if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

// answer makes the response to a query with one question (RFC 1035 section 4.1, RFC
// 2782).
func (z zone) answer(query []byte) []byte {
	const typeA, typeSRV = 1, 33
	var labels []string
	at := 12
	for query[at] != 0 {
		n := int(query[at])
		labels = append(labels, string(query[at+1:at+1+n]))
		at += 1 + n
	}
	question := query[12 : at+5]
	kind := binary.BigEndian.Uint16(query[at+1:])
	name := strings.ToLower(strings.Join(labels, "."))
	var answers [][]byte
	switch {
	case kind == typeSRV && name == "_sip._udp.carrier.test":
		for _, r := range z.records {
			data := binary.BigEndian.AppendUint16(nil, r.priority)
			data = binary.BigEndian.AppendUint16(data, r.weight)
			data = binary.BigEndian.AppendUint16(data, uint16(r.port))
			answers = append(answers, append(data, "\x02gw\x07carrier\x04test\x00"...))
		}
	case kind == typeA && name == "gw.carrier.test":
		answers = append(answers, []byte{127, 0, 0, 1})
	}
	header := append([]byte{}, query[:2]...)
	header = append(header, 0x85, 0x80, 0, 1, 0, byte(len(answers)), 0, 0, 0, 0)
	if len(answers) == 0 && !strings.HasSuffix(name, "carrier.test") {
		header[3] |= 3 // there is no such name
	}
	message := append(header, question...)
	for _, data := range answers {
		message = append(message, 0xc0, 12, 0, byte(kind), 0, 1, 0, 0, 0, 0) // the name of the question, class IN, no time to live
		message = binary.BigEndian.AppendUint16(message, uint16(len(data)))
		message = append(message, data...)
	}
	return message
}

func (p *peer) port() int { return p.conn.LocalAddr().(*net.UDPAddr).Port }

// TestEveryAddressOfATrunkIsTried: SRV records by priority, each once; what failed
// comes last next time.
func TestEveryAddressOfATrunkIsTried(t *testing.T) {
	first, second, third := newPeer(t), newPeer(t), newPeer(t)
	z := zone{records: []srv{{30, 0, third.port()}, {10, 5, first.port()}, {20, 0, second.port()}}}
	b := openBench(t, Config{Trunks: []Trunk{{Name: "t", Address: "carrier.test"}}, pace: pace{silence: 100 * time.Millisecond, resolver: z.resolver()}})
	b.dial(1, "100")
	if m := first.expect("INVITE"); m.start() != "INVITE sip:100@carrier.test SIP/2.0" { // and nobody answers
		t.Errorf("%q", m.start())
	}
	second.reply(second.expect("INVITE"), "503 Service Unavailable", "x", "")
	second.expect("ACK")
	third.busy()
	if end := b.await(1, call.Ended); end.Cause.Reason != call.Busy {
		t.Errorf("cause %v", end.Cause)
	}
	hops := b.Trunks()[0].Hops
	if len(hops) != 3 || hops[0].AvoidedUntil.IsZero() || hops[1].AvoidedUntil.IsZero() || !hops[2].AvoidedUntil.IsZero() {
		t.Errorf("%+v", hops)
	}
	b.dial(2, "100")
	third.busy()
	b.await(2, call.Ended)
	first.quiet(20 * time.Millisecond)
	second.quiet(20 * time.Millisecond)
	if s := b.Trunks()[0]; s.Failed != 0 || s.Placed != 4 {
		t.Errorf("%+v", s)
	}
}

// TestAnAnswerAboutTheNumberEndsTheSearch.
func TestAnAnswerAboutTheNumberEndsTheSearch(t *testing.T) {
	first, second := newPeer(t), newPeer(t)
	z := zone{records: []srv{{10, 0, first.port()}, {20, 0, second.port()}}}
	b := openBench(t, Config{Trunks: []Trunk{{Name: "t", Address: "carrier.test"}}, pace: pace{resolver: z.resolver()}})
	b.dial(1, "100")
	first.reply(first.expect("INVITE"), "404 Not Found", "x", "")
	first.expect("ACK")
	if end := b.await(1, call.Ended); end.Cause.Reason != call.BadNumber {
		t.Errorf("cause %v", end.Cause)
	}
	second.quiet(20 * time.Millisecond)
}

// TestOptionsFindTheAddressThatLives: so that no call need find out.
func TestOptionsFindTheAddressThatLives(t *testing.T) {
	dead, alive := newPeer(t), newPeer(t)
	z := zone{records: []srv{{10, 0, dead.port()}, {20, 0, alive.port()}}}
	trunk := Trunk{Name: "t", Address: "carrier.test", Options: time.Hour}
	b := openBench(t, Config{Trunks: []Trunk{trunk}, pace: pace{listen: 100 * time.Millisecond, resolver: z.resolver()}})
	dead.expect("OPTIONS")
	alive.reply(alive.expect("OPTIONS"), "200 OK", "x", "")
	b.awaitLog("trunk is up", 1)
	b.dial(1, "100")
	alive.busy()
	b.await(1, call.Ended)
	dead.quiet(20 * time.Millisecond)
}

func TestANameThatIsNotThere(t *testing.T) {
	b := openBench(t, Config{Trunks: []Trunk{{Name: "t", Address: "nobody.example"}}, pace: pace{resolver: zone{}.resolver()}})
	b.dial(1, "100")
	if end := b.await(1, call.Ended); end.Cause.Reason != call.Unreachable || !strings.Contains(end.Cause.Detail, "no such host") {
		t.Errorf("cause %v", end.Cause)
	}
}
