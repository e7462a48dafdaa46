package media

import (
	"net/netip"
	"testing"
	"time"
)

func TestNothingIsSaidBeforeAgreement(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	p.agreed = false
	r.pass(100 * ms)
	if got := p.hear(); len(got) != 0 {
		t.Errorf("sent %d packets", len(got))
	}
}

func TestAnIdleLegSendsSilenceAtFullRate(t *testing.T) {
	for codec, silence := range map[Codec]byte{PCMU: 0xff, PCMA: 0xd5} {
		r := newRig(t)
		p := r.phone(codec)
		r.pass(time.Second)
		got := p.hear()
		if len(got) != 50 {
			t.Fatalf("%v: %d packets in a second", codec, len(got))
		}
		wantOneStream(t, got)
		for i, packet := range got {
			if packet.Marker != (i == 0) || packet.PayloadType != p.format.Payload || len(packet.Payload) != frame {
				t.Fatalf("%v: packet %d is %v", codec, i, packet.Header)
			}
			for _, code := range packet.Payload {
				if code != silence {
					t.Fatalf("%v: packet %d holds %#02x", codec, i, code)
				}
			}
		}
	}
}

func TestDirection(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	hold := a.format
	hold.Send = false
	a.Agree(hold)
	b.say(1)
	r.pass(60 * ms)
	if got := a.hear(); len(got) != 0 {
		t.Errorf("a leg that must not send sent %d packets", len(got))
	}
	hold.Send, hold.Receive = true, false
	a.Agree(hold)
	b.hear()
	a.say(2)
	if got := b.hear(); len(got) != 0 {
		t.Error("a leg that must not receive passed on what came")
	}
	if s := a.Stats(); s.PacketsReceived != 1 || s.LastPacket != r.time {
		t.Errorf("on hold, what comes is still a sign of life: %+v", s)
	}
	a.Agree(a.format)
	a.say(3)
	wantCodes(t, b.hear(), 3)
}

func TestAChangedFormatKeepsTheStream(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	r.pass(40 * ms)
	changed := p.format
	changed.Codec, changed.Payload, changed.Remote = PCMA, 96, netip.MustParseAddrPort("192.0.2.77:7000")
	p.Agree(changed)
	r.pass(40 * ms)
	got := p.hear()
	wantOneStream(t, got)
	wantCodes(t, got, 0xff, 0xff, 0xd5, 0xd5)
	if got[3].PayloadType != 96 || p.voice.sent[3].to != changed.Remote {
		t.Errorf("sent %v to %v", got[3].Header, p.voice.sent[3].to)
	}
}

func TestALegFollowsItsFarEnd(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	sdp := p.addr
	r.pass(20 * ms)
	p.addr = netip.MustParseAddrPort("198.51.100.9:33333")
	p.say(1)
	r.pass(20 * ms)
	stranger := *p.packet(2)
	p.receive(marshal(t, &stranger), netip.MustParseAddrPort("203.0.113.1:9"))
	r.pass(20 * ms)
	for i, want := range []netip.AddrPort{sdp, p.addr, p.addr} {
		if got := p.voice.sent[i].to; got != want {
			t.Errorf("packet %d went to %v, want %v", i, got, want)
		}
	}
	if s := p.Stats(); s.PacketsReceived != 1 || s.Refused != 1 || s.Remote != p.addr {
		t.Errorf("%+v", s)
	}
}

func TestOnlyWhatWasAgreedCounts(t *testing.T) {
	r := newRig(t)
	p, partner := r.phone(PCMU), r.phone(PCMU)
	Bridge(p.Leg, partner.Leg, nil)
	other := p.packet(1)
	other.PayloadType = 8
	loop := p.packet(1)
	loop.SSRC = p.Leg.ssrc
	p.deliver(other)
	p.deliver(loop)
	p.receive([]byte("hello"), p.addr)
	if got := partner.hear(); len(got) != 0 {
		t.Errorf("forwarded %x", codes(got))
	}
	if s := p.Stats(); s.Refused != 3 || s.PacketsReceived != 0 || !s.LastPacket.IsZero() {
		t.Errorf("%+v", s)
	}
}

func TestPlay(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMA)
	ended, all := 0, false
	r.pass(20 * ms)
	p.Play(newSound([]int16{159: 8000, 160: -8000, 170: 1}, false), func(whole bool) { ended++; all = whole })
	r.pass(20 * ms)
	if ended != 0 {
		t.Error("done after half of the sound")
	}
	r.pass(40 * ms)
	if ended != 1 || !all {
		t.Errorf("done %d times, all of it %v", ended, all)
	}
	got := p.hear()
	wantOneStream(t, got)
	zero := aCompress(0)
	wantCodes(t, got, aSilence, zero, aCompress(-8000), aSilence)
	if got[1].Payload[159] != aCompress(8000) || got[2].Payload[159] != aSilence || !got[1].Marker || got[2].Marker {
		t.Error("the sound was not sent as it is")
	}
	r.pass(time.Second)
	if ended != 1 {
		t.Errorf("done %d times", ended)
	}
}

func TestPlayEndsOnce(t *testing.T) {
	music := newSound(make([]int16, 3*frame), true)
	for name, end := range map[string]func(p, other *phone){
		"another sound": func(p, _ *phone) { p.Play(Silence(), nil) },
		"nil":           func(p, _ *phone) { p.Play(nil, nil) },
		"a bridge":      func(p, other *phone) { Bridge(other.Leg, p.Leg, nil) },
		"close":         func(p, _ *phone) { p.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			p, other := r.phone(PCMU), r.phone(PCMU)
			ended := 0
			p.Play(music, func(whole bool) {
				ended++
				if whole {
					t.Error("it has been played to an end that it does not have")
				}
			})
			r.pass(time.Second)
			if ended != 0 {
				t.Fatal("a looping sound ended by itself")
			}
			end(p, other)
			r.pass(time.Second)
			p.Close()
			if ended != 1 {
				t.Errorf("done %d times", ended)
			}
		})
	}
}

func TestPlayOfNothingIsDoneAtOnce(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	ended := 0
	p.Play(nil, func(bool) { ended++ })
	p.Play(newSound(nil, true), func(bool) { ended++ })
	p.Close()
	p.Play(ZipTone(), func(bool) { ended++ })
	if ended != 3 {
		t.Errorf("done %d times", ended)
	}
}

func TestDoneMayPlayTheNextSound(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	next := newSound([]int16{4000}, false)
	p.Play(newSound([]int16{2000}, false), func(bool) { p.Play(next, nil) })
	r.pass(60 * ms)
	wantCodes(t, p.hear(), muCompress(2000), muCompress(4000), muSilence)
}

func TestASoundWaitsForAgreementAndNotForHold(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	ended := false
	p.agreed = false
	p.Play(newSound([]int16{2000}, false), func(bool) { ended = true })
	r.pass(100 * ms)
	if ended {
		t.Fatal("ended before the leg could send")
	}
	hold := p.format
	hold.Send = false
	p.Agree(hold)
	r.pass(20 * ms)
	if !ended {
		t.Error("did not end on hold")
	}
}

func TestDigits(t *testing.T) {
	r := newRig(t)
	p := r.phone(PCMU)
	got := ""
	p.Digits(func(digit byte) { got += string(digit) })
	for _, key := range []byte{1, 11} {
		p.ts += 1000
		start := p.ts
		for n := range 5 {
			p.ts = start - frame // all packets of a press have one timestamp
			p.press(key, n > 1)
		}
	}
	if got != "1#" {
		t.Errorf("heard %q", got)
	}
}

func TestCloseIsIdempotentAndFinal(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	a.say(1)
	r.pass(20 * ms)
	first := a.Close()
	if !a.voice.closed || !a.reports.closed {
		t.Error("sockets left open")
	}
	if first.PacketsReceived != 1 || first.PacketsSent != 1 {
		t.Errorf("%+v", first)
	}
	b.hear()
	a.say(2)
	a.Agree(a.format)
	r.pass(time.Second)
	if second := a.Close(); second.PacketsSent != first.PacketsSent || second.PacketsReceived != first.PacketsReceived {
		t.Errorf("%+v after the end, %+v at the end", second, first)
	}
	if r.Legs() != 1 {
		t.Errorf("%d legs", r.Legs())
	}
	if got := b.hear(); len(got) != 50 {
		t.Errorf("the partner heard %d packets in a second", len(got))
	}
}

// Whatever arrives, what goes out is well-formed.
func FuzzReceive(f *testing.F) {
	f.Add([]byte{0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xff}, uint8(13))
	f.Add([]byte{0x80, 101, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 5, 10, 0, 160}, uint8(16))
	f.Add([]byte{0x80, 201, 0, 1, 0, 0, 0, 1}, uint8(8))
	f.Fuzz(func(t *testing.T, data []byte, size uint8) {
		r := newRig(t)
		a, b := r.phone(PCMU), r.phone(PCMA)
		Bridge(a.Leg, b.Leg, nil)
		for len(data) > 0 {
			n := min(int(size), len(data))
			if n == 0 {
				break
			}
			a.receive(append([]byte{}, data[:n]...), a.addr)
			data = data[n:]
			r.pass(20 * ms)
		}
		for _, p := range b.hear() {
			if p.SSRC != b.Leg.ssrc || (p.PayloadType != 8 && p.PayloadType != 101) || len(p.Payload) == 0 {
				t.Fatalf("sent %v", p.Header)
			}
		}
	})
}
