package media

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/pion/rtp"
)

// table is a conference of phones, each of which says a level of its own, so that
// a frame tells by its level who is in it.
type table struct {
	*rig
	*Conference
	phones []*phone
}

// levels are so far apart that no sum of some is near another sum, whatever the
// laws do to it.
var levels = []int16{500, 1000, 2000, 4000, 8000}

func newTable(t testing.TB, laws ...Codec) *table {
	r := newRig(t)
	tb := &table{rig: r, Conference: r.NewConference()}
	for _, law := range laws {
		tb.phones = append(tb.phones, r.phone(law))
	}
	return tb
}

// arrange gives each phone the phones it hears, by number; nil has no part.
func (tb *table) arrange(hears ...[]int) {
	var parts []Part
	for n, list := range hears {
		if list == nil {
			continue
		}
		part := Part{Leg: tb.phones[n].Leg}
		for _, other := range list {
			part.Hears = append(part.Hears, tb.phones[other].Leg)
		}
		parts = append(parts, part)
	}
	tb.Arrange(parts...)
}

// all is everybody with everybody.
func (tb *table) all() {
	hears := make([][]int, len(tb.phones))
	for n := range hears {
		hears[n] = []int{}
		for other := range tb.phones {
			hears[n] = append(hears[n], other) // itself included, which is ignored
		}
	}
	tb.arrange(hears...)
}

// rounds lets every phone but the silent ones say its level for n frames.
func (tb *table) rounds(n int, silent ...int) {
	for range n {
		for i, p := range tb.phones {
			if !slices.Contains(silent, i) {
				p.say(p.law(levels[i]))
			}
		}
		tb.pass(frameTime)
	}
}

func (p *phone) law(v int16) byte {
	if p.format.Codec == PCMA {
		return aCompress(v)
	}
	return muCompress(v)
}

// heard tells who is in a frame, by number; ok is false for a level that no sum
// of voices explains.
func (p *phone) heard(packet rtp.Packet) (who []int, ok bool) {
	if p.format.Codec == PCMA {
		return saying(aLinear[packet.Payload[0]])
	}
	return saying(muLinear[packet.Payload[0]])
}

// saying tells whose levels a sample is the sum of, by number.
func saying(sample int16) (who []int, ok bool) {
	for set := range 1 << len(levels) {
		sum := 0
		for i, v := range levels {
			if set>>i&1 != 0 {
				sum += int(v)
				who = append(who, i)
			}
		}
		if off := int(sample) - sum; off < 240 && off > -240 {
			return who, true
		}
		who = nil
	}
	return nil, false
}

// wantHeard checks whom each phone heard in its last frame.
func (tb *table) wantHeard(want ...[]int) {
	tb.t.Helper()
	for n, p := range tb.phones {
		got := p.hear()
		if len(got) == 0 {
			tb.t.Fatalf("phone %d was sent nothing", n)
		}
		who, ok := p.heard(got[len(got)-1])
		if !ok || !slices.Equal(who, want[n]) {
			tb.t.Errorf("phone %d heard %v (%v), want %v", n, who, ok, want[n])
		}
	}
}

func TestWhoHearsWhom(t *testing.T) {
	for name, c := range map[string]struct{ hears, want [][]int }{
		"everybody":               {[][]int{{1, 2}, {0, 2}, {0, 1}}, [][]int{{1, 2}, {0, 2}, {0, 1}}},
		"a supervisor listens":    {[][]int{{1}, {0}, {0, 1}}, [][]int{{1}, {0}, {0, 1}}},
		"a supervisor coaches":    {[][]int{{1, 2}, {0}, {0, 1}}, [][]int{{1, 2}, {0}, {0, 1}}},
		"one to all":              {[][]int{{}, {0}, {0}}, [][]int{nil, {0}, {0}}},
		"nobody":                  {[][]int{{}, {}, {}}, [][]int{nil, nil, nil}},
		"oneself is not heard":    {[][]int{{0, 1}, {1}, {}}, [][]int{{1}, nil, nil}},
		"twice is heard once":     {[][]int{{1, 1}, {}, {}}, [][]int{{1}, nil, nil}},
		"who has no part":         {[][]int{{1, 2}, {0, 2}, nil}, [][]int{{1}, {0}, nil}},
		"one alone":               {[][]int{{1, 2}, nil, nil}, [][]int{nil, nil, nil}},
		"four with two outsiders": {[][]int{{1, 2}, {0, 2, 3}, {1}, {0, 1, 2}}, [][]int{{1, 2}, {0, 2, 3}, {1}, {0, 1, 2}}},
	} {
		for _, laws := range [][]Codec{{PCMU, PCMU, PCMU, PCMU}, {PCMU, PCMA, PCMA, PCMU}} {
			t.Run(fmt.Sprint(name, laws), func(t *testing.T) {
				tb := newTable(t, laws[:len(c.hears)]...)
				tb.arrange(c.hears...)
				tb.rounds(4)
				tb.wantHeard(c.want...)
				// The other way round, in mid-sentence, and back.
				tb.all()
				tb.arrange(c.hears...)
				tb.rounds(1)
				tb.wantHeard(c.want...)
			})
		}
	}
}

func TestASilentListenerLeavesNoTrace(t *testing.T) {
	listen := func(says bool) (heard [2][][]byte) {
		tb := newTable(t, PCMU, PCMA, PCMU)
		// One stream is as another, but for what is random in it.
		for _, p := range tb.phones {
			p.stream.seq, p.stream.ts, p.Leg.ssrc = 1, 1, 1
		}
		tb.arrange([]int{1}, []int{0}, []int{0, 1})
		if says {
			tb.rounds(50)
		} else {
			tb.rounds(50, 2)
		}
		for n := range heard {
			for _, d := range tb.phones[n].voice.sent {
				heard[n] = append(heard[n], d.data)
			}
		}
		if who, _ := tb.phones[2].heard(tb.phones[2].hear()[40]); !slices.Equal(who, []int{0, 1}) {
			t.Errorf("the listener hears %v", who)
		}
		return heard
	}
	with, without := listen(true), listen(false)
	for n := range with {
		if !slices.EqualFunc(with[n], without[n], bytes.Equal) {
			t.Errorf("phone %d can tell whether the listener speaks", n)
		}
	}
}

func TestAnArrangementTakesThePlaceOfTheFormer(t *testing.T) {
	tb := newTable(t, PCMU, PCMU, PCMU)
	tb.all()
	tb.rounds(3)
	tb.wantHeard([]int{1, 2}, []int{0, 2}, []int{0, 1})
	tb.arrange([]int{1}, []int{0}, nil)
	tb.rounds(1) // who stays is heard on without a break
	tb.wantHeard([]int{1}, []int{0}, nil)
	tb.all()
	tb.rounds(3)
	tb.wantHeard([]int{1, 2}, []int{0, 2}, []int{0, 1})
	tb.End()
	tb.rounds(2)
	tb.wantHeard(nil, nil, nil)
	if tb.turn.taken {
		t.Error("it still has its turn")
	}
	tb.all()
	tb.rounds(3)
	tb.wantHeard([]int{1, 2}, []int{0, 2}, []int{0, 1})
	for _, p := range tb.phones {
		wantOneStream(t, decode(t, p.voice.sent))
	}
}

func TestALegIsInOnePlaceAtATime(t *testing.T) {
	tb := newTable(t, PCMU, PCMU, PCMU, PCMU)
	other := tb.NewConference()
	enter := func() {
		tb.all()
		tb.rounds(3)
		tb.wantHeard([]int{1, 2, 3}, []int{0, 2, 3}, []int{0, 1, 3}, []int{0, 1, 2})
	}
	for name, leave := range map[string]struct {
		order func()
		want  [][]int
	}{
		"a bridge":           {func() { Bridge(tb.phones[0].Leg, tb.phones[1].Leg, nil) }, [][]int{{1}, {0}, {3}, {2}}},
		"no bridge":          {func() { Unbridge(tb.phones[0].Leg) }, [][]int{nil, {2, 3}, {1, 3}, {1, 2}}},
		"a bridge to itself": {func() { Bridge(tb.phones[0].Leg, tb.phones[0].Leg, nil) }, [][]int{nil, {2, 3}, {1, 3}, {1, 2}}},
		"another conference": {func() {
			other.Arrange(Part{tb.phones[0].Leg, []*Leg{tb.phones[1].Leg, tb.phones[2].Leg}}, Part{tb.phones[1].Leg, []*Leg{tb.phones[0].Leg}})
		}, [][]int{{1}, {0}, {3}, {2}}},
	} {
		t.Run(name, func(t *testing.T) {
			enter()
			leave.order()
			tb.rounds(4)
			// A bridge forwards at once, so that the last packet may be our own.
			tb.wantHeard(leave.want...)
		})
	}
	enter()
	for _, p := range tb.phones {
		wantOneStream(t, decode(t, p.voice.sent))
	}
}

func TestChangingBetweenBridgeAndConferenceKeepsTheVoice(t *testing.T) {
	tb := newTable(t, PCMU, PCMU, PCMU)
	a, b := tb.phones[0], tb.phones[1]
	silent := func(p *phone) (n int) {
		for _, packet := range p.hear() {
			if packet.Payload[0] == muSilence {
				n++
			}
		}
		return n
	}
	Bridge(a.Leg, b.Leg, nil)
	tb.rounds(10)
	a.hear()
	b.hear()
	for range 3 {
		tb.all()
		tb.rounds(10)
		if x, y := silent(a), silent(b); x > 2 || y > 2 {
			t.Errorf("into the conference: %d and %d frames of silence", x, y)
		}
		Bridge(a.Leg, b.Leg, nil)
		tb.rounds(10)
		if x, y := silent(a), silent(b); x > 1 || y > 1 {
			t.Errorf("back to the bridge: %d and %d frames of silence", x, y)
		}
	}
	wantOneStream(t, decode(t, a.voice.sent))
	wantOneStream(t, decode(t, b.voice.sent))
}

func TestASoundIsHeardInPlaceOfTheConference(t *testing.T) {
	tb := newTable(t, PCMU, PCMU, PCMU)
	tb.all()
	tb.rounds(3)
	ended := 0
	tb.phones[0].Play(newSound(slices.Repeat([]int16{-9000}, 3*frame), false), func(bool) { ended++ })
	tb.phones[0].hear()
	for range 3 {
		tb.rounds(1)
		got := tb.phones[0].hear()
		if len(got) == 0 || muLinear[got[0].Payload[0]] > -8000 {
			t.Fatalf("heard %x", codes(got))
		}
	}
	// The others heard the leg throughout.
	for _, n := range []int{1, 2} {
		for i, packet := range tb.phones[n].hear()[2:] {
			if who, _ := tb.phones[n].heard(packet); !slices.Contains(who, 0) {
				t.Errorf("phone %d heard %v in frame %d", n, who, i)
			}
		}
	}
	tb.rounds(2)
	tb.wantHeard([]int{1, 2}, []int{0, 2}, []int{0, 1})
	if ended != 1 {
		t.Errorf("the sound ended %d times", ended)
	}
	// One that loops is heard until something else takes its place; hold is to be
	// out of the conference as well.
	tb.phones[1].Play(newSound(slices.Repeat([]int16{-9000}, frame), true), func(bool) { ended++ })
	tb.rounds(30)
	if got := tb.phones[1].hear(); muLinear[got[len(got)-1].Payload[0]] > -8000 {
		t.Error("the loop has ended")
	}
	tb.phones[1].Play(nil, nil)
	tb.rounds(1)
	tb.wantHeard([]int{1, 2}, []int{0, 2}, []int{0, 1})
	Unbridge(tb.phones[1].Leg)
	tb.phones[1].Play(newSound(slices.Repeat([]int16{-9000}, frame), true), func(bool) { ended++ })
	tb.rounds(3)
	tb.phones[1].hear()
	tb.all() // back from hold
	tb.rounds(3)
	tb.wantHeard([]int{1, 2}, []int{0, 2}, []int{0, 1})
	if ended != 3 {
		t.Errorf("sounds ended %d times", ended)
	}
	for _, p := range tb.phones {
		wantOneStream(t, decode(t, p.voice.sent))
	}
}

func TestManySoundsDoNotPushTheStreamAhead(t *testing.T) {
	tb := newTable(t, PCMU, PCMU)
	tb.all()
	tb.rounds(3)
	beep := newSound(make([]int16, frame), false)
	for range 100 {
		tb.phones[0].Play(beep, nil)
		tb.rounds(5)
	}
	tb.phones[0].mu.Lock()
	ahead := tb.phones[0].stream.lead(tb.now())
	tb.phones[0].mu.Unlock()
	if ahead > 2*frame {
		t.Errorf("%d samples ahead", ahead)
	}
}

func TestACueLiesOverTheConference(t *testing.T) {
	tb := newTable(t, PCMU, PCMU)
	tb.all()
	tb.rounds(3)
	tb.phones[0].Cue(newSound(slices.Repeat([]int16{levels[4]}, 2*frame), false))
	tb.rounds(1)
	tb.wantHeard([]int{1, 4}, []int{0})
	tb.rounds(2)
	tb.wantHeard([]int{1}, []int{0})
}

func TestTheMutedAreNotMixed(t *testing.T) {
	tb := newTable(t, PCMU, PCMU, PCMU)
	tb.all()
	tb.rounds(3)
	tb.phones[2].Mute(true)
	tb.rounds(2)
	tb.wantHeard([]int{1}, []int{0}, []int{0, 1})
	tb.phones[2].Mute(false)
	tb.rounds(3)
	tb.wantHeard([]int{1, 2}, []int{0, 2}, []int{0, 1})
}

func TestKeyPressesAreToldAndNotMixed(t *testing.T) {
	tb := newTable(t, PCMU, PCMU)
	told := ""
	tb.phones[0].Digits(func(d byte) { told += string(d) })
	tb.all()
	for i := range 5 {
		tb.phones[0].press('7'-'0', i == 4)
		tb.pass(frameTime)
	}
	if told != "7" {
		t.Errorf("told %q", told)
	}
	for _, packet := range tb.phones[1].hear() {
		if packet.PayloadType != 0 || packet.Payload[0] != muSilence {
			t.Errorf("heard %v", packet)
		}
	}
}

func TestWhatIsTooLoudStaysAtTheLimit(t *testing.T) {
	for _, law := range []Codec{PCMU, PCMA} {
		tb := newTable(t, law, law, law)
		tb.all()
		for _, v := range []int16{32000, -32000} {
			for range 4 {
				for _, p := range tb.phones {
					p.say(p.law(v))
				}
				tb.pass(frameTime)
			}
			for _, p := range tb.phones {
				got := p.hear()
				if code := got[len(got)-1].Payload[0]; code != p.law(v) {
					t.Errorf("%v: two of %d are %d", law, v, muLinear[code])
				}
			}
		}
	}
}

func TestLegsThatEndLeaveTheConference(t *testing.T) {
	tb := newTable(t, PCMU, PCMU, PCMU)
	tb.all()
	tb.rounds(3)
	tb.phones[2].Close()
	delete(tb.legs, tb.phones[2].Leg)
	tb.rounds(2)
	for n, want := range [][]int{{1}, {0}} {
		got := tb.phones[n].hear()
		if who, _ := tb.phones[n].heard(got[len(got)-1]); !slices.Equal(who, want) {
			t.Errorf("phone %d hears %v", n, who)
		}
	}
	tb.all() // the closed one is ignored
	tb.phones[0].Close()
	tb.phones[1].Close()
	tb.pass(frameTime)
	if tb.turn.taken {
		t.Error("a conference that all have left has its turn")
	}
	tb.all()
	tb.pass(frameTime)
	if tb.turn.taken {
		t.Error("a conference of closed legs has its turn")
	}
}

func TestALegThatMayNotBeSpokenToIsNot(t *testing.T) {
	tb := newTable(t, PCMU, PCMU)
	tb.all()
	tb.rounds(3)
	f := tb.phones[0].format
	f.Send = false // the far end holds
	tb.phones[0].Agree(f)
	tb.phones[0].hear()
	tb.rounds(5)
	if got := tb.phones[0].hear(); len(got) != 0 {
		t.Errorf("%d packets", len(got))
	}
	tb.phones[0].Agree(tb.phones[0].format)
	tb.rounds(2)
	tb.wantHeard([]int{1}, []int{0})
}
