package media

import (
	"math/rand/v2"
	"testing"
	"time"
)

// step is one packet given to a stream: generated, or of a source.
type step struct {
	at     time.Duration
	own    bool
	begins bool
	skip   bool
	cut    bool
	event  bool
	ssrc   uint32
	seq    uint16
	ts     uint32
	// What goes out: sequence and timestamp relative to the stream's start.
	dropped bool
	outSeq  uint16
	outTS   uint32
	marker  bool
}

func TestStreamContinuity(t *testing.T) {
	cases := []struct {
		name  string
		steps []step
	}{
		{"our own audio is exact, whatever the ticker's jitter", []step{
			{own: true, at: 0, outSeq: 0, outTS: 0, marker: true},
			{own: true, at: 23 * ms, outSeq: 1, outTS: 160},
			{own: true, at: 38 * ms, outSeq: 2, outTS: 320},
			{own: true, begins: true, at: 61 * ms, outSeq: 3, outTS: 480, marker: true},
		}},
		{"a pause of our own audio shows in the timestamp", []step{
			{own: true, at: 0, marker: true},
			{own: true, at: 500 * ms, outSeq: 1, outTS: 4000, marker: true},
		}},
		{"a customer takes over from silence", []step{
			{own: true, at: 0, marker: true},
			{ssrc: 7, seq: 9000, ts: 5_000_000, at: 30 * ms, outSeq: 1, outTS: 240, marker: true},
			{ssrc: 7, seq: 9001, ts: 5_000_160, at: 50 * ms, outSeq: 2, outTS: 400},
		}},
		{"at least one frame passes at a change", []step{
			{own: true, at: 0, marker: true},
			{ssrc: 7, seq: 1, ts: 1000, at: 1 * ms, outSeq: 1, outTS: 160, marker: true},
		}},
		{"at least the length of the packet before passes at a change", []step{
			{ssrc: 7, seq: 1, ts: 1000, at: 0, marker: true},
			{ssrc: 7, seq: 2, ts: 1160, at: 20 * ms, outSeq: 1, outTS: 160},
			{ssrc: 8, seq: 2, ts: 1160, at: 21 * ms, outSeq: 2, outTS: 320, marker: true},
		}},
		{"what ran ahead of real time is taken back", []step{
			{own: true, at: 0, marker: true},
			{ssrc: 7, seq: 1, ts: 0, at: 5 * ms, outSeq: 1, outTS: 160, marker: true}, // 120 ahead
			{own: true, at: 45 * ms, outSeq: 2, outTS: 360, marker: true},
		}},
		{"loss stays visible", []step{
			{ssrc: 7, seq: 10, ts: 0, at: 0, marker: true},
			{ssrc: 7, seq: 13, ts: 480, at: 60 * ms, outSeq: 3, outTS: 480},
		}},
		{"reordering stays visible, repetition does not", []step{
			{ssrc: 7, seq: 10, ts: 0, at: 0, marker: true},
			{ssrc: 7, seq: 12, ts: 320, at: 40 * ms, outSeq: 2, outTS: 320},
			{ssrc: 7, seq: 11, ts: 160, at: 41 * ms, outSeq: 1, outTS: 160},
			{ssrc: 7, seq: 11, ts: 160, at: 42 * ms, dropped: true},
			{ssrc: 7, seq: 12, ts: 320, at: 43 * ms, dropped: true},
			{ssrc: 7, seq: 13, ts: 480, at: 60 * ms, outSeq: 3, outTS: 480},
		}},
		{"what is older than the source's first packet would repeat a number", []step{
			{own: true, at: 0, marker: true},
			{ssrc: 7, seq: 10, ts: 1600, at: 20 * ms, outSeq: 1, outTS: 160, marker: true},
			{ssrc: 7, seq: 9, ts: 1440, at: 21 * ms, dropped: true},
		}},
		{"the incoming sequence and timestamp wrap", []step{
			{ssrc: 7, seq: 65535, ts: 1<<32 - 160, at: 0, marker: true},
			{ssrc: 7, seq: 0, ts: 0, at: 20 * ms, outSeq: 1, outTS: 160},
			{ssrc: 7, seq: 1, ts: 160, at: 40 * ms, outSeq: 2, outTS: 320},
		}},
		{"another SSRC is another source", []step{
			{ssrc: 7, seq: 10, ts: 0, at: 0, marker: true},
			{ssrc: 8, seq: 11, ts: 160, at: 40 * ms, outSeq: 1, outTS: 320, marker: true},
		}},
		{"a sequence that jumps is another source", []step{
			{ssrc: 7, seq: 10, ts: 0, at: 0, marker: true},
			{ssrc: 7, seq: 30000, ts: 160, at: 20 * ms, outSeq: 1, outTS: 160, marker: true},
		}},
		{"a timestamp that jumps is another source", []step{
			{ssrc: 7, seq: 10, ts: 0, at: 0, marker: true},
			{ssrc: 7, seq: 11, ts: 1 << 30, at: 20 * ms, outSeq: 1, outTS: 160, marker: true},
		}},
		{"voice that goes back in time is another source", []step{
			{ssrc: 7, seq: 10, ts: 8000, at: 0, marker: true},
			{ssrc: 7, seq: 11, ts: 4000, at: 20 * ms, outSeq: 1, outTS: 160, marker: true},
		}},
		{"a pause without voice is no change", []step{
			{ssrc: 7, seq: 10, ts: 0, at: 0, marker: true},
			{ssrc: 7, seq: 11, ts: 480_000, at: 60 * time.Second, outSeq: 1, outTS: 480_000},
		}},
		{"a key held down keeps its timestamp", []step{
			{ssrc: 7, seq: 10, ts: 0, at: 0, marker: true},
			{ssrc: 7, event: true, seq: 11, ts: 160, at: 20 * ms, outSeq: 1, outTS: 160},
			{ssrc: 7, event: true, seq: 12, ts: 160, at: 10 * time.Second, outSeq: 2, outTS: 160},
			{ssrc: 7, seq: 13, ts: 80_160, at: 10*time.Second + 20*ms, outSeq: 3, outTS: 80_160},
		}},
		{"a cut makes the same sender another source", []step{
			{ssrc: 7, seq: 10, ts: 0, at: 0, marker: true},
			{ssrc: 7, cut: true, seq: 60, ts: 8000, at: time.Second, outSeq: 1, outTS: 8000, marker: true},
		}},
		{"what is skipped on purpose leaves no gap", []step{
			{ssrc: 7, seq: 10, ts: 0, at: 0, marker: true},
			{ssrc: 7, skip: true, seq: 11},
			{ssrc: 7, skip: true, seq: 12},
			{ssrc: 7, seq: 13, ts: 480, at: 60 * ms, outSeq: 1, outTS: 480},
			{ssrc: 7, seq: 11, ts: 160, at: 61 * ms, dropped: true},
			{ssrc: 7, seq: 15, ts: 800, at: 100 * ms, outSeq: 3, outTS: 800},
		}},
	}
	starts := []struct {
		name string
		seq  uint16
		ts   uint32
	}{{"", 1000, 5000}, {", while its own numbers wrap", 65534, 1<<32 - 100}}
	for _, c := range cases {
		for _, start := range starts {
			t.Run(c.name+start.name, func(t *testing.T) {
				s := stream{seq: start.seq - 1, ts: start.ts}
				for i, st := range c.steps {
					h, ok := s.play(st)
					if st.skip {
						continue
					}
					if ok == st.dropped {
						t.Fatalf("step %d: passed is %v", i, ok)
					}
					want := header{st.marker, start.seq + st.outSeq, start.ts + st.outTS}
					if ok && h != want {
						t.Fatalf("step %d: got %+v (+%d, +%d), want %+v", i, h, h.seq-start.seq, h.ts-start.ts, want)
					}
				}
			})
		}
	}
}

func (s *stream) play(st step) (header, bool) {
	if st.own {
		return s.generate(st.begins, st.at), true
	}
	p := packet{ssrc: st.ssrc, seq: st.seq, ts: st.ts}
	if st.skip {
		s.skip(&p)
		return header{}, false
	}
	span := int64(frame)
	if st.event {
		span = 0
	}
	return s.follow(&p, span, st.cut, st.at)
}

func TestTimestampsDoNotRunAwayOverManyCustomers(t *testing.T) {
	s := stream{ts: 77}
	now := time.Duration(0)
	first := s.generate(false, now).ts
	var last uint32
	for customer := range 1000 {
		now += 3 * ms // primed early
		for n := range 10 {
			s.follow(&packet{ssrc: uint32(customer), seq: uint16(n), ts: uint32(n) * frame}, frame, n == 0, now)
			now += 20 * ms
		}
		now += 17 * ms
		s.generate(false, now)
		now += 20 * ms
		last = s.generate(false, now).ts
	}
	if off := int64(last-first) - samples(now); off > 2*frame || off < -2*frame {
		t.Errorf("after 1000 customers the timestamp is off by %d samples", off)
	}
}

// A far end whose clock is 1 % fast talks for half a minute: the lead is given back in
// the silence that follows. One that leaps sets the clock, and silence goes on.
func TestTheLeadOfASourceIsGivenBack(t *testing.T) {
	for _, c := range []struct {
		name string
		step uint32 // of the source's timestamps
		leap uint32
		skip int // frames of silence that are left out
	}{
		{"exact", 160, 0, 0},
		{"1 % fast", 162, 0, 19},
		{"slow", 158, 0, 0},
		{"a leap of 5 s", 160, 5 * rate, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := stream{}
			now, ts := time.Duration(0), uint32(0)
			for n := range 1500 {
				if n == 1000 {
					ts += c.leap
				}
				s.follow(&packet{ssrc: 1, seq: uint16(n), ts: ts}, frame, n == 0, now)
				now, ts = now+20*ms, ts+c.step
			}
			skipped := 0
			for range 200 {
				if s.early(now) {
					skipped++
				} else {
					s.generate(false, now)
				}
				now += 20 * ms
			}
			if skipped < c.skip-1 || skipped > c.skip+1 {
				t.Errorf("%d frames were left out, want %d", skipped, c.skip)
			}
		})
	}
}

func TestLatePacketsPassFarIntoASource(t *testing.T) {
	s := stream{}
	var p packet
	for n := range 70_000 {
		p = packet{ssrc: 1, seq: uint16(n), ts: uint32(n) * frame}
		if n%100 == 50 {
			continue // it comes late, below
		}
		if _, ok := s.follow(&p, frame, false, time.Duration(n)*frameTime); !ok {
			t.Fatalf("packet %d was dropped", n)
		}
		if n%100 == 52 {
			late := packet{ssrc: 1, seq: uint16(n - 2), ts: uint32(n-2) * frame}
			if _, ok := s.follow(&late, frame, false, time.Duration(n)*frameTime); !ok {
				t.Fatalf("late packet %d was dropped", n-2)
			}
		}
	}
}

// Whatever arrives, no number goes out twice and a change of source is the next
// number with the marker bit.
func FuzzStream(f *testing.F) {
	f.Add(uint64(1), []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xff, 0x80})
	f.Fuzz(func(t *testing.T, seed uint64, script []byte) {
		random := rand.New(rand.NewPCG(seed, 1))
		s := stream{seq: uint16(seed), ts: uint32(seed >> 16)}
		var now time.Duration
		var seq uint16
		var ts uint32
		sent := map[uint16]int{}
		for i, b := range script {
			now += time.Duration(random.IntN(30)) * ms
			before := s.seq
			p := packet{ssrc: uint32(b >> 7)}
			switch b & 7 {
			case 0:
				seq, ts = uint16(random.Uint32()), random.Uint32()
			case 1:
				p.seq, p.ts = seq-uint16(random.IntN(100)), ts
			case 2:
				seq += uint16(random.IntN(5))
			default:
				seq, ts = seq+1, ts+frame
			}
			if b&7 != 1 {
				p.seq, p.ts = seq, ts
			}
			var h header
			ok := true
			switch b >> 3 & 7 {
			case 0:
				h = s.generate(b&64 != 0, now)
			case 1:
				s.skip(&p)
				continue
			case 2:
				h, ok = s.follow(&p, frame, true, now)
			case 3:
				h, ok = s.follow(&p, 0, false, now)
			case 4:
				h = s.press(b&64 != 0 || !s.keyed, s.span+frame, now)
			default:
				h, ok = s.follow(&p, frame, false, now)
			}
			if !ok {
				continue
			}
			if last, known := sent[h.seq]; known && i-last < 1000 {
				t.Fatalf("step %d: sequence %d went out at step %d already", i, h.seq, last)
			}
			sent[h.seq] = i
			if h.marker && h.seq != before+1 {
				t.Fatalf("step %d: a change of source from %d to %d", i, before, h.seq)
			}
		}
	})
}
