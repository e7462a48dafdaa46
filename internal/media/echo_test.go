package media

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// echoed lets a phone send back what it is sent, after a delay and fainter, besides
// something of its own.
func (p *phone) echoed(delay time.Duration, level float64, own []int16) {
	late := int(samples(delay))
	var line []int16 // what was sent to the phone, from the begin
	for n := 0; len(own) >= (n+1)*frame; n++ {
		p.rig.pass(frameTime)
		for _, packet := range p.hear() {
			for _, code := range packet.Payload {
				line = append(line, muLinear[code])
			}
		}
		out := p.packet(0)
		for i := range out.Payload {
			v := int32(own[n*frame+i])
			if at := n*frame + i - late; at >= 0 && at < len(line) {
				v += int32(level * float64(line[at]))
			}
			out.Payload[i] = muCompress(limited(v))
		}
		p.deliver(out)
	}
}

func TestEchoIsFoundWhereItIs(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, delay := range []time.Duration{20 * ms, 140 * ms, 400 * ms, 1100 * ms} {
		for _, db := range []float64{-3, -18, -35, -48} {
			t.Run(fmt.Sprintf("%v at %.0f dB", delay, db), func(t *testing.T) {
				rig := newRig(t)
				p := rig.phone(PCMU)
				var probe *Probe
				p.Probe(func(found *Probe) { probe = found })
				p.echoed(delay, math.Pow(10, db/20), noise(r, 5*time.Second, 0.0004))
				if probe == nil {
					t.Fatal("it is not over")
				}
				got, level, found := probe.Echo()
				// The phone hears a frame when it is complete, and ours is counted from its begin.
				if !found || (got-delay).Abs() > 21*ms || math.Abs(level-db) > 2 {
					t.Errorf("found %v: %v at %.1f dB", found, got, level)
				}
				if probe.After.PacketsReceived-probe.Before.PacketsReceived < 195 || probe.Took < probeTime {
					t.Errorf("%+v", probe.After)
				}
			})
		}
	}
}

func TestNoEchoIsFoundWhereThereIsNone(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for name, own := range map[string][]int16{
		"silence": make([]int16, 5*rate), "noise": noise(r, 5*time.Second, 0.02),
		"somebody who talks": voicelike(r, 5*time.Second, 0.1), "a tone": beep(1000, 5*time.Second, 0.2),
	} {
		rig := newRig(t)
		p := rig.phone(PCMU)
		var probe *Probe
		p.Probe(func(found *Probe) { probe = found })
		p.echoed(0, 0, own)
		if delay, level, found := probe.Echo(); found {
			t.Errorf("%s: an echo after %v at %.1f dB", name, delay, level)
		}
	}
}

func TestEchoUnderAVoice(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	rig := newRig(t)
	p := rig.phone(PCMU)
	var probe *Probe
	p.Probe(func(found *Probe) { probe = found })
	p.echoed(200*ms, 0.2, voicelike(r, 5*time.Second, 0.05))
	if delay, level, found := probe.Echo(); !found || (delay-200*ms).Abs() > 21*ms || math.Abs(level+14) > 2 {
		t.Errorf("found %v: %v at %.1f dB", found, delay, level)
	}
}

func TestAProbeOfAFarEndThatSaysNothing(t *testing.T) {
	rig := newRig(t)
	p := rig.phone(PCMU)
	var probe *Probe
	p.Probe(func(found *Probe) { probe = found })
	rig.pass(5 * time.Second)
	if _, _, found := probe.Echo(); found || probe.After.PacketsReceived != 0 || probe.After.PacketsSent < 195 {
		t.Errorf("found %v, %+v", found, probe.After)
	}
}
