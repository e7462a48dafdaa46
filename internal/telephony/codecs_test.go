package telephony

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

func TestG722IsOfferedWhereItIsConfigured(t *testing.T) {
	p := newParley(media.G722, media.PCMA)
	got := lines(p.offer())
	for _, want := range []string{"RTP/AVP 9 8 101\n", "a=rtpmap:9 G722/8000\n", "a=rtpmap:101 telephone-event/8000\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	const session = "IN IP4 198.51.100.1"
	for _, c := range []struct {
		name, m, rtpmap string
		codec           media.Codec
		payload         uint8
	}{
		{"by its static type", "audio 5000 RTP/AVP 9", "", media.G722, 9},
		{"by a dynamic type", "audio 5000 RTP/AVP 109", "a=rtpmap:109 g722/8000", media.G722, 109},
		{"after Opus, which is not configured", "audio 5000 RTP/AVP 96 9", "a=rtpmap:96 opus/48000/2", media.G722, 9},
		{"after one that is not ours", "audio 5000 RTP/AVP 0 18 9 8", "", media.G722, 9},
		{"with another clock, which is none of ours", "audio 5000 RTP/AVP 96 8", "a=rtpmap:96 G722/16000", media.PCMA, 8},
	} {
		p := newParley(media.G722, media.PCMA)
		p.offer()
		f, err := p.accept([]byte(far(session, c.m, c.rtpmap)))
		if err != nil || f.Codec != c.codec || f.Payload != c.payload {
			t.Errorf("%s: %s as %d, %v", c.name, f.Codec, f.Payload, err)
		}
	}
}

func TestCodecsOfTrunksAndPhones(t *testing.T) {
	for text, want := range map[string]string{"": "PCMU PCMA", "g722,PCMU,G722": "G722 PCMU", "PCMA": "PCMA", "Opus,PCMA": "opus PCMA"} {
		var names []string
		if text != "" {
			names = strings.Split(text, ",")
		}
		codecs, err := codecsOf(names)
		var got []string
		for _, c := range codecs {
			got = append(got, c.String())
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	if _, err := Open(Config{Phones: []Phone{{Address: "sip:a@h", Codecs: []string{"GSM"}}}}, nil, nil, nil); !errors.Is(err, ErrPhone) {
		t.Errorf("a phone with GSM: %v", err)
	}
}

func TestALegTellsHowItsMediaWent(t *testing.T) {
	p := newPeer(t)
	b := openBench(t, Config{Phones: []Phone{{Address: p.target(), Codecs: []string{"G722", "PCMU"}}}})
	leg := b.dial(1, p.target())
	invite := p.expect("INVITE")
	if !strings.Contains(invite.body(), "RTP/AVP 9 0 101") {
		t.Fatalf("offered:\n%s", invite.body())
	}
	p.reply(invite, "200 OK", "far", p.sdp("RTP/AVP 0", "RTP/AVP 9"))
	p.expect("ACK")
	if q := b.await(leg, call.Answered).Quality; q != (call.Quality{Codec: "G722"}) {
		t.Errorf("at the answer: %+v", q)
	}
	// Of four packets the second is missing; the last is a key, so that it is known
	// when they have been taken.
	to := mediaOf(t, invite)
	for _, seq := range []byte{1, 3, 4} {
		packet := append([]byte{0x80, 9, 0, seq, 0, 0, seq, 160, 0, 0, 0, 9}, make([]byte, 160)...)
		if seq == 4 {
			packet = append([]byte{0x80, 101}, append(packet[2:12:12], 5, 10, 0, 160)...)
		}
		if _, err := p.rtp.WriteToUDP(packet, to); err != nil {
			t.Fatal(err)
		}
	}
	b.await(leg, call.Digit)
	if err := p.rtp.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if n, err := p.rtp.Read(make([]byte, 1500)); n != 172 || err != nil {
		t.Errorf("we sent %d bytes, %v", n, err)
	}
	b.HangUp(leg, call.Cause{})
	p.hungUpOn()
	q := b.await(leg, call.Ended).Quality
	if q.Codec != "G722" || q.Received != 3 || q.Lost != 1 || q.Sent == 0 {
		t.Errorf("at the end: %+v", q)
	}
	if len(b.logged("codec=G722")) != 1 {
		t.Error("the leg's line in the log does not tell its codec")
	}
}

// mediaOf is where a description of ours wants RTP.
func mediaOf(t *testing.T, m message) *net.UDPAddr {
	t.Helper()
	s, err := parse([]byte(m.body()), SRTPOff)
	if err != nil {
		t.Fatal(err)
	}
	return net.UDPAddrFromAddrPort(s.rtp)
}

func TestKeysAreFoundInTheVoiceOnlyWhereThatIsConfigured(t *testing.T) {
	const session = "IN IP4 198.51.100.1"
	for _, on := range []bool{false, true} {
		p := newParley()
		p.inband = on
		p.offer()
		f, err := p.accept([]byte(far(session, "audio 5000 RTP/AVP 0")))
		if err != nil || f.Inband != on || f.Events != 0 {
			t.Errorf("configured %t: %+v, %v", on, f, err)
		}
	}
	s := &Switch{phones: map[string]audio{"sip:anna@192.0.2.9": {codecs: []media.Codec{media.G722}, inband: true}}}
	for target, want := range map[string]bool{"sip:anna@192.0.2.9": true, "sip:bert@192.0.2.9": false} {
		ways, cause := s.ways(call.Order{Target: target})
		if len(ways) != 1 || ways[0].audio.inband != want || (ways[0].audio.codecs[0] == media.G722) != want {
			t.Errorf("%s: %+v, %v", target, ways, cause)
		}
	}
}

func TestOpusIsOfferedWhereItIsConfigured(t *testing.T) {
	p := newParley(media.Opus, media.PCMU)
	got := lines(p.offer())
	for _, want := range []string{
		"RTP/AVP 96 0 101 102\n", "a=rtpmap:96 opus/48000/2\n", "a=fmtp:96 maxplaybackrate=16000;stereo=0;sprop-stereo=0;useinbandfec=0\n",
		"a=rtpmap:101 telephone-event/8000\n", "a=rtpmap:102 telephone-event/48000\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if got := lines(newParley().offer()); strings.Contains(got, "opus") || strings.Contains(got, "48000") {
		t.Errorf("it is offered where it is not:\n%s", got)
	}
}

func TestAnswersWithOpus(t *testing.T) {
	const session = "IN IP4 198.51.100.1"
	for _, c := range []struct {
		name, m, attributes string
		codec               media.Codec
		payload, events     uint8
		fine                bool
	}{
		{"as offered", "audio 5000 RTP/AVP 96 102", "a=rtpmap:96 opus/48000/2\r\na=rtpmap:102 telephone-event/48000", media.Opus, 96, 102, true},
		{"in capitals, under a number of its own", "audio 5000 RTP/AVP 111", "a=rtpmap:111 OPUS/48000/2\r\na=fmtp:111 useinbandfec=1", media.Opus, 111, 0, false},
		{"with events at 8000 only", "audio 5000 RTP/AVP 96 101", "a=rtpmap:96 opus/48000/2\r\na=rtpmap:101 telephone-event/8000", media.Opus, 96, 101, false},
		{"with both, of which one fits", "audio 5000 RTP/AVP 96 101 102", "a=rtpmap:96 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\na=rtpmap:102 telephone-event/48000", media.Opus, 96, 102, true},
		{"G.711 instead, and its events", "audio 5000 RTP/AVP 0 102 101", "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:102 telephone-event/48000", media.PCMU, 0, 101, false},
		{"96 without a name is nothing", "audio 5000 RTP/AVP 96 0", "", media.PCMU, 0, 0, false},
		{"one channel is not Opus", "audio 5000 RTP/AVP 96 0", "a=rtpmap:96 opus/48000", media.PCMU, 0, 0, false},
	} {
		p := newParley(media.Opus, media.PCMU)
		p.offer()
		f, err := p.accept([]byte(far(session, c.m, c.attributes)))
		if err != nil || f.Codec != c.codec || f.Payload != c.payload || f.Events != c.events || f.Fine != c.fine {
			t.Errorf("%s: %+v, %v", c.name, f, err)
		}
	}
}

func TestOffersOfOpusAreAnsweredAsTheyHaveIt(t *testing.T) {
	const session = "IN IP4 198.51.100.1"
	offer := far(session, "audio 5000 RTP/AVP 111 0 110 126", "a=rtpmap:111 opus/48000/2", "a=rtpmap:110 telephone-event/48000", "a=rtpmap:126 telephone-event/8000")
	for _, c := range []struct {
		codecs []media.Codec
		want   string
	}{
		{[]media.Codec{media.PCMU, media.Opus}, "m=audio 4000 RTP/AVP 111 110\na=rtpmap:111 opus/48000/2\na=fmtp:111 maxplaybackrate=16000;stereo=0;sprop-stereo=0;useinbandfec=0\na=rtpmap:110 telephone-event/48000\na=fmtp:110 0-15\n"},
		{nil, "m=audio 4000 RTP/AVP 0 126\na=rtpmap:0 PCMU/8000\na=rtpmap:126 telephone-event/8000\na=fmtp:126 0-15\n"},
	} {
		body, _, err := newParley(c.codecs...).answer([]byte(offer))
		if err != nil || !strings.Contains(lines(body), c.want) {
			t.Errorf("%v, %s\nwant %s", err, lines(body), c.want)
		}
	}
}
