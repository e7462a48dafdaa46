package media

import (
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// play gives orders as a script says to five phones, two conferences and two
// recordings, while all speak; after each step it checks what must always hold.
func play(t *testing.T, folder string, script []byte) {
	tb := newTable(t, PCMU, PCMA, PCMU, PCMA, PCMU)
	other := tb.NewConference()
	conferences := []*Conference{tb.Conference, other}
	var recordings [2]*Recording
	begun, ended := 0, 0
	music, beep := loop(), newSound(make([]int16, 2*frame), false)
	next := func() int {
		if len(script) == 0 {
			return 0
		}
		b := script[0]
		script = script[1:]
		return int(b)
	}
	leg := func() *Leg { return tb.phones[next()%len(tb.phones)].Leg }
	some := func() (list []*Leg) {
		for set, n := next(), 0; n < len(tb.phones); n++ {
			if set>>n&1 != 0 {
				list = append(list, tb.phones[n].Leg)
			}
		}
		return list
	}
	for len(script) > 0 {
		switch next() % 12 {
		case 0:
			Bridge(leg(), leg(), nil)
		case 1, 2:
			var parts []Part
			c := conferences[next()%2]
			for _, l := range some() {
				parts = append(parts, Part{l, some()})
			}
			c.Arrange(parts...)
		case 3:
			l := leg()
			Unbridge(l)
			begun++
			l.Play(music, func(bool) { ended++ })
		case 4:
			begun++
			leg().Play(beep, func(bool) { ended++ })
		case 5:
			leg().Mute(next()%2 == 0)
		case 6:
			leg().SendDigits([]string{"1", "12,3", ",", "D"}[next()%4])
		case 7:
			n := next() % 2
			if recordings[n] == nil {
				r, err := tb.NewRecording(folder, "a", nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				recordings[n] = r
			}
			recordings[n].Set(State(next()%3), some(), some())
		case 8:
			if n := next() % 2; recordings[n] != nil {
				recordings[n].Stop()
				recordings[n] = nil
			}
		case 9:
			if l := leg(); next()%4 == 0 {
				l.Close()
			}
		case 10:
			p := tb.phones[next()%len(tb.phones)]
			f := p.format
			how := next()
			f.Send, f.Receive, f.Events = how&1 == 0, how&2 == 0, uint8(how>>2&1)*101
			p.Agree(f)
		case 11:
			tb.rounds(1 + next()%12)
		}
		for _, p := range tb.phones {
			wantOnePlace(t, p.Leg, conferences)
		}
		tb.rounds(1)
	}
	for _, r := range recordings {
		if r != nil {
			r.Stop()
			<-r.Done()
		}
	}
	for _, p := range tb.phones {
		p.Leg.Close()
		wantNumbersInOrder(t, p)
	}
	tb.pass(frameTime)
	tb.running.Wait() // the writers
	if n := tb.rotas[0].size(); n != 0 {
		t.Errorf("%d turns are left", n)
	}
	if begun != ended || tb.Legs() != 0 || len(tb.recordings) != 0 {
		t.Errorf("%d of %d sounds ended; %d legs and %d recordings are left", ended, begun, tb.Legs(), len(tb.recordings))
	}
}

// loop is a sound that loops and is cheap to make.
func loop() *Sound { return newSound(make([]int16, 3*frame), true) }

// wantOnePlace checks that a leg is in one open bridge or conference at most, and
// that both sides agree about it.
func wantOnePlace(t *testing.T, l *Leg, conferences []*Conference) {
	t.Helper()
	bridged, seats := l.bridge.isOpen(), 0
	for _, c := range conferences {
		for _, p := range *c.places.Load() {
			if p.seat.leg == l && p.seat.isOpen() {
				seats++
				if l.seat != p.seat {
					t.Fatal("a leg does not know of its seat")
				}
			}
		}
	}
	if bridged && (seats > 0 || l.bridge.other(l).bridge != l.bridge) || seats > 1 || !bridged && seats == 0 && l.seat.isOpen() {
		t.Fatalf("in a bridge: %v, in %d conferences", bridged, seats)
	}
}

// wantNumbersInOrder checks that what a phone was sent is one stream: one SSRC, no
// number twice, and none left out but where its source left one out.
func wantNumbersInOrder(t *testing.T, p *phone) {
	t.Helper()
	all := decode(t, p.voice.sent)
	for i := 1; i < len(all); i++ {
		// A bridged far end that is not to be received for a while leaves a gap.
		gap := all[i].SequenceNumber - all[i-1].SequenceNumber
		if all[i].SSRC != all[0].SSRC || gap == 0 || gap > 20 || int32(all[i].Timestamp-all[i-1].Timestamp) < 0 {
			t.Fatalf("packet %d: %v after %v", i, all[i].Header, all[i-1].Header)
		}
	}
}

func FuzzOrders(f *testing.F) {
	f.Add([]byte{1, 0, 31, 31, 31, 31, 31, 31, 11, 9, 7, 0, 0, 1, 30, 6, 0, 1, 11, 9, 0, 0, 1, 11, 9, 1, 0, 7, 7, 7, 7, 11, 5, 9, 0, 0})
	f.Add([]byte{7, 0, 0, 3, 4, 1, 1, 7, 6, 5, 3, 3, 2, 4, 0, 7, 0, 1, 3, 4, 11, 3, 7, 0, 0, 3, 4, 8, 0, 7, 0, 0, 1, 2})
	f.Add([]byte("\x8a\x8a\x80\x1a\x1a\x01\x1a\x00\x00\x00\x01\x03\x03\x02\x04\x00\xa7\x99\xac\x82vvvvv"))
	f.Add([]byte{10, 2, 1, 6, 2, 1, 1, 0, 31, 31, 31, 31, 31, 31, 11, 11, 10, 2, 0, 3, 2, 4, 1, 11, 11})
	f.Fuzz(func(t *testing.T, script []byte) {
		play(t, t.TempDir(), script[:min(len(script), 400)])
	})
}

func TestManyRandomOrders(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	folder := t.TempDir()
	for range 40 {
		script := make([]byte, 300)
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		play(t, folder, script)
	}
}

// Many give orders to the same legs at once, over real sockets; nothing hangs,
// and in the end nothing is left and every port is back.
func TestOrdersCrossEachOther(t *testing.T) {
	const pairs, givers, orders = 6, 4, 150
	base := uint16(46000 + rand.N(500)*2*pairs)
	p := loopbackWith(t, Config{First: base, Last: base + 2*pairs - 1, Rest: time.Nanosecond})
	folder := t.TempDir()
	for round := range 3 {
		var talkers []*talker
		var legs []*Leg
		for n := range pairs {
			k := newTalker(t, p, Codec(n%2), 500)
			talkers, legs = append(talkers, k), append(legs, k.leg)
		}
		conferences := []*Conference{p.NewConference(), p.NewConference()}
		r, err := p.NewRecording(folder, "a", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for n, k := range talkers {
			all.Go(func() {
				_ = k.talk(20)
				if n%2 == 0 {
					k.leg.Close()
				}
			})
		}
		for range givers {
			all.Go(func() {
				any := func() *Leg { return legs[rand.IntN(pairs)] }
				for range orders {
					switch rand.IntN(8) {
					case 0, 1:
						Bridge(any(), any(), nil)
					case 2, 3, 4:
						conferences[rand.IntN(2)].Arrange(Part{any(), legs}, Part{any(), legs}, Part{any(), legs})
					case 5:
						Unbridge(any())
						any().Play(ZipTone(), nil)
					case 6:
						any().SendDigits("1")
						any().Mute(rand.IntN(2) == 0)
					case 7:
						r.Set(State(rand.IntN(3)), []*Leg{any()}, []*Leg{any()})
					}
				}
			})
		}
		all.Wait()
		r.Stop()
		<-r.Done()
		for _, l := range legs {
			l.Close()
		}
		if free, resting, used := p.Ports(); used != 0 || free+resting != pairs {
			t.Fatalf("round %d: %d free, %d resting, %d used", round, free, resting, used)
		}
		p.mu.Lock()
		left := len(p.recordings)
		p.mu.Unlock()
		if left != 0 {
			t.Errorf("%d recordings are left", left)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "*.part")); len(files) > 0 {
		t.Errorf("%v", files)
	}
}

func loopbackWith(t testing.TB, c Config) *Plane {
	t.Helper()
	c.Address = netip.MustParseAddr("127.0.0.1")
	p, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}
