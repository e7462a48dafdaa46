package telephony

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// registering is a trunk that registers with a peer; what failed is tried again soon.
func registering(p *peer, change ...func(*Trunk)) Config {
	trunk := trunkTo(p, "t", 0)
	trunk.User, trunk.Password, trunk.Registration = "anna", "secret", Registration{On: true, Expires: time.Hour}
	for _, f := range change {
		f(&trunk)
	}
	return Config{Trunks: []Trunk{trunk}, pace: pace{
		listen: 100 * time.Millisecond, again: 20 * time.Millisecond, most: 40 * time.Millisecond, farewell: 200 * time.Millisecond,
		chance: func() float64 { return 1 },
	}}
}

// grants is what a registrar answers to a REGISTER.
func grants(m message, seconds int) string {
	return fmt.Sprintf("Contact: %s;expires=%d", m.header("Contact"), seconds)
}

// registers plays a registrar that grants what is asked next.
func (p *peer) registers(seconds int) message {
	p.t.Helper()
	m := p.expect("REGISTER")
	p.reply(m, "200 OK", "reg", "", grants(m, seconds))
	return m
}

// leaves closes the switch, and expects that it takes its registration back.
func (p *peer) leaves(b *bench) {
	p.t.Helper()
	over := make(chan struct{})
	go func() {
		defer close(over)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = b.Close(ctx)
	}()
	for {
		if m := p.expect("REGISTER"); m.header("Expires") == "0" {
			p.reply(m, "200 OK", "reg", "")
			break
		}
	}
	<-over
}

func TestATrunkIsRegistered(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, registering(p, func(t *Trunk) { t.Domain, t.Registration.As = "carrier.example", "4711" }))
	first := p.expect("REGISTER")
	if first.start() != "REGISTER sip:carrier.example SIP/2.0" || uri(first.header("To")) != "sip:4711@carrier.example" ||
		uri(first.header("From")) != "sip:4711@carrier.example" || first.tag("To") != "" || first.header("Expires") != "3600" ||
		!strings.HasPrefix(uri(first.header("Contact")), "sip:4711@127.0.0.1:") {
		t.Errorf("%s", first)
	}
	// Until there is an answer nobody is called by it.
	b.dial(1, "100")
	if end := b.await(1, call.Ended); end.Cause.Reason != call.NoLines || !strings.Contains(end.Cause.Detail, "it is not registered: no answer yet") {
		t.Errorf("cause %v", end.Cause)
	}
	p.reply(first, "401 Unauthorized", "reg", "", `WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
	second := p.registers(600)
	proves(t, second, second.header("Authorization"), "n1", "00000001")
	if second.cseq() != first.cseq()+1 || second.header("Call-ID") != first.header("Call-ID") || second.tag("From") != first.tag("From") {
		t.Errorf("%s", second)
	}
	b.awaitLog("trunk registered", 1)
	s := b.Trunks()[0]
	if left := time.Until(s.Binding.Until); !s.Binding.Registered || left < 590*time.Second || left > 600*time.Second || s.State != Up || s.Binding.Contact != uri(second.header("Contact")) {
		t.Errorf("%+v, %+v", s, s.Binding)
	}
	b.dial(2, "100")
	p.busy()
	b.await(2, call.Ended)
	p.leaves(b)
}

func TestABindingIsRefreshedBeforeItEnds(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, registering(p))
	p.registers(1)
	start := time.Now()
	b.awaitLog("trunk registered", 1)
	p.registers(600)
	if waited := time.Since(start); waited < 500*time.Millisecond || waited >= time.Second {
		t.Errorf("it was refreshed after %v of a second", waited)
	}
	if n := len(b.logged("trunk registered")); n != 1 {
		t.Errorf("a refresh was logged as new: %d lines", n)
	}
	p.leaves(b)
}

func TestTheRegistrarMayWantALongerTime(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, registering(p, func(t *Trunk) { t.Registration.Expires = time.Minute }))
	p.reply(p.expect("REGISTER"), "423 Interval Too Brief", "reg", "", "Min-Expires: 1800")
	if m := p.registers(1800); m.header("Expires") != "1800" {
		t.Errorf("Expires: %s", m.header("Expires"))
	}
	p.leaves(b)
}

// TestAWrongPasswordIsToldPlainly: it is not tried twice with one nonce, and calls are
// refused with the reason.
func TestAWrongPasswordIsToldPlainly(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, registering(p))
	for range 2 {
		p.reply(p.expect("REGISTER"), "401 Unauthorized", "reg", "", `WWW-Authenticate: Digest realm="r", nonce="n1", qop="auth"`)
	}
	b.awaitLog("user or password is wrong", 1)
	b.dial(1, "100")
	if end := b.await(1, call.Ended); end.Cause.Reason != call.NoLines || !strings.Contains(end.Cause.Detail, "user or password is wrong") {
		t.Errorf("cause %v", end.Cause)
	}
	if s := b.Trunks()[0]; s.State != Down || s.Binding.Registered {
		t.Errorf("%+v", s)
	}
}

// TestALostRegistrarIsTriedAgain: silence, then an error, then an answer.
func TestALostRegistrarIsTriedAgain(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, registering(p))
	p.expect("REGISTER") // and say nothing
	b.awaitLog("REGISTER: no answer came", 1)
	p.reply(p.expect("REGISTER"), "500 Server Error", "reg", "")
	b.awaitLog("REGISTER was answered 500", 1)
	p.registers(600)
	b.awaitLog("trunk registered", 1)
	if s := b.Trunks()[0]; !s.Binding.Registered || s.Binding.Trouble != "" {
		t.Errorf("%+v", s.Binding)
	}
	p.leaves(b)
}

// TestABindingOutlivesAFailedRefresh: what was granted holds, unless the registrar
// says that it does not know us any more.
func TestABindingOutlivesAFailedRefresh(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status string
		holds  bool
	}{{"503 Service Unavailable", true}, {"403 Forbidden", false}} {
		t.Run(c.status, func(t *testing.T) {
			p := newPeer(t)
			config := registering(p)
			config.pace.listen = patience // it is answered, however late
			b := openBench(t, config)
			p.registers(2)
			p.reply(p.expect("REGISTER"), c.status, "reg", "", "Retry-After: 60")
			b.awaitLog("REGISTER was answered "+c.status, 1)
			if s := b.Trunks()[0]; s.Binding.Registered != c.holds || s.Binding.Trouble == "" {
				t.Errorf("%+v", s.Binding)
			}
			if c.holds {
				p.leaves(b)
			}
		})
	}
}

func TestARegistrarThatWantsToBeLeftAlone(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, registering(p))
	p.reply(p.expect("REGISTER"), "503 Service Unavailable", "reg", "", "Retry-After: 60")
	b.awaitLog("again=1m0s", 1)
	p.quiet(100 * time.Millisecond) // it would have been tried again twice by now
}

// TestSeenFromOutside: what the registrar sees replaces the Contact that it can not
// reach, in calls and their SDP as well (RFC 3581).
func TestSeenFromOutside(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, registering(p, func(t *Trunk) { t.NAT = true }))
	translated := func(m message, status string, headers ...string) {
		seen := message(strings.Replace(string(m), ";rport", ";received=192.0.2.9;rport=40001", 1))
		p.reply(seen, status, "x", "", headers...)
	}
	first := p.expect("REGISTER")
	translated(first, "200 OK", grants(first, 600))
	second := p.expect("REGISTER")
	contacts := second.headers("Contact")
	if len(contacts) != 2 || uri(contacts[0]) != "sip:anna@192.0.2.9:40001" || contacts[1] != "<"+uri(first.header("Contact"))+">;expires=0" {
		t.Errorf("contacts %q", contacts)
	}
	translated(second, "200 OK", grants(second, 600))
	b.awaitLog("trunk registered", 1)
	b.dial(1, "100")
	invite := p.expect("INVITE")
	if at := uri(invite.header("Contact")); !strings.HasSuffix(at, "@192.0.2.9:40001") {
		t.Errorf("Contact: %s", at)
	}
	if !strings.Contains(invite.body(), "c=IN IP4 192.0.2.9") {
		t.Errorf("offer: %s", invite.body())
	}
	if s := b.Trunks()[0]; s.Learned.String() != "192.0.2.9:40001" {
		t.Errorf("learned %v", s.Learned)
	}
	translated(invite, "486 Busy Here")
	p.expect("ACK")
	b.await(1, call.Ended)
	p.leaves(b)
}

// TestAWayThroughANATIsKeptOpen by what SIP skips.
func TestAWayThroughANATIsKeptOpen(t *testing.T) {
	p := newPeer(t)
	trunk := trunkTo(p, "t", 0)
	trunk.NAT = true
	openBench(t, Config{Trunks: []Trunk{trunk}, pace: pace{open: 10 * time.Millisecond}})
	if m := p.any(patience); m != "\r\n\r\n" {
		t.Errorf("%q", m)
	}
}

// TestAConnectionIsKeptOpen: over TCP the registration and what keeps the connection
// alive come by the same one (RFC 5626 section 3.5.1), and the Contact says TCP.
func TestAConnectionIsKeptOpen(t *testing.T) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	b := openBench(t, Config{
		Trunks: []Trunk{{Name: "t", Address: listener.Addr().String() + ";transport=tcp", User: "anna", Password: "x", NAT: true, Registration: Registration{On: true}}},
		pace:   pace{open: 10 * time.Millisecond, farewell: 100 * time.Millisecond},
	})
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	in := bufio.NewReader(conn)
	read := func() message {
		t.Helper()
		var text strings.Builder
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if text.WriteString(line); line == "\r\n" {
				return message(text.String())
			}
		}
	}
	m := read()
	for m.method() != "REGISTER" {
		m = read()
	}
	if !strings.HasSuffix(uri(m.header("Contact")), ";transport=tcp") {
		t.Errorf("Contact: %s", m.header("Contact"))
	}
	from := conn.RemoteAddr().(*net.TCPAddr)
	seen := strings.Replace(m.header("Via"), ";rport", fmt.Sprintf(";received=127.0.0.1;rport=%d", from.Port), 1)
	fmt.Fprintf(conn, "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=r\r\nCall-ID: %s\r\nCSeq: %s\r\nExpires: 600\r\nContent-Length: 0\r\n\r\n",
		seen, m.header("From"), m.header("To"), m.header("Call-ID"), m.header("CSeq"))
	for m = read(); m.method() != "REGISTER"; m = read() {
	}
	if got, want := uri(m.header("Contact")), fmt.Sprintf("sip:anna@127.0.0.1:%d;transport=tcp", from.Port); got != want {
		t.Errorf("Contact: %s, want %s", got, want)
	}
	fmt.Fprintf(conn, "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=r\r\nCall-ID: %s\r\nCSeq: %s\r\nExpires: 600\r\nContent-Length: 0\r\n\r\n",
		m.header("Via"), m.header("From"), m.header("To"), m.header("Call-ID"), m.header("CSeq"))
	b.awaitLog("trunk registered", 1)
	if m = read(); m != "\r\n" {
		t.Errorf("%q", m)
	}
}

// TestARegistrationOverTLS comes by the one connection that calls take too, and names
// it in its Contact.
func TestARegistrationOverTLS(t *testing.T) {
	a, p := newAuthority(t), newPeer(t)
	g := p.behindTLS(a.issue([]string{carrierName}))
	cfg := registering(p)
	trunk := g.trunk(TLS{CA: a.file, Name: carrierName})
	trunk.User, trunk.Password, trunk.Registration = "anna", "secret", Registration{On: true}
	cfg.Trunks = []Trunk{trunk}
	cfg.pace.listen = patience
	b := openBench(t, cfg)
	m := p.registers(600)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(strings.Split(m.header("Via"), ";")[0], "SIP/2.0/TLS "))
	if !strings.HasSuffix(uri(m.header("Contact")), ":"+port+";transport=tls") || port == "" {
		t.Errorf("%s", m)
	}
	b.awaitLog("trunk registered", 1)
	b.dial(1, "100")
	p.busy()
	b.await(1, call.Ended)
	p.leaves(b)
	if n := g.connections(); n != 1 {
		t.Errorf("%d connections", n)
	}
}

func TestWhatARegistrarGrants(t *testing.T) {
	contact, err := target("sip:anna@192.0.2.1:5060")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		headers string
		want    time.Duration
	}{
		"nothing said":        {"", time.Hour},
		"Expires":             {"Expires: 60\r\n", time.Minute},
		"ours among others":   {"Contact: <sip:anna@192.0.2.2:5060>;expires=5, <sip:anna@192.0.2.1:5060;transport=udp>;expires=120\r\nExpires: 60\r\n", 2 * time.Minute},
		"ours without a time": {"Contact: <sip:anna@192.0.2.1:5060>\r\nExpires: 60\r\n", time.Minute},
		"none":                {"Contact: <sip:anna@192.0.2.1:5060>;expires=0\r\n", 0},
		"nonsense":            {"Expires: soon\r\n", time.Hour},
	} {
		res := parsed(t, "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"+c.headers+"Content-Length: 0\r\n\r\n")
		if got := grantedTo(res, contact, time.Hour); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestABindingAtOneMoment(t *testing.T) {
	now := time.Unix(100, 0)
	b := binding{since: now, until: now.Add(time.Minute), trouble: "silence"}
	for _, c := range []struct {
		at         time.Duration
		registered bool
		since      time.Time
	}{{time.Second, true, now}, {time.Minute, false, b.until}, {time.Hour, false, b.until}} {
		if s := b.snapshot(now.Add(c.at)); s.Registered != c.registered || !s.Since.Equal(c.since) {
			t.Errorf("after %v: %+v", c.at, s)
		}
	}
}

func TestFailuresBackOff(t *testing.T) {
	for _, c := range []struct {
		failures int
		chance   float64
		want     time.Duration
	}{
		{1, 1, 15 * time.Second}, {1, 0, 7500 * time.Millisecond}, {2, 1, 30 * time.Second}, {5, 1, 4 * time.Minute}, {6, 1, 5 * time.Minute}, {2000, 0.5, 225 * time.Second},
	} {
		if got := backOff(15*time.Second, 5*time.Minute, c.failures, c.chance); got != c.want {
			t.Errorf("after %d failures, chance %g: %v, want %v", c.failures, c.chance, got, c.want)
		}
	}
}
