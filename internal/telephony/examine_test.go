package telephony

import (
	"context"
	"fmt"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/internal/call"
)

// greet says something like words for a while, then goes on with a faint hiss.
func (p *peer) greet(description string, words time.Duration) {
	p.sound(description, func(at float64) float64 {
		if at < words.Seconds() {
			return vowel(at)
		}
		return 20 * float64((int(at*8000)*7919)%3-1)
	})
}

// vacant are the special information tones of a number that nobody has.
func vacant(at float64) float64 {
	for _, tone := range []struct{ hz, from, to float64 }{{985.2, 0.2, 0.58}, {1370.6, 0.58, 0.854}, {1776.7, 0.854, 1.234}} {
		if at >= tone.from && at < tone.to {
			return 6000 * math.Sin(2*math.Pi*tone.hz*at)
		}
	}
	return 0
}

// sound sends what a function of seconds says, by RTP in mu-law, until the test is over.
func (p *peer) sound(description string, wave func(at float64) float64) {
	var port int
	_, m, _ := strings.Cut(description, "m=audio ")
	_, _ = fmt.Sscan(m, &port)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	p.t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		packet := make([]byte, 172)
		packet[0], packet[11] = 0x80, 9
		for n := uint32(1); ; n++ {
			ts := n * 160
			copy(packet[2:], []byte{byte(n >> 8), byte(n), byte(ts >> 24), byte(ts >> 16), byte(ts >> 8), byte(ts)})
			for i := range packet[12:] {
				packet[12+i] = muLaw(wave((float64(ts) + float64(i)) / 8000))
			}
			_, _ = p.rtp.WriteToUDP(packet, &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
}

// vowel is a voice of about 130 Hz that rises and falls, with two formants, in five
// syllables a second.
func vowel(at float64) float64 {
	phase := 2*math.Pi*130*at - 20*math.Cos(2*math.Pi*1.3*at)
	v := 0.0
	for n := 1.0; n < 20; n++ {
		hz := n * 130
		v += math.Sin(n*phase) * (math.Exp(-math.Abs(hz-600)/200) + 0.6*math.Exp(-math.Abs(hz-1700)/300))
	}
	return 5000 * (0.02 + math.Abs(math.Sin(2*math.Pi*2.5*at))) * v
}

// muLaw is a sample as G.711 has it.
func muLaw(v float64) byte {
	sign := byte(0)
	if v < 0 {
		sign, v = 0x80, -v
	}
	m := int(min(v, 32635)) + 132
	segment := 0
	for m>>(segment+8) > 0 {
		segment++
	}
	return ^(sign | byte(segment)<<4 | byte(m>>(segment+3))&0x0f)
}

// Who answers is found out from what he says: soon after a short greeting it is a
// person; who goes on and on is a machine; who says nothing is that.
func TestWhoAnswersIsFoundOut(t *testing.T) {
	b := openBench(t, Config{})
	quick := &call.Analysis{Silence: 600 * time.Millisecond, Speech: time.Second, Time: 1500 * time.Millisecond}
	peers := map[call.Finding]*peer{call.Live: newPeer(t), call.Machine: newPeer(t), call.Mute: newPeer(t)}
	legs := map[call.Finding]call.LegID{}
	answered := map[call.Finding]time.Time{}
	for n, who := range []call.Finding{call.Live, call.Machine, call.Mute} {
		legs[who] = b.dial(call.LegID(n+1), peers[who].target(), func(o *call.Order) { o.Analysis = quick })
		to := peers[who].answered()
		answered[who] = b.await(legs[who], call.Answered).At
		switch who {
		case call.Live:
			peers[who].greet(to.body(), 500*time.Millisecond)
		case call.Machine:
			peers[who].greet(to.body(), time.Minute)
		}
	}
	for who, leg := range legs {
		v := b.await(leg, call.Judged).Verdict
		if v.Finding != who || v.Why == "" || len(v.Features) == 0 {
			t.Errorf("who is %s is found to be %s: %s, %v", who, v.Finding, v.Why, v.Features)
		}
		if late := v.At.Sub(answered[who]); late < 500*time.Millisecond || late > 2500*time.Millisecond {
			t.Errorf("%s was found %v after the answer", who, late)
		}
		if who == call.Live {
			if greeted := v.Greeted.Sub(answered[who]); greeted < 300*time.Millisecond || greeted > 900*time.Millisecond {
				t.Errorf("the greeting ended %v after the answer", greeted)
			}
		}
	}
}

// What the network says before the answer ends the call: the number is vacant. Without
// analysis nobody listens.
func TestTonesOfTheNetworkEndACall(t *testing.T) {
	b, p := openBench(t, Config{}), newPeer(t)
	leg := b.dial(1, p.target(), func(o *call.Order) { o.Analysis = &call.Analysis{Early: true} })
	invite := p.expect("INVITE")
	p.reply(invite, "183 Session Progress", "far", p.sdp())
	p.sound(invite.body(), vacant)
	cancel := p.expect("CANCEL")
	p.reply(cancel, "200 OK", "far", "")
	p.reply(invite, "487 Request Terminated", "far", "")
	ended := b.await(leg, call.Ended)
	if ended.Cause.Reason != call.BadNumber || !ended.Cause.Far || !strings.Contains(ended.Cause.Detail, "vacant") {
		t.Errorf("it ended: %s", ended.Cause)
	}
}
