package media

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// idle makes a phone that is sent something else than silence while it is idle.
func (r *rig) idle(i Idle, codec Codec) *phone {
	p := r.phone(codec)
	p.format.Idle = i
	p.Agree(p.format)
	return p
}

// wantPauses checks packets that stand for a pause: of one type and payload, without a
// marker, as far apart on the clock as they were in time.
func wantPauses(t *testing.T, got []rtp.Packet, n int, payload uint8, body string, every time.Duration) {
	t.Helper()
	if len(got) != n {
		t.Fatalf("%d packets, want %d", len(got), n)
	}
	wantOneStream(t, got)
	for i, p := range got {
		if p.PayloadType != payload || p.Marker || string(p.Payload) != body {
			t.Errorf("packet %d is %v with %x", i, p.Header, p.Payload)
		}
		if i > 0 && int64(p.Timestamp-got[i-1].Timestamp) != samples(every) {
			t.Errorf("packet %d is %d samples after the one before, want %d", i, p.Timestamp-got[i-1].Timestamp, samples(every))
		}
	}
}

func TestComfortNoiseIsSentAtOnceAndThenSparsely(t *testing.T) {
	for _, codec := range []Codec{PCMU, PCMA, G722} {
		r := newRig(t)
		p := r.idle(ComfortNoise, codec)
		r.pass(20 * ms)
		wantPauses(t, p.hear(), 1, 13, "\x46", noiseEvery)
		r.pass(3*noiseEvery - 20*ms)
		p.heardTo = 0
		wantPauses(t, p.hear(), 3, 13, "\x46", noiseEvery)
	}
}

func TestAKeptAliveLegIsSentEmptyPacketsOfNoMeaning(t *testing.T) {
	r := newRig(t)
	p := r.idle(KeepAlive, PCMU)
	r.pass(3 * keepEvery)
	wantPauses(t, p.hear(), 3, 127, "", keepEvery)
	p.format.Events = 127 // now this one has a meaning
	p.Agree(p.format)
	r.pass(keepEvery)
	wantPauses(t, p.hear(), 1, 126, "", keepEvery)
}

func TestWhereRTCPSharesThePortItAloneKeepsTheWayOpen(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	p.format.Idle, p.format.RemoteControl = KeepAlive, p.format.Remote
	p.Agree(p.format)
	r.pass(keepEvery)
	control := 0
	for _, d := range p.voice.sent {
		if isControl(d.data) {
			control++
		}
	}
	if rest := len(p.voice.sent) - control; control < 2 || rest != 0 {
		t.Errorf("%d packets of RTCP and %d of RTP in %v", control, rest, keepEvery)
	}
}

func TestVoiceComesBackFromAPauseWithoutABreak(t *testing.T) {
	for _, idle := range []Idle{ComfortNoise, KeepAlive} {
		r := newRig(t)
		p, customer := r.idle(idle, PCMU), r.phone(PCMU)
		r.pass(1990 * ms)
		customer.say(1)
		r.time = r.time.Add(7 * ms)
		Bridge(p.Leg, customer.Leg, nil)
		for range 4 {
			r.pass(frameTime)
			customer.say(2)
		}
		got := p.hear()
		wantOneStream(t, got)
		wantCodes(t, got[1:], 1, 2, 2, 2, 2)
		for i, packet := range got {
			if packet.Marker != (i == 1) {
				t.Errorf("%v: marker of packet %d is %v", idle, i, packet.Marker)
			}
		}
		// The first packet went out at 20 ms; the newest frame was said at 1980.
		if gone := int64(got[1].Timestamp - got[0].Timestamp); gone < samples(1960*ms) || gone > samples(1970*ms) {
			t.Errorf("%v: the voice is %d samples after the pause's packet", idle, gone)
		}
		customer.Close()
		r.pass(patience + 2*frameTime)
		after := p.hear()
		wantOneStream(t, append(got, after...))
		if len(after) != 1 || after[0].Marker || after[0].PayloadType == p.format.Payload {
			t.Errorf("%v: after the voice came %d packets, want one for the pause", idle, len(after))
		}
	}
}

func TestASoundAndADigitInterruptThePause(t *testing.T) {
	r := newRig(t)
	p := r.idle(ComfortNoise, PCMU)
	r.pass(100 * ms)
	p.Play(ZipTone(), nil)
	r.pass(ZipTone().Duration() + 100*ms)
	got := p.hear()
	wantOneStream(t, got)
	zip := int(ZipTone().Duration() / frameTime)
	if len(got) != 1+zip+1 || !got[1].Marker || got[1+zip].PayloadType != 13 {
		t.Errorf("%d packets for noise, %d of the tone and noise", len(got), zip)
	}
	p.SendDigits("5")
	r.pass(time.Second)
	got = p.hear()
	if len(got) < 3 || got[0].PayloadType != 101 || !got[0].Marker || got[len(got)-1].PayloadType != 13 {
		t.Errorf("%d packets for a digit and noise", len(got))
	}
}

func TestAPauseLeavesTheLivenessOfTheFarEndAlone(t *testing.T) {
	r := newRig(t)
	p := r.idle(ComfortNoise, PCMU)
	r.pass(4500 * ms)
	p.say(1)
	r.pass(time.Second)
	if s := p.Stats(); s.PacketsReceived != 1 || s.LastPacket != r.time.Add(-time.Second) || s.PacketsSent != 2 {
		t.Errorf("%+v", s)
	}
}

func TestWhoMustNotBeSentAnythingIsSentNoPause(t *testing.T) {
	r := newRig(t)
	p := r.idle(ComfortNoise, PCMU)
	p.format.Send = false
	p.Agree(p.format)
	r.pass(noiseEvery)
	if got := p.hear(); len(got) != 0 {
		t.Errorf("%d packets on hold", len(got))
	}
	p.format.Send = true
	p.Agree(p.format)
	r.pass(20 * ms)
	wantPauses(t, p.hear(), 1, 13, "\x46", noiseEvery)
}

func TestNamesOfWhatAnIdleLegIsSent(t *testing.T) {
	for _, i := range []Idle{FullRate, ComfortNoise, KeepAlive} {
		if got, err := IdleNamed(i.String()); got != i || err != nil {
			t.Errorf("%v is %v, %v", i, got, err)
		}
	}
	if got, err := IdleNamed(""); got != FullRate || err != nil {
		t.Errorf("nothing is %v, %v", got, err)
	}
	if _, err := IdleNamed("music"); err == nil {
		t.Error("music is known")
	}
}

// BenchmarkIdle is a second of a parked leg: its ticks, and what is sent through a socket.
func BenchmarkIdle(b *testing.B) {
	for _, c := range []struct {
		idle  Idle
		codec Codec
	}{{FullRate, PCMU}, {FullRate, G722}, {ComfortNoise, PCMU}, {KeepAlive, PCMU}} {
		b.Run(c.idle.String()+"-"+c.codec.String(), func(b *testing.B) {
			r := newRig(b)
			p := r.idle(c.idle, c.codec)
			c, err := bind(netip.MustParseAddr("127.0.0.1"), 0)
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			p.wire = c
			p.format.Remote = address(c) // to itself
			p.Agree(p.format)
			b.ReportAllocs()
			for b.Loop() {
				for range 50 {
					r.time = r.time.Add(frameTime)
					p.Leg.reports.next = r.now() + time.Hour // they cost all the same
					p.tick(r.now())
				}
			}
		})
	}
}
