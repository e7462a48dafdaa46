package media

import (
	"testing"
)

func TestACueIsHeardWithThePartnerByOneSideOnly(t *testing.T) {
	r := newRig(t)
	agent, customer := r.phone(PCMU), r.phone(PCMA)
	Bridge(agent.Leg, customer.Leg, nil)
	zip := ZipTone()
	agent.Cue(zip)
	var want [frame]byte
	for n := range zip.frames() {
		customer.say(PCMA.silence())
		agent.say(PCMU.silence())
		zip.frame(want[:], n, PCMU)
		got := agent.hear()
		for i, code := range got[0].Payload {
			// A-law has no zero, so that its silence shifts a sample by one step at most.
			if d := int(muLinear[code]) - int(muLinear[want[i]]); d < -256 || d > 256 {
				t.Fatalf("frame %d, sample %d: %d, want about %d", n, i, muLinear[code], muLinear[want[i]])
			}
		}
		wantCodes(t, customer.hear(), muToA[PCMU.silence()])
	}
	customer.say(5)
	wantCodes(t, agent.hear(), aToMu[5])
}

func TestACueEndsWithItsBridge(t *testing.T) {
	r := newRig(t)
	agent, first, second := r.phone(PCMU), r.phone(PCMU), r.phone(PCMU)
	Bridge(agent.Leg, first.Leg, nil)
	agent.Cue(tone(1000, 10*frameTime))
	Bridge(agent.Leg, second.Leg, nil)
	second.say(7)
	wantCodes(t, agent.hear(), 7)
}

func TestMixingIsAdditionWithALimit(t *testing.T) {
	for _, c := range []struct {
		codec      Codec
		a, b, want int16
	}{
		{PCMU, 0, 0, 0},
		{PCMU, 1000, -1000, 0},
		{PCMU, 32000, 32000, 32124},
		{PCMA, -32000, -32000, -32256},
		{PCMA, 8000, 100, 8000},
	} {
		linear, compress := &muLinear, muCompress
		if c.codec == PCMA {
			linear, compress = &aLinear, aCompress
		}
		voice := []byte{compress(c.a)}
		mixLaw(voice, []byte{compress(c.b)}, c.codec)
		if got := linear[voice[0]]; int32(got)-int32(c.want) > 300 || int32(c.want)-int32(got) > 300 {
			t.Errorf("%s: %d + %d is %d, want about %d", c.codec, c.a, c.b, got, c.want)
		}
	}
}

func TestACueAllocatesNothing(t *testing.T) {
	zip := cue{sound: ZipTone().Loop()}
	voice := make([]byte, frame)
	if n := testing.AllocsPerRun(100, func() {
		zip.lay(voice, PCMU)
		zip.played = 1
	}); n != 0 {
		t.Errorf("%g allocations a frame", n)
	}
}
