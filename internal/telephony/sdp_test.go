package telephony

import (
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/media"
)

var ours = netip.MustParseAddrPort("192.0.2.1:4000")

func newParley(codecs ...media.Codec) *parley {
	if codecs == nil {
		codecs = []media.Codec{media.PCMU, media.PCMA}
	}
	return &parley{session: 7, local: ours, audio: audio{codecs: codecs}}
}

// lines are the lines of a description, joined for comparison.
func lines(body []byte) string {
	return strings.Join(strings.Split(strings.TrimSpace(string(body)), "\r\n"), "\n")
}

// far is a description of the far end: the session's c line, and an m line with
// its attributes.
func far(connection, m string, attributes ...string) string {
	s := "v=0\r\no=x 1 1 IN IP4 198.51.100.1\r\ns=-\r\n"
	if connection != "" {
		s += "c=" + connection + "\r\n"
	}
	s += "t=0 0\r\nm=" + m + "\r\n"
	for _, a := range attributes {
		s += a + "\r\n"
	}
	return s
}

func TestOurOffer(t *testing.T) {
	want := strings.TrimSpace(`
v=0
o=- 7 1 IN IP4 192.0.2.1
s=-
c=IN IP4 192.0.2.1
t=0 0
m=audio 4000 RTP/AVP 0 8 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20
a=sendrecv
a=rtcp:4001
a=rtcp-mux`)
	p := newParley()
	if got := lines(p.offer()); got != want {
		t.Errorf("offer:\n%s\nwant:\n%s", got, want)
	}
	if got := lines(p.offer()); got != want {
		t.Errorf("the same offer again has another version:\n%s", got)
	}
	p.codecs = []media.Codec{media.PCMA}
	if got := lines(p.offer()); !strings.Contains(got, "o=- 7 2 ") {
		t.Errorf("another offer has the same version:\n%s", got)
	}
	v6 := &parley{local: netip.MustParseAddrPort("[2001:db8::1]:4000"), audio: p.audio}
	if got := lines(v6.offer()); !strings.Contains(got, "c=IN IP6 2001:db8::1\n") {
		t.Errorf("offer over IPv6:\n%s", got)
	}
}

func TestAnswersToOurOffer(t *testing.T) {
	rtp := netip.MustParseAddrPort("198.51.100.1:5000")
	plain := media.Format{Codec: media.PCMU, Payload: 0, Remote: rtp, RemoteControl: netip.MustParseAddrPort("198.51.100.1:5001"), Send: true, Receive: true}
	with := func(change func(*media.Format)) media.Format { f := plain; change(&f); return f }
	const session = "IN IP4 198.51.100.1"
	for _, c := range []struct {
		name, body string
		want       media.Format
		held       bool
	}{
		{"static type without rtpmap", far(session, "audio 5000 RTP/AVP 0"), plain, false},
		{"the other law", far(session, "audio 5000 RTP/AVP 8"), with(func(f *media.Format) { f.Codec, f.Payload = media.PCMA, 8 }), false},
		{"the far end's order counts", far(session, "audio 5000 RTP/AVP 8 0"), with(func(f *media.Format) { f.Codec, f.Payload = media.PCMA, 8 }), false},
		{"unknown codecs are passed over", far(session, "audio 5000 RTP/AVP 18 9 0"), plain, false},
		{"dynamic type", far(session, "audio 5000 RTP/AVP 96", "a=rtpmap:96 pcma/8000/1"), with(func(f *media.Format) { f.Codec, f.Payload = media.PCMA, 96 }), false},
		{"a static number with another meaning", far(session, "audio 5000 RTP/AVP 0 97", "a=rtpmap:0 L16/44100", "a=rtpmap:97 PCMU/8000"), with(func(f *media.Format) { f.Payload = 97 }), false},
		{"events", far(session, "audio 5000 RTP/AVP 0 100", "a=rtpmap:100 telephone-event/8000"), with(func(f *media.Format) { f.Events = 100 }), false},
		{"events of another rate", far(session, "audio 5000 RTP/AVP 0 100", "a=rtpmap:100 telephone-event/48000"), plain, false},
		{"the media's address", far("IN IP4 203.0.113.9", "audio 5000 RTP/AVP 0", "c=IN IP4 198.51.100.1"), plain, false},
		{"rtcp-mux", far(session, "audio 5000 RTP/AVP 0", "a=rtcp-mux"), with(func(f *media.Format) { f.RemoteControl = rtp }), false},
		{"a=rtcp", far(session, "audio 5000 RTP/AVP 0", "a=rtcp:6000"), with(func(f *media.Format) { f.RemoteControl = netip.MustParseAddrPort("198.51.100.1:6000") }), false},
		{"a=rtcp with an address", far(session, "audio 5000 RTP/AVP 0", "a=rtcp:6000 IN IP4 203.0.113.5"), with(func(f *media.Format) { f.RemoteControl = netip.MustParseAddrPort("203.0.113.5:6000") }), false},
		{"sendonly", far(session, "audio 5000 RTP/AVP 0", "a=sendonly"), with(func(f *media.Format) { f.Send = false }), true},
		{"recvonly", far(session, "audio 5000 RTP/AVP 0", "a=recvonly"), with(func(f *media.Format) { f.Receive = false }), false},
		{"inactive", far(session, "audio 5000 RTP/AVP 0", "a=inactive"), with(func(f *media.Format) { f.Send, f.Receive = false, false }), true},
		{"AVPF", far(session, "audio 5000 RTP/AVPF 0"), plain, false},
		{"IPv6", far("IN IP6 2001:db8::2", "audio 5000 RTP/AVP 0"), with(func(f *media.Format) {
			f.Remote, f.RemoteControl = netip.MustParseAddrPort("[2001:db8::2]:5000"), netip.MustParseAddrPort("[2001:db8::2]:5001")
		}), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newParley()
			p.offer()
			got, err := p.accept([]byte(c.body))
			if err != nil || got != c.want || p.held != c.held {
				t.Errorf("%+v, held %v, %v\nwant %+v, %v", got, p.held, err, c.want, c.held)
			}
		})
	}
}

func TestDescriptionsThatGiveNoAudio(t *testing.T) {
	const session = "IN IP4 198.51.100.1"
	for name, body := range map[string]string{
		"empty":             "",
		"nonsense":          "hello",
		"no codec":          far(session, "audio 5000 RTP/AVP 18"),
		"refused":           far(session, "audio 0 RTP/AVP 0"),
		"encrypted":         far(session, "audio 5000 RTP/SAVP 0"),
		"video only":        far(session, "video 5000 RTP/AVP 34"),
		"no address":        far("", "audio 5000 RTP/AVP 0"),
		"a name as address": far("IN IP4 example.net", "audio 5000 RTP/AVP 0"),
		"multicast":         far("IN IP4 224.2.1.1/127", "audio 5000 RTP/AVP 0"),
		"type out of range": far(session, "audio 5000 RTP/AVP 200", "a=rtpmap:200 PCMU/8000"),
	} {
		p := newParley()
		p.offer()
		if f, err := p.accept([]byte(body)); !errors.Is(err, ErrMedia) {
			t.Errorf("%s as answer: %+v, %v", name, f, err)
		}
		if _, f, err := p.answer([]byte(body)); !errors.Is(err, ErrMedia) {
			t.Errorf("%s as offer: %+v, %v", name, f, err)
		}
	}
}

func TestOurAnswers(t *testing.T) {
	const session = "IN IP4 198.51.100.1"
	for _, c := range []struct{ name, offer, want string }{
		{"one codec, theirs first", far(session, "audio 5000 RTP/AVP 18 8 0 96", "a=rtpmap:96 telephone-event/8000"),
			"m=audio 4000 RTP/AVP 8 96\na=rtpmap:8 PCMA/8000\na=rtpmap:96 telephone-event/8000\na=fmtp:96 0-15\na=ptime:20\na=sendrecv\na=rtcp:4001"},
		{"hold", far(session, "audio 5000 RTP/AVP 0", "a=sendonly", "a=rtcp-mux"),
			"m=audio 4000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=recvonly\na=rtcp:4001\na=rtcp-mux"},
		{"the session's direction", "v=0\r\no=x 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\na=inactive\r\nm=audio 5000 RTP/AVP 0\r\n",
			"m=audio 4000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=inactive\na=rtcp:4001"},
		{"other media keep their places", far(session, "video 7000 RTP/AVP 34") + "m=audio 5000 RTP/AVP 0\r\nm=image 7002 udptl t38\r\n",
			"m=video 0 RTP/AVP 34\nm=audio 4000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=sendrecv\na=rtcp:4001\nm=image 0 udptl t38"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newParley()
			body, _, err := p.answer([]byte(c.offer))
			if err != nil {
				t.Fatal(err)
			}
			got := lines(body)
			if got = got[strings.Index(got, "m="):]; got != c.want {
				t.Errorf("answer:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestALaterOfferKeepsTheNumberOfMediaLines(t *testing.T) {
	p := newParley()
	if _, _, err := p.answer([]byte(far("IN IP4 198.51.100.1", "video 7000 RTP/AVP 34") + "m=audio 5000 RTP/AVP 0\r\n")); err != nil {
		t.Fatal(err)
	}
	offer := lines(p.offer())
	if got := regexp.MustCompile(`(?m)^m=\w+ \d+`).FindAllString(offer, -1); strings.Join(got, ",") != "m=video 0,m=audio 4000" {
		t.Errorf("%v", got)
	}
	if _, err := p.accept([]byte(far("IN IP4 198.51.100.1", "video 0 RTP/AVP 34") + "m=audio 5002 RTP/AVP 0\r\n")); err != nil {
		t.Error(err)
	}
}

func TestHoldTheOldWayKeepsTheAddress(t *testing.T) {
	p := newParley()
	before, err := p.accept([]byte(far("IN IP4 198.51.100.1", "audio 5000 RTP/AVP 0")))
	if err != nil {
		t.Fatal(err)
	}
	_, held, err := p.answer([]byte(far("IN IP4 0.0.0.0", "audio 5000 RTP/AVP 0")))
	if err != nil || held.Send || held.Remote != before.Remote || held.RemoteControl != before.RemoteControl || !p.held {
		t.Errorf("%+v, %v", held, err)
	}
	_, after, err := p.answer([]byte(far("IN IP4 198.51.100.7", "audio 5000 RTP/AVP 0")))
	if err != nil || !after.Send || after.Remote.Addr() != netip.MustParseAddr("198.51.100.7") || p.held {
		t.Errorf("%+v, %v", after, err)
	}
}

func FuzzDescription(f *testing.F) {
	f.Add(far("IN IP4 198.51.100.1", "audio 5000 RTP/AVP 0 8 101", "a=rtpmap:101 telephone-event/8000", "a=rtcp:1 IN IP4 1.2.3.4"))
	f.Add(far("IN IP6 ::", "audio 65535 RTP/AVP 0", "a=rtcp:0", "a=inactive"))
	f.Add(far("", "video 7000 RTP/AVP 34") + "m=audio 5000 RTP/AVPF 96\r\nc=IN IP4 1.2.3.4/5\r\na=rtpmap:96 PCMA/8000/1\r\n")
	for _, body := range lineages {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		p := newParley()
		p.offer()
		format, err := p.accept([]byte(body))
		if err == nil {
			check(t, format)
		}
		answer, format, err := p.answer([]byte(body))
		if err != nil {
			return
		}
		check(t, format)
		// What we answer is a description that we would understand.
		if _, err := parse(answer, SRTPOff); err != nil {
			t.Errorf("our answer %q: %v", answer, err)
		}
	})
}

func check(t *testing.T, f media.Format) {
	if f.Payload > 127 || f.Events > 127 || f.Send && (!f.Remote.IsValid() || f.Remote.Addr().IsUnspecified() || f.Remote.Port() == 0) {
		t.Errorf("agreed to %+v", f)
	}
}
