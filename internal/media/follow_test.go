package media

import (
	"slices"
	"testing"
	"time"
)

// noted notes what it hears, as the first sample of each frame, and the whole length.
type noted struct {
	heard int
	codes []int16
	told  int
	over  bool
}

func (n *noted) Hear(pcm []int16) {
	n.heard += len(pcm)
	if n.codes == nil || n.codes[len(n.codes)-1] != pcm[0] {
		n.codes = append(n.codes, pcm[0])
	}
}

func (n *noted) Due() (func(), bool) { return func() { n.told++ }, n.over }

// Whoever follows a leg hears all of it, in step with time: packets that are lost, out
// of order, late, or of a far end that suppresses silence leave no gap and nothing twice.
func TestWhatIsFollowedHasNoGaps(t *testing.T) {
	rig := newRig(t)
	p := rig.phone(PCMU)
	heard := &noted{}
	p.Follow(heard)
	start := rig.time
	inStep := func(what string, within time.Duration) {
		t.Helper()
		behind := samples(rig.time.Sub(start)) - int64(heard.heard)
		if behind < -samples(within) || behind > samples(within) {
			t.Errorf("%s: %d samples are missing", what, behind)
		}
	}
	say := func(code byte, n int) {
		for range n {
			rig.pass(frameTime)
			p.say(code)
		}
	}
	rig.pass(time.Second) // nothing comes at first
	inStep("nothing yet", lag+frameTime)
	say(0x20, 25)
	inStep("it speaks", 2*frameTime)

	p.packet(0x21) // lost
	rig.pass(frameTime)
	say(0x22, 5)
	inStep("one is lost", 2*frameTime)

	one, two := p.packet(0x23), p.packet(0x24)
	rig.pass(2 * frameTime)
	p.deliver(two)
	p.deliver(one) // too late to be heard
	p.deliver(two) // twice
	say(0x25, 5)
	inStep("they come out of order", 2*frameTime)

	rig.pass(3 * time.Second) // it is silent, and says so by saying nothing
	inStep("it is silent", lag+frameTime)
	p.ts += uint32(samples(3 * time.Second))
	say(0x26, 5)
	inStep("it speaks again", lag)

	rig.pass(500 * time.Millisecond) // the network holds all back
	for range 25 {
		p.say(0x27)
	}
	say(0x28, 5)
	inStep("it was held back", time.Second)

	p.ssrc, p.ts = 0x9999, 77 // and is somebody else now
	say(0x29, 5)
	inStep("another source", time.Second)

	for code := byte(0x20); code <= 0x29; code++ {
		if want := code != 0x21 && code != 0x23; slices.Contains(heard.codes, muExpand(code)) != want {
			t.Errorf("%x is heard: %t", code, !want)
		}
	}
	if heard.told == 0 {
		t.Error("it was not asked what it has to tell")
	}
	heard.over = true
	rig.pass(frameTime)
	told, length := heard.told, heard.heard
	say(0x30, 5)
	if heard.told != told || heard.heard != length {
		t.Error("it goes on after it was over")
	}
}

func TestFollowingAllocatesNothing(t *testing.T) {
	for _, codec := range []Codec{PCMU, PCMA} {
		rig := newRig(t)
		p := rig.phone(codec)
		p.Follow(asleep{})
		packet := marshal(t, p.packet(0x20))
		if n := testing.AllocsPerRun(200, func() {
			packet[3]++
			packet[7] += 160
			rig.time = rig.time.Add(3 * frameTime)
			p.receive(packet, p.addr)
		}); n != 0 {
			t.Errorf("%v: %v allocations for a packet", codec, n)
		}
	}
}

type asleep struct{}

func (asleep) Hear([]int16)        {}
func (asleep) Due() (func(), bool) { return nil, false }
