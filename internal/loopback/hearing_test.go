package loopback

import (
	"testing"
	"time"

	"github.com/pion/rtp"
)

func TestTheLawsAreTheirOwnInverse(t *testing.T) {
	for _, l := range laws {
		for code := range 256 {
			back := l.encode([]int16{l.linear[code]})[0]
			if l.linear[back] != l.linear[code] {
				t.Errorf("%s: code %#x stands for %d, which encodes to %#x", l.name, code, l.linear[code], back)
			}
		}
	}
}

func TestTheLawsKnowTheirEnds(t *testing.T) {
	for _, c := range []struct {
		law  *law
		code byte
		want int16
	}{ // ITU-T G.711 tables 1 and 2, scaled to 16 bits
		{laws[0], 0x00, -32124}, {laws[0], 0x80, 32124}, {laws[0], 0xff, 0}, {laws[0], 0xfe, 8},
		{laws[1], 0x2a, -32256}, {laws[1], 0xaa, 32256}, {laws[1], 0xd5, 8}, {laws[1], 0x55, -8},
	} {
		if got := c.law.linear[c.code]; got != c.want {
			t.Errorf("%s %#x is %d, want %d", c.law.name, c.code, got, c.want)
		}
	}
}

func TestEveryToneIsFound(t *testing.T) {
	for _, l := range laws {
		for hz := 100; hz < 4000; hz += toneStep {
			if got := kindOf(l.decode(nil, Tone(hz).in(l).frame(3))); got != hz {
				t.Errorf("%s: %d Hz was heard as %d", l.name, hz, got)
			}
		}
		if got := kindOf(l.decode(nil, Voice{}.in(l).frame(0))); got != quiet {
			t.Errorf("%s: silence was heard as %d", l.name, got)
		}
	}
	if got := kindOf(nil); got != quiet {
		t.Errorf("nothing was heard as %d", got)
	}
}

func TestTwoTonesAreNoTone(t *testing.T) {
	mixed, other := sine(400), sine(700)
	for i := range mixed {
		mixed[i] += other[i]
	}
	if got := kindOf(mixed); got != 0 {
		t.Errorf("heard %d Hz", got)
	}
}

func TestTheBooksOfAStream(t *testing.T) {
	e := &ear{changed: func() {}, streams: map[uint32]*stream{}}
	tone := Tone(700).in(laws[0])
	start := time.Now()
	packet := func(ms int, ssrc uint32, sequence uint16, timestamp uint32, payload uint8) {
		e.hear(&rtp.Packet{Header: rtp.Header{Version: 2, SSRC: ssrc, SequenceNumber: sequence, Timestamp: timestamp, PayloadType: payload},
			Payload: tone.forever}, start.Add(time.Duration(ms)*time.Millisecond))
	}
	packet(0, 1, 65535, 0xffffff60, 0)
	packet(20, 1, 0, 0, 0)       // both wrap
	packet(40, 1, 2, 320, 0)     // one is missing
	packet(60, 1, 3, 160, 0)     // the clock goes back
	packet(70, 1, 4, 160, 101)   // an event
	packet(100, 2, 9000, 7, 0)   // another stream begins
	packet(250, 2, 9001, 167, 0) // late
	h := e.copy()
	if h.Packets != 7 || h.Gaps != 1 || h.Backwards != 1 || len(h.SSRCs) != 2 || h.LongestSilence != 150*time.Millisecond {
		t.Errorf("heard %+v", h)
	}
	if len(h.Sounds) != 1 || h.Sounds[0].Packets != 6 || h.Sounds[0].Last.Sub(h.Sounds[0].First) != 250*time.Millisecond {
		t.Errorf("sounds %+v", h.Sounds)
	}
	if _, later := h.Tone(700, start.Add(time.Millisecond)); later {
		t.Error("a tone that began before was found after")
	}
}

func TestOldSoundsAreForgotten(t *testing.T) {
	e := &ear{changed: func() {}, streams: map[uint32]*stream{}}
	for range 2 * maxSounds {
		e.listen(700, time.Now())
		e.listen(quiet, time.Now())
	}
	if n := len(e.copy().Sounds); n > maxSounds || n < maxSounds/2 {
		t.Errorf("%d sounds are remembered", n)
	}
}

func FuzzOffer(f *testing.F) {
	f.Add([]byte("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"))
	f.Add([]byte("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 0 RTP/AVP 8\r\na=inactive\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if o, err := readOffer(body); err == nil && (mirrored[o.direction] == "" || !o.to.IsValid()) {
			t.Errorf("accepted %+v", o)
		}
	})
}
