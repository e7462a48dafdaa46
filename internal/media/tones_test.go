package media

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// amplitude is how strong a tone is in samples (Goertzel), 1 for full scale. The
// window keeps tones at other frequencies out.
func amplitude(samples []int16, hz float64) float64 {
	n := float64(len(samples))
	turn := 2 * math.Cos(2*math.Pi*hz/rate)
	var a, b float64
	for i, v := range samples {
		window := 1 - math.Cos(2*math.Pi*float64(i)/n)
		a, b = float64(v)/32768*window+turn*a-b, a
	}
	return 2 * math.Sqrt(max(0, a*a+b*b-turn*a*b)) / n
}

// talker is a far end on a real socket that says one tone without a pause, and
// keeps what it hears.
type talker struct {
	*handset
	law   Codec
	hz    float64
	said  int
	heard []int16
	own   *Leg // which speaks and hears for it, without a wire
}

func newTalker(t testing.TB, p *Plane, law Codec, hz float64) *talker {
	t.Helper()
	k := &talker{handset: newHandset(t, leg(t, p)), law: law, hz: hz, own: &Leg{format: Format{Codec: law}}}
	k.own.remember(law)
	k.leg.Agree(Format{Codec: law, Payload: payloadOf(law), Events: 101, Remote: address(k.UDPConn), Send: true, Receive: true})
	return k
}

// talk says frames at the pace of a phone, and keeps what it hears meanwhile in
// place of what it heard before.
func (k *talker) talk(frames int) error {
	k.heard = k.heard[:0]
	if err := k.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	var listening sync.WaitGroup
	listening.Go(k.listen)
	pace := time.NewTicker(frameTime)
	defer pace.Stop()
	var err error
	for range frames {
		<-pace.C
		err = errors.Join(err, k.tone())
	}
	err = errors.Join(err, k.SetReadDeadline(time.Now()))
	listening.Wait()
	return err
}

// tone says the next frame of the tone.
func (k *talker) tone() error {
	out := make([]byte, headerSize+frame)
	header{seq: uint16(k.said), ts: uint32(k.said) * frame * k.law.tick()}.put(out, payloadOf(k.law), k.ssrc)
	var pcm [frame]int16
	for i := range pcm {
		pcm[i] = clip(8000 * math.Sin(2*math.Pi*k.hz*float64(k.said*frame+i)/rate))
	}
	size := k.own.encode(out[headerSize:], pcm[:])
	k.said++
	_, err := k.WriteToUDPAddrPort(out[:headerSize+size], k.leg.Address())
	return err
}

// listen keeps what comes until the read deadline.
func (k *talker) listen() {
	data := make([]byte, datagramSize)
	for {
		n, err := k.Read(data)
		if err != nil {
			return
		}
		if p, err := parse(data[:n]); err == nil && p.payload == payloadOf(k.law) {
			if !k.law.isLaw() {
				k.heard = append(k.heard, k.own.decode(nil, &voice{codec: k.law, packet: p})...)
			} else {
				k.heard = append(k.heard, linear(p.body(), k.law)...)
			}
		}
	}
}

// converse lets all talk at once.
func converse(t testing.TB, frames int, talkers ...*talker) {
	t.Helper()
	var all sync.WaitGroup
	errs := make([]error, len(talkers))
	for i, k := range talkers {
		all.Go(func() { errs[i] = k.talk(frames) })
	}
	all.Wait()
	for i, err := range errs {
		if err != nil {
			t.Fatalf("talker %d: %v", i, err)
		}
	}
}

// hears tells whether a tone of a talker is in samples. It looks at 40 ms at a
// time, as a busy machine may keep a talker from speaking now and then; what is
// not to be heard must not be heard anywhere.
func hears(t testing.TB, what string, samples []int16, hz float64) bool {
	t.Helper()
	const look = 2 * frame
	loud, looks := 0, 0
	for ; len(samples) >= look; samples = samples[frame:] {
		looks++
		if amplitude(samples[:look], hz) > 0.1 {
			loud++
		}
	}
	if loud > 0 && loud < looks/5 {
		t.Errorf("%s: %v Hz in %d of %d is neither heard nor not", what, hz, loud, looks)
	}
	return loud > 0
}

// wantMatrix checks every pair of listener and speaker.
func wantMatrix(t *testing.T, talkers []*talker, want [][]int) {
	t.Helper()
	for i, listener := range talkers {
		for j, speaker := range talkers {
			what := fmt.Sprintf("%d hears %d", i, j)
			if got, want := hears(t, what, listener.heard, speaker.hz), slices.Contains(want[i], j); got != want {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
	}
}

const (
	agentSide = iota
	customerSide
	supervisorSide
	colleagueSide
)

// Every arrangement over real sockets, with the plane's own clock, in every codec,
// recorded all the while.
func TestConversationsOverTheNetwork(t *testing.T) {
	conversations(t, Config{Address: netip.MustParseAddr("127.0.0.1")}, 1)
}

func TestConversationsWithoutIoUring(t *testing.T) {
	for name, c := range ways() {
		if c.Epoll || c.Portable {
			t.Run(name, func(t *testing.T) {
				conversations(t, c, 8)
			})
		}
	}
}

// conversations are listened to after each of so many orders.
func conversations(t *testing.T, config Config, each int) {
	p, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	talkers := []*talker{newTalker(t, p, G722, 500), newTalker(t, p, PCMA, 900), newTalker(t, p, PCMU, 1300), newTalker(t, p, Opus, 1700)}
	legs := func(numbers ...int) (list []*Leg) {
		for _, n := range numbers {
			list = append(list, talkers[n].leg)
		}
		return list
	}
	c := p.NewConference()
	arrange := func(hears [][]int) {
		var parts []Part
		for n, list := range hears {
			parts = append(parts, Part{talkers[n].leg, legs(list...)})
		}
		c.Arrange(parts...)
	}
	folder := t.TempDir()
	for i, s := range []struct {
		name string
		do   func()
		want [][]int
	}{
		{"a plain bridge", func() { Bridge(talkers[agentSide].leg, talkers[customerSide].leg, nil) }, [][]int{{1}, {0}, nil, nil}},
		{"a supervisor listens", func() { arrange([][]int{{1}, {0}, {0, 1}}) }, [][]int{{1}, {0}, {0, 1}, nil}},
		{"he coaches", func() { arrange([][]int{{1, 2}, {0}, {0, 1}}) }, [][]int{{1, 2}, {0}, {0, 1}, nil}},
		{"he joins", func() { arrange([][]int{{1, 2}, {0, 2}, {0, 1}}) }, [][]int{{1, 2}, {0, 2}, {0, 1}, nil}},
		{"a colleague comes", func() { arrange([][]int{{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}}) }, [][]int{{1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2}}},
		{"the customer is muted", func() { talkers[customerSide].leg.Mute(true) }, [][]int{{2, 3}, {0, 2, 3}, {0, 3}, {0, 2}}},
		{"the customer is held", func() {
			talkers[customerSide].leg.Mute(false)
			Unbridge(talkers[customerSide].leg)
			talkers[customerSide].leg.Play(HoldMusic(), nil)
		}, [][]int{{2, 3}, nil, {0, 3}, {0, 2}}},
		{"and taken back", func() { arrange([][]int{{1, 3}, {0, 3}, {0, 1, 3}, {0, 1}}) }, [][]int{{1, 3}, {0, 3}, {0, 1, 3}, {0, 1}}},
		{"the agent hangs up", func() { talkers[agentSide].leg.Close() }, [][]int{nil, {3}, {1, 3}, {1}}},
	} {
		if s.do(); i%each != 0 {
			continue
		}
		present := talkers
		if s.name == "the agent hangs up" {
			talkers[agentSide].heard = nil
			present = talkers[1:]
		}
		var info RecordingInfo
		r, err := p.NewRecording(folder, "tape", nil, func(i RecordingInfo) { info = i })
		if err != nil {
			t.Fatal(err)
		}
		r.Set(Recorded, legs(agentSide), legs(customerSide, colleagueSide))
		converse(t, 15, present...)
		converse(t, 25, present...)
		r.Stop()
		<-r.Done()
		t.Run(s.name, func(t *testing.T) {
			want := s.want
			if s.name == "the customer is held" {
				// He hears the music, which has tones of its own near ours.
				want = slices.Clone(want)
				talkers[customerSide].heard = nil
			}
			wantMatrix(t, talkers, want)
			wantTaped(t, info, talkers, s.name)
		})
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if parts, _ := filepath.Glob(filepath.Join(folder, "*.part")); len(parts) > 0 {
		t.Errorf("%v are left", parts)
	}
}

// wantTaped checks that each side of a recording has its talkers and no other.
func wantTaped(t *testing.T, info RecordingInfo, talkers []*talker, step string) {
	t.Helper()
	if info.Err != nil || info.Duration < 30*frameTime || info.Dropped != 0 {
		t.Fatalf("%+v", info)
	}
	left, right := channels(t, info.Path)
	for n, k := range talkers {
		atLeft := n == agentSide && step != "the agent hangs up"
		atRight := n == colleagueSide || n == customerSide && step != "the customer is muted"
		if got := hears(t, "left", left, k.hz); got != atLeft {
			t.Errorf("left has %d: %v", n, got)
		}
		if got := hears(t, "right", right, k.hz); got != atRight {
			t.Errorf("right has %d: %v", n, got)
		}
	}
}
