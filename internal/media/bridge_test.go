package media

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
)

func TestABridgeCarriesBothWays(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	a.say(1)
	b.say(2)
	wantCodes(t, b.hear(), 1)
	wantCodes(t, a.hear(), 2)
}

func TestUnlikeLegsAreTranscoded(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMA)
	Bridge(a.Leg, b.Leg, nil)
	for code := range 256 {
		a.say(byte(code))
		b.say(byte(code))
		atB, atA := b.hear(), a.hear()
		wantCodes(t, atB, muToA[code])
		wantCodes(t, atA, aToMu[code])
		if atB[0].PayloadType != 8 || atA[0].PayloadType != 0 {
			t.Fatalf("payload types %d and %d", atB[0].PayloadType, atA[0].PayloadType)
		}
	}
}

func TestPacketsOfAnyLengthAndShapePass(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	long := a.packet(5)
	long.Payload = slices.Repeat([]byte{5}, 480)
	long.CSRC = []uint32{9, 8}
	if err := long.SetExtension(1, []byte{1, 2}); err != nil {
		t.Fatal(err)
	}
	a.deliver(long)
	got := b.hear()
	if len(got) != 1 || len(got[0].Payload) != 480 || len(got[0].CSRC) != 0 || got[0].Extension {
		t.Fatalf("got %v", got)
	}
}

func TestBridgingForwardsTheNewestFrame(t *testing.T) {
	for name, c := range map[string]struct {
		age    time.Duration
		before func(a *phone)
		primed bool
	}{
		"fresh":                {age: 12 * ms, primed: true},
		"just fresh":           {age: 25 * ms, primed: true},
		"stale":                {age: 26 * ms},
		"muted":                {age: ms, before: func(a *phone) { a.Mute(true) }},
		"nothing is received":  {age: ms, before: func(a *phone) { f := a.format; f.Receive = false; a.Agree(f) }},
		"the law has changed":  {age: ms, before: func(a *phone) { f := a.format; f.Payload = 8; a.Agree(f) }},
		"a newer one was lost": {age: 12 * ms, before: func(a *phone) { a.seq++ }, primed: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, b := r.phone(PCMU), r.phone(PCMA)
			a.say(1)
			a.say(2)
			r.time = r.time.Add(c.age)
			if c.before != nil {
				c.before(a)
			}
			var heard []time.Time
			Bridge(b.Leg, a.Leg, func(to *Leg, at time.Time) {
				if to != b.Leg {
					t.Error("heard on the wrong leg")
				}
				heard = append(heard, at)
			})
			if !c.primed {
				if got := b.hear(); len(got) != 0 || len(heard) != 0 {
					t.Fatalf("primed with %x", codes(got))
				}
				return
			}
			wantCodes(t, b.hear(), muToA[2])
			if !slices.Equal(heard, []time.Time{r.time}) {
				t.Errorf("heard at %v", heard)
			}
			a.say(3)
			wantCodes(t, b.hear(), muToA[3])
			if len(heard) != 1 {
				t.Errorf("heard %d times", len(heard))
			}
		})
	}
}

func TestNoFrameIsForwardedTwice(t *testing.T) {
	r := newRig(t)
	a, b, c := r.phone(PCMU), r.phone(PCMU), r.phone(PCMU)
	a.say(1)
	Bridge(a.Leg, b.Leg, nil)
	Bridge(a.Leg, b.Leg, nil)
	wantCodes(t, b.hear(), 1)
	a.say(2)
	Bridge(a.Leg, c.Leg, nil)
	wantCodes(t, b.hear(), 2)
	if got := c.hear(); len(got) != 0 {
		t.Errorf("forwarded again: %x", codes(got))
	}
}

func TestEarlyMediaPrimesTheBridge(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	a.agreed = false
	a.say(1) // before the answer is read
	a.Agree(a.format)
	Bridge(a.Leg, b.Leg, nil)
	wantCodes(t, b.hear(), 1)
}

func TestEarlyMediaOfAStrangerDoesNot(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	a.agreed = false
	a.receive(marshal(t, a.packet(1)), b.addr)
	a.Agree(a.format)
	Bridge(a.Leg, b.Leg, nil)
	if got := b.hear(); len(got) != 0 {
		t.Errorf("forwarded %x", codes(got))
	}
}

func TestHeardOncePerDirection(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	heard := map[*Leg][]time.Time{}
	Bridge(a.Leg, b.Leg, func(to *Leg, at time.Time) { heard[to] = append(heard[to], at) })
	r.pass(100 * ms)
	if len(heard) != 0 {
		t.Fatal("silence was heard")
	}
	a.press(1, true)
	if len(heard) != 0 {
		t.Fatal("a key press is no voice")
	}
	for range 3 {
		r.pass(20 * ms)
		a.say(1)
	}
	toB := r.time.Add(-40 * ms)
	for range 3 {
		r.pass(20 * ms)
		b.say(2)
	}
	toA := r.time.Add(-40 * ms)
	if !slices.Equal(heard[b.Leg], []time.Time{toB}) || !slices.Equal(heard[a.Leg], []time.Time{toA}) {
		t.Errorf("heard %v", heard)
	}
}

func TestHeardMayChangeTheBridge(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	a.say(1)
	Bridge(a.Leg, b.Leg, func(to *Leg, _ time.Time) { Unbridge(to); to.Close() })
	if r.Legs() != 1 {
		t.Errorf("%d legs", r.Legs())
	}
}

// An agent's leg meets five customers; the far end hears one stream.
func TestFiveCustomersInARowAreOneStream(t *testing.T) {
	r := newRig(t)
	agent := r.phone(PCMA)
	r.pass(100 * ms)
	agent.Play(Welcome(), nil)
	r.pass(400 * ms)
	for n := range 5 {
		customer := r.phone(Codec(n % 2))
		r.time = r.time.Add(time.Duration(n) * 7 * ms)
		customer.say(1)
		Bridge(agent.Leg, customer.Leg, nil)
		for range 50 {
			r.pass(20 * ms)
			customer.say(byte(10 + n))
			agent.say(byte(n))
		}
		agent.Play(ZipTone(), nil)
		r.pass(200 * ms)
		customer.Close()
		r.pass(300 * ms)
		wantOneStream(t, customer.hear())
	}
	got := agent.hear()
	wantOneStream(t, got)
	span := int64(got[len(got)-1].Timestamp - got[0].Timestamp)
	real := samples(r.now()) - frame
	if off := span - real; off > 2*frame || off < -2*frame {
		t.Errorf("timestamps advanced by %d samples in %d", span, real)
	}
	for n := range 5 {
		code := byte(10 + n)
		if n%2 == 0 {
			code = muToA[code]
		}
		if count := len(slices.DeleteFunc(codes(got), func(c byte) bool { return c != code })); count < 50 {
			t.Errorf("customer %d was heard %d times", n, count)
		}
	}
}

func TestANewBridgeEndsTheFormerOnesOfBoth(t *testing.T) {
	r := newRig(t)
	a, b, c, d := r.phone(PCMU), r.phone(PCMU), r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	Bridge(c.Leg, d.Leg, nil)
	Bridge(b.Leg, c.Leg, nil)
	for i, p := range []*phone{a, b, c, d} {
		p.say(byte(i + 1))
	}
	for i, want := range [][]byte{{}, {3}, {2}, {}} {
		wantCodes(t, []*phone{a, b, c, d}[i].hear(), want...)
	}
	r.pass(20 * ms)
	wantCodes(t, a.hear(), muSilence)
	wantCodes(t, d.hear(), muSilence)
}

func TestUnbridgeIdlesBothAtOnce(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	a.say(1)
	b.say(2)
	Unbridge(b.Leg)
	Unbridge(b.Leg)
	a.say(3)
	b.say(4)
	r.pass(40 * ms)
	wantCodes(t, a.hear(), 2, muSilence, muSilence)
	wantCodes(t, b.hear(), 1, muSilence, muSilence)
}

func TestABridgeWithAClosedLegOrOneselfIsNone(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	b.Close()
	Bridge(a.Leg, b.Leg, nil)
	if a.bridge != nil || b.bridge != nil {
		t.Error("bridged with a closed leg")
	}
	Bridge(a.Leg, a.Leg, nil)
	a.say(1)
	if got := a.hear(); len(got) != 0 {
		t.Error("a leg hears itself")
	}
}

func TestSilenceTakesThePlaceOfAPartnerWhoDeliversNothing(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	r.pass(40 * ms)
	wantCodes(t, b.hear(), muSilence, muSilence) // nothing has come yet
	r.pass(20 * ms)
	a.say(1)
	r.pass(180 * ms)
	wantCodes(t, b.hear(), muSilence, 1)
	r.pass(60 * ms)
	wantCodes(t, b.hear(), muSilence, muSilence, muSilence)
	a.seq += 12 // it was sent, and lost
	a.ts += 12 * frame
	a.say(2)
	a.say(3)
	got := b.hear()
	wantCodes(t, got, 2, 3)
	if !got[0].Marker || got[1].Marker {
		t.Error("the partner's return is a change of source")
	}
	wantOneStream(t, decode(t, b.voice.sent))
}

func TestAMutedLegIsSilentForItsPartner(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMA)
	heard := 0
	Bridge(a.Leg, b.Leg, func(to *Leg, _ time.Time) {
		if to == b.Leg {
			heard++
		}
	})
	a.Mute(true)
	a.say(1)
	a.press(1, false)
	a.say(2)
	b.say(3)
	if heard != 0 {
		t.Error("a muted leg was heard")
	}
	a.Mute(false)
	a.say(4)
	got := b.hear()
	wantCodes(t, got, aSilence, aSilence, muToA[4])
	wantOneStream(t, got)
	for i, code := range got[1].Payload {
		if code != aSilence {
			t.Fatalf("sample %d is %#02x", i, code)
		}
	}
	wantCodes(t, a.hear(), aToMu[3])
	if heard != 1 {
		t.Errorf("heard %d times", heard)
	}
}

func TestKeyPressesCrossABridge(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMA)
	other := b.format
	other.Events = 96
	b.Agree(other)
	Bridge(a.Leg, b.Leg, nil)
	a.say(1)
	a.press(7, false)
	a.press(7, true)
	a.say(2)
	got := b.hear()
	wantCodes(t, got, muToA[1], 7, 7, muToA[2])
	if got[1].PayloadType != 96 || got[2].Payload[1] != 0x8a || got[3].PayloadType != 8 {
		t.Errorf("mapped to %v", got)
	}
	wantOneStream(t, got)
}

func TestWhatThePartnerCannotTakeLeavesNoGap(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	without := b.format
	without.Events = 0
	b.Agree(without)
	Bridge(a.Leg, b.Leg, nil)
	a.say(1)
	a.press(7, false)
	noise := a.packet(0)
	noise.PayloadType, noise.Payload = comfortNoise, []byte{40}
	a.deliver(noise)
	a.say(2)
	got := b.hear()
	wantCodes(t, got, 1, 2)
	wantOneStream(t, got)
}

func TestASoundIsHeardOverTheBridge(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	tone := newSound([]int16{160: 4000, 320: 0}, false)
	var got []rtp.Packet
	say := func(n int) {
		for range n {
			r.pass(20 * ms)
			b.say(9)
			a.say(5)
		}
	}
	say(1)
	a.Play(tone, nil)
	say(5)
	got = a.hear()
	zero, peak := muCompress(0), muCompress(4000)
	wantCodes(t, got, zero, 9, zero, peak, zero, 9, 9, 9)
	if !got[2].Marker || !got[5].Marker {
		t.Error("the sound begins and ends with a change of source")
	}
	wantOneStream(t, got)
	wantCodes(t, b.hear(), muSilence, 5, 5, 5, 5, 5, 5)
}

func TestAPauseOnHoldIsNoLoss(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	a.say(1)
	for _, hold := range []func(*Format){
		func(f *Format) { f.Send = false },
		func(f *Format) { f.Remote = netip.MustParseAddrPort("0.0.0.0:4000") }, // as RFC 2543 had it
	} {
		f := b.format
		hold(&f)
		b.Agree(f)
		for range 50 {
			r.pass(20 * ms)
			a.say(2)
		}
		b.Agree(b.format)
		a.say(3)
	}
	got := b.hear()
	wantCodes(t, got, 1, 3, 3)
	wantOneStream(t, got)
	if elapsed := got[2].Timestamp - got[0].Timestamp; elapsed != 2*rate {
		t.Errorf("timestamps advanced by %d samples", elapsed)
	}
}

func TestARepeatedPacketIsForwardedOnce(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	Bridge(a.Leg, b.Leg, nil)
	first, second := a.packet(1), a.packet(2)
	for _, packet := range []*rtp.Packet{first, second, first, second} {
		a.deliver(packet)
	}
	wantCodes(t, b.hear(), 1, 2)
}

func TestWhatTheNetworkRefusesIsNotCounted(t *testing.T) {
	r := newRig(t)
	a, b := r.phone(PCMU), r.phone(PCMU)
	b.wire = broken{}
	heard := false
	Bridge(a.Leg, b.Leg, func(*Leg, time.Time) { heard = true })
	a.say(1)
	if s := b.Stats(); heard || s.PacketsSent != 0 || s.OctetsSent != 0 {
		t.Errorf("heard: %v, %+v", heard, s)
	}
}

// A shift of customers, each bridged in the middle of a frame's time, some of them
// beginning with a burst, and with little silence between: timestamps stay with
// real time, and no number is missing.
func TestTimestampsStayWithRealTimeOverAShift(t *testing.T) {
	r := newRig(t)
	agent := r.phone(PCMU)
	begun := r.time
	r.pass(frameTime)
	first := agent.hear()[0].Timestamp
	for i := range 200 {
		customer := r.phone(PCMU)
		r.time = r.time.Add(time.Duration(1+i%19) * ms)
		customer.say(1)
		Bridge(agent.Leg, customer.Leg, nil)
		for range i % 4 {
			customer.say(1)
		}
		for range 5 {
			r.time = r.time.Add(frameTime)
			customer.say(1)
		}
		customer.Close()
		delete(r.legs, customer.Leg)
		r.pass(8 * frameTime)
		got := agent.hear()
		wantOneStream(t, got)
		sent := time.Duration(got[len(got)-1].Timestamp-first) * time.Second / rate
		if lead := sent - r.time.Sub(begun.Add(frameTime)); lead > 2*frameTime || lead < -2*frameTime {
			t.Fatalf("customer %d: timestamps are %s ahead of real time", i, lead)
		}
	}
}
