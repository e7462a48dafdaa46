package media

import (
	"testing"
)

// spoken is a frame of voice whose samples are all of one code.
func spoken(ssrc, ts uint32, code byte, length int) *voice {
	data := make([]byte, headerSize+length)
	for i := range data[headerSize:] {
		data[headerSize+i] = code
	}
	return &voice{packet: packet{ssrc: ssrc, ts: ts, data: data, start: headerSize}}
}

// loud are codes whose linear values differ; quiet is silence.
const (
	quiet = muSilence
	loud1 = 0x80 + iota<<4
	loud2
	loud3
)

func TestPlayout(t *testing.T) {
	// Each step puts packets, by number, and then takes one frame, which must be
	// the packet with the number of plays; 0 is silence.
	type step struct {
		puts  []int
		plays int
	}
	for name, steps := range map[string][]step{
		"a steady source waits one frame": {{[]int{1}, 0}, {[]int{2}, 1}, {[]int{3}, 2}, {nil, 3}, {nil, 0}},
		"what is swapped is put right":    {{[]int{1}, 0}, {[]int{3, 2}, 1}, {nil, 2}, {nil, 3}},
		"what is lost is silence":         {{[]int{1}, 0}, {nil, 1}, {[]int{3}, 0}, {nil, 3}},
		"what is doubled is heard once":   {{[]int{1, 1}, 0}, {[]int{2, 2}, 1}, {nil, 2}, {nil, 0}},
		"a late one makes all wait":       {{[]int{1}, 0}, {nil, 1}, {nil, 0}, {nil, 0}, {[]int{2}, 0}, {[]int{3}, 2}, {[]int{4}, 3}},
		"one that is too late is lost":    {{[]int{1}, 0}, {nil, 1}, {nil, 0}, {nil, 0}, {nil, 0}, {nil, 0}, {nil, 0}, {nil, 0}, {[]int{2}, 0}, {[]int{9}, 9}, {nil, 0}},
		"a clock that stood still":        {{[]int{1}, 0}, {nil, 1}, {nil, 0}, {nil, 0}, {nil, 0}, {nil, 0}, {nil, 0}, {nil, 0}, {nil, 0}, {[]int{2}, 0}, {[]int{3}, 0}, {[]int{4}, 0}, {[]int{5}, 4}, {nil, 5}},
		"what is too early is cut":        {{[]int{1}, 0}, {[]int{2, 3, 4, 5, 6, 7, 8, 9, 10}, 4}, {nil, 5}, {nil, 6}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, base := range []uint32{0, 1<<32 - 3*frame} {
				p := newEar(nil, lead, spare).playout
				var out [frame]int16
				for i, s := range steps {
					for _, n := range s.puts {
						p.put(spoken(7, base+uint32(n)*frame, byte(n), frame))
					}
					p.take(&out)
					want := int16(0)
					if s.plays > 0 {
						want = muLinear[s.plays]
					}
					for j, v := range out {
						if v != want {
							t.Fatalf("step %d, sample %d: %d, want %d", i, j, v, want)
						}
					}
				}
			}
		})
	}
}

func TestAnotherSourceBeginsAnew(t *testing.T) {
	p := newEar(nil, lead, spare).playout
	var out [frame]int16
	p.put(spoken(1, 1000, 1, frame))
	for _, v := range []*voice{
		spoken(2, 1160, 2, frame),         // another SSRC
		spoken(2, 9_000_000, 3, frame),    // a clock that leaps
		spoken(2, 8_000_000, 4, frame),    // and back
		spoken(2, 8_000_000, 5, ring/2+1), // too long for a packet
	} {
		p.put(v)
	}
	if p.take(&out); out != [frame]int16{} {
		t.Errorf("heard %d", out[0])
	}
	if p.take(&out); out[0] != muLinear[4] || out[frame-1] != muLinear[4] {
		t.Errorf("heard %d", out[0])
	}
}

func TestTheWaitIsShortenedWhenTheSourceIsSteadyAgain(t *testing.T) {
	p := newEar(nil, lead, spare).playout
	var out [frame]int16
	ts := uint32(0)
	say := func(n int) {
		for range n {
			p.put(spoken(1, ts, 1, frame))
			ts += frame
		}
	}
	say(1)
	for range 6 { // 100 ms in which nothing comes
		p.take(&out)
	}
	say(6)
	wait := func() int32 { return int32(p.end - p.next) }
	if wait() <= spare+frame || wait() > longestWait+frame {
		t.Fatalf("%d samples wait", wait())
	}
	for range 10 * review {
		p.take(&out)
		say(1)
	}
	if wait() != spare+frame {
		t.Errorf("%d samples wait", wait())
	}
}

func TestAFastClockIsFollowed(t *testing.T) {
	p := newEar(nil, lead, spare).playout
	var out [frame]int16
	ts, silent := uint32(0), 0
	for n := range 50 * 60 {
		p.put(spoken(1, ts, 1, frame))
		ts += frame
		if n%100 == 0 { // one in a hundred comes on top
			p.put(spoken(1, ts, 1, frame))
			ts += frame
		}
		if !p.take(&out) || n > 0 && out[0] == 0 {
			silent++
		}
		if d := int32(p.end - p.next); d > longestWait+2*frame {
			t.Fatalf("%d samples wait after %d frames", d, n)
		}
	}
	if silent > 1 {
		t.Errorf("%d frames of silence", silent)
	}
}

// Whatever comes, every sample that is played is one that was said or silence,
// nothing is heard again from the ring, and the wait stays within its bounds.
func FuzzPlayout(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	f.Add([]byte{0, 0, 0, 255, 255, 255, 128, 128, 7, 1, 250, 3})
	f.Add([]byte("000\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf5\xf50"))
	f.Fuzz(func(t *testing.T, script []byte) {
		p := newEar(nil, lead, spare).playout
		var out [frame]int16
		ts := uint32(0)
		for i := 0; i+2 < len(script); i += 3 {
			what, by, length := script[i], int32(int8(script[i+1])), 1+int(script[i+2])*8
			switch what % 4 {
			case 0, 1:
				ts += uint32(by * 40)
				p.put(spoken(uint32(what>>2&1), ts, loud1, length))
			case 2:
				ts += uint32(by) << 20
				p.put(spoken(uint32(what>>2&1), ts, loud1, length))
			case 3:
				p.take(&out)
				for _, v := range out {
					if v != 0 && v != muLinear[loud1] {
						t.Fatalf("%d was never said", v)
					}
				}
			}
			if d := int32(p.end - p.next); p.begun && d > ring {
				t.Fatalf("%d samples wait", d)
			}
		}
		for range ring/frame + 1 {
			p.take(&out)
		}
		for i, v := range p.samples {
			if v != 0 {
				t.Fatalf("sample %d is left", i)
			}
		}
	})
}
