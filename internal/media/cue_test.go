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

func TestACueIsAddedWithinTheLimit(t *testing.T) {
	flat := make([]int16, frame)
	for i := range flat {
		flat[i] = 30000
	}
	for _, c := range []struct{ voice, want int16 }{{0, 30000}, {-30000, 0}, {20000, 32767}} {
		pcm := []int16{c.voice}
		(&cue{sound: newSound(flat, false)}).lay(pcm)
		// The sound was in a law, whose steps are wide up there.
		if off := int(pcm[0]) - int(c.want); off < -600 || off > 600 {
			t.Errorf("%d with the cue is %d, want about %d", c.voice, pcm[0], c.want)
		}
	}
}

func TestACueAllocatesNothing(t *testing.T) {
	for _, codec := range []Codec{PCMU, G722, Opus} {
		next, agent := relayed(t, codec, codec, func(*phone) wire { return &sink{} })
		zip := ZipTone()
		if n := testing.AllocsPerRun(100, func() {
			agent.Cue(zip)
			next()
		}); n != 0 {
			t.Errorf("%s: %g allocations a frame", codec, n)
		}
	}
}
