package telephony

import (
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/internal/call"
)

// torture is every message of RFC 4475 section 3 (testdata/torture, as the RFC's own
// archive has them) with what becomes of it: the status of the answer, or "ignored".
// Over TCP it is the same, unless the last column says otherwise: a stream of
// which no more can be read is "closed".
//
// Where the RFC asks for 400 and the message is ignored, sipgo can not read it, so
// there is nobody to answer. Of the valid messages only wsinv is refused: sipgo
// finds no tag where there is white space around its "=".
var torture = []struct{ name, what, udp, tcp string }{
	// 3.1.1 valid messages
	{"wsinv", "a short tortuous INVITE, of another's dialog", "400", ""},
	{"intmeth", "a wide range of valid characters", "501", ""},
	{"esc01", "% as an escape in a URI", "603", ""},
	{"escnull", "escaped nulls in URIs", "405", ""},
	{"esc02", "% where it escapes nothing", "501", ""},
	{"lwsdisp", "no white space between name and <", "200", ""},
	{"longreq", "long values", "603", ""},
	{"dblreq", "a second request behind the first", "405", "closed"},
	{"semiuri", "semicolons in the user part", "200", ""},
	{"transports", "unknown transports in Via", "200", ""},
	{"mpart01", "a body of several parts", "405", ""},
	{"unreason", "a response with an unusual phrase", "ignored", ""},
	{"noreason", "a response without a phrase", "ignored", ""},
	// 3.1.2 invalid messages
	{"badinv01", "separators without values", "ignored", "closed"},
	{"clerr", "Content-Length beyond the end", "ignored", "ignored"},
	{"ncl", "a negative Content-Length", "ignored", "closed"},
	{"scalar02", "numbers too large, in a request", "ignored", "closed"},
	{"scalarlg", "numbers too large, in a response", "ignored", "closed"},
	{"quotbal", "a quote that does not end", "ignored", "closed"},
	{"ltgtruri", "<> around the Request-URI", "ignored", "closed"},
	{"lwsruri", "white space in the Request-URI", "ignored", "closed"},
	{"lwsstart", "two blanks in the start line", "ignored", "closed"},
	{"trws", "blanks after the start line", "ignored", "closed"},
	{"escruri", "headers in the Request-URI", "603", ""},
	{"baddate", "a Date that is none", "603", ""},
	{"regbadct", "a Contact that should be in <>", "405", ""},
	{"badaspec", "blanks around an address", "ignored", "closed"},
	{"baddn", "names that should be quoted, and are understood", "200", ""},
	{"badvers", "SIP/7.0", "505", ""},
	{"mismatch01", "another method in CSeq", "400", ""},
	{"mismatch02", "another, unknown method in CSeq", "400", ""},
	{"bigcode", "a status of ten digits", "ignored", "closed"},
	// 3.2 transactions
	{"badbranch", "a branch of nothing but the magic cookie", "200", ""},
	// 3.3 application
	{"insuf", "no Call-ID, From and To", "400", ""},
	{"unkscm", "a URI scheme nobody knows", "416", ""},
	{"novelsc", "a URI scheme of something else", "ignored", "closed"},
	{"unksm2", "such a scheme in To", "405", ""},
	{"bext01", "extensions required that nobody has", "420", ""},
	{"invut", "a media type nobody knows", "603", ""},
	{"regaut01", "an authorization scheme nobody knows", "405", ""},
	{"multi01", "several values where one may be", "603", ""},
	{"mcl01", "two Content-Lengths", "200", "closed"},
	{"bcast", "a response by way of a broadcast address", "ignored", ""},
	{"zeromf", "Max-Forwards: 0", "200", ""},
	{"cparam01", "a parameter of Contact", "405", ""},
	{"cparam02", "a parameter of the URI in Contact", "405", ""},
	{"regescrt", "escaped headers in Contact", "405", ""},
	{"sdp01", "an Accept without SDP", "603", ""},
	// 3.4 RFC 2543: neither a branch nor a tag tells its transaction from another
	{"inv2543", "an INVITE of RFC 2543", "400", "closed"},
}

// tormentor is who sends the messages, over a dialog's head.
const tormentor = "127.44.75.1"

func tortured(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/torture/" + name + ".sip")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTorture sends every message to a switch that has a call up. Each is answered
// as it deserves, to the source of the message and the port of its Via; then
// OPTIONS is still answered, the call stands, and nothing is left of all that.
func TestTorture(t *testing.T) {
	b, far := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, far.target())
	invite := far.answered()
	b.await(leg, call.Answered)
	at5060, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(tormentor), Port: 5060})
	if err != nil {
		t.Fatal(err)
	}
	defer at5060.Close()
	p := newPeer(t)
	p.conn, p.to = at5060, b.Address()
	idle := goleak.IgnoreCurrent()
	for _, m := range torture {
		p.seen = make(map[string]bool) // some have the same branch
		p.send(tortured(t, m.name))
		if m.udp != "ignored" {
			judge(t, m.name, m.udp, p.any(patience))
		}
		alive(t, p, m.name)
		if m.tcp == "" {
			m.tcp = m.udp
		}
		torturedOverTCP(t, b, m.name, m.tcp)
	}
	p.quiet(50 * time.Millisecond) // those that are ignored, are
	if err := goleak.Find(idle); err != nil {
		t.Error(err)
	}
	far.request(invite, "INVITE", "far", far.sdp())
	far.expect("SIP/2.0 200")
	far.requestAt(far.seq, invite, "ACK", "far", "")
	far.request(invite, "BYE", "far", "")
	far.expect("SIP/2.0 200")
	b.await(leg, call.Ended)
	if got := fmt.Sprint(b.reported(leg)); got != fmt.Sprint([]call.Step{call.Ringing, call.Answered, call.Ended}) {
		t.Errorf("the call that stood reported %v", got)
	}
}

// judge looks at an answer: its status, and what must be in it.
func judge(t *testing.T, name, status string, m message) {
	t.Helper()
	if !strings.HasPrefix(string(m), "SIP/2.0 "+status+" ") {
		t.Errorf("%s: answered %q, want %s", name, m, status)
	}
	for code, header := range map[string]string{"405": "Allow", "420": "Unsupported", "501": "Allow"} {
		if status == code && m.header(header) == "" {
			t.Errorf("%s: no %s in %q", name, header, m)
		}
	}
}

// alive asks for a sign of life.
func alive(t *testing.T, p *peer, after string) {
	t.Helper()
	p.send(fmt.Sprintf("OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bKalive%s;rport\r\nFrom: <sip:x@y>;tag=x\r\nTo: <sip:x@y>\r\nCall-ID: alive\r\nCSeq: 7 OPTIONS\r\n\r\n", p.addr(), after))
	if m := p.any(patience); !strings.HasPrefix(string(m), "SIP/2.0 200") || m.header("Call-ID") != "alive" {
		t.Fatalf("after %s OPTIONS is answered %q", after, m)
	}
}

// torturedOverTCP sends a message on a connection of its own.
func torturedOverTCP(t *testing.T, b *bench, name, want string) {
	t.Helper()
	conn, err := net.Dial("tcp4", b.Address().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// Another branch: else it would be a repetition of what came over UDP.
	if _, err := conn.Write([]byte(strings.ReplaceAll(tortured(t, name), "z9hG4bK", "z9hG4bKt"))); err != nil {
		t.Fatal(err)
	}
	wait := patience
	if want == "ignored" {
		wait = 20 * time.Millisecond
	}
	_ = conn.SetReadDeadline(time.Now().Add(wait))
	answer := make([]byte, 65536)
	n, err := conn.Read(answer)
	late, _ := err.(net.Error)
	switch want {
	case "ignored":
		if late == nil || !late.Timeout() {
			t.Errorf("%s over TCP: %q, %v", name, answer[:n], err)
		}
	case "closed": // an answer to what was read before may come first
		if late != nil && late.Timeout() {
			t.Errorf("%s over TCP: left open", name)
		}
	default:
		judge(t, name+" over TCP", want, message(answer[:n]))
	}
}

// intoDialog (FuzzDatagram sends these) gives a message the Call-ID and the tags of the far end's dialog, and
// what it says of media an address of this machine.
func intoDialog(text string) string {
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	for _, change := range []struct{ pattern, by string }{
		{`(?mi)^(i|call-id)[ \t]*:[^\r]*`, "Call-ID: CALLID"},
		{`(?mi)^(f|from)[ \t]*:[^\r]*(\r\n[ \t][^\r]*)*`, "From: <sip:far@127.0.0.1>;tag=FAR"},
		{`(?mi)^(t|to)[ \t]*:[^\r]*(\r\n[ \t][^\r]*)*`, "To: <sip:near@127.0.0.1>;tag=NEAR"},
	} {
		head = regexp.MustCompile(change.pattern).ReplaceAllString(head, change.by)
	}
	return head + "\r\n\r\n" + regexp.MustCompile(`192\.0\.2\.\d+`).ReplaceAllString(body, "127.0.0.1")
}
