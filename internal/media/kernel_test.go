//go:build linux

package media

import (
	"bytes"
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// talk is two far ends whose legs are bridged. They speak in turns, as fast as a
// ticker says, and each hears what the other said before it speaks again.
type talk struct {
	*Plane
	t    testing.TB
	pace *time.Ticker
	a, b *party
}

// party is a far end that knows what it must hear next.
type party struct {
	*handset
	said  byte
	heard rtp.Packet // the newest
}

// onBothPaths runs a test with all carried by this process, and with the kernel. For
// that it needs root.
func onBothPaths(t *testing.T, test func(t *testing.T, c *talk)) {
	for _, kernel := range []Kernel{Off, Require} {
		t.Run(kernel.String(), func(t *testing.T) {
			if kernel != Off && os.Geteuid() != 0 {
				t.Skip("programs can be loaded into the kernel by root only: run these tests as root")
			}
			test(t, newTalk(t, kernel))
		})
	}
}

func newTalk(t testing.TB, kernel Kernel) *talk {
	t.Helper()
	p, err := Open(Config{Address: netip.MustParseAddr("127.0.0.1"), Kernel: kernel})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	c := &talk{Plane: p, t: t, pace: time.NewTicker(time.Millisecond)}
	t.Cleanup(c.pace.Stop)
	c.a, c.b = &party{handset: newHandset(t, leg(t, p))}, &party{handset: newHandset(t, leg(t, p))}
	Bridge(c.a.leg, c.b.leg, nil)
	c.turn()
	c.turn()
	return c
}

// turn lets each say a packet and hear the other's; what else comes before that is
// heard too.
func (c *talk) turn() {
	c.t.Helper()
	<-c.pace.C
	c.a.speak()
	c.b.speak()
	c.a.listen(c.b.said)
	c.b.listen(c.a.said)
}

// speak says the next packet, which sounds like no other of the last 100.
func (p *party) speak() {
	p.said = p.said%100 + 1
	p.say(p.said)
}

// listen hears packets up to what the other said last.
func (p *party) listen(code byte) {
	p.t.Helper()
	p.awaits(func(h rtp.Packet) bool {
		return h.Payload[0] == code && bytes.Count(h.Payload, h.Payload[:1]) == frame
	})
}

// awaits hears packets up to one; each follows the one before.
func (p *party) awaits(one func(rtp.Packet) bool) {
	p.t.Helper()
	for range 100 {
		h, before := p.hear(), p.heard
		if before.SSRC != 0 && (h.SSRC != before.SSRC || h.SequenceNumber != before.SequenceNumber+1 ||
			h.PayloadType == 0 && before.PayloadType == 0 && int32(h.Timestamp-before.Timestamp) < frame) {
			p.t.Fatalf("heard %v after %v", h.Header, before.Header)
		}
		p.heard = h
		if one(h) {
			return
		}
	}
	p.t.Fatalf("it is not among 100 packets, the last of which is %v", p.heard)
}

// settle talks on until the kernel has both directions, or, where it has none, for a while.
func (c *talk) settle() {
	c.t.Helper()
	for end := time.Now().Add(10 * time.Second); c.kernel != nil && c.Carried().Directions < 2; c.turn() {
		if time.Now().After(end) {
			c.t.Fatalf("the kernel does not carry it: %+v", c.Carried())
		}
	}
	for range brief + 10 {
		c.turn()
	}
}

// Whatever is ordered while the kernel carries a call, both streams go on without a gap, a
// repetition or a packet out of its place, and the figures are what was said.
func TestOrdersWhileTheKernelCarriesACall(t *testing.T) {
	tone := newSound(make([]int16, 5*frame), false)
	orders := map[string]func(c *talk){
		"none": func(*talk) {},
		"mute": func(c *talk) {
			c.a.leg.Mute(true)
			c.a.leg.Mute(false)
		},
		"a sound": func(c *talk) {
			done := make(chan struct{})
			c.a.leg.Play(tone, func(bool) { close(done) })
			<-done
		},
		"a cue": func(c *talk) { c.a.leg.Cue(newSound(make([]int16, frame), false)) },
		"digits": func(c *talk) {
			c.b.leg.SendDigits("5")
			c.b.awaits(func(h rtp.Packet) bool { return h.PayloadType != 0 && h.Payload[1]>>7 == 1 })
			for c.b.leg.dials() {
				<-c.pace.C
			}
		},
		"a new format": func(c *talk) {
			c.a.leg.Agree(Format{Codec: PCMU, Remote: address(c.a.UDPConn), Events: 102, Send: true, Receive: true})
		},
		"figures": func(c *talk) { c.a.leg.Stats() },
		"parted and bridged again": func(c *talk) {
			Unbridge(c.a.leg)
			Bridge(c.a.leg, c.b.leg, nil)
		},
		"a conference": func(c *talk) {
			conference := c.NewConference()
			conference.Arrange(Part{Leg: c.a.leg, Hears: []*Leg{c.b.leg}}, Part{Leg: c.b.leg, Hears: []*Leg{c.a.leg}})
			Bridge(c.a.leg, c.b.leg, nil)
		},
		"a silence": func(c *talk) { c.a.awaits(func(h rtp.Packet) bool { return h.Payload[0] == muSilence }) },
	}
	onBothPaths(t, func(t *testing.T, c *talk) {
		for name, order := range orders {
			c.settle()
			order(c)
			if c.turn(); t.Failed() {
				t.Fatalf("after %s", name)
			}
		}
		c.figures()
	})
}

// A leg dozes while the kernel has both directions and both speak. When they do not,
// it is awake, and silence takes their place.
func TestALegDozesWhileBothSpeak(t *testing.T) {
	onBothPaths(t, func(t *testing.T, c *talk) {
		c.settle()
		doze := func() bool { return c.a.leg.dozes() && c.b.leg.dozes() }
		for end := time.Now().Add(10 * time.Second); c.kernel != nil && !doze(); c.turn() {
			if time.Now().After(end) {
				t.Fatalf("no leg dozes: %+v", c.Carried())
			}
		}
		silence := func(h rtp.Packet) bool { return h.Payload[0] == muSilence }
		c.a.awaits(silence)
		c.b.awaits(silence)
		if c.a.leg.dozes() || c.b.leg.dozes() {
			t.Error("a leg dozes though nobody speaks")
		}
	})
}

// dials tells whether digits are on their way to the far end.
func (l *Leg) dials() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dialing.current != 0
}

// figures compares what was counted with what was said.
func (c *talk) figures() {
	c.t.Helper()
	for _, p := range []*party{c.a, c.b} {
		said := uint64(p.seq - 65533)
		if s := p.leg.Stats(); s.PacketsReceived != said || s.OctetsReceived != said*frame || s.Lost != 0 || s.Refused != 0 || s.LastPacket.IsZero() {
			c.t.Errorf("%d packets were said, and counted %+v", said, s)
		}
	}
	if d := c.Carried(); c.kernel != nil && d.Kernel == 0 || c.kernel == nil && d.Kernel > 0 {
		c.t.Errorf("carried: %+v", d)
	}
}

// What is not as the packet before comes to its leg, and is treated as if the kernel had
// never been there: what was lost leaves its gap, what comes late keeps its number.
func TestPacketsThatTheKernelDoesNotTake(t *testing.T) {
	onBothPaths(t, func(t *testing.T, c *talk) {
		// say sends packets of a, by their place after the newest, and gives the places at
		// which b hears them; a packet of b tells the end.
		say := func(places ...int) (heard []int) {
			c.settle()
			seq, out := c.a.seq, c.b.heard.SequenceNumber
			for _, n := range places {
				c.a.seq = seq + uint16(n) - 1
				c.a.say(byte(100 + n))
			}
			c.a.seq = seq + 9
			c.a.speak()
			for {
				h := c.b.hear()
				c.b.heard = h
				place := int(h.SequenceNumber - out)
				if place == 10 {
					return heard
				}
				if h.Payload[0] != byte(100+place) {
					t.Errorf("at place %d is %d", place, h.Payload[0])
				}
				heard = append(heard, place)
			}
		}
		for _, places := range [][]int{{1, 2, 3}, {2, 3}, {1, 3, 2, 4}, {1, 1, 2, 2}, {1, 4, 2, 3, 2}} {
			var want []int
			for n, place := range places {
				if !slices.Contains(places[:n], place) {
					want = append(want, place)
				}
			}
			heard := say(places...)
			if c.kernel != nil {
				// One that was overtaken on the way may find its place again.
				slices.Sort(heard)
				slices.Sort(want)
			}
			if !slices.Equal(heard, want) {
				t.Errorf("%v are heard as %v", places, heard)
			}
		}
	})
}

// A key press goes to the leg, which tells of it and sends it on; a stranger's packet
// changes nothing.
func TestKeysAndStrangersWhileTheKernelCarriesACall(t *testing.T) {
	onBothPaths(t, func(t *testing.T, c *talk) {
		keys := make(chan byte, 4)
		c.a.leg.Digits(func(key byte) { keys <- key })
		c.settle()
		c.a.seq++
		event := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 101, SSRC: c.a.ssrc, SequenceNumber: c.a.seq, Timestamp: uint32(c.a.seq) * frame}, Payload: []byte{7, 10, 0, 160}}
		if _, err := c.a.WriteToUDPAddrPort(marshal(t, &event), c.a.leg.Address()); err != nil {
			t.Fatal(err)
		}
		if key := <-keys; key != '7' {
			t.Errorf("key %c", key)
		}
		c.b.awaits(func(h rtp.Packet) bool { return h.PayloadType == 101 && h.Payload[0] == 7 })
		c.settle()
		stranger, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(c.a.leg.Address()))
		if err != nil {
			t.Fatal(err)
		}
		defer stranger.Close()
		event.PayloadType, event.Payload = 0, make([]byte, frame)
		for n := range uint64(20) {
			event.SequenceNumber = c.a.seq + 1
			// A socket that is connected refuses, and the stranger may be told.
			_, _ = stranger.Write(marshal(t, &event))
			c.turn()
			if d := c.Carried(); c.kernel != nil && d.Directions != 2 {
				t.Fatalf("after %d packets of a stranger: %+v", n+1, d)
			}
		}
	})
}

// A listener hears all that is said, in its order; what it comes too late for is counted.
func TestAListenerToWhatTheKernelCarries(t *testing.T) {
	onBothPaths(t, func(t *testing.T, c *talk) {
		c.pace.Reset(4 * time.Millisecond)
		by := &attentive{t: t}
		c.a.leg.listenWith(by)
		begun := c.a.seq
		c.settle()
		c.settle()
		said := uint64(c.a.seq - begun)
		c.a.leg.Deafen()
		if d := c.Carried(); by.heard+d.Missed != said || c.kernel != nil && by.heard < said/2 {
			t.Errorf("of %d packets %d were heard: %+v", said, by.heard, d)
		}
	})
}

// attentive hears packets, each a frame after the one before unless some were missed.
type attentive struct {
	t     *testing.T
	heard uint64
	stamp uint32
}

func (h *attentive) hear(pcm []int16, _ time.Duration, _, stamp uint32) {
	if before := h.stamp; h.heard > 0 && int32(stamp-before) < frame || len(pcm) != frame || slices.ContainsFunc(pcm, func(s int16) bool { return s != pcm[0] }) {
		h.t.Errorf("after %d packets, the one at %d is %d samples of %d", h.heard, stamp, len(pcm), pcm[0])
	}
	h.heard++
	h.stamp = stamp
}

func (h *attentive) due(*Leg, time.Duration) (tell func(), over bool) { return nil, false }

// An ear, as recordings have, goes on hearing while the kernel carries the call.
func TestAnEarOnWhatTheKernelCarries(t *testing.T) {
	onBothPaths(t, func(t *testing.T, c *talk) {
		c.pace.Reset(4 * time.Millisecond)
		e := newEar(c.a.leg, recordingLead, recordingSpare)
		c.a.leg.openEar(e)
		defer c.a.leg.closeEar(e)
		c.settle()
		var out [frame]int16
		for end := time.Now().Add(10 * time.Second); !e.listen(&out) || out[0] == 0; c.turn() {
			if time.Now().After(end) {
				t.Fatalf("nothing is heard: %+v", c.Carried())
			}
		}
	})
}
