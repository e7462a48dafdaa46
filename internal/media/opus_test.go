package media

import (
	"bytes"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// The files in testdata are half a second of a tone of 700 Hz, a quarter of full scale,
// as libopus 1.3.1 makes it, with ffmpeg 5.1:
//
//	ffmpeg -f lavfi -i "aevalsrc='0.25*sin(2*PI*700*t)':s=48000:d=0.5" \
//		-c:a libopus -b:a BITS -frame_duration MS -application KIND -cutoff HERTZ -fflags +bitexact -map_metadata -1 NAME
//
// In stereo the tone is there twice, with a | between.
var opusFiles = []struct {
	name string // NAME
	span int64  // of a packet
	made string // BITS, MS, KIND, HERTZ, of one channel or two
}{
	{"opus-silk.opus", 160, "16k 20 voip 8000"},
	{"opus-60ms.opus", 480, "24k 60 voip 4000"},
	{"opus-hybrid.opus", 160, "32k 20 voip 20000"},
	{"opus-stereo.opus", 160, "96k 20 audio 20000, stereo"},
	{"opus-2.5ms.opus", 20, "64k 2.5 lowdelay 20000"},
}

// unpack gives the packets of an Ogg file (RFC 3533) but for its two headers.
func unpack(t testing.TB, name string) (packets [][]byte) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var packet []byte
	for bytes.HasPrefix(data, []byte("OggS")) {
		table := data[27 : 27+int(data[26])]
		data = data[27+len(table):]
		for _, n := range table {
			packet = append(packet, data[:n]...)
			if data = data[n:]; n < 255 {
				packets = append(packets, packet)
				packet = nil
			}
		}
	}
	return packets[2:]
}

// opusOf is a tone of 700 Hz as we encode it, in packets of 20 ms.
func opusOf(t testing.TB, packets int) (out [][]byte) {
	t.Helper()
	o := newOpusVoice()
	for n := range packets {
		var pcm [frame]int16
		for i := range pcm {
			pcm[i] = clip(8192 * math.Sin(2*math.Pi*700*float64(n*frame+i)/rate))
		}
		var room [frame]byte
		size := o.encode(room[:], pcm[:])
		if size == 0 {
			t.Fatal("nothing was encoded")
		}
		out = append(out, slices.Clone(room[:size]))
	}
	return out
}

func TestWhatLibopusMadeIsHeardInOtherCodecs(t *testing.T) {
	for _, c := range opusFiles {
		t.Run(c.made, func(t *testing.T) {
			r := newRig(t)
			a, b := r.phone(Opus), r.speaker(PCMU, 1900)
			Bridge(a.Leg, b.Leg, nil)
			for _, body := range unpack(t, c.name) {
				packet := a.packet(0)
				packet.Payload = body
				if got := opusTime(body); got != c.span {
					t.Fatalf("a packet lasts %d samples, not %d", got, c.span)
				}
				a.ts += uint32(c.span-frame) * opusTick
				r.time = r.time.Add(time.Duration(c.span) * time.Second / rate)
				a.deliver(packet)
			}
			pcm, packets := b.listen()
			if len(pcm) < 4000 || len(packets[1].Payload) != int(c.span) {
				t.Fatalf("%d samples in packets of %d", len(pcm), len(packets[1].Payload))
			}
			if got := amplitude(pcm[1600:3200], 700); math.Abs(got-0.25) > 0.03 {
				t.Errorf("the tone is %.3f, not 0.25", got)
			}
			if got := amplitude(pcm[1600:3200], 2100); got > 0.01 {
				t.Errorf("the third harmonic is %.4f", got)
			}
		})
	}
}

func TestTwoLegsOfOpusArePassedThroughToTheBit(t *testing.T) {
	for _, c := range opusFiles {
		r := newRig(t)
		a, b := r.phone(Opus), r.phone(Opus)
		Bridge(a.Leg, b.Leg, nil)
		var before rtp.Packet
		for i, body := range unpack(t, c.name) {
			packet := a.packet(0)
			packet.Payload, packet.Timestamp = slices.Clone(body), uint32(i)*uint32(c.span)*opusTick-1000
			r.time = r.time.Add(time.Duration(c.span) * time.Second / rate)
			a.deliver(packet)
			got := b.hear()
			if len(got) != 1 || !bytes.Equal(got[0].Payload, body) {
				t.Fatalf("%s: packet %d: %d came, not as they were", c.made, i, len(got))
			}
			if i > 0 && (got[0].SequenceNumber != before.SequenceNumber+1 || got[0].Timestamp != before.Timestamp+uint32(c.span)*opusTick) {
				t.Fatalf("%s: packet %d: %+v after %+v", c.made, i, got[0].Header, before.Header)
			}
			before = got[0]
		}
		if a.opus.decoded != 0 {
			t.Errorf("%s: something was decoded that nobody needed", c.made)
		}
	}
}

func TestOurOwnSoundOfAnOpusLegIsNumberedAt48000(t *testing.T) {
	r := newRig(t)
	p := r.phone(Opus)
	r.pass(200 * ms)
	packets := p.hear()
	wantOneStream(t, packets)
	for i, packet := range packets {
		if i > 0 && packet.Timestamp != packets[i-1].Timestamp+960 {
			t.Fatalf("packet %d is %d after the one before", i, packet.Timestamp-packets[i-1].Timestamp)
		}
		if opusTime(packet.Payload) != frame {
			t.Fatalf("packet %d lasts %d samples", i, opusTime(packet.Payload))
		}
	}
}

func TestTheTimestampsGoOnWhereTheCodecChanges(t *testing.T) {
	r := newRig(t)
	p := r.speaker(PCMU, 0)
	var last uint32
	for i, codec := range []Codec{PCMU, Opus, G722, Opus, PCMA} {
		p.turn(codec)
		r.pass(20 * ms)
		packets := p.hear()
		if want := frame * codec.tick(); len(packets) != 1 || i > 0 && packets[0].Timestamp-last != want {
			t.Errorf("to %s: %d packets, %d after, not %d", codec, len(packets), packets[0].Timestamp-last, want)
		}
		last = packets[0].Timestamp
	}
}

func TestTheJitterOfOpusIsThatOfItsClock(t *testing.T) {
	for _, codec := range []Codec{PCMU, Opus} {
		r := newRig(t)
		p := r.speaker(codec, 700)
		for i := range 400 { // each second packet is 10 ms late
			r.time = r.time.Add([]time.Duration{30 * ms, 10 * ms}[i%2])
			p.speak(20)
		}
		if got := p.Stats().Jitter; got < 9*ms || got > 11*ms {
			t.Errorf("%s: %v", codec, got)
		}
		p.Leg.mu.Lock()
		block, _ := p.about(r.now())
		p.Leg.mu.Unlock()
		if got := time.Duration(block.jitter) * time.Second / time.Duration(rate*codec.tick()); got < 9*ms || got > 11*ms {
			t.Errorf("%s: %v is reported to the far end", codec, got)
		}
	}
}

// A key held down on a leg whose events count 48000 a second is the same key, and
// as long, on one where they count 8000.
func TestKeysCrossBetweenTheirClocks(t *testing.T) {
	for _, fine := range [][2]bool{{true, false}, {false, true}, {true, true}} {
		r := newRig(t)
		a, b := r.phone(Opus), r.phone(Opus)
		var told []byte
		a.Digits(func(key byte) { told = append(told, key) })
		for i, p := range []*phone{a, b} {
			p.format.Fine = fine[i]
			p.Agree(p.format)
		}
		Bridge(a.Leg, b.Leg, nil)
		a.ts = 12345
		tick := func(fine bool) int {
			if fine {
				return opusTick
			}
			return 1
		}
		for n := range 5 {
			packet := a.packet(0)
			packet.PayloadType, packet.Timestamp, packet.Payload = 101, 7777, event(5, n == 4, uint16((n+1)*frame*tick(fine[0])))
			r.time = r.time.Add(frameTime)
			a.deliver(packet)
			got := b.hear()
			if want := event(5, n == 4, uint16((n+1)*frame*tick(fine[1]))); len(got) != 1 || !bytes.Equal(got[0].Payload, want) {
				t.Fatalf("fine %v: packet %d: %v", fine, n, got)
			}
		}
		if string(told) != "5" {
			t.Errorf("fine %v: told %q", fine, told)
		}
		b.SendDigits("7")
		r.pass(20 * ms)
		if got, want := b.hear()[0].Payload, event(7, false, uint16(frame*tick(fine[1]))); !bytes.Equal(got[2:], want[2:]) {
			t.Errorf("fine %v: our own key is %x, not %x", fine, got, want)
		}
	}
}

func TestAnyLengthThatOpusHasIsMade(t *testing.T) {
	o := newOpusVoice()
	for _, length := range []int{20, 40, 80, 160, 240, 320, 400, 480, 640, 960} {
		out := make([]byte, length)
		if n := o.encode(out, make([]int16, length)); n == 0 || opusTime(out[:n]) != int64(length) {
			t.Errorf("%d samples became %d bytes that last %d", length, n, opusTime(out[:n]))
		}
	}
	for _, length := range []int{1, 30, 159, 970} {
		if n := o.encode(make([]byte, length), make([]int16, length)); n != 0 {
			t.Errorf("%d samples became %d bytes", length, n)
		}
	}
}

func TestNonsenseOnAnOpusLegIsRefusedOrLeftOut(t *testing.T) {
	r := newRig(t)
	a, b := r.speaker(Opus, 700), r.speaker(PCMU, 0)
	Bridge(a.Leg, b.Leg, nil)
	for _, body := range [][]byte{{3}, {3, 0}, {3, 63}, {0x1f, 49, 1}} {
		packet := a.packet(0)
		packet.Payload = body
		a.deliver(packet)
	}
	if s := a.Stats(); s.Refused != 4 || s.PacketsReceived != 0 {
		t.Errorf("%+v", s)
	}
	a.speak(20)
	packet := a.packet(0)
	packet.Payload = []byte{1, 2, 3, 4} // two frames of one size, in three bytes
	a.deliver(packet)
	if got := b.hear(); len(got) != 1 || a.Stats().PacketsReceived != 2 {
		t.Errorf("%d packets went on", len(got))
	}
}

func FuzzOpus(f *testing.F) {
	for _, c := range opusFiles {
		for _, packet := range unpack(f, c.name)[:5] {
			f.Add(packet)
		}
	}
	o := newOpusVoice()
	f.Fuzz(func(t *testing.T, body []byte) {
		v := &voice{codec: Opus, packet: packet{data: body}}
		span := v.lasts()
		if pcm := o.decode(o.heard[:], v); span > 0 && pcm != nil && len(pcm) != int(span) {
			t.Errorf("%d samples of a packet that says it has %d", len(pcm), span)
		}
	})
}

// BenchmarkOpus is what decoding takes of what libopus made.
func BenchmarkOpus(b *testing.B) {
	for _, c := range opusFiles {
		b.Run(c.made, func(b *testing.B) {
			packets, o, v, n := unpack(b, c.name), newOpusVoice(), &voice{codec: Opus}, 0
			b.ReportAllocs()
			for b.Loop() {
				v.data = packets[n%len(packets)]
				o.decode(o.heard[:], v)
				n++
			}
		})
	}
}
