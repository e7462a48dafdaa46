package telephony

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/media"
)

func TestComfortNoiseIsOfferedAndAnsweredOnlyWhereItIsConfigured(t *testing.T) {
	theirs := []byte(far("IN IP4 198.51.100.1", "audio 5000 RTP/AVP 0 13"))
	for idle, want := range map[media.Idle]bool{media.FullRate: false, media.ComfortNoise: true, media.KeepAlive: false} {
		p := newParley()
		p.idle = idle
		offer := lines(p.offer())
		if strings.Contains(offer, "RTP/AVP 0 8 101 13\n") != want || strings.Contains(offer, "a=rtpmap:13 CN/8000\n") != want {
			t.Errorf("%v: offered\n%s", idle, offer)
		}
		answer, f, err := p.answer(theirs)
		if strings.Contains(lines(answer), "RTP/AVP 0 13\na=rtpmap:0 PCMU/8000\na=rtpmap:13 CN/8000\n") != want || f.Idle != idle || err != nil {
			t.Errorf("%v: answered, with %v and %v\n%s", idle, f.Idle, err, lines(answer))
		}
	}
}

func TestAFarEndThatTakesNoComfortNoiseIsSentSilence(t *testing.T) {
	const session = "IN IP4 198.51.100.1"
	for _, c := range []struct {
		name, m, rtpmap string
		want            media.Idle
	}{
		{"by its static type", "audio 5000 RTP/AVP 0 13", "", media.ComfortNoise},
		{"by name", "audio 5000 RTP/AVP 8 13", "a=rtpmap:13 cn/8000", media.ComfortNoise},
		{"beside G.722, whose clock is 8000 too", "audio 5000 RTP/AVP 9 13", "", media.ComfortNoise},
		{"not at all", "audio 5000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000", media.FullRate},
		{"under another number", "audio 5000 RTP/AVP 0 98", "a=rtpmap:98 CN/8000", media.FullRate},
		{"another thing by that number", "audio 5000 RTP/AVP 0 13", "a=rtpmap:13 CN/16000", media.FullRate},
		{"beside Opus, whose clock is 48000", "audio 5000 RTP/AVP 96 13", "a=rtpmap:96 opus/48000/2", media.FullRate},
	} {
		p := newParley(media.Opus, media.PCMU, media.PCMA, media.G722)
		p.idle = media.ComfortNoise
		p.offer()
		if f, err := p.accept([]byte(far(session, c.m, c.rtpmap))); f.Idle != c.want || err != nil {
			t.Errorf("%s: %v, %v", c.name, f.Idle, err)
		}
	}
}

func TestWhatIsSentToAParkedPhoneIsTheStations(t *testing.T) {
	s := &Switch{
		cfg: Config{Idle: media.KeepAlive},
		phones: map[string]audio{
			"sip:anna@192.0.2.9": {codecs: []media.Codec{media.PCMU}, idle: media.ComfortNoise},
			"3175550100":         {idle: media.FullRate},
		},
		trunks: []*trunk{{Trunk: Trunk{Name: "a"}}},
	}
	s.cfg.pace = s.cfg.pace.withDefaults()
	for _, c := range []struct {
		party  call.Party
		target string
		want   media.Idle
	}{
		{call.Agent, "sip:anna@192.0.2.9", media.ComfortNoise},
		{call.Agent, "3175550100", media.FullRate},
		{call.Agent, "3175550101", media.KeepAlive},
		{call.Agent, "sip:bert@192.0.2.9", media.KeepAlive},
		{call.Customer, "sip:anna@192.0.2.9", media.FullRate},
		{call.Customer, "3175550101", media.FullRate},
	} {
		ways, cause := s.ways(call.Order{Party: c.party, Target: c.target})
		if len(ways) != 1 || ways[0].audio.idle != c.want {
			t.Errorf("%v %s: %+v, %v", c.party, c.target, ways, cause)
		}
	}
}

func TestAParkedPhoneIsSentWhatWasAgreed(t *testing.T) {
	for name, c := range map[string]struct {
		answer []string // changes of the peer's
		size   int      // of what it is sent first
		said   int      // lines that say that it takes none
		idle   string
	}{
		"noise":           {[]string{"RTP/AVP 0 101", "RTP/AVP 0 101 13"}, 13, 0, "idle=noise"},
		"silence instead": {nil, 172, 1, "idle=silence"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t)
			b := openBench(t, Config{Phones: []Phone{{Address: p.target(), Idle: media.ComfortNoise}}})
			leg := b.dial(1, p.target(), func(o *call.Order) { o.Party = call.Agent })
			p.reply(p.expect("INVITE"), "200 OK", "far", p.sdp(c.answer...))
			p.expect("ACK")
			b.await(leg, call.Answered)
			b.Park(leg, call.Silence)
			if err := p.rtp.SetReadDeadline(time.Now().Add(patience)); err != nil {
				t.Fatal(err)
			}
			if n, err := p.rtp.Read(make([]byte, 1500)); n != c.size || err != nil {
				t.Errorf("sent %d bytes, %v", n, err)
			}
			if got := len(b.logged("takes no comfort noise")); got != c.said {
				t.Errorf("%d lines say that it takes no comfort noise", got)
			}
			b.HangUp(leg, call.Cause{})
			p.hungUpOn()
			b.await(leg, call.Ended)
			if len(b.logged(c.idle)) != 1 {
				t.Errorf("the leg's line in the log does not say %s", c.idle)
			}
		})
	}
}
